#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    concord_fuzz::document(bytes, concord_fuzz::ingest::Format::Rtf);
});
