//! What no library has of a language, read from `languages/`.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::Language;

/// The lists of one language; words are folded (see [`fold`](super::fold)).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    /// Words whose full stop never ends a sentence.
    pub(super) abbreviations: HashSet<String>,
    /// Words whose full stop ends a sentence unless a number follows.
    pub(super) before_number: HashSet<String>,
    /// What stands before the number of a list item: "Recommendation 7".
    pub(super) labels: HashSet<String>,
    /// Words that lose their last letter to an apostrophe: "l'accès".
    #[serde(default)]
    pub(super) elided: HashSet<String>,
}

static LISTS: LazyLock<[Lists; Language::ALL.len()]> = LazyLock::new(|| {
    let file = |language: Language| match language {
        Language::English => include_str!("languages/en.toml"),
        Language::French => include_str!("languages/fr.toml"),
        Language::Spanish => include_str!("languages/es.toml"),
        Language::German => include_str!("languages/de.toml"),
        Language::Portuguese => include_str!("languages/pt.toml"),
        Language::Italian => include_str!("languages/it.toml"),
        Language::Russian => include_str!("languages/ru.toml"),
        Language::Arabic => include_str!("languages/ar.toml"),
        Language::Chinese => include_str!("languages/zh.toml"),
    };
    let parse =
        |text| toml::from_str(text).expect("the shipped lists are valid; a test reads them");
    Language::ALL.map(file).map(parse)
});

/// The lists of `language`.
pub(super) fn of(language: Language) -> &'static Lists {
    &LISTS[language as usize]
}

/// The lists of every language.
pub(super) fn all() -> impl Iterator<Item = &'static Lists> {
    LISTS.iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;

    #[test]
    fn every_list_is_read_and_folded() {
        for lists in all() {
            let words = [&lists.abbreviations, &lists.before_number, &lists.labels];
            for word in words.into_iter().flatten() {
                assert_eq!(*word, fold(word));
            }
        }
        assert!(of(Language::French).elided.contains("l"));
    }
}
