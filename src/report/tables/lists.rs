//! Agencies, pairs, recommendations, changes, method.

use super::{Cell, Table, table, theme_name};
use crate::domain::{
    AgencyProfile, Changes, Contradiction, DocumentId, Link, Overlap, Recommendation, Repeat, Time,
};
use crate::report::names::{Entry, Names, Numbered};
use crate::report::number;
use crate::report::overlap::{
    change_rows, change_sentences, method as how, n_shared_themes, nearest,
};
use crate::report::words::{clean, recalls};

/// Every agency with what it shares.
pub(super) fn agencies(names: &Names) -> Table {
    let near = |profile: &&AgencyProfile| {
        let near = nearest(profile, names).into_iter();
        let near = near.map(|(name, _, likeness)| format!("{name} ({})", number::cosine(likeness)));
        Cell::text(near.collect::<Vec<_>>().join(", "))
    };
    table(
        ("Agencies", 1),
        names.overlap.agencies.iter(),
        &[
            ("Agency", 34, &|agency| Cell::text(clean(agency.agency.as_str()))),
            ("Recommendations", 17, &|agency| Cell::Count(agency.rows.len())),
            ("Shared with others", 12, &|agency| Cell::Count(agency.shared)),
            ("Share", 8, &|agency| Cell::Share(agency.shared as f64 / agency.rows.len() as f64)),
            ("Shared themes", 10, &|agency| Cell::Count(n_shared_themes(agency, names))),
            ("Nearest agencies (similarity, 0 to 1)", 60, &near),
        ],
    )
}

/// Which requests of one agency another shares or contradicts.
pub(super) fn bodies(names: &Names) -> Table {
    table(
        ("Bodies", 2),
        names.overlap.bodies.iter(),
        &[
            ("Agency", 60, &|pair| Cell::text(clean(pair.agency.as_str()))),
            ("Other agency", 60, &|pair| Cell::text(clean(pair.other.as_str()))),
            ("Requests of the agency", 12, &|pair| Cell::Count(pair.requests)),
            ("Shared by the other", 12, &|pair| Cell::Count(pair.shares)),
            ("Contradicted by the other", 14, &|pair| Cell::Count(pair.contradicts)),
            ("Not found with the other", 12, &|pair| Cell::Count(pair.misses())),
        ],
    )
}

/// Recommendations that contradict each other.
pub(super) fn contradictions(names: &Names) -> Table {
    let (a, b) =
        (|one: &&Contradiction| names.entry(one.a), |one: &&Contradiction| names.entry(one.b));
    table(
        ("Contradictions", 1),
        names.overlap.contradictions.iter(),
        &[
            ("Probability of being about the same", 13, &|one| Cell::Probability(one.probability)),
            ("Words 1", 24, &|one| Cell::text(clean(&one.phrases.0))),
            ("Words 2", 24, &|one| Cell::text(clean(&one.phrases.1))),
            ("Agency 1", 16, &|one| Cell::text(&*a(one).agency)),
            ("ID 1", 14, &|one| Cell::recommendation(a(one))),
            ("Recommendation 1", 60, &|one| Cell::text(&*a(one).text)),
            ("Agency 2", 16, &|one| Cell::text(&*b(one).agency)),
            ("ID 2", 14, &|one| Cell::recommendation(b(one))),
            ("Recommendation 2", 60, &|one| Cell::text(&*b(one).text)),
        ],
    )
}

/// What is asked again in later years: a row for each time.
pub(super) fn repeats(repeats: &[Repeat], names: &Names) -> Table {
    let rows = repeats
        .iter()
        .zip(1..)
        .flat_map(|(repeat, number)| repeat.times().into_iter().map(move |time| (number, time)));
    let entry = |(_, time): &(usize, Time)| names.entry(time.row);
    let year = |time: &Time| time.year.map_or(String::new(), |year| year.to_string());
    table(
        ("Repeats", 2),
        rows,
        &[
            ("Request", 9, &|row| Cell::Count(row.0)),
            ("Year", 7, &|row| Cell::text(year(&row.1))),
            ("Agency", 20, &|row| Cell::text(&*entry(row).agency)),
            ("ID", 14, &|row| Cell::recommendation(entry(row))),
            ("Recommendation", 80, &|row| Cell::text(&*entry(row).text)),
            ("What it says of an earlier one", 24, &|row| {
                Cell::text(row.1.recalled.map_or(String::new(), recalls))
            }),
        ],
    )
}

/// Every pair of near-duplicates.
pub(super) fn pairs(names: &Names) -> Table {
    let (a, b) = (|link: &&Link| names.entry(link.a), |link: &&Link| names.entry(link.b));
    let made_by = |link: &&Link| {
        Cell::text(if a(link).agency == b(link).agency { "one agency" } else { "two agencies" })
    };
    table(
        ("Pairs", 1),
        names.overlap.duplicates.iter(),
        &[
            ("Probability that both ask for the same", 13, &|link| {
                Cell::Probability(link.likeness.duplicate)
            }),
            ("Agency 1", 16, &|link| Cell::text(&*a(link).agency)),
            ("ID 1", 14, &|link| Cell::recommendation(a(link))),
            ("Recommendation 1", 100, &|link| Cell::text(&*a(link).text)),
            ("Agency 2", 16, &|link| Cell::text(&*b(link).agency)),
            ("ID 2", 14, &|link| Cell::recommendation(b(link))),
            ("Recommendation 2", 100, &|link| Cell::text(&*b(link).text)),
            ("Probability of a shared request", 13, &|link| {
                Cell::Probability(link.likeness.probability)
            }),
            ("Cosine", 8, &|link| Cell::Cosine(f64::from(link.likeness.cosine))),
            ("Made by", 13, &made_by),
            ("Source 1", 30, &|link| Cell::text(&*a(link).source.place)),
            ("Source 2", 30, &|link| Cell::text(&*b(link).source.place)),
        ],
    )
    .printing(7)
}

/// A recommendation as it was read, and as the report shows it.
type Row<'a> = (&'a Recommendation, &'a Entry);

/// Every recommendation with its place and its themes, by id.
pub(super) fn recommendations(names: &Names) -> Table {
    let themes = names.themes();
    let themes_of = |entry: &Entry| -> Vec<Numbered> {
        entry.themes.iter().map(|&number| themes[number - 1]).collect()
    };
    let all = |(_, entry): &Row| {
        let labels: Vec<String> = themes_of(entry).into_iter().map(theme_name).collect();
        Cell::text(labels.join("; "))
    };
    let strongest = |(_, entry): &Row| {
        themes_of(entry).first().map_or(Cell::Empty, |&theme| Cell::theme(theme))
    };
    let count = |n: Option<usize>| n.map_or(Cell::Empty, Cell::Count);
    let name = |text: Option<&str>| Cell::text(text.map(clean).unwrap_or_default());
    table(
        ("Recommendations", 1),
        names.overlap.recommendations.iter().enumerate().map(|(row, r)| (r, names.entry(row))),
        &[
            ("ID", 14, &|(_, entry)| Cell::text(&*entry.source.id)),
            ("Agency", 20, &|(_, entry)| Cell::text(&*entry.agency)),
            ("Recommendation", 120, &|(_, entry)| Cell::text(&*entry.text)),
            ("Strongest theme", 40, &strongest),
            ("Lead-in", 60, &|(_, entry)| Cell::text(entry.lead_in.as_deref().unwrap_or_default())),
            ("All themes", 60, &all),
            ("Document", 16, &|(r, _)| name(r.document.as_ref().map(DocumentId::as_str))),
            ("Chapter", 9, &|(r, _)| name(chapter(r))),
            ("Section", 30, &|(r, _)| name(r.section.as_deref())),
            ("Marker", 9, &|(r, _)| name(r.marker.as_deref())),
            ("Page", 7, &|(r, _)| {
                count(r.source.as_ref().and_then(|s| s.page).map(|p| p as usize))
            }),
            ("First line", 8, &|(r, _)| count(r.source.as_ref().map(|s| s.line_start))),
            ("Last line", 8, &|(r, _)| count(r.source.as_ref().map(|s| s.line_end))),
            ("Year", 7, &|(r, _)| r.year.map_or(Cell::Empty, |year| Cell::text(year.to_string()))),
            ("Address", 40, &|(_, entry)| {
                Cell::text(entry.source.address.as_deref().unwrap_or_default())
            }),
        ],
    )
    .printing(4)
}

fn chapter(recommendation: &Recommendation) -> Option<&str> {
    recommendation.other.get("chapter")?.as_str()
}

/// What changed since an older report.
pub(super) fn changes(changes: &Changes) -> Table {
    let sentences = change_sentences(changes).into_iter();
    let sentences = sentences.map(|text| [text, String::new(), String::new()]);
    texts(
        "Changes",
        sentences.chain(change_rows(changes)),
        [("Change", 40), ("Before", 60), ("Now", 60)],
    )
}

/// How the figures came about, and how often they are right.
pub(super) fn method(overlap: &Overlap) -> Table {
    let facts = how::facts(overlap).into_iter();
    let facts = facts.map(|(name, value)| [name, &value, "", "", ""].map(str::to_owned));
    let measured = how::measured(overlap).map(|row| row.map(str::to_owned));
    let columns = [("What", 50), ("Value", 60), ("Meaning", 50), ("Data", 50), ("Record", 30)];
    texts("Method", facts.chain(measured), columns)
}

/// A table of texts alone.
fn texts<const N: usize>(
    name: &'static str,
    rows: impl Iterator<Item = [String; N]>,
    columns: [(&str, u8); N],
) -> Table {
    Table {
        name,
        columns: columns.map(|(name, width)| super::Column::new(name, width)).into(),
        rows: rows.map(|row| row.map(Cell::text).into()).collect(),
        frozen: 1,
        printed: N,
    }
}
