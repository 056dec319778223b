//! The word lists of each language, read from the data files in `words/`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::stance::Operator;
use super::text::{Phrases, Sentence, plain, sentences, stem, stems};
use crate::domain::Language;
use crate::text::stop_words;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    asking: Vec<String>,
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
    vague: Vec<String>,
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
    facts: Vec<String>,
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
    conditions: Vec<String>,
    contraries: Vec<Vec<String>>,
    comparing: Vec<String>,
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

/// The word lists of one language.
pub(super) struct Lists {
    language: Language,
    /// Words that say nothing about what is asked.
    pub(super) common: BTreeSet<String>,
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
    pub(super) vague: BTreeSet<String>,
    /// `None` for a look-alike such as "not only".
    pub(super) operators: Phrases<Option<Operator>>,
    pub(super) facts: BTreeSet<String>,
    pub(super) versus: BTreeSet<String>,
    pub(super) ills: BTreeSet<String>,
    pub(super) burdens: BTreeSet<String>,
    pub(super) turns: Phrases<()>,
    pub(super) goes_on: Phrases<()>,
    pub(super) purposes: BTreeSet<String>,
    pub(super) conditions: BTreeSet<String>,
    /// Number of the pair, and whether the word is its first side.
    pub(super) contraries: Phrases<(usize, bool)>,
    pub(super) addressees: Phrases<String>,
    pub(super) population: Phrases<String>,
    pub(super) actions: Phrases<String>,
    pub(super) instrument_kinds: BTreeSet<String>,
    pub(super) instrument_general: BTreeSet<String>,
    /// Stems of the long name, keyed by the short name in capitals.
    pub(super) instrument_short: BTreeMap<String, BTreeSet<String>>,
    pub(super) figures: Figures,
    /// Whether it says "all", or is a look-alike.
    pub(super) scope: Phrases<bool>,
}

static LISTS: LazyLock<[Lists; 3]> = LazyLock::new(|| {
    [
        Lists::parse(Language::English, include_str!("words/en.toml")),
        Lists::parse(Language::French, include_str!("words/fr.toml")),
        Lists::parse(Language::Spanish, include_str!("words/es.toml")),
    ]
});

impl Lists {
    /// The lists of `language`; `None` if it has none.
    pub(super) fn for_language(language: Language) -> Option<&'static Self> {
        LISTS.iter().find(|lists| lists.language == language)
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    pub(super) fn sentences<'a>(&self, text: &'a str) -> Vec<Sentence<'a>> {
        sentences(text, self.language)
    }

    fn parse(language: Language, text: &str) -> Self {
        let file: File =
            toml::from_str(text).expect("the shipped lists are valid; a test reads them");
        let common = common(language, &file);
        let direction = file.direction;
        let contraries = direction.contraries.iter().enumerate().flat_map(|(pair, words)| {
            words.iter().enumerate().map(move |(at, word)| (word.as_str(), (pair, at == 0)))
        });
        let short = file.instruments.short.iter();
        let all = file.scope.all.iter().map(|phrase| (phrase.as_str(), true));
        let scope = all.chain(file.scope.not.iter().map(|phrase| (phrase.as_str(), false)));
        Self {
            common,
            modals: plain(language, &file.modals),
            frames: plain(language, &file.frames),
            frame_ends: stems(language, &file.frame_ends),
            passives: stems(language, &file.passives),
            joins: stems(language, &file.joins),
            alternatives: stems(language, &file.alternatives),
            infinitives: stems(language, &file.infinitives),
            prepositions: stems(language, &file.prepositions),
            relatives: stems(language, &file.relatives),
            belonging: stems(language, &file.belonging),
            vague: stems(language, &file.vague),
            facts: stems(language, &direction.facts),
            versus: stems(language, &direction.versus),
            ills: stems(language, &direction.ills),
            burdens: stems(language, &direction.burdens),
            turns: plain(language, &direction.turns),
            goes_on: plain(language, &direction.goes_on),
            purposes: stems(language, &direction.purposes),
            conditions: stems(language, &direction.conditions),
            contraries: Phrases::new(language, contraries),
            operators: operators(language, &direction),
            addressees: classes(language, &file.addressees),
            population: classes(language, &file.population),
            actions: classes(language, &file.actions),
            instrument_kinds: stems(language, &file.instruments.kinds),
            instrument_general: stems(language, &file.instruments.general),
            instrument_short: short
                .map(|(name, long)| (name.clone(), stems(language, std::slice::from_ref(long))))
                .collect(),
            figures: file.figures,
            scope: Phrases::new(language, scope),
            language,
        }
    }
}

/// The stems of stop words and of words that ask; none that turns a direction or compares.
fn common(language: Language, file: &File) -> BTreeSet<String> {
    let direction = &file.direction;
    let telling = [&direction.negations, &direction.versus, &direction.turns, &direction.comparing];
    let telling: BTreeSet<&String> = telling.into_iter().flatten().collect();
    let stop_words = stop_words(language).filter(|word| !telling.contains(&(*word).to_owned()));
    stop_words.map(|word| stem(word, language)).chain(stems(language, &file.asking)).collect()
}

fn operators(language: Language, file: &DirectionFile) -> Phrases<Option<Operator>> {
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
    Phrases::new(language, phrases)
}

fn classes(language: Language, lists: &BTreeMap<String, Vec<String>>) -> Phrases<String> {
    let phrases = lists
        .iter()
        .flat_map(|(class, list)| list.iter().map(move |phrase| (phrase.as_str(), class.clone())));
    Phrases::new(language, phrases)
}
