//! A file of recommendations that people correct: their corrections survive a second extraction.
//!
//! The file is JSON lines or a table. `NAME.extracted.jsonl` beside `NAME.jsonl`, the memory, has the records as they were extracted. The
//! differences between the two are what people changed, so the two must always belong together. Both new
//! versions are written in full before either takes its name, the records first. That rename is the commit:
//! while the new records wait for it, the old memory is the right one; afterwards, the new one is. Whoever
//! writes the file next can tell by what a killed process left, also if people edited the file since.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use concord::{DocumentId, Merged, Recommendation, TableForm, Versions};

use super::print::as_lines;
use super::{Format, table as tables};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::staged::{self, Folder, Staged};
use crate::cli::{out, table};

/// The form of a file that keeps its corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Lines,
    Table(TableForm),
}

impl Form {
    /// The form of a file of this format, if such a file keeps its corrections.
    pub(super) fn of(format: Format) -> Option<Self> {
        match format {
            Format::Jsonl => Some(Self::Lines),
            Format::Csv => Some(Self::Table(TableForm::Csv)),
            Format::Xlsx => Some(Self::Table(TableForm::Workbook)),
            Format::Json | Format::Table => None,
        }
    }

    fn bytes(self, records: &[Recommendation]) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Lines => as_lines(records),
            Self::Table(form) => tables::write(form, records),
        }
    }

    /// The records of the corrected file, which came from `extracted`.
    fn read(
        self,
        path: &Path,
        extracted: &[Recommendation],
    ) -> Result<Vec<Recommendation>, Failure> {
        match self {
            Self::Lines => records_of(path),
            Self::Table(form) => {
                tables::read(form, &path.display().to_string(), &out::read(path)?, extracted)
            }
        }
    }
}

/// Writes `found`, which was read from the documents `read`, into the file at `path`. Corrections of an
/// earlier extraction in it are kept.
///
/// # Errors
/// A file that is there without the extraction that it comes from, or with a line that is no record.
pub(super) fn write(
    context: &Context,
    path: &Path,
    form: Form,
    found: &[Recommendation],
    read: &BTreeSet<DocumentId>,
) -> Result<(), Failure> {
    if out::is_stream(path) {
        return overwrite(path, form, found);
    }
    let files = Corrected::open(path, form)?;
    if !path.exists() {
        return files.replace(found, found);
    }
    if !files.memory.is_file() {
        if out::read(path)? == form.bytes(found)? {
            return files.replace(found, found);
        }
        return Err(Failure::with_hint(
            format_args!(
                "{} exists, but {} does not, which is needed to find the corrections in it",
                path.display(),
                files.memory.display()
            ),
            "use another file, or --overwrite to lose the changes made by hand",
        ));
    }
    let extracted = records_of(&files.memory)?;
    let corrected = form.read(path, &extracted)?;
    let versions = Versions { extracted: &extracted, corrected: &corrected, fresh: found, read };
    let merged = concord::merge(versions);
    files.replace(&merged.records, &merged.extracted)?;
    tell(context, path, &merged);
    Ok(())
}

/// Writes `found` as it is, and again beside it, to find later corrections.
pub(super) fn overwrite(path: &Path, form: Form, found: &[Recommendation]) -> Result<(), Failure> {
    if out::is_stream(path) {
        return out::write(path, &form.bytes(found)?);
    }
    Corrected::open(path, form)?.replace(found, found)
}

/// The file and its memory, with all other writers kept away.
struct Corrected {
    path: PathBuf,
    memory: PathBuf,
    form: Form,
    folder: Folder,
}

impl Corrected {
    /// Waits for other writers, and settles what a killed one left.
    fn open(path: &Path, form: Form) -> Result<Self, Failure> {
        let path = staged::resolved(path)?;
        let folder = Folder::of(&path)?;
        let files = Self { memory: beside(&path), path, form, folder };
        files.settle()?;
        Ok(files)
    }

    /// Replaces both in one step.
    fn replace(
        &self,
        records: &[Recommendation],
        extracted: &[Recommendation],
    ) -> Result<(), Failure> {
        let done = self.commit(&self.form.bytes(records)?, &as_lines(extracted)?);
        if done.is_err() {
            // The error is what the user must know; the next writer settles the rest.
            let _ = self.settle();
        }
        done
    }

    fn commit(&self, records: &[u8], extracted: &[u8]) -> Result<(), Failure> {
        let (file, memory) = (Staged::of(&self.path), Staged::of(&self.memory));
        file.write(records)?;
        memory.write(extracted)?;
        // After a loss of power, no renamed file may stand beside a memory that has no name yet.
        self.folder.sync().map_err(|error| Failure::on_file("write", &self.path, &error))?;
        file.publish(&self.folder)?;
        memory.publish(&self.folder)
    }

    /// Completes a replacement that was committed, and undoes any other. It is committed if the new memory
    /// waits alone; so the memory is removed first.
    fn settle(&self) -> Result<(), Failure> {
        let (file, memory) = (Staged::of(&self.path), Staged::of(&self.memory));
        if file.exists() {
            memory.discard(&self.folder)?;
            return file.discard(&self.folder);
        }
        if memory.exists() { memory.publish(&self.folder) } else { Ok(()) }
    }
}

/// `NAME.extracted.jsonl` for `NAME.jsonl`. Any other ending stays, so that no two files share a memory.
fn beside(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|ending| ending == "jsonl") {
        return path.with_extension("extracted.jsonl");
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".extracted.jsonl");
    name.into()
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
