#![no_main]

libfuzzer_sys::fuzz_target!(
    init: {
        // The library below panics on some files and the reader catches it; libFuzzer's own hook would end
        // the process before that. What is not caught still ends it.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |bytes: &[u8]| concord_fuzz::document(bytes, concord_fuzz::ingest::Format::Pdf)
);
