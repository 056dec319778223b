//! The answer of `concord similar` for a terminal, and as CSV.

use concord::report::number;
use concord::{Hit, Recommendation, Similar};

use crate::cli::failure::Failure;
use crate::cli::{out, table};

/// Characters of a text that a table shows, and terms.
const TEXT: usize = 240;
const TERMS: usize = 4;

/// The answer to one query.
pub(super) fn render(answer: &Similar, rows: &[Recommendation]) -> String {
    if answer.hits.is_empty() {
        return "no recommendation is that similar\n".to_owned();
    }
    let mut lines =
        table::table(&["", "same ask", "relation", "agency", "id", "text", "because of"]);
    for (at, hit) in answer.hits.iter().enumerate().filter(|(_, hit)| hit.copy_of.is_none()) {
        let found = &rows[hit.row];
        let copies: Vec<&Recommendation> = answer
            .hits
            .iter()
            .filter(|copy| copy.copy_of == Some(hit.row))
            .map(|copy| &rows[copy.row])
            .collect();
        lines.add_row([
            (at + 1).to_string(),
            number::probability(hit.likeness.probability),
            relation(hit),
            with_copies(found.agency.as_str(), copies.iter().map(|copy| copy.agency.as_str())),
            with_copies(found.id.as_str(), copies.iter().map(|copy| copy.id.as_str())),
            shown(hit, &found.text),
            because_of(hit),
        ]);
    }
    let same = if concord::names_subject(&answer.text) {
        "for a query that only names a subject, the probability that the text asks for something about it"
    } else {
        "the probability that an analyst would see the same request in both texts"
    };
    format!(
        "{lines}\n\n\"same ask\": {same}.\n\
         \"because of\": query words that the encoder weighs most; ~ marks a paraphrase.\n"
    )
}

/// A name, and the names of results with the same text.
fn with_copies<'a>(name: &'a str, copies: impl Iterator<Item = &'a str>) -> String {
    let mut names = vec![name];
    names.extend(copies);
    names.dedup();
    names.join("\n= ")
}

/// The text, or the statement of a long text that answers the query.
fn shown(hit: &Hit, text: &str) -> String {
    match &hit.statements {
        Some((_, found)) if text.chars().count() > TEXT && found != text => {
            let before = if text.starts_with(found.as_str()) { "" } else { "… " };
            let shown = table::shortened(found, TEXT);
            let more = !text.ends_with(found.as_str()) && !shown.ends_with('…');
            format!("{before}{shown}{}", if more { " …" } else { "" })
        }
        _ => table::shortened(text, TEXT),
    }
}

/// The first few terms.
fn because_of(hit: &Hit) -> String {
    let terms = hit.why.iter().take(TERMS).filter(|reason| reason.share >= 0.05);
    let terms = terms.map(|reason| {
        let mark = if reason.shared { "" } else { "~" };
        format!("{mark}{}", reason.term)
    });
    terms.collect::<Vec<_>>().join("\n")
}

/// The relation, and whether the text asks for the contrary.
fn relation(hit: &Hit) -> String {
    let flag = if hit.is_opposite() { "\nOPPOSITE" } else { "" };
    format!("{}{flag}", hit.likeness.relation)
}

/// The answers as CSV on stdout.
pub(super) fn csv(found: &[Similar], rows: &[Recommendation]) -> Result<(), Failure> {
    let headings = ["query", "rank", "id", "agency", "probability", "relation", "cosine", "text"];
    let lines = found.iter().flat_map(|answer| {
        answer.hits.iter().enumerate().map(|(at, hit)| {
            let found = &rows[hit.row];
            vec![
                answer.id.clone().unwrap_or_else(|| answer.text.clone()),
                (at + 1).to_string(),
                found.id.to_string(),
                found.agency.to_string(),
                number::raw(hit.likeness.probability),
                hit.likeness.relation.to_string(),
                number::raw(f64::from(hit.likeness.cosine)),
                found.text.clone(),
            ]
        })
    });
    out::csv(&headings, lines)
}
