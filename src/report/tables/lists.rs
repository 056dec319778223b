//! Agencies, pairs, recommendations, method.

use crate::domain::{Overlap, Recommendation};
use crate::report::view::{ChangesView, Entries, Entry, View};
use crate::report::words;

use super::{Cell, Table, columns};

/// Every agency with what it shares.
pub(super) fn agencies(view: &View) -> Table {
    let rows = view.agencies.iter().map(|agency| {
        let nearest: Vec<String> = agency
            .nearest
            .iter()
            .map(|(_, name, likeness)| format!("{name} ({likeness})"))
            .collect();
        vec![
            Cell::text(&*agency.name),
            Cell::Count(agency.n_recommendations),
            Cell::Count(agency.n_shared),
            Cell::share(agency.n_shared as f64 / agency.n_recommendations as f64),
            Cell::Count(agency.themes.len()),
            Cell::text(nearest.join(", ")),
        ]
    });
    Table {
        name: "Agencies",
        columns: columns(&[
            ("Agency", 34),
            ("Recommendations", 16),
            ("Shared with others", 12),
            ("Share", 8),
            ("Shared themes", 10),
            ("Nearest agencies (likeness, 0 to 1)", 60),
        ]),
        rows: rows.collect(),
        frozen: 1,
    }
}

/// Every pair of near-duplicates.
pub(super) fn pairs(overlap: &Overlap, view: &View) -> Table {
    let rows = view.duplicates.iter().zip(&overlap.duplicates).map(|(pair, link)| {
        let within = if pair.within_one_agency() { "one agency" } else { "two agencies" };
        let mut row = vec![
            Cell::share(link.likeness.duplicate),
            Cell::share(link.likeness.probability),
            Cell::figure(f64::from(link.likeness.cosine)),
            Cell::text(within),
        ];
        for entry in [pair.a, pair.b] {
            row.extend([
                Cell::text(&*entry.agency),
                recommendation(entry),
                Cell::text(&*entry.text),
                Cell::text(&*entry.place),
            ]);
        }
        row
    });
    Table {
        name: "Pairs",
        columns: columns(&[
            ("Chance that both ask for the same", 12),
            ("Chance of a shared request", 12),
            ("Cosine", 8),
            ("Made by", 13),
            ("Agency 1", 16),
            ("ID 1", 14),
            ("Recommendation 1", 60),
            ("Source 1", 30),
            ("Agency 2", 16),
            ("ID 2", 14),
            ("Recommendation 2", 60),
            ("Source 2", 30),
        ]),
        rows: rows.collect(),
        frozen: 1,
    }
}

/// A recommendation's id, leading to its row.
pub(super) fn recommendation(entry: &Entry) -> Cell {
    Cell::Link { text: entry.id.clone(), table: "Recommendations", row: entry.number - 1 }
}

/// Every recommendation with its place and its themes, by id.
pub(super) fn recommendations(overlap: &Overlap, entries: &Entries, view: &View) -> Table {
    let rows = overlap.recommendations.iter().enumerate().map(|(row, found)| {
        let entry = entries.row(row);
        let source = found.source.as_ref();
        let count = |n: Option<usize>| n.map_or(Cell::Empty, Cell::Count);
        let name = |text: Option<&str>| Cell::text(text.map(words::clean).unwrap_or_default());
        vec![
            Cell::text(&*entry.id),
            Cell::text(&*entry.agency),
            Cell::text(entry.lead_in.as_deref().unwrap_or_default()),
            Cell::text(&*entry.text),
            first_theme(entry, view),
            Cell::text(theme_names(entry, view)),
            name(found.document.as_ref().map(crate::domain::DocumentId::as_str)),
            name(chapter(found)),
            name(found.section.as_deref()),
            name(found.marker.as_deref()),
            count(source.and_then(|s| s.page).map(|page| page as usize)),
            count(source.map(|s| s.line_start)),
            count(source.map(|s| s.line_end)),
            found.year.map_or(Cell::Empty, |year| Cell::text(year.to_string())),
        ]
    });
    Table {
        name: "Recommendations",
        columns: columns(&[
            ("ID", 14),
            ("Agency", 20),
            ("Lead-in", 30),
            ("Recommendation", 80),
            ("Strongest theme", 30),
            ("All themes", 34),
            ("Document", 16),
            ("Chapter", 9),
            ("Section", 30),
            ("Marker", 9),
            ("Page", 7),
            ("First line", 8),
            ("Last line", 8),
            ("Year", 7),
        ]),
        rows: rows.collect(),
        frozen: 1,
    }
}

fn chapter(recommendation: &Recommendation) -> Option<&str> {
    recommendation.other.get("chapter")?.as_str()
}

fn first_theme(entry: &Entry, view: &View) -> Cell {
    entry.themes.first().map_or(Cell::Empty, |&number| Cell::Link {
        text: view.theme_name(number),
        table: "Themes",
        row: number - 1,
    })
}

fn theme_names(entry: &Entry, view: &View) -> String {
    entry.themes.iter().map(|&n| view.theme_name(n)).collect::<Vec<_>>().join("; ")
}

/// What changed since an older report.
pub(super) fn changes(changes: &ChangesView) -> Table {
    let sentence = |text: &String| vec![Cell::text(&**text), Cell::Empty, Cell::Empty];
    let row = |row: &[String; 3]| row.iter().map(|text| Cell::text(&**text)).collect();
    Table {
        name: "Changes",
        columns: columns(&[("What", 40), ("Before", 60), ("Now", 60)]),
        rows: changes.sentences.iter().map(sentence).chain(changes.rows.iter().map(row)).collect(),
        frozen: 1,
    }
}

/// How the figures came about, and how often they are right.
pub(super) fn method(view: &View) -> Table {
    let facts = view.method_facts().into_iter().map(|(name, value)| {
        vec![Cell::text(name), Cell::text(value), Cell::Empty, Cell::Empty, Cell::Empty]
    });
    let measured = view.method.measured.iter().map(|row| {
        let cells = [&row.what, &row.figure, &row.meaning, &row.data, &row.source];
        cells.into_iter().map(|text| Cell::text(text.as_str())).collect()
    });
    Table {
        name: "Method",
        columns: columns(&[
            ("What", 50),
            ("Value", 60),
            ("What that means", 50),
            ("On which data", 50),
            ("Record", 30),
        ]),
        rows: facts.chain(measured).collect(),
        frozen: 1,
    }
}
