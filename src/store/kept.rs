//! What a long build keeps of its work beside the index, so that the next one goes on where a killed one
//! stopped.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::database::KeptRows;
use super::{StoreError, folder};

/// Numbers by the BLAKE3 of what they are of.
#[derive(Debug)]
pub struct Kept {
    known: HashMap<blake3::Hash, Vec<f32>>,
    place: KeptIn,
}

/// Where they outlast this process.
#[derive(Debug)]
enum KeptIn {
    File(KeptFile),
    Database(Box<KeptRows>),
}

/// A line that names the conditions, then records of a hash (32 bytes), the count of numbers (u32),
/// the numbers (f32), and the first bytes of the BLAKE3 of all that, little-endian. A record that a killed
/// process left half-written ends the file.
#[derive(Debug)]
struct KeptFile {
    path: PathBuf,
    first_line: String,
    /// Bytes of the file that are whole; 0 if it is to be written anew.
    whole: u64,
    file: Option<File>,
}

const HASH: usize = blake3::OUT_LEN;
const COUNT: usize = size_of::<u32>();
const CHECK: usize = 8;

impl Kept {
    /// Reads the file at `path`. One that was written under other `conditions` counts as empty.
    pub(super) fn open(path: PathBuf, conditions: &str) -> Result<Self, StoreError> {
        let conditions = blake3::hash(conditions.as_bytes()).to_hex();
        let first_line = format!("concord kept 1 {conditions}\n");
        let mut file = KeptFile { path, first_line, whole: 0, file: None };
        let mut known = HashMap::new();
        let bytes = match folder::read(&file.path) {
            Ok(bytes) => bytes,
            Err(StoreError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { known, place: KeptIn::File(file) });
            }
            Err(error) => return Err(error),
        };
        if let Some(mut rest) = bytes.strip_prefix(file.first_line.as_bytes()) {
            while let Some((hash, numbers, after)) = record(rest) {
                known.insert(hash, numbers);
                rest = after;
            }
            file.whole = (bytes.len() - rest.len()) as u64;
        }
        Ok(Self { known, place: KeptIn::File(file) })
    }

    /// What `rows` of a database hold.
    pub(super) fn in_database(
        rows: KeptRows,
        known: impl IntoIterator<Item = (blake3::Hash, Vec<f32>)>,
    ) -> Self {
        Self { known: known.into_iter().collect(), place: KeptIn::Database(Box::new(rows)) }
    }

    /// The numbers of what has this hash.
    #[must_use]
    pub fn get(&self, hash: &blake3::Hash) -> Option<&[f32]> {
        self.known.get(hash).map(Vec::as_slice)
    }

    /// Adds numbers; when it returns, they outlast this process and a loss of power.
    ///
    /// # Errors
    /// [`StoreError::Write`], on a full disk for one.
    pub fn add<'a>(
        &mut self,
        new: impl IntoIterator<Item = (blake3::Hash, &'a [f32])>,
    ) -> Result<(), StoreError> {
        match &mut self.place {
            KeptIn::File(file) => file.add(new.into_iter()),
            KeptIn::Database(rows) => rows.add(new.into_iter()),
        }
    }

    /// Removes what was kept: the index that it was for is in place.
    pub fn forget(self) {
        match self.place {
            KeptIn::File(file) => file.forget(),
            KeptIn::Database(rows) => rows.forget(),
        }
    }
}

impl KeptFile {
    fn add<'a>(
        &mut self,
        new: impl Iterator<Item = (blake3::Hash, &'a [f32])>,
    ) -> Result<(), StoreError> {
        let mut bytes = Vec::new();
        for (hash, numbers) in new {
            let start = bytes.len();
            bytes.extend_from_slice(hash.as_bytes());
            let count = u32::try_from(numbers.len()).expect("a vector has few components");
            bytes.extend_from_slice(&count.to_le_bytes());
            bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            let check = blake3::hash(&bytes[start..]);
            bytes.extend_from_slice(&check.as_bytes()[..CHECK]);
        }
        self.append(&bytes).map_err(|source| StoreError::Write { path: self.path.clone(), source })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            let mut file = open_for_writing(&self.path)?;
            file.set_len(self.whole)?;
            file.seek(SeekFrom::End(0))?;
            if self.whole == 0 {
                file.write_all(self.first_line.as_bytes())?;
            }
            self.file = Some(file);
        }
        let file = self.file.as_mut().expect("opened above");
        file.write_all(bytes)?;
        file.sync_data()
    }

    #[expect(clippy::disallowed_methods, reason = "the store is the edge to the index folder")]
    fn forget(self) {
        drop(self.file);
        // What cannot be removed now is overwritten by the next build.
        let _ = fs::remove_file(&self.path);
    }
}

fn open_for_writing(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(false).open(path)
}

/// The first record in `bytes` and what follows it; `None` if none is whole.
fn record(bytes: &[u8]) -> Option<(blake3::Hash, Vec<f32>, &[u8])> {
    let (hash, rest) = bytes.split_first_chunk::<HASH>()?;
    let (count, rest) = rest.split_first_chunk::<COUNT>()?;
    let n = usize::try_from(u32::from_le_bytes(*count)).ok()?.checked_mul(size_of::<f32>())?;
    let numbers = rest.get(..n)?;
    let (check, after) = rest[n..].split_first_chunk::<CHECK>()?;
    let found = blake3::hash(&bytes[..HASH + COUNT + n]);
    if &found.as_bytes()[..CHECK] != check {
        return None;
    }
    let (numbers, _) = numbers.as_chunks::<{ size_of::<f32>() }>();
    let numbers = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    Some((blake3::Hash::from_bytes(*hash), numbers, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(of: &str) -> blake3::Hash {
        blake3::hash(of.as_bytes())
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "damages the file")]
    fn what_was_kept_is_there_again_up_to_where_the_file_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        let open = |conditions| Kept::open(path.clone(), conditions).unwrap();
        let mut kept = open("model A");
        assert!(!path.exists(), "nothing is written before there is something to keep");
        kept.add([(hash("one"), &[1.5_f32, -0.0][..])]).unwrap();
        kept.add([(hash("two"), &[f32::MIN_POSITIVE][..]), (hash("none"), &[])]).unwrap();
        drop(kept);
        let whole = fs::read(&path).unwrap();
        for (cut, expected) in [(0, 3), (1, 2), (CHECK + COUNT + HASH, 2), (whole.len() - 80, 0)] {
            fs::write(&path, &whole[..whole.len() - cut]).unwrap();
            let mut kept = open("model A");
            assert_eq!(kept.known.len(), expected, "{cut} bytes are missing");
            kept.add([(hash("three"), &[3.0_f32][..])]).unwrap();
            let again = open("model A");
            assert_eq!(again.known.len(), expected + 1, "{cut} bytes were missing");
            assert_eq!(again.get(&hash("three")), Some(&[3.0][..]));
        }
        fs::write(&path, &whole).unwrap();
        let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        let one = open("model A");
        assert_eq!(bits(one.get(&hash("one")).unwrap()), bits(&[1.5, -0.0]), "to the bit");
        let mut damaged = whole.clone();
        damaged[whole.len() - CHECK - COUNT - HASH - CHECK - 1] ^= 1;
        fs::write(&path, &damaged).unwrap();
        assert_eq!(open("model A").known.len(), 1, "a flipped bit ends what is believed");
        assert_eq!(open("model B").known.len(), 0, "another model has other vectors");
        open("model B").forget();
        assert!(!path.exists());
    }
}
