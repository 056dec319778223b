#![no_main]

use concord_fuzz::ingest::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let bytes = concord_fuzz::archive(bytes, &["content.xml", "styles.xml"]);
    concord_fuzz::document(&bytes, Format::Odt);
});
