//! stderr is talk.

use std::fmt::Arguments;
use std::io::{self, Write};

/// Says a line on stderr.
pub(super) fn say(line: Arguments<'_>) {
    // Nowhere is left to complain when stderr itself cannot be written.
    let _ = writeln!(io::stderr(), "{line}");
}
