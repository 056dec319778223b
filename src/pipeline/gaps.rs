//! An index held against an agenda and against the challenges that agencies name.

use rayon::prelude::*;

use super::answer::ranked;
use super::files::{self, derived};
use super::{Error, Index, Parts};
use crate::compare::{self, Ranked};
use crate::domain::{Agenda, AgendaAnswer, Embeddings, Gaps, Link, Passage, Recommendation};
use crate::index::scan;
use crate::ingest::records::parse_jsonl;
use crate::judge::ReadyPassage;
use crate::store::{StoreError, file};
use crate::text::passage;

/// Recommendations up to which every one is held against a passage; beyond, the nearest by cosine.
const SCORE_ALL: usize = 20_000;
const CANDIDATES: usize = 500;

/// Passages with their vectors: of each text, then of its statements.
pub(super) type Passages = (Vec<Passage>, Embeddings);

impl Index {
    /// The challenges and gaps that the corpus came with, by id.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub fn challenges(&self) -> Result<Vec<Recommendation>, StoreError> {
        let Some(bytes) = self.opened().read(file::CHALLENGES)? else { return Ok(Vec::new()) };
        parse_jsonl(file::CHALLENGES, &bytes)
            .map_err(|error| files::damaged(self.opened(), file::CHALLENGES, error.to_string()))
    }

    /// Holds an agenda of the user's against the recommendations.
    ///
    /// # Errors
    /// Another model than the index's, or a model that fails.
    pub fn answer_agenda(
        &self,
        agenda: &Agenda,
        parts: &mut Parts<'_>,
    ) -> Result<Vec<AgendaAnswer>, Error> {
        let items = agenda.items.iter().map(|item| passage(item.text.as_str())).collect();
        let found = self.nearest_to_all(&self.passages(items, parts)?);
        Ok(compare::answers(&agenda.items, &found, self.recommendations()))
    }

    pub(super) fn gaps(
        &self,
        links: &[Link],
        challenges: &[Recommendation],
    ) -> Result<Gaps, StoreError> {
        let (rows, themes) = (self.recommendations(), self.themes());
        let mut gaps =
            Gaps { single_voice: compare::single_voices(rows, themes, links), ..Gaps::default() };
        gaps.agenda = self.agenda_answers()?;
        if let Some(passages) = self.challenge_passages()? {
            let found = self.stored_nearest(&passages, derived::CHALLENGE_VECTORS)?;
            gaps.challenges = Some(compare::challenge_answers(&found, rows));
            gaps.silent = Some(compare::silent(challenges, &found, rows, themes, links));
        }
        Ok(gaps)
    }

    /// The stored agenda held against the recommendations; `None` where it has no item.
    pub(super) fn agenda_answers(&self) -> Result<Option<Vec<AgendaAnswer>>, StoreError> {
        let (Some(agenda), Some(passages)) = (self.agenda()?, self.agenda_passages()?) else {
            return Ok(None);
        };
        let found = self.stored_nearest(&passages, derived::AGENDA_VECTORS)?;
        Ok(Some(compare::answers(&agenda.items, &found, self.recommendations())))
    }

    /// The texts of the agenda with their vectors; `None` where it has no item.
    pub(super) fn agenda_passages(&self) -> Result<Option<Passages>, StoreError> {
        let items = self.agenda()?.map(|agenda| agenda.items).unwrap_or_default();
        self.stored(items.into_iter().map(|item| item.text).collect(), derived::AGENDA_VECTORS)
    }

    /// The texts of the challenges with their vectors; `None` where there is none.
    pub(super) fn challenge_passages(&self) -> Result<Option<Passages>, StoreError> {
        let texts = self.challenges()?.into_iter().map(|challenge| challenge.text).collect();
        self.stored(texts, derived::CHALLENGE_VECTORS)
    }

    fn stored(&self, texts: Vec<String>, name: &str) -> Result<Option<Passages>, StoreError> {
        if texts.is_empty() {
            return Ok(None);
        }
        let passages = texts.into_iter().map(passage).collect();
        Ok(Some((passages, files::embeddings(self.opened(), name)?)))
    }

    fn stored_nearest(
        &self,
        (passages, vectors): &Passages,
        name: &str,
    ) -> Result<Vec<Ranked>, StoreError> {
        let mut at = 0;
        let mut ready = Vec::with_capacity(passages.len());
        for passage in passages {
            let n = passage.spans().len();
            if at + n >= vectors.len() {
                let why = "it has fewer rows than there are passages".to_owned();
                return Err(files::damaged(self.opened(), name, why));
            }
            let rows: Vec<&[f32]> = (1..=n).map(|offset| vectors.row(at + offset)).collect();
            ready.push(self.linker().ready(passage.clone(), vectors.row(at), &rows));
            at += 1 + n;
        }
        Ok(self.nearest_to_all(&ready))
    }

    /// The recommendations by how probably they overlap with each passage.
    fn nearest_to_all(&self, passages: &[ReadyPassage]) -> Vec<Ranked> {
        let n = self.linker().len();
        let nearest = |passage: &ReadyPassage| {
            if n <= SCORE_ALL {
                return ranked(self.linker(), passage, 0..n);
            }
            let near = scan(&self.vectors().texts, passage.vector(), CANDIDATES, |_| true);
            ranked(self.linker(), passage, near.into_iter().map(|neighbor| neighbor.row))
        };
        passages.par_iter().map(nearest).collect()
    }
}
