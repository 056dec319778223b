//! The content of index files: domain types as bytes, and back.

use ndarray::{Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::themes_file::ThemesFile;
use super::{Lock, Manifest, Opened, Place, Staging, StoreError, file, npy, peek};
use crate::domain::{
    Agenda, Corpus, DecidedPair, Decision, EarlierTheme, Embeddings, Grains, Likeness, Link,
    PairReading, Reader, Reading, Recommendation, Relation, Said, find_row,
};

impl Staging<'_> {
    /// Writes the recommendations, agenda and challenges of `corpus`.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn write_corpus(&self, corpus: &Corpus) -> Result<(), StoreError> {
        self.write(file::RECOMMENDATIONS, &json_lines(&corpus.recommendations))?;
        if let Some(agenda) = &corpus.agenda {
            self.write_json(file::AGENDA, agenda)?;
        }
        if !corpus.challenges.is_empty() {
            self.write(file::CHALLENGES, &json_lines(&corpus.challenges))?;
        }
        Ok(())
    }

    /// Writes `themes`, whose rows are positions in `recommendations`.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn write_themes(
        &self,
        themes: &Grains,
        recommendations: &[Recommendation],
    ) -> Result<(), StoreError> {
        self.write_json(file::THEMES, &ThemesFile::new(themes, recommendations))
    }

    /// Writes what people decided; no file if they decided nothing.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn write_decisions(&self, decisions: &[Decision]) -> Result<(), StoreError> {
        if decisions.is_empty() {
            return Ok(());
        }
        self.write_json(file::DECISIONS, &DecisionsFile { decisions: decisions.to_vec() })
    }

    /// Writes the pairs that people decided on, by id; no file if there are none.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn write_decided_pairs(
        &self,
        pairs: &[DecidedPair],
        recommendations: &[Recommendation],
    ) -> Result<(), StoreError> {
        if pairs.is_empty() {
            return Ok(());
        }
        let id = |row: usize| recommendations[row].id.to_string();
        let entry = |pair: &DecidedPair| (id(pair.a), id(pair.b), pair.said);
        self.write_json(file::DECIDED_PAIRS, &pairs.iter().map(entry).collect::<Vec<_>>())
    }

    /// Writes links of recommendations, or pairs of other passages with them, as file `name`.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn write_links(&self, name: &str, links: &[Link]) -> Result<(), StoreError> {
        self.write_table(name, &links_table(links).view())
    }

    /// Writes what the second reader said of `recommendations`; no file if it said nothing.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn write_readings(
        &self,
        readings: &[PairReading],
        recommendations: &[Recommendation],
    ) -> Result<(), StoreError> {
        if readings.is_empty() {
            return Ok(());
        }
        let id = |row: usize| &recommendations[row].id;
        let line = |PairReading { a, b, reading }: &PairReading| {
            let Reading { relation, reason } = reading;
            let pair = serde_json::json!({ "a": id(*a), "b": id(*b), "relation": relation, "reason": reason });
            format!("{pair}\n")
        };
        self.write(file::READINGS, readings.iter().map(line).collect::<String>().as_bytes())
    }

    /// Writes a matrix as NumPy file `name`.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn write_table(&self, name: &str, table: &ArrayView2<'_, f32>) -> Result<(), StoreError> {
        self.write(name, &npy::write(table))
    }

    /// Writes numbers as NumPy file `name`, one a row.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn write_column(&self, name: &str, values: &[f32]) -> Result<(), StoreError> {
        let view = ArrayView2::from_shape((values.len(), 1), values);
        self.write_table(name, &view.expect("a column has as many rows as values"))
    }

    /// Writes `value` as JSON file `name`.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec_pretty(value);
        self.write(name, &bytes.expect("derived data holds only text and finite numbers"))
    }
}

/// Each fails with [`StoreError`] if the file is missing, was changed, or does not hold what it should.
impl Opened {
    /// The recommendations, by id.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn recommendations(&self) -> Result<Vec<Recommendation>, StoreError> {
        self.records(file::RECOMMENDATIONS, &self.require(file::RECOMMENDATIONS)?)
    }

    /// The challenges that the corpus came with, by id; empty if there are none.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn challenges(&self) -> Result<Vec<Recommendation>, StoreError> {
        let bytes = self.read(file::CHALLENGES)?;
        bytes.map_or(Ok(Vec::new()), |bytes| self.records(file::CHALLENGES, &bytes))
    }

    fn records(&self, name: &str, bytes: &[u8]) -> Result<Vec<Recommendation>, StoreError> {
        let lines = bytes.split(|&byte| byte == b'\n').enumerate();
        let lines = lines.filter(|(_, line)| !line.is_empty());
        let mut records: Vec<Recommendation> = Vec::new();
        for (number, line) in lines {
            let wrong = |why: &str| self.damaged(name, format!("line {}: {why}", number + 1));
            let record: Recommendation =
                serde_json::from_slice(line).map_err(|error| wrong(&error.to_string()))?;
            // Readers look ids up by binary search.
            if records.last().is_some_and(|last| last.id >= record.id) {
                return Err(wrong("its id is not above that of the line before"));
            }
            records.push(record);
        }
        Ok(records)
    }

    /// The agenda that the corpus came with.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn agenda(&self) -> Result<Option<Agenda>, StoreError> {
        let has_one = self.manifest.files.contains_key(file::AGENDA);
        has_one.then(|| self.json(file::AGENDA)).transpose()
    }

    /// The matrix in the NumPy file `name`.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn table(&self, name: &str) -> Result<Array2<f32>, StoreError> {
        npy::parse(&self.require(name)?).map_err(|error| self.damaged(name, error.to_string()))
    }

    /// The unit vectors in the NumPy file `name`.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn embeddings(&self, name: &str) -> Result<Embeddings, StoreError> {
        Embeddings::checked(self.table(name)?)
            .map_err(|(row, why)| self.damaged(name, format!("row {row}: {why}")))
    }

    /// The value in the JSON file `name`.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, StoreError> {
        let bytes = self.require(name)?;
        serde_json::from_slice(&bytes).map_err(|error| self.damaged(name, error.to_string()))
    }

    /// The links between `n` recommendations, by rows.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn links(&self, n: usize) -> Result<Vec<Link>, StoreError> {
        let links = self.links_in(file::LINKS, [n, n])?;
        if links.iter().all(|link| link.a < link.b) {
            return Ok(links);
        }
        Err(self.damaged(file::LINKS, "the rows of a link are in another order".into()))
    }

    /// The pairs that people had decided on when the index was built.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn decided_pairs(
        &self,
        recommendations: &[Recommendation],
    ) -> Result<Vec<DecidedPair>, StoreError> {
        if !self.manifest.files.contains_key(file::DECIDED_PAIRS) {
            return Ok(Vec::new());
        }
        let entries: Vec<(String, String, Said)> = self.json(file::DECIDED_PAIRS)?;
        let pair = |(a, b, said): (String, String, Said)| {
            let [a, b] = [a, b].map(|id| find_row(recommendations, &id).ok());
            Some(DecidedPair { a: a?, b: b?, said }).filter(|pair| pair.a < pair.b)
        };
        let pairs: Option<Vec<DecidedPair>> = entries.into_iter().map(pair).collect();
        pairs.ok_or_else(|| {
            self.damaged(file::DECIDED_PAIRS, "it names pairs that do not exist".into())
        })
    }

    /// The pairs in file `name`: rows of a list of `n[0]` passages, and of one of `n[1]`; none if there
    /// is no such file.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn pairs(&self, name: &str, n: [usize; 2]) -> Result<Vec<Link>, StoreError> {
        let has_some = self.manifest.files.contains_key(name);
        if has_some { self.links_in(name, n) } else { Ok(Vec::new()) }
    }

    fn links_in(&self, name: &str, n: [usize; 2]) -> Result<Vec<Link>, StoreError> {
        let table = self.table(name)?;
        let links: Option<Vec<Link>> = table.rows().into_iter().map(|row| link(&row, n)).collect();
        links.ok_or_else(|| self.damaged(name, "it names rows or readers that do not exist".into()))
    }

    /// The themes of `recommendations` at each grain.
    ///
    /// # Errors
    /// See [`Opened`].
    pub fn themes(&self, recommendations: &[Recommendation]) -> Result<Grains, StoreError> {
        let stored: ThemesFile = self.json(file::THEMES)?;
        stored.grains(recommendations).ok_or_else(|| {
            self.damaged(file::THEMES, "it names recommendations that do not exist".into())
        })
    }

    /// What is wrong with file `name`, as an error.
    #[must_use]
    pub fn damaged(&self, name: &str, why: String) -> StoreError {
        StoreError::Damaged { path: self.place().file(name), why }
    }
}

impl Lock {
    /// Replaces what people decided, while the rest of the index stays as it was built.
    ///
    /// # Errors
    /// [`StoreError::Write`]; the decisions then stay as they were.
    pub fn replace_decisions(&self, decisions: &[Decision]) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec_pretty(&DecisionsFile { decisions: decisions.to_vec() });
        self.replace(file::DECISIONS, &bytes.expect("decisions are text"))
    }
}

/// What people decided about the themes and pairs of an index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decisions {
    /// The decisions, oldest first.
    pub list: Vec<Decision>,
    /// Whether the file is not as the last build left it: somebody edited it, or it was damaged in a way that
    /// still reads as decisions.
    pub edited: bool,
}

/// What people decided in the index at `place`; nothing where there is no index. Read as it stands:
/// the file may have been edited by hand.
///
/// # Errors
/// [`StoreError::Decisions`] if it cannot be understood, or if it is gone although the manifest lists it:
/// decisions are never dropped silently.
pub fn decisions_at(place: impl Into<Place>) -> Result<Decisions, StoreError> {
    let place = place.into();
    let manifest = Manifest::intact_at(&place);
    decisions_of(&place, manifest.as_ref(), peek(&place, file::DECISIONS)?)
}

/// What people decided in the index at `place`, whose manifest and decisions were read.
pub(super) fn decisions_of(
    place: &Place,
    manifest: Option<&Manifest>,
    bytes: Option<Vec<u8>>,
) -> Result<Decisions, StoreError> {
    let unusable = |why: String| StoreError::Decisions { path: place.file(file::DECISIONS), why };
    let sum = manifest.and_then(|manifest| manifest.files.get(file::DECISIONS));
    let Some(bytes) = bytes else {
        let lost = || Err(unusable("the file is gone".to_owned()));
        return sum.map_or_else(|| Ok(Decisions::default()), |_| lost());
    };
    let read: DecisionsFile =
        serde_json::from_slice(&bytes).map_err(|error| unusable(error.to_string()))?;
    let is_as_written = sum.is_some_and(|sum| sum.blake3 == blake3::hash(&bytes).to_hex().as_str());
    Ok(Decisions { list: read.decisions, edited: manifest.is_some() && !is_as_written })
}

/// The themes of the index at `place`; none where they cannot be read, so that new ids are made.
///
/// # Errors
/// [`StoreError::Read`] if the file exists and cannot be opened.
pub fn themes_at(place: impl Into<Place>) -> Result<Vec<EarlierTheme>, StoreError> {
    let place = place.into();
    let bytes = peek(&place, file::THEMES)?.unwrap_or_default();
    let Ok(stored) = serde_json::from_slice::<ThemesFile>(&bytes) else { return Ok(Vec::new()) };
    // Names of an older format were found in another way.
    let manifest = peek(&place, file::MANIFEST)?.unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap_or_default();
    let is_current = manifest["format_version"] == super::FORMAT_VERSION;
    Ok(stored.earlier(is_current))
}

fn json_lines(recommendations: &[Recommendation]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for recommendation in recommendations {
        serde_json::to_writer(&mut bytes, recommendation)
            .expect("records hold only text and numbers");
        bytes.push(b'\n');
    }
    bytes
}

/// Columns of `links.npy`: two rows, cosine, probabilities of overlap and of duplicate, a number of
/// [`READERS`], and the cross-encoder's probability of the contrary, [`UNREAD`] without one.
const LINK_COLUMNS: usize = 7;

/// Stands for no probability.
const UNREAD: f32 = -1.0;

/// Readers by their number in `links.npy`.
const READERS: [Reader; 4] = [Reader::Encoder, Reader::Judge, Reader::Second, Reader::Person];

fn links_table(links: &[Link]) -> Array2<f32> {
    Array2::from_shape_fn((links.len(), LINK_COLUMNS), |(row, column)| {
        let link = &links[row];
        match column {
            0 => link.a as f32,
            1 => link.b as f32,
            2 => link.likeness.cosine,
            3 => link.likeness.probability as f32,
            4 => link.likeness.duplicate as f32,
            5 => f32::from(link.likeness.read_by as u8),
            _ => link.likeness.contrary.map_or(UNREAD, |p| p as f32),
        }
    })
}

/// `None` if it is no link between a row below `n[0]` and one below `n[1]`.
pub(super) fn link(row: &ArrayView1<'_, f32>, n: [usize; 2]) -> Option<Link> {
    let [a, b, cosine, probability, duplicate, reader, contrary] = *row.to_vec().as_slice() else {
        return None;
    };
    let (a, b) = (a as usize, b as usize);
    let (probability, duplicate) = (f64::from(probability), f64::from(duplicate));
    let relation = Relation::from_probabilities(duplicate, probability);
    let read_by = *READERS.get(reader as usize)?;
    let contrary = (contrary >= 0.0).then(|| f64::from(contrary));
    let likeness = Likeness { cosine, probability, duplicate, relation, contrary, read_by };
    (a < n[0] && b < n[1]).then_some(Link { a, b, likeness })
}

/// `decisions.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionsFile {
    decisions: Vec<Decision>,
}
