//! The language of a text.

use std::collections::HashMap;
use std::sync::LazyLock;

use whichlang::Lang;

use super::words::{lower, words};
use crate::domain::{Language, Passage};

/// Function words of every language in the crate `stop-words`, with a bit for each list that has the
/// word. Concord knows a few of these languages and must not mistake the many others for one of them.
static FUNCTION_WORDS: LazyLock<HashMap<&str, u64>> = LazyLock::new(|| {
    let mut lists: HashMap<&str, u64> = HashMap::new();
    for (at, code) in CODES.iter().enumerate() {
        for word in stop_words::lookup(code).into_iter().flatten() {
            *lists.entry(word).or_default() |= 1 << at;
        }
    }
    lists
});

/// Language codes of the lists.
static CODES: LazyLock<&[&str]> = LazyLock::new(stop_words::available_languages);

/// The language of `text`; `None` if Concord has no lists for it, or if the text shows too little.
///
/// The library names a language without a measure of certainty, so function words are checked too. No
/// other language may have more of them in the text, and in Latin script there must be some. Of texts
/// of 6 words or more, 1 in 700 comes out wrong and 3 % undetermined; of 3 to 5 words, 0.7 % and 27 %
/// (docs/decisions/text.md).
#[must_use]
pub fn detect(text: &str) -> Option<Language> {
    if !text.contains(char::is_alphabetic) {
        return None;
    }
    let language = known(whichlang::detect_language(text))?;
    let own = CODES.iter().position(|code| *code == language.code())?;
    let votes = votes(text);
    let most = votes.iter().all(|count| *count <= votes[own]);
    let is_sure = match language {
        // Its characters occur in no other language of the lists.
        Language::Chinese => true,
        Language::Russian | Language::Arabic => most,
        // "a" and "on" are words of many languages.
        _ => most && votes[own] > 0 && (votes[own] >= ENOUGH || !is_tied(&votes, own)),
    };
    is_sure.then_some(language)
}

/// The likeliest language of `text` among those that Concord knows, however little the text shows; `None`
/// for one that it does not know, and for a text without letters.
#[must_use]
pub fn guess(text: &str) -> Option<Language> {
    detect(text).or_else(|| {
        text.contains(char::is_alphabetic).then(|| known(whichlang::detect_language(text)))?
    })
}

/// Number of function words from which a tie with another language no longer matters.
const ENOUGH: u32 = 3;

/// Whether another language that Concord knows has as many function words in the text.
fn is_tied(votes: &[u32], own: usize) -> bool {
    let is_known = |code: &str| Language::ALL.iter().any(|language| language.code() == code);
    let mut others = (0..votes.len()).filter(|&at| at != own && is_known(CODES[at]));
    others.any(|at| votes[at] == votes[own])
}

/// The language of most `passages`, ties by the order of [`Language::ALL`]; `None` if no passage has
/// one.
pub fn main_language<'a>(passages: impl IntoIterator<Item = &'a Passage>) -> Option<Language> {
    let mut counts = [0_usize; Language::ALL.len()];
    for language in passages.into_iter().filter_map(Passage::language) {
        counts[language as usize] += 1;
    }
    let most = *counts.iter().max()?;
    Language::ALL.into_iter().find(|language| most > 0 && counts[*language as usize] == most)
}

/// Number of words of `text` in each list; an elided word and the word after it are two ("d'ici").
fn votes(text: &str) -> Vec<u32> {
    let mut votes = vec![0; CODES.len()];
    for word in words(text, None) {
        let lower = lower(word.text);
        let lists_of = |word: &str| FUNCTION_WORDS.get(word).copied();
        let found = lists_of(&lower).into_iter();
        let parts = lower.split('\'').filter(|part| part.len() < lower.len()).filter_map(lists_of);
        for mut lists in found.chain(parts) {
            while lists != 0 {
                votes[lists.trailing_zeros() as usize] += 1;
                lists &= lists - 1;
            }
        }
    }
    votes
}

fn known(found: Lang) -> Option<Language> {
    match found {
        Lang::Eng => Some(Language::English),
        Lang::Fra => Some(Language::French),
        Lang::Spa => Some(Language::Spanish),
        Lang::Deu => Some(Language::German),
        Lang::Por => Some(Language::Portuguese),
        Lang::Ita => Some(Language::Italian),
        Lang::Rus => Some(Language::Russian),
        Lang::Ara => Some(Language::Arabic),
        Lang::Cmn => Some(Language::Chinese),
        Lang::Hin | Lang::Jpn | Lang::Kor | Lang::Nld | Lang::Swe | Lang::Tur | Lang::Vie => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::passage;

    #[test]
    fn short_requests_are_known_in_every_language() {
        let cases = [
            (Language::English, "Reduce the cost of remittances."),
            (Language::French, "Réduire le coût des transferts de fonds."),
            (Language::Spanish, "Reducir el costo de las remesas."),
            (Language::German, "Die Kosten von Überweisungen sollen sinken."),
            (Language::Portuguese, "Reduzir os custos das remessas para as famílias."),
            (Language::Italian, "Ridurre i costi delle rimesse per le famiglie."),
            (Language::Russian, "Снизить стоимость денежных переводов."),
            (Language::Arabic, "خفض تكلفة التحويلات المالية."),
            (Language::Chinese, "降低汇款成本。"),
        ];
        for (language, text) in cases {
            assert_eq!(detect(text), Some(language), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        let short =
            ["", "1234", "…", "FAO, IOM", "Migration data 2030", "Establish a secretariat."];
        for text in short {
            assert_eq!(detect(text), None, "{text}");
        }
        let others = [
            "De kosten van geldovermakingen moeten worden verlaagd.",
            "Należy obniżyć koszty przekazów pieniężnych.",
            "Знизити вартість грошових переказів для родин та їх дітей.",
            "Reduir el cost de les remeses per a les famílies.",
            "送金コストを下げるべきである。",
            "송금 비용을 줄여야 한다.",
        ];
        for text in others {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    #[test]
    fn a_guess_is_made_of_a_few_words() {
        let few = "Establish a secretariat.";
        assert!(detect(few).is_none() && guess(few).is_some());
        assert_eq!((guess("12"), guess("送金コストを下げるべきである。")), (None, None));
    }

    #[test]
    fn the_main_language_is_that_of_most_texts() {
        let passages: Vec<Passage> = [
            "Réduire le coût des envois de fonds.",
            "Reduce the costs.",
            "12",
            "Former les gardes des ports et des villes.",
        ]
        .map(passage)
        .into();
        assert_eq!(main_language(&passages), Some(Language::French));
        assert_eq!(main_language(&passages[2..3]), None);
    }
}
