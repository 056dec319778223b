//! Whether there is memory for a model. A library that gets none ends the process without a word, so it is
//! asked for before the library needs it.

/// What the runtime and the first session of a built-in model take, with the judge, rounded up. Without this
/// question, the least address space with which `concord similar` answers exceeds that of the model without a
/// runtime by 400 MB; `tests/campaign/run memory` goes through them.
pub(super) const MODEL_BYTES: usize = 450 << 20;

/// What one more session takes, rounded up: the weights twice, as 8 and as 32 bits, and room to work.
pub(super) const SESSION_BYTES: usize = 200 << 20;

/// Whether the system would give this process `bytes` more. They are given back at once, unused.
pub(super) fn has_room(bytes: usize) -> bool {
    let mut room: Vec<u8> = Vec::new();
    let is_given = room.try_reserve_exact(bytes).is_ok();
    // The compiler may leave out a request for memory that nobody looks at.
    std::hint::black_box(&mut room);
    is_given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_memory_is_there_and_more_than_the_address_space_is_not() {
        assert!(has_room(1));
        assert!(!has_room(isize::MAX as usize));
    }
}
