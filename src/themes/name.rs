//! The name of a theme: of the phrases that say what its members ask for, the one that most of them ask
//! for and others do not.

use std::collections::HashSet;

use rayon::prelude::*;

use super::heard::Heard;
use super::label::{Label, capitalized};
use super::wording::Wording;
use crate::domain::{Embeddings, Link, Member, Passage, dot};

/// Phrases that could name a theme, with what is known of them.
#[derive(Debug, Clone, Copy)]
pub struct AskNames<'a> {
    /// What [`wordings`](super::wordings) gives.
    pub wordings: &'a [Wording],
    /// A row for each.
    pub vectors: &'a Embeddings,
    /// A row for each statement of each passage, in their order.
    pub statements: &'a Embeddings,
    /// A phrase (`a`) with a recommendation (`b`) that may ask for it, each pair once; empty if nobody read
    /// them, and then cosines decide.
    pub asked: &'a [Link],
}

/// What the signs that a phrase names a theme are worth: linear regression on the names that people gave the
/// groups of 26 fields (docs/decisions/themes.md). How near the members come to a phrase counts most by far.
struct Weights {
    /// Agreement of those who ask for it with the members (F1), and the mean probability that a member asks.
    agreement: f64,
    asked: f64,
    /// Mean cosine with the nearest statement of each member; what the same for the nearest texts outside takes
    /// away.
    inside: f64,
    outside: f64,
    /// The share of its words that members use.
    heard: f64,
    /// That it asks: a verb says more than a noun.
    asks: f64,
}

/// Where the judge has read the phrases, and where it has not.
const READ: Weights =
    Weights { agreement: 0.7, asked: 0.25, inside: 1.25, outside: 0.6, heard: 0.15, asks: 0.1 };
const UNREAD: Weights =
    Weights { agreement: 0.0, asked: 0.0, inside: 1.0, outside: 0.3, heard: 0.2, asks: 0.05 };

/// Number of texts outside a theme that a phrase is compared with by cosine: the nearest of them. As many as
/// the theme has members, within these bounds.
const NEAREST_OUTSIDE: (usize, usize) = (3, 10);

/// Texts outside that are looked at, evenly spread: enough to see whether a phrase is general.
const LOOKED_AT: usize = 1_000;

/// Phrases that are compared for one theme by cosine, those of its most central members.
const CANDIDATES: usize = 60;

/// Weight of a member with no link: it counts a little.
const LEAST_WEIGHT: f64 = 0.05;

/// Finds names.
pub(super) struct Namer<'a> {
    asks: AskNames<'a>,
    /// By row, the phrases that its text has.
    of_row: Vec<Vec<usize>>,
    /// By phrase, the rows that ask for it with their probabilities.
    askers: Vec<Vec<(usize, f64)>>,
    /// Statements of row *i* are `starts[i]..starts[i + 1]`.
    starts: Vec<usize>,
    /// Rows that are looked at as others.
    others: Vec<usize>,
    heard: Heard,
}

/// A phrase for a theme.
struct Candidate {
    /// Its position.
    wording: usize,
    score: f64,
}

impl<'a> Namer<'a> {
    /// `None` if the tables do not have a row for each phrase and statement.
    pub(super) fn new(asks: AskNames<'a>, passages: &[Passage]) -> Option<Self> {
        let n = passages.len();
        let mut starts = vec![0];
        for passage in passages {
            starts.push(starts[starts.len() - 1] + passage.spans().len());
        }
        let rows = asks.wordings.iter().flat_map(|wording| &wording.rows);
        let fits = asks.wordings.len() == asks.vectors.len()
            && starts.last() == Some(&asks.statements.len())
            && rows.chain(asks.asked.iter().map(|link| &link.b)).all(|&row| row < n);
        if !fits {
            return None;
        }
        let mut of_row = vec![Vec::new(); n];
        for (at, wording) in asks.wordings.iter().enumerate() {
            for &row in &wording.rows {
                of_row[row].push(at);
            }
        }
        let mut askers = vec![Vec::new(); asks.wordings.len()];
        for link in asks.asked {
            askers[link.a].push((link.b, link.likeness.probability));
        }
        let step = n.div_ceil(LOOKED_AT).max(1);
        let others = (0..n).step_by(step).collect();
        let heard = Heard::new(asks.wordings, passages);
        Some(Self { asks, of_row, askers, starts, others, heard })
    }

    /// Gives each theme of `members` the name of what it asks for, where there is one; no two themes get the
    /// same, and where no phrase is left a theme keeps its label. The last themes have the phrases at the
    /// positions `given`.
    pub(super) fn name(&self, members: &[Vec<Member>], given: &[usize], labels: &mut [Label]) {
        let mut ranked: Vec<Vec<Candidate>> =
            members.par_iter().map(|members| self.candidates(members)).collect();
        let first = ranked.len() - given.len();
        for (ranked, &at) in ranked[first..].iter_mut().zip(given) {
            ranked.insert(0, Candidate { wording: at, score: f64::MAX });
        }
        let mut order: Vec<usize> = (0..ranked.len()).collect();
        let score = |theme: usize| ranked[theme].first().map_or(f64::MIN, |first| first.score);
        order.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
        let mut taken = HashSet::new();
        for theme in order {
            let name = |found: &Candidate| {
                self.heard.without_details(&self.asks.wordings[found.wording], &members[theme])
            };
            let mut names = ranked[theme].iter().map(name);
            if let Some(free) = names.find(|name| taken.insert(name.to_lowercase())) {
                labels[theme].phrase = capitalized(&free);
            }
        }
    }

    /// Phrases of the members, best first, ties in alphabetical order.
    fn candidates(&self, members: &[Member]) -> Vec<Candidate> {
        let inside: HashSet<usize> = members.iter().map(|member| member.row).collect();
        let mut seen = HashSet::new();
        let own = members.iter().flat_map(|member| &self.of_row[member.row]).copied();
        let own = own.filter(|&at| seen.insert(at));
        let by_judge = !self.asks.asked.is_empty();
        let own: Vec<usize> = if by_judge { own.collect() } else { own.take(CANDIDATES).collect() };
        let weights = if by_judge { READ } else { UNREAD };
        let candidate = |at: usize| {
            let wording = &self.asks.wordings[at];
            let vector = self.asks.vectors.row(at);
            let (agreement, asked) = self.agreement(at, members);
            let score = weights.agreement * agreement
                + weights.asked * asked
                + weights.inside * self.support(vector, members)
                - weights.outside * self.outside(vector, &inside)
                + weights.heard * self.heard.share(at, members)
                + if wording.asks { weights.asks } else { 0.0 };
            // Rounded, so that ties do not depend on the order of sums.
            let score = (score * 1e6).round() / 1e6;
            Candidate { wording: at, score }
        };
        let mut found: Vec<Candidate> = own.into_iter().map(candidate).collect();
        let text = |found: &Candidate| &self.asks.wordings[found.wording].text;
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| text(a).cmp(text(b))));
        found
    }

    /// How well those who ask for a phrase agree with the members (F1 with probabilities for counts), and the
    /// mean probability that a member asks for it; both 0 to 1.
    fn agreement(&self, at: usize, members: &[Member]) -> (f64, f64) {
        let asks = |row: usize| {
            let found = self.askers[at].iter().find(|(asker, _)| *asker == row);
            found.map_or(0.0, |(_, probability)| *probability)
        };
        let inside: f64 = members.iter().map(|member| asks(member.row)).sum();
        let all: f64 = self.askers[at].iter().map(|(_, probability)| probability).sum();
        let n = members.len() as f64;
        (2.0 * inside / (n + all), inside / n)
    }

    /// How far the members ask for what a phrase says: mean cosine with their nearest statement.
    fn support(&self, phrase: &[f32], members: &[Member]) -> f64 {
        let weight = |member: &Member| member.weight + LEAST_WEIGHT;
        let total: f64 = members.iter().map(weight).sum();
        let said = |member: &Member| weight(member) * self.nearness(phrase, member.row);
        members.iter().map(said).sum::<f64>() / total
    }

    /// How far others do: the mean of the nearest of them.
    fn outside(&self, phrase: &[f32], inside: &HashSet<usize>) -> f64 {
        let others = self.others.iter().filter(|row| !inside.contains(row));
        let mut near: Vec<f64> = others.map(|&row| self.nearness(phrase, row)).collect();
        near.sort_by(|a, b| b.total_cmp(a));
        near.truncate(inside.len().clamp(NEAREST_OUTSIDE.0, NEAREST_OUTSIDE.1));
        near.iter().sum::<f64>() / near.len().max(1) as f64
    }

    /// Cosine of a phrase with the nearest statement of `row`.
    fn nearness(&self, phrase: &[f32], row: usize) -> f64 {
        let statements = self.starts[row]..self.starts[row + 1];
        let cosine = |at| f64::from(dot(phrase, self.asks.statements.row(at)));
        statements.map(cosine).fold(-1.0, f64::max)
    }
}
