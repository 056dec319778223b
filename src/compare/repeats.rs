//! What is asked again in later years.

use std::collections::BTreeSet;

use crate::domain::{Recommendation, Repeat, Themes};

/// The asks that come again, from `groups` of near-duplicates; `years` has the year of each row, where it
/// is known. `None` if the rows are not known to be of two years.
///
/// Most years first, then the longest time between the first and the last, then most agencies.
#[must_use]
pub fn repeats(
    recommendations: &[Recommendation],
    groups: &Themes,
    years: &[Option<i32>],
) -> Option<Vec<Repeat>> {
    let known: BTreeSet<i32> = years.iter().flatten().copied().collect();
    if known.len() < 2 {
        return None;
    }
    let repeat = |rows: Vec<usize>| {
        let mut dated: Vec<(i32, usize)> =
            rows.into_iter().filter_map(|row| Some((years[row]?, row))).collect();
        dated.sort_unstable();
        let agencies: BTreeSet<_> =
            dated.iter().map(|&(_, row)| &recommendations[row].agency).collect();
        let agencies = agencies.into_iter().cloned().collect();
        Repeat { dated, agencies }
    };
    let of_group =
        groups.themes.iter().map(|group| repeat(group.members.iter().map(|m| m.row).collect()));
    let mut found: Vec<Repeat> = of_group.filter(|repeat| repeat.years().len() > 1).collect();
    let rank = |repeat: &Repeat| {
        let years = repeat.years();
        let span = years.last().zip(years.first()).map_or(0, |(last, first)| last - first);
        (years.len(), span, repeat.agencies.len())
    };
    found.sort_by(|a, b| rank(b).cmp(&rank(a)).then(a.dated.cmp(&b.dated)));
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Agency, RecommendationId, Theme};

    fn rows(agencies: &[&str]) -> Vec<Recommendation> {
        let row = |(at, agency): (usize, &&str)| {
            Recommendation::new(
                RecommendationId::try_from(format!("r{at}")).unwrap(),
                Agency::try_from((*agency).to_owned()).unwrap(),
                "Act.".to_owned(),
            )
        };
        agencies.iter().enumerate().map(row).collect()
    }

    #[test]
    fn what_comes_in_most_years_is_first_and_one_year_is_no_repeat() {
        let rows = rows(&["A", "A", "B", "A", "B", "C", "D"]);
        let groups = [&[0, 1][..], &[2, 3, 4], &[5, 6]];
        let themes = groups.iter().enumerate();
        let themes = themes.map(|(at, rows)| Theme::of_rows(&at.to_string(), rows)).collect();
        let groups = Themes { themes, single: Vec::new() };
        let years = [2014, 2024, 2001, 2003, 2002, 2010, 2010].map(Some);
        let found = repeats(&rows, &groups, &years).unwrap();
        let dated: Vec<_> = found.iter().map(|repeat| repeat.dated.clone()).collect();
        assert_eq!(dated, [vec![(2001, 2), (2002, 4), (2003, 3)], vec![(2014, 0), (2024, 1)]]);
        assert_eq!(found[0].agencies.len(), 2);
        assert_eq!(repeats(&rows, &groups, &[Some(2010); 7]), None);
        assert_eq!(repeats(&rows, &groups, &[None; 7]), None);
    }
}
