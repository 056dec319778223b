//! A short noun phrase for a theme, from its members' own words.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::lexicon;
use super::phrase::{Phrase, Word, phrases, words};
use crate::domain::{Member, Passage};

/// Maximum number of keywords.
const MAX_KEYWORDS: usize = 6;

/// Multiplier by number of nouns and modifiers, one to four. Two or three name a theme; one rarely
/// does.
const WORTH_BY_LENGTH: [f64; 4] = [0.55, 1.0, 1.0, 0.9];

/// A word in more than this share of the texts is common to the corpus and marks no theme.
const COMMON_SHARE: f64 = 0.125;

/// Multipliers for weak phrases: several common words only, one common word only, only nouns that mean
/// nothing alone, or such a noun as head.
const WORTH_IF_COMMON: f64 = 0.6;
const WORTH_IF_ONE_COMMON: f64 = 0.3;
const WORTH_IF_EMPTY: f64 = 0.3;
const WORTH_IF_HEAD_IS_EMPTY: f64 = 0.7;

/// Weight of members that use the phrase itself; the rest is the weight of members that use its words.
const SAID: f64 = 0.35;

/// Multiplier for a phrase that only one member uses.
const WORTH_OF_ONE_VOICE: f64 = 0.8;

/// A longer phrase replaces a shorter one if this share of the members using the shorter one use it.
const GOES_ON_SHARE: f64 = 0.75;

/// Exponent that damps rarity; otherwise a detail of two members would stand for nine.
const RARITY_POWER: f64 = 0.7;

/// Number of words in the fallback label, used when the members contain no noun phrase.
const FALLBACK_WORDS: usize = 5;

/// The name and keywords of a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) phrase: String,
    pub(super) keywords: Vec<String>,
}

/// The longest phrase that begins or ends with `short` and that most members using `short` use;
/// otherwise `short`.
fn in_full<'a>(short: &'a Candidate, ranked: &'a [Candidate]) -> &'a Candidate {
    let most = (f64::from(short.members) * GOES_ON_SHARE).max(2.0);
    let longer = |c: &&Candidate| {
        let after = c.form.strip_prefix(&short.form).is_some_and(|rest| rest.starts_with(' '));
        let before = c.form.strip_suffix(&short.form).is_some_and(|rest| rest.ends_with(' '));
        (after || before) && !c.goes_on && f64::from(c.members) >= most
    };
    ranked.iter().filter(longer).max_by_key(|c| c.form.len()).unwrap_or(short)
}

/// For each theme, its first candidate that does not already name a theme it suits better.
fn distinct(ranked: &[Vec<Candidate>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ranked.len()).collect();
    let score = |theme: usize| ranked[theme].first().map_or(0.0, |c| c.score);
    order.sort_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
    let mut taken = HashSet::new();
    let mut firsts = vec![0; ranked.len()];
    for theme in order {
        let free = ranked[theme].iter().position(|candidate| !taken.contains(&candidate.key));
        firsts[theme] = free.unwrap_or(0);
        taken.extend(ranked[theme].get(firsts[theme]).map(|candidate| candidate.key));
    }
    firsts
}

/// The texts as words, with the number of texts that contain each word or phrase.
pub(super) struct Vocabulary<'a> {
    passages: &'a [Passage],
    words: Vec<Vec<Word>>,
    texts_with_stem: HashMap<u64, u32>,
    texts_with_phrase: HashMap<u64, u32>,
}

/// A phrase that could name a theme.
#[derive(Debug)]
struct Candidate {
    key: u64,
    /// As members write it.
    form: String,
    stems: Vec<u64>,
    score: f64,
    /// Number of members that use it, and whether something usually follows it.
    members: u32,
    goes_on: bool,
}

/// The places where members use a phrase.
#[derive(Default)]
struct Use<'a> {
    /// Sum of the weights of the members that use it, and their number.
    weight: f64,
    members: u32,
    /// Row and phrase, in the order of the members.
    places: Vec<(usize, Phrase)>,
    words: Vec<&'a Word>,
}

impl<'a> Vocabulary<'a> {
    pub(super) fn new(passages: &'a [Passage]) -> Self {
        let words: Vec<Vec<Word>> = passages.par_iter().map(words).collect();
        let (mut texts_with_stem, mut texts_with_phrase) = (HashMap::new(), HashMap::new());
        for words in &words {
            let stems: BTreeSet<u64> = words.iter().map(|w| w.stem).collect();
            let keys: BTreeSet<u64> = phrases(words).iter().map(|p| p.key).collect();
            for stem in stems {
                *texts_with_stem.entry(stem).or_default() += 1;
            }
            for key in keys {
                *texts_with_phrase.entry(key).or_default() += 1;
            }
        }
        Self { passages, words, texts_with_stem, texts_with_phrase }
    }

    /// A label for each of `groups`; no two are the same if there is an alternative.
    pub(super) fn labels(&self, groups: &[Vec<Member>]) -> Vec<Label> {
        let ranked: Vec<Vec<Candidate>> =
            groups.par_iter().map(|members| self.candidates(members)).collect();
        let firsts = distinct(&ranked);
        let label = |((members, ranked), first): ((&Vec<Member>, &Vec<Candidate>), usize)| {
            let Some(chosen) = ranked.get(first) else { return self.fallback(members) };
            let rest = ranked.iter().enumerate().filter(|(at, _)| *at != first).map(|(_, c)| c);
            let keywords = keywords(std::iter::once(chosen).chain(rest));
            Label { phrase: capitalized(&in_full(chosen, ranked).form), keywords }
        };
        groups.iter().zip(&ranked).zip(firsts).map(label).collect()
    }

    /// Candidate names for a theme of `members`, best first, ties in alphabetical order.
    fn candidates(&self, members: &[Member]) -> Vec<Candidate> {
        let mut used: BTreeMap<u64, Use> = BTreeMap::new();
        let mut weight_of_stem: HashMap<u64, f64> = HashMap::new();
        let weight = |member: &Member| member.weight + 0.05;
        for member in members {
            let words = &self.words[member.row];
            for stem in words.iter().map(|w| w.stem).collect::<BTreeSet<_>>() {
                *weight_of_stem.entry(stem).or_default() += weight(member);
            }
            let mut seen = BTreeSet::new();
            for phrase in phrases(words) {
                let used = used.entry(phrase.key).or_default();
                if seen.insert(phrase.key) {
                    used.weight += weight(member);
                    used.members += 1;
                }
                if used.words.is_empty() {
                    used.words = words[phrase.words.clone()].iter().collect();
                }
                used.places.push((member.row, phrase));
            }
        }
        let total: f64 = members.iter().map(weight).sum();
        let least = if members.len() > 2 { 2 } else { 1 };
        let scorer = Scorer { corpus: self, members: members.len(), total, weight_of_stem };
        let mut candidates: Vec<Candidate> = used
            .iter()
            .filter(|(_, used)| used.members >= least || used.words.len() > 1)
            .map(|(&key, used)| scorer.candidate(key, used))
            .collect();
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.form.cmp(&b.form)));
        candidates
    }

    /// The most common way that members write a phrase (ties in alphabetical order), with its words.
    ///
    /// Some members use an article and some do not, so the number of words varies from place to place.
    fn form(&self, places: &[(usize, Phrase)]) -> (String, &[Word]) {
        let mut forms: BTreeMap<String, (usize, &[Word])> = BTreeMap::new();
        for (row, phrase) in places {
            let text = self.passages[*row].text();
            let words = &self.words[*row][phrase.words.clone()];
            let form: Vec<String> = words.iter().map(|word| in_sentence(word, text)).collect();
            forms.entry(form.join(" ")).or_insert((0, words)).0 += 1;
        }
        let best =
            forms.into_iter().reduce(|best, next| if next.1.0 > best.1.0 { next } else { best });
        best.map_or_else(Default::default, |(form, (_, words))| (form, words))
    }

    /// A label from the first words of the most central member.
    fn fallback(&self, members: &[Member]) -> Label {
        let text = members.first().map_or("", |m| self.passages[m.row].text());
        let words: Vec<&str> = text.split_whitespace().take(FALLBACK_WORDS).collect();
        let start: String = words.join(" ").chars().take(60).collect();
        let bare = start.trim_end_matches(|c: char| !c.is_alphanumeric());
        let phrase = capitalized(if bare.is_empty() { &start } else { bare });
        Label { keywords: vec![phrase.clone()], phrase }
    }
}

/// The data that the candidates of one theme are scored with.
struct Scorer<'a> {
    corpus: &'a Vocabulary<'a>,
    members: usize,
    total: f64,
    weight_of_stem: HashMap<u64, f64>,
}

impl Scorer<'_> {
    fn candidate(&self, key: u64, used: &Use) -> Candidate {
        let stems: Vec<u64> =
            used.words.iter().filter(|w| w.is_content()).map(|w| w.stem).collect();
        let (form, words) = self.corpus.form(&used.places);
        let mut score = self.standing(key, used, &stems) * freedom(&used.places);
        if stems.iter().all(|stem| self.is_common(*stem)) {
            score *= if stems.len() > 1 { WORTH_IF_COMMON } else { WORTH_IF_ONE_COMMON };
        }
        score *= worth_of_nouns(&form, words);
        if used.members == 1 && self.members > 1 {
            score *= WORTH_OF_ONE_VOICE;
        }
        // Rounded, so that ties do not depend on the order of sums.
        let score = (score * 1e9).round() / 1e9;
        let on = used.places.iter().filter(|(_, p)| p.goes_on || p.cut.1).count();
        let goes_on = 2 * on > used.places.len();
        Candidate { key, form, stems, score, members: used.members, goes_on }
    }

    /// How well a phrase stands for the members and not for others.
    ///
    /// This is the share of members that use the phrase, or at least its words, times the rarity of its
    /// words and of the phrase itself elsewhere.
    fn standing(&self, key: u64, used: &Use, stems: &[u64]) -> f64 {
        let n = self.corpus.passages.len();
        let mean = |value: &dyn Fn(u64) -> f64| {
            stems.iter().map(|&stem| value(stem)).sum::<f64>() / stems.len() as f64
        };
        let said = used.weight / self.total;
        let words_said = mean(&|stem| self.weight_of_stem[&stem] / self.total);
        let rarity = mean(&|stem| {
            let texts = f64::from(1 + self.corpus.texts_with_stem[&stem]);
            ((2 + n) as f64 / texts).ln().powf(RARITY_POWER)
        });
        let inside = f64::from(used.members) / self.members as f64;
        let others = self.corpus.texts_with_phrase[&key].saturating_sub(used.members);
        let outside = f64::from(others) / n.saturating_sub(self.members).max(1) as f64;
        let worth = WORTH_BY_LENGTH[stems.len().clamp(1, WORTH_BY_LENGTH.len()) - 1];
        (SAID * said + (1.0 - SAID) * words_said) * rarity * worth * inside / (inside + outside)
    }

    fn is_common(&self, stem: u64) -> bool {
        let n = self.corpus.passages.len() as f64;
        f64::from(self.corpus.texts_with_stem[&stem]) > (n * COMMON_SHARE).max(8.0)
    }
}

fn worth_of_nouns(form: &str, words: &[Word]) -> f64 {
    let lower: Vec<String> = form.split(' ').map(str::to_lowercase).collect();
    let is_empty = |word: &String| lexicon::is_empty_noun(word);
    // One word of a form may contain several: "decision-making".
    let empty = |at: &usize| lower.get(*at).is_some_and(is_empty);
    let content: Vec<usize> = (0..words.len()).filter(|&at| words[at].is_content()).collect();
    // The head is the last noun before "of" or a similar word.
    let joined = words.iter().position(|word| !word.is_content());
    let head = joined.unwrap_or(words.len()).saturating_sub(1);
    if content.iter().all(empty) {
        WORTH_IF_EMPTY
    } else if empty(&head) || empty(&lower.len().saturating_sub(1)) {
        WORTH_IF_HEAD_IS_EMPTY
    } else {
        1.0
    }
}

/// How often a phrase stands alone rather than inside a longer one.
fn freedom(places: &[(usize, Phrase)]) -> f64 {
    let share = |cut: &dyn Fn(&Phrase) -> bool| {
        let free = places.iter().filter(|(_, phrase)| !cut(phrase)).count();
        (free as f64 + 0.5) / (places.len() as f64 + 1.0)
    };
    let free = share(&|phrase| phrase.cut.0).powf(0.25) * share(&|phrase| phrase.cut.1).sqrt();
    free * share(&|phrase| phrase.goes_on).powf(0.2)
}

/// A word as written, without a capital that only marks the start of a statement.
fn in_sentence(word: &Word, text: &str) -> String {
    let written = word.text(text);
    let capitals = written.chars().filter(|c| c.is_uppercase()).count();
    if word.opens && capitals == 1 { written.to_lowercase() } else { written.to_owned() }
}

pub(super) fn capitalized(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The best phrases that have no words in common.
fn keywords<'a>(ranked: impl Iterator<Item = &'a Candidate>) -> Vec<String> {
    let mut taken: HashSet<u64> = HashSet::new();
    let mut keywords = Vec::new();
    for candidate in ranked {
        if keywords.len() < MAX_KEYWORDS && candidate.stems.iter().all(|s| !taken.contains(s)) {
            taken.extend(&candidate.stems);
            keywords.push(candidate.form.clone());
        }
    }
    keywords
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::passage;

    const FEES: [&str; 3] = [
        "Governments should reduce the cost of remittances and publish prices.",
        "Ensure that the cost of remittances falls below three per cent.",
        "Lowering the cost of remittances must remain a priority.",
    ];
    const CONVENTION: [&str; 3] = [
        "Carry out gender-responsive training for border guards with UNHCR.",
        "Being able to advance, ask agencies concerned to fund training for border guards.",
        "Provide UNHCR training for border guards.",
    ];

    fn corpus(extra: &[&str]) -> Vec<Passage> {
        FEES.iter().chain(&CONVENTION).chain(extra).map(|text| passage(*text)).collect()
    }

    fn rows(rows: std::ops::Range<usize>) -> Vec<Member> {
        rows.map(|row| Member { row, weight: 0.5, guest: false }).collect()
    }

    fn labels(passages: &[Passage]) -> Vec<Label> {
        Vocabulary::new(passages).labels(&[rows(0..3), rows(3..6)])
    }

    #[test]
    fn a_phrase_is_written_with_an_article_here_and_without_there() {
        let texts = [
            "Protect the rights of a child in detention.",
            "Protect the rights of child workers; the rights of child brides too.",
            "The rights of child refugees need protection.",
        ];
        let found = Vocabulary::new(&texts.map(passage)).labels(&[rows(0..3)]);
        assert!(!found[0].phrase.is_empty());
    }

    #[test]
    fn a_label_is_a_noun_phrase_that_the_members_share() {
        let found = labels(&corpus(&[]));
        assert_eq!(found[0].phrase, "Cost of remittances");
        assert_eq!(found[1].phrase, "Training for border guards");
        let capitals = found[1].keywords.iter().any(|keyword| keyword.contains("UNHCR"));
        assert!(capitals, "{:?}", found[1].keywords);
    }

    #[test]
    fn what_is_unrelated_changes_no_label() {
        let unrelated =
            ["Plant trees along the rivers.", "Test seat belts in school buses yearly."];
        let names = |extra: &[&str]| labels(&corpus(extra)).into_iter().map(|label| label.phrase);
        assert!(names(&[]).eq(names(&unrelated)));
    }

    #[test]
    fn every_word_of_a_label_and_of_its_keywords_is_a_members() {
        let passages = corpus(&[]);
        for (members, label) in [rows(0..3), rows(3..6)].iter().zip(labels(&passages)) {
            let texts = members.iter().map(|m| passages[m.row].text().to_lowercase());
            let texts: Vec<String> = texts.collect();
            for phrase in label.keywords.iter().chain([&label.phrase]) {
                let phrase = phrase.to_lowercase();
                assert!(texts.iter().any(|text| text.contains(&phrase)), "{phrase}");
            }
        }
    }

    #[test]
    fn keywords_are_six_at_most_and_repeat_no_word() {
        for label in labels(&corpus(&[])) {
            let words: Vec<String> = label
                .keywords
                .iter()
                .flat_map(|k| k.split(' '))
                .filter(|word| !matches!(*word, "of" | "for" | "and"))
                .map(str::to_lowercase)
                .collect();
            let distinct: BTreeSet<&String> = words.iter().collect();
            assert!(label.keywords.len() <= MAX_KEYWORDS && distinct.len() == words.len());
        }
    }

    #[test]
    fn two_themes_have_two_names() {
        let texts = ["Lower transfer fees for rural banks.", "Lower transfer fees for city banks."];
        let passages: Vec<_> = texts.iter().cycle().take(4).map(|text| passage(*text)).collect();
        let found = Vocabulary::new(&passages).labels(&[rows(0..2), rows(2..4)]);
        assert_ne!(found[0].phrase, found[1].phrase);
    }

    #[test]
    fn an_article_more_or_less_is_the_same_phrase() {
        let texts = [
            "Protect the rights of the children.",
            "Respect the rights of children.",
            "Uphold the rights of children.",
        ];
        let found = Vocabulary::new(&texts.map(passage)).labels(&[rows(0..3)]);
        assert_eq!(found[0].phrase, "Rights of children");
    }

    #[test]
    fn members_without_a_noun_phrase_lend_their_first_words() {
        let passages = ["Do so, and continue.", "2. 3."].map(passage);
        let found = Vocabulary::new(&passages).labels(&[rows(0..2)]);
        assert_eq!(found[0].phrase, "Do so, and continue");
    }
}
