//! Text and Markdown.

#![no_main]

use concord::{
    domain::DocumentId,
    extract::{Config, from_document},
    ingest::{Format, read_document},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(id) = DocumentId::try_from("d".to_owned()) else { return };
    if let Ok(document) = read_document(id, "d".into(), bytes, Format::Markdown) {
        for record in from_document(&document, &Config::default()).recommendations {
            assert!(!record.text.trim().is_empty());
        }
    }
});
