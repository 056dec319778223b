//! One view of the results, rendered as bytes. Computes no figure, opens no file.
