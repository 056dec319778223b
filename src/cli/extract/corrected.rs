//! A file of recommendations that people correct: their corrections survive a second extraction.
//!
//! `NAME.extracted.jsonl` beside `NAME.jsonl` has the records as they were extracted. The differences
//! between the two are what people changed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use concord::{DocumentId, Merged, Recommendation, Versions};

use super::print::as_lines;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{out, table};

/// Writes `found`, which was read from the documents `read`, into the file at `path`. Corrections of an
/// earlier extraction in it are kept.
///
/// # Errors
/// A file that is there without the extraction that it comes from, or with a line that is no record.
pub(super) fn write(
    context: &Context,
    path: &Path,
    found: &[Recommendation],
    read: &BTreeSet<DocumentId>,
) -> Result<(), Failure> {
    let base = beside(path);
    if !path.is_file() {
        return overwrite(path, found);
    }
    if !base.is_file() {
        if out::read(path)? == as_lines(found)? {
            return overwrite(path, found);
        }
        return Err(Failure::with_hint(
            format_args!(
                "{} exists, but {} does not, which is needed to find the corrections in it",
                path.display(),
                base.display()
            ),
            "use another file, or --overwrite to lose the changes made by hand",
        ));
    }
    let (extracted, corrected) = (records_of(&base)?, records_of(path)?);
    let versions = Versions { extracted: &extracted, corrected: &corrected, fresh: found, read };
    let merged = concord::merge(versions);
    // The file itself first: if the second write fails, no correction is lost.
    out::write(path, &as_lines(&merged.records)?)?;
    out::write(&base, &as_lines(&merged.extracted)?)?;
    tell(context, path, &merged);
    Ok(())
}

/// Writes `found` as it is, and again beside it, to find later corrections.
pub(super) fn overwrite(path: &Path, found: &[Recommendation]) -> Result<(), Failure> {
    let lines = as_lines(found)?;
    out::write(path, &lines)?;
    if out::is_stream(path) {
        return Ok(());
    }
    out::write(&beside(path), &lines)
}

/// `NAME.extracted.jsonl` for `NAME.jsonl`.
fn beside(path: &Path) -> PathBuf {
    path.with_extension("extracted.jsonl")
}

fn records_of(path: &Path) -> Result<Vec<Recommendation>, Failure> {
    let name = path.display().to_string();
    Ok(concord::parse_records_in_order(&name, &out::read(path)?)?)
}

fn tell(context: &Context, path: &Path, merged: &Merged) {
    let path = path.display();
    for id in &merged.orphans {
        context.say(format_args!(
            "warning: {path}: `{id}` was corrected but is no longer found; keeping it"
        ));
    }
    context.say(format_args!(
        "{path}: kept {}, {} deleted and {} added by hand; {} new",
        table::counted(merged.changed, "corrected record", "corrected records"),
        merged.deleted,
        merged.added,
        merged.new
    ));
}
