//! stderr is for messages.

use std::fmt::Arguments;
use std::io::{self, Write};

use super::escape::escaped;

/// Prints a line on stderr.
pub(super) fn say(line: Arguments<'_>) {
    // If stderr cannot be written, there is no place left for an error.
    let _ = writeln!(io::stderr(), "{}", escaped(&line.to_string()));
}
