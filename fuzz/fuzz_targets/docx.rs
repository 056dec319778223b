#![no_main]

use concord_fuzz::ingest::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let names = ["word/document.xml", "word/styles.xml", "word/numbering.xml"];
    concord_fuzz::document(&concord_fuzz::archive(bytes, &names), Format::Docx);
});
