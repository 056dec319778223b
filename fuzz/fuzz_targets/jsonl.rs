#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = concord_fuzz::ingest::records::parse_jsonl("r.jsonl", bytes);
});
