//! Answers that were given before, one file each.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::question;
use crate::domain::Reading;

/// Where `folder` keeps the answer of `model` on two texts in their order: by content, so that it holds for
/// these texts in any corpus, and for no other question.
pub(super) fn path(folder: &Path, model: &str, a: &str, b: &str) -> PathBuf {
    let mut hasher = blake3::Hasher::new();
    for part in [&question::VERSION.to_string(), model, a, b] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    folder.join(format!("{}.json", hasher.finalize().to_hex()))
}

/// The answer at `path`; `None` if there is none, or if it cannot be read and must be asked for again.
#[expect(clippy::disallowed_methods, reason = "the folder of answers is this module's own")]
pub(super) fn read(path: &Path) -> Option<Reading> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Writes an answer whole or not at all.
pub(super) fn write(path: &Path, reading: &Reading) -> io::Result<()> {
    let folder = path.parent().expect("the path was made by joining a folder and a name");
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec(reading)?)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_model_or_text_has_another_place() {
        let place = |model, a, b| path(Path::new("x"), model, a, b);
        assert_ne!(place("m", "ab", "c"), place("m", "a", "bc"));
        assert_ne!(place("m", "a", "b"), place("n", "a", "b"));
        assert_eq!(place("m", "a", "b"), place("m", "a", "b"));
    }
}
