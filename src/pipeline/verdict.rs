//! The statements of a draft -> a verdict on each.

use rayon::prelude::*;

use super::answer::Prepared;
use super::judging::Ranked;
use super::{Error, Index, Tools};
use crate::domain::{Agency, Filter, Hit, Passage, Query, Relation, Specifics, Verdict};
use crate::extract::DraftStatement;
use crate::{compare, differ, judge, text};

/// Matches listed for a statement of a draft, and recommendations of its own author.
const MATCHES: usize = 5;
const OWN_MATCHES: usize = 2;

/// A part of a statement, with its best matches.
type Part = (String, Vec<Hit>);

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
        let parts = self.parts(&queries, &others, tools)?;
        let mut verdicts: Vec<Verdict> = statements
            .iter()
            .zip(matches)
            .zip(own)
            .zip(parts)
            .map(|(((statement, matches), own), parts)| {
                self.verdict(statement, matches, own, parts)
            })
            .collect();
        let vectors: Vec<&[f32]> = queries.iter().map(|query| query.passage.vector()).collect();
        let passages: Vec<&Passage> = queries.iter().map(|query| query.passage.passage()).collect();
        compare::mark_repeats(&mut verdicts, &vectors, |a, b| {
            differ::contrary(passages[a], passages[b], &judge::same()).is_some()
        });
        Ok(verdicts)
    }

    /// For each query that asks for several things, these and their best matches.
    fn parts(
        &self,
        queries: &[Prepared],
        filter: &Filter,
        tools: &mut Tools<'_>,
    ) -> Result<Vec<Vec<Part>>, Error> {
        let texts = |query: &Prepared| -> Vec<String> {
            let passage = query.passage.passage();
            let spans = text::parts(passage.text(), passage.language());
            let texts = spans.iter().map(|span| passage.text()[span.start..span.end].to_owned());
            if spans.len() > 1 { texts.collect() } else { Vec::new() }
        };
        let texts: Vec<Vec<String>> = queries.iter().map(texts).collect();
        let asked: Vec<Query> = texts.iter().flatten().map(Query::text).collect();
        let asked = self.prepare(&asked, false, Some(tools))?;
        let mut hits = self.judged_hits(&asked, filter, tools)?.into_iter();
        let with_hits = |texts: Vec<String>| texts.into_iter().zip(hits.by_ref()).collect();
        Ok(texts.into_iter().map(with_hits).collect())
    }

    /// The best matches of each query and, further down, what asks for the contrary; their relations as a draft
    /// needs them.
    fn judged_hits(
        &self,
        queries: &[Prepared],
        filter: &Filter,
        tools: &mut Tools<'_>,
    ) -> Result<Vec<Vec<Hit>>, Error> {
        let found = self.ranked(queries, filter, Some(tools))?;
        let all = Filter { k: usize::MAX, ..filter.clone() };
        let hits = |(query, ranked): (&Prepared, Vec<Ranked>)| {
            let passage = query.passage.passage();
            let is_contrary = |(row, likeness): &Ranked| {
                // Words alone say nothing of what is far down.
                likeness.contrary.is_some()
                    && differ::contrary(passage, &self.linker.passages()[*row], likeness).is_some()
            };
            let (first, rest) = ranked.split_at(filter.k.min(ranked.len()));
            let contrary = rest.iter().filter(|found| is_contrary(found));
            let chosen = first.iter().chain(contrary).copied().collect();
            let mut hits = self.answer(query, chosen, &all).hits;
            for hit in &mut hits {
                hit.likeness.relation = compare::judged(hit);
            }
            hits
        };
        Ok(queries.par_iter().zip(found).map(hits).collect())
    }

    fn verdict(
        &self,
        statement: &DraftStatement,
        matches: Vec<Hit>,
        mut own: Vec<Hit>,
        parts: Vec<Part>,
    ) -> Verdict {
        own.retain(|hit| hit.likeness.relation >= Relation::Related);
        let of_parts: Vec<&[Hit]> = parts.iter().map(|(_, hits)| hits.as_slice()).collect();
        let (relation, probability) = compare::verdict(&matches, &of_parts);
        let part = |(text, hits): Part| compare::part(text, &hits);
        let of_row = |row: usize| differ::specifics(&self.linker.passages()[row]);
        let specifics = differ::specifics(&text::passage(statement.text.as_str()));
        let shared = matches.first().filter(|hit| hit.likeness.relation >= Relation::Overlap);
        let nearest_specifics = shared.and_then(|hit| of_row(hit.row));
        let count = |of: Option<Specifics>| of.map_or(0, |specifics| specifics.count());
        let own_count = count(specifics.clone());
        let strongest = compare::strongest(&matches, own_count, |row| count(of_row(row)));
        Verdict {
            line_start: statement.line_start,
            line_end: statement.line_end,
            text: statement.text.clone(),
            relation,
            probability,
            parts: parts.into_iter().map(part).collect(),
            specifics,
            nearest_specifics,
            strongest,
            cite: compare::cited(&matches, self.recommendations()),
            matches,
            own,
            repeats: Vec::new(),
        }
    }
}
