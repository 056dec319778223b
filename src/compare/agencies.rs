//! Who says what, and who says the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Agency, AgencyProfile, Link, Recommendation, Relation, Themes};

/// Number of agencies named as most similar.
const NEAREST: usize = 3;

/// Every agency by name, with its recommendations, its themes and the agencies nearest to it.
///
/// The nearest agencies are those whose recommendations spread most alike over the themes (cosine of
/// counts per theme). Agencies without a common theme are not named.
#[must_use]
pub fn profiles(recommendations: &[Recommendation], themes: &Themes) -> Vec<AgencyProfile> {
    let mut rows: BTreeMap<&Agency, Vec<usize>> = BTreeMap::new();
    for (row, recommendation) in recommendations.iter().enumerate() {
        rows.entry(&recommendation.agency).or_default().push(row);
    }
    let shared = shared_rows(themes);
    let counts: BTreeMap<&Agency, Vec<(usize, usize)>> =
        rows.keys().map(|agency| (*agency, theme_counts(agency, themes))).collect();
    rows.into_iter()
        .map(|(agency, rows)| AgencyProfile {
            agency: agency.clone(),
            shared: rows.iter().filter(|row| shared.contains(row)).count(),
            rows,
            themes: counts[agency].clone(),
            nearest: nearest(agency, &counts),
        })
        .collect()
}

/// The links between duplicates: those of different agencies before those within one, then most probable
/// first, ties by row. An agency that repeats its own template must not crowd out what two agencies share.
#[must_use]
pub fn duplicates(recommendations: &[Recommendation], links: &[Link]) -> Vec<Link> {
    let is_duplicate = |link: &&Link| link.likeness.relation == Relation::Duplicate;
    let mut found: Vec<Link> = links.iter().filter(is_duplicate).copied().collect();
    let within = |link: &Link| recommendations[link.a].agency == recommendations[link.b].agency;
    found.sort_by(|x, y| {
        (within(x).cmp(&within(y)))
            .then(y.likeness.duplicate.total_cmp(&x.likeness.duplicate))
            .then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    found
}

/// Rows in a theme of at least two agencies.
fn shared_rows(themes: &Themes) -> BTreeSet<usize> {
    let common = themes.themes.iter().filter(|theme| theme.consensus.agencies() > 1);
    common.flat_map(|theme| theme.members.iter().map(|member| member.row)).collect()
}

fn theme_counts(agency: &Agency, themes: &Themes) -> Vec<(usize, usize)> {
    let counts = themes.themes.iter().enumerate().filter_map(|(at, theme)| {
        let own = theme.consensus.by_agency.iter().find(|entry| entry.agency == *agency)?;
        Some((at, own.count))
    });
    counts.collect()
}

fn nearest(agency: &Agency, counts: &BTreeMap<&Agency, Vec<(usize, usize)>>) -> Vec<(Agency, f64)> {
    let own = &counts[agency];
    let others = counts.iter().filter(|(other, _)| **other != agency);
    let mut found: Vec<(Agency, f64)> = others
        .map(|(other, theirs)| ((*other).clone(), cosine(own, theirs)))
        .filter(|(_, cosine)| *cosine > 0.0)
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(NEAREST);
    found
}

fn cosine(a: &[(usize, usize)], b: &[(usize, usize)]) -> f64 {
    let length = |of: &[(usize, usize)]| of.iter().map(|(_, n)| (n * n) as f64).sum::<f64>().sqrt();
    let theirs: BTreeMap<usize, usize> = b.iter().copied().collect();
    let product: usize = a.iter().filter_map(|(at, n)| Some(n * theirs.get(at)?)).sum();
    if product == 0 { 0.0 } else { product as f64 / (length(a) * length(b)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_over_the_same_themes_are_alike() {
        assert!((cosine(&[(0, 1), (2, 1)], &[(0, 3), (2, 3)]) - 1.0).abs() < 1e-9);
        assert_eq!(cosine(&[(0, 1)], &[(1, 1)]).to_bits(), 0);
    }
}
