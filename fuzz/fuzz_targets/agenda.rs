#![no_main]

use std::path::Path;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = concord_fuzz::ingest::agenda::parse_toml(text, Path::new("agenda.toml"));
});
