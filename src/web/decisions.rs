//! People's decisions about themes and pairs: making them, saying what they changed, their history.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::app::App;
use super::page::{Shell, counted, rendered};
use super::parameters::{self, Parameters};
use super::refused::Refused;
use super::sent::Sent;
use super::shelf::Shown;
use crate::domain::{Changes, Decision, RecommendationId, Said, ThemeChange, ThemeEdit, ThemeName};
use crate::pipeline::{self, Decided, Error, StoreError};

/// What is kept of what decisions changed.
const KEPT: usize = 50;
/// Decisions on a page of the history.
pub(super) const PAGE: usize = 100;
/// Recommendations of a decision that are named.
const NAMED: usize = 12;
/// How long a decision waits for another one to be stored, which takes seconds in a large index.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it looks whether it may go on.
const PAUSE: Duration = Duration::from_millis(50);

/// What the last decisions changed, in words, each shown once after it was made.
#[derive(Default)]
pub(super) struct Told(Mutex<(usize, Vec<String>)>);

impl Told {
    /// Keeps `words`, and returns the number under which they are found.
    fn tell(&self, words: String) -> usize {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.1.len() == KEPT {
            told.1.remove(0);
            told.0 += 1;
        }
        told.1.push(words);
        told.0 + told.1.len() - 1
    }

    /// The words under the number in the address.
    pub(super) fn find(&self, asked: &Parameters) -> Option<String> {
        let number: usize = asked.get("done")?.parse().ok()?;
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.1.get(number.checked_sub(told.0)?).cloned()
    }
}

/// Does `work` as soon as nobody else writes the index. While this server builds it, that takes too long.
///
/// # Errors
/// As `work`.
fn patiently<T>(app: &App, work: impl Fn() -> Result<T, Error>) -> Result<T, Refused> {
    let begun = Instant::now();
    loop {
        match work() {
            Err(Error::Store(StoreError::Locked { .. }))
                if begun.elapsed() < PATIENCE && !app.job.is_running() =>
            {
                thread::sleep(PAUSE);
            }
            done => return Ok(done?),
        }
    }
}

/// Makes a decision and opens the index that it leads to.
///
/// # Errors
/// A change that cannot be made.
pub(super) fn decide(app: &App, edit: &ThemeEdit) -> Result<Decided, Refused> {
    let decided = patiently(app, || pipeline::decide(app.shelf.path(), edit))?;
    app.shelf.refresh()?;
    Ok(decided)
}

/// Makes a decision, and returns the number of what is told of it.
///
/// # Errors
/// A change that cannot be made.
pub(super) fn make(app: &App, edit: &ThemeEdit) -> Result<usize, Refused> {
    let decided = decide(app, edit)?;
    Ok(app.told.tell(told(edit, &decided.changes)))
}

/// Stores what a person says of a pair; themes follow in the background. Returns the number of what is told of
/// it.
///
/// # Errors
/// A pair that cannot be decided on.
pub(super) fn note(app: &App, shown: &Shown, ids: [&str; 2], said: Said) -> Result<usize, Refused> {
    let edit = ThemeEdit::Pair { ids: ids.map(str::to_owned), said };
    let list = patiently(app, || pipeline::note(app.shelf.path(), &edit, &shown.index))?;
    shown.hear(&list);
    app.catch_up.begin(app);
    let [a, b] = ids;
    Ok(app.told.tell(match said {
        Said::Same => format!("Kept: {a} and {b} ask for the same."),
        Said::NotSame => format!("Kept: {a} and {b} do not ask for the same."),
        Said::Contrary => format!("Kept: {a} asks for the contrary of {b}."),
    }))
}

/// A decision and what it changed, in words.
fn told(edit: &ThemeEdit, changes: &Changes) -> String {
    let what = match edit {
        ThemeEdit::Merge(_) => "Merged.",
        ThemeEdit::Split { .. } => "Split off.",
        ThemeEdit::Move { to: None, .. } => "Taken out.",
        ThemeEdit::Move { .. } => "Moved.",
        ThemeEdit::Rename { .. } => "Renamed.",
        ThemeEdit::Accept(_) => "Signed off.",
        ThemeEdit::Reject(_) => "Dissolved.",
        ThemeEdit::Pair { .. } => "Decided on the pair.",
        ThemeEdit::Undo | ThemeEdit::UndoNumber(_) => "Undone.",
    };
    let mut sentences = vec![what.to_owned()];
    sentences.extend(changes.themes.iter().map(changed));
    if !changes.moved.is_empty() {
        let n = changes.moved.len();
        let who = counted(n, "recommendation changes", "recommendations change");
        sentences.push(format!("{who} theme."));
    }
    sentences.join(" ")
}

/// What becomes of a theme, in a sentence.
pub(super) fn changed(change: &ThemeChange) -> String {
    let names = |themes: &[ThemeName]| -> String {
        let name =
            |theme: &ThemeName| format!("\u{201c}{}\u{201d} ({})", theme.label, theme.members);
        themes.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    match change.told() {
        ("new", _, after) => format!("New theme: {}.", names(after)),
        ("gone", before, _) => format!("Gone: {}.", names(before)),
        (_, before, after) => format!("{} becomes {}.", names(before), names(after)),
    }
}

/// `POST /decisions/undo`: the latest, or the one that `number` names if there are still `of` of them.
pub(super) async fn undo(State(app): State<App>, sent: Sent) -> Result<Response, Refused> {
    app.work(move |app| {
        let edit = if sent.fields.get("number").is_some() {
            let n = pipeline::decisions(app.shelf.path())?.len();
            if sent.fields.number("of", 0, 0..=usize::MAX)? != n {
                return Err(Refused::wrong("somebody has decided something else meanwhile")
                    .with_remedy("go back, reload the page and choose again"));
            }
            ThemeEdit::UndoNumber(sent.fields.number("number", 0, 1..=n)?)
        } else {
            ThemeEdit::Undo
        };
        let done = make(app, &edit)?;
        let back = sent.fields.own_address("back").unwrap_or("/themes");
        let and = if back.contains('?') { '&' } else { '?' };
        Ok(Redirect::to(&format!("{back}{and}done={done}")).into_response())
    })
    .await
}

#[derive(Template)]
#[template(path = "decisions.html", config = "src/web/askama.toml")]
struct History {
    shell: Shell,
    done: Option<String>,
    /// Latest first.
    decisions: Vec<Made>,
    all: usize,
    before: Option<String>,
    after: Option<String>,
}

struct Made {
    number: usize,
    what: String,
    ids: Vec<Named>,
    /// Recommendations that are not named.
    more: usize,
}

struct Named {
    id: String,
    /// The beginning of its text, if the index still has it.
    text: String,
    address: Option<String>,
}

pub(super) async fn history(
    State(app): State<App>,
    asked: Parameters,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let made = pipeline::decisions(app.shelf.path())?;
        let shown = app.shelf.now();
        let all = made.len();
        let from = asked.number("from", 0, 0..=all)?;
        let place = |at: usize| format!("/decisions?{}", asked.with("from", Some(&at.to_string())));
        let some = made.iter().enumerate().rev().skip(from).take(PAGE);
        rendered(&History {
            shell: Shell::new(app, "/themes", "Decisions"),
            done: app.told.find(&asked),
            decisions: some.map(|(at, one)| self::made(at + 1, one, shown.as_deref())).collect(),
            all,
            before: (from > 0).then(|| place(from.saturating_sub(PAGE))),
            after: (from + PAGE < all).then(|| place(from + PAGE)),
        })
    })
    .await
}

fn made(number: usize, decision: &Decision, shown: Option<&Shown>) -> Made {
    let named = |id: &RecommendationId| {
        let row = shown.and_then(|shown| Some((shown, shown.index.row(id.as_str()).ok()?)));
        Named {
            id: id.to_string(),
            text: row.map_or(String::new(), |(shown, row)| {
                super::page::begun(&shown.index.recommendations()[row].text)
            }),
            address: row.map(|_| parameters::recommendation(id.as_str())),
        }
    };
    let ids: Vec<Named> = decision.names().take(NAMED).map(named).collect();
    let more = decision.names().count() - ids.len();
    Made { number, what: in_words(decision), ids, more }
}

/// A decision in a sentence without its full stop.
pub(super) fn in_words(decision: &Decision) -> String {
    let n = |ids: &[_]| counted(ids.len(), "recommendation", "recommendations");
    match decision {
        Decision::Merge { parts } => format!("Merged {} themes", parts.len()),
        Decision::Split { apart, .. } => format!("Split off {}", n(apart)),
        Decision::Move { moved, to, .. } if to.is_empty() => {
            format!("Took {} out of all themes", n(moved))
        }
        Decision::Move { moved, .. } => format!("Moved {} to another theme", n(moved)),
        Decision::Rename { name, .. } => format!("Renamed a theme to \u{201c}{name}\u{201d}"),
        Decision::Accept { members } => format!("Signed off a theme of {}", n(members)),
        Decision::Reject { members } => format!("Dissolved a theme of {}", n(members)),
        Decision::Pair { a, b, said: Said::Same } => {
            format!("Said that {a} and {b} ask for the same")
        }
        Decision::Pair { a, b, said: Said::NotSame } => {
            format!("Said that {a} and {b} do not ask for the same")
        }
        Decision::Pair { a, b, said: Said::Contrary } => {
            format!("Said that {a} asks for the contrary of {b}")
        }
    }
}

/// What people said of pairs of an index, by rows.
#[derive(Default)]
pub(super) struct Words {
    pairs: BTreeMap<(usize, usize), Said>,
    of_row: BTreeMap<usize, Vec<(usize, Said)>>,
}

impl Words {
    /// The last word on each pair in `decisions`, by rows of `shown`.
    pub(super) fn new(decisions: &[Decision], index: &pipeline::Index) -> Self {
        let mut words = Self::default();
        for pair in crate::domain::decided_pairs(decisions, index.recommendations()) {
            words.pairs.insert((pair.a, pair.b), pair.said);
            words.of_row.entry(pair.a).or_default().push((pair.b, pair.said));
            words.of_row.entry(pair.b).or_default().push((pair.a, pair.said));
        }
        words
    }

    /// What was said of two rows.
    pub(super) fn on(&self, a: usize, b: usize) -> Option<Said> {
        self.pairs.get(&(a.min(b), a.max(b))).copied()
    }

    /// The rows that were compared with `row`, and what was said.
    pub(super) fn of(&self, row: usize) -> &[(usize, Said)] {
        self.of_row.get(&row).map_or(&[], Vec::as_slice)
    }

    /// Number of pairs.
    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_words_are_kept_and_found_by_number() {
        let told = Told::default();
        let numbers: Vec<usize> = (0..KEPT + 2).map(|n| told.tell(format!("{n}."))).collect();
        let find = |n: usize| told.find(&Parameters::new(vec![("done".to_owned(), n.to_string())]));
        assert_eq!(numbers.last(), Some(&(KEPT + 1)));
        assert_eq!(find(KEPT + 1), Some(format!("{}.", KEPT + 1)));
        assert_eq!(find(1), None);
        assert_eq!(find(KEPT + 2), None);
    }
}
