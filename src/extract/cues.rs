//! What marks a recommendation in each language, read from the data files in `cues/`.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::fold::key;

/// What the heading of a section says of what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Role {
    /// Nothing.
    #[default]
    Body,
    /// Recommendations of the body that speaks.
    Recommendations,
    /// Challenges that it met.
    Challenges,
    /// Gaps that it sees.
    Gaps,
    /// Recommendations of earlier times or of others.
    Background,
    /// Lists that belong to the making of the document: references, agenda, annexes.
    Aside,
}

#[derive(Debug, Deserialize)]
struct File {
    stopwords: Vec<String>,
    abbreviations: Vec<String>,
    headings: Headings,
}

#[derive(Debug, Deserialize)]
struct Headings {
    recommendations: Vec<String>,
    challenges: Vec<String>,
    gaps: Vec<String>,
    background: Vec<String>,
    aside: Vec<String>,
}

/// The cues of one language.
#[derive(Debug)]
pub(crate) struct Cues {
    pub(crate) stopwords: Vec<String>,
    pub(crate) abbreviations: Vec<String>,
    roles: [(Role, Regex, bool); 5],
}

/// English, French, Spanish: the order settles ties.
pub(crate) static LANGUAGES: LazyLock<[Cues; 3]> = LazyLock::new(|| {
    [include_str!("cues/en.toml"), include_str!("cues/fr.toml"), include_str!("cues/es.toml")]
        .map(Cues::parse)
});

impl Cues {
    fn parse(text: &str) -> Self {
        let file: File =
            toml::from_str(text).expect("the cue files are part of the program, and tested");
        let headings = file.headings;
        Self {
            stopwords: file.stopwords,
            abbreviations: file.abbreviations,
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

/// The language that most of a folded text is in, by its commonest words.
pub(crate) fn language_of(folded: &str) -> &'static Cues {
    let mut counts = [0_usize; 3];
    // The first 200,000 bytes tell; a book of ten languages is out of reach either way.
    let words = folded.split(|c: char| !c.is_alphanumeric()).take(40_000);
    for word in words.filter(|w| w.len() <= 5) {
        for (count, cues) in counts.iter_mut().zip(LANGUAGES.iter()) {
            *count += usize::from(cues.stopwords.iter().any(|s| s == word));
        }
    }
    let best = (0..3).rev().max_by_key(|&at| counts[at]).unwrap_or(0);
    &LANGUAGES[best]
}

/// One pattern that finds any of `patterns` at word boundaries.
pub(crate) fn any(patterns: &[String]) -> Regex {
    let all = format!(r"(?-u:\b)(?:{})(?-u:\b)", patterns.join("|"));
    Regex::new(&all).expect("the cue files are part of the program, and tested")
}

/// One pattern that matches a whole text that is any of `patterns`.
fn whole(patterns: &[String]) -> Regex {
    let all = format!("^(?:{})$", patterns.join("|"));
    Regex::new(&all).expect("the cue files are part of the program, and tested")
}

/// What a heading says, in any of the languages; `None` if it says nothing of its own.
pub(crate) fn role_of(heading: &str) -> Option<Role> {
    let text = super::fold::fold(heading.trim_matches(|c: char| !c.is_alphanumeric()));
    let bare = key(&text);
    LANGUAGES.iter().find_map(|cues| {
        cues.roles.iter().find_map(|(role, pattern, whole)| {
            let hit = pattern.is_match(if *whole { bare.as_str() } else { text.as_str() });
            hit.then_some(*role)
        })
    })
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
    }
}
