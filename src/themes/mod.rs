//! Links between recommendations -> themes with labels and representatives. Pure; no index.
//!
//! Recommendations are grouped by how far their probabilities of overlap exceed what chance would give
//! for two items so well linked (Louvain, Blondel et al. 2008). A recommendation also joins any other
//! theme that it fits as well as its own, as compound recommendations do. A recommendation without
//! links stays single. Exact copies of a text count as one until the members are listed.
//!
//! What several agencies ask for inside wider themes or across them is a narrower theme besides.
//!
//! The same rule with a weaker null groups themes into broad areas. Near-duplicates are grouped within
//! each theme. People's decisions (together, apart, alone, names) always hold, and change nothing else.
//! docs/decisions/themes.md describes the methods that were tried and how they scored.

mod ask;
mod community;
mod consensus;
mod edit;
#[cfg(test)]
mod fixture;
mod graph;
mod groups;
mod heard;
mod identity;
mod items;
mod label;
mod lexicon;
mod membership;
mod name;
mod narrow;
mod opposed;
mod own;
mod phrase;
mod pins;
mod repair;
mod romance;
mod stability;
mod wording;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::domain::{
    Asking, Consensus, Decision, EarlierTheme, Grains, Link, Member, Passage, Recommendation,
    Theme, Themes,
};

use consensus::Asks;
use graph::Graph;
use groups::Groups;
use items::Items;
use membership::Group;
use opposed::Opposed;
use pins::Pins;

pub use ask::ask_phrases;
pub use edit::{EditError, named, record};
pub use identity::continued;
pub use name::AskNames;
pub use opposed::Opposes;
pub use wording::{Wording, wordings};

/// The input that themes are made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    /// The recommendations.
    pub recommendations: &'a [Recommendation],
    /// Their passages.
    pub passages: &'a [Passage],
    /// Links between their rows, each pair once.
    pub links: &'a [Link],
    /// Which of the links join a request and its contrary; `None` if nobody can tell.
    pub opposes: Option<Opposes<'a>>,
    /// What the passages ask for, to name themes by; `None` names them by nouns alone.
    pub asks: Option<AskNames<'a>>,
    /// People's decisions, in order.
    pub decisions: &'a [Decision],
    /// Earlier themes, whose ids live on.
    pub known: &'a [EarlierTheme],
}

/// Groups linked recommendations at each grain, strongest consensus first.
///
/// At every grain, each row ends in a group or in `single`, and each group lies within one group of the
/// next coarser grain, but for narrower themes, which may run across areas. The result depends on the
/// texts, ids, agencies, links, decisions and known themes. It does not depend on the order of the first
/// four, or on the number of threads.
#[must_use]
pub fn find(input: &Input) -> Grains {
    let recommendations = input.recommendations;
    let items = Items::new(recommendations);
    let pins = Pins::new(input.decisions, &items, recommendations);
    let links = items.links(input.links);
    let plain = Graph::new(items.len(), &links);
    let graph = plain.decided(&pins);
    let partition = repair::repaired(&graph, &community::partition(&plain, &items), &pins);
    let wide = membership::groups(&graph, &items, &partition, &pins);
    let seeker = narrow::Seeker {
        recommendations,
        passages: input.passages,
        items: &items,
        graph: &graph,
        pins: &pins,
    };
    let narrow = input.asks.map(|asks| seeker.themes(asks, &wide)).unwrap_or_default();
    let groups = Groups::new(&items, &graph, &links, wide, &narrow);
    let stabilities = groups.stabilities(recommendations, &items, &plain);

    let asks = Asks::new(recommendations, input.links);
    let opposed = Opposed::new(&items, input.links, input.opposes);
    let words = label::Vocabulary::new(input.passages);
    let namer = input.asks.and_then(|asks| name::Namer::new(asks, input.passages));
    let own = own::Own::new(input.passages, recommendations);
    let search = Search {
        recommendations,
        items: &items,
        graph: &graph,
        asks: &asks,
        opposed: &opposed,
        words: &words,
        own: &own,
    };
    // A broad area asks for nothing in particular, so a noun names it.
    let namers = [None, namer.as_ref(), namer.as_ref()];
    let narrow = [&[][..], &narrow, &[]];
    let mut found = groups.grains.iter().zip(namers).zip(narrow).zip(stabilities).map(
        |(((groups, namer), narrow), stabilities)| {
            search.themes((groups, narrow), stabilities, namer)
        },
    );
    let mut next = || found.next().unwrap_or_default();
    let themes = [next(), next(), next()];
    drop(found);
    let [broad, theme, fine] = groups.identified(themes, input, &items);
    let all = |themes: Vec<Theme>| ranked(themes, recommendations.len());
    Grains { broad: all(broad), theme: all(theme), fine: all(fine) }
}

/// [`find`] without decisions or earlier themes.
#[cfg(test)]
fn find_plain(recommendations: &[Recommendation], links: &[Link]) -> Grains {
    let passages = &fixture::passages(recommendations);
    find(&Input { recommendations, passages, links, ..Input::default() })
}

/// Themes by the number of agencies that can be expected to ask for the same, then by strongest agreement,
/// most agencies, cohesion, and id, those on process last; and the rows in no theme.
fn ranked(mut themes: Vec<Theme>, n_rows: usize) -> Themes {
    themes.sort_by(|a, b| {
        a.is_process
            .cmp(&b.is_process)
            .then(b.expected_asking().total_cmp(&a.expected_asking()))
            .then(b.consensus.strength.total_cmp(&a.consensus.strength))
            .then(b.consensus.agencies().cmp(&a.consensus.agencies()))
            .then(b.cohesion.total_cmp(&a.cohesion))
            .then_with(|| a.id.cmp(&b.id))
    });
    let mut grouped = vec![false; n_rows];
    for member in themes.iter().flat_map(|theme| &theme.members) {
        grouped[member.row] = true;
    }
    Themes { themes, single: (0..n_rows).filter(|&row| !grouped[row]).collect() }
}

/// The data that themes are described from.
struct Search<'a> {
    recommendations: &'a [Recommendation],
    items: &'a Items,
    graph: &'a Graph,
    asks: &'a Asks,
    opposed: &'a Opposed<'a>,
    words: &'a label::Vocabulary<'a>,
    own: &'a own::Own,
}

impl Search<'_> {
    /// The themes of one grain, before they get ids; the last of them are `narrow`.
    fn themes(
        &self,
        (groups, narrow): (&[Group], &[narrow::Narrow]),
        stabilities: Vec<f64>,
        namer: Option<&name::Namer>,
    ) -> Vec<Theme> {
        let members: Vec<Vec<Member>> =
            groups.par_iter().map(|group| self.members(group)).collect();
        let mut labels = self.words.labels(&members);
        let n_wide = groups.len() - narrow.len();
        if let Some(namer) = namer {
            let given: Vec<usize> = narrow.iter().map(|one| one.wording).collect();
            namer.name(&members, &given, &mut labels);
        }
        let mut asking: Vec<Vec<Asking>> =
            groups[..n_wide].par_iter().map(|group| self.asking(group)).collect();
        asking.extend(narrow.iter().map(|one| self.asking_for(one)));
        let who = self.consensus(groups).into_iter().zip(asking);
        let parts = labels.into_iter().zip(who).zip(stabilities);
        let theme =
            |(members, ((label, who), stability))| self.theme(members, label, who, stability);
        members.into_iter().zip(parts).map(theme).collect()
    }

    fn theme(
        &self,
        members: Vec<Member>,
        label: label::Label,
        (consensus, asking): (Consensus, Vec<Asking>),
        stability: f64,
    ) -> Theme {
        Theme {
            id: identity::unnamed(),
            is_process: self.own.is_process(&label.phrase, &members),
            label: label.phrase,
            keywords: label.keywords,
            parent: None,
            representatives: representatives(&members, self.recommendations),
            cohesion: members.iter().map(|m| m.weight).sum::<f64>() / members.len() as f64,
            stability,
            decided: Vec::new(),
            consensus,
            asking,
            members,
        }
    }

    /// Rows with their mean probability of overlap with the other members, most central first.
    fn members(&self, group: &Group) -> Vec<Member> {
        let all: BTreeSet<usize> = group.items().collect();
        let n_rows: usize = all.iter().map(|&item| self.items.rows[item].len()).sum();
        let mut members = Vec::with_capacity(n_rows);
        for item in group.items() {
            let linked = self.graph.links_of(item).iter().filter(|(other, _)| all.contains(other));
            let with_others: f64 =
                linked.map(|&(other, p)| p * self.items.rows[other].len() as f64).sum();
            let copies = (self.items.rows[item].len() - 1) as f64;
            let weight = (with_others + copies) / (n_rows - 1).max(1) as f64;
            let guest = group.core.binary_search(&item).is_err();
            members.extend(self.items.rows[item].iter().map(|&row| Member { row, weight, guest }));
        }
        let id = |member: &Member| &self.recommendations[member.row].id;
        members.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| id(a).cmp(id(b))));
        members
    }
}

/// Up to three of the most central members, each from another agency.
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
        let found = find_plain(&rows, &links).theme;
        assert_eq!(member_rows(&found), [BTreeSet::from([0, 1, 2]), BTreeSet::from([3, 4])]);
        assert_eq!(found.single, [5, 6]);
        assert_eq!(found.themes[0].members[0].row, 0, "the strongest links make it central");
    }

    #[test]
    fn a_bridge_does_not_join_two_cliques() {
        let rows = recommendations(&["A", "B", "C", "D", "A", "B", "C", "D"]);
        let mut links = [clique(0..4, 0.8), clique(4..8, 0.8)].concat();
        links.push(link(3, 4, 0.5));
        let found = find_plain(&rows, &links).theme;
        let mut themes = member_rows(&found);
        themes.sort();
        assert_eq!(themes, [(0..4).collect(), (4..8).collect()]);
    }

    #[test]
    fn a_hub_does_not_glue_what_it_touches() {
        // Row 0 is generic: it is linked to all members of three pairs that have nothing in common.
        let rows = recommendations(&["H", "A", "B", "C", "D", "E", "F"]);
        let mut links: Vec<Link> = (1..7).map(|other| link(0, other, 0.3)).collect();
        links.extend([link(1, 2, 0.9), link(3, 4, 0.9), link(5, 6, 0.9)]);
        let themes = member_rows(&find_plain(&rows, &links).theme);
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
        let themes = member_rows(&find_plain(&rows, &links).theme);
        assert_eq!(themes.len(), 2);
        assert!(themes.iter().all(|theme| theme.contains(&12)), "{themes:?}");
    }

    #[test]
    fn what_is_only_faintly_linked_is_single() {
        let rows = recommendations(&["A", "B", "C", "D"]);
        let mut links = clique(0..3, 0.8);
        links.extend((0..3).map(|other| link(other, 3, 0.14)));
        assert_eq!(find_plain(&rows, &links).theme.single, [3]);
    }

    #[test]
    fn copies_of_a_text_are_one_theme_that_always_comes_back() {
        let mut rows = recommendations(&["A", "B", "C", "A", "B"]);
        for row in &mut rows[..3] {
            row.text = "Lower the fees.".to_owned();
        }
        rows[1].text = "  Lower\nthe fees. ".to_owned();
        let found = find_plain(&rows, &[]).theme;
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
        let mut found = find_plain(&rows, &links).theme;
        let again =
            find_plain(&shuffled, &links.iter().rev().map(turned).collect::<Vec<_>>()).theme;
        for theme in &mut found.themes {
            theme.members.iter_mut().for_each(|m| m.row = new_row(m.row));
            theme.representatives.iter_mut().for_each(|row| *row = new_row(*row));
            theme.asking.iter_mut().for_each(|asking| asking.row = new_row(asking.row));
        }
        assert!(found.themes.len() > 1);
        assert_eq!(found.themes, again.themes);
    }

    #[test]
    fn nothing_one_two_and_three() {
        assert_eq!(find_plain(&[], &[]), Grains::default());
        assert_eq!(find_plain(&[recommendation(0, "A")], &[]).theme.single, [0]);
        let two = recommendations(&["A", "B"]);
        assert_eq!(find_plain(&two, &[]).theme.single, [0, 1]);
        assert_eq!(find_plain(&two, &[link(0, 1, 0.9)]).theme.themes.len(), 1);
        let three = recommendations(&["A", "B", "C"]);
        let found = find_plain(&three, &[link(0, 1, 0.9)]).theme;
        assert_eq!((found.themes.len(), found.single), (1, vec![2]));
    }

    #[test]
    fn theme_ids_are_unique_where_a_member_is_central_to_two() {
        let rows = recommendations(&["A", "B", "C", "D", "E", "F", "G"]);
        let mut links = [clique(0..3, 0.6), clique(3..6, 0.6)].concat();
        links.extend((0..6).map(|other| link(6, other, 0.9)));
        let found = find_plain(&rows, &links).theme;
        let ids: BTreeSet<&str> = found.themes.iter().map(|t| t.id.as_str()).collect();
        assert_eq!(ids.len(), found.themes.len());
    }
}
