//! A change that a person asks for -> the decisions that record it.

use std::collections::BTreeSet;

use crate::domain::{
    Build, Decision, Recommendation, RecommendationId, Said, Theme, ThemeEdit, UnknownId, find_row,
};
use crate::text::fold::same_words;

/// Why a change to themes cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum EditError {
    #[error(transparent)]
    UnknownId(#[from] UnknownId),
    #[error("the index has no theme `{name}`{}", similar_themes(.suggestions))]
    UnknownTheme { name: String, suggestions: Vec<String> },
    #[error("several themes are called `{name}`; use one of their ids: {}", .ids.join(", "))]
    Ambiguous { name: String, ids: Vec<String> },
    #[error("a merge needs at least two different themes")]
    OneTheme,
    #[error(
        "theme `{theme}` is not the main theme of `{id}`, so a split cannot take it out; move it instead"
    )]
    OtherHome { id: String, theme: String },
    #[error("these are all members of theme `{theme}`; a split must leave at least one")]
    WholeTheme { theme: String },
    #[error("a pair needs two different recommendations, but both are `{id}`")]
    OneRecommendation { id: String },
    #[error("`{a}` and `{b}` have the same words, so they cannot be told apart")]
    SameWords { a: String, b: String },
    #[error("the new name is empty")]
    NoName,
    #[error("there is no decision to undo")]
    NothingToUndo,
    #[error("there is no decision {number}; the last is {n}")]
    NoDecision { number: usize, n: usize },
}

fn similar_themes(suggestions: &[String]) -> String {
    match suggestions {
        [] => String::new(),
        some => format!("; similar themes: `{}`", some.join("`, `")),
    }
}

/// Records `edit`, a change to the themes in `build`, in `decisions` (oldest first).
///
/// # Errors
/// [`EditError`]; `decisions` then stay unchanged.
pub fn record(
    edit: &ThemeEdit,
    build: Build,
    decisions: &mut Vec<Decision>,
) -> Result<(), EditError> {
    let finder = Finder(build);
    match edit {
        ThemeEdit::Merge(names) => {
            let themes = finder.themes(names)?;
            if themes.len() < 2 {
                return Err(EditError::OneTheme);
            }
            let parts = themes.iter().map(|theme| finder.core(theme)).collect();
            decisions.push(Decision::Merge { parts });
        }
        ThemeEdit::Split { theme, off } => decisions.push(finder.split(theme, off)?),
        ThemeEdit::Move { ids, to } => decisions.push(finder.moved(ids, to.as_deref())?),
        ThemeEdit::Rename { theme, name } => {
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            if name.is_empty() {
                return Err(EditError::NoName);
            }
            decisions.push(Decision::Rename { name, members: finder.core(finder.theme(theme)?) });
        }
        ThemeEdit::Accept(names) => {
            let accept = |theme: &Theme| Decision::Accept { members: finder.core(theme) };
            decisions.extend(finder.themes(names)?.into_iter().map(accept));
        }
        ThemeEdit::Reject(names) => {
            let reject = |theme: &Theme| Decision::Reject { members: finder.core(theme) };
            decisions.extend(finder.themes(names)?.into_iter().map(reject));
        }
        ThemeEdit::Pair { ids: [a, b], said } => decisions.push(finder.pair(a, b, *said)?),
        ThemeEdit::Undo => {
            decisions.pop().ok_or(EditError::NothingToUndo)?;
        }
        ThemeEdit::UndoNumber(number) => {
            let (number, n) = (*number, decisions.len());
            if !(1..=n).contains(&number) {
                return Err(EditError::NoDecision { number, n });
            }
            decisions.remove(number - 1);
        }
    }
    Ok(())
}

/// The theme of `build` with this id or label, in any case.
///
/// # Errors
/// [`EditError::UnknownTheme`] with similar ones, [`EditError::Ambiguous`] if several have that label.
pub fn named<'a>(build: Build<'a>, name: &str) -> Result<&'a Theme, EditError> {
    Finder(build).theme(name)
}

/// Finds themes and recommendations by what people call them.
struct Finder<'a>(Build<'a>);

impl<'a> Finder<'a> {
    fn id(&self, row: usize) -> &'a RecommendationId {
        let recommendations: &'a [Recommendation] = self.0.recommendations;
        &recommendations[row].id
    }

    fn core(&self, theme: &Theme) -> Vec<RecommendationId> {
        let mut ids: Vec<RecommendationId> = theme.core().map(|row| self.id(row).clone()).collect();
        if ids.is_empty() {
            // A narrower theme: its members are at home elsewhere.
            ids = theme.members.iter().map(|member| self.id(member.row).clone()).collect();
        }
        ids.sort();
        ids
    }

    fn split(&self, theme: &str, off: &[String]) -> Result<Decision, EditError> {
        let theme = self.theme(theme)?;
        let apart = self.ids(off)?;
        let members: BTreeSet<RecommendationId> = self.core(theme).into_iter().collect();
        if let Some(other) = apart.iter().find(|id| !members.contains(*id)) {
            let (id, theme) = (other.to_string(), theme.id.to_string());
            return Err(EditError::OtherHome { id, theme });
        }
        let rest: Vec<RecommendationId> = members.difference(&apart).cloned().collect();
        if rest.is_empty() {
            return Err(EditError::WholeTheme { theme: theme.id.to_string() });
        }
        Ok(Decision::Split { apart: apart.into_iter().collect(), rest })
    }

    fn moved(&self, ids: &[String], to: Option<&str>) -> Result<Decision, EditError> {
        let moved = self.ids(ids)?;
        let target = to.map(|name| self.theme(name)).transpose()?;
        let is_other = |theme: &&Theme| Some(&theme.id) != target.map(|target| &target.id);
        let holds = |theme: &&Theme| theme.members.iter().any(|m| moved.contains(self.id(m.row)));
        let stay = |ids: Vec<RecommendationId>| -> Vec<RecommendationId> {
            ids.into_iter().filter(|id| !moved.contains(id)).collect()
        };
        let left = self.0.themes.themes.iter().filter(is_other).filter(holds);
        let from: BTreeSet<RecommendationId> =
            left.flat_map(|theme| stay(self.core(theme))).collect();
        Ok(Decision::Move {
            to: target.map(|theme| stay(self.core(theme))).unwrap_or_default(),
            moved: moved.into_iter().collect(),
            from: from.into_iter().collect(),
        })
    }

    fn pair(&self, a: &str, b: &str, said: Said) -> Result<Decision, EditError> {
        let recommendations = self.0.recommendations;
        let [a, b] = [find_row(recommendations, a)?, find_row(recommendations, b)?];
        if a == b {
            return Err(EditError::OneRecommendation { id: self.id(a).to_string() });
        }
        let words = |row: usize| same_words(&recommendations[row].text);
        if said != Said::Same && words(a) == words(b) {
            let [a, b] = [a, b].map(|row| self.id(row).to_string());
            return Err(EditError::SameWords { a, b });
        }
        let [a, b] = [a.min(b), a.max(b)].map(|row| self.id(row).clone());
        Ok(Decision::Pair { a, b, said })
    }

    fn ids(&self, names: &[String]) -> Result<BTreeSet<RecommendationId>, EditError> {
        let id = |name: &String| Ok(self.id(find_row(self.0.recommendations, name)?).clone());
        names.iter().map(id).collect()
    }

    /// The themes with these names or ids, each once.
    fn themes(&self, names: &[String]) -> Result<Vec<&'a Theme>, EditError> {
        let mut found: Vec<&Theme> = Vec::new();
        for name in names {
            let theme = self.theme(name)?;
            if found.iter().all(|other| other.id != theme.id) {
                found.push(theme);
            }
        }
        Ok(found)
    }

    fn theme(&self, name: &str) -> Result<&'a Theme, EditError> {
        let wanted = name.trim().to_lowercase();
        let called =
            |theme: &&Theme| theme.id.as_str() == wanted || theme.label.to_lowercase() == wanted;
        let found: Vec<&Theme> = self.0.themes.themes.iter().filter(called).collect();
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(EditError::UnknownTheme {
                name: name.to_owned(),
                suggestions: self.themes_like(&wanted),
            }),
            several => Err(EditError::Ambiguous {
                name: name.to_owned(),
                ids: several.iter().map(|theme| theme.id.to_string()).collect(),
            }),
        }
    }

    /// Themes whose label shares a word with `wanted`.
    fn themes_like(&self, wanted: &str) -> Vec<String> {
        let words: Vec<&str> =
            wanted.split_whitespace().filter(|w| w.chars().count() > 3).collect();
        let like = |theme: &&Theme| {
            let label = theme.label.to_lowercase();
            words.iter().any(|word| label.contains(word))
        };
        let found = self.0.themes.themes.iter().filter(like).take(3);
        found.map(|theme| format!("{} ({})", theme.id, theme.label)).collect()
    }
}
