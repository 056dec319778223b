//! The answer of `concord check` for a terminal.

use concord::report::answers::verdict_name;
use concord::report::draft::{self, difference, place};
use concord::report::number;
use concord::{Agency, DraftCheck, Hit, Recommendation, Relation, ThemeRef, Verdict};

use crate::cli::table;

/// Themes, agencies or agenda items shown in a list.
const SHOWN: usize = 8;

/// A row for each statement, then a summary.
pub(super) fn render(found: &DraftCheck, rows: &[Recommendation]) -> String {
    let mut lines = table::table(&["lines", "verdict", "statement", "nearest recommendation"]);
    for verdict in &found.statements {
        lines.add_row([
            place(verdict),
            judgement(verdict),
            table::shortened(&verdict.text, 300),
            nearest(found, verdict, rows),
        ]);
    }
    let parts = [
        vec![lines.to_string(), String::new(), summary(found)],
        list(draft::TAKES_UP.0, found.touched.iter().map(theme)),
        list(draft::OMITS.0, found.missing.iter().map(theme)),
        list(draft::IN_LINE.0, found.in_line.iter().map(in_line)),
        agenda(found),
    ];
    format!("{}\n", parts.concat().join("\n"))
}

fn judgement(verdict: &Verdict) -> String {
    let mut lines = vec![verdict_name(verdict.relation).to_owned()];
    lines.push(number::probability(verdict.probability));
    if verdict.is_opposite() {
        // What repeats one recommendation may contradict another.
        lines.extend(agrees(verdict).then(|| "and".to_owned()));
        lines.push("OPPOSITE".to_owned());
    }
    lines.join("\n")
}

fn summary(found: &DraftCheck) -> String {
    let count = |relation| number::whole(found.count(relation));
    let mut lines = vec![format!(
        "{}: {} duplicate, {} overlapping, {} related, {} new.",
        table::counted(found.statements.len(), "statement", "statements"),
        count(Relation::Duplicate),
        count(Relation::Overlap),
        count(Relation::Related),
        count(Relation::None),
    )];
    lines.extend(draft::summary(found));
    lines.join("\n")
}

/// Whether a statement shares a request with something.
fn agrees(verdict: &Verdict) -> bool {
    verdict.relation >= Relation::Overlap
}

fn nearest(found: &DraftCheck, verdict: &Verdict, rows: &[Recommendation]) -> String {
    let mut lines = Vec::new();
    // A recommendation that it contradicts is never hidden behind a more probable match.
    let is_own = |hit: &&Hit| verdict.own.iter().any(|own| own.row == hit.row);
    let opposite = verdict.opposite().filter(|hit| !is_own(hit));
    let nearest = verdict.matches.first();
    let first = if agrees(verdict) { nearest } else { opposite.or(nearest) };
    lines.extend(first.into_iter().flat_map(|hit| described(hit, rows)));
    let contradicted = opposite.filter(|hit| first.is_none_or(|first| first.row != hit.row));
    if let Some(hit) = contradicted {
        let mut about = described(hit, rows).into_iter();
        lines.extend(about.next().map(|text| format!("OPPOSITE of {text}")));
        lines.extend(about);
    }
    let others = verdict.cite.iter().map(|&at| &verdict.matches[at]);
    let others: Vec<String> = others
        .filter(|hit| [first, opposite].into_iter().flatten().all(|shown| shown.row != hit.row))
        .map(|hit| format!("{} ({})", rows[hit.row].agency, rows[hit.row].id))
        .collect();
    if !others.is_empty() {
        lines.push(format!("also: {}", others.join(", ")));
    }
    lines.extend(verdict.parts.iter().map(|part| draft::part_line(part, rows)));
    if let Some(own) = verdict.own.first() {
        let author = found.author.as_ref().map_or("own", Agency::as_str);
        lines.push(format!(
            "{author} itself ({}, {}): {}",
            rows[own.row].id,
            own.likeness.relation,
            table::shortened(&rows[own.row].text, 100)
        ));
        lines.extend(own.differences.iter().map(difference));
    }
    let repeated = verdict.repeats.iter().map(|&at| place(&found.statements[at]));
    let repeated: Vec<String> = repeated.collect();
    if !repeated.is_empty() {
        lines.push(format!("repeats line {} of the draft", repeated.join(", ")));
    }
    if lines.is_empty() { "none".to_owned() } else { lines.join("\n") }
}

fn described(hit: &Hit, rows: &[Recommendation]) -> Vec<String> {
    let found = &rows[hit.row];
    let text = format!("{} ({}): {}", found.agency, found.id, table::shortened(&found.text, 220));
    // Differences to an unrelated text mean nothing.
    let related = hit.likeness.relation >= Relation::Related;
    let differences = hit.differences.iter().filter(|_| related).map(difference);
    std::iter::once(text).chain(differences).collect()
}

fn theme(theme: &ThemeRef) -> String {
    let names: Vec<&str> = theme.agencies.iter().map(Agency::as_str).collect();
    let agencies = table::counted(names.len(), "agency", "agencies");
    format!("{} ({agencies}: {})", theme.label, table::shortened(&names.join(", "), 90))
}

fn in_line((agency, n): &(Agency, usize)) -> String {
    format!("{agency} ({})", table::counted(*n, "statement", "statements"))
}

fn agenda(found: &DraftCheck) -> Vec<String> {
    let Some(items) = &found.answered else { return Vec::new() };
    list(draft::ANSWERS.0, items.iter().map(|item| table::shortened(&item.text, 100)))
}

/// A titled list, one entry a line; empty without entries.
fn list(title: &str, entries: impl ExactSizeIterator<Item = String>) -> Vec<String> {
    if entries.len() == 0 {
        return Vec::new();
    }
    let more = entries.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| format!("  and {more} more"));
    let shown = entries.take(SHOWN).map(|entry| format!("  {entry}"));
    std::iter::once(format!("{title}:")).chain(shown).chain(more).collect()
}
