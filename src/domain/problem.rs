//! Problems that do not stop the work.

use std::fmt;

use serde::Serialize;

/// One thing that a stage could not do before it went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file it is about.
    pub path: String,
    /// 1-based line, if there is one.
    pub line: Option<usize>,
    /// What was found and what to do, lower case, no full stop.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}
