//! Work that is shared among threads, as many as the system gives.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, ScopedJoinHandle};

/// What `work` comes to with each of `tools`, or the panic that ended it. The first tool works on the calling
/// thread, each other on one of its own.
///
/// If the system starts no more threads, the tools that are left stay unused. So `work` must take its tasks from
/// a source that all share, until none is left.
pub(super) fn run<T: Send, R: Send>(
    tools: &mut [T],
    work: impl Fn(&mut T) -> R + Sync,
) -> Vec<thread::Result<R>> {
    let Some((first, others)) = tools.split_first_mut() else { return Vec::new() };
    let work = &work;
    thread::scope(|scope| {
        let start = |tool| thread::Builder::new().spawn_scoped(scope, move || work(tool)).ok();
        let started: Vec<_> = others.iter_mut().map_while(start).collect();
        let own = catch_unwind(AssertUnwindSafe(|| work(first)));
        let theirs = started.into_iter().map(ScopedJoinHandle::join);
        std::iter::once(own).chain(theirs).collect()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn each_task_is_done_once_and_a_panic_of_one_tool_stays_its_own() {
        let next = AtomicUsize::new(0);
        let mut tools = [1, 2, 3];
        let parts = run(&mut tools, |tool| {
            assert_ne!(*tool, 2, "this tool is broken");
            let tasks = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
            tasks.take_while(|&task| task < 100).collect::<Vec<_>>()
        });
        assert_eq!(parts.iter().filter(|part| part.is_err()).count(), 1);
        let mut done: Vec<usize> = parts.into_iter().flatten().flatten().collect();
        done.sort_unstable();
        assert_eq!(done, (0..100).collect::<Vec<_>>());
        assert!(run(&mut [(); 0], |()| ()).is_empty());
    }
}
