//! A draft held against what exists.

use std::collections::BTreeSet;

use crate::domain::{DraftCheck, Match, Relation, Theme, ThemeRef, Themes, Verdict};

/// Agencies from which an agreement is worth naming to somebody who left it out.
const AGREEMENT: usize = 3;

/// What the verdicts on a draft's statements say of its themes.
#[must_use]
pub fn check(statements: Vec<Verdict>, themes: &Themes) -> DraftCheck {
    let rows: BTreeSet<usize> = statements
        .iter()
        .flat_map(|statement| &statement.matches)
        .filter(|found| found.hit.likeness.relation >= Relation::Overlap)
        .map(|Match { hit, .. }| hit.row)
        .collect();
    let is_touched = |theme: &&Theme| theme.members.iter().any(|member| rows.contains(&member.row));
    let agreed = |theme: &&Theme| theme.consensus.agencies() >= AGREEMENT;
    let touched = themes.themes.iter().filter(is_touched).map(reference).collect();
    let missing = themes.themes.iter().filter(|theme| agreed(theme) && !is_touched(theme));
    DraftCheck { statements, touched, missing: missing.map(reference).collect() }
}

fn reference(theme: &Theme) -> ThemeRef {
    let mut agencies: Vec<_> =
        theme.consensus.by_agency.iter().map(|entry| entry.agency.clone()).collect();
    agencies.sort();
    ThemeRef { id: theme.id.clone(), label: theme.label.clone(), agencies }
}
