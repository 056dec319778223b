//! The roles that English words can have in a noun phrase.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::domain::Language;
use crate::text::{PhraseWords, phrase_words};

/// The English lists.
static WORDS: LazyLock<&PhraseWords> = LazyLock::new(|| phrase_words(Language::English));

/// Verb forms that are not also nouns.
static VERB_FORM: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let verbs = WORDS.verbs.iter().filter(|verb| !WORDS.noun_verbs.contains(verb));
    let plain = verbs.flat_map(|verb| [verb.to_owned(), with_s(verb)]);
    let gerunds = WORDS.verbs.iter().chain(WORDS.noun_verbs.iter()).map(with_ing);
    plain.chain(gerunds).filter(|form| !WORDS.ing_nouns.contains(form)).collect()
});

fn with_s(verb: &str) -> String {
    match verb.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if verb.ends_with(['s', 'x', 'o']) || verb.ends_with("ch") || verb.ends_with("sh") => {
            format!("{verb}es")
        }
        _ => format!("{verb}s"),
    }
}

fn with_ing(verb: &str) -> String {
    match verb.strip_suffix('e') {
        Some(stem) if !stem.ends_with('e') => format!("{stem}ing"),
        _ if matches!(verb, "put" | "set" | "get" | "cut" | "run" | "stop" | "let" | "begin") => {
            format!("{verb}{}ing", &verb[verb.len() - 1..])
        }
        _ => format!("{verb}ing"),
    }
}

/// The role of a word in a noun phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// May stand anywhere, and may end the phrase.
    Noun,
    /// May stand before a noun.
    Modifier,
    /// A preposition between the halves of a phrase.
    Join,
    /// "and".
    And,
    /// An article, which may follow a preposition.
    Article,
    /// No phrase crosses it.
    Break,
}

/// A word with its neighbors, in lower case; punctuation hides a neighbor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) word: &'a str,
    pub(super) before: Option<&'a str>,
    pub(super) after: Option<&'a str>,
    /// Whether it opens a statement.
    pub(super) opens: bool,
}

impl Seen<'_> {
    pub(super) fn part(self) -> Part {
        let word = self.word;
        match word {
            "and" => return Part::And,
            "the" => return Part::Article,
            _ if WORDS.joins.contains(word) => return Part::Join,
            _ => {}
        }
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        // "U.S": initials name nobody without the word that follows.
        let letters = if word.contains('.') { 0 } else { letters };
        let empty = WORDS.function.contains(word) || WORDS.empty_modifiers.contains(word);
        if letters < 2
            || empty
            || VERB_FORM.contains(word)
            || WORDS.participles.contains(word)
            || WORDS.verbs_with_s.contains(word)
            || is_adverb(word)
        {
            return Part::Break;
        }
        if WORDS.noun_verbs.contains(word) {
            return if self.asks() { Part::Break } else { Part::Noun };
        }
        if word.ends_with("ing")
            && !word.contains('-')
            && letters > 5
            && !WORDS.ing_nouns.contains(word)
        {
            return Part::Break;
        }
        if word.ends_with("ed") && !word.contains('-') && letters > 4 && !word.ends_with("eed") {
            return self.participle();
        }
        if is_adjective(word) { Part::Modifier } else { Part::Noun }
    }

    /// Whether a word that can be a noun or a verb is a verb here: "to work on", "Support those who".
    fn asks(self) -> bool {
        let joins = |word: &str| WORDS.joins.contains(word) || word == "and";
        let takes_object = self.after.is_some_and(|after| !joins(after));
        match self.before {
            Some("and") => takes_object,
            Some("to" | "not") => !self.after.is_some_and(joins),
            Some(before) if WORDS.modals.contains(before) => true,
            _ => self.opens && takes_object,
        }
    }

    /// "displaced persons" after a function word is a phrase; "be granted" and "States decided" are
    /// not.
    fn participle(self) -> Part {
        let passive =
            ["be", "been", "being", "is", "are", "was", "were", "has", "have", "had", "not"];
        let free = self.before.is_none_or(|before| {
            WORDS.function.contains(before)
                || WORDS.joins.contains(before)
                || matches!(before, "and" | "the" | "a" | "an")
                || VERB_FORM.contains(before)
                || WORDS.noun_verbs.contains(before)
        });
        if free && !self.before.is_some_and(|b| passive.contains(&b)) && self.after.is_some() {
            Part::Modifier
        } else {
            Part::Break
        }
    }
}

/// Whether a word (lower case) is known as a verb, though it may be a noun too.
pub(super) fn may_be_verb(word: &str) -> bool {
    WORDS.verbs.contains(word) || WORDS.noun_verbs.contains(word)
}

/// The verb of a regular participle (lower case), if it is known: "limited", "reduced", "carried".
pub(super) fn verb_of(participle: &str) -> Option<String> {
    let bare = participle.strip_suffix("ed")?;
    let doubled = bare
        .chars()
        .last()
        .and_then(|last| bare.strip_suffix([last]).filter(|b| b.ends_with(last)));
    let forms = [
        Some(bare.to_owned()),
        Some(format!("{bare}e")),
        bare.strip_suffix('i').map(|stem| format!("{stem}y")),
        doubled.map(str::to_owned),
    ];
    forms.into_iter().flatten().find(|verb| may_be_verb(verb))
}

pub(super) fn is_adverb(word: &str) -> bool {
    word.ends_with("ly") && !WORDS.ly_words.contains(word)
}

fn is_adjective(word: &str) -> bool {
    let last = word.rsplit('-').next().unwrap_or(word);
    let hyphened = last.len() < word.len();
    let by_ending =
        ["al", "ive", "ous", "able", "ible", "ful", "less", "ic", "ary", "ish", "ent", "ant"];
    // "-ment", "-ent" and "-ant" end more nouns than adjectives.
    let is = |ending: &str| {
        last.ends_with(ending) && (!matches!(ending, "ent" | "ant") || is_ant_adjective(last))
    };
    WORDS.adjectives.contains(last)
        || (hyphened
            && (last.ends_with("ed")
                || last == "led"
                || opens_with_preposition(word) && !last.ends_with("tion")
                || last.ends_with("ing") && !WORDS.ing_nouns.contains(word)))
        || (last.len() > 4
            && by_ending.iter().any(|ending| is(ending))
            && !WORDS.nouns_like_adjectives.contains(last))
}

/// "in-depth", "on-site", "cross-border".
fn opens_with_preposition(hyphened: &str) -> bool {
    let first = hyphened.split('-').next().unwrap_or_default();
    matches!(first, "in" | "on" | "off" | "at" | "up" | "cross" | "inter")
}

fn is_ant_adjective(word: &str) -> bool {
    ["sistent", "ficient", "cient", "rrent", "iant", "evant", "ortant", "icant"]
        .iter()
        .any(|ending| word.ends_with(ending))
}

/// Whether a noun (lower case, of any language) means nothing on its own.
pub(super) fn is_empty_noun(word: &str) -> bool {
    let is_listed = |word: &str| WORDS.empty_nouns.contains(word);
    let singular = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    is_listed(word)
        || word.strip_suffix('s').is_some_and(is_listed)
        || singular.is_some_and(|one| is_listed(&one))
        || Language::ALL.iter().any(|other| phrase_words(*other).empty_nouns.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(before: Option<&str>, word: &str, after: Option<&str>) -> Part {
        Seen { word, before, after, opens: before.is_none() }.part()
    }

    #[test]
    fn the_words_around_decide_between_noun_and_verb() {
        assert_eq!(part(None, "support", Some("women")), Part::Break);
        assert_eq!(part(Some("legal"), "support", Some("for")), Part::Noun);
        assert_eq!(part(Some("to"), "work", Some("closely")), Part::Break);
        assert_eq!(part(Some("decent"), "work", None), Part::Noun);
    }

    #[test]
    fn endings_tell_what_no_list_holds() {
        assert_eq!(part(Some("the"), "granting", Some("visas")), Part::Break);
        assert_eq!(part(Some("the"), "trafficking", None), Part::Noun);
        assert_eq!(part(Some("the"), "regional", Some("body")), Part::Modifier);
        assert_eq!(part(Some("of"), "skilled", Some("workers")), Part::Modifier);
        assert_eq!(part(Some("be"), "skilled", Some("workers")), Part::Break);
        assert_eq!(part(Some("the"), "fully", Some("funded")), Part::Break);
        assert_eq!(part(Some("the"), "elderly", None), Part::Noun);
    }

    #[test]
    fn verbs_know_their_forms() {
        for form in ["ratify", "ratifies", "ratifying", "putting", "enhances", "enriches"] {
            assert!(VERB_FORM.contains(form), "{form}");
        }
    }

    #[test]
    fn participles_lead_to_their_verb() {
        let verbs = ["limited", "reduced", "ratified", "stopped", "given", "xyzed"].map(verb_of);
        let verbs: Vec<Option<&str>> = verbs.iter().map(Option::as_deref).collect();
        let known = [Some("limit"), Some("reduce"), Some("ratify"), Some("stop")];
        assert_eq!(verbs, [&known[..], &[None, None]].concat());
    }

    #[test]
    fn empty_nouns_are_known_in_the_plural() {
        assert!(is_empty_noun("ways") && is_empty_noun("countries") && !is_empty_noun("costs"));
    }
}
