//! The languages of a corpus, and what a model of one language leaves unsaid.

use serde::{Deserialize, Serialize};

use super::Index;
use crate::domain::{Language, Passage};
use crate::embed::ModelInfo;
use crate::store::Manifest;
use crate::text::detect;

/// Number of texts in each language; those whose language does not show are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LanguageCounts([usize; Language::ALL.len()]);

/// Share of the texts, one in this many, from which a second language matters to a corpus.
const MATTERS: usize = 20;

impl LanguageCounts {
    /// The languages of `passages`.
    pub(super) fn of(passages: &[Passage]) -> Self {
        let mut counts = Self::default();
        for language in passages.iter().filter_map(Passage::language) {
            counts.0[language as usize] += 1;
        }
        counts
    }

    /// The languages that matter, most texts first, each with its number of texts.
    #[must_use]
    pub fn main(&self) -> Vec<(Language, usize)> {
        let all: usize = self.0.iter().sum();
        let counted = |language: Language| (language, self.0[language as usize]);
        let mut found: Vec<(Language, usize)> = Language::ALL
            .into_iter()
            .map(counted)
            .filter(|&(_, n)| n > 0 && n * MATTERS >= all)
            .collect();
        found.sort_by_key(|&(_, n)| std::cmp::Reverse(n));
        found
    }

    /// Whether a model for English alone leaves something out: another language matters.
    #[must_use]
    pub fn need_more_than_english(&self) -> bool {
        self.main().iter().any(|&(language, _)| language != Language::English)
    }
}

impl std::fmt::Display for LanguageCounts {
    /// "English (200), Spanish (12)".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let each = self.main().into_iter().map(|(language, n)| format!("{language:?} ({n})"));
        f.write_str(&each.collect::<Vec<_>>().join(", "))
    }
}

/// Whether the model called `id` compares texts of different languages; `means` is the sum of the means that
/// the built-in one has.
fn is_multilingual(id: &str, means: Option<&str>) -> bool {
    means.is_some() || id.to_lowercase().contains("multilingual") || id.ends_with("bge-m3")
}

/// Whether `model` compares texts of different languages.
#[must_use]
pub fn crosses_languages(model: &ModelInfo) -> bool {
    is_multilingual(&model.id, model.means.as_deref())
}

/// Whether the judge can read a passage: it was trained on English.
pub(super) fn is_for_judge(passage: &Passage) -> bool {
    passage.language().is_none_or(|language| language == Language::English)
}

impl Index {
    /// The languages of its recommendations.
    #[must_use]
    pub fn languages(&self) -> LanguageCounts {
        LanguageCounts::of(self.linker.passages())
    }

    /// Whether its model compares texts of different languages.
    #[must_use]
    pub fn crosses_languages(&self) -> bool {
        model_crosses_languages(self.manifest())
    }

    /// The language of `text`, if the index has hardly any recommendation in it and its model cannot compare
    /// across languages; `None` as well if that language does not show.
    #[must_use]
    pub fn foreign(&self, text: &str) -> Option<Language> {
        foreign(text, self.manifest(), self.languages())
    }
}

fn model_crosses_languages(manifest: &Manifest) -> bool {
    let model = &manifest.model;
    is_multilingual(model["id"].as_str().unwrap_or_default(), model["means"].as_str())
}

/// The language of `text`, if an index in the languages `own` cannot compare with it; see [`Index::foreign`].
pub(super) fn foreign(text: &str, manifest: &Manifest, own: LanguageCounts) -> Option<Language> {
    let language = detect(text).filter(|_| !model_crosses_languages(manifest))?;
    let main = own.main();
    (!main.is_empty() && main.iter().all(|&(own, _)| own != language)).then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::passage;

    #[test]
    fn a_language_matters_from_one_text_in_twenty() {
        let english = passage("States should reduce the cost of sending money.");
        let spanish = passage("Los Estados deberían reducir el costo de enviar dinero.");
        let of = |n: usize| {
            let mut all = vec![english.clone(); n];
            all.push(spanish.clone());
            LanguageCounts::of(&all)
        };
        assert!(of(19).need_more_than_english() && !of(20).need_more_than_english());
        assert_eq!(of(3).to_string(), "English (3), Spanish (1)");
        assert!(!LanguageCounts::of(&[passage("12")]).need_more_than_english());
    }
}
