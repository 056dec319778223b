#![no_main]

use concord_fuzz::ingest::{TableOptions, records::parse_workbook};

libfuzzer_sys::fuzz_target!(
    init: {
        // As for PDF: the reader catches what panics in the library below it.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |bytes: &[u8]| {
        let names = [
            "xl/worksheets/sheet1.xml",
            "xl/sharedStrings.xml",
            "xl/styles.xml",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "_rels/.rels",
        ];
        let bytes = concord_fuzz::archive(bytes, &names);
        let _ = parse_workbook("r.xlsx", &bytes, &TableOptions::default());
    }
);
