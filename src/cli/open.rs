//! Hands an address or a file to the system, as a click on it would.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Opens `what` in the browser; false if the system has nothing to open it with.
pub(super) fn open(what: impl AsRef<OsStr>) -> bool {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        Command::new("explorer")
    } else {
        Command::new("xdg-open")
    };
    let quiet = command.arg(what).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.spawn().is_ok()
}
