#![no_main]

use concord_fuzz::ingest::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let names = ["META-INF/container.xml", "b/p.opf", "b/one.xhtml", "b/two.xhtml"];
    concord_fuzz::document(&concord_fuzz::archive(bytes, &names), Format::Epub);
});
