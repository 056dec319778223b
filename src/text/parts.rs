//! One statement that asks for several things -> its parts.

use super::lists::{PhraseWords, phrase_words};
use super::statements::statements;
use super::words::{Word, words};
use crate::domain::{Language, Span};

/// Minimum number of words before and after "and" for a cut. "Protect and support families" is one ask, and
/// "publish the findings" says too little to be compared.
const MIN_BEFORE: usize = 4;
const MIN_AFTER: usize = 5;

/// The parts of `text` that each ask for something, as byte ranges in order; the whole text if it asks
/// for one thing.
///
/// A sentence that asks is a part, and so is each side of an "and" that joins two acts: "reduce the fees
/// and train the guards". A sentence without an ask belongs to its neighbor. What is doubtful is not
/// cut: an act in a clause that describes something, two verbs with one object. Only languages whose
/// verbs are listed are cut, which is English.
#[must_use]
pub fn parts(text: &str, language: Option<Language>) -> Vec<Span> {
    let whole = vec![Span { start: 0, end: text.len() }];
    let known = phrase_words(language.unwrap_or(Language::English));
    if known.verbs.iter().next().is_none() {
        return whole;
    }
    let mut found: Vec<Span> = Vec::new();
    let mut preamble = None;
    for span in statements(text) {
        let said = words(&text[span.start..span.end], Some(Language::English));
        let said: Vec<String> = said.map(|word| word.text.to_lowercase()).collect();
        match found.last_mut() {
            _ if asks(said.iter().map(String::as_str), known) => {
                let start = preamble.take().unwrap_or(span.start);
                found.push(Span { start, end: span.end });
            }
            Some(last) => last.end = span.end,
            None => preamble = preamble.or(Some(span.start)),
        }
    }
    let cut = found.iter().flat_map(|span| cut(text, *span, known));
    let cut: Vec<Span> = cut.collect();
    if cut.len() > 1 { cut } else { whole }
}

/// Whether a sentence of these words asks: it obliges somebody, or begins with a verb.
fn asks<'a>(mut said: impl Iterator<Item = &'a str> + Clone, known: &PhraseWords) -> bool {
    said.clone().any(|word| known.obliging.contains(word))
        || said.next().is_some_and(|word| is_verb(word, known))
}

fn is_verb(word: &str, known: &PhraseWords) -> bool {
    known.verbs.contains(word) || known.noun_verbs.contains(word)
}

/// The sides of each "and" in `span` that joins two acts.
fn cut(text: &str, span: Span, known: &PhraseWords) -> Vec<Span> {
    let at = |word: Word<'_>| (word.text.to_lowercase(), span.start + word.start);
    let said: Vec<(String, usize)> =
        words(&text[span.start..span.end], Some(Language::English)).map(at).collect();
    let mut found = Vec::new();
    let (mut first, mut start) = (0, span.start);
    for join in 0..said.len() {
        if said[join].0 != "and" {
            continue;
        }
        if let Some(act) =
            act_after(&said, join, known).filter(|_| ends_act(&said[first..join], known))
        {
            let before = text[start..said[join].1].trim_end().trim_end_matches([',', ';']);
            found.push(Span { start, end: start + before.len() });
            (first, start) = (act, said[act].1);
        }
    }
    found.push(Span { start, end: span.end });
    found
}

/// Position of the first word of the act that follows the "and" at `join`; `None` if no act follows.
fn act_after(said: &[(String, usize)], join: usize, known: &PhraseWords) -> Option<usize> {
    let leads = |word: &str| matches!(word, "to" | "also" | "then") || word.ends_with("ly");
    let verb = (join + 1..said.len()).find(|&at| !leads(&said[at].0))?;
    if said.len() - verb < MIN_AFTER {
        return None;
    }
    let (word, next) = (said[verb].0.as_str(), said[verb + 1].0.as_str());
    // "support" is a verb before "the", and a noun before "of".
    let acts = known.verbs.contains(word) && !known.joins.contains(next) && next != "and"
        || known.noun_verbs.contains(word) && known.phrase_starts.contains(next);
    let obliges = || {
        let clause = said[verb..].iter().take_while(|(word, _)| word != "and");
        let of_subject = |(word, _): &&(String, usize)| !known.openers.contains(word);
        clause.take_while(of_subject).any(|(word, _)| known.obliging.contains(word))
    };
    (acts || obliges()).then_some(verb)
}

/// Whether the words before an "and" are a whole act: long enough, asked for, without a clause that
/// describes, and not cut off at a verb whose object is still to come.
fn ends_act(said: &[(String, usize)], known: &PhraseWords) -> bool {
    let describes = said.iter().any(|(word, _)| known.openers.contains(word));
    let is_open = said.last().is_none_or(|(word, _)| known.verbs.contains(word));
    let asks = asks(said.iter().map(|(word, _)| word.as_str()), known);
    said.len() >= MIN_BEFORE && asks && !describes && !is_open
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let spans = parts(text, Some(Language::English));
        spans.into_iter().map(|span| &text[span.start..span.end]).collect()
    }

    #[test]
    fn two_acts_are_two_parts() {
        for (text, expected) in [
            (
                "States should reduce the fees of banks and train the guards of prisons.",
                ["States should reduce the fees of banks", "train the guards of prisons."],
            ),
            (
                "Patents should be recorded in a public database, and applicants should name the origin.",
                [
                    "Patents should be recorded in a public database",
                    "applicants should name the origin.",
                ],
            ),
            (
                "Publish the data on the web. Banks must disclose their fees.",
                ["Publish the data on the web.", "Banks must disclose their fees."],
            ),
            (
                "We met in May. Publish the data every year. It is due. Train all guards in prisons.",
                [
                    "We met in May. Publish the data every year. It is due.",
                    "Train all guards in prisons.",
                ],
            ),
        ] {
            assert_eq!(split(text), expected);
        }
    }

    #[test]
    fn one_act_stays_whole() {
        for text in [
            "Do more to protect and support families whose members are separated.",
            "Governments should help those who drive at night and use a telephone.",
            "Reduce fees and charges of banks.",
            "Ease the burden of payments so that families stay together and thrive in towns.",
            "States should strengthen cooperation and support of the agencies.",
            "Landlords and suppliers should tell tenants about lead.",
            "The rights of all migrant women and girls should be protected.",
            "Fees are high. Reduce them now.",
            "",
        ] {
            assert_eq!(split(text), [text]);
        }
        let french = "Réduire les frais des banques et former les gardiens des prisons.";
        assert_eq!(parts(french, Some(Language::French)).len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_has_parts_in_order(text in any::<String>()) {
            let spans = parts(&text, None);
            prop_assert!(!spans.is_empty());
            prop_assert!(spans.is_sorted_by(|a, b| a.end <= b.start));
            for span in spans {
                prop_assert!(text.get(span.start..span.end).is_some());
            }
        }
    }
}
