//! Tables for a terminal.

use std::fmt;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};
use concord::report::number;

/// Width used where stdout is no terminal.
const WIDTH: u16 = 110;

/// A longer word, such as a path, may be broken. An id with the name of a body is not: people paste it.
const LONGEST_WORD: usize = 48;

/// A column of texts of more characters than the first number is hard to read if it is narrower than the second.
const LONG_TEXT: u16 = 80;
const NARROW_TEXT: u16 = 28;

/// A terminal that says it is narrower than this does not know its width.
const NARROWEST: u16 = 20;

/// A table, shown as wide as the terminal.
pub(super) struct Lines {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A table with these headings.
pub(super) fn table(headings: &[&str]) -> Lines {
    Lines {
        headings: headings.iter().map(|&heading| heading.to_owned()).collect(),
        rows: Vec::new(),
    }
}

impl Lines {
    pub(super) fn add_row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// With the widths that [`Self::widths`] gives the columns, or, if there is no room for them, with one
    /// column.
    fn at_width(&self, width: u16) -> String {
        let mut table = blank(width);
        table.set_header(&self.headings).add_rows(&self.rows);
        let Some(widths) = self.widths(&table.column_max_content_widths(), width) else {
            return self.stacked(width);
        };
        for (column, width) in table.column_iter_mut().zip(widths) {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
        table.to_string()
    }

    /// Column widths that break no word, with the blanks around a cell; `None` if there is no room for them, or only a
    /// narrow one for the longest text.
    /// What is left goes, one by one, to the column whose longest cell takes the most lines: the texts that
    /// people read get the width, not the names beside them. `longest` has the longest line of each.
    fn widths(&self, longest: &[u16], width: u16) -> Option<Vec<u16>> {
        let mut widths: Vec<u16> = (0..longest.len()).map(|at| self.longest_word(at)).collect();
        let n = u16::try_from(widths.len()).ok()?;
        let blanks = (3 * n).checked_sub(1)?;
        let mut left = width.checked_sub(blanks + widths.iter().sum::<u16>())?;
        // In hundredths.
        let n_lines = |at: usize, width: u16| u32::from(longest[at]) * 100 / u32::from(width);
        while left > 0 {
            let short = (0..widths.len()).filter(|&at| widths[at] < longest[at]);
            let Some(at) = short.max_by_key(|&at| n_lines(at, widths[at])) else { break };
            widths[at] += 1;
            left -= 1;
        }
        let is_narrow = |at: usize| longest[at] > LONG_TEXT && widths[at] < NARROW_TEXT;
        if (0..widths.len()).any(is_narrow) {
            return None;
        }
        Some(widths.into_iter().map(|width| width + 2).collect())
    }

    /// Characters of the longest word in a column, from 1 to [`LONGEST_WORD`].
    fn longest_word(&self, column: usize) -> u16 {
        let cells = std::iter::once(&self.headings).chain(&self.rows);
        let words =
            cells.filter_map(|row| row.get(column)).flat_map(|cell| cell.split_whitespace());
        let longest = words.map(|word| word.chars().count()).max().unwrap_or(1);
        longest.clamp(1, LONGEST_WORD) as u16
    }

    /// Each row as lines of "heading: cell".
    fn stacked(&self, width: u16) -> String {
        let line = |(heading, cell): (&String, &String)| match (heading.as_str(), cell.as_str()) {
            (_, "") => None,
            ("", cell) => Some(cell.to_owned()),
            (heading, cell) => Some(format!("{heading}: {cell}")),
        };
        let row = |row: &Vec<String>| {
            let lines: Vec<String> = self.headings.iter().zip(row).filter_map(line).collect();
            [lines.join("\n")]
        };
        blank(width).add_rows(self.rows.iter().map(row)).to_string()
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.at_width(width()))
    }
}

/// The width of the terminal, or the usual one where there is none.
fn width() -> u16 {
    Table::new().width().filter(|&width| width >= NARROWEST).unwrap_or(WIDTH)
}

/// An empty table of this width.
fn blank(width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width);
    table
}

/// A text with a limit on its length in characters, cut at a word.
pub(super) fn shortened(text: &str, max_chars: usize) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    let cut: String = text.chars().take(max_chars).collect();
    let whole = cut.rfind(' ').map_or(cut.as_str(), |space| &cut[..space]);
    format!("{} …", whole.trim_end_matches([',', ';', ':']))
}

/// "1 agency", "2 agencies".
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", number::whole(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer of `concord themes`, with a long text.
    fn themes() -> Lines {
        let mut lines = table(&["id", "theme", "agencies", "agreement", "members", "who"]);
        let who = "International Organization for Migration, Epsilon";
        lines.add_row(["t-9b5a2b66", "Skills and qualifications", "2", "1.8", "12", who]);
        lines.add_row(["t-598cd28f", "Border guards", "3", "", "2", "Alpha, Gamma"]);
        lines
    }

    #[test]
    fn no_width_that_a_terminal_has_breaks_a_word() {
        for width in 30..=120 {
            let shown = themes().at_width(width);
            let whole: Vec<&str> = shown.split_whitespace().collect();
            let rows = themes().rows;
            let mut words = rows.iter().flatten().flat_map(|cell| cell.split_whitespace());
            assert_eq!(words.find(|word| !whole.contains(word)), None, "{width}:\n{shown}");
            let widest = shown.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(width.into()), "{width}:\n{shown}");
        }
    }

    #[test]
    fn a_table_has_its_columns_while_their_words_have_room() {
        assert!(!themes().at_width(80).contains("theme: "), "{}", themes().at_width(80));
        let shown = themes().at_width(40);
        assert!(shown.contains("\n agreement: 1.8 "), "{shown}");
        assert_eq!(shown.matches("agreement").count(), 1, "an empty cell is left out: {shown}");
    }

    #[test]
    fn a_long_text_is_no_narrow_column() {
        let mut lines = table(&["same ask", "id", "text"]);
        let text = "Governments should make the sending of remittances cheaper. ".repeat(3);
        lines.add_row(["93%", "standing-committee-on-local-government-03", text.trim()]);
        let shown = lines.at_width(110);
        assert!(shown.contains(" id ") && shown.contains("-government-03 "), "{shown}");
        let shown = lines.at_width(70);
        assert!(shown.contains(" id: standing-committee-on-local-government-03 "), "{shown}");
        assert!(shown.contains(" text: Governments should make the sending"), "{shown}");
    }

    #[test]
    fn a_path_may_be_broken() {
        let mut lines = table(&["what", "found"]);
        lines.add_row(["a", &"x".repeat(90)]);
        assert!(lines.at_width(60).contains(" what "), "{}", lines.at_width(60));
    }
}
