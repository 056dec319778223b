//! Bytes of one format -> [`Document`] with exact spans. Knows nothing of recommendations.

mod text;

pub use text::{DecodeError, read_text};
