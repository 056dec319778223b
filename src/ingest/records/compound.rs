//! The container of old Office files, checked before a library follows its chains of sectors.
//!
//! Source: MS-CFB, the compound file binary format.

/// Where the header says what, in bytes from its start.
mod header {
    pub(super) const SECTOR_SHIFT: usize = 30;
    pub(super) const FIRST_DIRECTORY: usize = 48;
    /// A stream shorter than this stands in small sectors, inside that of the first entry of the directory.
    pub(super) const MINI_CUTOFF: usize = 56;
    pub(super) const FIRST_MINI_FAT: usize = 60;
    pub(super) const FIRST_DIFAT: usize = 68;
    /// The first 109 sectors of the table of sectors; more stand in a chain of their own.
    pub(super) const DIFAT: usize = 76;
    pub(super) const DIFAT_ENTRIES: usize = 109;
}

/// Whether the chains of sectors in `bytes` come to an end: the library would follow a circle until the memory is
/// full. What is not a compound file at all has none, and the library refuses it.
pub(super) fn chains_end(bytes: &[u8]) -> bool {
    let Some(file) = File::new(bytes) else { return true };
    let Some(table) = file.table() else { return false };
    if !ends(&table) {
        return false;
    }
    ends(&file.mini_table(&table))
}

/// Columns of a sheet in an .xls workbook.
const COLUMNS: usize = 256;

/// Bytes of an entry of the directory, and of a small sector.
const ENTRY: usize = 128;
const MINI: usize = 64;

/// Records of a cell or of several in a row, which start with its row and column (MS-XLS 2.4).
const CELLS: [u16; 9] = [0x0006, 0x00bd, 0x00d6, 0x00fd, 0x0203, 0x0204, 0x0205, 0x0207, 0x027e];
/// The one of several.
const MULTIPLE: u16 = 0x00bd;

/// Whether a cell of the workbook in `bytes`, whose chains end, stands in a column that the format does not have:
/// the library would make room for all cells before it.
pub(super) fn has_cell_outside(bytes: &[u8]) -> bool {
    let Some(file) = File::new(bytes) else { return false };
    let stream = file.workbook().unwrap_or_default();
    let mut rest = stream.as_slice();
    while let Some((head, body)) = rest.split_first_chunk::<4>() {
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let len = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let body = body.get(..len).unwrap_or(body);
        let column = |at: Option<usize>| {
            let pair = body.get(at?..)?.first_chunk::<2>()?;
            Some(usize::from(u16::from_le_bytes(*pair)))
        };
        let last = if kind == MULTIPLE { body.len().checked_sub(2) } else { Some(2) };
        let places = [column(Some(2)), column(last)];
        if CELLS.contains(&kind) && places.into_iter().flatten().any(|at| at >= COLUMNS) {
            return true;
        }
        rest = rest.get(4 + len..).unwrap_or_default();
    }
    false
}

struct File<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl<'a> File<'a> {
    /// `None` if `bytes` are no compound file.
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let shift = bytes.get(header::SECTOR_SHIFT).filter(|shift| (7..=16).contains(*shift))?;
        Some(Self { bytes, size: 1 << shift })
    }

    /// The table of sectors: for each, the next of its chain; `None` if it runs in a circle.
    fn table(&self) -> Option<Vec<u32>> {
        let sectors = self.sectors_of_table()?;
        Some(sectors.iter().flat_map(|&sector| self.entries(sector)).collect())
    }

    /// The stream of the workbook; `None` if there is none.
    fn workbook(&self) -> Option<Vec<u8>> {
        let table = self.table()?;
        let directory = self.chain(number(self.bytes, header::FIRST_DIRECTORY)?, &table);
        let entry = |name: &str| {
            let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
            directory.chunks_exact(ENTRY).find(|entry| entry.starts_with(&name))
        };
        let entry = entry("Workbook").or_else(|| entry("Book"))?;
        let (start, len) = (number(entry, 116)?, number(entry, 120)? as usize);
        let mut stream = if len < number(self.bytes, header::MINI_CUTOFF)? as usize {
            let small = self.chain(number(&directory, 116)?, &table);
            let mini = self.mini_table(&table);
            let mut stream = Vec::new();
            let mut at = start as usize;
            while let Some(&next) = mini.get(at) {
                stream.extend(small.get(at * MINI..).unwrap_or_default().iter().take(MINI));
                at = next as usize;
            }
            stream
        } else {
            self.chain(start, &table)
        };
        stream.truncate(len);
        Some(stream)
    }

    /// The bytes of the sectors from `sector` on, to the end of the chain or of the file.
    fn chain(&self, mut sector: u32, table: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(&next) = table.get(sector as usize) {
            bytes.extend_from_slice(self.sector(sector));
            sector = next;
        }
        bytes
    }

    /// The table of small sectors.
    fn mini_table(&self, table: &[u32]) -> Vec<u32> {
        let mut mini = Vec::new();
        let mut sector = number(self.bytes, header::FIRST_MINI_FAT).unwrap_or(u32::MAX);
        while let Some(&next) = table.get(sector as usize) {
            mini.extend(self.entries(sector));
            sector = next;
        }
        mini
    }

    /// What the file has of a sector.
    fn sector(&self, sector: u32) -> &[u8] {
        // The header takes the place of a sector.
        let start = (sector as usize + 1).saturating_mul(self.size);
        let end = start.saturating_add(self.size).min(self.bytes.len());
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The numbers in a sector; none where the file has no such sector.
    fn entries(&self, sector: u32) -> Vec<u32> {
        self.sector(sector).chunks_exact(4).filter_map(|chunk| number(chunk, 0)).collect()
    }

    /// The sectors that hold the table of sectors; `None` if their list runs in a circle.
    fn sectors_of_table(&self) -> Option<Vec<u32>> {
        let place = |at: usize| number(self.bytes, header::DIFAT + 4 * at);
        let mut found: Vec<u32> = (0..header::DIFAT_ENTRIES).filter_map(place).collect();
        let mut next = number(self.bytes, header::FIRST_DIFAT).unwrap_or(u32::MAX);
        for _ in 0..=self.bytes.len() / self.size {
            let mut entries = self.entries(next);
            let Some(last) = entries.pop() else { return Some(found) };
            found.extend(entries);
            next = last;
        }
        None
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let chunk = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*chunk))
}

/// Whether every chain of a table ends, in which each entry is the number of the next.
fn ends(table: &[u32]) -> bool {
    // The walk that came by each entry, from 1; 0 for none.
    let mut walks = vec![0_usize; table.len()];
    for start in 0..table.len() {
        let mut at = start;
        while let Some(walk) = walks.get_mut(at) {
            if *walk == start + 1 {
                return false;
            }
            if *walk > 0 {
                break;
            }
            *walk = start + 1;
            at = table[at] as usize;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of a header and one sector of the table, whose first entries are `table`.
    fn file(table: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0xff; 1024];
        bytes[header::SECTOR_SHIFT] = 9;
        bytes[header::DIFAT..header::DIFAT + 4].copy_from_slice(&0_u32.to_le_bytes());
        for (at, entry) in table.iter().enumerate() {
            bytes[512 + 4 * at..][..4].copy_from_slice(&entry.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn a_cell_in_a_column_that_there_is_not_is_seen() {
        let mut bytes = include_bytes!("../../../fuzz/seeds/xls/three.xls").to_vec();
        assert!(!has_cell_outside(&bytes));
        // A number, or a string of the table, in one of the first rows and columns.
        let is_cell = |at: &usize| {
            let record = &bytes[*at..];
            let kind = u16::from_le_bytes([record[0], record[1]]);
            let is_plain = matches!((kind, record[2]), (0x00fd | 0x027e, 10) | (0x0203, 14));
            is_plain && record[3] == 0 && record[5] == 0 && record[7] == 0
        };
        let at = (512..bytes.len() - 16).find(is_cell).expect("it has cells");
        bytes[at + 7] = 1;
        assert!(has_cell_outside(&bytes));
        assert!(!has_cell_outside(b"no compound file"));
    }

    #[test]
    fn a_chain_that_runs_in_a_circle_is_seen() {
        const END: u32 = 0xffff_fffe;
        assert!(chains_end(&file(&[2, END, 1, 2])));
        assert!(!chains_end(&file(&[2, 0, 1])));
        assert!(!chains_end(&file(&[END, 1])));
        assert!(chains_end(b"no compound file"));
        let mut lists = file(&[END]);
        lists[header::FIRST_DIFAT..header::FIRST_DIFAT + 4].copy_from_slice(&0_u32.to_le_bytes());
        lists[1020..].copy_from_slice(&0_u32.to_le_bytes());
        assert!(!chains_end(&lists));
    }
}
