//! Themes: the list, one theme with its members by agency, and people's decisions about them.

use std::sync::{Mutex, PoisonError};

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::app::App;
use super::matrix::anchor;
use super::page::{Card, Shell, counted, rendered};
use super::parameters::{self, Parameters};
use super::refused::Refused;
use super::sent::Sent;
use super::shelf::Shown;
use crate::domain::{
    Act, AgencyCount, Changes, Decision, Firmness, Recommendation, Said, Theme, ThemeChange,
    ThemeEdit, ThemeName,
};
use crate::pipeline;
use crate::report::number;

/// Themes on a page.
const PAGE: usize = 50;
/// Agencies named in the list.
const AGENCIES: usize = 5;
/// What is kept of what decisions changed.
const KEPT: usize = 50;
/// Decisions on the page of the history.
const DECISIONS: usize = 200;
/// p-value below which the number of agencies is not explained by chance.
const RARE: f64 = 0.05;

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
    fn find(&self, asked: &Parameters) -> Option<String> {
        let number: usize = asked.get("done")?.parse().ok()?;
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.1.get(number.checked_sub(told.0)?).cloned()
    }
}

#[derive(Template)]
#[template(path = "themes.html", config = "src/web/askama.toml")]
struct List {
    shell: Shell,
    done: Option<String>,
    lede: String,
    signed: usize,
    all: usize,
    find: String,
    agency: String,
    agencies: Vec<String>,
    state: String,
    order: String,
    themes: Vec<Row>,
    n_found: usize,
    before: Option<String>,
    after: Option<String>,
    address: String,
}

struct Row {
    id: String,
    address: String,
    label: String,
    n_agencies: usize,
    /// From 0 to 100.
    percent: usize,
    beyond_chance: bool,
    agreement: String,
    members: String,
    agencies: String,
    firmness: Firmness,
    is_signed: bool,
    decided: String,
}

pub(super) async fn list(State(app): State<App>, asked: Parameters) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let all = &shown.index.themes().themes;
        let found = found(&shown, &asked);
        let from = asked.number("from", 0, 0..=all.len())?;
        let place = |at: usize| format!("/themes?{}", asked.with("from", Some(&at.to_string())));
        let text = |name| asked.get(name).unwrap_or_default().to_owned();
        let signed = all.iter().filter(|theme| is_signed(theme)).count();
        rendered(&List {
            shell: Shell::new(app, "/themes", "Themes"),
            done: app.told.find(&asked),
            lede: lede(&shown),
            signed,
            all: all.len(),
            find: text("q"),
            agency: text("agency"),
            agencies: shown.index.agencies().iter().map(ToString::to_string).collect(),
            state: text("state"),
            order: text("order"),
            themes: found.iter().skip(from).take(PAGE).map(|theme| row(&shown, theme)).collect(),
            n_found: found.len(),
            before: (from > 0).then(|| place(from.saturating_sub(PAGE))),
            after: (from + PAGE < found.len()).then(|| place(from + PAGE)),
            address: asked.with("from", None),
        })
    })
    .await
}

fn lede(shown: &Shown) -> String {
    let themes = shown.index.themes();
    format!(
        "{}. {} no other.",
        counted(themes.themes.len(), "theme", "themes"),
        counted(themes.single.len(), "recommendation matches", "recommendations match"),
    )
}

/// The themes that the parameters `q`, `agency` and `state` ask for, in the order that `order` names.
pub(super) fn found<'a>(shown: &'a Shown, asked: &Parameters) -> Vec<&'a Theme> {
    let words: Vec<String> =
        asked.get("q").unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    let named = |theme: &Theme| {
        let text = format!("{} {}", theme.label, theme.keywords.join(" ")).to_lowercase();
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let has_agency = |theme: &Theme| {
        let counts = &theme.consensus.by_agency;
        asked.get("agency").is_none_or(|wanted| counts.iter().any(|c| c.agency.as_str() == wanted))
    };
    let in_state = |theme: &Theme| match asked.get("state") {
        Some("signed") => is_signed(theme),
        Some("open") => !is_signed(theme),
        Some("weak") => theme.is_weak(),
        _ => true,
    };
    let themes = shown.index.themes().themes.iter();
    let mut found: Vec<&Theme> =
        themes.filter(|theme| named(theme) && has_agency(theme) && in_state(theme)).collect();
    match asked.get("order") {
        Some("size") => found.sort_by_key(|theme| std::cmp::Reverse(theme.members.len())),
        Some("name") => found.sort_by_key(|theme| theme.label.to_lowercase()),
        Some("stability") => found.sort_by(|a, b| a.stability.total_cmp(&b.stability)),
        // Strongest consensus first, as they are.
        _ => {}
    }
    found
}

/// Whether a person confirmed the theme.
fn is_signed(theme: &Theme) -> bool {
    theme.decided.contains(&Act::Accept)
}

fn row(shown: &Shown, theme: &Theme) -> Row {
    let consensus = &theme.consensus;
    let all = shown.index.manifest().counts.agencies.max(1);
    Row {
        id: theme.id.to_string(),
        address: parameters::theme(theme.id.as_str()),
        label: theme.label.clone(),
        n_agencies: consensus.agencies(),
        percent: 100 * consensus.agencies() / all,
        beyond_chance: consensus.p_value < RARE,
        agreement: number::estimate(consensus.strength),
        members: counted(theme.members.len(), "recommendation", "recommendations"),
        agencies: agencies(&consensus.by_agency),
        firmness: theme.firmness(),
        is_signed: is_signed(theme),
        decided: decided(theme),
    }
}

fn agencies(counts: &[AgencyCount]) -> String {
    let names: Vec<&str> = counts.iter().take(AGENCIES).map(|c| c.agency.as_str()).collect();
    let rest = counts.len().saturating_sub(AGENCIES);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", names.join(", "))
}

fn decided(theme: &Theme) -> String {
    let acts = theme.decided.iter().filter(|act| **act != Act::Accept);
    acts.map(|act| act.done()).collect::<Vec<_>>().join(", ")
}

#[derive(Template)]
#[template(path = "theme.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    done: Option<String>,
    row: Row,
    keywords: String,
    expected: String,
    voices: Vec<Voice>,
    others: Vec<(String, String)>,
    before: Option<String>,
    after: Option<String>,
    place: String,
}

/// What one agency says.
struct Voice {
    agency: String,
    members: Vec<Member>,
}

struct Member {
    card: Card,
    /// How well it belongs.
    weight: String,
    /// It is at home in another theme.
    is_guest: bool,
}

pub(super) async fn page(
    State(app): State<App>,
    Path(id): Path<String>,
    asked: Parameters,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let themes = &shown.index.themes().themes;
        let at = position(&shown, &id)?;
        let theme = &themes[at];
        let address = |at: usize| Some(parameters::theme(themes.get(at)?.id.as_str()));
        let others = themes.iter().filter(|other| other.id != theme.id);
        let consensus = &theme.consensus;
        rendered(&Page {
            shell: Shell::new(app, "/themes", theme.label.clone()),
            done: app.told.find(&asked),
            row: row(&shown, theme),
            keywords: theme.keywords.join(", "),
            expected: format!(
                "{} to {}",
                number::estimate(consensus.expected_low),
                number::estimate(consensus.expected_high)
            ),
            voices: voices(app, &shown, theme),
            others: others.map(|other| (other.id.to_string(), other.label.clone())).collect(),
            before: at.checked_sub(1).and_then(address),
            after: address(at + 1),
            place: format!("{} of {}", at + 1, themes.len()),
        })
    })
    .await
}

/// Where the theme called `id` stands.
pub(super) fn position(shown: &Shown, id: &str) -> Result<usize, Refused> {
    let themes = &shown.index.themes().themes;
    themes.iter().position(|theme| theme.id.as_str() == id).ok_or_else(|| {
        Refused::unknown(format!("there is no theme `{id}`"))
            .with_remedy("it may have been merged or dissolved; look at the list of themes")
    })
}

fn voices(app: &App, shown: &Shown, theme: &Theme) -> Vec<Voice> {
    let rows: &[Recommendation] = shown.index.recommendations();
    let voice = |count: &AgencyCount| {
        let own = theme.members.iter().filter(|m| rows[m.row].agency == count.agency);
        let member = |member: &crate::domain::Member| Member {
            card: Card::new(app, shown, member.row),
            weight: number::probability(member.weight),
            is_guest: member.guest,
        };
        Voice { agency: count.agency.to_string(), members: own.map(member).collect() }
    };
    theme.consensus.by_agency.iter().map(voice).collect()
}

/// `POST /themes/merge`: the themes that were ticked in the list.
pub(super) async fn merge(State(app): State<App>, sent: Sent) -> Result<Response, Refused> {
    let themes: Vec<String> = sent.fields.all("theme").map(str::to_owned).collect();
    let sign = sent.fields.get("act") == Some("accept");
    if themes.is_empty() {
        return Err(Refused::wrong("no theme is ticked").with_remedy("go back and tick some"));
    }
    let edit = if sign { ThemeEdit::Accept(themes) } else { ThemeEdit::Merge(themes) };
    app.work(move |app| decide(app, &edit, None)).await
}

/// `POST /themes/{id}/{act}`.
pub(super) async fn edit(
    State(app): State<App>,
    Path((id, act)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Refused> {
    let edit = asked_edit(&id, &act, &sent.fields)?;
    app.work(move |app| decide(app, &edit, Some(&id))).await
}

fn asked_edit(id: &str, act: &str, fields: &Parameters) -> Result<ThemeEdit, Refused> {
    let theme = id.to_owned();
    let ticked = || -> Result<Vec<String>, Refused> {
        let ids: Vec<String> = fields.all("member").map(str::to_owned).collect();
        if ids.is_empty() {
            return Err(Refused::wrong("no recommendation is ticked")
                .with_remedy("go back and tick those that do not belong here"));
        }
        Ok(ids)
    };
    let other = || {
        fields.get("other").map(str::to_owned).ok_or_else(|| {
            Refused::wrong("no other theme is chosen").with_remedy("go back and choose one")
        })
    };
    Ok(match act {
        "rename" => ThemeEdit::Rename { theme, name: fields.get("name").unwrap_or("").to_owned() },
        "out" => ThemeEdit::Move { ids: ticked()?, to: None },
        "move" => ThemeEdit::Move { ids: ticked()?, to: Some(other()?) },
        "split" => ThemeEdit::Split { theme, off: ticked()? },
        "merge" => ThemeEdit::Merge(vec![theme, other()?]),
        "accept" => ThemeEdit::Accept(vec![theme]),
        "reject" => ThemeEdit::Reject(vec![theme]),
        _ => return Err(Refused::unknown(format!("`{act}` cannot be done to a theme"))),
    })
}

/// Makes a decision, opens the index that it leads to, and leads back to the theme, or to the list where the
/// theme is gone.
fn decide(app: &App, edit: &ThemeEdit, id: Option<&str>) -> Result<Response, Refused> {
    let decided = pipeline::decide(app.shelf.path(), edit)?;
    app.shelf.refresh()?;
    let number = app.told.tell(told(edit, &decided.changes));
    let shown = app.shown()?;
    let theme = id.filter(|id| position(&shown, id).is_ok());
    let back = theme.map_or("/themes".to_owned(), parameters::theme);
    Ok(Redirect::to(&format!("{back}?done={number}")).into_response())
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
        ThemeEdit::Undo => "Undone.",
    };
    let names = |themes: &[ThemeName]| -> String {
        themes
            .iter()
            .map(|theme| format!("\u{201c}{}\u{201d}", theme.label))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let change = |change: &ThemeChange| match change.told() {
        ("new", _, after) => format!("New theme: {}.", names(after)),
        ("gone", before, _) => format!("Gone: {}.", names(before)),
        (_, before, after) => format!("{} became {}.", names(before), names(after)),
    };
    let mut sentences = vec![what.to_owned()];
    sentences.extend(changes.themes.iter().map(change));
    if !changes.moved.is_empty() {
        let n = changes.moved.len();
        sentences.push(format!(
            "{} theme.",
            counted(n, "recommendation changed", "recommendations changed")
        ));
    }
    sentences.join(" ")
}

/// `POST /decisions/undo`
pub(super) async fn undo(State(app): State<App>, _: Sent) -> Result<Response, Refused> {
    app.work(move |app| decide(app, &ThemeEdit::Undo, None)).await
}

#[derive(Template)]
#[template(path = "decisions.html", config = "src/web/askama.toml")]
struct History {
    shell: Shell,
    /// Latest first.
    decisions: Vec<Made>,
    all: usize,
}

struct Made {
    number: usize,
    what: String,
    ids: Vec<String>,
}

pub(super) async fn history(State(app): State<App>) -> Result<Response, Refused> {
    app.work(move |app| {
        let made = pipeline::decisions(app.shelf.path())?;
        let all = made.len();
        let some = made.iter().enumerate().rev().take(DECISIONS);
        let one = |(at, decision): (usize, &Decision)| Made {
            number: at + 1,
            what: in_words(decision),
            ids: decision.names().map(ToString::to_string).collect(),
        };
        rendered(&History {
            shell: Shell::new(app, "/themes", "Decisions"),
            decisions: some.map(one).collect(),
            all,
        })
    })
    .await
}

fn in_words(decision: &Decision) -> String {
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
