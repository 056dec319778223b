//! Themes of two builds -> what became of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Build, Changes, Moved, RecommendationId, Theme, ThemeChange, ThemeName};

/// The changes from `old` to `new`.
///
/// `continues` has, for each theme of `new`, the position of the theme of `old` that it continues. A
/// theme merges or splits where most of its recommendations go, two at least. Recommendations that only
/// one of the two builds has do not count.
#[must_use]
pub fn changes(old: Build, new: Build, continues: &[Option<usize>]) -> Changes {
    let (was, is) = (by_id(old), by_id(new));
    let only = |some: &Homes<'_>, others: &Homes<'_>| {
        some.keys().filter(|id| !others.contains_key(*id)).map(|id| (*id).clone()).collect()
    };
    let flows = Flows::count(&was, &is, old.themes.themes.len(), new.themes.themes.len());
    let name = |build: Build, at: usize| name(&build.themes.themes[at]);
    let Told { themes, explained, is_new } = told(old, new, continues, &flows);
    let both = || was.iter().filter_map(|(id, was)| Some((*id, was, is.get(id)?)));
    let moved = both().filter_map(|(id, was, is)| {
        let stays = match (was.home, is.home) {
            (None, None) => true,
            (Some(from), Some(to)) => {
                continues[to] == Some(from) || explained.contains(&(from, to)) || is_new[to]
            }
            (None, Some(to)) => is_new[to],
            (Some(_), None) => false,
        };
        (!stays).then(|| Moved {
            id: id.clone(),
            from: was.home.map(|at| name(old, at)),
            to: is.home.map(|at| name(new, at)),
        })
    });
    Changes {
        added: only(&is, &was),
        removed: only(&was, &is),
        reworded: both().filter(|(_, was, is)| was.text != is.text).map(|f| f.0.clone()).collect(),
        moved: moved.collect(),
        kept: continues.iter().flatten().count(),
        themes,
    }
}

/// What became of the themes.
struct Told {
    themes: Vec<ThemeChange>,
    /// Pairs of an old and a new theme that a merger or a split explains.
    explained: BTreeSet<(usize, usize)>,
    /// For each new theme, whether it is really new: it continues none and no merger or split explains
    /// it.
    is_new: Vec<bool>,
}

fn told(old: Build, new: Build, continues: &[Option<usize>], flows: &Flows) -> Told {
    let name = |build: Build, at: usize| name(&build.themes.themes[at]);
    let merged = flows.merged();
    let split = flows.split();
    let mut themes = Vec::new();
    themes.extend(merged.iter().map(|(into, from)| ThemeChange::Merged {
        from: from.iter().map(|&at| name(old, at)).collect(),
        into: name(new, *into),
    }));
    themes.extend(split.iter().map(|(from, into)| ThemeChange::Split {
        from: name(old, *from),
        into: into.iter().map(|&at| name(new, at)).collect(),
    }));
    let explained: BTreeSet<(usize, usize)> = merged
        .iter()
        .flat_map(|(into, from)| from.iter().map(|&from| (from, *into)))
        .chain(split.iter().flat_map(|(from, into)| into.iter().map(|&into| (*from, into))))
        .collect();
    let is_new: Vec<bool> = (0..continues.len())
        .map(|at| continues[at].is_none() && !explained.iter().any(|(_, into)| *into == at))
        .collect();
    let fresh = (0..is_new.len()).filter(|&at| is_new[at]);
    themes.extend(fresh.map(|at| ThemeChange::New { theme: name(new, at) }));
    let gone = (0..old.themes.themes.len()).filter(|at| {
        !continues.contains(&Some(*at)) && !explained.iter().any(|(from, _)| from == at)
    });
    themes.extend(gone.map(|at| ThemeChange::Gone { theme: name(old, at) }));
    for (at, before) in continues.iter().enumerate() {
        let Some(before) = before else { continue };
        let (from, to) = (name(old, *before), name(new, at));
        if from.label != to.label {
            themes.push(ThemeChange::Renamed { from, to });
        }
    }
    Told { themes, explained, is_new }
}

/// A recommendation and its home theme.
struct Home<'a> {
    text: &'a str,
    home: Option<usize>,
}

type Homes<'a> = BTreeMap<&'a RecommendationId, Home<'a>>;

fn by_id(build: Build<'_>) -> Homes<'_> {
    let mut homes = vec![None; build.recommendations.len()];
    for (at, theme) in build.themes.themes.iter().enumerate() {
        for row in theme.core() {
            homes[row] = Some(at);
        }
    }
    let rows = build.recommendations.iter().zip(homes);
    rows.map(|(r, home)| (&r.id, Home { text: &r.text, home })).collect()
}

fn name(theme: &Theme) -> ThemeName {
    ThemeName { id: theme.id.clone(), label: theme.label.clone(), members: theme.members.len() }
}

/// The number of recommendations that went from each theme to each other one.
struct Flows {
    between: BTreeMap<(usize, usize), usize>,
    of_old: Vec<usize>,
    of_new: Vec<usize>,
}

impl Flows {
    fn count(was: &Homes, is: &Homes, n_old: usize, n_new: usize) -> Self {
        let mut flows =
            Self { between: BTreeMap::new(), of_old: vec![0; n_old], of_new: vec![0; n_new] };
        for (id, was) in was {
            let Some(is) = is.get(id) else { continue };
            was.home.into_iter().for_each(|at| flows.of_old[at] += 1);
            is.home.into_iter().for_each(|at| flows.of_new[at] += 1);
            if let (Some(from), Some(to)) = (was.home, is.home) {
                *flows.between.entry((from, to)).or_default() += 1;
            }
        }
        flows
    }

    /// New themes that took in most of several old ones.
    fn merged(&self) -> BTreeMap<usize, Vec<usize>> {
        let most = |((from, _), n): (&(usize, usize), &usize)| is_most(*n, self.of_old[*from]);
        let mut into: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (&(from, to), _) in self.between.iter().filter(|&flow| most(flow)) {
            into.entry(to).or_default().push(from);
        }
        into.retain(|_, from| from.len() > 1);
        into
    }

    /// Old themes that most of several new ones came from.
    fn split(&self) -> BTreeMap<usize, Vec<usize>> {
        let most = |((_, to), n): (&(usize, usize), &usize)| is_most(*n, self.of_new[*to]);
        let mut from: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (&(old, to), _) in self.between.iter().filter(|&flow| most(flow)) {
            from.entry(old).or_default().push(to);
        }
        from.retain(|_, into| into.len() > 1);
        from
    }
}

fn is_most(n: usize, of: usize) -> bool {
    n >= 2 && 2 * n > of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Agency, Recommendation, Themes};

    fn recommendations(ids: &[&str]) -> Vec<Recommendation> {
        let one = |id: &&str| {
            let agency = Agency::try_from("A".to_owned()).unwrap();
            let text = format!("Do {id}.");
            Recommendation::new(RecommendationId::try_from((*id).to_owned()).unwrap(), agency, text)
        };
        ids.iter().map(one).collect()
    }

    fn themes(groups: &[(&str, &[usize])]) -> Themes {
        let theme = |(label, rows): &(&str, &[usize])| Theme::of_rows(label, rows);
        Themes { themes: groups.iter().map(theme).collect(), single: Vec::new() }
    }

    #[test]
    fn merged_split_new_gone_renamed_and_moved_are_told_apart() {
        let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"];
        let old_rows = recommendations(&ids);
        let mut new_rows = recommendations(&ids[..15]);
        new_rows.extend(recommendations(&["q"]));
        new_rows[0].text.push_str(" Soon.");
        let old = themes(&[
            ("one", &[0, 1, 2]),
            ("two", &[3, 4]),
            ("three", &[5, 6, 7, 8, 14]),
            ("four", &[9, 10, 11]),
            ("five", &[12, 15]),
        ]);
        let new = themes(&[
            ("one and two", &[0, 1, 2, 3, 4]),
            ("three", &[5, 6]),
            ("three b", &[7, 8]),
            ("four", &[9, 10, 11, 14]),
            ("six", &[13, 15]),
        ]);
        let build = |recommendations, themes| Build { recommendations, themes };
        let continues = [Some(0), Some(2), None, Some(3), None];
        let found = changes(build(&old_rows, &old), build(&new_rows, &new), &continues);
        let kind = |change: &ThemeChange| match change {
            ThemeChange::Merged { from, into } => format!("{} <- {}", into.label, from.len()),
            ThemeChange::Split { from, into } => format!("{} -> {}", from.label, into.len()),
            ThemeChange::New { theme } => format!("+{}", theme.label),
            ThemeChange::Gone { theme } => format!("-{}", theme.label),
            ThemeChange::Renamed { from, to } => format!("{} = {}", from.label, to.label),
        };
        let kinds: Vec<String> = found.themes.iter().map(kind).collect();
        let expected = ["one and two <- 2", "three -> 2", "+six", "-five", "one = one and two"];
        assert_eq!(kinds, expected);
        let ids =
            |ids: &[RecommendationId]| ids.iter().map(ToString::to_string).collect::<String>();
        assert_eq!([ids(&found.added), ids(&found.removed), ids(&found.reworded)], ["q", "p", "a"]);
        let moved: Vec<String> = found.moved.iter().map(|m| m.id.to_string()).collect();
        assert_eq!(
            moved,
            ["m", "o"],
            "m fell out of a theme that is gone, o went from three to four"
        );
    }

    #[test]
    fn the_same_twice_is_no_change() {
        let rows = recommendations(&["a", "b"]);
        let themes = themes(&[("one", &[0, 1])]);
        let build = Build { recommendations: &rows, themes: &themes };
        assert!(changes(build, build, &[Some(0)]).is_empty());
    }
}
