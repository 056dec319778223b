//! Why two passages are alike: the contribution of each term of one passage.
//!
//! Similarity is a sum of products (docs/decisions/linking.md), and the vector of a text is the sum of
//! its tokens' parts. Similarity therefore splits over the terms exactly.

use std::collections::BTreeMap;

use super::linker::{Linker, ReadyPassage};
use super::space::Ready;
use crate::domain::{Language, Reason, TokenPart, dot};
use crate::text::{Term, terms};

/// The parts that tokens contribute to the embeddings of a passage.
#[derive(Debug, Clone, PartialEq)]
pub struct Tokens {
    /// Parts for the whole text.
    pub text: Vec<TokenPart>,
    /// Parts for each statement.
    pub statements: Vec<Vec<TokenPart>>,
}

/// Minimum similarity worth explaining; below it, shares could take any size.
const NOTHING: f64 = 0.05;

/// The amount that each stem adds to a similarity, and the rest.
#[derive(Debug, Default)]
struct Split {
    of_stem: BTreeMap<String, f64>,
    /// Amount from stop words, punctuation, and anything that cannot be split.
    rest: f64,
}

impl Split {
    fn add(&mut self, stem: Option<&String>, amount: f64) {
        match stem {
            Some(stem) => *self.of_stem.entry(stem.clone()).or_insert(0.0) += amount,
            None => self.rest += amount,
        }
    }

    /// Splits a cosine over the words of `text` and adds the amounts.
    ///
    /// The cosine is that of the sum of `tokens` with `other` in the adapted space, multiplied by
    /// `scale`.
    fn add_cosine(
        &mut self,
        (text, language): (&str, Option<Language>),
        tokens: &[TokenPart],
        own: &Ready,
        other: &Ready,
        scale: f64,
    ) {
        let lengths = f64::from(own.length()) * f64::from(other.length());
        if lengths <= 0.0 || tokens.is_empty() {
            return;
        }
        // The mean that adapting subtracts, in equal parts.
        let mean = f64::from(other.offset()) / tokens.len() as f64;
        let words: Vec<Term<'_>> = terms(text, language).collect();
        for token in tokens {
            let product = f64::from(dot(&token.part, other.pull())) - mean;
            let at = words.partition_point(|term| term.word.start <= token.span.start);
            let word = words[..at]
                .last()
                .filter(|term| !token.span.is_empty() && token.span.start < term.word.end());
            self.add(word.and_then(|word| word.stem.as_ref()), scale * product / lengths);
        }
    }
}

impl Linker {
    /// The terms of `passage` behind its similarity to text `row`, largest share first, ties by term.
    ///
    /// Without `tokens`, only the contribution of the words themselves is split.
    #[must_use]
    pub fn why(&self, passage: &ReadyPassage, tokens: Option<&Tokens>, row: usize) -> Vec<Reason> {
        let total = self.similarity(passage, row, &self.words[row]).overlap;
        if total < NOTHING {
            return Vec::new();
        }
        let split = self.split(passage, tokens, row);
        let theirs = self.lexicon.stem_counts(&self.passages()[row]);
        let own = passage.passage();
        let mut written: BTreeMap<String, &str> = BTreeMap::new();
        for term in terms(own.text(), self.lexicon.language_of(own)) {
            if let Some(stem) = term.stem {
                written.entry(stem).or_insert(term.word.text);
            }
        }
        let mut reasons: Vec<Reason> = split
            .of_stem
            .iter()
            .filter(|(_, amount)| **amount > 0.0)
            .filter_map(|(stem, amount)| {
                Some(Reason {
                    term: written.get(stem.as_str())?.to_lowercase(),
                    share: amount / total,
                    shared: theirs.contains_key(stem),
                })
            })
            .collect();
        reasons.sort_by(|x, y| y.share.total_cmp(&x.share).then_with(|| x.term.cmp(&y.term)));
        reasons
    }

    fn split(&self, passage: &ReadyPassage, tokens: Option<&Tokens>, row: usize) -> Split {
        let read = passage.passage();
        let language = self.lexicon.language_of(read);
        let weight = self.fitted.scale.word_weight;
        let scale = 1.0 / (2.0 + weight);
        let mut split = Split::default();
        for (stem, product) in self.lexicon.products(read, &passage.words, &self.words[row]) {
            split.add(Some(&stem), scale * weight * product);
        }
        let Some(tokens) = tokens else { return split };
        let space = &self.fitted.space;
        let other = space.ready(self.vectors.texts.row(row));
        split.add_cosine((read.text(), language), &tokens.text, &passage.ready, &other, scale);
        let (own, theirs) = self.best_statements(passage, row);
        if let Some(parts) = tokens.statements.get(own) {
            let other = space.ready(self.vectors.statements.row(self.starts[row] + theirs));
            let statement = (read.statement(own), language);
            split.add_cosine(statement, parts, &passage.statements[own], &other, scale);
        }
        split
    }
}

#[cfg(test)]
mod tests {
    use super::super::calibration::Calibration;
    use super::super::linker::Vectors;
    use super::*;
    use crate::domain::{Embedding, Embeddings, Passage, Span};
    use crate::text::{passage, words};

    const DIM: usize = 24;

    /// A part for each word from a fixed generator, as a model would give it.
    fn parts(text: &str) -> Vec<TokenPart> {
        let mut parts: Vec<(Span, Vec<f32>)> = words(text, None)
            .map(|word| {
                let mut state = word.text.bytes().fold(17_u64, |s, b| s * 31 + u64::from(b));
                let mut next = || {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 40) as f32 / (1 << 23) as f32 - 0.9
                };
                let span = Span { start: word.start, end: word.end() };
                (span, (0..DIM).map(|_| next()).collect())
            })
            .collect();
        // A token that stands for no text, as models have them.
        parts.push((Span { start: 0, end: 0 }, vec![0.3; DIM]));
        let sum = |at: usize| parts.iter().map(|(_, part)| part[at]).sum::<f32>();
        let norm = (0..DIM).map(|at| sum(at) * sum(at)).sum::<f32>().sqrt();
        let scaled = |(span, part): (Span, Vec<f32>)| TokenPart {
            span,
            part: part.into_iter().map(|x| x / norm).collect(),
        };
        parts.into_iter().map(scaled).collect()
    }

    fn vector(text: &str) -> Vec<f32> {
        let mut sum = vec![0.0; DIM];
        for token in parts(text) {
            sum.iter_mut().zip(&token.part).for_each(|(s, x)| *s += x);
        }
        sum
    }

    fn table<'a>(texts: impl Iterator<Item = &'a str>) -> Embeddings {
        let rows: Vec<Embedding> =
            texts.map(|text| Embedding::normalize(vector(text)).unwrap()).collect();
        Embeddings::stack(DIM, rows.iter())
    }

    #[test]
    fn what_the_terms_contribute_adds_up_to_the_similarity() {
        let texts = [
            "Bring down what it costs to send money home. Publish the fees of banks every year.",
            "States should publish the fees of banks and of other operators each year.",
            "Train border guards in the rights of children.",
            "Ratify the convention on domestic workers; report on it within a year of that.",
        ]
        .map(passage);
        let vectors = Vectors {
            texts: table(texts.iter().map(Passage::text)),
            statements: table(texts.iter().flat_map(Passage::statements)),
        };
        let linker = Linker::fit(texts.to_vec(), vectors, Calibration::shipped(false));
        let query =
            passage("Operators must publish fees yearly. They should train the guards of banks.");
        let ready: Vec<Vec<f32>> = query.statements().map(vector).collect();
        let slices: Vec<&[f32]> = ready.iter().map(Vec::as_slice).collect();
        let tokens = Tokens {
            text: parts(query.text()),
            statements: query.statements().map(parts).collect(),
        };
        let whole = vector(query.text());
        let passage = linker.ready(query, &whole, &slices);
        for row in 0..texts.len() {
            let split = linker.split(&passage, Some(&tokens), row);
            let sum = split.of_stem.values().sum::<f64>() + split.rest;
            let total = linker.similarity(&passage, row, &linker.words[row]).overlap;
            assert!((sum - total).abs() < 1e-5, "row {row}: {sum} is not {total}");
            let why = linker.why(&passage, Some(&tokens), row);
            assert!(why.iter().all(|reason| reason.share > 0.0));
            assert!(why.is_sorted_by(|a, b| a.share >= b.share));
        }
        let why = linker.why(&passage, None, 1);
        let terms: Vec<&str> = why.iter().map(|reason| reason.term.as_str()).collect();
        assert_eq!(terms.len(), 5, "without a model only shared words count: {terms:?}");
        assert!(why.iter().all(|reason| reason.shared), "{why:?}");
    }
}
