//! `&Document` -> recommendations. Pure: no file, no model, cannot fail.
