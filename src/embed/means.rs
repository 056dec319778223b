//! What the vectors of one language have in common, and vectors without it.
//!
//! A multilingual model puts the language of a text into its vector: two unlike texts of one language may lie
//! closer than two like texts of two. Without the mean of its language, a vector says what a text is about.
//! Source: Libovický, Rosa and Fraser 2020, "On the Language Neutrality of Pre-trained Multilingual
//! Representations", section 4; docs/languages.md has the figures.

use crate::domain::Language;
use crate::text::guess;

/// The mean vectors of texts of each language.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LanguageMeans {
    /// The mean over all languages, for a text whose language is none of these.
    all: Vec<f32>,
    by_language: [Option<Vec<f32>>; Language::ALL.len()],
}

impl LanguageMeans {
    /// Reads a table of f32 in little-endian order: the mean of all, then one row for each of the `codes`.
    /// `None` if its size is not that of `dim` numbers a row.
    pub(super) fn parse(bytes: &[u8], dim: usize, codes: &[String]) -> Option<Self> {
        let (numbers, rest) = bytes.as_chunks::<4>();
        let numbers: Vec<f32> = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let fits = rest.is_empty() && numbers.len() == dim * (codes.len() + 1);
        let mut rows = numbers.chunks_exact(dim).map(<[f32]>::to_vec);
        let all = rows.next().filter(|_| fits)?;
        let mut by_language = [const { None }; Language::ALL.len()];
        for (code, row) in codes.iter().zip(rows) {
            let language = Language::ALL.into_iter().find(|language| language.code() == code)?;
            by_language[language as usize] = Some(row);
        }
        Some(Self { all, by_language })
    }

    /// The `vector` of `text`, scaled to unit length, without the mean of its language.
    pub(super) fn without(&self, text: &str, mut vector: Vec<f32>) -> Vec<f32> {
        let own = guess(text).and_then(|language| self.by_language[language as usize].as_ref());
        let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        for (x, mean) in vector.iter_mut().zip(own.unwrap_or(&self.all)) {
            *x = *x / norm - mean;
        }
        vector
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means() -> LanguageMeans {
        let rows: [f32; 6] = [0.0, 0.5, 0.0, 1.0, 0.6, 0.0];
        let bytes: Vec<u8> = rows.iter().flat_map(|x| x.to_le_bytes()).collect();
        LanguageMeans::parse(&bytes, 2, &["en".to_owned(), "es".to_owned()]).unwrap()
    }

    #[test]
    fn a_vector_loses_the_mean_of_its_language() {
        let close = |found: Vec<f32>, expected: [f32; 2]| {
            found.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-6)
        };
        let means = means();
        assert!(close(
            means.without("The cost of the bridges should fall.", vec![0.0, 3.0]),
            [0.0, 0.0]
        ));
        assert!(close(
            means.without("El costo de los puentes debería bajar.", vec![3.0, 4.0]),
            [0.0, 0.8]
        ));
        assert!(close(means.without("橋", vec![0.0, 1.0]), [0.0, 0.5]), "no mean of its own");
    }

    #[test]
    fn a_table_of_another_size_is_refused() {
        let codes = ["en".to_owned()];
        assert_eq!(LanguageMeans::parse(&[0; 12], 2, &codes), None);
        assert_eq!(LanguageMeans::parse(&[0; 16], 2, &["xx".to_owned()]), None);
        assert!(LanguageMeans::parse(&[0; 16], 2, &codes).is_some());
    }
}
