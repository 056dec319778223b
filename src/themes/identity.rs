//! A theme's identity: an id that survives when the corpus grows, and what people decided.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Build, Decision, EarlierTheme, Grain, Recommendation, RecommendationId, Theme, ThemeId,
};

/// Placeholder until a theme gets its id.
pub(super) fn unnamed() -> ThemeId {
    ThemeId::try_from("t".to_owned()).expect("the text is not empty")
}

/// Share of the members (Jaccard index) that a theme must have kept to keep its name too: most of them.
const STAYED: f64 = 0.5;

/// Gives each theme the id of the known theme that it continues, or a new id; and its name, if its members
/// mostly stayed and no other theme has that name.
pub(super) fn name(
    themes: &mut [Theme],
    grain: Grain,
    recommendations: &[Recommendation],
    known: &[EarlierTheme],
) {
    let rows: BTreeMap<&RecommendationId, usize> =
        recommendations.iter().enumerate().map(|(row, r)| (&r.id, row)).collect();
    let before: Vec<BTreeSet<usize>> = known
        .iter()
        .map(|theme| theme.members.iter().filter_map(|id| rows.get(id).copied()).collect())
        .collect();
    let now: Vec<BTreeSet<usize>> =
        themes.iter().map(|theme| theme.members.iter().map(|m| m.row).collect()).collect();
    let mut taken: BTreeSet<ThemeId> = known.iter().map(|theme| theme.id.clone()).collect();
    // Sorted by most central member, so that the order of the input has no effect.
    let center = |theme: &Theme| {
        let row = theme.core().next().unwrap_or(theme.members[0].row);
        recommendations[row].id.clone()
    };
    let inherited = counterparts(&before, &now);
    let mut order: Vec<(RecommendationId, usize)> =
        themes.iter().enumerate().map(|(at, theme)| (center(theme), at)).collect();
    order.sort();
    for (center, at) in order {
        themes[at].id = inherited[at]
            .map_or_else(|| new_id(grain, &center, &mut taken), |old| known[old].id.clone());
    }
    for at in 0..themes.len() {
        let Some(old) = inherited[at] else { continue };
        let both = before[old].intersection(&now[at]).count();
        let stayed = both as f64 / (before[old].len() + now[at].len() - both) as f64;
        let Some(label) = known[old].label.as_ref().filter(|_| stayed >= STAYED) else { continue };
        let is_taken = |theme: &Theme| theme.label.eq_ignore_ascii_case(label);
        if !themes.iter().any(is_taken) {
            themes[at].label.clone_from(label);
        }
    }
}

/// An id made from the most central member, so that a fresh build gives the same id.
///
/// An id that another theme has or had is not used again.
fn new_id(grain: Grain, center: &RecommendationId, taken: &mut BTreeSet<ThemeId>) -> ThemeId {
    let letter = match grain {
        Grain::Broad => 'a',
        Grain::Theme => 't',
        Grain::Fine => 'd',
    };
    let mut name = center.as_str().to_owned();
    loop {
        let hash = blake3::hash(name.as_bytes()).to_hex();
        let id = ThemeId::try_from(format!("{letter}-{}", &hash.as_str()[..8]))
            .expect("the text is not empty");
        if taken.insert(id.clone()) {
            return id;
        }
        name.push('+');
    }
}

/// For each theme of `new`, the position of the theme of `old` that it continues, by shared members.
#[must_use]
pub fn continued(old: Build, new: Build) -> Vec<Option<usize>> {
    let mut number: BTreeMap<&RecommendationId, usize> = BTreeMap::new();
    for id in old.recommendations.iter().chain(new.recommendations).map(|r| &r.id) {
        let next = number.len();
        number.entry(id).or_insert(next);
    }
    let groups = |build: Build| -> Vec<BTreeSet<usize>> {
        let numbers = |theme: &Theme| -> BTreeSet<usize> {
            theme.members.iter().map(|m| number[&build.recommendations[m.row].id]).collect()
        };
        build.themes.themes.iter().map(numbers).collect()
    };
    counterparts(&groups(old), &groups(new))
}

/// For each group of `now`, the group of `before` that it continues; each is continued at most once.
///
/// Pairs with the largest Jaccard index are matched first. A pair qualifies only if it shares more than
/// half of the smaller group. Members have the same numbers on both sides; members that only one side
/// has count as well.
pub(super) fn counterparts(
    before: &[BTreeSet<usize>],
    now: &[BTreeSet<usize>],
) -> Vec<Option<usize>> {
    let mut groups_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (old, members) in before.iter().enumerate() {
        for &member in members {
            groups_of.entry(member).or_default().push(old);
        }
    }
    let mut pairs = Vec::new();
    for (new, members) in now.iter().enumerate() {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for old in members.iter().filter_map(|member| groups_of.get(member)).flatten() {
            *shared.entry(*old).or_default() += 1;
        }
        for (old, both) in shared {
            let (theirs, ours) = (before[old].len(), members.len());
            if 2 * both > theirs.min(ours) {
                let jaccard = both as f64 / (theirs + ours - both) as f64;
                pairs.push((jaccard, both, old, new));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let mut found = vec![None; now.len()];
    let mut continued = vec![false; before.len()];
    for (_, _, old, new) in pairs {
        if !continued[old] && found[new].is_none() {
            continued[old] = true;
            found[new] = Some(old);
        }
    }
    found
}

/// Notes people's decisions on the themes that they shaped, and applies the names that people chose.
///
/// A decision on a group shapes a theme that holds most of the group, and more of it than any other
/// theme.
pub(super) fn decided(
    themes: &mut [Theme],
    decisions: &[Decision],
    recommendations: &[Recommendation],
) {
    if decisions.is_empty() {
        return;
    }
    let rows: BTreeMap<&RecommendationId, usize> =
        recommendations.iter().enumerate().map(|(row, r)| (&r.id, row)).collect();
    let members: Vec<BTreeSet<usize>> =
        themes.iter().map(|theme| theme.members.iter().map(|m| m.row).collect()).collect();
    for decision in decisions {
        for group in decision.shapes() {
            let present: Vec<usize> =
                group.iter().filter_map(|id| rows.get(*id).copied()).collect();
            let group: BTreeSet<usize> = present.iter().copied().collect();
            let held = |at: usize| members[at].intersection(&group).count();
            // Of themes that hold as much of it, the one that holds least besides.
            let most = (0..themes.len()).max_by_key(|&at| {
                (held(at), std::cmp::Reverse(members[at].len()), std::cmp::Reverse(at))
            });
            let Some(theme) = most.filter(|&at| 2 * held(at) > present.len()) else { continue };
            let theme = &mut themes[theme];
            theme.decided.push(decision.act());
            if let Decision::Rename { name, .. } = decision {
                theme.label.clone_from(name);
            }
        }
    }
    for theme in themes {
        theme.decided.sort_unstable();
        theme.decided.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{clique, passages, recommendations};
    use super::super::{Input, find, find_plain};
    use super::*;

    fn ids(rows: std::ops::Range<usize>) -> Vec<RecommendationId> {
        rows.map(|row| RecommendationId::try_from(format!("R{row:03}")).unwrap()).collect()
    }

    #[test]
    fn an_id_lives_on_when_the_corpus_grows_and_the_center_moves() {
        let rows = recommendations(&["A", "B", "C", "D", "E", "F", "G", "H"]);
        let first = find_plain(&rows[..3], &clique(0..3, 0.8)).theme.themes;
        let (id, label) = (first[0].id.clone(), Some("Cheaper transfers".to_owned()));
        let known = [EarlierTheme { id, members: ids(0..3), label }];
        let mut links = clique(0..8, 0.8);
        // A newcomer is now the most central member.
        links.retain(|link| link.b != 7);
        links.extend((0..7).map(|other| super::super::fixture::link(other, 7, 0.95)));
        let input = Input {
            recommendations: &rows,
            passages: &passages(&rows),
            links: &links,
            ..Input::default()
        };
        let fresh = find(&input).theme.themes;
        let grown = find(&Input { known: &known, ..input }).theme.themes;
        assert_eq!((fresh.len(), grown.len()), (1, 1));
        assert_ne!(fresh[0].id, first[0].id, "the center moved");
        assert_eq!(grown[0].id, first[0].id);
    }

    #[test]
    fn the_id_of_a_theme_that_is_gone_is_not_given_to_another() {
        let rows = recommendations(&["A", "B", "C", "D"]);
        let plain = find_plain(&rows, &clique(0..4, 0.8)).theme.themes;
        let id = plain[0].id.clone();
        let known = [EarlierTheme { id, members: ids(40..44), label: None }];
        let links = clique(0..4, 0.8);
        let input = Input {
            recommendations: &rows,
            passages: &passages(&rows),
            links: &links,
            known: &known,
            ..Input::default()
        };
        assert_ne!(find(&input).theme.themes[0].id, plain[0].id);
    }

    #[test]
    fn a_name_stays_while_the_members_mostly_stay() {
        let rows = recommendations(&["A", "B", "C", "D", "E", "F", "G", "H"]);
        let links = clique(0..8, 0.8);
        let input = Input {
            recommendations: &rows,
            passages: &passages(&rows),
            links: &links,
            ..Input::default()
        };
        let fresh = find(&input).theme.themes[0].clone();
        let label_after = |members| {
            let label = Some("Cheaper transfers".to_owned());
            let known = [EarlierTheme { id: fresh.id.clone(), members: ids(members), label }];
            find(&Input { known: &known, ..input }).theme.themes[0].label.clone()
        };
        assert_eq!(label_after(0..5), "Cheaper transfers");
        assert_eq!(label_after(0..3), fresh.label, "most members are new");
    }

    #[test]
    fn of_two_halves_one_keeps_the_id() {
        let set = |range: std::ops::Range<usize>| range.collect::<BTreeSet<usize>>();
        assert_eq!(counterparts(&[set(0..10)], &[set(0..4), set(4..10)]), [None, Some(0)]);
        assert_eq!(counterparts(&[set(0..4), set(4..10)], &[set(0..10)]), [Some(1)]);
        assert_eq!(counterparts(&[set(0..4)], &[set(3..8)]), [None], "one in four is not it");
    }

    #[test]
    fn a_name_that_people_chose_stays() {
        let rows = recommendations(&["A", "B", "C", "D", "E"]);
        let links = clique(0..5, 0.8);
        let decisions = [Decision::Rename { name: "Cheaper transfers".into(), members: ids(0..3) }];
        let input = Input {
            recommendations: &rows,
            passages: &passages(&rows),
            links: &links,
            decisions: &decisions,
            ..Input::default()
        };
        let theme = &find(&input).theme.themes[0];
        assert_eq!(theme.label, "Cheaper transfers");
        assert_eq!(theme.decided, [decisions[0].act()]);
    }

    #[test]
    fn a_decision_changes_nothing_elsewhere() {
        let names: Vec<String> = (0..60).map(|n| format!("Agency {}", n % 7)).collect();
        let rows = recommendations(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let p = |a: usize, b: usize| ((a * 37 + b * 91) % 97) as f64 / 120.0;
        let near = |a: usize, b: usize| (a / 6 == b / 6) || (a + b).is_multiple_of(11);
        let pairs = (0..60).flat_map(|a| (a + 1..60).map(move |b| (a, b)));
        let links: Vec<_> = pairs
            .filter(|&(a, b)| near(a, b))
            .map(|(a, b)| super::super::fixture::link(a, b, p(a, b)))
            .collect();
        let homes = |decisions: &[Decision]| {
            let input = Input {
                recommendations: &rows,
                passages: &passages(&rows),
                links: &links,
                decisions,
                ..Input::default()
            };
            let found = find(&input).theme.themes;
            let core = |theme: &Theme| theme.core().collect::<BTreeSet<usize>>();
            found.iter().map(core).collect::<BTreeSet<_>>()
        };
        let before = homes(&[]);
        let torn: Vec<usize> =
            before.iter().find(|t| t.len() > 3).unwrap().iter().copied().collect();
        let id = |row: &usize| ids(*row..row + 1).remove(0);
        let alone = Decision::Move {
            moved: vec![id(&torn[0])],
            to: vec![],
            from: torn[1..].iter().map(id).collect(),
        };
        let split = Decision::Split {
            apart: torn[..2].iter().map(id).collect(),
            rest: torn[2..].iter().map(id).collect(),
        };
        for decision in [alone, split] {
            let after = homes(&[decision]);
            let gone: Vec<_> = before.difference(&after).collect();
            assert_eq!(gone, [&torn.iter().copied().collect::<BTreeSet<_>>()], "only this theme");
        }
    }

    #[test]
    fn people_join_part_and_dissolve_themes() {
        let rows = recommendations(&["A", "B", "C", "D", "E", "F"]);
        let links = [clique(0..3, 0.8), clique(3..6, 0.8)].concat();
        let found = |decisions: &[Decision]| {
            let input = Input {
                recommendations: &rows,
                passages: &passages(&rows),
                links: &links,
                decisions,
                ..Input::default()
            };
            let found = find(&input).theme;
            let mut themes: Vec<Vec<usize>> = found
                .themes
                .iter()
                .map(|theme| {
                    let mut rows: Vec<usize> = theme.members.iter().map(|m| m.row).collect();
                    rows.sort_unstable();
                    rows
                })
                .collect();
            themes.sort();
            (themes, found.single)
        };
        let merge = Decision::Merge { parts: vec![ids(0..3), ids(3..6)] };
        assert_eq!(found(&[merge]), (vec![(0..6).collect()], vec![]));
        let split = Decision::Split { apart: ids(0..1), rest: ids(1..3) };
        assert_eq!(found(&[split]), (vec![vec![1, 2], vec![3, 4, 5]], vec![0]));
        let moved = Decision::Move { moved: ids(0..1), to: ids(3..6), from: ids(1..3) };
        assert_eq!(found(&[moved]), (vec![vec![0, 3, 4, 5], vec![1, 2]], vec![]));
        let alone = Decision::Move { moved: ids(0..1), to: vec![], from: ids(1..3) };
        assert_eq!(found(&[alone]), (vec![vec![1, 2], vec![3, 4, 5]], vec![0]));
        let reject = Decision::Reject { members: ids(0..3) };
        assert_eq!(found(&[reject]), (vec![vec![3, 4, 5]], vec![0, 1, 2]));
    }
}
