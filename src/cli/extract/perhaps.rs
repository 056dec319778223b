//! The passages that may be recommendations, in a file of their own for a person to decide on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use concord::Recommendation;

use super::print::as_lines;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{out, table};

/// Writes `perhaps` to `NAME.perhaps.jsonl` beside the records at `path`, without those that a person has
/// moved there already.
///
/// The file says only what the last run was unsure of. With nothing to say, none is made.
pub(super) fn write(
    context: &Context,
    path: &Path,
    perhaps: Vec<Recommendation>,
) -> Result<(), Failure> {
    if out::is_stream(path) {
        return Ok(());
    }
    let records = concord::parse_records_in_order(&path.display().to_string(), &out::read(path)?)?;
    let accepted: BTreeSet<_> = records.iter().map(|r| (&r.document, &r.text)).collect();
    let mut left = perhaps;
    left.retain(|r| !accepted.contains(&(&r.document, &r.text)));
    let beside = beside(path);
    if left.is_empty() && !beside.exists() {
        return Ok(());
    }
    out::write(&beside, &as_lines(&left)?)?;
    if !left.is_empty() {
        context.say(format_args!(
            "{}: {} perhaps; move a line to {} to accept it",
            beside.display(),
            table::counted(left.len(), "recommendation", "recommendations"),
            path.display()
        ));
    }
    Ok(())
}

fn beside(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|ending| ending == "jsonl") {
        return path.with_extension("perhaps.jsonl");
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".perhaps.jsonl");
    name.into()
}
