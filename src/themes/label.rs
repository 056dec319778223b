//! A short noun phrase for a group, from its members' own words.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::domain::{Member, Recommendation};

/// What a theme is called.
pub(super) struct Label {
    pub(super) phrase: String,
    pub(super) keywords: Vec<String>,
}

/// Longest phrase, in words.
const MAX_WORDS: usize = 4;
/// Keywords given.
const MAX_KEYWORDS: usize = 6;

/// Words that neither begin nor end a label.
const FUNCTION_WORDS: &str = "\
a an the and or but nor of to in on at by for with from as into over under about between among \
within through during against toward towards upon per via is are was were be been being do does did \
have has had having this that these those it its they their there such which who whom whose what \
when where how not no can could may might must shall should will would also more most other others \
any all each every both some than then so if while including include includes well especially \
particularly order view regard well-being new better";

/// Verbs of asking: they say that something is asked, not what.
const ASKING_WORDS: &str = "\
ensure promote support strengthen improve develop establish encourage consider provide recognise \
recognize address enhance increase facilitate adopt implement take make help give continue build \
create set use include need needs call calls foster put bring urge recommend recommends recommended \
give given giving making taking ensuring promoting supporting strengthening improving developing \
work works working draw keep pay allow enable focus back";

/// A phrase that occurs in a text: its words, lower case.
type Phrase = String;

struct Counts {
    /// In how many texts of the corpus a phrase stands.
    texts: HashMap<Phrase, usize>,
    n_texts: usize,
    /// Phrases of each text.
    of_text: Vec<BTreeSet<Phrase>>,
}

pub(super) fn of_groups(recommendations: &[Recommendation], groups: &[Vec<Member>]) -> Vec<Label> {
    let stop = Stop::new();
    let of_text: Vec<BTreeSet<Phrase>> =
        recommendations.iter().map(|r| phrases(&r.text, &stop)).collect();
    let mut texts: HashMap<Phrase, usize> = HashMap::new();
    for phrase in of_text.iter().flatten() {
        *texts.entry(phrase.clone()).or_default() += 1;
    }
    let counts = Counts { texts, n_texts: recommendations.len(), of_text };
    let rows = |group: &Vec<Member>| group.iter().map(|m| m.row).collect::<Vec<_>>();
    groups.iter().map(|group| label(&rows(group), recommendations, &counts)).collect()
}

struct Stop {
    function: HashSet<&'static str>,
    asking: HashSet<&'static str>,
}

impl Stop {
    fn new() -> Self {
        Self {
            function: FUNCTION_WORDS.split_whitespace().collect(),
            asking: ASKING_WORDS.split_whitespace().collect(),
        }
    }

    /// Whether a label may begin or end with `word`.
    fn is_edge(&self, word: &str) -> bool {
        !self.function.contains(word)
            && !self.asking.contains(word)
            && word.chars().any(char::is_alphabetic)
            && word.chars().count() > 2
    }
}

/// Runs of up to [`MAX_WORDS`] words between punctuation that could be a label.
fn phrases(text: &str, stop: &Stop) -> BTreeSet<Phrase> {
    let mut found = BTreeSet::new();
    let boundary =
        |c: char| matches!(c, '.' | ',' | ';' | ':' | '(' | ')' | '?' | '!' | '"' | '“' | '”');
    for piece in text.split(boundary) {
        let words: Vec<String> = piece
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
            .filter(|word| !word.is_empty())
            .collect();
        for start in 0..words.len() {
            for end in start + 1..=(start + MAX_WORDS).min(words.len()) {
                let run = &words[start..end];
                if stop.is_edge(&run[0])
                    && stop.is_edge(&run[run.len() - 1])
                    && inner_is_noun_like(run, stop)
                {
                    found.insert(run.join(" "));
                }
            }
        }
    }
    found
}

/// Inside a label stand content words, or the small words that join a noun phrase.
fn inner_is_noun_like(run: &[String], stop: &Stop) -> bool {
    let joins = ["of", "and", "for", "to", "in", "on"];
    run.iter().all(|word| stop.is_edge(word) || joins.contains(&word.as_str()))
}

/// Ranks phrases by how many members have them, how few others do, and length: two or three words
/// name a theme, one word rarely does.
fn label(rows: &[usize], recommendations: &[Recommendation], counts: &Counts) -> Label {
    let mut inside: BTreeMap<&Phrase, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for &row in rows {
        for phrase in &counts.of_text[row] {
            let entry = inside.entry(phrase).or_default();
            entry.0 += 1;
            entry.1.insert(recommendations[row].agency.as_str());
        }
    }
    let score = |phrase: &Phrase, inside: usize, agencies: usize| {
        let share = inside as f64 / rows.len() as f64;
        let elsewhere = (counts.texts[phrase] - inside) as f64;
        let rarity = ((1.0 + counts.n_texts as f64) / (1.0 + elsewhere)).ln();
        let length = match phrase.split(' ').count() {
            1 => 0.75,
            2 => 1.3,
            3 => 1.4,
            _ => 1.35,
        };
        let spread = if agencies > 1 { 1.2 } else { 1.0 };
        share.sqrt() * rarity * length * spread
    };
    let mut ranked: Vec<(&Phrase, f64)> =
        inside.iter().map(|(phrase, (n, a))| (*phrase, score(phrase, *n, a.len()))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    Label {
        phrase: ranked.first().map_or_else(
            || "theme".to_owned(),
            |(phrase, _)| in_case(phrase, rows, recommendations),
        ),
        keywords: keywords(&ranked),
    }
}

/// The best phrases that do not repeat each other's words.
fn keywords(ranked: &[(&Phrase, f64)]) -> Vec<String> {
    let mut taken: HashSet<&str> = HashSet::new();
    let mut keywords = Vec::new();
    for (phrase, _) in ranked {
        if phrase.split(' ').all(|word| !taken.contains(word)) {
            taken.extend(phrase.split(' '));
            keywords.push((*phrase).clone());
        }
        if keywords.len() == MAX_KEYWORDS {
            break;
        }
    }
    keywords
}

/// The phrase as a member writes it (names keep their capitals), with a capital first letter.
fn in_case(phrase: &str, rows: &[usize], recommendations: &[Recommendation]) -> String {
    let words: Vec<&str> = phrase.split(' ').collect();
    let as_written = rows.iter().find_map(|&row| {
        let text: Vec<&str> = recommendations[row].text.split_whitespace().collect();
        let trim = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        text.windows(words.len())
            .find(|run| run.iter().zip(&words).all(|(a, b)| trim(a).to_lowercase() == **b))
            .map(|run| run.iter().map(|word| trim(word)).collect::<Vec<_>>().join(" "))
    });
    let written = as_written.unwrap_or_else(|| phrase.to_owned());
    let mut letters = written.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
