//! Whether two sentences want the same of the same thing, or the contrary.
//!
//! Every word of a sentence is read as wanted, unwanted, refused or merely mentioned, from the verbs
//! and negations that govern it. In "stop restricting access" two of them cancel out, and access is
//! wanted. Sentences are opposite if most of the words they share have contrary readings. A word counts
//! for more the nearer it stands to the word that governs it.

use std::collections::{BTreeMap, BTreeSet};

use super::reader::{Mention, Reader};
use super::text::Sentence;
use super::words::Lists;

/// A sentence with its stance on each word.
pub(super) struct Reading<'a> {
    sentence: &'a Sentence<'a>,
    /// By stem; of several mentions, the one nearest to the word that governs it.
    mentions: BTreeMap<&'a str, Mention>,
    /// By pair of contraries: the side it takes, whether it refuses that side, and where.
    sides: BTreeMap<usize, (bool, bool, usize)>,
    /// Whether it sets a condition ("no ... without", "not ... until"), which can turn its direction.
    is_conditional: bool,
}

/// Share of the words of the shorter sentence that the other must contain for the two to be about the
/// same thing.
const SAME_THING: f64 = 0.4;

/// The same share, and the number of shared words, from which the conflict is sure without a judge: a
/// word or two can meet by chance. Set on fields of `gold/asks` (docs/decisions/check.md).
const SURELY_SAME: f64 = 0.5;
const SURELY_SHARED: usize = 2;

/// The same, from which two sentences are one but for their direction ("stop funding these initiatives", "keep
/// funding these initiatives").
const BUT_FOR_DIRECTION: f64 = 0.8;
const SHARED_BUT_FOR_DIRECTION: usize = 3;

/// Minimum weight of conflicting words for sentences to be opposite; one word right at the verb in
/// both has 1. Set on the development drafts (`concord eval check`).
const OPPOSED: f64 = 0.6;

/// This many conflicting words suffice, wherever they stand.
const MANY: usize = 3;

/// Conflicting words must outweigh agreeing ones by this factor.
const CLEARLY: f64 = 2.0;

/// What the words of two sentences that conflict prove, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proof {
    /// They share little.
    Possible,
    /// They share so much, or name a pair of contraries.
    Sure,
    /// They are one sentence but for their direction.
    Certain,
}

/// Where two sentences conflict.
pub(super) struct Opposition {
    /// The phrase of this sentence and of the other, as written.
    pub(super) mine: String,
    pub(super) theirs: String,
    /// How far the words alone prove it.
    pub(super) proof: Proof,
}

impl<'a> Reading<'a> {
    pub(super) fn new(sentence: &'a Sentence<'a>, language: &Lists) -> Self {
        let mut reader = Reader::new(sentence, language);
        reader.read();
        let mut stems = sentence.tokens.iter().map(|token| &token.stem);
        let is_conditional = stems.any(|stem| language.conditions.contains(stem));
        Self { sentence, mentions: reader.mentions(), sides: reader.sides, is_conditional }
    }

    /// Stems of the words that say what the sentence is about.
    pub(super) fn stems(&self) -> BTreeSet<&'a str> {
        self.mentions.keys().copied().collect()
    }

    /// Share of the words of the shorter sentence that the other contains.
    pub(super) fn coverage(&self, other: &Self) -> f64 {
        let shared = self.mentions.keys().filter(|stem| other.mentions.contains_key(*stem)).count();
        let shorter = self.mentions.len().min(other.mentions.len());
        if shorter == 0 { 0.0 } else { shared as f64 / shorter as f64 }
    }

    /// Where this sentence and the other conflict; `None` if they do not.
    pub(super) fn opposition(&self, other: &Self) -> Option<Opposition> {
        let coverage = self.coverage(other);
        if coverage < SAME_THING {
            return None;
        }
        let shared = self.mentions.keys().filter(|stem| other.mentions.contains_key(*stem)).count();
        let is_one = coverage >= BUT_FOR_DIRECTION && shared >= SHARED_BUT_FOR_DIRECTION;
        let is_plain = !self.is_conditional && !other.is_conditional;
        let sure = if is_one && is_plain { Proof::Certain } else { Proof::Sure };
        if let Some((mine, theirs)) = self.contrary_words(other) {
            // A pair of contraries does not meet by chance.
            return Some(Opposition { mine, theirs, proof: sure });
        }
        let (mine, theirs) = self.contrary_stances(other)?;
        let is_sure = coverage >= SURELY_SAME && shared >= SURELY_SHARED;
        Some(Opposition { mine, theirs, proof: if is_sure { sure } else { Proof::Possible } })
    }

    fn contrary_words(&self, other: &Self) -> Option<(String, String)> {
        let (mine, theirs) = self.sides.iter().find_map(|(pair, mine)| {
            let theirs = other.sides.get(pair)?;
            (mine.0 != theirs.0 && mine.1 == theirs.1).then_some((mine.2, theirs.2))
        })?;
        let around =
            |sentence: &Sentence<'_>, at: usize| sentence.quote(at.saturating_sub(2), at, 3);
        Some((around(self.sentence, mine), around(other.sentence, theirs)))
    }

    fn contrary_stances(&self, other: &Self) -> Option<(String, String)> {
        let (mut against, mut with, mut n_against) = (0.0, 0.0, 0);
        let mut refuses = false;
        let mut strongest: Option<(f64, &Mention, &Mention)> = None;
        for (stem, mine) in &self.mentions {
            let Some(theirs) = other.mentions.get(stem) else { continue };
            if !(mine.decides && theirs.decides) {
                continue;
            }
            let weight = mine.weight() * theirs.weight();
            if mine.stance.conflicts(theirs.stance) {
                against += weight;
                n_against += 1;
                refuses |= mine.refuses_act_of(theirs);
                if strongest.is_none_or(|(most, ..)| weight > most) {
                    strongest = Some((weight, mine, theirs));
                }
            } else if mine.stance.agrees(theirs.stance) {
                with += weight;
            }
        }
        let (_, mine, theirs) = strongest?;
        let weighs = against >= OPPOSED || n_against >= MANY;
        (weighs && (refuses || against > CLEARLY * with))
            .then(|| (mine.quote(self.sentence), theirs.quote(other.sentence)))
    }
}
