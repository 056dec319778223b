//! Reported asks and who makes them: "Participants recommended ...", "The State was urged by ...".

use super::{
    cues::Cues,
    fold::{fold, key},
};

/// Pronouns: they refer to somebody named earlier, so they name nobody.
const PRONOUNS: &[&str] = &[
    "it", "they", "he", "she", "we", "i", "this", "these", "that", "those", "there", "who",
    "which", "some", "others", "il", "ils", "elle", "elles", "nous", "on", "ce", "cela", "qui",
    "ella", "ellos", "ellas", "nosotros", "esto", "eso", "quien",
];

/// Longest name, in words; anything longer is not a name.
const MAX_WORDS: usize = 12;

/// The body that `sentence` reports as asking, in the words of the text.
///
/// `None` if the sentence reports no ask, names nobody, or reports `speaker`, who speaks for itself.
pub(crate) fn source(sentence: &str, speaker: &str, cues: &Cues) -> Option<String> {
    let folded = fold(sentence);
    cues.reported.iter().find_map(|pattern| {
        let who = pattern.captures(&folded)?.name("who")?;
        // Folding changes byte lengths but keeps the word count, so count words.
        let before = folded[..who.start()].split_whitespace().count();
        let count = who.as_str().split_whitespace().count();
        let words: Vec<&str> = sentence.split_whitespace().skip(before).take(count).collect();
        let name = words.join(" ");
        let name = name.trim_matches(|c: char| !c.is_alphanumeric() && c != ')');
        (is_name(who.as_str()) && !name.is_empty() && !is_speaker(name, speaker))
            .then(|| name.to_owned())
    })
}

/// Whether folded words could be a name: not "they", and not "solutions were" from "solutions were
/// called for".
fn is_name(folded: &str) -> bool {
    const PASSIVE: &[&str] = &[" was", " were", " is", " are", " been", " be"];
    let first = folded.split([' ', '\'']).next().unwrap_or("");
    folded.split_whitespace().count() <= MAX_WORDS
        && !PRONOUNS.contains(&first)
        && !PASSIVE.iter().any(|verb| folded.ends_with(verb))
}

/// Whether `name` means the speaking body itself, by its name or a short form: "the Committee".
fn is_speaker(name: &str, speaker: &str) -> bool {
    const ARTICLES: &[&str] = &["the", "le", "la", "les", "l", "el", "los", "las"];
    let speaker = key(speaker);
    let own: Vec<&str> = speaker.split(' ').collect();
    key(name).split(' ').filter(|word| !ARTICLES.contains(word)).all(|word| own.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::cues::LANGUAGES;

    #[test]
    fn those_who_are_reported_are_named_in_the_words_of_the_text() {
        let cases = [
            (
                0,
                "In the debate, several delegates from Åland also called for slower ships.",
                "several delegates from Åland",
            ),
            (0, "The Committee was urged by “Save the Rivers” to act.", "Save the Rivers"),
            (0, "According to the World Bank, fees should fall.", "the World Bank"),
            (
                1,
                "Plusieurs délégués ont également demandé que les ports soient ouverts.",
                "Plusieurs délégués",
            ),
            (
                2,
                "Las organizaciones presentes pidieron que se limpie el río.",
                "Las organizaciones presentes",
            ),
        ];
        for (language, text, name) in cases {
            let found = source(text, "Harbour Committee", &LANGUAGES[language]);
            assert_eq!(found.as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn a_body_that_speaks_for_itself_reports_nobody() {
        for text in [
            "The Committee recommended that the State repair its bridges.",
            "They urged the State to repair its bridges.",
            "The State should repair its bridges.",
        ] {
            assert_eq!(source(text, "Committee on Bridges", &LANGUAGES[0]), None, "{text}");
        }
    }
}
