#![no_main]

use std::path::Path;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = concord_fuzz::ingest::corpus::parse_description(text, Path::new("corpus.toml"));
});
