//! Quality figures of the method, from `models/linking/measured.toml`.

use serde::Deserialize;

use crate::domain::Measured;

#[derive(Deserialize)]
struct File {
    measured: Vec<Measured>,
}

/// Figures from labelled data, in the order of the file.
#[must_use]
pub fn measured() -> Vec<Measured> {
    let text = include_str!("../../models/linking/measured.toml");
    toml::from_str::<File>(text).expect("the file is compiled in, and a test reads it").measured
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_says_where_it_comes_from() {
        let all = measured();
        assert!(all.len() >= 5);
        for figure in all {
            assert!(figure.figure.contains(|c: char| c.is_ascii_digit()), "{figure:?}");
            assert!(figure.source.starts_with("docs/") || figure.source.starts_with("concord "));
        }
    }
}
