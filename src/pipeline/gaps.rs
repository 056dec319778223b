//! Agenda and challenges against the recommendations, and the words of themes.

use rayon::prelude::*;

use super::{Error, Index, Tools};
use crate::compare::{self, Ranked, Term};
use crate::domain::{Agenda, AgendaAnswer, Gaps, Link, Particulars, Recommendation};
use crate::index::{FOR_AN_AGENDA, candidates};
use crate::judge::{self, Passage, words};
use crate::store::StoreError;

impl Index {
    pub(super) fn particulars(&self) -> Vec<Particulars> {
        let term = |word: judge::Word<'_>| Term {
            range: word.start..word.start + word.text.len(),
            stem: word.stem,
        };
        let terms = |r: &Recommendation| words(&r.text).into_iter().map(term).collect();
        let terms: Vec<Vec<Term>> = self.recommendations().iter().map(terms).collect();
        compare::particulars(self.recommendations(), self.themes(), &terms)
    }

    pub(super) fn gaps(
        &self,
        links: &[Link],
        challenges: &[Recommendation],
    ) -> Result<Gaps, StoreError> {
        let (rows, themes) = (self.recommendations(), self.themes());
        let single_voice = compare::single_voices(rows, themes, links);
        let mut gaps = Gaps { single_voice, agenda: self.agenda_answers()?, ..Gaps::default() };
        if let Some(passages) = self.challenge_passages()? {
            let found = self.rank_all(&self.ready(&passages)?);
            gaps.challenges = Some(compare::challenge_answers(&found, rows));
            gaps.silent = Some(compare::silent(challenges, &found, rows, themes, links));
        }
        Ok(gaps)
    }

    /// Compares `agenda` with the recommendations.
    ///
    /// # Errors
    /// A model that fails, or another model than that of the index.
    pub fn answer_agenda(
        &self,
        agenda: &Agenda,
        tools: &mut Tools<'_>,
    ) -> Result<Vec<AgendaAnswer>, Error> {
        let texts: Vec<&str> = agenda.items.iter().map(|item| item.text.as_str()).collect();
        let found = self.rank_all(&self.passages(&texts, tools)?);
        Ok(compare::answers(&agenda.items, &found, self.recommendations()))
    }

    /// The stored agenda compared with the recommendations; `None` if it has no item.
    pub(super) fn agenda_answers(&self) -> Result<Option<Vec<AgendaAnswer>>, StoreError> {
        let (Some(agenda), Some(passages)) = (self.opened.agenda()?, self.agenda_passages()?)
        else {
            return Ok(None);
        };
        let found = self.rank_all(&self.ready(&passages)?);
        Ok(Some(compare::answers(&agenda.items, &found, self.recommendations())))
    }

    /// For each passage, the recommendations by how likely they overlap with it.
    fn rank_all(&self, passages: &[Passage]) -> Vec<Ranked> {
        let table = &self.linker.vectors().texts;
        let rank = |passage: &Passage| {
            let near = candidates(table, None, passage.vector(), FOR_AN_AGENDA, |_| true);
            self.linker.rank(passage, near)
        };
        passages.par_iter().map(rank).collect()
    }
}
