//! What is asked again in later years.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::{Recommendation, Repeat, Themes};
use crate::text;

/// The asks that come again, from `groups` of near-duplicates and from texts that say so; `years` has the year of each
/// row, where it is known. `None` if the rows are not known to be of two years, and no text says so.
///
/// Most years first, then the longest time between the first and the last, then most agencies.
#[must_use]
pub fn repeats(
    recommendations: &[Recommendation],
    groups: &Themes,
    years: &[Option<i32>],
) -> Option<Vec<Repeat>> {
    let known: BTreeSet<i32> = years.iter().flatten().copied().collect();
    let recalled: BTreeMap<usize, Option<i32>> = recommendations
        .par_iter()
        .enumerate()
        .filter_map(|(row, found)| Some((row, text::recalls(&found.text)?.year)))
        .collect();
    if known.len() < 2 && recalled.is_empty() {
        return None;
    }
    let repeat = |rows: Vec<usize>| {
        let mut dated: Vec<(i32, usize)> =
            rows.iter().filter_map(|&row| Some((years[row]?, row))).collect();
        dated.sort_unstable();
        let said: Vec<(usize, Option<i32>)> =
            rows.iter().filter_map(|row| Some((*row, *recalled.get(row)?))).collect();
        let agency = |row: usize| &recommendations[row].agency;
        let dated_by = dated.iter().map(|&(_, row)| agency(row));
        let agencies: BTreeSet<_> =
            dated_by.chain(said.iter().map(|&(row, _)| agency(row))).collect();
        let agencies = agencies.into_iter().cloned().collect();
        Repeat { dated, recalled: said, agencies }
    };
    let mut found: Vec<Repeat> = groups
        .themes
        .iter()
        .map(|group| repeat(group.members.iter().map(|member| member.row).collect()))
        .filter(|repeat| repeat.years().len() > 1)
        .collect();
    let shown: BTreeSet<usize> =
        found.iter().flat_map(|repeat| repeat.recalled.iter().map(|(row, _)| *row)).collect();
    let alone: Vec<usize> = recalled.keys().copied().filter(|row| !shown.contains(row)).collect();
    found.extend(alone.into_iter().map(|row| repeat(vec![row])));
    let rank = |repeat: &Repeat| {
        let years = repeat.years();
        let span = years.last().zip(years.first()).map_or(0, |(last, first)| last - first);
        (years.len(), span, repeat.agencies.len())
    };
    let order = |repeat: &Repeat| (repeat.dated.clone(), repeat.recalled.clone());
    found.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| order(a).cmp(&order(b))));
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

    #[test]
    fn a_text_that_says_so_is_a_repeat_by_itself() {
        let mut rows = rows(&["A", "B", "C"]);
        rows[1].text = "We repeat our recommendation of 2019 that councils act.".to_owned();
        rows[2].text = "The Board reiterates its previous recommendation.".to_owned();
        let groups = Themes { themes: vec![Theme::of_rows("0", &[0, 1])], single: Vec::new() };
        let found = repeats(&rows, &groups, &[Some(2024), Some(2024), None]).unwrap();
        let told: Vec<_> =
            found.iter().map(|repeat| (repeat.years(), repeat.recalled.clone())).collect();
        assert_eq!(told, [(vec![2019, 2024], vec![(1, Some(2019))]), (vec![], vec![(2, None)])]);
        assert_eq!((found[0].agencies.len(), found[1].agencies.len()), (2, 1));
        assert_eq!(repeats(&rows[..1], &groups_of(&[&[0]]), &[Some(2024)]), None);
    }

    fn groups_of(groups: &[&[usize]]) -> Themes {
        let themes = groups.iter().enumerate();
        let themes = themes.map(|(at, rows)| Theme::of_rows(&at.to_string(), rows)).collect();
        Themes { themes, single: Vec::new() }
    }
}
