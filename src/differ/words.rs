//! The word lists of each language, read from the data files in `words/`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use serde::Deserialize;

use super::stance::Operator;
use super::text::{Phrases, Sentence, plain, sentences, stems};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    common: Vec<String>,
    modals: Vec<String>,
    frames: Vec<String>,
    frame_ends: Vec<String>,
    passives: Vec<String>,
    joins: Vec<String>,
    alternatives: Vec<String>,
    infinitives: Vec<String>,
    prepositions: Vec<String>,
    relatives: Vec<String>,
    belonging: Vec<String>,
    direction: DirectionFile,
    addressees: BTreeMap<String, Vec<String>>,
    population: BTreeMap<String, Vec<String>>,
    actions: BTreeMap<String, Vec<String>>,
    instruments: InstrumentFile,
    figures: Figures,
    scope: ScopeFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeFile {
    all: Vec<String>,
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DirectionFile {
    negations: Vec<String>,
    more: Vec<String>,
    less: Vec<String>,
    open: Vec<String>,
    harmless: Vec<String>,
    versus: Vec<String>,
    burdens: Vec<String>,
    ills: Vec<String>,
    turns: Vec<String>,
    goes_on: Vec<String>,
    purposes: Vec<String>,
    contraries: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentFile {
    kinds: Vec<String>,
    general: Vec<String>,
    short: BTreeMap<String, String>,
}

/// Words around figures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Figures {
    pub(super) before_year: Vec<String>,
    pub(super) within: Vec<String>,
    pub(super) units: Vec<String>,
    pub(super) percent: Vec<String>,
    pub(super) numbers: BTreeMap<String, u32>,
}

/// What is read from the words of one language.
pub(super) struct Language {
    stemmer: Stemmer,
    /// Words that say nothing of what is asked.
    pub(super) common: BTreeSet<String>,
    /// Words by which the language is known, as written.
    known_by: BTreeSet<String>,
    pub(super) modals: Phrases<()>,
    pub(super) frames: Phrases<()>,
    pub(super) frame_ends: BTreeSet<String>,
    pub(super) passives: BTreeSet<String>,
    pub(super) joins: BTreeSet<String>,
    pub(super) alternatives: BTreeSet<String>,
    pub(super) infinitives: BTreeSet<String>,
    pub(super) prepositions: BTreeSet<String>,
    pub(super) relatives: BTreeSet<String>,
    pub(super) belonging: BTreeSet<String>,
    /// `None` for what only looks like one.
    pub(super) operators: Phrases<Option<Operator>>,
    pub(super) versus: BTreeSet<String>,
    pub(super) ills: BTreeSet<String>,
    pub(super) burdens: BTreeSet<String>,
    pub(super) turns: Phrases<()>,
    pub(super) goes_on: Phrases<()>,
    pub(super) purposes: BTreeSet<String>,
    /// Number of the pair, and whether the word is its first side.
    pub(super) contraries: Phrases<(usize, bool)>,
    pub(super) addressees: Phrases<String>,
    pub(super) population: Phrases<String>,
    pub(super) actions: Phrases<String>,
    pub(super) instrument_kinds: BTreeSet<String>,
    pub(super) instrument_general: BTreeSet<String>,
    /// Stems of the long name, by the short one in capitals.
    pub(super) instrument_short: BTreeMap<String, BTreeSet<String>>,
    pub(super) figures: Figures,
    /// Whether it says "all", or only looks as if it did.
    pub(super) scope: Phrases<bool>,
}

static LANGUAGES: LazyLock<[Language; 3]> = LazyLock::new(|| {
    [
        Language::parse(Algorithm::English, include_str!("words/en.toml")),
        Language::parse(Algorithm::French, include_str!("words/fr.toml")),
        Language::parse(Algorithm::Spanish, include_str!("words/es.toml")),
    ]
});

impl Language {
    /// The language of a text, by its commonest words; English where nothing tells.
    pub(super) fn of(text: &str) -> &'static Self {
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let count =
            |language: &Self| words.iter().filter(|w| language.known_by.contains(*w)).count();
        let [first, others @ ..] = &*LANGUAGES;
        others.iter().fold(first, |best, next| if count(next) > count(best) { next } else { best })
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }

    pub(super) fn sentences<'a>(&self, text: &'a str) -> Vec<Sentence<'a>> {
        sentences(text, &self.stemmer)
    }

    fn parse(algorithm: Algorithm, text: &str) -> Self {
        let file: File =
            toml::from_str(text).expect("the shipped lists are valid; a test reads them");
        let stemmer = Stemmer::create(algorithm);
        let direction = file.direction;
        let contraries = direction.contraries.iter().enumerate().flat_map(|(pair, words)| {
            words.iter().enumerate().map(move |(at, word)| (word.as_str(), (pair, at == 0)))
        });
        let short = file.instruments.short.iter();
        let all = file.scope.all.iter().map(|phrase| (phrase.as_str(), true));
        let scope = all.chain(file.scope.not.iter().map(|phrase| (phrase.as_str(), false)));
        Self {
            common: stems(&stemmer, &file.common),
            known_by: file.common.into_iter().collect(),
            modals: plain(&stemmer, &file.modals),
            frames: plain(&stemmer, &file.frames),
            frame_ends: stems(&stemmer, &file.frame_ends),
            passives: stems(&stemmer, &file.passives),
            joins: stems(&stemmer, &file.joins),
            alternatives: stems(&stemmer, &file.alternatives),
            infinitives: stems(&stemmer, &file.infinitives),
            prepositions: stems(&stemmer, &file.prepositions),
            relatives: stems(&stemmer, &file.relatives),
            belonging: stems(&stemmer, &file.belonging),
            versus: stems(&stemmer, &direction.versus),
            ills: stems(&stemmer, &direction.ills),
            burdens: stems(&stemmer, &direction.burdens),
            turns: plain(&stemmer, &direction.turns),
            goes_on: plain(&stemmer, &direction.goes_on),
            purposes: stems(&stemmer, &direction.purposes),
            contraries: Phrases::new(&stemmer, contraries),
            operators: operators(&stemmer, &direction),
            addressees: classes(&stemmer, &file.addressees),
            population: classes(&stemmer, &file.population),
            actions: classes(&stemmer, &file.actions),
            instrument_kinds: stems(&stemmer, &file.instruments.kinds),
            instrument_general: stems(&stemmer, &file.instruments.general),
            instrument_short: short
                .map(|(name, long)| (name.clone(), stems(&stemmer, std::slice::from_ref(long))))
                .collect(),
            figures: file.figures,
            scope: Phrases::new(&stemmer, scope),
            stemmer,
        }
    }
}

fn operators(stemmer: &Stemmer, file: &DirectionFile) -> Phrases<Option<Operator>> {
    let lists = [
        (&file.harmless, None),
        (&file.negations, Some(Operator::Negation)),
        (&file.more, Some(Operator::More)),
        (&file.less, Some(Operator::Less)),
        (&file.open, Some(Operator::Open)),
    ];
    let phrases = lists
        .into_iter()
        .flat_map(|(list, operator)| list.iter().map(move |phrase| (phrase.as_str(), operator)));
    Phrases::new(stemmer, phrases)
}

fn classes(stemmer: &Stemmer, lists: &BTreeMap<String, Vec<String>>) -> Phrases<String> {
    let phrases = lists
        .iter()
        .flat_map(|(class, list)| list.iter().map(move |phrase| (phrase.as_str(), class.clone())));
    Phrases::new(stemmer, phrases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_commonest_words() {
        let of = |text| LANGUAGES.iter().position(|one| one.is(Language::of(text)));
        assert_eq!(of("Reduce the cost of remittances."), Some(0));
        assert_eq!(of("Réduire le coût des envois de fonds."), Some(1));
        assert_eq!(of("Reducir el costo de las remesas."), Some(2));
        assert_eq!(of("1234"), Some(0));
    }
}
