//! People's decisions and the themes that follow from them.

use super::names::Names;
use super::options::Decided;
use super::{Error, Index, index, opposes, passages};
use crate::compare;
use crate::domain::{
    Build, Changes, DecidedPair, Decision, Grains, Recommendation, ThemeEdit, Themes, decided_pairs,
};
use crate::store::{self, Lock, Opened, Place, StoreError, file};
use crate::themes::{self, EditError, Opposes};

/// What people decided about the themes and pairs of the index at `place`, oldest first.
///
/// # Errors
/// [`StoreError::Decisions`] if they are lost or cannot be understood.
pub fn decisions(place: impl Into<Place>) -> Result<Vec<Decision>, StoreError> {
    Ok(store::decisions_at(place)?.list)
}

/// What [`decide`](super::decide) would change. Nothing is written.
///
/// # Errors
/// As [`decide`](super::decide).
pub fn rehearse(target: impl Into<Place>, edit: &ThemeEdit) -> Result<Changes, Error> {
    let target = target.into();
    exists(&target)?;
    Ok(review(&target, |list, old| themes::record(edit, old, list))?.changes())
}

/// Stores a decision at once, without finding themes again, and returns all decisions, oldest first:
/// [`catch_up`] does the rest. `index` is an index that was opened at `target`.
///
/// # Errors
/// As [`decide`](super::decide).
pub fn note(
    target: impl Into<Place>,
    edit: &ThemeEdit,
    index: &Index,
) -> Result<Vec<Decision>, Error> {
    let target = target.into();
    exists(&target)?;
    let lock = Lock::take(&target)?;
    let mut list = store::decisions_at(&target)?.list;
    let build = Build { recommendations: index.recommendations(), themes: index.themes() };
    themes::record(edit, build, &mut list)?;
    lock.replace_decisions(&list)?;
    Ok(list)
}

/// Finds themes again if decisions were stored since the index was built; `None` if there were none.
/// The index is locked only to put the result in place: decisions can be made meanwhile, and are then
/// taken up too.
///
/// # Errors
/// As [`decide`](super::decide).
pub fn catch_up(target: impl Into<Place>) -> Result<Option<Decided>, Error> {
    let target = target.into();
    exists(&target)?;
    loop {
        if !store::decisions_at(&target)?.edited {
            return Ok(None);
        }
        let review = review(&target, |_, _| Ok(()))?;
        let lock = Lock::take(&target)?;
        if review.is_current(&target)? {
            return review.publish(&lock).map(Some);
        }
    }
}

/// Before a lock is taken, which would create the folder above.
pub(super) fn exists(target: &Place) -> Result<(), Error> {
    if store::is_index(target)? {
        return Ok(());
    }
    Err(StoreError::Missing { path: target.path() }.into())
}

/// An index with the themes that follow from other decisions than those that it was built with.
pub(super) struct Review {
    opened: Opened,
    recommendations: Vec<Recommendation>,
    before: Themes,
    found: Grains,
    decisions: Vec<Decision>,
    pairs: Vec<DecidedPair>,
    /// The decisions had been edited since the index was built.
    edited: bool,
    /// The decisions as they are stored.
    stored: Vec<Decision>,
}

/// Finds the themes of the index at `target` with its decisions, after `change` was made to them.
pub(super) fn review(
    target: &Place,
    change: impl FnOnce(&mut Vec<Decision>, Build) -> Result<(), EditError>,
) -> Result<Review, Error> {
    let opened = Opened::open(target)?;
    let recommendations = opened.recommendations()?;
    let before = opened.themes(&recommendations)?.theme;
    let store::Decisions { list: stored, edited } = store::decisions_at(target)?;
    let mut decisions = stored.clone();
    change(&mut decisions, Build { recommendations: &recommendations, themes: &before })?;
    let pairs = decided_pairs(&decisions, &recommendations);
    let links = index::links_with(&pairs, &opened, &recommendations)?;
    let passages = passages(&recommendations);
    let names = Names::stored(&opened, &passages)?;
    let statements = opened.embeddings(file::STATEMENTS)?;
    let opposes = opposes(&passages);
    let found = themes::find(&themes::Input {
        opposes: Some(Opposes(&opposes)),
        recommendations: &recommendations,
        passages: &passages,
        links: &links,
        asks: names.asks(&statements),
        decisions: &decisions,
        known: &store::themes_at(target)?,
    });
    Ok(Review { opened, recommendations, before, found, decisions, pairs, edited, stored })
}

impl Review {
    fn changes(&self) -> Changes {
        let rows = self.recommendations.as_slice();
        let old = Build { recommendations: rows, themes: &self.before };
        let new = Build { recommendations: rows, themes: &self.found.theme };
        compare::changes(old, new, &themes::continued(old, new))
    }

    /// Whether the index and the decisions at `target` are still those that were reviewed.
    fn is_current(&self, target: &Place) -> Result<bool, Error> {
        let now = Opened::open(target)?;
        Ok(now.manifest.files == self.opened.manifest.files
            && store::decisions_at(target)?.list == self.stored)
    }

    /// Puts the themes and the decisions in place.
    pub(super) fn publish(self, lock: &Lock) -> Result<Decided, Error> {
        let changes = self.changes();
        let staging = lock.stage()?;
        let own = [file::THEMES, file::DECISIONS, file::DECIDED_PAIRS];
        staging.copy_all_but(&self.opened, &own)?;
        staging.write_themes(&self.found, &self.recommendations)?;
        staging.write_decisions(&self.decisions)?;
        staging.write_decided_pairs(&self.pairs, &self.recommendations)?;
        let mut manifest = self.opened.manifest;
        manifest.counts.themes = self.found.theme.themes.len();
        manifest.counts.single = self.found.theme.single.len();
        staging.publish(manifest)?;
        Ok(Decided {
            changes,
            themes: self.found.theme,
            n_decisions: self.decisions.len(),
            decisions_edited: self.edited,
        })
    }
}
