//! What a user sees, one module per subject.

mod extract;
