//! Pairs: the list of those that are alike, and two recommendations side by side.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::app::App;
use super::decisions::{self, Words};
use super::page::{Card, Differs, Shell, Verdict, counted, rendered, stems};
use super::parameters::{Parameters, encoded};
use super::refused::Refused;
use super::sent::Sent;
use super::shelf::Shown;
use crate::domain::{Link, Relation, Said};
use crate::report::number;

/// Pairs on a page.
const PAGE: usize = 25;
/// In which order pairs stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Most probable first.
    Alike,
    /// The probability nearest to one half first: those on which a person is needed most.
    Uncertain,
}

/// What is asked for: which pairs, in which order.
pub(super) struct Wanted {
    pub(super) order: Order,
    pub(super) min_probability: f64,
    pub(super) max_probability: f64,
    pub(super) cross_agency: bool,
}

impl Wanted {
    /// What `asked` says; `least` is the minimum probability of the most alike pairs if it says none.
    ///
    /// # Errors
    /// A probability outside 0 to 1.
    pub(super) fn new(asked: &Parameters, least: f64) -> Result<Self, Refused> {
        let order = match asked.get("order") {
            Some("uncertain") => Order::Uncertain,
            _ => Order::Alike,
        };
        let least = if order == Order::Alike { least } else { 0.0 };
        Ok(Self {
            order,
            min_probability: asked.number("min_probability", least, 0.0..=1.0)?,
            max_probability: asked.number("max_probability", 1.0, 0.0..=1.0)?,
            cross_agency: asked.is_on("cross_agency"),
        })
    }

    /// The pairs, in order. Where a person is needed, those that nobody decided on yet.
    ///
    /// # Errors
    /// An index that cannot be read.
    pub(super) fn links<'a>(&self, shown: &'a Shown) -> Result<Vec<&'a Link>, Refused> {
        let rows = shown.index.recommendations();
        let (pairs, words) = (shown.pairs()?, shown.words());
        let admits = |link: &&Link| {
            let (p, is_uncertain) = (link.likeness.probability, self.order == Order::Uncertain);
            (self.min_probability..=self.max_probability).contains(&p)
                && !(self.cross_agency && rows[link.a].agency == rows[link.b].agency)
                && !(is_uncertain && is_decided(link, &words))
        };
        Ok(match self.order {
            Order::Alike => pairs.alike.iter().filter(admits).collect(),
            Order::Uncertain => {
                let links = pairs.uncertain.iter().map(|&at| &pairs.alike[at as usize]);
                links.filter(admits).collect()
            }
        })
    }
}

fn is_decided(link: &Link, words: &Words) -> bool {
    link.likeness.decided().is_some() || words.on(link.a, link.b).is_some()
}

#[derive(Template)]
#[template(path = "pairs.html", config = "src/web/askama.toml")]
struct List {
    shell: Shell,
    done: Option<String>,
    lede: String,
    /// The first pair to decide on.
    start: Option<String>,
    pairs: Vec<Row>,
    order: Order,
    cross_agency: bool,
    /// Addresses of the pages before and after this one.
    before: Option<String>,
    after: Option<String>,
    address: String,
}

struct Row {
    address: String,
    verdict: Verdict,
    a: Card,
    b: Card,
}

pub(super) async fn list(State(app): State<App>, asked: Parameters) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let wanted = Wanted::new(&asked, Relation::THRESHOLD)?;
        let links = wanted.links(&shown)?;
        let from = asked.number("from", 0, 0..=links.len())?;
        let place = |at: usize| format!("/pairs?{}", asked.with("from", Some(&at.to_string())));
        let row = |(at, &link): (usize, &&Link)| row(app, &shown, link, &asked, from + at);
        let some = links.iter().skip(from).take(PAGE).enumerate();
        rendered(&List {
            shell: Shell::new(app, "/pairs", "Pairs"),
            done: app.told.find(&asked),
            lede: lede(&links, &wanted, shown.words().len()),
            start: start(&shown, &asked)?,
            pairs: some.map(row).collect(),
            order: wanted.order,
            cross_agency: wanted.cross_agency,
            before: (from > 0).then(|| place(from.saturating_sub(PAGE))),
            after: (from + PAGE < links.len()).then(|| place(from + PAGE)),
            address: asked.with("from", None),
        })
    })
    .await
}

fn lede(links: &[&Link], wanted: &Wanted, decided: usize) -> String {
    let n = number::whole(links.len());
    let decided = counted(decided, "pair is decided", "pairs are decided");
    match wanted.order {
        Order::Alike => {
            let same = links.iter().filter(|link| link.likeness.relation == Relation::Duplicate);
            let same = number::whole(same.count());
            format!("{n} pairs ask for the same or a part of it; {same} for the same. {decided}.")
        }
        Order::Uncertain => {
            format!("{n} pairs wait, those first on which Concord is least certain. {decided}.")
        }
    }
}

/// The address of the first pair to decide on, of different agencies only if the list is.
fn start(shown: &Shown, asked: &Parameters) -> Result<Option<String>, Refused> {
    let fields =
        [("order", "uncertain"), ("cross_agency", asked.get("cross_agency").unwrap_or(""))];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    queue_address(shown, &Parameters::new(fields.into()), 0)
}

fn row(app: &App, shown: &Shown, link: &Link, asked: &Parameters, at: usize) -> Row {
    let [a, b] = [link.a, link.b].map(|row| Card::new(app, shown, row).begun());
    let verdict = Verdict::of(&link.likeness, shown.index.is_opposite(link));
    Row {
        address: pair_address(shown, link, asked, at),
        verdict: verdict.decided(shown.words().on(link.a, link.b)),
        a,
        b,
    }
}

fn pair_address(shown: &Shown, link: &Link, asked: &Parameters, at: usize) -> String {
    let rows = shown.index.recommendations();
    let [a, b] = [link.a, link.b].map(|row| encoded(rows[row].id.as_str()));
    format!("/pair?a={a}&b={b}&at={at}&{}", listing(asked))
}

#[derive(Template)]
#[template(path = "pair.html", config = "src/web/askama.toml")]
struct Pair {
    shell: Shell,
    done: Option<String>,
    /// What the form carries besides the two ids, and where it leads back to.
    fields: Vec<(String, String)>,
    here: String,
    /// The two agencies.
    one: String,
    other: String,
    sides: [Card; 2],
    verdict: Verdict,
    differences: Vec<Differs>,
    /// Addresses of the pairs before and after this one in the list that it was opened from.
    before: Option<String>,
    after: Option<String>,
    list: Option<String>,
    /// Where this pair stands in it.
    place: Option<String>,
    /// For downloads.
    export: String,
}

pub(super) async fn page(State(app): State<App>, asked: Parameters) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let index = &shown.index;
        let id = |name| {
            asked.get(name).ok_or_else(|| Refused::wrong(format!("the address lacks `{name}`")))
        };
        let (a, b) = (id("a")?, id("b")?);
        let hit = index.compare(a, b)?;
        let language = index.language_of_row(hit.row);
        let rows = [index.row(a)?, hit.row];
        let words = rows.map(|row| stems(&index.recommendations()[row].text, language));
        let common = words[0].intersection(&words[1]).cloned().collect();
        let at = asked.get("at").map(|_| asked.number("at", 0, 0..=usize::MAX - 1)).transpose()?;
        let links = match at {
            Some(_) => Wanted::new(&asked, Relation::THRESHOLD)?.links(&shown)?,
            None => Vec::new(),
        };
        let near = |at: Option<usize>| {
            at.and_then(|at| Some(pair_address(&shown, links.get(at)?, &asked, at)))
        };
        let place = listing(&asked);
        let here = format!("/pair?a={}&b={}", encoded(a), encoded(b));
        rendered(&Pair {
            shell: Shell::new(app, "/pairs", format!("{a} and {b}")),
            done: app.told.find(&asked),
            fields: asked
                .pairs()
                .filter(|(name, _)| !["a", "b", "done"].contains(&name.as_str()))
                .collect(),
            here: at.map_or(here.clone(), |at| format!("{here}&at={at}&{place}")),
            one: index.recommendations()[rows[0]].agency.to_string(),
            other: index.recommendations()[rows[1]].agency.to_string(),
            sides: rows.map(|row| Card::new(app, &shown, row).marked(&common, language)),
            verdict: Verdict::new(&hit).decided(shown.words().on(rows[0], rows[1])),
            differences: Differs::all(&hit.differences),
            before: near(at.and_then(|at| at.checked_sub(1))),
            after: near(at.map(|at| at + 1)),
            place: at
                .filter(|at| *at < links.len())
                .map(|at| format!("{} of {}", number::whole(at + 1), number::whole(links.len()))),
            export: format!("a={}&b={}", encoded(a), encoded(b)),
            list: at.map(|_| format!("/pairs?{place}")),
        })
    })
    .await
}

/// The parameters of the list that a pair was opened from.
fn listing(asked: &Parameters) -> String {
    let names = ["order", "min_probability", "max_probability", "cross_agency"];
    let kept =
        names.iter().filter_map(|name| Some(((*name).to_owned(), asked.get(name)?.to_owned())));
    Parameters::new(kept.collect()).query()
}

/// The address of pair number `at` of the list.
fn queue_address(shown: &Shown, asked: &Parameters, at: usize) -> Result<Option<String>, Refused> {
    let links = Wanted::new(asked, Relation::THRESHOLD)?.links(shown)?;
    Ok(links.get(at).map(|link| pair_address(shown, link, asked, at)))
}

/// `POST /pair`: what a person says of two recommendations. Leads on to the next pair of the list that they
/// were opened from.
pub(super) async fn decide(State(app): State<App>, sent: Sent) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let fields = &sent.fields;
        let field = |name| {
            fields.get(name).ok_or_else(|| Refused::wrong(format!("the form lacks `{name}`")))
        };
        let (a, b) = (field("a")?, field("b")?);
        let said = match field("said")? {
            "same" => Said::Same,
            "not_same" => Said::NotSame,
            "contrary" => Said::Contrary,
            other => {
                return Err(Refused::wrong(format!(
                    "`said` must be `same`, `not_same` or `contrary`, not `{other}`"
                )));
            }
        };
        let done = decisions::note(app, &shown, [a, b], said)?;
        let next = if fields.get("at").is_some() {
            let at = fields.number("at", 0, 0..=usize::MAX - 1)?;
            // A pair that is decided on leaves the list of those that wait.
            let is_gone = Wanted::new(fields, Relation::THRESHOLD)?.order == Order::Uncertain;
            queue_address(&shown, fields, at + usize::from(!is_gone))?
        } else {
            Some(format!("/pair?a={}&b={}", encoded(a), encoded(b)))
        };
        let next = next.unwrap_or_else(|| format!("/pairs?{}", listing(fields)));
        Ok(Redirect::to(&format!("{next}&done={done}")).into_response())
    })
    .await
}
