//! The statements of a draft -> a verdict on each.

use super::answer::{Prepared, is_contrary};
use super::{Error, Index, Tools};
use crate::compare;
use crate::domain::{Agency, Filter, Hit, Passage, Query, Relation, Similar, Verdict};
use crate::extract::DraftStatement;

/// Matches listed for a statement of a draft, and recommendations of its own author.
const MATCHES: usize = 5;
const OWN_MATCHES: usize = 2;

impl Index {
    /// The verdict on each of `texts`, taken as the statements of one draft.
    ///
    /// # Errors
    /// A model that fails, or another model than that of the index.
    pub fn verdicts_on(
        &self,
        texts: &[&str],
        tools: &mut Tools<'_>,
    ) -> Result<Vec<Verdict>, Error> {
        let statement = |(line, text): (usize, &&str)| DraftStatement {
            text: (*text).to_owned(),
            line_start: line,
            line_end: line,
        };
        let statements: Vec<DraftStatement> = (1..).zip(texts).map(statement).collect();
        self.verdicts(&statements, None, tools)
    }

    pub(super) fn verdicts(
        &self,
        statements: &[DraftStatement],
        author: Option<&Agency>,
        tools: &mut Tools<'_>,
    ) -> Result<Vec<Verdict>, Error> {
        let query = |statement: &DraftStatement| Query::text(&statement.text);
        let queries: Vec<Query> = statements.iter().map(query).collect();
        let queries = self.prepare(&queries, false, Some(tools))?;
        let author: Vec<Agency> = author.cloned().into_iter().collect();
        let others = Filter { k: MATCHES, not_agencies: author.clone(), ..Filter::default() };
        let matches = self.judged_hits(&queries, &others, tools)?;
        let mut own = vec![Vec::new(); statements.len()];
        if !author.is_empty() {
            let of_author = Filter { k: OWN_MATCHES, agencies: author, ..Filter::default() };
            own = self.judged_hits(&queries, &of_author, tools)?;
        }
        let mut verdicts: Vec<Verdict> = statements
            .iter()
            .zip(matches)
            .zip(own)
            .map(|((statement, matches), own)| self.verdict(statement, matches, own))
            .collect();
        let vectors: Vec<&[f32]> = queries.iter().map(|query| query.passage.vector()).collect();
        let passages: Vec<&Passage> = queries.iter().map(|query| query.passage.passage()).collect();
        compare::mark_repeats(&mut verdicts, &vectors, |a, b| {
            is_contrary(passages[a], passages[b])
        });
        Ok(verdicts)
    }

    /// The best matches of each query, their relations as a draft needs them.
    fn judged_hits(
        &self,
        queries: &[Prepared],
        filter: &Filter,
        tools: &mut Tools<'_>,
    ) -> Result<Vec<Vec<Hit>>, Error> {
        let answers = self.answers(queries, filter, Some(tools))?;
        let hits = |answer: Similar| {
            let mut hits = answer.hits;
            for hit in &mut hits {
                hit.likeness.relation = compare::judged(hit);
            }
            hits
        };
        Ok(answers.into_iter().map(hits).collect())
    }

    fn verdict(&self, statement: &DraftStatement, matches: Vec<Hit>, mut own: Vec<Hit>) -> Verdict {
        own.retain(|hit| hit.likeness.relation >= Relation::Related);
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
