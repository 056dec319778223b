#![no_main]

use concord_fuzz::ingest::{TableOptions, records::parse_workbook};

libfuzzer_sys::fuzz_target!(
    init: {
        // As for PDF: the reader catches what panics in the library below it.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |bytes: &[u8]| {
        let bytes = concord_fuzz::archive(bytes, &["mimetype", "content.xml"]);
        let _ = parse_workbook("r.ods", &bytes, &TableOptions::default());
    }
);
