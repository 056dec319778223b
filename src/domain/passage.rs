//! A text that was read once, with its statements and its language.

use serde::{Deserialize, Serialize};

use super::Span;

/// A language that Concord has word lists for, declared in the order of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Language {
    English,
    French,
    Spanish,
    German,
    Portuguese,
    Italian,
    Russian,
    Arabic,
    Chinese,
}

impl Language {
    /// Every language, in the order of declaration.
    pub const ALL: [Self; 9] = [
        Self::English,
        Self::French,
        Self::Spanish,
        Self::German,
        Self::Portuguese,
        Self::Italian,
        Self::Russian,
        Self::Arabic,
        Self::Chinese,
    ];

    /// Its code in ISO 639-1.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::German => "de",
            Self::Portuguese => "pt",
            Self::Italian => "it",
            Self::Russian => "ru",
            Self::Arabic => "ar",
            Self::Chinese => "zh",
        }
    }
}

/// A text, its statements and its language.
///
/// [`text::passage`](crate::text::passage) makes it once. It is then passed on, so that every stage
/// means the same statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    text: String,
    statements: Box<[Span]>,
    language: Option<Language>,
}

impl Passage {
    /// A passage of these parts; `statements` are byte ranges of `text`, in order.
    ///
    /// # Panics
    /// If there is no statement, or one does not slice `text`.
    #[must_use]
    pub fn new(text: String, statements: Vec<Span>, language: Option<Language>) -> Self {
        let fits = |span: &Span| text.get(span.start..span.end).is_some();
        assert!(
            !statements.is_empty() && statements.iter().all(fits),
            "statements of another text"
        );
        Self { text, statements: statements.into(), language }
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its sentences and list items, in order; at least one.
    #[must_use]
    pub fn statements(&self) -> impl ExactSizeIterator<Item = &str> {
        self.statements.iter().map(|span| &self.text[span.start..span.end])
    }

    /// Statement number `at`.
    ///
    /// # Panics
    /// If there are fewer.
    #[must_use]
    pub fn statement(&self, at: usize) -> &str {
        let span = self.statements[at];
        &self.text[span.start..span.end]
    }

    /// The byte range of each statement in [`text`](Self::text).
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.statements
    }

    /// Its language; `None` if the text is too short to tell, or the language has no word lists.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.language
    }
}
