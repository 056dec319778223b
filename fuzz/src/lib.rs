//! What the fuzz targets hold every parser to: any bytes are read or refused, without a panic, and what
//! was read leads back to them. A hang is seen by the fuzzer's own limit.

// The parsers and extraction are compiled from their sources: as a dependency the package would bring its
// model and the runtime for it, which no target needs and which take most of the time to build.
#[allow(dead_code, reason = "the targets use a part")]
#[path = "../../src/domain/mod.rs"]
pub mod domain;
#[path = "../../src/extract/mod.rs"]
pub mod extract;
#[path = "../../src/ingest/mod.rs"]
pub mod ingest;
#[allow(dead_code, reason = "the targets use a part")]
#[path = "../../src/text/mod.rs"]
pub mod text;

use std::io::{Cursor, Write};

use domain::{Document, DocumentId, Recommendation};
use extract::{ExtractConfig, challenges, from_document};
use ingest::{Format, read_document};

/// Reads `bytes` as a document of `format`, takes all that extraction can find in it, and checks that
/// each record leads back to the text.
pub fn document(bytes: &[u8], format: Format) {
    let id = DocumentId::try_from("d".to_owned()).expect("not blank");
    let Ok(document) = read_document(id, "d".into(), bytes, format) else { return };
    let config = ExtractConfig { min_confidence: 0.0, ..ExtractConfig::default() };
    for found in [from_document(&document, &config), challenges(&document, &config)] {
        for record in &found.recommendations {
            slices_back(&document, record);
        }
    }
}

/// The spans of a record hold its text, but for white space.
fn slices_back(document: &Document, record: &Recommendation) {
    let spans = record.other["spans"].as_array().expect("every record has spans");
    let at = |value: &serde_json::Value| value.as_u64().expect("a byte") as usize;
    let source: String = spans.iter().map(|s| &document.text()[at(&s[0])..at(&s[1])]).collect();
    let visible = |c: &char| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}' | '\0');
    let squeezed = |text: &str| text.chars().filter(visible).collect::<String>();
    assert_eq!(squeezed(&source), squeezed(&record.text));
    assert!(!record.text.trim().is_empty(), "a record without text");
    let place = record.source.as_ref().expect("every record has its lines");
    assert!(1 <= place.line_start && place.line_start <= place.line_end);
    assert!(place.line_end <= document.lines().len());
}

/// An archive whose parts are `bytes`, cut at each NUL: the fuzzer gets at the XML without having to
/// guess checksums. Bytes that are an archive themselves are left as they are.
#[must_use]
pub fn archive(bytes: &[u8], names: &[&str]) -> Vec<u8> {
    if bytes.starts_with(b"PK\x03\x04") {
        return bytes.to_owned();
    }
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored);
    for (name, part) in names.iter().zip(bytes.split(|&byte| byte == 0)) {
        writer.start_file(*name, stored).expect("memory takes any file");
        writer.write_all(part).expect("memory takes any bytes");
    }
    writer.finish().expect("memory takes any archive").into_inner()
}
