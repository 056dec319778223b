//! Agenda and challenges against the recommendations, and the words of themes.

use std::cmp::Reverse;
use std::collections::HashMap;

use rayon::prelude::*;

use super::{Error, Index, Tools, judging};
use crate::compare::{self, Ranked, Term};
use crate::differ;
use crate::domain::{
    Agenda, AgendaAnswer, Contradiction, Gaps, Grain, Likeness, Link, Particulars, Passage,
    Recommendation, Repeat, Sorted, Theme,
};
use crate::index::{FOR_AN_AGENDA, candidates};
use crate::judge::{Linker, ReadyPassage, ranked};
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
        let mut found = compare::particulars(self.recommendations(), self.themes(), &terms);
        for (particulars, theme) in found.iter_mut().zip(&self.themes().themes) {
            particulars.sentences = self.sentences(theme);
        }
        found
    }

    /// The statement in which each agency makes the ask of `theme`, in the order of `theme.asking`.
    #[must_use]
    pub fn sentences(&self, theme: &Theme) -> Vec<String> {
        let Some((central, others)) = theme.asking.split_first() else { return Vec::new() };
        let passages = self.linker.passages();
        let center = self.linker.row(central.row);
        let pairs: Vec<(usize, usize)> =
            others.iter().map(|asking| self.linker.best_statements(&center, asking.row)).collect();
        // What most of the others share with it is what the theme asks for.
        let n_shared = |at: usize| pairs.iter().filter(|pair| pair.0 == at).count();
        let n_statements = passages[central.row].spans().len();
        let own = (0..n_statements).max_by_key(|&at| (n_shared(at), Reverse(at))).unwrap_or(0);
        let own = std::iter::once((central.row, own));
        let theirs = others.iter().zip(&pairs).map(|(asking, pair)| (asking.row, pair.1));
        own.chain(theirs).map(|(row, at)| passages[row].statement(at).to_owned()).collect()
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
            let found = self.rank_all(&self.ready(&passages)?, &passages.judged);
            gaps.challenges = Some(compare::challenge_answers(&found, rows));
            gaps.silent = Some(compare::silent(challenges, &found, rows, themes, links));
        }
        Ok(gaps)
    }

    /// Linked pairs of which one asks for the contrary of the other, surest first. Of copies of a text only
    /// the first counts.
    pub(super) fn contradictions(&self) -> Result<Vec<Contradiction>, StoreError> {
        let passages = self.linker.passages();
        let contrary = |link: &Link| {
            let Link { a, b, likeness } = *link;
            let phrases = differ::contrary(&passages[a], &passages[b], &likeness)?;
            let (probability, decided) = (likeness.probability, likeness.decided());
            Some(Contradiction { a, b, probability, phrases, decided })
        };
        let mut found: Vec<Contradiction> =
            self.first_links()?.par_iter().filter_map(contrary).collect();
        found.sort_by(|x, y| {
            let surer = y.decided.is_some().cmp(&x.decided.is_some());
            let surer = surer.then(y.probability.total_cmp(&x.probability));
            surer.then((x.a, x.b).cmp(&(y.a, y.b)))
        });
        Ok(found)
    }

    /// What is asked again in later years.
    pub(super) fn repeats(&self) -> Option<Vec<Repeat>> {
        let rows = self.recommendations();
        let years: Vec<Option<i32>> = (0..rows.len()).map(|row| self.year(row)).collect();
        compare::repeats(rows, self.grain(Grain::Fine), &years)
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
        let found = self.rank_agenda(agenda, tools)?;
        Ok(compare::answers(&agenda.items, &found, self.recommendations()))
    }

    /// Sorts the recommendations into the items of `list`, a person's own themes.
    ///
    /// # Errors
    /// A model that fails, or another model than that of the index.
    pub fn sort_into(&self, list: &Agenda, tools: &mut Tools<'_>) -> Result<Sorted, Error> {
        let found = self.rank_agenda(list, tools)?;
        Ok(compare::sorted(&list.items, &found, self.recommendations()))
    }

    fn rank_agenda(&self, agenda: &Agenda, tools: &mut Tools<'_>) -> Result<Vec<Ranked>, Error> {
        let items = agenda.items.iter().map(|item| text::passage(item.text.as_str())).collect();
        let items = self.passages(items, tools)?;
        let judging = self.manifest().judging;
        let judged =
            judging::judge_passages(&self.linker, &items, (judging, judging::OF_PASSAGE), tools)?;
        Ok(self.rank_all(&items, &judged))
    }

    /// The stored agenda compared with the recommendations; `None` if it has no item.
    pub(super) fn agenda_answers(&self) -> Result<Option<Vec<AgendaAnswer>>, StoreError> {
        let (Some(agenda), Some(passages)) = (self.opened.agenda()?, self.agenda_passages()?)
        else {
            return Ok(None);
        };
        let found = self.rank_all(&self.ready(&passages)?, &passages.judged);
        Ok(Some(compare::answers(&agenda.items, &found, self.recommendations())))
    }

    /// For each passage, the recommendations by how likely they overlap with it; `judged` are the pairs
    /// that the judge read.
    fn rank_all(&self, passages: &[ReadyPassage], judged: &[Link]) -> Vec<Ranked> {
        let known: HashMap<(usize, usize), Likeness> =
            judged.iter().map(|link| ((link.a, link.b), link.likeness)).collect();
        let rank = |(at, passage): (usize, &ReadyPassage)| {
            let near = near(&self.linker, passage);
            ranked(near, |row| {
                let judged = known.get(&(at, row)).copied();
                judged.unwrap_or_else(|| self.linker.likeness(passage, row))
            })
        };
        passages.par_iter().enumerate().map(rank).collect()
    }
}

/// The recommendations to compare with an agenda item or a challenge.
pub(super) fn near(linker: &Linker, passage: &ReadyPassage) -> Vec<usize> {
    candidates(&linker.vectors().texts, None, passage.vector(), FOR_AN_AGENDA, |_| true)
}
