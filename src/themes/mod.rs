//! Links between recommendations -> themes with labels and representatives. Pure; no index.
//!
//! Recommendations are grouped by how far their probabilities of overlap exceed what two items so
//! well linked would have by chance (Louvain, Blondel et al. 2008). A recommendation then also joins
//! other themes that it fits as well as its own, which compound recommendations do. What is linked
//! to nothing stays single. Exact copies of a text count as one until the members are listed.
//! docs/decisions/themes.md has what was tried, and how it scored.

mod community;
mod consensus;
#[cfg(test)]
mod fixture;
mod items;
mod label;
mod lexicon;
mod membership;
mod phrase;
mod stability;

use std::collections::BTreeSet;

use crate::domain::{Link, Member, Recommendation, Theme, ThemeId, Themes};

use community::Graph;
use consensus::Totals;
use items::Items;
use membership::Group;

/// Links of one recommendation that are looked at.
pub const MAX_LINKS: usize = community::MAX_LINKS;

pub use items::MIN_PROBABILITY;

/// Groups linked recommendations. `links` hold each pair once; every row of `recommendations` ends
/// in a theme or in `single`. Themes come strongest consensus first. The result depends on the
/// texts, ids, agencies and links, and neither on their order nor on the number of threads.
#[must_use]
pub fn find(recommendations: &[Recommendation], links: &[Link]) -> Themes {
    let items = Items::new(recommendations);
    let graph = Graph::new(items.len(), &items.links(links));
    let groups = membership::groups(&graph, &items, &community::partition(&graph, &items));
    let cores: Vec<Vec<usize>> = groups.iter().map(|group| group.core.clone()).collect();
    let stabilities = stability::of_groups(&graph, &items, &cores);
    let totals = Totals::of(recommendations);
    let search = Search { recommendations, items: &items, graph: &graph, totals: &totals };
    let members: Vec<Vec<Member>> = groups.iter().map(|group| search.members(group)).collect();
    let labels = label::of_groups(recommendations, &members);

    let mut grouped = vec![false; recommendations.len()];
    let mut themes = Vec::new();
    for (((group, stability), label), members) in
        groups.iter().zip(stabilities).zip(labels).zip(members)
    {
        for member in &members {
            grouped[member.row] = true;
        }
        themes.push(search.theme(group, stability, label, members));
    }
    rank(&mut themes);
    Themes { themes, single: (0..grouped.len()).filter(|&row| !grouped[row]).collect() }
}

/// Strongest agreement between agencies first, then most agencies, then the most cohesive, then by
/// id.
fn rank(themes: &mut [Theme]) {
    themes.sort_by(|a, b| {
        b.consensus
            .strength
            .total_cmp(&a.consensus.strength)
            .then(b.consensus.agencies().cmp(&a.consensus.agencies()))
            .then(b.cohesion.total_cmp(&a.cohesion))
            .then_with(|| a.id.cmp(&b.id))
    });
}

/// What themes are made from.
struct Search<'a> {
    recommendations: &'a [Recommendation],
    items: &'a Items,
    graph: &'a Graph,
    totals: &'a Totals<'a>,
}

impl Search<'_> {
    fn theme(
        &self,
        group: &Group,
        stability: f64,
        label: label::Label,
        members: Vec<Member>,
    ) -> Theme {
        Theme {
            id: self.id(group, &members),
            label: label.phrase,
            keywords: label.keywords,
            representatives: representatives(&members, self.recommendations),
            cohesion: members.iter().map(|m| m.weight).sum::<f64>() / members.len() as f64,
            stability,
            consensus: self.consensus(group),
            members,
        }
    }

    /// Rows with their mean probability of overlap with the others, most central first.
    fn members(&self, group: &Group) -> Vec<Member> {
        let all: Vec<usize> = group.items().collect();
        let n_rows: usize = all.iter().map(|&item| self.items.rows[item].len()).sum();
        let mut members = Vec::with_capacity(n_rows);
        for &item in &all {
            let others = all.iter().filter(|&&other| other != item);
            let with_others: f64 = others
                .map(|&o| self.graph.probability(item, o) * self.items.rows[o].len() as f64)
                .sum();
            let copies = (self.items.rows[item].len() - 1) as f64;
            let weight = (with_others + copies) / (n_rows - 1).max(1) as f64;
            members.extend(self.items.rows[item].iter().map(|&row| Member { row, weight }));
        }
        let id = |member: &Member| &self.recommendations[member.row].id;
        members.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| id(a).cmp(id(b))));
        members
    }

    /// Named after the most central member that has its home here: a rebuild finds it again, and no
    /// other theme is its home.
    fn id(&self, group: &Group, members: &[Member]) -> ThemeId {
        let home: BTreeSet<usize> =
            group.core.iter().flat_map(|&item| self.items.rows[item].iter().copied()).collect();
        let center = members.iter().map(|m| m.row).find(|row| home.contains(row));
        let center = &self.recommendations[center.expect("a group has a core")];
        let hash = blake3::hash(center.id.as_str().as_bytes()).to_hex();
        ThemeId::try_from(format!("t-{}", &hash.as_str()[..8])).expect("the text is not empty")
    }
}

/// Up to three of the most central members, of different agencies.
fn representatives(members: &[Member], recommendations: &[Recommendation]) -> Vec<usize> {
    let mut agencies = BTreeSet::new();
    let by_agency = members.iter().map(|m| m.row);
    by_agency.filter(|&row| agencies.insert(&recommendations[row].agency)).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::fixture::{clique, link, recommendation, recommendations};
    use super::*;

    fn member_rows(found: &Themes) -> Vec<BTreeSet<usize>> {
        found.themes.iter().map(|t| t.members.iter().map(|m| m.row).collect()).collect()
    }

    #[test]
    fn linked_rows_make_themes_and_the_rest_is_single() {
        let rows = recommendations(&["A", "B", "C", "A", "B", "C", "D"]);
        let links =
            [link(0, 1, 0.8), link(0, 2, 0.9), link(1, 2, 0.7), link(3, 4, 0.9), link(2, 3, 0.06)];
        let found = find(&rows, &links);
        assert_eq!(member_rows(&found), [BTreeSet::from([0, 1, 2]), BTreeSet::from([3, 4])]);
        assert_eq!(found.single, [5, 6]);
        assert_eq!(found.themes[0].members[0].row, 0, "the strongest links make it central");
    }

    #[test]
    fn a_bridge_does_not_join_two_cliques() {
        let rows = recommendations(&["A", "B", "C", "D", "A", "B", "C", "D"]);
        let mut links = [clique(0..4, 0.8), clique(4..8, 0.8)].concat();
        links.push(link(3, 4, 0.5));
        let found = find(&rows, &links);
        let mut themes = member_rows(&found);
        themes.sort();
        assert_eq!(themes, [(0..4).collect(), (4..8).collect()]);
    }

    #[test]
    fn a_hub_does_not_glue_what_it_touches() {
        // Row 0 is generic: linked to all members of three pairs, which have nothing in common.
        let rows = recommendations(&["H", "A", "B", "C", "D", "E", "F"]);
        let mut links: Vec<Link> = (1..7).map(|other| link(0, other, 0.3)).collect();
        links.extend([link(1, 2, 0.9), link(3, 4, 0.9), link(5, 6, 0.9)]);
        let themes = member_rows(&find(&rows, &links));
        for pair in [[1, 2], [3, 4], [5, 6]] {
            let with_pair: Vec<_> = themes.iter().filter(|t| t.contains(&pair[0])).collect();
            assert_eq!(with_pair.len(), 1);
            assert!(with_pair[0].contains(&pair[1]) && with_pair[0].len() <= 3, "{themes:?}");
        }
    }

    #[test]
    fn a_compound_recommendation_stands_in_both_its_themes() {
        let rows = recommendations(&["A"; 13]);
        let mut links = [clique(0..6, 0.8), clique(6..12, 0.8)].concat();
        links.extend((0..12).map(|other| link(other, 12, 0.3)));
        let themes = member_rows(&find(&rows, &links));
        assert_eq!(themes.len(), 2);
        assert!(themes.iter().all(|theme| theme.contains(&12)), "{themes:?}");
    }

    #[test]
    fn what_is_only_faintly_linked_is_single() {
        let rows = recommendations(&["A", "B", "C", "D"]);
        let mut links = clique(0..3, 0.8);
        links.extend((0..3).map(|other| link(other, 3, 0.14)));
        assert_eq!(find(&rows, &links).single, [3]);
    }

    #[test]
    fn copies_of_a_text_are_one_theme_that_always_comes_back() {
        let mut rows = recommendations(&["A", "B", "C", "A", "B"]);
        for row in &mut rows[..3] {
            row.text = "Lower the fees.".to_owned();
        }
        rows[1].text = "  Lower\nthe fees. ".to_owned();
        let found = find(&rows, &[]);
        assert_eq!(member_rows(&found), [BTreeSet::from([0, 1, 2])]);
        assert_eq!(found.single, [3, 4]);
        let theme = &found.themes[0];
        assert!((theme.cohesion - 1.0).abs() < 1e-12 && (theme.stability - 1.0).abs() < 1e-12);
        assert!((theme.consensus.strength - 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_order_of_the_input_changes_nothing() {
        let names: Vec<String> = (0..30).map(|n| format!("Agency {}", n % 7)).collect();
        let rows = recommendations(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let p = |a: usize, b: usize| ((a * 37 + b * 91) % 97) as f64 / 97.0;
        let pairs = (0..30).flat_map(|a| (a + 1..30).map(move |b| (a, b)));
        let links: Vec<Link> =
            pairs.filter(|&(a, b)| (a + b) % 3 == 0).map(|(a, b)| link(a, b, p(a, b))).collect();
        let new_row = |row: usize| (row * 11 + 5) % 30;
        let mut shuffled = rows.clone();
        for (row, recommendation) in rows.iter().enumerate() {
            shuffled[new_row(row)] = recommendation.clone();
        }
        let turned = |l: &Link| {
            let (a, b) = (new_row(l.a), new_row(l.b));
            link(a.min(b), a.max(b), l.likeness.probability)
        };
        let mut found = find(&rows, &links);
        let again = find(&shuffled, &links.iter().rev().map(turned).collect::<Vec<_>>());
        for theme in &mut found.themes {
            theme.members.iter_mut().for_each(|m| m.row = new_row(m.row));
            theme.representatives.iter_mut().for_each(|row| *row = new_row(*row));
        }
        assert!(found.themes.len() > 1);
        assert_eq!(found.themes, again.themes);
    }

    #[test]
    fn nothing_one_two_and_three() {
        assert_eq!(find(&[], &[]), Themes::default());
        assert_eq!(find(&[recommendation(0, "A")], &[]).single, [0]);
        let two = recommendations(&["A", "B"]);
        assert_eq!(find(&two, &[]).single, [0, 1]);
        assert_eq!(find(&two, &[link(0, 1, 0.9)]).themes.len(), 1);
        let three = recommendations(&["A", "B", "C"]);
        let found = find(&three, &[link(0, 1, 0.9)]);
        assert_eq!((found.themes.len(), found.single), (1, vec![2]));
    }

    #[test]
    fn theme_ids_are_unique_where_a_member_is_central_to_two() {
        let rows = recommendations(&["A", "B", "C", "D", "E", "F", "G"]);
        let mut links = [clique(0..3, 0.6), clique(3..6, 0.6)].concat();
        links.extend((0..6).map(|other| link(6, other, 0.9)));
        let found = find(&rows, &links);
        let ids: BTreeSet<&ThemeId> = found.themes.iter().map(|t| &t.id).collect();
        assert_eq!(ids.len(), found.themes.len());
    }
}
