//! Patterns of the cue files -> regular expressions over folded text, by the script of their language.

use regex::{Regex, RegexBuilder, RegexSet};

use crate::domain::Language;
use crate::text::fold::fold;

/// How a script shows where a word begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Folded, it is ASCII. Boundaries of ASCII words are fast.
    Latin,
    Cyrillic,
    /// "and" and "so" are written together with the word after them.
    Arabic,
    /// Nothing separates words.
    Han,
}

impl Script {
    pub(super) fn of(language: Language) -> Self {
        match language {
            Language::English
            | Language::French
            | Language::Spanish
            | Language::German
            | Language::Portuguese
            | Language::Italian => Self::Latin,
            Language::Russian => Self::Cyrillic,
            Language::Arabic => Self::Arabic,
            Language::Chinese => Self::Han,
        }
    }

    /// What `\w` stands for in a pattern, as the inside of a character class.
    fn letters(self) -> &'static str {
        match self {
            Self::Latin => "a-z0-9",
            Self::Cyrillic => "а-яa-z0-9",
            Self::Arabic => "\u{620}-\u{64a}\u{660}-\u{669}a-z0-9",
            Self::Han => r"\p{Han}a-z0-9",
        }
    }

    /// What stands before a word. Outside Latin it takes the sign itself: the regular expressions know
    /// no boundary there that is fast.
    fn start(self) -> String {
        match self {
            Self::Latin => r"(?:^|(?-u:\b))".to_owned(),
            Self::Cyrillic => format!("(?:^|[^{}])", self.letters()),
            Self::Arabic => format!("(?:^|[^{}])[وف]?", self.letters()),
            Self::Han => String::new(),
        }
    }

    /// What stands after a word.
    pub(super) fn end(self) -> String {
        match self {
            Self::Latin => r"(?:$|(?-u:\b))".to_owned(),
            Self::Cyrillic | Self::Arabic => format!("(?:$|[^{}])", self.letters()),
            Self::Han => String::new(),
        }
    }

    /// The blank between two words, as a pattern.
    pub(super) fn blank(self) -> &'static str {
        match self {
            Self::Latin | Self::Cyrillic | Self::Arabic => " ",
            Self::Han => " ?",
        }
    }

    /// The pattern between boundaries of words.
    fn bounded(self, pattern: &str) -> String {
        format!("{}(?:{pattern}){}", self.start(), self.end())
    }

    /// One pattern that matches where any of `patterns` does, between boundaries of words.
    pub(super) fn any(self, patterns: &[String]) -> Regex {
        self.compiled(&self.bounded(&patterns.join("|")))
    }

    /// All `patterns`, each between boundaries of words.
    pub(super) fn set<'a>(self, patterns: impl Iterator<Item = &'a str>) -> RegexSet {
        let patterns = patterns.map(|pattern| self.plain(&self.bounded(pattern)));
        RegexSet::new(patterns).expect(TESTED)
    }

    /// One pattern that matches a text that is, as a whole, one of `patterns`.
    pub(super) fn whole(self, patterns: &[String]) -> Regex {
        self.compiled(&format!("^(?:{})$", patterns.join("|")))
    }

    pub(super) fn compiled(self, pattern: &str) -> Regex {
        // Long alternations outgrow the default limit of 10 MB.
        let built = RegexBuilder::new(&self.plain(pattern))
            .size_limit(64 << 20)
            .dfa_size_limit(16 << 20)
            .build();
        built.expect(TESTED)
    }

    /// The pattern with its letters folded as the text is, and with the classes of the script. The
    /// Unicode tables would take most of the compile time.
    fn plain(self, pattern: &str) -> String {
        let mut folded = String::with_capacity(pattern.len());
        for c in pattern.chars() {
            if c.is_ascii() {
                folded.push(c);
            } else {
                folded.push_str(&fold(c.encode_utf8(&mut [0; 4])));
            }
        }
        let letters = self.letters();
        let classes = folded
            .replace("[\\w", &format!("[{letters}"))
            .replace("\\w", &format!("[{letters}]"))
            .replace("\\d", "[0-9]");
        match self {
            Self::Latin => {
                let inner = classes.replace("(?-u:\\b)", "\u{1}").replace("\\b", "\u{1}");
                inner.replace('\u{1}', "(?-u:\\b)")
            }
            Self::Cyrillic | Self::Arabic | Self::Han => classes,
        }
    }
}

const TESTED: &str = "the cue files are part of the program, and tested";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_whole_in_every_script() {
        let cases = [
            (Script::Latin, "debe", "el estado debe pagar", true),
            (Script::Latin, "debe", "los deberes del estado", false),
            (Script::Cyrillic, "следует", "ему также следует, наконец", true),
            (Script::Cyrillic, "следует", "кто преследует суда", false),
            (Script::Cyrillic, "районный", "раионныи", true),
            (Script::Arabic, "ينبغي", "وينبغي للدولة", true),
            (Script::Arabic, "يجب", "لم يجبها احد", false),
            (Script::Han, "建议", "委员会建议缔约国", true),
        ];
        for (script, word, text, found) in cases {
            assert_eq!(script.any(&[word.to_owned()]).is_match(text), found, "{text}");
            assert_eq!(script.set([word].into_iter()).is_match(text), found, "{text}");
        }
    }
}
