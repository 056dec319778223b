//! All passages of a corpus, ready to be compared with each other and with a query.

use std::collections::HashMap;

use rayon::prelude::*;

use super::calibration::{Calibration, Scale, Spread};
use super::lexicon::{Lexicon, WordVector};
use super::space::{Ready, Space};
use super::spelling::{Unknown, lengths_of_likes, vocabulary, with_likes};
use crate::domain::{Embeddings, Language, Passage};
use crate::text::fold::same_words;
use crate::text::{terms, words};

/// Embeddings of whole texts and of their statements.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    /// Row *i* is text *i*.
    pub texts: Embeddings,
    /// The statements of text 0, then those of text 1, and so on.
    pub statements: Embeddings,
}

/// The fitted data that a corpus is compared by.
///
/// All of it can be derived from the texts and [`Vectors`]; it is stored because that takes time.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The adapted space.
    pub space: Space,
    /// Length of each text, then of each statement, in the adapted space.
    pub lengths: Vec<f32>,
    /// Distribution of the similarities of pairs.
    pub scale: Scale,
    /// From that scale to probabilities.
    pub calibration: Calibration,
}

/// Compares passages with those of one corpus.
pub struct Linker {
    pub(super) passages: Vec<Passage>,
    pub(super) vectors: Vectors,
    pub(super) fitted: Fitted,
    pub(super) lexicon: Lexicon,
    pub(super) words: Vec<WordVector>,
    /// Hashes of the normalized texts, to recognize a passage that is present word for word.
    pub(super) folded: Vec<blake3::Hash>,
    /// For each text, the row of its first copy.
    firsts: Vec<usize>,
    /// Statements of text *i* are `starts[i]..starts[i + 1]`.
    pub(super) starts: Vec<usize>,
    /// Whether a text's only statement is the whole text.
    pub(super) is_one: Vec<bool>,
}

/// A passage prepared for comparison with the corpus.
pub struct ReadyPassage {
    passage: Passage,
    pub(super) vector: Vec<f32>,
    pub(super) ready: Ready,
    pub(super) statements: Vec<Ready>,
    /// Whether the only statement is the whole text.
    pub(super) is_one: bool,
    pub(super) words: WordVector,
    pub(super) folded: blake3::Hash,
}

impl ReadyPassage {
    /// The passage itself.
    #[must_use]
    pub fn passage(&self) -> &Passage {
        &self.passage
    }

    /// Its embedding.
    #[must_use]
    pub fn vector(&self) -> &[f32] {
        &self.vector
    }
}

impl Linker {
    /// A linker with everything derived from the passages and their vectors.
    ///
    /// # Panics
    /// If `vectors` lacks a row for a passage or for one of its statements.
    #[must_use]
    pub fn fit(passages: Vec<Passage>, vectors: Vectors, calibration: Calibration) -> Self {
        let (folded, distinct) = fold_all(&passages);
        let space = Space::fit(&vectors.texts, &distinct, calibration.typical_mean().as_deref());
        let all = |table: &Embeddings| -> Vec<f32> {
            (0..table.len())
                .into_par_iter()
                .map(|row| space.ready(table.row(row)).length())
                .collect()
        };
        let mut lengths = all(&vectors.texts);
        lengths.extend(all(&vectors.statements));
        let word_weight = word_weight(distinct.iter().map(|&row| &passages[row]));
        let empty = Spread::fit(std::iter::empty());
        let scale = Scale { overlap: empty, duplicate: empty, word_weight };
        let mut linker = Self::assemble(
            passages,
            vectors,
            Fitted { space, lengths, scale, calibration },
            folded,
            &distinct,
        );
        let pairs = linker.sample(&distinct);
        linker.fitted.scale.overlap = Spread::fit(pairs.iter().map(|pair| pair.overlap));
        linker.fitted.scale.duplicate = Spread::fit(pairs.iter().map(|pair| pair.duplicate));
        linker
    }

    /// A linker from stored data; `None` if the data does not belong to these passages and vectors.
    #[must_use]
    pub fn from_fitted(passages: Vec<Passage>, vectors: Vectors, fitted: Fitted) -> Option<Self> {
        let (folded, distinct) = fold_all(&passages);
        let n_lengths = vectors.texts.len() + vectors.statements.len();
        let fits = vectors.texts.len() == passages.len() && fitted.lengths.len() == n_lengths;
        let linker = fits.then(|| Self::assemble(passages, vectors, fitted, folded, &distinct))?;
        (linker.starts.last() == Some(&linker.vectors.statements.len())).then_some(linker)
    }

    /// A linker of some texts of a corpus, from stored data; `lexicon` has the statistics of the whole corpus.
    /// It compares these texts as a linker of all of them does. `None` as for
    /// [`from_fitted`](Self::from_fitted).
    #[must_use]
    pub fn of_part(
        passages: Vec<Passage>,
        vectors: Vectors,
        fitted: Fitted,
        lexicon: Lexicon,
    ) -> Option<Self> {
        let (folded, distinct) = fold_all(&passages);
        let n_lengths = vectors.texts.len() + vectors.statements.len();
        if vectors.texts.len() != passages.len() || fitted.lengths.len() != n_lengths {
            return None;
        }
        let words = distinct.iter().map(|&row| lexicon.vector(&passages[row])).collect();
        let known = (lexicon, words);
        let linker = Self::assemble_with(known, passages, vectors, fitted, (folded, &distinct));
        (linker.starts.last() == Some(&linker.vectors.statements.len())).then_some(linker)
    }

    fn assemble(
        passages: Vec<Passage>,
        vectors: Vectors,
        fitted: Fitted,
        folded: Vec<blake3::Hash>,
        distinct: &[usize],
    ) -> Self {
        let each_once: Vec<&Passage> = distinct.iter().map(|&row| &passages[row]).collect();
        let known = Lexicon::fit(&each_once);
        Self::assemble_with(known, passages, vectors, fitted, (folded, distinct))
    }

    fn assemble_with(
        (lexicon, words_once): (Lexicon, Vec<WordVector>),
        passages: Vec<Passage>,
        vectors: Vectors,
        fitted: Fitted,
        (folded, distinct): (Vec<blake3::Hash>, &[usize]),
    ) -> Self {
        let mut starts = vec![0];
        for passage in &passages {
            starts.push(starts[starts.len() - 1] + passage.spans().len());
        }
        let places: HashMap<blake3::Hash, usize> =
            distinct.iter().enumerate().map(|(place, &row)| (folded[row], place)).collect();
        let firsts: Vec<usize> = folded.iter().map(|hash| distinct[places[hash]]).collect();
        let mut words_once = words_once.into_iter();
        let mut words: Vec<WordVector> = Vec::with_capacity(passages.len());
        for (row, &first) in firsts.iter().enumerate() {
            let own = if first == row { words_once.next() } else { None };
            let own = own.unwrap_or_else(|| words[first].clone());
            words.push(own);
        }
        let is_one = |(row, starts): (usize, &[usize])| {
            starts[1] - starts[0] == 1
                && starts[0] < vectors.statements.len()
                && vectors.texts.row(row) == vectors.statements.row(starts[0])
        };
        let is_one = starts.windows(2).enumerate().map(is_one).collect();
        Self { passages, vectors, fitted, lexicon, words, folded, firsts, starts, is_one }
    }

    /// Takes probabilities from `calibration` from now on.
    pub fn calibrate(&mut self, calibration: Calibration) {
        self.fitted.calibration = calibration;
    }

    /// The data worth storing.
    #[must_use]
    pub fn fitted(&self) -> &Fitted {
        &self.fitted
    }

    /// The passages, by row.
    #[must_use]
    pub fn passages(&self) -> &[Passage] {
        &self.passages
    }

    /// The language that `passage` is read in: its own, or the main language of the corpus.
    #[must_use]
    pub fn language_of(&self, passage: &Passage) -> Option<Language> {
        self.lexicon.language_of(passage)
    }

    /// The embeddings.
    #[must_use]
    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// The rows of the statements of text `row` in [`Vectors::statements`].
    #[must_use]
    pub fn statements_of(&self, row: usize) -> std::ops::Range<usize> {
        self.starts[row]..self.starts[row + 1]
    }

    /// Number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether the corpus is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Prepares `passage`, given its embedding and those of its statements.
    #[must_use]
    pub fn ready(&self, passage: Passage, vector: &[f32], statements: &[&[f32]]) -> ReadyPassage {
        ReadyPassage {
            vector: vector.to_vec(),
            ready: self.fitted.space.ready(vector),
            statements: statements.iter().map(|vector| self.fitted.space.ready(vector)).collect(),
            is_one: matches!(statements, [only] if *only == vector),
            words: self.lexicon.vector(&passage),
            folded: fold(&passage),
            passage,
        }
    }

    /// Prepares text `row` of the corpus.
    #[must_use]
    pub fn row(&self, row: usize) -> ReadyPassage {
        let statements = self.starts[row]..self.starts[row + 1];
        let vector = self.vectors.texts.row(row);
        let ready = self.fitted.space.ready(vector);
        let of_statement = |at| self.fitted.space.ready(self.vectors.statements.row(at));
        let is_one = self.is_one[row];
        ReadyPassage {
            passage: self.passages[row].clone(),
            vector: vector.to_vec(),
            statements: if is_one {
                vec![ready.clone()]
            } else {
                statements.map(of_statement).collect()
            },
            ready,
            is_one,
            words: self.words[row].clone(),
            folded: self.folded[row],
        }
    }

    /// The first text with the same words as text `row`, ignoring case and spacing.
    #[must_use]
    pub fn first_of(&self, row: usize) -> usize {
        self.firsts[row]
    }

    /// The words of `query` that no text of the corpus contains in any form.
    #[must_use]
    pub fn unknown_words(&self, query: &Passage) -> Unknown {
        let (unknown, of) = self.unmatched(query);
        let any = lengths_of_likes(&unknown).is_some();
        let known = if any { vocabulary(&self.passages) } else { HashMap::new() };
        Unknown { words: with_likes(&unknown, &known), of }
    }

    /// As [`unknown_words`](Self::unknown_words), with the words of the corpus given.
    #[must_use]
    pub fn unknown_among(&self, query: &Passage, known: &[(String, usize)]) -> Unknown {
        let (unknown, of) = self.unmatched(query);
        let known = known.iter().map(|(word, count)| (word.as_str(), *count)).collect();
        Unknown { words: with_likes(&unknown, &known), of }
    }

    /// The words of `query` that no text of the corpus contains in any form, and the number of its distinct
    /// words without stop words.
    #[must_use]
    pub fn unmatched<'a>(&self, query: &'a Passage) -> (Vec<&'a str>, usize) {
        let mut stems: Vec<String> = Vec::new();
        let mut unknown: Vec<&str> = Vec::new();
        for term in terms(query.text(), self.lexicon.language_of(query)) {
            let Some(stem) = term.stem.filter(|stem| !stems.contains(stem)) else { continue };
            if !self.lexicon.knows(&stem) {
                unknown.push(term.word.text);
            }
            stems.push(stem);
        }
        (unknown, stems.len())
    }

    /// The statistics of its words.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The words of its texts as they are written, with how often, in order.
    #[must_use]
    pub fn vocabulary(&self) -> Vec<(String, u64)> {
        let mut words: Vec<(String, u64)> = vocabulary(&self.passages)
            .into_iter()
            .map(|(word, count)| (word.to_owned(), count as u64))
            .collect();
        words.sort_unstable();
        words
    }
}

/// Weight of the words relative to the vectors: the median number of words over 20, from 0.5 to 2.
///
/// Long texts share many words with a match, so their words say more.
fn word_weight<'a>(passages: impl Iterator<Item = &'a Passage>) -> f64 {
    let n_words = |passage: &Passage| words(passage.text(), passage.language()).count();
    let mut counts: Vec<usize> = passages.map(n_words).collect();
    counts.sort_unstable();
    let n = counts.len();
    if n == 0 {
        return 1.0;
    }
    let median = (counts[(n - 1) / 2] + counts[n / 2]) as f64 / 2.0;
    (median / 20.0).clamp(0.5, 2.0)
}

/// Hashes of the texts without case and spacing, and the first row of each distinct text.
fn fold_all(passages: &[Passage]) -> (Vec<blake3::Hash>, Vec<usize>) {
    let folded: Vec<blake3::Hash> = passages.par_iter().map(fold).collect();
    let mut seen = HashMap::with_capacity(folded.len());
    let distinct =
        (0..folded.len()).filter(|&row| seen.insert(folded[row], row).is_none()).collect();
    (folded, distinct)
}

fn fold(passage: &Passage) -> blake3::Hash {
    blake3::hash(same_words(passage.text()).as_bytes())
}
