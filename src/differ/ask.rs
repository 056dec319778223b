//! What a sentence asks to be done, and with what.

use super::text::Sentence;
use super::words::Lists;

/// The verb that a sentence asks with, and its object.
pub(super) struct Ask<'a> {
    sentence: &'a Sentence<'a>,
    verb: usize,
    /// Class of the verb, if it has one.
    class: Option<String>,
    /// First and last word of the object.
    object: Option<(usize, usize)>,
}

/// Maximum number of words after a verb that are taken as its object.
const OBJECT_WORDS: usize = 8;

/// The first ask of a sentence: the verb after the modal, or the first word.
pub(super) fn ask<'a>(sentence: &'a Sentence<'a>, language: &Lists) -> Option<Ask<'a>> {
    let tokens = &sentence.tokens;
    let modal = (0..tokens.len())
        .find_map(|at| language.modals.at(tokens, at).map(|(length, ())| at + length));
    let skips = |at: &usize| {
        language.common.contains(&tokens[*at].stem) || tokens[*at].stem.ends_with("ly")
    };
    let start = modal.unwrap_or(0);
    let verb = (start..tokens.len().min(start + 4)).find(|at| !skips(at))?;
    let class = language.actions.at(tokens, verb).map(|(_, class)| class.clone());
    let ends = |at: &usize| {
        !tokens[*at].is_next()
            || (language.prepositions.contains(&tokens[*at].stem)
                && !language.belonging.contains(&tokens[*at].stem))
    };
    let first = verb + 1;
    let end = (first..tokens.len()).find(ends).unwrap_or(tokens.len()).min(first + OBJECT_WORDS);
    let object = (end > first).then_some((first, end - 1));
    Some(Ask { sentence, verb, class, object })
}

impl Ask<'_> {
    /// Position of the verb.
    pub(super) fn verb(&self) -> usize {
        self.verb
    }

    /// The verb and what follows it, as written.
    pub(super) fn written(&self) -> String {
        let last = self.object.map_or(self.verb, |(_, last)| last);
        self.sentence.quote(self.verb, last, 6)
    }

    /// Whether both verbs have a class, and the classes differ.
    pub(super) fn acts_otherwise(&self, other: &Self) -> bool {
        matches!((&self.class, &other.class), (Some(mine), Some(theirs)) if mine != theirs)
    }

    /// The object, as written.
    pub(super) fn object(&self) -> Option<String> {
        self.object.map(|(first, last)| self.sentence.quote(first, last, OBJECT_WORDS))
    }

    /// Whether the sentences are the same except for the object of the verb.
    ///
    /// The objects must end in different words, and neither sentence may have a word outside its object
    /// that the other lacks.
    pub(super) fn is_of_something_else(&self, other: &Self, language: &Lists) -> bool {
        let same_verb =
            self.sentence.tokens[self.verb].stem == other.sentence.tokens[other.verb].stem;
        let (mine, theirs) = (self.object_stems(language), other.object_stems(language));
        let heads_differ = match (mine.last(), theirs.last()) {
            (Some(a), Some(b)) => !theirs.contains(a) && !mine.contains(b),
            _ => false,
        };
        // "Consider ratifying", "continue efforts to reduce": what looks like the object contains the
        // act.
        let acts = |ask: &Self| {
            let (first, last) = ask.object.unwrap_or((1, 0));
            (first..=last).any(|at| language.operators.is_at(&ask.sentence.tokens, at))
        };
        same_verb
            && heads_differ
            && !acts(self)
            && !acts(other)
            && self.says_all_else_of(other, language)
            && other.says_all_else_of(self, language)
    }

    fn says_all_else_of(&self, other: &Self, language: &Lists) -> bool {
        let is_object =
            |at: usize| other.object.is_some_and(|(first, last)| (first..=last).contains(&at));
        other.sentence.tokens.iter().enumerate().all(|(at, token)| {
            is_object(at)
                || language.common.contains(&token.stem)
                || self.sentence.tokens.iter().any(|mine| mine.stem == token.stem)
        })
    }

    fn object_stems(&self, language: &Lists) -> Vec<&str> {
        let (first, last) = self.object.unwrap_or((1, 0));
        (first..=last)
            .map(|at| self.sentence.tokens[at].stem.as_str())
            .filter(|stem| !language.common.contains(*stem))
            .collect()
    }
}
