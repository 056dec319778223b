//! The room that the sheets of an .xls workbook take, added up before a library makes it.
//!
//! Source: MS-XLS, the binary file format of Excel.

use super::compound;

/// Cells of all sheets together, empty ones between others counted: two full sheets.
const MOST_CELLS: u64 = 2 * 65_536 * 256;

/// Bytes of records that are looked at: sheets that start inside one another would take for ever.
const MOST_BYTES: usize = 1 << 30;

/// Kinds of records (MS-XLS 2.3).
mod kind {
    /// Cells, which start with their row and column.
    pub(super) const CELLS: [u16; 9] =
        [0x0006, 0x00bd, 0x00d6, 0x00fd, 0x0203, 0x0204, 0x0205, 0x0207, 0x027e];
    /// Of those, several in a row; it ends with the column of the last.
    pub(super) const SEVERAL: u16 = 0x00bd;
    /// First and last row and column of a sheet, as the file claims.
    pub(super) const DIMENSIONS: u16 = 0x0200;
    /// The start and name of a sheet.
    pub(super) const SHEET: u16 = 0x0085;
    /// Begin and end of a sheet, or of a chart in it.
    pub(super) const BEGIN: u16 = 0x0809;
    pub(super) const END: u16 = 0x000a;
}

/// Whether the sheets of the workbook in `bytes`, a compound file whose chains end, span at most
/// [`MOST_CELLS`]: the library makes room for all cells between the first and the last, and for all that the file
/// claims. What is no workbook spans none.
pub(super) fn has_room(bytes: &[u8]) -> bool {
    compound::workbook(bytes).is_none_or(|stream| fits(&stream))
}

/// [`has_room`] of the stream of a workbook.
fn fits(stream: &[u8]) -> bool {
    let (mut cells, mut looked_at) = (0_u64, 0);
    let head = Records(stream).take_while(|record| record.kind != kind::END);
    let sheets = head.filter(|record| record.kind == kind::SHEET);
    for start in sheets.filter_map(|sheet| sheet.long(0)) {
        let part = stream.get(start as usize..).unwrap_or_default();
        let (in_sheet, bytes) = span(part);
        cells = cells.saturating_add(in_sheet);
        looked_at += bytes;
        if cells > MOST_CELLS || looked_at > MOST_BYTES {
            return false;
        }
    }
    true
}

/// Number of cells that the sheet at the start of `part` spans or claims to, whichever is more, and its bytes.
fn span(part: &[u8]) -> (u64, usize) {
    let mut claimed = 0;
    let mut bounds: Option<[u32; 4]> = None;
    let mut bytes = 0;
    let mut depth = 0_usize;
    for record in Records(part) {
        bytes += 4 + record.body.len();
        match record.kind {
            kind::BEGIN => depth += 1,
            kind::END if depth <= 1 => break,
            kind::END => depth -= 1,
            // The cells of a chart are no cells of the sheet.
            _ if depth > 1 => {}
            kind::DIMENSIONS => claimed = record.claimed().unwrap_or(0).max(claimed),
            of_cells if kind::CELLS.contains(&of_cells) => {
                let Some([row, first, last]) = record.place() else { continue };
                let (low, high) = (first.min(last), first.max(last));
                let [top, bottom, left, right] = bounds.unwrap_or([row, row, low, high]);
                bounds = Some([top.min(row), bottom.max(row), left.min(low), right.max(high)]);
            }
            _ => {}
        }
    }
    let area = |[top, bottom, left, right]: [u32; 4]| {
        u64::from(bottom - top + 1) * u64::from(right - left + 1)
    };
    (bounds.map_or(0, area).max(claimed), bytes)
}

/// A piece of a workbook.
struct Record<'a> {
    kind: u16,
    body: &'a [u8],
}

impl Record<'_> {
    fn short(&self, at: usize) -> Option<u32> {
        let pair = self.body.get(at..)?.first_chunk::<2>()?;
        Some(u32::from(u16::from_le_bytes(*pair)))
    }

    fn long(&self, at: usize) -> Option<u32> {
        let four = self.body.get(at..)?.first_chunk::<4>()?;
        Some(u32::from_le_bytes(*four))
    }

    /// The row, and the first and last column of a record of cells.
    fn place(&self) -> Option<[u32; 3]> {
        let first = self.short(2)?;
        let several = self.kind == kind::SEVERAL;
        let last = if several { self.short(self.body.len().checked_sub(2)?)? } else { first };
        Some([self.short(0)?, first, last])
    }

    /// Number of cells between the first row and column of a record of dimensions and its last, of which the file
    /// gives the next one. A last row before the first counts as the library counts it: as very many.
    fn claimed(&self) -> Option<u64> {
        let is_old = self.body.len() == 10;
        let [top, bottom] =
            if is_old { [self.short(0)?, self.short(2)?] } else { [self.long(0)?, self.long(4)?] };
        let at = if is_old { 4 } else { 8 };
        let [left, right] = [self.short(at)?, self.short(at + 2)?];
        if bottom == 0 || right == 0 {
            return Some(1);
        }
        // A first column that cannot be is read as the first of all.
        let left = if left > 0xff || right < left { 0 } else { left };
        let [rows, columns] = [bottom.wrapping_sub(top), right.wrapping_sub(left)];
        Some(u64::from(rows) * u64::from(columns))
    }
}

/// The records from the start of a stream to its end, or to the first that is cut.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let len = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let (body, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        Some(Record { kind, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: &[u8] = include_bytes!("../../../fuzz/seeds/xls/three.xls");

    /// The workbook of three rows with `change` made to the body of the first record that is `wanted`.
    fn changed(wanted: impl Fn(&Record) -> bool, change: impl Fn(&mut [u8])) -> Vec<u8> {
        let stream = compound::workbook(THREE).expect("it is one");
        let found = Records(&stream).find(|record| wanted(record)).expect("it has one");
        let whole =
            [&found.kind.to_le_bytes()[..], &(found.body.len() as u16).to_le_bytes(), found.body]
                .concat();
        let mut bytes = THREE.to_vec();
        let at =
            (512..bytes.len()).find(|&at| bytes[at..].starts_with(&whole)).expect("it is there");
        change(&mut bytes[at + 4..at + whole.len()]);
        bytes
    }

    fn is_cell(record: &Record) -> bool {
        kind::CELLS.contains(&record.kind)
    }

    #[test]
    fn an_ordinary_workbook_has_room_and_so_has_what_is_none() {
        assert!(has_room(THREE));
        assert!(has_room(b"no compound file"));
    }

    #[test]
    fn a_cell_far_away_takes_the_room_of_all_before_it() {
        let far = changed(is_cell, |body| body[..4].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]));
        assert!(!has_room(&far));
        let last = changed(is_cell, |body| body[..4].copy_from_slice(&[0xff, 0xff, 0xff, 0]));
        assert!(has_room(&last), "the last cell of a sheet is one");
    }

    #[test]
    fn room_that_is_only_claimed_counts() {
        let dimensions = |record: &Record| record.kind == kind::DIMENSIONS;
        let rows =
            |n: u32| changed(dimensions, move |body| body[4..8].copy_from_slice(&n.to_le_bytes()));
        assert!(has_room(&rows(65_536)));
        assert!(!has_room(&rows(u32::MAX)));
        let turned = changed(dimensions, |body| {
            body[..4].copy_from_slice(&9_u32.to_le_bytes());
            body[4..8].copy_from_slice(&3_u32.to_le_bytes());
        });
        assert!(!has_room(&turned), "the last row before the first");
    }

    /// The stream of a workbook with `n` sheets, each of which has the records `body`.
    fn workbook(n: usize, body: &[u8]) -> Vec<u8> {
        let end = [0x0a, 0, 0, 0];
        let start = 12 * n as u32 + 4;
        let sheet = [&[0x85, 0, 8, 0][..], &start.to_le_bytes(), &[0; 4]].concat();
        [&sheet.repeat(n)[..], &end, body, &end].concat()
    }

    fn cell(row: u16, column: u16) -> Vec<u8> {
        [&[0x03, 0x02, 4, 0][..], &row.to_le_bytes(), &column.to_le_bytes()].concat()
    }

    #[test]
    fn sheets_are_added_up() {
        let full = [cell(0, 0), cell(65_535, 255)].concat();
        assert!(fits(&workbook(2, &full)));
        assert!(!fits(&workbook(3, &full)));
    }

    #[test]
    fn neither_a_chart_nor_what_follows_a_sheet_is_of_it() {
        let begin = [0x09, 0x08, 0, 0];
        let end = [0x0a, 0, 0, 0];
        let far = cell(65_535, 255);
        let sheet = [&begin[..], &begin, &far, &end, &cell(3, 3), &end, &far].concat();
        assert_eq!(span(&sheet).0, 1);
    }
}
