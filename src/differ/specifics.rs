//! How specific a recommendation is: whether it says who is to do what, by when, and how much.

use super::ask::{self, Ask};
use super::text::Sentence;
use super::words::Lists;
use super::{addressee, figures, listed, lists};
use crate::domain::{Passage, Specifics};
use crate::text::phrase_words;

/// What `passage` names of what lets people check whether it was followed; `None` in a language without
/// word lists.
///
/// The measure is an act that can be seen to be done. Acts that cannot ("promote", "consider",
/// "continue to") are those of the categories 2 to 4 of actions by which UPR Info grades
/// recommendations (E. McMahon, *The Universal Periodic Review: A Work in Progress*, 2012).
#[must_use]
pub fn specifics(passage: &Passage) -> Option<Specifics> {
    let language = lists(passage.language(), passage.language())?;
    let sentences = language.sentences(passage.text());
    let first = |found: fn(&Sentence<'_>, &Lists) -> Vec<String>| {
        sentences.iter().flat_map(|sentence| found(sentence, language)).next()
    };
    Some(Specifics {
        addressee: first(|sentence, language| {
            let found = addressee::addressees(sentence, language);
            if found.is_empty() { Vec::new() } else { vec![listed(&found)] }
        }),
        measure: first(|sentence, language| measure(sentence, language).into_iter().collect()),
        deadline: first(|sentence, language| {
            figures::deadlines(sentence, language).into_values().collect()
        }),
        indicator: first(|sentence, language| {
            figures::numbers(sentence, language).into_values().collect()
        }),
    })
}

/// The act that a sentence asks for, as written, if it can be seen to be done.
fn measure(sentence: &Sentence<'_>, language: &Lists) -> Option<String> {
    let ask: Ask<'_> = ask::ask(sentence, language)?;
    let verb = &sentence.tokens[ask.verb()];
    let written = sentence.written(ask.verb()).to_lowercase();
    let known = phrase_words(language.language());
    let is_act = addressee::modal(sentence, language).is_some()
        || language.operators.is_at(&sentence.tokens, ask.verb())
        || language.actions.is_at(&sentence.tokens, ask.verb())
        || known.verbs.contains(&written)
        || known.noun_verbs.contains(&written);
    (is_act && !language.vague.contains(&verb.stem)).then(|| ask.written())
}
