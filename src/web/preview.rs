//! What a change would change, before it is made.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::Response;

use super::app::App;
use super::decisions::changed;
use super::page::{Shell, begun, counted, rendered};
use super::parameters::{self, Parameters};
use super::refused::Refused;
use crate::domain::{Moved, ThemeChange, ThemeEdit, ThemeId, ThemeName};
use crate::pipeline;

/// Recommendations that are listed.
const LISTED: usize = 100;

#[derive(Template)]
#[template(path = "preview.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    /// Where the form goes, and what it carries.
    address: String,
    fields: Vec<(String, String)>,
    back: String,
    themes: Vec<String>,
    moves: Vec<Row>,
    n_moves: usize,
    lede: String,
    /// What the button says.
    act: &'static str,
}

struct Row {
    id: String,
    address: String,
    agency: String,
    text: String,
    from: String,
    to: String,
}

/// A page that says what `edit` would change and asks whether to make it: the form goes to `address` with the
/// same `fields`, and `back` leads to where the reader was.
///
/// # Errors
/// A change that cannot be made.
pub(super) fn page(
    app: &App,
    edit: &ThemeEdit,
    fields: &Parameters,
    address: &str,
    back: String,
) -> Result<Response, Refused> {
    let shown = app.shown()?;
    let changes = pipeline::rehearse(app.shelf.path(), edit)?;
    let (title, act) = question(edit);
    let row = |moved: &Moved| {
        let found = shown.index.row(moved.id.as_str()).ok();
        let found = found.map(|row| &shown.index.recommendations()[row]);
        Row {
            id: moved.id.to_string(),
            address: parameters::recommendation(moved.id.as_str()),
            agency: found.map_or(String::new(), |found| found.agency.to_string()),
            text: found.map_or(String::new(), |found| begun(&found.text)),
            from: name(moved.from.as_ref()),
            to: name(moved.to.as_ref()),
        }
    };
    rendered(&Page {
        shell: Shell::new(app, "/themes", title),
        address: address.to_owned(),
        fields: fields.pairs().filter(|(name, _)| !is_own(name)).collect(),
        back,
        lede: lede(told(&changes.themes).len(), changes.moved.len()),
        themes: told(&changes.themes),
        moves: changes.moved.iter().take(LISTED).map(row).collect(),
        n_moves: changes.moved.len(),
        act,
    })
}

/// Whether the page itself adds the field called `name`.
fn is_own(name: &str) -> bool {
    ["form_token", "confirmed"].contains(&name)
}

/// What becomes of themes, each told once: the name of a theme that is split or merged goes without saying.
fn told(changes: &[ThemeChange]) -> Vec<String> {
    let parts = changes.iter().filter(|change| !matches!(change, ThemeChange::Renamed { .. }));
    let known: BTreeSet<&ThemeId> =
        parts.flat_map(|change| change.told().1).map(|theme| &theme.id).collect();
    let is_new = |change: &&ThemeChange| match change {
        ThemeChange::Renamed { from, .. } => !known.contains(&from.id),
        _ => true,
    };
    changes.iter().filter(is_new).map(changed).collect()
}

fn lede(themes: usize, moves: usize) -> String {
    if themes + moves == 0 {
        return "No theme changes. The decision is kept for when the index is built again."
            .to_owned();
    }
    let mut said = vec![counted(themes, "theme changes.", "themes change.")];
    if moves > 0 {
        let who = counted(moves, "recommendation changes", "recommendations change");
        said.push(format!("{who} theme besides."));
    }
    format!("{} Nothing is changed yet.", said.join(" "))
}

fn name(theme: Option<&ThemeName>) -> String {
    theme.map_or("no theme".to_owned(), |theme| format!("\u{201c}{}\u{201d}", theme.label))
}

/// The title of the page and the words of its button.
fn question(edit: &ThemeEdit) -> (String, &'static str) {
    let n = |ids: &[String]| counted(ids.len(), "recommendation", "recommendations");
    match edit {
        ThemeEdit::Merge(themes) => (format!("Merge {} themes?", themes.len()), "Merge them"),
        ThemeEdit::Split { off, .. } => {
            (format!("Make a theme of {}?", n(off)), "Make a theme of their own")
        }
        ThemeEdit::Move { ids, to: None } => (format!("Take out {}?", n(ids)), "Take out"),
        ThemeEdit::Move { ids, .. } => (format!("Move {}?", n(ids)), "Move"),
        ThemeEdit::Reject(_) => ("Dissolve this theme?".to_owned(), "Dissolve it"),
        ThemeEdit::Rename { .. }
        | ThemeEdit::Accept(_)
        | ThemeEdit::Pair { .. }
        | ThemeEdit::Undo
        | ThemeEdit::UndoNumber(_) => ("Go on?".to_owned(), "Go on"),
    }
}
