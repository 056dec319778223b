//! How the figures came about.

use crate::domain::Overlap;
use crate::report::document::{Block, Section, Table};
use crate::report::number;
use crate::report::words::{clean, count};

/// What the method does, for readers who are no specialists.
const HOW: &str = "A language model turns every recommendation into a list of numbers (an embedding), \
    so that texts with similar meanings lie close together. How close they lie (cosine) is \
    translated into the probability that a careful analyst would say that they ask for the same \
    thing. Recommendations that probably ask for the same thing form themes. All figures are \
    estimates by a program: read the wording before you rely on one.";

const CONSENSUS: &str = "the number of agencies in a theme and how far they agree; an agency counts once, \
    however often it repeats itself. A random draw of as many recommendations shows what chance \
    would give";

/// Columns of the figures from labelled data, with their part of the width.
pub(in crate::report) const MEASURED: [(&str, usize); 5] =
    [("Question", 23), ("Result", 13), ("Meaning", 22), ("Data", 21), ("Record", 21)];

pub(super) fn section(overlap: &Overlap) -> Section {
    let mut blocks = vec![Block::paragraph(HOW), Block::Facts(facts(overlap))];
    if !overlap.method.measured.is_empty() {
        blocks.push(Block::Heading("How often it is right".to_owned()));
        blocks.push(Block::paragraph(
            "Measured on recommendations that people labelled. On other documents the results may \
             be better or worse.",
        ));
        blocks.push(Block::Table(Table::texts(MEASURED, measured(overlap))));
    }
    Section::new("method", "Method", blocks)
}

/// The figures from labelled data, a row each.
pub(in crate::report) fn measured(overlap: &Overlap) -> impl Iterator<Item = [&str; 5]> {
    let rows = overlap.method.measured.iter();
    rows.map(|row| [&*row.what, &*row.figure, &*row.meaning, &*row.data, &*row.source])
}

/// Name and value of what a reader needs to judge and to repeat the figures.
pub(in crate::report) fn facts(overlap: &Overlap) -> Vec<(&'static str, String)> {
    let method = &overlap.method;
    let compared = count(overlap.recommendations.len(), "recommendation");
    let compared = match method.corpus.as_str() {
        "" => compared,
        sum => format!("{compared} (BLAKE3 {sum})"),
    };
    let from = |threshold: f64, what: &str| {
        format!("counted from a probability of {} that {what}", number::probability(threshold))
    };
    let shared = "two recommendations share a substantial part of what they ask";
    let same = "two recommendations ask for the same action on the same object";
    vec![
        ("Program", format!("Concord {}", clean(&method.version))),
        ("Language model", clean(&method.model)),
        ("Compared", compared),
        ("Overlap", from(method.overlap_threshold, shared)),
        ("Near-duplicate", from(method.duplicate_threshold, same)),
        ("Consensus", CONSENSUS.to_owned()),
        ("To make this report again", clean(&method.command)),
    ]
}
