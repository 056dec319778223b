//! The cues that mark a recommendation in each language, read from the data files in `cues/`.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use serde::Deserialize;

use super::fold::{fold, key};
use crate::domain::Language;
use crate::text::detect;

/// What a section heading says about the contents of its section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Role {
    /// Nothing in particular.
    #[default]
    Body,
    /// Recommendations of the publishing body.
    Recommendations,
    /// Challenges that the body met.
    Challenges,
    /// Gaps that the body sees.
    Gaps,
    /// Earlier recommendations, or those of other bodies.
    Background,
    /// Apparatus of the document: references, agenda, annexes.
    Aside,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    headings: Headings,
    mask: Patterns,
    ask: Vec<Signal>,
    doubt: Vec<Signal>,
    imperatives: Imperatives,
    lead: Lead,
    problem: Patterns,
    reported: Patterns,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Headings {
    recommendations: Vec<String>,
    challenges: Vec<String>,
    gaps: Vec<String>,
    background: Vec<String>,
    aside: Vec<String>,
    mixed: Vec<String>,
    announced: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Patterns {
    patterns: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signal {
    name: String,
    weight: f64,
    #[serde(default)]
    past: bool,
    #[serde(default)]
    raw: bool,
    pattern: String,
}

#[derive(Debug, Deserialize)]
struct Imperatives {
    verbs: Vec<String>,
    openers: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Lead {
    asks: Vec<String>,
    denies: Vec<String>,
}

/// A pattern that speaks for or against an ask.
#[derive(Debug)]
pub(crate) struct Cue {
    /// The phrase shown to the reader.
    pub(crate) name: String,
    /// Weight in log-odds.
    pub(crate) weight: f64,
    /// Whether it is matched before masked phrases are blanked out.
    pub(crate) raw: bool,
    /// For an ask: it reports an earlier ask. For a doubt: it counts only against such reports.
    pub(crate) past: bool,
}

/// The cues of one language.
#[derive(Debug)]
pub(crate) struct Cues {
    /// Look-alikes of an ask, such as "it should be noted"; blanked out first.
    pub(crate) mask: Regex,
    pub(crate) asks: Vec<Cue>,
    pub(crate) ask_set: RegexSet,
    pub(crate) doubts: Vec<Cue>,
    pub(crate) doubt_set: RegexSet,
    /// A verb form that opens a request, at the start of a sentence.
    pub(crate) imperative: Regex,
    pub(crate) lead_asks: Regex,
    pub(crate) lead_denies: Regex,
    /// A stated lack, obstacle or need.
    pub(crate) problem: Regex,
    /// Patterns for reported asks; the group `who` captures the body that asks.
    pub(crate) reported: Vec<Regex>,
    mixed: Regex,
    announced: Regex,
    roles: [(Role, Regex, bool); 5],
}

/// The languages of [`LANGUAGES`], in the same order; the first wins a tie.
const CODED: [Language; 3] = [Language::English, Language::French, Language::Spanish];

/// The cues of every supported language.
pub(crate) static LANGUAGES: LazyLock<[Cues; 3]> = LazyLock::new(|| {
    [include_str!("cues/en.toml"), include_str!("cues/fr.toml"), include_str!("cues/es.toml")]
        .map(Cues::parse)
});

impl Cues {
    fn parse(text: &str) -> Self {
        let file: File =
            toml::from_str(text).expect("the cue files are part of the program, and tested");
        let headings = file.headings;
        let (asks, ask_set) = signals(file.ask);
        let (doubts, doubt_set) = signals(file.doubt);
        let verbs = file.imperatives.verbs.join("|");
        let openers = file.imperatives.openers.join("|");
        Self {
            mask: any(&file.mask.patterns),
            asks,
            ask_set,
            doubts,
            doubt_set,
            imperative: compiled(&format!(r"^(?:to )?(?:(?:{openers}) )?(?:{verbs})(?-u:\b)")),
            lead_asks: any(&file.lead.asks),
            lead_denies: any(&file.lead.denies),
            problem: any(&file.problem.patterns),
            reported: file.reported.patterns.iter().map(|pattern| compiled(pattern)).collect(),
            mixed: any(&headings.mixed),
            announced: any(&headings.announced),
            roles: [
                (Role::Background, whole(&headings.background), true),
                (Role::Aside, whole(&headings.aside), true),
                (Role::Recommendations, any(&headings.recommendations), false),
                (Role::Challenges, any(&headings.challenges), false),
                (Role::Gaps, any(&headings.gaps), false),
            ],
        }
    }
}

impl Cues {
    /// Whether folded text opens with a request verb that no conjunction such as "and" precedes.
    pub(crate) fn opens_request(&self, folded: &str) -> bool {
        let joined = ["and ", "et ", "y ", "e "].iter().any(|word| folded.starts_with(word));
        !joined && self.imperative.is_match(folded)
    }
}

fn signals(signals: Vec<Signal>) -> (Vec<Cue>, RegexSet) {
    let patterns: Vec<String> = signals.iter().map(|s| ascii(&bounded(&s.pattern))).collect();
    let set = RegexSet::new(patterns).expect("the cue files are part of the program, and tested");
    let cues = signals.into_iter().map(|s| Cue {
        name: s.name,
        weight: s.weight,
        past: s.past,
        raw: s.raw,
    });
    (cues.collect(), set)
}

/// The pattern with ASCII classes. Folded text needs no others, and the Unicode tables take most of
/// the compile time.
fn ascii(pattern: &str) -> String {
    let classes =
        pattern.replace("[\\w", "[a-z0-9").replace("\\w", "[a-z0-9]").replace("\\d", "[0-9]");
    let inner = classes.replace("(?-u:\\b)", "\u{1}").replace("\\b", "\u{1}");
    inner.replace('\u{1}', "(?-u:\\b)")
}

/// The pattern between ASCII word boundaries. They are fast, and folded text is ASCII except for
/// letters of other scripts.
fn bounded(pattern: &str) -> String {
    format!(r"(?:^|(?-u:\b))(?:{pattern})(?:$|(?-u:\b))")
}

fn any(patterns: &[String]) -> Regex {
    compiled(&bounded(&patterns.join("|")))
}

/// One pattern that matches a text that is, as a whole, one of `patterns`.
fn whole(patterns: &[String]) -> Regex {
    compiled(&format!("^(?:{})$", patterns.join("|")))
}

fn compiled(pattern: &str) -> Regex {
    // Long alternations outgrow the default limit of 10 MB.
    let built = regex::RegexBuilder::new(&ascii(pattern))
        .size_limit(64 << 20)
        .dfa_size_limit(16 << 20)
        .build();
    built.expect("the cue files are part of the program, and tested")
}

/// How many texts are checked for their language. The first ones decide; more would only take time.
const SAMPLE: usize = 400;

/// The cues of the document's main language; English if no language can be detected.
pub(crate) fn language_of<'a>(texts: impl Iterator<Item = &'a str>) -> &'static Cues {
    let mut bytes = [0_usize; 3];
    for text in texts.take(SAMPLE) {
        if let Some(at) = detect(text).and_then(|found| CODED.iter().position(|l| *l == found)) {
            bytes[at] += text.len();
        }
    }
    let best = (0..3).rev().max_by_key(|&at| bytes[at]).unwrap_or(0);
    &LANGUAGES[best]
}

/// The role of a heading, in any of the languages; `None` if it has none.
pub(crate) fn role_of(heading: &str) -> Option<Role> {
    let text = fold(heading.trim_matches(|c: char| !c.is_alphanumeric()));
    let bare = key(&text);
    LANGUAGES.iter().find_map(|cues| {
        cues.roles.iter().find_map(|(role, pattern, whole)| {
            let hit = pattern.is_match(if *whole { bare.as_str() } else { text.as_str() });
            hit.then_some(*role)
        })
    })
}

/// Whether a sentence announces recommendations ("makes the following calls to action").
pub(crate) fn announces(text: &str) -> bool {
    let text = fold(text);
    LANGUAGES.iter().any(|cues| cues.announced.is_match(&text))
}

/// Whether a heading of recommendations also covers conclusions or findings.
pub(crate) fn is_mixed(heading: &str) -> bool {
    let text = fold(heading);
    LANGUAGES.iter().any(|cues| cues.mixed.is_match(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_tell_their_role() {
        let cases = [
            ("Recommendations for the summit", Some(Role::Recommendations)),
            ("Recommandations", Some(Role::Recommendations)),
            ("Conclusiones y recomendaciones", Some(Role::Recommendations)),
            ("Challenges met in our work", Some(Role::Challenges)),
            ("List of acronyms", Some(Role::Aside)),
            ("Status of previous recommendations", Some(Role::Background)),
            ("Good practices", None),
        ];
        for (heading, role) in cases {
            assert_eq!(role_of(heading), role, "{heading}");
        }
        assert!(is_mixed("Conclusiones y recomendaciones") && !is_mixed("Recomendaciones"));
    }

    #[test]
    fn the_language_is_read_from_its_common_words() {
        let names = [
            "the aim of the plan is to",
            "le but de la loi est dans les",
            "el fin de las leyes y los",
        ];
        for (at, text) in names.iter().enumerate() {
            let found = language_of([*text].into_iter());
            assert!(std::ptr::eq(found, &raw const LANGUAGES[at]), "{text}");
        }
    }
}
