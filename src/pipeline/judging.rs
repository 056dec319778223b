//! Pairs -> the judge's opinion. Says which pairs are worth it.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::answer::Prepared;
use super::gaps::near;
use super::{Error, Index, Tools};
use crate::domain::{Judging, Likeness, Link, Opinion, Recommendation};
use crate::judge::{Linker, ReadyPassage, SMALL, ranked};

/// Candidates of a query that the judge reads, the most probable by the encoder.
pub(super) const PER_QUERY: usize = 30;

/// Texts whose token vectors are in memory at a time: 0.2 MB each at most.
const TEXTS_AT_ONCE: usize = 1_500;

/// A row with its likeness to a query.
pub(super) type Ranked = (usize, Likeness);

/// The opinion on each of `pairs`; `None` if the model has no judge.
fn opinions(pairs: &[(&str, &str)], tools: &mut Tools<'_>) -> Result<Option<Vec<Opinion>>, Error> {
    let mut all = Vec::with_capacity(pairs.len());
    while all.len() < pairs.len() {
        let (texts, numbered) = numbered(&pairs[all.len()..]);
        let Some(found) = tools.embedder.judge(&texts, &numbered, tools.on)? else {
            return Ok(None);
        };
        all.extend(found);
    }
    Ok(Some(all))
}

/// The texts of the first of `pairs`, each once and at most [`TEXTS_AT_ONCE`], and these pairs by the
/// positions of their texts.
fn numbered<'a>(pairs: &[(&'a str, &'a str)]) -> (Vec<&'a str>, Vec<(usize, usize)>) {
    let mut texts: Vec<&str> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut numbered = Vec::new();
    for &(a, b) in pairs {
        if texts.len() + 2 > TEXTS_AT_ONCE {
            break;
        }
        let mut place = |text| {
            *places.entry(text).or_insert_with(|| {
                texts.push(text);
                texts.len() - 1
            })
        };
        numbered.push((place(a), place(b)));
    }
    (texts, numbered)
}

/// The opinion on each pair of rows of `linker`; `None` if the model has no judge.
///
/// # Errors
/// A model that fails.
pub fn opinions_on_rows(
    linker: &Linker,
    pairs: &[(usize, usize)],
    tools: &mut Tools<'_>,
) -> Result<Option<Vec<Opinion>>, Error> {
    let text = |row: usize| linker.passages()[row].text();
    let texts: Vec<(&str, &str)> = pairs.iter().map(|&(a, b)| (text(a), text(b))).collect();
    opinions(&texts, tools)
}

/// Lets the judge read the `links` that are worth it, and returns how many it read.
pub(super) fn judge_links(
    linker: &Linker,
    links: &mut [Link],
    recommendations: &[Recommendation],
    judging: Judging,
    tools: &mut Tools<'_>,
) -> Result<usize, Error> {
    let chosen = worth_reading(linker, links, recommendations, judging);
    let pairs: Vec<(usize, usize)> = chosen.iter().map(|&at| (links[at].a, links[at].b)).collect();
    let Some(opinions) = opinions_on_rows(linker, &pairs, tools)? else { return Ok(0) };
    let read: Vec<((usize, usize), Opinion)> = pairs.into_iter().zip(opinions).collect();
    // Links are sorted by row, and a row is made ready once for all of its own.
    let of_rows: Vec<_> = read.chunk_by(|(x, _), (y, _)| x.0 == y.0).collect();
    let of_row = |read: &&[((usize, usize), Opinion)]| -> Vec<Likeness> {
        let passage = linker.row(read[0].0.0);
        let likeness = |&((_, b), opinion)| linker.likeness_by(&passage, b, Some(opinion));
        read.iter().map(likeness).collect()
    };
    let likeness: Vec<Vec<Likeness>> = of_rows.par_iter().map(of_row).collect();
    for (&at, likeness) in chosen.iter().zip(likeness.into_iter().flatten()) {
        links[at].likeness = likeness;
    }
    Ok(chosen.len())
}

/// Lets the judge read the best candidates of each of `passages`, at most `n` of each; a link joins the number of a passage
/// (`a`) with the row of a recommendation (`b`).
pub(super) fn judge_passages(
    linker: &Linker,
    passages: &[ReadyPassage],
    (judging, n): (Judging, usize),
    tools: &mut Tools<'_>,
) -> Result<Vec<Link>, Error> {
    if judging == Judging::Off {
        return Ok(Vec::new());
    }
    let best = |passage: &ReadyPassage| -> Vec<usize> {
        let found = linker.rank(passage, near(linker, passage));
        found.into_iter().take(n).map(|(row, _)| row).collect()
    };
    let best: Vec<Vec<usize>> = passages.par_iter().map(best).collect();
    let places: Vec<(usize, usize)> =
        best.iter().enumerate().flat_map(|(a, rows)| rows.iter().map(move |&b| (a, b))).collect();
    let text = |row: usize| linker.passages()[row].text();
    let pairs: Vec<(&str, &str)> =
        places.iter().map(|&(a, b)| (passages[a].passage().text(), text(b))).collect();
    let Some(opinions) = opinions(&pairs, tools)? else { return Ok(Vec::new()) };
    let link = |((a, b), opinion)| Link {
        a,
        b,
        likeness: linker.likeness_by(&passages[a], b, Some(opinion)),
    };
    Ok(places.into_iter().zip(opinions).map(link).collect())
}

/// The positions of the links that the judge reads, ascending.
fn worth_reading(
    linker: &Linker,
    links: &[Link],
    recommendations: &[Recommendation],
    judging: Judging,
) -> Vec<usize> {
    let is_copy = |link: &Link| linker.first_of(link.a) == linker.first_of(link.b);
    let mut chosen: Vec<usize> = (0..links.len()).filter(|&at| !is_copy(&links[at])).collect();
    match judging {
        Judging::Off => Vec::new(),
        Judging::All => chosen,
        Judging::Auto if linker.len() <= SMALL => chosen,
        Judging::Auto => {
            // A pair of one agency is not what an overlap report is about.
            let gain = |at: usize| {
                let Link { a, b, likeness } = links[at];
                let uncertain = likeness.probability * (1.0 - likeness.probability);
                let crosses = recommendations[a].agency != recommendations[b].agency;
                if crosses { uncertain } else { uncertain / 2.0 }
            };
            chosen.sort_by(|&x, &y| gain(y).total_cmp(&gain(x)).then(x.cmp(&y)));
            chosen.truncate(linker.len());
            chosen.sort_unstable();
            chosen
        }
    }
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
        let mut pairs = Vec::new();
        let mut places = Vec::new();
        for (at, (query, ranked)) in queries.iter().zip(&found).enumerate() {
            if query.row.is_some() {
                continue;
            }
            let text = query.passage.passage().text();
            for (place, (row, _)) in ranked.iter().take(PER_QUERY).enumerate() {
                pairs.push((text, self.linker.passages()[*row].text()));
                places.push((at, place));
            }
        }
        let Some(opinions) = opinions(&pairs, tools)? else { return Ok(found) };
        for ((at, place), opinion) in places.into_iter().zip(opinions) {
            let (row, likeness) = &mut found[at][place];
            let passage = &queries[at].passage;
            *likeness = match more(*row) {
                Some(more) => self.linker.likeness_with(passage, *row, &more, Some(opinion)),
                None => self.linker.likeness_by(passage, *row, Some(opinion)),
            };
        }
        Ok(found.into_par_iter().map(again).collect())
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
            *ranked = again(std::mem::take(ranked));
        }
        Ok(())
    }
}

/// `found` in the order of its likeness.
fn again(found: Vec<Ranked>) -> Vec<Ranked> {
    let likeness: HashMap<usize, Likeness> = found.iter().copied().collect();
    ranked(found.into_iter().map(|(row, _)| row), |row| likeness[&row])
}
