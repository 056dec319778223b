//! Themes: the list, one theme with its members by agency, and people's decisions about them.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::app::App;
use super::decisions;
use super::matrix::anchor;
use super::page::{Card, Shell, counted, rendered};
use super::parameters::{self, Parameters, encoded};
use super::preview;
use super::refused::Refused;
use super::sent::Sent;
use super::shelf::Shown;
use crate::domain::{Act, Agency, Asking, Firmness, Recommendation, Theme, ThemeEdit};
use crate::report::number;

/// Themes on a page.
const PAGE: usize = 50;
/// Agencies named in the list.
const AGENCIES: usize = 5;

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
    /// "5 agencies ask for this", and how many do surely, if not all.
    asking: String,
    surely: Option<String>,
    /// Of all agencies, those that ask, from 0 to 100.
    percent: usize,
    members: String,
    /// Who asks, and who comes near.
    agencies: String,
    firmness: Firmness,
    /// What kind of theme it is, in a word, and what that means.
    kinds: Vec<(&'static str, &'static str)>,
    is_signed: bool,
    decided: String,
}

pub(super) async fn list(State(app): State<App>, asked: Parameters) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let all = &shown.index.themes().themes;
        let mut found = found(&shown, &asked);
        if asked.get("order").is_none() {
            // What is about the meeting itself comes last.
            found.sort_by_key(|theme| theme.is_process);
        }
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
        Some("process") => theme.is_process,
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
    let all = shown.index.manifest().counts.agencies.max(1);
    let (n, sure) = (theme.asking.len(), theme.n_surely());
    Row {
        id: theme.id.to_string(),
        address: parameters::theme(theme.id.as_str()),
        label: theme.label.clone(),
        asking: counted(n, "agency asks for this", "agencies ask for this"),
        surely: (sure < n).then(|| format!("{sure} surely")),
        percent: 100 * n / all,
        members: counted(theme.members.len(), "recommendation", "recommendations"),
        agencies: agencies(theme),
        firmness: theme.firmness(),
        kinds: kinds(theme),
        is_signed: is_signed(theme),
        decided: decided(theme),
    }
}

fn kinds(theme: &Theme) -> Vec<(&'static str, &'static str)> {
    let process = ("process", "About the body or the meeting itself");
    let narrow = ("narrower", "Inside wider themes, or across them");
    let kinds = [theme.is_process.then_some(process), theme.is_narrow().then_some(narrow)];
    kinds.into_iter().flatten().collect()
}

/// The agencies that ask, then those that merely come near.
fn agencies(theme: &Theme) -> String {
    let named = |agencies: &[&Agency]| {
        let names: Vec<&str> =
            agencies.iter().take(AGENCIES).map(|agency| agency.as_str()).collect();
        let rest = agencies.len().saturating_sub(AGENCIES);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        format!("{}{more}", names.join(", "))
    };
    let asking: Vec<&Agency> = theme.asking.iter().map(|asking| &asking.agency).collect();
    let near: Vec<&Agency> = theme.near().collect();
    match (asking.is_empty(), near.is_empty()) {
        (_, true) => named(&asking),
        (true, false) => format!("near: {}", named(&near)),
        (false, false) => format!("{}; near: {}", named(&asking), named(&near)),
    }
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
    /// The number of agencies, and what chance gives.
    agencies: String,
    expected: String,
    voices: Vec<Voice>,
    others: Vec<(String, String)>,
    before: Option<String>,
    after: Option<String>,
    place: String,
    /// Address of the next theme that nobody signed off, and how many are.
    next_open: Option<String>,
    signed: String,
    /// For downloads.
    export: String,
}

/// What one agency says.
struct Voice {
    agency: String,
    /// Whether it asks for what the theme asks for, and how surely.
    asks: String,
    members: Vec<Member>,
}

struct Member {
    card: Card,
    /// How well it belongs.
    weight: String,
    /// It is at home in another theme.
    is_guest: bool,
    /// It is what its agency asks with.
    is_asking: bool,
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
            agencies: counted(consensus.agencies(), "agency", "agencies"),
            expected: format!(
                "{} to {}",
                number::whole(consensus.expected_low.round() as usize),
                number::whole(consensus.expected_high.round() as usize)
            ),
            voices: voices(app, &shown, theme),
            others: others.map(|other| (other.id.to_string(), other.label.clone())).collect(),
            before: at.checked_sub(1).and_then(address),
            after: address(at + 1),
            next_open: next_open(themes, at),
            signed: format!(
                "{} of {} signed off",
                themes.iter().filter(|theme| is_signed(theme)).count(),
                themes.len()
            ),
            place: format!("{} of {}", at + 1, themes.len()),
            export: format!("theme={}", encoded(theme.id.as_str())),
        })
    })
    .await
}

/// The address of the first theme after number `at` that nobody signed off, or else before it.
fn next_open(themes: &[Theme], at: usize) -> Option<String> {
    let others = themes.iter().skip(at + 1).chain(themes.iter().take(at));
    let open = others.into_iter().find(|theme| !is_signed(theme))?;
    Some(parameters::theme(open.id.as_str()))
}

/// Where the theme called `id` stands.
pub(super) fn position(shown: &Shown, id: &str) -> Result<usize, Refused> {
    let themes = &shown.index.themes().themes;
    themes.iter().position(|theme| theme.id.as_str() == id).ok_or_else(|| {
        Refused::unknown(format!("there is no theme `{id}`"))
            .with_remedy("it may have been merged or dissolved; look at the list of themes")
    })
}

/// What each agency says: first those that ask, in their order, then those that come near.
fn voices(app: &App, shown: &Shown, theme: &Theme) -> Vec<Voice> {
    let rows: &[Recommendation] = shown.index.recommendations();
    let voice = |agency: &Agency, asks: Option<&Asking>| {
        let own = theme.members.iter().filter(|m| rows[m.row].agency == *agency);
        let member = |member: &crate::domain::Member| Member {
            card: Card::new(app, shown, member.row),
            weight: number::probability(member.weight),
            is_guest: member.guest,
            is_asking: asks.is_some_and(|asks| asks.row == member.row),
        };
        let asks_with =
            |asks: &Asking| format!("asks for this, {}", number::probability(asks.probability));
        Voice {
            agency: agency.to_string(),
            asks: asks.map_or_else(|| "comes near".to_owned(), asks_with),
            members: own.map(member).collect(),
        }
    };
    let asking = theme.asking.iter().map(|asking| voice(&asking.agency, Some(asking)));
    asking.chain(theme.near().map(|agency| voice(agency, None))).collect()
}

/// `POST /themes/merge`: the themes that were ticked in the list.
pub(super) async fn merge(State(app): State<App>, sent: Sent) -> Result<Response, Refused> {
    let themes: Vec<String> = sent.fields.all("theme").map(str::to_owned).collect();
    let sign = sent.fields.get("act") == Some("accept");
    if themes.is_empty() {
        return Err(Refused::wrong("no theme is ticked").with_remedy("go back and tick some"));
    }
    let edit = if sign { ThemeEdit::Accept(themes) } else { ThemeEdit::Merge(themes) };
    app.work(move |app| asked(app, &edit, None, &sent.fields, "/themes/merge")).await
}

/// `POST /themes/{id}/{act}`.
pub(super) async fn edit(
    State(app): State<App>,
    Path((id, act)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Refused> {
    let edit = asked_edit(&id, &act, &sent.fields)?;
    app.work(move |app| {
        let address = format!("{}/{}", parameters::theme(&id), encoded(&act));
        asked(app, &edit, Some(&id), &sent.fields, &address)
    })
    .await
}

/// Makes the change, or shows first what it would change: changes of which members are confirmed.
fn asked(
    app: &App,
    edit: &ThemeEdit,
    id: Option<&str>,
    fields: &Parameters,
    address: &str,
) -> Result<Response, Refused> {
    let is_plain = matches!(edit, ThemeEdit::Accept(_) | ThemeEdit::Rename { .. });
    if !is_plain && !fields.is_on("confirmed") {
        let back = id.map_or("/themes".to_owned(), parameters::theme);
        return preview::page(app, edit, fields, address, back);
    }
    let number = decisions::make(app, edit)?;
    let shown = app.shown()?;
    let theme = id.filter(|id| position(&shown, id).is_ok());
    let back = theme.map_or("/themes".to_owned(), parameters::theme);
    Ok(Redirect::to(&format!("{back}?done={number}")).into_response())
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
