//! A draft held against an index.

use std::path::Path;

use rayon::prelude::*;

use super::answer::{Filter, Prepared};
use super::{Error, Index, Parts, read::draft_statements};
use crate::compare;
use crate::domain::{DraftCheck, Match, Problem, Relation, Similar, Verdict};

/// Matches given for a statement of a draft.
const MATCHES: usize = 5;

impl Index {
    /// Holds the draft at `path` against the index: its recommendations, or with `all` every
    /// statement of it. A draft in which none is recognised is taken whole.
    ///
    /// # Errors
    /// A draft that cannot be read or holds nothing, or a model that fails.
    pub fn check(
        &self,
        path: &Path,
        bytes: &[u8],
        all: bool,
        parts: &mut Parts<'_>,
    ) -> Result<(DraftCheck, Vec<Problem>), Error> {
        let draft = draft_statements(path, bytes, all)?;
        let texts: Vec<&str> = draft.statements.iter().map(|s| s.text.as_str()).collect();
        let passages = self.passages(&texts, parts)?;
        let filter = Filter { k: MATCHES, ..Filter::default() };
        let verdicts: Vec<Verdict> = draft
            .statements
            .par_iter()
            .zip(passages)
            .map(|(statement, passage)| {
                let text = statement.text.clone();
                let query = Prepared { text, id: None, row: None, passage };
                let answer = self.answer(&query, &filter, None);
                self.verdict(statement.line_start, statement.line_end, answer)
            })
            .collect();
        Ok((compare::check(verdicts, self.themes()), draft.problems))
    }

    fn verdict(&self, line_start: usize, line_end: usize, answer: Similar) -> Verdict {
        let best = answer.hits.first().map(|hit| hit.likeness);
        let matches = answer
            .hits
            .into_iter()
            .map(|hit| {
                let existing = &self.recommendations()[hit.row].text;
                let differences = compare::differences(&answer.text, existing);
                Match { hit, differences }
            })
            .collect();
        Verdict {
            line_start,
            line_end,
            text: answer.text,
            relation: best.map_or(Relation::None, |likeness| likeness.relation),
            probability: best.map_or(0.0, |likeness| likeness.probability),
            matches,
        }
    }
}
