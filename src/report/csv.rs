//! Tables as CSV.

use std::borrow::Cow;

use super::number;
use super::tables::{Cell, Table};

/// A cell that a spreadsheet would take for a formula gets an apostrophe before it.
#[must_use]
pub fn inert(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// One table, headings first; numbers without thousands separators, shares from 0 to 1.
pub(super) fn render(table: &Table) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = "a Vec takes every row, and all rows have as many cells";
    writer.write_record(table.columns.iter().map(|c| inert(&c.name).into_owned())).expect(written);
    for row in &table.rows {
        writer.write_record(row.iter().map(text)).expect(written);
    }
    writer.into_inner().expect(written)
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Link { text, .. } => inert(text).into_owned(),
        Cell::Count(n) => n.to_string(),
        // A number may begin with a minus: it is no text, and no formula.
        Cell::Estimate(x) | Cell::Cosine(x) | Cell::Probability(x) | Cell::Share(x) => {
            number::raw(*x)
        }
        Cell::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_are_left() {
        let texts = ["=1+1", "+1", "-1", "@A1", "\tx", "plain", ""];
        let inert: Vec<_> = texts.into_iter().map(inert).collect();
        assert_eq!(inert, ["'=1+1", "'+1", "'-1", "'@A1", "'\tx", "plain", ""]);
        assert_eq!(text(&Cell::Estimate(-0.25)), "-0.25");
        assert_eq!(text(&Cell::Share(0.123_456)), "0.1235");
    }
}
