//! What people decide about themes: read, taken up, and kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::files;
use super::{Error, open};
use crate::compare::{self, Side};
use crate::domain::{
    Changes, Decision, Grains, Link, Passage, Recommendation, RecommendationId, Theme, Themes,
};
use crate::store::{Draft, Lock, Manifest, Opened, StoreError, file, peek};
use crate::text::passage;
use crate::themes::{self, Known};

/// What an index passes on to the one that takes its place, whatever else changes.
pub(super) struct Remembered {
    pub(super) decisions: Vec<Decision>,
    pub(super) themes: Vec<Known>,
}

impl Remembered {
    /// Nothing where there is no index. Read as it stands: decisions may be edited by hand.
    ///
    /// # Errors
    /// Decisions that cannot be read; they are never dropped in silence.
    pub(super) fn of(target: &Path) -> Result<Self, StoreError> {
        let decisions = match peek(target, file::DECISIONS)? {
            None => Vec::new(),
            Some(bytes) => files::parse_decisions(&bytes).map_err(|error| {
                StoreError::Decisions { path: target.join(file::DECISIONS), why: error.to_string() }
            })?,
        };
        let themes = peek(target, file::THEMES)?;
        Ok(Self {
            decisions,
            themes: themes.as_deref().map(files::known_themes).unwrap_or_default(),
        })
    }

    pub(super) fn write_decisions(&self, draft: &Draft<'_>) -> Result<(), StoreError> {
        if self.decisions.is_empty() {
            return Ok(());
        }
        draft.write(file::DECISIONS, &files::decisions_bytes(&self.decisions))
    }
}

/// What a user wants done to the themes of an index. A theme is named by its id, or by its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Make one theme of several.
    Merge(Vec<String>),
    /// Make recommendations of a theme one of their own.
    Split {
        /// The theme.
        theme: String,
        /// Ids of the recommendations that leave.
        off: Vec<String>,
    },
    /// Move recommendations.
    Move {
        /// Their ids.
        ids: Vec<String>,
        /// The theme that they join; `None` for none.
        to: Option<String>,
    },
    /// Give a theme a name.
    Rename {
        /// The theme.
        theme: String,
        /// The name.
        name: String,
    },
    /// Hold themes for right.
    Accept(Vec<String>),
    /// Hold themes for wrong.
    Reject(Vec<String>),
    /// Take the last decision back.
    Undo,
}

/// What a wish came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// What differs from before.
    pub changes: Changes,
    /// The themes as they are now.
    pub themes: Themes,
    /// Decisions that the index holds now.
    pub decisions: usize,
}

/// Does what a user wants with the index at `target`: finds its themes anew, with this decision and
/// those before it, and stores them. Nothing is embedded.
///
/// # Errors
/// An index that cannot be read or written, an unknown theme or id, or a wish that makes no sense.
pub fn decide(target: &Path, wish: &Wish) -> Result<Decided, Error> {
    if peek(target, file::MANIFEST)?.is_none() {
        return Err(StoreError::Missing { path: target.to_owned() }.into());
    }
    let lock = Lock::take(target)?;
    let stored = Stored::open(target)?;
    let mut decisions = Remembered::of(target)?.decisions;
    match wish {
        Wish::Undo => {
            let none = || undecidable("there is no decision to take back".into());
            decisions.pop().ok_or_else(none)?;
        }
        wish => decisions.extend(stored.decisions(wish)?),
    }
    let known = stored.known();
    let passages: Vec<Passage> =
        stored.recommendations.par_iter().map(|r| passage(r.text.as_str())).collect();
    let found = themes::find(&themes::Input {
        recommendations: &stored.recommendations,
        passages: &passages,
        links: &stored.links,
        decisions: &decisions,
        known: &known,
    });
    stored.write(&lock, &found, &Remembered { decisions: decisions.clone(), themes: known })?;
    let old = stored.side();
    let new = Side { recommendations: &stored.recommendations, themes: &found.theme };
    let changes = compare::changes(old, new, &continued(old, new));
    Ok(Decided { changes, themes: found.theme, decisions: decisions.len() })
}

/// What differs from the index at `old` to that at `new`.
///
/// # Errors
/// An index that cannot be read.
pub fn changes(old: &Path, new: &Path) -> Result<Changes, Error> {
    let (old, new) = (Stored::open(old)?, Stored::open(new)?);
    Ok(compare::changes(old.side(), new.side(), &continued(old.side(), new.side())))
}

/// Of each theme of `new` the one of `old` that it continues, by their members.
fn continued(old: Side, new: Side) -> Vec<Option<usize>> {
    let mut number: BTreeMap<&RecommendationId, usize> = BTreeMap::new();
    for id in old.recommendations.iter().chain(new.recommendations).map(|r| &r.id) {
        let next = number.len();
        number.entry(id).or_insert(next);
    }
    let groups = |side: Side| -> Vec<BTreeSet<usize>> {
        let numbers = |theme: &Theme| -> BTreeSet<usize> {
            theme.members.iter().map(|m| number[&side.recommendations[m.row].id]).collect()
        };
        side.themes.themes.iter().map(numbers).collect()
    };
    themes::counterparts(&groups(old), &groups(new))
}

/// The part of an index that themes are made from.
struct Stored {
    opened: Opened,
    recommendations: Vec<Recommendation>,
    links: Vec<Link>,
    grains: Grains,
}

impl Stored {
    fn open(path: &Path) -> Result<Self, StoreError> {
        let opened = Opened::open(path)?;
        let recommendations = open::recommendations(&opened)?;
        let grains = files::themes(&opened, &recommendations)?;
        let links = files::links(&opened, recommendations.len())?;
        Ok(Self { opened, recommendations, links, grains })
    }

    fn side(&self) -> Side<'_> {
        Side { recommendations: &self.recommendations, themes: &self.grains.theme }
    }

    fn known(&self) -> Vec<Known> {
        let known = |theme: &Theme| Known {
            id: theme.id.clone(),
            members: theme.members.iter().map(|m| self.id(m.row)).collect(),
        };
        self.grains.theme.themes.iter().map(known).collect()
    }

    /// The same index with other themes.
    fn write(&self, lock: &Lock, found: &Grains, kept: &Remembered) -> Result<(), StoreError> {
        // Files are taken over unread: a damaged one must not get a new sum.
        self.opened.check_all()?;
        let draft = lock.draft()?;
        let again = [file::THEMES, file::DECISIONS];
        for name in self.opened.manifest.files.keys() {
            if !again.contains(&name.as_str()) {
                draft.take_over(self.opened.path(), name)?;
            }
        }
        draft.write(file::THEMES, &files::themes_bytes(found, &self.recommendations))?;
        kept.write_decisions(&draft)?;
        let mut manifest: Manifest = self.opened.manifest.clone();
        manifest.counts.themes = found.theme.themes.len();
        manifest.counts.single = found.theme.single.len();
        draft.publish(manifest)
    }

    fn id(&self, row: usize) -> RecommendationId {
        self.recommendations[row].id.clone()
    }

    fn core(&self, theme: &Theme) -> Vec<RecommendationId> {
        let mut ids: Vec<RecommendationId> = theme.core().map(|row| self.id(row)).collect();
        ids.sort();
        ids
    }

    fn decisions(&self, wish: &Wish) -> Result<Vec<Decision>, Error> {
        let one = |decision| Ok(vec![decision]);
        match wish {
            Wish::Merge(names) => {
                let themes = self.themes(names)?;
                if themes.len() < 2 {
                    return Err(undecidable("name two themes or more to merge".into()));
                }
                one(Decision::Merge {
                    parts: themes.iter().map(|theme| self.core(theme)).collect(),
                })
            }
            Wish::Split { theme, off } => one(self.split(theme, off)?),
            Wish::Move { ids, to } => one(self.moved(ids, to.as_deref())?),
            Wish::Rename { theme, name } => {
                let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
                if name.is_empty() {
                    return Err(undecidable("the new name is empty".into()));
                }
                one(Decision::Rename { name, members: self.core(self.theme(theme)?) })
            }
            Wish::Accept(names) => {
                let accept = |theme: &&Theme| Decision::Accept { members: self.core(theme) };
                Ok(self.themes(names)?.iter().map(accept).collect())
            }
            Wish::Reject(names) => {
                let reject = |theme: &&Theme| Decision::Reject { members: self.core(theme) };
                Ok(self.themes(names)?.iter().map(reject).collect())
            }
            Wish::Undo => Ok(Vec::new()),
        }
    }

    fn split(&self, theme: &str, off: &[String]) -> Result<Decision, Error> {
        let theme = self.theme(theme)?;
        let apart = self.ids(off)?;
        let members: BTreeSet<RecommendationId> = self.core(theme).into_iter().collect();
        if let Some(other) = apart.iter().find(|id| !members.contains(*id)) {
            let why = format!(
                "`{other}` does not have its home in theme `{}`; `concord themes move` moves it",
                theme.id
            );
            return Err(undecidable(why));
        }
        let rest: Vec<RecommendationId> = members.difference(&apart).cloned().collect();
        if rest.is_empty() {
            let why = format!("these are all of theme `{}`: nothing would stay", theme.id);
            return Err(undecidable(why));
        }
        Ok(Decision::Split { apart: apart.into_iter().collect(), rest })
    }

    fn moved(&self, ids: &[String], to: Option<&str>) -> Result<Decision, Error> {
        let moved = self.ids(ids)?;
        let target = to.map(|name| self.theme(name)).transpose()?;
        let others = |theme: &&Theme| Some(&theme.id) != target.map(|target| &target.id);
        let holds = |theme: &&Theme| {
            theme.members.iter().any(|m| moved.contains(&self.recommendations[m.row].id))
        };
        let stay = |ids: Vec<RecommendationId>| -> Vec<RecommendationId> {
            ids.into_iter().filter(|id| !moved.contains(id)).collect()
        };
        let left = self.grains.theme.themes.iter().filter(others).filter(holds);
        let from: BTreeSet<RecommendationId> =
            left.flat_map(|theme| stay(self.core(theme))).collect();
        Ok(Decision::Move {
            to: target.map(|theme| stay(self.core(theme))).unwrap_or_default(),
            moved: moved.into_iter().collect(),
            from: from.into_iter().collect(),
        })
    }

    fn ids(&self, names: &[String]) -> Result<BTreeSet<RecommendationId>, Error> {
        names
            .iter()
            .map(|name| open::row(&self.recommendations, name).map(|row| self.id(row)))
            .collect()
    }

    /// The themes called so, each once.
    fn themes(&self, names: &[String]) -> Result<Vec<&Theme>, Error> {
        let mut found: Vec<&Theme> = Vec::new();
        for name in names {
            let theme = self.theme(name)?;
            if found.iter().all(|other| other.id != theme.id) {
                found.push(theme);
            }
        }
        Ok(found)
    }

    fn theme(&self, name: &str) -> Result<&Theme, Error> {
        let wanted = name.trim().to_lowercase();
        let themes = &self.grains.theme.themes;
        let called =
            |theme: &&Theme| theme.id.as_str() == wanted || theme.label.to_lowercase() == wanted;
        let found: Vec<&Theme> = themes.iter().filter(called).collect();
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(Error::UnknownTheme {
                name: name.to_owned(),
                suggestions: self.themes_like(&wanted),
            }),
            several => {
                let ids: Vec<&str> = several.iter().map(|theme| theme.id.as_str()).collect();
                let why =
                    format!("several themes are called `{name}`: name one of {}", ids.join(", "));
                Err(undecidable(why))
            }
        }
    }

    /// Themes whose label shares a word with what was asked for.
    fn themes_like(&self, wanted: &str) -> Vec<String> {
        let words: Vec<&str> =
            wanted.split_whitespace().filter(|w| w.chars().count() > 3).collect();
        let like = |theme: &&Theme| {
            let label = theme.label.to_lowercase();
            words.iter().any(|word| label.contains(word))
        };
        let found = self.grains.theme.themes.iter().filter(like).take(3);
        found.map(|theme| format!("{} ({})", theme.id, theme.label)).collect()
    }
}

fn undecidable(why: String) -> Error {
    Error::Undecidable { why }
}
