//! SIGINT and SIGTERM: the program ends and leaves nothing half-written.

use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::staged;

/// Waits for a signal in a thread of its own. The exit code is then 128 + the signal, as shells have it.
pub(super) fn watch() {
    // Registered inside the thread: if none can be started, the system ends the program as usual.
    let _ = thread::Builder::new().spawn(|| {
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
        if let Some(signal) = signals.forever().next() {
            let _no_more_files = staged::writing();
            concord::abandon_builds();
            // `std::process::exit` would run the destructors of ONNX Runtime while its threads still work.
            signal_hook::low_level::exit(128 + signal);
        }
    });
}
