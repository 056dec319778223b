#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = std::env::temp_dir().join(format!("concord-fuzz-{}", std::process::id()));
    concord_fuzz::index(bytes, &folder);
});
