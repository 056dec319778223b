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

/// Bytes of an entry of the directory, and of a small sector.
const ENTRY: usize = 128;
const MINI: usize = 64;

/// The stream of the workbook in `bytes`, whose chains end; `None` if there is none.
pub(super) fn workbook(bytes: &[u8]) -> Option<Vec<u8>> {
    File::new(bytes)?.workbook()
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
