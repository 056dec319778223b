//! Signals: SIGINT and SIGTERM end the program and leave nothing half-written; SIGABRT ends it as an error.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use signal_hook::consts::{SIGABRT, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use super::staged;

/// Waits for SIGINT and SIGTERM in a thread of its own. The exit code is then 128 + the signal, as shells have
/// it. A library that gives up says so and raises SIGABRT, which is an error like any other.
pub(super) fn watch() {
    // If it cannot be registered, the system ends the program as usual.
    let _ = flag::register_conditional_shutdown(SIGABRT, 2, Arc::new(AtomicBool::new(true)));
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
