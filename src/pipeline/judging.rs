//! Pairs -> the judge's opinion. Says which pairs are worth it.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;

use rayon::prelude::*;

use super::answer::Prepared;
use super::gaps::near;
use super::languages::is_for_judge;
use super::opinions::Model;
use super::{Error, Index, Tools};
use crate::domain::{Judging, Likeness, Link, Opinions, Recommendation};
use crate::judge::{Linker, ReadyPassage, SMALL, ranked};
use crate::store::Kept;

/// Candidates of a query that the judge reads, the most probable by the encoder.
pub(super) const PER_QUERY: usize = 30;

/// Probabilities, by the first opinion, between which a pair is read closely.
const OPEN: RangeInclusive<f64> = 0.04..=0.98;

/// Candidates of a query that are read closely.
const CLOSE_PER_QUERY: usize = 12;

/// Candidates of a stored passage, such as an agenda item.
pub(super) const OF_PASSAGE: Reads = Reads { first: PER_QUERY, close: 8 };

/// Links of an index that are read closely: at most so many, or one for so many recommendations. Reading one takes
/// as long as embedding two texts.
const CLOSE_LINKS: usize = 2_000;
const TEXTS_PER_CLOSE_LINK: usize = 4;

/// A row with its likeness to a query.
pub(super) type Ranked = (usize, Likeness);

/// The opinions on each pair of rows of `linker`, read closely where they leave it open; `None` if the model has
/// no judge.
///
/// # Errors
/// A model that fails.
pub fn opinions_on_rows(
    linker: &Linker,
    pairs: &[(usize, usize)],
    tools: &mut Tools<'_>,
) -> Result<Option<Vec<Opinions>>, Error> {
    let texts = texts_of(linker, pairs);
    let Some(first) = Model::First.opinions(&texts, None, tools)? else { return Ok(None) };
    let mut all: Vec<Opinions> = first.into_iter().map(Opinions::first).collect();
    let is_open = |&at: &usize| {
        let (a, b) = pairs[at];
        is_open(&linker.likeness_by(&linker.row(a), b, Some(all[at])))
    };
    let open: Vec<usize> = (0..pairs.len()).into_par_iter().filter(is_open).collect();
    let texts: Vec<(&str, &str)> = open.iter().map(|&at| texts[at]).collect();
    if let Some(close) = Model::Close.opinions(&texts, None, tools)? {
        open.into_iter().zip(close).for_each(|(at, close)| all[at].close = Some(close));
    }
    Ok(Some(all))
}

fn texts_of<'a>(linker: &'a Linker, pairs: &[(usize, usize)]) -> Vec<(&'a str, &'a str)> {
    let text = |row: usize| linker.passages()[row].text();
    pairs.iter().map(|&(a, b)| (text(a), text(b))).collect()
}

/// Lets the judge read the `links` that are worth it, and returns how many it read. What an earlier run
/// `kept` is not read again.
pub(super) fn judge_links(
    linker: &Linker,
    links: &mut [Link],
    recommendations: &[Recommendation],
    judging: Judging,
    kept: &mut Kept,
    tools: &mut Tools<'_>,
) -> Result<usize, Error> {
    let chosen = worth_reading(linker, links, recommendations, judging);
    let rows = |links: &[Link], chosen: &[usize]| -> Vec<(usize, usize)> {
        chosen.iter().map(|&at| (links[at].a, links[at].b)).collect()
    };
    let texts = texts_of(linker, &rows(links, &chosen));
    let Some(first) = Model::First.opinions(&texts, Some(kept), tools)? else { return Ok(0) };
    let first: Vec<Opinions> = first.into_iter().map(Opinions::first).collect();
    weigh(linker, links, &chosen, &first);
    let first: HashMap<usize, Opinions> = chosen.iter().copied().zip(first).collect();
    let open = left_open(links, &chosen, recommendations, judging);
    let texts = texts_of(linker, &rows(links, &open));
    if let Some(close) = Model::Close.opinions(&texts, Some(kept), tools)? {
        let both = |(at, close)| Opinions { close: Some(close), ..first[at] };
        let both: Vec<Opinions> = open.iter().zip(close).map(both).collect();
        weigh(linker, links, &open, &both);
    }
    Ok(chosen.len())
}

/// Gives the links at the positions `chosen`, ascending, the likeness that follows from `opinions` on them.
fn weigh(linker: &Linker, links: &mut [Link], chosen: &[usize], opinions: &[Opinions]) {
    let read: Vec<(&Link, Opinions)> =
        chosen.iter().map(|&at| &links[at]).zip(opinions.iter().copied()).collect();
    // Links are sorted by row, and a row is made ready once for all of its own.
    let of_rows: Vec<_> = read.chunk_by(|(x, _), (y, _)| x.a == y.a).collect();
    let of_row = |read: &&[(&Link, Opinions)]| -> Vec<Likeness> {
        let passage = linker.row(read[0].0.a);
        let likeness = |(link, opinions): &(&Link, Opinions)| {
            linker.likeness_by(&passage, link.b, Some(*opinions))
        };
        read.iter().map(likeness).collect()
    };
    let likeness: Vec<Vec<Likeness>> = of_rows.par_iter().map(of_row).collect();
    for (&at, likeness) in chosen.iter().zip(likeness.into_iter().flatten()) {
        links[at].likeness = likeness;
    }
}

/// Whether the first opinion leaves open what a closer look could say.
fn is_open(likeness: &Likeness) -> bool {
    OPEN.contains(&likeness.probability)
}

/// How many candidates of a passage the judge reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reads {
    /// The most probable by the encoder.
    pub(super) first: usize,
    /// Of these the most probable, read closely.
    pub(super) close: usize,
}

/// Lets the judge read the best candidates of each of `passages`; a link joins the number of a passage (`a`) with
/// the row of a recommendation (`b`).
pub(super) fn judge_passages(
    linker: &Linker,
    passages: &[ReadyPassage],
    (judging, reads): (Judging, Reads),
    tools: &mut Tools<'_>,
) -> Result<Vec<Link>, Error> {
    if judging == Judging::Off {
        return Ok(Vec::new());
    }
    let best = |passage: &ReadyPassage| -> Vec<usize> {
        if !is_for_judge(passage.passage()) {
            return Vec::new();
        }
        let found = linker.rank(passage, near(linker, passage)).into_iter();
        let read = found.filter(|(row, _)| is_for_judge(&linker.passages()[*row]));
        read.take(reads.first).map(|(row, _)| row).collect()
    };
    let best: Vec<Vec<usize>> = passages.par_iter().map(best).collect();
    let places: Vec<(usize, usize)> =
        best.iter().enumerate().flat_map(|(a, rows)| rows.iter().map(move |&b| (a, b))).collect();
    let text = |row: usize| linker.passages()[row].text();
    let texts_at = |&(a, b): &(usize, usize)| (passages[a].passage().text(), text(b));
    let texts: Vec<(&str, &str)> = places.iter().map(texts_at).collect();
    let Some(first) = Model::First.opinions(&texts, None, tools)? else { return Ok(Vec::new()) };
    let link = |(&(a, b), opinions)| Link {
        a,
        b,
        likeness: linker.likeness_by(&passages[a], b, Some(opinions)),
    };
    let first: Vec<Opinions> = first.into_iter().map(Opinions::first).collect();
    let mut links: Vec<Link> = places.iter().zip(first.iter().copied()).map(link).collect();
    let mut open: Vec<usize> =
        (0..links.len()).filter(|&at| is_open(&links[at].likeness)).collect();
    // The most probable of each passage; a stable sort keeps their order otherwise.
    open.sort_by(|&x, &y| {
        let (x, y) = (&links[x], &links[y]);
        x.a.cmp(&y.a).then(y.likeness.probability.total_cmp(&x.likeness.probability))
    });
    let open: Vec<usize> = open
        .chunk_by(|&x, &y| links[x].a == links[y].a)
        .flat_map(|own| own.iter().take(reads.close).copied())
        .collect();
    let texts: Vec<(&str, &str)> = open.iter().map(|&at| texts[at]).collect();
    if let Some(close) = Model::Close.opinions(&texts, None, tools)? {
        for (at, close) in open.into_iter().zip(close) {
            links[at] = link((&places[at], Opinions { close: Some(close), ..first[at] }));
        }
    }
    Ok(links)
}

/// The positions of the links that the judge reads, ascending.
fn worth_reading(
    linker: &Linker,
    links: &[Link],
    recommendations: &[Recommendation],
    judging: Judging,
) -> Vec<usize> {
    let is_copy = |link: &Link| linker.first_of(link.a) == linker.first_of(link.b);
    let reads =
        |link: &Link| [link.a, link.b].iter().all(|&row| is_for_judge(&linker.passages()[row]));
    let is_open = |&at: &usize| !is_copy(&links[at]) && reads(&links[at]);
    let mut chosen: Vec<usize> = (0..links.len()).filter(is_open).collect();
    match judging {
        Judging::Off => Vec::new(),
        Judging::All => chosen,
        Judging::Auto if linker.len() <= SMALL => chosen,
        Judging::Auto => {
            keep_most_uncertain(&mut chosen, linker.len(), links, recommendations);
            chosen
        }
    }
}

/// The positions among `chosen` of the links that are read closely, ascending: those that the first opinion leaves
/// open, in a large corpus the most uncertain of them.
fn left_open(
    links: &[Link],
    chosen: &[usize],
    recommendations: &[Recommendation],
    judging: Judging,
) -> Vec<usize> {
    let mut open: Vec<usize> =
        chosen.iter().copied().filter(|&at| is_open(&links[at].likeness)).collect();
    if judging == Judging::Auto {
        let most = CLOSE_LINKS.max(recommendations.len() / TEXTS_PER_CLOSE_LINK);
        keep_most_uncertain(&mut open, most, links, recommendations);
    }
    open
}

/// Keeps the `most` uncertain of the links at the positions `chosen`. A pair of one agency counts half, since it is
/// not what an overlap report is about.
fn keep_most_uncertain(
    chosen: &mut Vec<usize>,
    most: usize,
    links: &[Link],
    recommendations: &[Recommendation],
) {
    let gain = |at: usize| {
        let Link { a, b, likeness } = links[at];
        let uncertain = likeness.probability * (1.0 - likeness.probability);
        let crosses = recommendations[a].agency != recommendations[b].agency;
        if crosses { uncertain } else { uncertain / 2.0 }
    };
    chosen.sort_by(|&x, &y| gain(y).total_cmp(&gain(x)).then(x.cmp(&y)));
    chosen.truncate(most);
    chosen.sort_unstable();
}

impl Index {
    /// The candidates of each of `queries`, ranked again with what the judge says of the best. Queries
    /// by id take that from the stored links. Without `tools` nothing else is judged.
    pub(super) fn judged(
        &self,
        queries: &[Prepared],
        mut found: Vec<Vec<Ranked>>,
        more: impl Fn(usize) -> Option<String> + Sync,
        tools: Option<&mut Tools<'_>>,
    ) -> Result<Vec<Vec<Ranked>>, Error> {
        let judges = self.manifest().judging != Judging::Off;
        if judges || self.manifest().reader.is_some() || !self.decided.is_empty() {
            self.take_stored(queries, &mut found)?;
        }
        let Some(tools) = tools.filter(|_| judges) else { return Ok(found) };
        let row_text = |row: usize| self.linker.passages()[row].text();
        let places = self.unread(queries, &mut found);
        let texts = |places: &[(usize, usize)]| -> Vec<(&str, &str)> {
            let text = |at: usize| queries[at].passage.passage().text();
            places.iter().map(|&(at, row)| (text(at), row_text(row))).collect()
        };
        let weighed = |(at, row): (usize, usize), opinions: Opinions| {
            let passage = &queries[at].passage;
            match more(row) {
                Some(more) => self.linker.likeness_with(passage, row, &more, Some(opinions)),
                None => self.linker.likeness_by(passage, row, Some(opinions)),
            }
        };
        let Some(first) = Model::First.opinions(&texts(&places), None, tools)? else {
            return Ok(found);
        };
        let first: HashMap<(usize, usize), Opinions> =
            places.into_iter().zip(first.into_iter().map(Opinions::first)).collect();
        let likeness = first.par_iter().map(|(&place, &said)| (place, weighed(place, said)));
        let mut found = again(found, &likeness.collect());
        let mut open = Vec::new();
        for (at, ranked) in found.iter_mut().enumerate() {
            let of_query = ranked
                .iter()
                .filter(|(row, likeness)| is_open(likeness) && first.contains_key(&(at, *row)));
            open.extend(of_query.take(CLOSE_PER_QUERY).map(|(row, _)| (at, *row)));
        }
        let Some(close) = Model::Close.opinions(&texts(&open), None, tools)? else {
            return Ok(found);
        };
        let both = |(place, close)| {
            (place, weighed(place, Opinions { close: Some(close), ..first[&place] }))
        };
        Ok(again(found, &open.into_iter().zip(close).map(both).collect()))
    }

    /// The best candidates that the judge has not read yet, as numbers of a query and a row; the others get what it
    /// said of them.
    fn unread(&self, queries: &[Prepared], found: &mut [Vec<Ranked>]) -> Vec<(usize, usize)> {
        let mut places = Vec::new();
        for (at, (query, ranked)) in queries.iter().zip(found).enumerate() {
            if query.row.is_some() || !is_for_judge(query.passage.passage()) {
                continue;
            }
            for (row, likeness) in ranked.iter_mut().take(PER_QUERY) {
                if !is_for_judge(&self.linker.passages()[*row]) {
                    continue;
                }
                if let Some(known) = query.read.get(row) {
                    *likeness = *known;
                } else {
                    places.push((at, *row));
                }
            }
        }
        places
    }

    /// Gives the candidates of queries by id the likeness of the stored links.
    fn take_stored(&self, queries: &[Prepared], found: &mut [Vec<Ranked>]) -> Result<(), Error> {
        let first = |row: usize| self.linker.first_of(row);
        let asked: BTreeSet<usize> =
            queries.iter().filter_map(|query| query.row.map(first)).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let mut known: HashMap<(usize, usize), Likeness> = HashMap::new();
        for link in self.first_links()? {
            if asked.contains(&link.a) || asked.contains(&link.b) {
                known.insert((link.a, link.b), link.likeness);
            }
        }
        for (query, ranked) in queries.iter().zip(found) {
            let Some(own) = query.row.map(first) else { continue };
            for (row, likeness) in &mut *ranked {
                let other = first(*row);
                if let Some(stored) = known.get(&(own.min(other), own.max(other))) {
                    *likeness = *stored;
                }
            }
            *ranked = in_order(std::mem::take(ranked));
        }
        Ok(())
    }
}

/// The candidates of each query with the likeness that is `known` of some, by query and row, ranked again.
fn again(found: Vec<Vec<Ranked>>, known: &HashMap<(usize, usize), Likeness>) -> Vec<Vec<Ranked>> {
    let of_query = |(at, mut found): (usize, Vec<Ranked>)| {
        for (row, likeness) in &mut found {
            if let Some(known) = known.get(&(at, *row)) {
                *likeness = *known;
            }
        }
        in_order(found)
    };
    found.into_par_iter().enumerate().map(of_query).collect()
}

/// `found` in the order of its likeness.
fn in_order(found: Vec<Ranked>) -> Vec<Ranked> {
    let likeness: HashMap<usize, Likeness> = found.iter().copied().collect();
    ranked(found.into_iter().map(|(row, _)| row), |row| likeness[&row])
}
