//! Agenda and challenges against the recommendations, and the words of themes.

use rayon::prelude::*;

use super::{Error, Index, Tools};
use crate::compare::{self, Ranked, Term};
use crate::domain::{Agenda, AgendaAnswer, Gaps, Link, Particulars, Passage, Recommendation};
use crate::index::{FOR_AN_AGENDA, candidates};
use crate::judge::ReadyPassage;
use crate::store::StoreError;
use crate::text;

impl Index {
    pub(super) fn particulars(&self) -> Vec<Particulars> {
        let terms = |passage: &Passage| {
            let term = |term: text::Term<'_>| Term {
                range: term.word.start..term.word.end(),
                stem: term.stem,
            };
            text::terms(passage.text(), self.linker.language_of(passage)).map(term).collect()
        };
        let terms: Vec<Vec<Term>> = self.linker.passages().iter().map(terms).collect();
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
        let items = agenda.items.iter().map(|item| text::passage(item.text.as_str())).collect();
        let found = self.rank_all(&self.passages(items, tools)?);
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
    fn rank_all(&self, passages: &[ReadyPassage]) -> Vec<Ranked> {
        let table = &self.linker.vectors().texts;
        let rank = |passage: &ReadyPassage| {
            let near = candidates(table, None, passage.vector(), FOR_AN_AGENDA, |_| true);
            self.linker.rank(passage, near)
        };
        passages.par_iter().map(rank).collect()
    }
}
