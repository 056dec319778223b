//! The ties between things in a picture.

use crate::domain::{Link, Themes};

/// Two things and how strongly they are tied, above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tie {
    /// One of them.
    pub(super) a: usize,
    /// The other.
    pub(super) b: usize,
    /// Compared only with other ties of the same thing.
    pub(super) weight: f64,
}

/// How much more a tie counts inside a theme than between themes. docs/decisions/report.md explains the
/// choice.
const INSIDE_A_THEME: f64 = 4.0;

/// Links between `n` recommendations as ties, weighted so that themes show in the picture.
#[must_use]
pub(super) fn ties(n: usize, links: &[Link], themes: &Themes) -> Vec<Tie> {
    let mut themes_of: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (at, theme) in themes.themes.iter().enumerate() {
        for member in &theme.members {
            themes_of[member.row].push(at);
        }
    }
    let tie = |link: &Link| {
        let together = themes_of[link.a].iter().any(|theme| themes_of[link.b].contains(theme));
        let more = if together { INSIDE_A_THEME } else { 1.0 };
        Tie { a: link.a, b: link.b, weight: more * link.likeness.probability }
    };
    links.iter().map(tie).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Likeness, Reader, Relation, Theme};

    #[test]
    fn a_tie_inside_a_theme_counts_more() {
        let theme = Theme::of_rows("theme", &[0, 1]);
        let themes = Themes { themes: vec![theme], single: vec![2] };
        let link = |a, b| {
            let relation = Relation::Overlap;
            let likeness = Likeness {
                cosine: 0.5,
                probability: 0.5,
                duplicate: 0.0,
                relation,
                contrary: None,
                read_by: Reader::Encoder,
            };
            Link { a, b, likeness }
        };
        let found = ties(3, &[link(0, 1), link(1, 2)], &themes);
        assert!((found[0].weight - INSIDE_A_THEME * found[1].weight).abs() < 1e-12, "{found:?}");
    }
}
