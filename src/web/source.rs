//! The file that a recommendation was read from, at its lines, where it lies on this machine.
//!
//! An index names files, and it may come from somebody else: a page shows only a file that still has the words of
//! the recommendation at the lines that the index names.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use askama::Template;
use axum::extract::{Path as InPath, State};
use axum::response::Response;

use super::app::App;
use super::documents::read::{LINES, Line, numbered};
use super::guard::UPLOAD_BYTES;
use super::page::{Card, Shell, rendered};
use super::refused::Refused;
use super::shelf::Shown;
use crate::domain::{Agency, Recommendation, Source};
use crate::pipeline::{self, ExtractOptions};
use crate::text::words;

/// Share of the words of a recommendation that its lines must have. A person may have corrected some.
const KEPT: f64 = 0.6;

#[derive(Template)]
#[template(path = "source.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    card: Card,
    /// Address of the recommendation.
    address: String,
    /// The file, as it was given to the program.
    file: String,
    lines: Vec<Line>,
    is_cut: bool,
}

/// Where the source of `found` can be read on this server; `None` if its file is not there.
pub(super) fn address(app: &App, found: &Recommendation) -> Option<String> {
    let source = found.source.as_ref()?;
    place(app, &source.path)?;
    let of = super::parameters::recommendation(found.id.as_str());
    Some(format!("{of}/source#l{}", source.line_start))
}

/// The file called `name`: as it was given, from the folder that the server was started in or from that of the index.
fn place(app: &App, name: &str) -> Option<PathBuf> {
    let name = Path::new(name);
    let index = app.shelf.path();
    let beside = index.folder().and_then(Path::parent).map(|folder| folder.join(name));
    [Some(name.to_owned()), beside].into_iter().flatten().find(|path| path.is_file())
}

pub(super) async fn page(
    State(app): State<App>,
    InPath(id): InPath<String>,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let row = shown.index.row(&id)?;
        let found = &shown.index.recommendations()[row];
        let gone = || {
            Refused::unknown(format!("the file that {id} was read from is not here"))
                .with_remedy("start the server in the folder that `concord extract` was run in")
        };
        let source = found.source.as_ref().ok_or_else(gone)?;
        let path = place(app, &source.path).ok_or_else(gone)?;
        let (mut lines, is_cut) = lines(&path, &source.path, &found.agency)?;
        if !has(&lines, found, source) {
            return Err(Refused::unknown(format!(
                "{} does not have the words of {id} at line {}",
                source.path, source.line_start
            ))
            .with_remedy("it was changed since; run `concord extract` and `concord index` again"));
        }
        mark(&mut lines, &shown, source);
        rendered(&Page {
            shell: Shell::new(app, "/", format!("{id} in its source")),
            card: Card::new(app, &shown, row),
            address: super::parameters::recommendation(&id),
            file: source.path.clone(),
            lines,
            is_cut,
        })
    })
    .await
}

/// The lines of the document at `path`, or the rows of a table of recommendations, of `agency` where no column names
/// one; and whether there are more.
#[expect(clippy::disallowed_methods, reason = "reads a file that the index names")]
fn lines(path: &Path, name: &str, agency: &Agency) -> Result<(Vec<Line>, bool), Refused> {
    let unreadable = |why: &dyn std::fmt::Display| Refused::wrong(format!("{name}: {why}"));
    let size = fs::metadata(path).map_err(|error| unreadable(&error))?.len();
    if size > UPLOAD_BYTES as u64 {
        return Err(unreadable(&format_args!("larger than {} MB", UPLOAD_BYTES >> 20)));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(&error))?;
    let mut options = ExtractOptions::default();
    options.table.agency = Some(agency.clone());
    if let Some(document) = pipeline::source_text(Path::new(name), &bytes, &options)? {
        return Ok(numbered(&document));
    }
    let of_row = |found: Recommendation| {
        let number = found.source.as_ref()?.line_start;
        Some(Line { number, text: found.text, page: None, record: None })
    };
    let rows = pipeline::extract(Path::new(name), &bytes, &options)?.recommendations;
    let is_cut = rows.len() > LINES;
    Ok((rows.into_iter().filter_map(of_row).take(LINES).collect(), is_cut))
}

/// Whether the `lines` that `source` names have most words of `found`.
fn has(lines: &[Line], found: &Recommendation, source: &Source) -> bool {
    let named = lines.iter().filter(|l| (source.line_start..=source.line_end).contains(&l.number));
    // A word may be parted at the end of a line.
    let text: String = named.flat_map(|line| [line.text.as_str(), " "]).collect();
    let text = text.replace("- ", "") + " " + &text;
    let folded = |text: &str| -> HashSet<String> {
        words(text, None).map(|word| word.text.to_lowercase()).collect()
    };
    let (own, there) = (folded(&found.text), folded(&text));
    let kept = own.intersection(&there).count() as f64;
    !own.is_empty() && kept >= KEPT * own.len() as f64
}

/// Marks the lines of every recommendation that was read from this file.
fn mark(lines: &mut [Line], shown: &Shown, source: &Source) {
    let of_file = |found: &&Source| found.path == source.path;
    let all = shown.index.recommendations().iter().filter_map(|found| found.source.as_ref());
    let mut of_file: Vec<&Source> = all.filter(of_file).collect();
    of_file.sort_by_key(|found| (found.line_start, found.line_end));
    for (at, found) in of_file.into_iter().enumerate() {
        let taken = found.line_start..=found.line_end;
        for line in lines.iter_mut().filter(|line| taken.contains(&line.number)) {
            line.record = Some(at);
        }
    }
}
