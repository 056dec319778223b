//! Names that must not be mixed up with each other or with plain text.

use std::{borrow::Borrow, fmt};

use serde::{Deserialize, Serialize};

/// A text that cannot be an id: it is empty or only white space.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id may not be empty")]
pub struct EmptyId;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = EmptyId;

            fn try_from(text: String) -> Result<Self, EmptyId> {
                let trimmed = text.trim();
                if trimmed.is_empty() {
                    return Err(EmptyId);
                }
                Ok(Self(trimmed.into()))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.into()
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// Names one recommendation within an index; given by the corpus, or made by `extract`.
    RecommendationId
}
text_id! {
    /// Names one source document within a corpus.
    DocumentId
}
text_id! {
    /// The body that speaks, as the corpus names it ("FAO", "World Bank").
    Agency
}
text_id! {
    /// Names a theme; made from its members, so that it survives a rebuild.
    ThemeId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_trimmed_and_never_empty() {
        assert_eq!(Agency::try_from(" FAO ".to_owned()).map(String::from), Ok("FAO".to_owned()));
        assert_eq!(Agency::try_from(" \n".to_owned()), Err(EmptyId));
        assert!(serde_json::from_str::<ThemeId>("\"\"").is_err());
    }
}
