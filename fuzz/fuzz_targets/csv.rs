#![no_main]

use concord_fuzz::ingest::{ColumnMap, TableOptions, records::parse_csv};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let map = ColumnMap::from([("text".to_owned(), "Recommendation Text".to_owned())]);
    let _ = parse_csv("r.csv", bytes, &TableOptions { map, ..TableOptions::default() });
    let _ = parse_csv("r.csv", bytes, &TableOptions::default());
});
