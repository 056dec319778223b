//! The name of a theme: of the phrases that say what its members ask for, the one that most of them ask
//! for and others do not.

use std::collections::HashSet;

use rayon::prelude::*;

use super::label::{Label, capitalized};
use super::wording::{WORTH_OF_PAIR, Wording};
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

/// How much of what is asked outside counts against a phrase, where cosines decide. On the development fields,
/// .5 and 1 gave the same share of right names (docs/decisions/themes.md).
const AGAINST: f64 = 0.5;

/// A phrase that asks says more than a noun, and a verb with one word says little ("adopt policies"): factors.
const WORTH_OF_SUBJECT: f64 = 0.8;
const BARE: usize = 2;
const WORTH_IF_BARE: f64 = 0.85;

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
}

/// A phrase for a theme.
struct Candidate<'a> {
    phrase: &'a str,
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
        Some(Self { asks, of_row, askers, starts, others })
    }

    /// Gives each theme of `members` the name of what it asks for, where there is one; no two themes get the
    /// same, and where no phrase is left a theme keeps its label. The last themes have the phrases at the
    /// positions `given`.
    pub(super) fn name(&self, members: &[Vec<Member>], given: &[usize], labels: &mut [Label]) {
        let mut ranked: Vec<Vec<Candidate>> =
            members.par_iter().map(|members| self.candidates(members)).collect();
        let first = ranked.len() - given.len();
        for (ranked, &at) in ranked[first..].iter_mut().zip(given) {
            let phrase = self.asks.wordings[at].text.as_str();
            ranked.insert(0, Candidate { phrase, score: f64::MAX });
        }
        let mut order: Vec<usize> = (0..ranked.len()).collect();
        let score = |theme: usize| ranked[theme].first().map_or(f64::MIN, |first| first.score);
        order.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
        let mut taken = HashSet::new();
        for theme in order {
            let free = ranked[theme].iter().find(|found| taken.insert(found.phrase.to_lowercase()));
            if let Some(found) = free {
                labels[theme].phrase = capitalized(found.phrase);
            }
        }
    }

    /// Phrases of the members, best first, ties in alphabetical order.
    fn candidates(&self, members: &[Member]) -> Vec<Candidate<'a>> {
        let inside: HashSet<usize> = members.iter().map(|member| member.row).collect();
        let mut seen = HashSet::new();
        let own = members.iter().flat_map(|member| &self.of_row[member.row]).copied();
        let own = own.filter(|&at| seen.insert(at));
        let by_judge = !self.asks.asked.is_empty();
        let own: Vec<usize> = if by_judge { own.collect() } else { own.take(CANDIDATES).collect() };
        let candidate = |at: usize| {
            let wording = &self.asks.wordings[at];
            let worth = if by_judge {
                self.agreement(at, members)
            } else {
                let vector = self.asks.vectors.row(at);
                self.support(vector, members) - AGAINST * self.outside(vector, &inside)
            };
            let kind = if wording.asks { 1.0 } else { WORTH_OF_SUBJECT };
            let single = if wording.is_pair { WORTH_OF_PAIR } else { 1.0 };
            let is_bare = wording.text.split(' ').count() <= BARE;
            let short = if is_bare && wording.asks { WORTH_IF_BARE } else { 1.0 };
            // Rounded, so that ties do not depend on the order of sums.
            let score = (worth * kind * short * single * 1e6).round() / 1e6;
            Candidate { phrase: &wording.text, score }
        };
        let mut found: Vec<Candidate> = own.into_iter().map(candidate).collect();
        found.retain(|found| found.score > 0.0);
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.phrase.cmp(b.phrase)));
        found
    }

    /// How well those who ask for a phrase agree with the members: F1 with probabilities for counts, 0 to 1.
    fn agreement(&self, at: usize, members: &[Member]) -> f64 {
        let asks = |row: usize| {
            let found = self.askers[at].iter().find(|(asker, _)| *asker == row);
            found.map_or(0.0, |(_, probability)| *probability)
        };
        let inside: f64 = members.iter().map(|member| asks(member.row)).sum();
        let all: f64 = self.askers[at].iter().map(|(_, probability)| probability).sum();
        2.0 * inside / (members.len() as f64 + all)
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
