//! The end of memory: one line of error, and exit code 2.
//!
//! The standard library would print a text of its own and raise SIGABRT. It lets nobody change that, except by
//! another allocator; this one is the system's, and looks at what it returns.

#![expect(unsafe_code, reason = "an allocator is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs::File;
use std::io::Write;
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use signal_hook::low_level;

/// A request for this much may be refused: whoever asks for it can do without, as `embed` does, which asks
/// whether there is room for a model.
const LARGE_BYTES: usize = 128 << 20;

const MESSAGE: &[u8] = b"error: there is not enough memory\n\
    hint: close other programs, or raise the limit on the memory of this one (`ulimit -v`)\n";

/// The allocator of the program.
pub(crate) struct OrEnd;

// SAFETY: each call is handed to the system's allocator as it is, and so is what it returns.
unsafe impl GlobalAlloc for OrEnd {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is the same.
        or_end(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        or_end(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        or_end(unsafe { System.realloc(old, layout, size) }, size)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) };
    }
}

fn or_end(memory: *mut u8, size: usize) -> *mut u8 {
    if memory.is_null() && size < LARGE_BYTES {
        end();
    }
    memory
}

/// Nothing here may ask for memory, nor wait for a lock that a thread holds which got none.
#[cold]
fn end() -> ! {
    static IS_TOLD: AtomicBool = AtomicBool::new(false);
    while IS_TOLD.swap(true, Ordering::Relaxed) {
        // Another thread is telling it, and ends the process.
        thread::sleep(Duration::from_secs(1));
    }
    // SAFETY: stderr is open as long as the process lives, and is not closed here.
    let stderr = ManuallyDrop::new(unsafe { File::from_raw_fd(std::io::stderr().as_raw_fd()) });
    // If stderr cannot be written, there is no place left for an error.
    let _ = (&*stderr).write_all(MESSAGE);
    low_level::exit(2)
}
