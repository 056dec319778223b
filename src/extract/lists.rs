//! List items in order: the list each belongs to, its depth, and the marker it should have.

use super::{
    blocks::{Block, Kind},
    marker::{Form, Marker, Style, printed},
};

/// A list item within its section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Index of its block.
    pub(crate) block: usize,
    /// Its marker, with conversion errors corrected.
    pub(crate) marker: String,
    /// 0 for the outermost list.
    pub(crate) depth: usize,
    /// Whether its marker is a number or letter rather than a bullet.
    pub(crate) counted: bool,
    /// Index of the item it is nested in.
    pub(crate) parent: Option<usize>,
    /// Number of its list; items of one list share it.
    pub(crate) list: usize,
}

#[derive(Debug, Clone)]
struct Level {
    style: Style,
    form: Form,
    prefix: String,
    value: u32,
    indent: usize,
    depth: u8,
    item: usize,
    list: usize,
}

/// The list items in `range` of `blocks`, in order. A heading ends every open list.
pub(crate) fn items(blocks: &[Block], range: std::ops::Range<usize>) -> Vec<Item> {
    let mut reader = Reader { out: Vec::new(), levels: Vec::new(), lists: 0 };
    let at: Vec<usize> = range.collect();
    for (order, &number) in at.iter().enumerate() {
        match &blocks[number].kind {
            Kind::Heading(_) => reader.levels.clear(),
            Kind::Item(marker) => {
                let next = at[order + 1..]
                    .iter()
                    .take_while(|&&n| !blocks[n].is_heading())
                    .find_map(|&n| blocks[n].marker());
                reader.item(number, marker, blocks[number].depth, next);
            }
            Kind::Paragraph | Kind::Note | Kind::Row => {}
        }
    }
    reader.out
}

struct Reader {
    out: Vec<Item>,
    levels: Vec<Level>,
    lists: usize,
}

impl Reader {
    fn item(&mut self, block: usize, marker: &Marker, depth: u8, next: Option<&Marker>) {
        let mended = self.mend(marker, next);
        let marker = mended.as_ref().unwrap_or(marker);
        match self.continued(marker, depth) {
            Some((at, value, style)) => {
                self.levels.truncate(at + 1);
                let level = &mut self.levels[at];
                (level.value, level.style) = (value, style);
            }
            None => self.open(marker, depth),
        }
        let number = self.out.len();
        let parent = self.levels.len().checked_sub(2).map(|at| self.levels[at].item);
        let Some(level) = self.levels.last_mut() else { return };
        level.item = number;
        let list = level.list;
        let text = printed_as(marker, level);
        let counted = level.style != Style::Bullet;
        let depth = self.levels.len() - 1;
        self.out.push(Item { block, marker: text, depth, counted, parent, list });
    }

    /// The open list that `marker` continues, with its value and style there.
    fn continued(&self, marker: &Marker, depth: u8) -> Option<(usize, u32, Style)> {
        let levels = self.levels.iter().enumerate().rev();
        if marker.style == Style::Bullet {
            let fits = |l: &Level| {
                l.style == Style::Bullet
                    && if depth > 0 {
                        l.depth == depth
                    } else {
                        l.indent.abs_diff(marker.indent) <= 1
                    }
            };
            return levels.clone().find(|(_, l)| fits(l)).map(|(at, _)| (at, 0, Style::Bullet));
        }
        // Look for the next value first. A jump of a few means that items were lost in conversion.
        for reach in [1, 4] {
            // "(f)" and then "(i)": rather the first of an inner list than the ninth after three lost ones.
            let begins = |l: &Level| reach > 1 && marker.value == 1 && marker.style != l.style;
            let same = |(_, l): &(usize, &Level)| {
                l.form == marker.form
                    && !begins(l)
                    && l.prefix == marker.prefix
                    && (depth == 0 || l.depth == depth)
            };
            for (at, level) in levels.clone().filter(same) {
                let value = marker
                    .value_as(level.style)
                    .filter(|&v| v > level.value && v <= level.value + reach);
                if let Some(value) = value {
                    return Some((at, value, level.style));
                }
                // A list that began with "(i)", which may be a letter or a roman numeral.
                if reach == 1
                    && level.value_as_other(marker.style) == Some(marker.value.wrapping_sub(1))
                {
                    return Some((at, marker.value, marker.style));
                }
            }
        }
        None
    }

    fn open(&mut self, marker: &Marker, depth: u8) {
        // An item that restarts a style closes the list of that style and the lists inside it.
        let same = self.levels.iter().position(|l| match marker.style {
            Style::Bullet => {
                l.style == Style::Bullet
                    && if depth > 0 { l.depth >= depth } else { l.indent >= marker.indent }
            }
            _ if depth > 0 => l.depth >= depth,
            _ => l.style == marker.style && l.form == marker.form,
        });
        if let Some(above) = self.levels.iter().rposition(|l| l.numbers(marker)) {
            self.levels.truncate(above + 1);
        } else if let Some(same) = same {
            self.levels.truncate(same);
        } else if marker.value > 1 && marker.style != Style::Bullet && depth < 2 {
            // A list that starts in the middle does not belong to the lists before it.
            self.levels.clear();
        }
        self.lists += 1;
        self.levels.push(Level {
            style: marker.style,
            form: marker.form,
            prefix: marker.prefix.clone(),
            value: marker.value,
            indent: marker.indent,
            depth,
            item: 0,
            list: self.lists,
        });
    }

    /// The corrected marker, if its neighbours show that it was lost or misread: "(k)", "(I)", "(m)".
    fn mend(&self, marker: &Marker, next: Option<&Marker>) -> Option<Marker> {
        for level in self.levels.iter().rev().filter(|l| l.style != Style::Bullet) {
            let due = level.value + 1;
            if marker.style != Style::Bullet
                && marker.form == level.form
                && marker.value_as(level.style) == Some(due)
            {
                return None;
            }
            let next_fits = next.is_some_and(|n| {
                n.form == level.form
                    && n.prefix == level.prefix
                    && n.value_as(level.style) == Some(due + 1)
            });
            let damaged = marker.style == Style::Bullet
                || marker.form == level.form && looks_like(marker, level.style, due);
            if damaged && (next_fits || marker.style != Style::Bullet) {
                return mended(marker, level.style, level.form, &level.prefix, due);
            }
        }
        // The first item of an inner list lost its marker: "- Text" before "(ii)".
        let next = next.filter(|n| {
            marker.style == Style::Bullet
                && !self.levels.is_empty()
                && n.value_as(n.style) == Some(2)
        })?;
        let inner = self.levels.iter().all(|l| l.style == Style::Bullet || l.style != next.style);
        if inner { mended(marker, next.style, next.form, &next.prefix, 1) } else { None }
    }
}

impl Level {
    /// Whether a decimal marker counts below the last item: "6.3.1" below "6.3".
    fn numbers(&self, marker: &Marker) -> bool {
        let number = match self.style {
            Style::Decimal => format!("{}.{}", self.prefix, self.value),
            Style::Number => self.value.to_string(),
            _ => return false,
        };
        marker.style == Style::Decimal && marker.prefix == number
    }

    /// The value of the last item read in another style: a lone "(i)" read as roman may be a letter.
    fn value_as_other(&self, style: Style) -> Option<u32> {
        match (self.style, style) {
            (Style::Roman, Style::Letter) => match self.value {
                1 => Some(9),
                5 => Some(22),
                10 => Some(24),
                _ => None,
            },
            _ => None,
        }
    }
}

fn mended(marker: &Marker, style: Style, form: Form, prefix: &str, value: u32) -> Option<Marker> {
    let printed = printed(style, form, value)?;
    Some(Marker { printed, style, value, prefix: prefix.to_owned(), form, ..marker.clone() })
}

/// Whether `marker` looks like a misprint of the one that is due: "(I)" or "(1)" for "(l)".
fn looks_like(marker: &Marker, style: Style, due: u32) -> bool {
    let seen = marker.printed.trim_matches(['(', ')', '.']);
    let due = printed(style, Form::Bare, due).unwrap_or_default();
    let plain = |text: &str| {
        text.to_lowercase().replace(['i', '1', '|'], "l").replace('0', "o").replace('5', "s")
    };
    plain(seen) == plain(&due)
}

fn printed_as(marker: &Marker, level: &Level) -> String {
    match marker.style {
        Style::Bullet | Style::Decimal | Style::Labelled => marker.printed.clone(),
        // "5-" and "٣." stay as they are; what is restored is always printed in the usual way.
        _ if printed(marker.style, marker.form, marker.value)
            .is_none_or(|p| p != marker.printed) =>
        {
            marker.printed.clone()
        }
        _ => {
            printed(level.style, level.form, level.value).unwrap_or_else(|| marker.printed.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Document, DocumentId},
        extract::{blocks::blocks, layout::Layout},
    };

    fn read(text: &str) -> Vec<(String, usize)> {
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let document = Document::plain(id, "d.txt".into(), text.into());
        let blocks = blocks(&document, &Layout::measure(&document));
        items(&blocks, 0..blocks.len()).into_iter().map(|i| (i.marker, i.depth)).collect()
    }

    fn expect(text: &str, markers: &[(&str, usize)]) {
        let expected: Vec<_> = markers.iter().map(|(m, d)| ((*m).to_owned(), *d)).collect();
        assert_eq!(read(text), expected);
    }

    #[test]
    fn an_i_between_h_and_j_is_a_letter() {
        expect("- (h) Act.\n- (i) Act.\n- (j) Act.\n", &[("(h)", 0), ("(i)", 0), ("(j)", 0)]);
    }

    #[test]
    fn inner_lists_and_lost_markers() {
        let text =
            "- (a) Act:\n - Do.\n - (ii) Do.\n- (b) Act:\n - (i) Do.\n - (ii) Do.\n- (c) Act.\n";
        let expected =
            [("(a)", 0), ("(i)", 1), ("(ii)", 1), ("(b)", 0), ("(i)", 1), ("(ii)", 1), ("(c)", 0)];
        expect(text, &expected);
    }

    #[test]
    fn a_roman_list_begins_inside_a_letter() {
        let text = "(e) Act.\n(f) Ships\n(i) Do.\n(ii) Do.\n(g) Act.\n";
        expect(text, &[("(e)", 0), ("(f)", 0), ("(i)", 1), ("(ii)", 1), ("(g)", 0)]);
    }

    #[test]
    fn misread_markers_are_mended() {
        expect("(k) Act.\n(I) Act.\n(m) Act.\n", &[("(k)", 0), ("(l)", 0), ("(m)", 0)]);
        expect(
            "(g) Act.\n(h) Act.\n- Act.\n(j) Act.\n",
            &[("(g)", 0), ("(h)", 0), ("(i)", 0), ("(j)", 0)],
        );
    }

    #[test]
    fn decimal_numbers_go_inside_the_one_they_extend() {
        let expected = [("6.2", 0), ("6.3", 0), ("6.3.1", 1), ("6.3.2", 1), ("6.4", 0)];
        expect("6.2 Act.\n6.3 Act:\n6.3.1 Do.\n6.3.2 Do.\n6.4 Act.\n", &expected);
    }

    #[test]
    fn bullets_under_numbers_are_inside() {
        expect("1. Act:\n- Do.\n- Do.\n2. Act.\n", &[("1.", 0), ("-", 1), ("-", 1), ("2.", 0)]);
    }
}
