//! Themes -> the groups of every grain: areas above them, near-duplicates inside them, and what belongs to what.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::items::{ItemLink, Items};
use super::membership::Group;
use super::narrow::Narrow;
use super::{Input, community, identity, stability};
use crate::domain::{Grain, Recommendation, Theme};

/// The groups of each grain, and what belongs to what.
pub(super) struct Groups {
    /// Areas, themes and near-duplicates. The first themes are the wide ones, the others narrower.
    pub(super) grains: [Vec<Group>; 3],
    n_wide: usize,
    /// The wide theme of each item.
    home: Vec<Option<usize>>,
    /// The area of each wide theme.
    area_of: Vec<usize>,
    /// The wide theme of each group of near-duplicates.
    theme_of: Vec<usize>,
    /// The near-duplicates inside wide themes.
    duplicates: Graph,
}

impl Groups {
    /// The groups that follow from the `wide` themes and the `narrow` ones besides; `links` are those between
    /// items, and `graph` is made of them.
    pub(super) fn new(
        items: &Items,
        graph: &Graph,
        links: &[ItemLink],
        wide: Vec<Group>,
        narrow: &[Narrow],
    ) -> Self {
        let n_wide = wide.len();
        let home = homes(items.len(), &wide);
        let (areas, area_of) = areas(graph, &wide, &home);
        let duplicates = Graph::of_duplicates(items.len(), links, &home);
        let (copies, theme_of) = near_duplicates(&duplicates, items, &home);
        let narrow = narrow.iter().map(Narrow::group);
        let grains = [areas, wide.into_iter().chain(narrow).collect(), copies];
        Self { grains, n_wide, home, area_of, theme_of, duplicates }
    }

    /// For each grain, how surely each of its groups comes back from a part of the corpus; `plain` is the graph
    /// without people's decisions.
    pub(super) fn stabilities(
        &self,
        recommendations: &[Recommendation],
        items: &Items,
        plain: &Graph,
    ) -> Vec<Vec<f64>> {
        let cores = |groups: &Vec<Group>| groups.iter().map(|group| group.core.clone()).collect();
        let cores: Vec<Vec<Vec<usize>>> = self.grains.iter().map(cores).collect();
        let mut found = stability::of_groups(recommendations, items, &cores, |kept| {
            let left = plain.only(kept);
            let order = items.order(0);
            let themes = community::louvain(&left, &order);
            let areas = community::areas(&left, &themes);
            let copies = community::louvain(&self.duplicates.only_as_they_stand(kept), &order);
            vec![areas, themes, copies]
        });
        // What does not stand in the partition cannot be looked for in that of a part.
        found[1][self.n_wide..].fill(f64::NAN);
        found
    }

    /// The themes of each grain with their ids, their parents, and what people decided.
    pub(super) fn identified(
        &self,
        [mut broad, mut theme, mut fine]: [Vec<Theme>; 3],
        input: &Input,
        items: &Items,
    ) -> [Vec<Theme>; 3] {
        let recommendations = input.recommendations;
        identity::name(&mut broad, Grain::Broad, recommendations, &[]);
        identity::name(&mut theme, Grain::Theme, recommendations, input.known);
        identity::name(&mut fine, Grain::Fine, recommendations, &[]);
        identity::decided(&mut theme, input.decisions, recommendations);
        for (at, theme) in theme.iter_mut().enumerate() {
            let is_wide = at < self.n_wide;
            let wide = if is_wide { Some(at) } else { home_of_most(theme, &self.home, items) };
            theme.parent = wide.map(|at| broad[self.area_of[at]].id.clone());
        }
        for (copies, &at) in fine.iter_mut().zip(&self.theme_of) {
            copies.parent = Some(theme[at].id.clone());
        }
        [broad, theme, fine]
    }
}

/// The home group of each item.
fn homes(n: usize, groups: &[Group]) -> Vec<Option<usize>> {
    let mut home = vec![None; n];
    for (at, group) in groups.iter().enumerate() {
        for &item in &group.core {
            home[item] = Some(at);
        }
    }
    home
}

/// The home that most members of a theme have, the first on a tie; `None` if none has one.
fn home_of_most(theme: &Theme, home: &[Option<usize>], items: &Items) -> Option<usize> {
    let mut counts = BTreeMap::new();
    for at in theme.members.iter().filter_map(|member| home[items.of_row(member.row)]) {
        *counts.entry(at).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|(at, n)| (*n, std::cmp::Reverse(*at))).map(|(at, _)| at)
}

/// Groups of `themes` together with the singles that belong to them, and the area of each theme.
fn areas(graph: &Graph, themes: &[Group], home: &[Option<usize>]) -> (Vec<Group>, Vec<usize>) {
    let mut nodes = Vec::with_capacity(home.len());
    let mut n_nodes = themes.len();
    for theme in home {
        nodes.push(theme.unwrap_or(n_nodes));
        n_nodes += usize::from(theme.is_none());
    }
    let partition = community::areas(graph, &nodes);
    let mut groups: Vec<Group> = Vec::new();
    let mut number = vec![None; home.len()];
    let mut area_of = vec![0; themes.len()];
    for (at, theme) in themes.iter().enumerate() {
        let area = *number[partition[theme.core[0]]].get_or_insert_with(|| {
            groups.push(Group { core: Vec::new(), guests: Vec::new() });
            groups.len() - 1
        });
        area_of[at] = area;
        groups[area].guests.extend(&theme.guests);
    }
    for (item, &group) in partition.iter().enumerate() {
        // Singles that fit no area are single at this grain too.
        if let Some(area) = number[group] {
            groups[area].core.push(item);
        }
    }
    for group in &mut groups {
        group.guests.sort_unstable();
        group.guests.dedup();
        group.guests.retain(|item| group.core.binary_search(item).is_err());
    }
    (groups, area_of)
}

/// Groups of near-duplicates and copies within themes, and the theme of each group.
fn near_duplicates(
    duplicates: &Graph,
    items: &Items,
    home: &[Option<usize>],
) -> (Vec<Group>, Vec<usize>) {
    let partition = community::louvain(duplicates, &items.order(0));
    let mut cores: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
    for (item, &group) in partition.iter().enumerate() {
        cores[group].push(item);
    }
    let rows = |core: &Vec<usize>| core.iter().map(|&item| items.rows[item].len()).sum::<usize>();
    cores
        .into_iter()
        .filter(|core| rows(core) > 1)
        .filter_map(|core| {
            let theme = home[core[0]]?;
            Some((Group { core, guests: Vec::new() }, theme))
        })
        .unzip()
}
