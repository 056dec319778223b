//! PDF. The library below panics on some files and the reader catches it, so the hook is silenced.

#![no_main]

use concord::{
    domain::DocumentId,
    extract::{Config, from_document},
    ingest::{Format, read_document},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: {
    // libFuzzer ends the process in its own hook; a caught panic must not.
    std::panic::set_hook(Box::new(|_| {}));
}, |bytes: &[u8]| {
    let Ok(id) = DocumentId::try_from("d".to_owned()) else { return };
    if let Ok(document) = read_document(id, "d".into(), bytes, Format::Pdf) {
        for record in from_document(&document, &Config::default()).recommendations {
            assert!(!record.text.trim().is_empty());
        }
    }
});
