//! A draft held against an index.

use std::path::Path;

use rayon::prelude::*;

use super::filter::Filter;
use super::query::Prepared;
use super::read::{DraftStatement, draft_statements};
use super::{Error, Index, Parts, draft};
use crate::compare;
use crate::differ;
use crate::domain::{Agency, DifferenceKind, DraftCheck, Hit, Problem, Relation, Verdict, dot};
use crate::text::passage;

/// Matches given for a statement of a draft.
const MATCHES: usize = 5;

/// Recommendations of the author's own given for a statement.
const OWN: usize = 2;

/// Cosine from which two statements of a draft repeat each other. Of sentences that are reworded by
/// hand half reach it, of sentences that ask for something else none (docs/decisions/check.md).
const REPEATS: f32 = 0.8;

/// The same, where both duplicate one recommendation.
const REPEATS_WITH: f32 = 0.6;

/// What a user decides about a check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checking {
    /// Every statement of the draft, not only its recommendations.
    pub all: bool,
    /// Whose draft it is: its own recommendations are told apart from those of others.
    pub author: Option<Agency>,
}

impl Index {
    /// Holds the draft at `path` against the index: its recommendations, or every statement of it. A
    /// draft in which no recommendation is recognised is taken whole.
    ///
    /// # Errors
    /// A draft that cannot be read or holds nothing, or a model that fails.
    pub fn check(
        &self,
        path: &Path,
        bytes: &[u8],
        how: &Checking,
        parts: &mut Parts<'_>,
    ) -> Result<(DraftCheck, Vec<Problem>), Error> {
        let read = draft_statements(path, bytes, how.all)?;
        let statements = self.verdicts(&read.statements, how, parts)?;
        let found = DraftCheck {
            blocks: draft::blocks(&read.document, &read.statements),
            author: how.author.clone(),
            statements,
            ..DraftCheck::default()
        };
        let agenda = self.agenda_answers()?;
        let found = compare::check(found, self.recommendations(), self.themes(), agenda.as_deref());
        Ok((found, read.problems))
    }

    /// What is to be said of each of `texts`, taken as the statements of one draft.
    ///
    /// # Errors
    /// A model that fails.
    pub fn verdicts_on(
        &self,
        texts: &[&str],
        parts: &mut Parts<'_>,
    ) -> Result<Vec<Verdict>, Error> {
        let statements: Vec<DraftStatement> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| DraftStatement {
                text: (*text).to_owned(),
                line_start: at + 1,
                line_end: at + 1,
            })
            .collect();
        self.verdicts(&statements, &Checking::default(), parts)
    }

    fn verdicts(
        &self,
        statements: &[DraftStatement],
        how: &Checking,
        parts: &mut Parts<'_>,
    ) -> Result<Vec<Verdict>, Error> {
        let passages = statements.iter().map(|s| passage(s.text.as_str())).collect();
        let queries: Vec<Prepared> = self
            .passages(passages, parts)?
            .into_iter()
            .map(|passage| Prepared { id: None, row: None, passage, tokens: None })
            .collect();
        let mut verdicts: Vec<Verdict> = statements
            .par_iter()
            .zip(&queries)
            .map(|(statement, query)| self.verdict(statement, query, how.author.as_ref()))
            .collect();
        for at in 0..verdicts.len() {
            let repeated = |&before: &usize| repeat(&verdicts, &queries, before, at);
            verdicts[at].repeats = (0..at).filter(repeated).collect();
        }
        Ok(verdicts)
    }

    fn verdict(
        &self,
        statement: &DraftStatement,
        query: &Prepared,
        author: Option<&Agency>,
    ) -> Verdict {
        let hits = |filter: &Filter| -> Vec<Hit> {
            let mut hits = self.answer(query, filter).hits;
            for hit in &mut hits {
                hit.likeness.relation = compare::judged(hit);
            }
            hits
        };
        let named: Vec<Agency> = author.cloned().into_iter().collect();
        let matches =
            hits(&Filter { k: MATCHES, not_agencies: named.clone(), ..Filter::default() });
        let mut own = Vec::new();
        if author.is_some() {
            own = hits(&Filter { k: OWN, agencies: named, ..Filter::default() });
            own.retain(|hit| hit.likeness.relation >= Relation::Related);
        }
        Verdict {
            line_start: statement.line_start,
            line_end: statement.line_end,
            text: statement.text.clone(),
            relation: compare::verdict(&matches),
            probability: matches.first().map_or(0.0, |hit| hit.likeness.probability),
            cite: compare::cited(&matches, self.recommendations()),
            matches,
            own,
            repeats: Vec::new(),
        }
    }
}

/// Whether statement `at` of a draft says again what statement `before` said.
fn repeat(verdicts: &[Verdict], queries: &[Prepared], before: usize, at: usize) -> bool {
    let (earlier, later) = (&queries[before].passage, &queries[at].passage);
    let cosine = dot(earlier.vector(), later.vector());
    let is_close = cosine >= REPEATS
        || (cosine >= REPEATS_WITH
            && duplicated(&verdicts[before])
                .any(|row| duplicated(&verdicts[at]).any(|other| row == other)));
    is_close && {
        let differences = differ::differences(later.passage(), earlier.passage());
        !differences.iter().any(|one| one.kind == DifferenceKind::Direction)
    }
}

fn duplicated(verdict: &Verdict) -> impl Iterator<Item = usize> {
    let hits = verdict.matches.iter().chain(&verdict.own);
    hits.filter(|hit| hit.likeness.relation == Relation::Duplicate).map(|hit| hit.row)
}
