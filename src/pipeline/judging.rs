//! Pairs -> the judge's opinion. Says which pairs are worth it.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::answer::Prepared;
use super::gaps::near;
use super::languages::is_for_judge;
use super::{Error, Index, Tools};
use crate::domain::{Judging, Likeness, Link, Opinion, Recommendation};
use crate::judge::{Linker, ReadyPassage, SMALL, ranked};
use crate::store::Kept;

/// Candidates of a query that the judge reads, the most probable by the encoder.
pub(super) const PER_QUERY: usize = 30;

/// Texts whose token vectors are in memory at a time: 0.2 MB each at most.
const TEXTS_AT_ONCE: usize = 1_500;

/// A row with its likeness to a query.
pub(super) type Ranked = (usize, Likeness);

/// The opinion on each of `pairs`; `None` if the model has no judge. Those in `kept` are taken from there, and a
/// long run adds to it as it goes on.
fn opinions(
    pairs: &[(&str, &str)],
    mut kept: Option<&mut Kept>,
    tools: &mut Tools<'_>,
) -> Result<Option<Vec<Opinion>>, Error> {
    let earlier = |pair: &(&str, &str)| kept.as_ref()?.get(&key(*pair)).and_then(opinion);
    let mut all: Vec<Option<Opinion>> = pairs.iter().map(earlier).collect();
    let open: Vec<usize> = (0..pairs.len()).filter(|&at| all[at].is_none()).collect();
    let asked: Vec<(&str, &str)> = open.iter().map(|&at| pairs[at]).collect();
    let mut done = 0;
    while done < open.len() {
        let (texts, numbered) = numbered(&asked[done..]);
        let Some(found) = tools.embedder.judge(&texts, &numbered, tools.on)? else {
            return Ok(None);
        };
        let part = done..done + found.len();
        done = part.end;
        if let Some(kept) = kept.as_mut().filter(|_| done < open.len()) {
            let numbers: Vec<[f32; 4]> = found.iter().map(numbers).collect();
            let keys = asked[part.clone()].iter().map(|&pair| key(pair));
            kept.add(keys.zip(numbers.iter().map(<[f32; 4]>::as_slice)))?;
        }
        for (&at, found) in open[part].iter().zip(found) {
            all[at] = Some(found);
        }
    }
    Ok(all.into_iter().collect())
}

/// The hash under which the opinion on a pair of texts is kept.
fn key((a, b): (&str, &str)) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for text in [a, b] {
        hasher.update(blake3::hash(text.as_bytes()).as_bytes());
    }
    hasher.finalize()
}

fn numbers(opinion: &Opinion) -> [f32; 4] {
    let Opinion { area, shares, same, contrary } = *opinion;
    [area, shares, same, contrary]
}

fn opinion(numbers: &[f32]) -> Option<Opinion> {
    let &[area, shares, same, contrary] = numbers else { return None };
    Some(Opinion { area, shares, same, contrary })
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
    opinions(&texts_of(linker, pairs), None, tools)
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
    let pairs: Vec<(usize, usize)> = chosen.iter().map(|&at| (links[at].a, links[at].b)).collect();
    let texts = texts_of(linker, &pairs);
    let Some(opinions) = opinions(&texts, Some(kept), tools)? else { return Ok(0) };
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
        if !is_for_judge(passage.passage()) {
            return Vec::new();
        }
        let found = linker.rank(passage, near(linker, passage)).into_iter();
        let read = found.filter(|(row, _)| is_for_judge(&linker.passages()[*row]));
        read.take(n).map(|(row, _)| row).collect()
    };
    let best: Vec<Vec<usize>> = passages.par_iter().map(best).collect();
    let places: Vec<(usize, usize)> =
        best.iter().enumerate().flat_map(|(a, rows)| rows.iter().map(move |&b| (a, b))).collect();
    let text = |row: usize| linker.passages()[row].text();
    let pairs: Vec<(&str, &str)> =
        places.iter().map(|&(a, b)| (passages[a].passage().text(), text(b))).collect();
    let Some(opinions) = opinions(&pairs, None, tools)? else { return Ok(Vec::new()) };
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
    let reads =
        |link: &Link| [link.a, link.b].iter().all(|&row| is_for_judge(&linker.passages()[row]));
    let is_open = |&at: &usize| !is_copy(&links[at]) && reads(&links[at]);
    let mut chosen: Vec<usize> = (0..links.len()).filter(is_open).collect();
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
        for (at, (query, ranked)) in queries.iter().zip(&mut found).enumerate() {
            if query.row.is_some() || !is_for_judge(query.passage.passage()) {
                continue;
            }
            let text = query.passage.passage().text();
            for (place, (row, likeness)) in ranked.iter_mut().take(PER_QUERY).enumerate() {
                if !is_for_judge(&self.linker.passages()[*row]) {
                    continue;
                }
                if let Some(known) = query.read.get(row) {
                    *likeness = *known;
                    continue;
                }
                pairs.push((text, self.linker.passages()[*row].text()));
                places.push((at, place));
            }
        }
        let Some(opinions) = opinions(&pairs, None, tools)? else { return Ok(found) };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Embedding, Progress, Silent};
    use crate::embed::{EmbedError, Embedder, Hashing, ModelInfo, TokenParts};
    use crate::store::Lock;

    /// A judge that has read all it can once the pairs that are `left` are read.
    struct Stopping {
        model: Hashing,
        left: usize,
    }

    impl Embedder for Stopping {
        fn model(&self) -> &ModelInfo {
            self.model.model()
        }

        fn embed(&mut self, _: &[&str], _: &dyn Progress) -> Result<Vec<Embedding>, EmbedError> {
            unreachable!("nothing is embedded")
        }

        fn token_parts(&mut self, _: &[&str], _: &dyn Progress) -> Result<TokenParts, EmbedError> {
            unreachable!("nothing is explained")
        }

        fn judge(
            &mut self,
            texts: &[&str],
            pairs: &[(usize, usize)],
            _: &dyn Progress,
        ) -> Result<Option<Vec<Opinion>>, EmbedError> {
            let stopped = EmbedError::Judge { id: "made".into(), why: "stopped".into() };
            self.left = self.left.checked_sub(pairs.len()).ok_or(stopped)?;
            let opinion = |&(a, b): &(usize, usize)| {
                let shares = texts[a].len() as f32 / texts[b].len() as f32;
                Opinion { area: shares + 0.1, shares, same: -shares, contrary: -5.0 }
            };
            Ok(Some(pairs.iter().map(opinion).collect()))
        }
    }

    #[test]
    fn pairs_that_were_read_before_a_stop_are_not_read_again() {
        let texts: Vec<String> = (1..=4_000).map(|n| "x".repeat(n)).collect();
        let pairs: Vec<(&str, &str)> =
            texts.chunks(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path().join("idx")).unwrap();
        let read = |left: usize| {
            let mut model = Stopping { model: Hashing::new(), left };
            let mut kept = lock.kept("made").unwrap();
            let mut tools = Tools { embedder: &mut model, on: &Silent };
            let found = opinions(&pairs, Some(&mut kept), &mut tools);
            (found.ok().flatten(), model.left)
        };
        let at_a_time = TEXTS_AT_ONCE / 2;
        assert_eq!(read(pairs.len() - 1), (None, pairs.len() - 1 - 2 * at_a_time));
        let (resumed, left) = read(pairs.len());
        assert_eq!(left, 2 * at_a_time, "pairs that were not read again");
        let mut model = Stopping { model: Hashing::new(), left: pairs.len() };
        let mut tools = Tools { embedder: &mut model, on: &Silent };
        assert_eq!(resumed, opinions(&pairs, None, &mut tools).unwrap());
    }
}
