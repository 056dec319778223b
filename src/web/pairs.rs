//! Pairs: the list of those that are alike, and two recommendations side by side.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::app::App;
use super::page::{Card, Differs, Shell, Verdict, rendered, stems};
use super::parameters::{Parameters, encoded};
use super::refused::Refused;
use super::shelf::Shown;
use crate::domain::{Link, Relation};
use crate::report::number;

/// Pairs on a page.
const PAGE: usize = 25;
/// Characters of a text in the list.
const CUT: usize = 180;

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

    /// The pairs, in order.
    pub(super) fn links(&self, shown: &Shown) -> Result<Vec<Link>, Refused> {
        let probability = self.min_probability..=self.max_probability;
        let mut links = shown.index.pairs(probability, self.cross_agency)?;
        if self.order == Order::Uncertain {
            let doubt = |link: &Link| (link.likeness.probability - Relation::THRESHOLD).abs();
            links.sort_by(|x, y| doubt(x).total_cmp(&doubt(y)).then((x.a, x.b).cmp(&(y.a, y.b))));
        }
        Ok(links)
    }
}

#[derive(Template)]
#[template(path = "pairs.html", config = "src/web/askama.toml")]
struct List {
    shell: Shell,
    lede: String,
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
        let row = |(at, link): (usize, &Link)| row(app, &shown, link, &asked, from + at);
        let some = links.iter().skip(from).take(PAGE).enumerate();
        rendered(&List {
            shell: Shell::new(app, "/pairs", "Pairs"),
            lede: lede(&links, &wanted),
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

fn lede(links: &[Link], wanted: &Wanted) -> String {
    let n = number::whole(links.len());
    match wanted.order {
        Order::Alike => {
            let same = links.iter().filter(|link| link.likeness.relation == Relation::Duplicate);
            format!(
                "{n} pairs ask for the same or a part of it; {} for the same.",
                number::whole(same.count())
            )
        }
        Order::Uncertain => format!("{n} pairs, those first on which Concord is least certain."),
    }
}

fn row(app: &App, shown: &Shown, link: &Link, asked: &Parameters, at: usize) -> Row {
    let [a, b] = [link.a, link.b].map(|row| Card::new(app, shown, row));
    let kept = asked.with("from", None);
    Row {
        address: format!("/pair?a={}&b={}&at={at}&{kept}", encoded(&a.id), encoded(&b.id)),
        verdict: Verdict::of(&link.likeness, shown.index.is_opposite(link)),
        a: cut(a),
        b: cut(b),
    }
}

/// The card with the beginning of its text.
fn cut(mut card: Card) -> Card {
    for piece in &mut card.text {
        if let Some((end, _)) = piece.text.char_indices().nth(CUT) {
            // Between words, as long as there is a word boundary near.
            let cut = piece.text[..end].rfind(' ').unwrap_or(end);
            piece.text.truncate(cut);
            piece.text.push('\u{2026}');
        }
    }
    card
}

#[derive(Template)]
#[template(path = "pair.html", config = "src/web/askama.toml")]
struct Pair {
    shell: Shell,
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
        let queue = at.map(|at| queue(&shown, &asked, at)).transpose()?.unwrap_or_default();
        rendered(&Pair {
            shell: Shell::new(app, "/pairs", format!("{a} and {b}")),
            one: index.recommendations()[rows[0]].agency.to_string(),
            other: index.recommendations()[rows[1]].agency.to_string(),
            sides: rows.map(|row| Card::new(app, &shown, row).marked(&common, language)),
            verdict: Verdict::new(&hit),
            differences: Differs::all(&hit.differences),
            before: queue.0,
            after: queue.1,
            list: at.map(|_| format!("/pairs?{}", listing(&asked))),
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

/// The addresses of the pairs before and after number `at` of the list.
fn queue(
    shown: &Shown,
    asked: &Parameters,
    at: usize,
) -> Result<(Option<String>, Option<String>), Refused> {
    let links = Wanted::new(asked, Relation::THRESHOLD)?.links(shown)?;
    let rows = shown.index.recommendations();
    let address = |at: usize| {
        let link = links.get(at)?;
        let [a, b] = [link.a, link.b].map(|row| encoded(rows[row].id.as_str()));
        Some(format!("/pair?a={a}&b={b}&at={at}&{}", listing(asked)))
    };
    Ok((at.checked_sub(1).and_then(address), address(at + 1)))
}
