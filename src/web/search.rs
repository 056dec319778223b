//! Search by meaning, with filters and counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::app::App;
use super::page::{Card, Differs, Shell, Verdict, counted, rendered, shared_stems};
use super::parameters::{self, Parameters};
use super::refused::Refused;
use super::shelf::{Alike, Shown};
use crate::domain::{Agency, DocumentId, Filter, Hit, Likeness, Query, Relation, Similar};
use crate::pipeline::Index;
use crate::report::number;

/// Answers that the counts beside the filters are made of: the most probable of the whole index.
pub(super) const COUNTED: usize = 200;
/// Answers on a page, and how many more a reader asks for at a time.
const SHOWN: usize = 20;
/// Longest text of a query, in characters; a longer one is a draft.
const LONGEST: usize = 4_000;
/// Filters that stand open; the rest is folded.
const OPEN: usize = 8;
/// Themes offered as examples to a reader who has not asked yet.
const EXAMPLES: usize = 6;
/// Unknown words that are named.
const NAMED: usize = 3;

#[derive(Template)]
#[template(path = "search.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    query: String,
    about: String,
    /// Before a question is asked.
    examples: Vec<(String, String)>,
    answer: Option<Answer>,
}

struct Answer {
    lede: String,
    /// What the counts beside the filters are counts of.
    counted: String,
    notes: Vec<String>,
    facets: Vec<Facet>,
    years: Vec<Year>,
    hits: Vec<Found>,
    /// The address with more answers.
    more: Option<String>,
    /// For downloads.
    address: String,
    /// The address without filters, if there are any.
    unfiltered: Option<String>,
}

/// A filter with several values.
struct Facet {
    /// The parameter in the address.
    name: &'static str,
    title: &'static str,
    open: Vec<Choice>,
    folded: Vec<Choice>,
}

struct Choice {
    value: String,
    name: String,
    count: usize,
    is_ticked: bool,
}

struct Year {
    at: i32,
    count: usize,
    is_first: bool,
    is_last: bool,
}

struct Found {
    card: Card,
    verdict: Verdict,
    differences: Vec<Differs>,
    why: String,
    /// Id of an earlier result with the same words.
    copy_of: Option<String>,
}

pub(super) async fn page(State(app): State<App>, asked: Parameters) -> Result<Response, Refused> {
    if app.shelf.now().is_none() {
        return Ok(Redirect::to("/documents").into_response());
    }
    app.work(move |app| {
        let shown = app.shown()?;
        let query = asked.get("q").unwrap_or_default().to_owned();
        let answer = match query.as_str() {
            "" => None,
            text => Some(answer(app, &shown, text, &asked)?),
        };
        let title =
            if query.is_empty() { "Search".to_owned() } else { format!("{query} - Search") };
        rendered(&Page {
            shell: Shell::new(app, "/", title),
            about: about(&shown.index),
            examples: if answer.is_none() { examples(&shown.index) } else { Vec::new() },
            query,
            answer,
        })
    })
    .await
}

/// What can be searched, in one sentence.
fn about(index: &Index) -> String {
    let counts = index.manifest().counts;
    format!(
        "{} by {} in {}.",
        counted(counts.recommendations, "recommendation", "recommendations"),
        counted(counts.agencies, "agency", "agencies"),
        counted(index.manifest().corpus.documents.len(), "document", "documents"),
    )
}

/// The strongest themes, each with the address of a search for it.
fn examples(index: &Index) -> Vec<(String, String)> {
    let themes = index.themes().themes.iter().filter(|theme| !theme.is_process).take(EXAMPLES);
    let example = |label: &String| (label.clone(), format!("/?q={}", parameters::encoded(label)));
    themes.map(|theme| example(&theme.label)).collect()
}

/// The answers to `text` that `filter` admits, and what is most like it in the whole index.
fn found(
    app: &App,
    shown: &Arc<Shown>,
    text: &str,
    filter: Filter,
) -> Result<(Vec<Hit>, Arc<Alike>), Refused> {
    let (held, query, kept) = (Arc::clone(shown), short(text)?, shown.kept(text));
    let filter = Filter { explain: true, ..filter };
    let known = kept.clone();
    let (answer, alike) = app.model.ask(shown.index.model_id(), move |tools| {
        let known = known.as_deref().map_or(&[][..], Vec::as_slice);
        held.index.search(query, &filter, COUNTED, known, tools)
    })?;
    let alike = kept.unwrap_or_else(|| {
        let alike = Arc::new(alike);
        shown.keep(text, &alike);
        alike
    });
    Ok((answer.hits, alike))
}

/// A text as a query.
///
/// # Errors
/// A text so long that it is a draft.
pub(super) fn short(text: &str) -> Result<Query, Refused> {
    if text.chars().count() > LONGEST {
        return Err(Refused::wrong(format!("a search takes up to {LONGEST} characters"))
            .with_remedy("open Draft to check a longer text"));
    }
    Ok(Query::text(text))
}

/// The answer to one question, with the terms behind it.
///
/// # Errors
/// An unknown id, or a model that fails.
pub(super) fn ask(
    app: &App,
    shown: &Arc<Shown>,
    query: Query,
    filter: Filter,
) -> Result<Similar, Refused> {
    let filter = Filter { explain: true, ..filter };
    let held = Arc::clone(shown);
    let mut found = app.model.ask(shown.index.model_id(), move |tools| {
        held.index.similar(&[query], &filter, Some(tools))
    })?;
    Ok(found.pop().expect("one answer for one query"))
}

fn answer(
    app: &App,
    shown: &Arc<Shown>,
    text: &str,
    asked: &Parameters,
) -> Result<Answer, Refused> {
    let index = &shown.index;
    let n = asked.number("k", SHOWN, 1..=COUNTED)?;
    let filter = asked.filter(index)?;
    let (mut found, alike) = found(app, shown, text, Filter { k: n + 1, ..filter.clone() })?;
    let is_cut = found.len() > n;
    found.truncate(n);
    let counts = Counts::new(index, &alike, &filter);
    let more = (is_cut && n < COUNTED).then(|| (n + SHOWN).min(COUNTED).to_string());
    let unfiltered = || format!("/?q={}", parameters::encoded(text));
    Ok(Answer {
        lede: lede(found.len(), counts.alike),
        counted: if counts.is_nearest {
            format!("Counts are of the {} nearest.", number::whole(alike.len()))
        } else {
            "Counts are of those that ask for this or a part of it.".to_owned()
        },
        notes: notes(index, text),
        facets: facets(index, &counts, &filter),
        years: years(&counts.years, &filter),
        hits: found.iter().map(|hit| shown_hit(app, shown, hit)).collect(),
        more: more.map(|k| format!("/?{}", asked.with("k", Some(&k)))),
        address: asked.query(),
        unfiltered: (!filter.is_open()).then(unfiltered),
    })
}

fn lede(n_shown: usize, alike: usize) -> String {
    match (n_shown, alike) {
        (0, _) => "No recommendation passes these filters.".to_owned(),
        (_, 0) => "No recommendation asks for this. The nearest:".to_owned(),
        (_, n) => {
            let least = if n == COUNTED { "at least " } else { "" };
            let who = counted(n, "recommendation asks", "recommendations ask");
            format!("{least}{who} for this or a part of it.")
        }
    }
}

/// Words of the query that the index does not have.
fn notes(index: &Index, text: &str) -> Vec<String> {
    let unknown = index.unknown_words(text);
    let slip = |(typed, meant): (&String, &String)| {
        format!(
            "No recommendation contains \u{201c}{typed}\u{201d}. Did you mean \u{201c}{meant}\u{201d}?"
        )
    };
    let slips = unknown.words.iter().filter_map(|word| Some((&word.text, word.like.as_ref()?)));
    slips.take(NAMED).map(slip).collect()
}

fn shown_hit(app: &App, shown: &Shown, hit: &Hit) -> Found {
    let language = shown.index.language_of_row(hit.row);
    let words = |shared: bool| {
        let chosen = hit.why.iter().filter(move |reason| reason.shared == shared);
        chosen.map(|reason| reason.term.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (same, other) = (words(true), words(false));
    let why = [
        (!same.is_empty()).then(|| format!("Same words: {same}.")),
        (!other.is_empty()).then(|| format!("In other words: {other}.")),
    ];
    Found {
        card: Card::new(app, shown, hit.row).marked(&shared_stems(&hit.why, language), language),
        verdict: Verdict::new(hit),
        differences: Differs::all(&hit.differences),
        why: why.into_iter().flatten().collect::<Vec<_>>().join(" "),
        copy_of: hit.copy_of.map(|row| shown.index.recommendations()[row].id.to_string()),
    }
}

/// How many of the answers that are alike each filter would leave; of the nearest where none is alike. The values of a filter are counted among
/// what the other filters admit.
#[derive(Default)]
struct Counts {
    agencies: BTreeMap<Agency, usize>,
    documents: BTreeMap<DocumentId, usize>,
    years: BTreeMap<i32, usize>,
    /// Answers that all filters admit.
    alike: usize,
    /// Nothing is alike: what is nearest is counted instead.
    is_nearest: bool,
}

impl Counts {
    fn new(index: &Index, alike: &Alike, filter: &Filter) -> Self {
        let any_agency = Filter { agencies: Vec::new(), ..filter.clone() };
        let any_document = Filter { documents: Vec::new(), ..filter.clone() };
        let any_year = Filter { years: None, ..filter.clone() };
        let mut counts = Self::default();
        let overlaps = |found: &Likeness| found.relation >= Relation::Overlap;
        counts.is_nearest = !alike.iter().any(|(_, found)| overlaps(found));
        for &(row, likeness) in alike.iter().filter(|(_, l)| counts.is_nearest || overlaps(l)) {
            let found = &index.recommendations()[row];
            let year = index.year(row);
            let admits = |filter: &Filter| filter.admits(found, year, None);
            if admits(&any_agency) {
                *counts.agencies.entry(found.agency.clone()).or_default() += 1;
            }
            if let Some(document) = found.document.clone().filter(|_| admits(&any_document)) {
                *counts.documents.entry(document).or_default() += 1;
            }
            if let Some(year) = year.filter(|_| admits(&any_year)) {
                *counts.years.entry(year).or_default() += 1;
            }
            counts.alike += usize::from(overlaps(&likeness) && admits(filter));
        }
        for agency in &filter.agencies {
            counts.agencies.entry(agency.clone()).or_default();
        }
        for document in &filter.documents {
            if let Ok(id) = DocumentId::try_from(document.clone()) {
                counts.documents.entry(id).or_default();
            }
        }
        counts
    }
}

/// The filters with their values. One that the whole index has a single value for leaves nothing to choose.
fn facets(index: &Index, counts: &Counts, filter: &Filter) -> Vec<Facet> {
    let agencies = facet(["agency", "Agency"], &counts.agencies, |agency| {
        (agency.to_string(), filter.agencies.contains(agency))
    });
    let documents = facet(["document", "Document"], &counts.documents, |id| {
        let title = index.document(id.as_str()).and_then(|about| about.title.clone());
        let is_ticked = filter.documents.iter().any(|wanted| wanted == id.as_str());
        (title.unwrap_or_else(|| id.to_string()), is_ticked)
    });
    let about = index.manifest();
    let n_values = [about.counts.agencies, about.corpus.documents.len()];
    let is_choice = |(facet, n): &(Facet, usize)| *n > 1 || facet.open.iter().any(|c| c.is_ticked);
    [agencies, documents].into_iter().zip(n_values).filter(is_choice).map(|(f, _)| f).collect()
}

/// The values of a filter, ticked ones and most frequent ones first.
fn facet<K: Ord + ToString>(
    [name, title]: [&'static str; 2],
    counts: &BTreeMap<K, usize>,
    told: impl Fn(&K) -> (String, bool),
) -> Facet {
    let mut choices: Vec<Choice> = counts
        .iter()
        .map(|(key, &count)| {
            let (name, is_ticked) = told(key);
            Choice { value: key.to_string(), name, count, is_ticked }
        })
        .collect();
    choices.sort_by(|a, b| {
        (b.is_ticked, b.count).cmp(&(a.is_ticked, a.count)).then(a.name.cmp(&b.name))
    });
    let folded = choices.split_off(choices.len().min(OPEN));
    Facet { name, title, open: choices, folded }
}

fn years(counts: &BTreeMap<i32, usize>, filter: &Filter) -> Vec<Year> {
    let (first, last) = filter.years.clone().map_or((None, None), |years| {
        let (first, last) = years.into_inner();
        (Some(first), Some(last))
    });
    let year = |(&at, &count): (&i32, &usize)| Year {
        at,
        count,
        is_first: first == Some(at),
        is_last: last == Some(at),
    };
    counts.iter().map(year).collect()
}

impl Facet {
    fn is_empty(&self) -> bool {
        self.open.is_empty()
    }
}

impl Choice {
    /// How many answers it would leave.
    fn n(&self) -> String {
        number::whole(self.count)
    }
}
