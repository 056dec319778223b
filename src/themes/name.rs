//! The name of a theme: of the phrases that say what its members ask for, the one that most of them ask
//! for and others do not.

use std::collections::HashSet;

use rayon::prelude::*;

use super::label::{Label, capitalized};
use crate::domain::{Embeddings, Member, Passage, dot};

/// What texts ask for, in short phrases with their vectors.
#[derive(Debug, Clone, Copy)]
pub struct AskNames<'a> {
    /// By row, what [`ask_phrases`](super::ask_phrases) gives for its passage.
    pub phrases: &'a [Vec<String>],
    /// A row for each phrase, in the order of `phrases`.
    pub vectors: &'a Embeddings,
    /// A row for each statement of each passage, in their order.
    pub statements: &'a Embeddings,
}

/// How much of what is asked outside counts against a phrase. On the development fields, .5 and 1 gave the same
/// share of right names (docs/decisions/themes.md).
const AGAINST: f64 = 0.5;

/// A verb with one word says little ("adopt policies"), so a fuller phrase that fits nearly as well is better: a
/// difference of cosines.
const BARE: usize = 2;
const LESS_IF_BARE: f64 = 0.05;

/// Number of texts outside a theme that a phrase is compared with: the nearest of them. As many as the theme
/// has members, within these bounds.
const NEAREST_OUTSIDE: (usize, usize) = (3, 10);

/// Texts outside that are looked at, evenly spread: enough to see whether a phrase is general.
const LOOKED_AT: usize = 1_000;

/// Phrases that are compared for one theme, those of its most central members.
const CANDIDATES: usize = 60;

/// Weight of a member with no link: it counts a little.
const LEAST_WEIGHT: f64 = 0.05;

/// Finds names.
pub(super) struct Namer<'a> {
    asks: AskNames<'a>,
    /// Phrases of row *i* are `phrase_starts[i]..phrase_starts[i + 1]`, likewise its statements.
    phrase_starts: Vec<usize>,
    statement_starts: Vec<usize>,
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
        let phrase_starts = starts(asks.phrases.iter().map(Vec::len));
        let statement_starts = starts(passages.iter().map(|passage| passage.spans().len()));
        let n = passages.len();
        let fits = phrase_starts.last() == Some(&asks.vectors.len())
            && statement_starts.last() == Some(&asks.statements.len())
            && asks.phrases.len() == n;
        let step = n.div_ceil(LOOKED_AT).max(1);
        let others = (0..n).step_by(step).collect();
        fits.then_some(Self { asks, phrase_starts, statement_starts, others })
    }

    /// Gives each theme of `members` the name of what it asks for, where there is one; no two themes get the
    /// same, and where no phrase is left a theme keeps its label.
    pub(super) fn name(&self, members: &[Vec<Member>], labels: &mut [Label]) {
        let ranked: Vec<Vec<Candidate>> =
            members.par_iter().map(|members| self.candidates(members)).collect();
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
        let mut found: Vec<Candidate> = members
            .iter()
            .flat_map(|member| {
                (self.phrase_starts[member.row]..).zip(&self.asks.phrases[member.row])
            })
            .filter(|(_, phrase)| seen.insert(phrase.to_lowercase()))
            .take(CANDIDATES)
            .map(|(at, phrase)| {
                let vector = self.asks.vectors.row(at);
                let is_bare = phrase.split(' ').count() <= BARE;
                let general = AGAINST * self.outside(vector, &inside);
                let short = if is_bare { LESS_IF_BARE } else { 0.0 };
                let worth = self.support(vector, members) - general - short;
                // Rounded, so that ties do not depend on the order of sums.
                Candidate { phrase, score: (worth * 1e6).round() / 1e6 }
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.phrase.cmp(b.phrase)));
        found
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
        let statements = self.statement_starts[row]..self.statement_starts[row + 1];
        let cosine = |at| f64::from(dot(phrase, self.asks.statements.row(at)));
        statements.map(cosine).fold(-1.0, f64::max)
    }
}

/// Where each of some runs of these lengths starts, and where the last ends.
fn starts(lengths: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut starts = vec![0];
    for length in lengths {
        starts.push(starts[starts.len() - 1] + length);
    }
    starts
}
