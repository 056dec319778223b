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
#[path = "../../src/store/mod.rs"]
pub mod store;
#[allow(dead_code, reason = "the targets use a part")]
#[path = "../../src/text/mod.rs"]
pub mod text;

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use domain::{Document, DocumentId, Recommendation};
use extract::{Draft, ExtractConfig, challenges, draft, from_document};
use ingest::{Format, read_document};
use store::{Opened, StoreError, file};

/// Reads `bytes` as a document of `format`, takes all that extraction can find in it, and as a draft to
/// check. Each record and each statement must lead back to the text.
pub fn document(bytes: &[u8], format: Format) {
    let id = DocumentId::try_from("d".to_owned()).expect("not blank");
    let Ok(document) = read_document(id, "d".into(), bytes, format) else { return };
    let config = ExtractConfig { min_confidence: 0.0, ..ExtractConfig::default() };
    for found in [from_document(&document, &config), challenges(&document, &config)] {
        for record in found.recommendations.iter().chain(&found.perhaps) {
            slices_back(&document, record);
        }
    }
    let found = from_document(&document, &ExtractConfig::default());
    for Draft { statements, .. } in [draft(&document, Some(found)), draft(&document, None)] {
        for statement in statements {
            assert!(1 <= statement.line_start && statement.line_start <= statement.line_end);
            assert!(statement.line_end <= document.lines().len());
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

/// Between the files of an index in the input of [`index`].
const BETWEEN_FILES: &[u8] = b"\n%%\n";

/// The files in the input of [`index`], in order; the manifest comes before them.
const FILES: [&str; 7] = [
    file::RECOMMENDATIONS,
    file::THEMES,
    file::DECISIONS,
    file::DECIDED_PAIRS,
    file::AGENDA,
    file::VECTORS,
    file::LINKS,
];

/// Writes an index of the files in `bytes` to `folder`, with the right sums and seal so that it opens, and
/// reads all of it: whatever an index holds, it is read or refused.
pub fn index(bytes: &[u8], folder: &Path) {
    let mut parts = split(bytes, BETWEEN_FILES).into_iter();
    let Some(manifest) = parts.next() else { return };
    let Ok(serde_json::Value::Object(mut manifest)) = serde_json::from_slice(manifest) else { return };
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("the folder for temporary files can be written");
    let mut sums = serde_json::Map::new();
    for (name, part) in FILES.iter().zip(parts) {
        fs::write(folder.join(name), part).expect("the folder can be written");
        let sum = blake3::hash(part).to_hex();
        sums.insert((*name).to_owned(), serde_json::json!({ "bytes": part.len(), "blake3": sum.as_str() }));
    }
    manifest.insert("files".to_owned(), sums.into());
    manifest.shift_remove("seal");
    fs::write(folder.join(file::MANIFEST), sealed(&manifest)).expect("the folder can be written");
    let _ = store::decisions_at(folder);
    let _ = store::themes_at(folder);
    let _ = read_index(folder);
}

/// The manifest as Concord writes it: its last field is the sum of all before it.
fn sealed(manifest: &serde_json::Map<String, serde_json::Value>) -> String {
    let text = serde_json::to_string_pretty(manifest).expect("it was read from JSON");
    let fields = text.strip_suffix("\n}").unwrap_or("{");
    let before = format!("{fields},\n  \"seal\": \"");
    let seal = blake3::hash(before.as_bytes()).to_hex();
    format!("{before}{seal}\"\n}}")
}

fn read_index(folder: &Path) -> Result<(), StoreError> {
    let index = Opened::open(folder)?;
    let _ = index.decisions_edited();
    let _ = index.agenda();
    let _ = index.embeddings(file::VECTORS);
    let recommendations = index.recommendations()?;
    let links = index.links(recommendations.len());
    assert!(links.iter().flatten().all(|link| link.a < link.b && link.b < recommendations.len()));
    let _ = index.decided_pairs(&recommendations);
    let themes = index.themes(&recommendations)?;
    let rows = themes.theme.themes.iter().flat_map(|theme| &theme.members).map(|member| member.row);
    assert!(rows.chain(themes.theme.single).all(|row| row < recommendations.len()));
    Ok(())
}

fn split<'a>(bytes: &'a [u8], between: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(between.len()).position(|window| window == between) {
        parts.push(&rest[..at]);
        rest = &rest[at + between.len()..];
    }
    parts.push(rest);
    parts
}
