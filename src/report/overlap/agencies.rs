//! Themes by agency, and agencies compared.

use super::pictures;
use crate::domain::{AgencyProfile, BodyPair, Pictures};
use crate::report::document::{
    Anchor, Block, Column, Inline, Item, ListStyle, Matrix, MatrixCell, MatrixRow, Section, Table,
    Text, Tone,
};
use crate::report::names::{Names, Numbered};
use crate::report::number;
use crate::report::words::{clean, count, list};

/// How many nearest agencies are named.
const NEAREST: usize = 3;

pub(super) fn matrix(names: &Names) -> Section {
    let order = &names.overlap.matrix;
    let rows = order.themes.iter().map(|&at| row(names.theme(at), names));
    let matrix = Matrix {
        caption: "Recommendations by theme and agency",
        agencies: order.agencies.iter().map(|&a| agency(&names.overlap.agencies[a])).collect(),
        rows: rows.collect(),
        n_themes: names.themes().iter().filter(|theme| theme.is_shared()).count(),
        n_agencies: names.overlap.agencies.len(),
    };
    let how = "Each number counts the recommendations of one agency in one theme that two or more \
        agencies share. Similar agencies stand side by side, and so do similar themes.";
    let shown = if matrix.rows.is_empty() {
        Block::paragraph("There is no shared theme to show.")
    } else {
        Block::Matrix(matrix)
    };
    let how = Text::from(how).and(Inline::OnPage(" Choose a number to read the theme."));
    Section::new("matrix", "Themes by agency", vec![Block::Paragraph(how), shown])
}

fn row(theme: Numbered, names: &Names) -> MatrixRow {
    let voices = names.voices(theme);
    let cell = |&a: &usize| {
        let profile = &names.overlap.agencies[a];
        let n = profile.in_theme(theme.position);
        let voice = voices.iter().find(|voice| voice.agency_number == a + 1);
        let said = || format!("{}: {}", agency(profile), count(n, "recommendation"));
        MatrixCell {
            count: n,
            first: voice.and_then(|voice| voice.entries.first()).map(|entry| entry.number),
            title: if n > 0 { said() } else { String::new() },
        }
    };
    let cells = names.overlap.matrix.agencies.iter().map(cell).collect();
    MatrixRow { number: theme.number, label: theme.label(), cells }
}

impl Matrix {
    /// The rows of the `n` strongest themes, in the order in which blocks show.
    pub(in crate::report) fn strongest(&self, n: usize) -> Vec<&MatrixRow> {
        let mut numbers: Vec<usize> = self.rows.iter().map(|row| row.number).collect();
        numbers.sort_unstable();
        numbers.truncate(n);
        self.rows.iter().filter(|row| numbers.contains(&row.number)).collect()
    }

    /// What is left out where `n` themes are shown, in a sentence; empty where nothing is.
    pub(in crate::report) fn left_out(&self, n: usize) -> String {
        let part = |n: usize, of: usize, which: &str| {
            (n < of).then(|| format!("the {n} {which} of {}", number::whole(of)))
        };
        let themes = part(n, self.n_themes, "strongest themes");
        let agencies = part(self.agencies.len(), self.n_agencies, "most active agencies");
        let parts: Vec<String> = [themes, agencies].into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!("Shown: {}.", list(&parts)) }
    }
}

pub(super) fn section(names: &Names, drawn: &Pictures) -> Section {
    let mut blocks = vec![Block::paragraph(
        "A recommendation is shared if its theme also holds a recommendation of another agency. \
         The nearest agencies are those with the most similar spread over themes; the number \
         beside each runs from 0 (no theme in common) to 1 (the same proportions).",
    )];
    blocks.extend(pictures::network(names, drawn));
    let column = |(name, is_number, width)| Column { name, is_number, width };
    let columns = [
        ("Agency", false, 27),
        ("Recommendations", true, 20),
        ("Shared", false, 14),
        ("Themes", true, 11),
        ("Nearest agencies", false, 28),
    ];
    blocks.push(Block::Table(Table {
        caption: Some("What each agency shares with others"),
        columns: columns.map(column).into(),
        rows: names.overlap.agencies.iter().map(|profile| compared(profile, names)).collect(),
    }));
    blocks.extend(body_by_body(names));
    Section::new("agencies", "Agencies compared", blocks)
}

/// Agencies named for each agency.
const MOST_BODIES: usize = 8;

/// For each agency, which others share or contradict its requests; `None` if none does.
fn body_by_body(names: &Names) -> Option<Block> {
    let by_agency = names.overlap.bodies.chunk_by(|x, y| x.agency == y.agency);
    let items: Vec<Item> = by_agency.map(|pairs| Item::line(of_others(pairs))).collect();
    let how = "Requests of each agency that another also makes, as far as Concord found them. An \
        agency's near-duplicates count as one request.";
    let blocks = vec![Block::paragraph(how), Block::list(ListStyle::Bullets, items)];
    (!names.overlap.bodies.is_empty()).then(|| Block::group("Body by body", blocks))
}

/// "IOM, 40 requests: UN DESA shares 7 and contradicts 1, WHO shares 3".
fn of_others(pairs: &[BodyPair]) -> Text {
    let Some(first) = pairs.first() else { return Text::default() };
    let said = pairs.iter().take(MOST_BODIES).map(|pair| {
        let other = clean(pair.other.as_str());
        match (pair.shares, pair.contradicts) {
            (shares, 0) => format!("{other} shares {shares}"),
            (0, contradicts) => format!("{other} contradicts {contradicts}"),
            (shares, contradicts) => {
                format!("{other} shares {shares} and contradicts {contradicts}")
            }
        }
    });
    let more = match pairs.len().saturating_sub(MOST_BODIES) {
        0 => String::new(),
        n => format!("; and {}", count(n, "more agency")),
    };
    let requests = count(first.requests, "request");
    Text::strong(clean(first.agency.as_str()))
        .then(format!(", {requests}: {}{more}.", said.collect::<Vec<_>>().join(", ")))
}

fn compared(profile: &AgencyProfile, names: &Names) -> Vec<Text> {
    let n = profile.rows.len();
    let to = Anchor::Agency(names.agency_number(&profile.agency));
    let share = profile.shared as f64 / n.max(1) as f64;
    let shared =
        format!(" {} ({})", number::whole(profile.shared), number::share(profile.shared, n));
    vec![
        Text::link(agency(profile), to),
        number::whole(n).into(),
        Text::default().and(Inline::Bar(share, None)).then(shared),
        number::whole(n_shared_themes(profile, names)).into(),
        nearest_text(profile, names),
    ]
}

/// Themes that an agency shares with another.
pub(in crate::report) fn n_shared_themes(profile: &AgencyProfile, names: &Names) -> usize {
    profile.themes.iter().filter(|(position, _)| names.theme(*position).is_shared()).count()
}

fn nearest_text(profile: &AgencyProfile, names: &Names) -> Text {
    if profile.shared == 0 {
        return Text::default().and(Inline::Mark(Tone::Weak, "stands alone"));
    }
    let mut text = Text::default();
    for (name, number, likeness) in nearest(profile, names) {
        let before = if text.0.is_empty() { "" } else { ", " };
        text = text
            .then(before)
            .and(Inline::Link(name, Anchor::Agency(number)))
            .and(Inline::Soft(format!(" {}", number::cosine(likeness))));
    }
    if text.0.is_empty() { "n/a".into() } else { text }
}

/// Name, number and likeness of the nearest agencies.
pub(in crate::report) fn nearest(
    profile: &AgencyProfile,
    names: &Names,
) -> Vec<(String, usize, f64)> {
    let near = profile.nearest.iter().filter(|(_, likeness)| *likeness > 0.0).take(NEAREST);
    near.map(|(name, likeness)| (clean(name.as_str()), names.agency_number(name), *likeness))
        .collect()
}

fn agency(profile: &AgencyProfile) -> String {
    clean(profile.agency.as_str())
}
