//! Pairs of texts -> what a model of the judge says of each, in parts that memory holds, and kept as it goes on.

use std::collections::HashMap;

use super::{Error, Tools};
use crate::domain::Opinion;
use crate::store::Kept;

/// Texts whose token vectors are in memory at a time: 0.2 MB each at most.
const TEXTS_AT_ONCE: usize = 1_500;

/// Pairs that are read closely before their opinions are kept.
const CLOSE_AT_ONCE: usize = 500;

/// The two models of the judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    /// The small one, which reads most pairs.
    First,
    /// The cross-encoder, which reads what the first leaves open.
    Close,
}

impl Model {
    /// The hash under which its opinion on a pair of texts is kept.
    fn key(self, (a, b): (&str, &str)) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for text in [a, b] {
            hasher.update(blake3::hash(text.as_bytes()).as_bytes());
        }
        if self == Self::Close {
            hasher.update(b"close");
        }
        hasher.finalize()
    }

    /// Its opinion on the first of `pairs`, as many as it reads at a time; `None` if there is no such model.
    fn read(
        self,
        pairs: &[(&str, &str)],
        tools: &mut Tools<'_>,
    ) -> Result<Option<Vec<Opinion>>, Error> {
        Ok(match self {
            Self::First => {
                let (texts, numbered) = numbered(pairs);
                tools.embedder.judge(&texts, &numbered, tools.on)?
            }
            Self::Close => {
                let some = &pairs[..pairs.len().min(CLOSE_AT_ONCE)];
                tools.embedder.read_closely(some, tools.on)?
            }
        })
    }

    /// Its opinion on each of `pairs`; `None` if there is no such model. Those in `kept` are taken from there, and
    /// a long run adds to it as it goes on.
    pub(super) fn opinions(
        self,
        pairs: &[(&str, &str)],
        mut kept: Option<&mut Kept>,
        tools: &mut Tools<'_>,
    ) -> Result<Option<Vec<Opinion>>, Error> {
        let earlier = |pair: &(&str, &str)| kept.as_ref()?.get(&self.key(*pair)).and_then(opinion);
        let mut all: Vec<Option<Opinion>> = pairs.iter().map(earlier).collect();
        let open: Vec<usize> = (0..pairs.len()).filter(|&at| all[at].is_none()).collect();
        let asked: Vec<(&str, &str)> = open.iter().map(|&at| pairs[at]).collect();
        let mut done = 0;
        while done < open.len() {
            let Some(found) = self.read(&asked[done..], tools)? else { return Ok(None) };
            let part = done..done + found.len();
            done = part.end;
            if let Some(kept) = kept.as_mut().filter(|_| done < open.len()) {
                let numbers: Vec<[f32; 4]> = found.iter().map(numbers).collect();
                let keys = asked[part.clone()].iter().map(|&pair| self.key(pair));
                kept.add(keys.zip(numbers.iter().map(<[f32; 4]>::as_slice)))?;
            }
            for (&at, found) in open[part].iter().zip(found) {
                all[at] = Some(found);
            }
        }
        Ok(all.into_iter().collect())
    }
}

fn numbers(opinion: &Opinion) -> [f32; 4] {
    let Opinion { area, shares, same, contrary } = *opinion;
    [area, shares, same, contrary]
}

fn opinion(numbers: &[f32]) -> Option<Opinion> {
    let &[area, shares, same, contrary] = numbers else { return None };
    Some(Opinion { area, shares, same, contrary })
}

/// The texts of the first of `pairs`, each once and at most [`TEXTS_AT_ONCE`], and these pairs by the
/// positions of their texts.
fn numbered<'a>(pairs: &[(&'a str, &'a str)]) -> (Vec<&'a str>, Vec<(usize, usize)>) {
    let mut texts: Vec<&str> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut numbered = Vec::new();
    for &(a, b) in pairs {
        if texts.len() + 2 > TEXTS_AT_ONCE {
            break;
        }
        let mut place = |text| {
            *places.entry(text).or_insert_with(|| {
                texts.push(text);
                texts.len() - 1
            })
        };
        numbered.push((place(a), place(b)));
    }
    (texts, numbered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Embedding, Progress, Silent};
    use crate::embed::{EmbedError, Embedder, Hashing, ModelInfo, TokenParts};
    use crate::store::Lock;

    /// A judge that has read all it can once the pairs that are `left` are read.
    struct Stopping {
        model: Hashing,
        left: usize,
    }

    impl Embedder for Stopping {
        fn model(&self) -> &ModelInfo {
            self.model.model()
        }

        fn embed(&mut self, _: &[&str], _: &dyn Progress) -> Result<Vec<Embedding>, EmbedError> {
            unreachable!("nothing is embedded")
        }

        fn token_parts(&mut self, _: &[&str], _: &dyn Progress) -> Result<TokenParts, EmbedError> {
            unreachable!("nothing is explained")
        }

        fn judge(
            &mut self,
            texts: &[&str],
            pairs: &[(usize, usize)],
            _: &dyn Progress,
        ) -> Result<Option<Vec<Opinion>>, EmbedError> {
            let stopped = EmbedError::Judge { id: "made".into(), why: "stopped".into() };
            self.left = self.left.checked_sub(pairs.len()).ok_or(stopped)?;
            let opinion = |&(a, b): &(usize, usize)| {
                let shares = texts[a].len() as f32 / texts[b].len() as f32;
                Opinion { area: shares + 0.1, shares, same: -shares, contrary: -5.0 }
            };
            Ok(Some(pairs.iter().map(opinion).collect()))
        }
    }

    #[test]
    fn pairs_that_were_read_before_a_stop_are_not_read_again() {
        let texts: Vec<String> = (1..=4_000).map(|n| "x".repeat(n)).collect();
        let pairs: Vec<(&str, &str)> =
            texts.chunks(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path().join("idx")).unwrap();
        let read = |left: usize| {
            let mut model = Stopping { model: Hashing::new(), left };
            let mut kept = lock.kept("made").unwrap();
            let mut tools = Tools { embedder: &mut model, on: &Silent };
            let found = Model::First.opinions(&pairs, Some(&mut kept), &mut tools);
            (found.ok().flatten(), model.left)
        };
        let at_a_time = TEXTS_AT_ONCE / 2;
        assert_eq!(read(pairs.len() - 1), (None, pairs.len() - 1 - 2 * at_a_time));
        let (resumed, left) = read(pairs.len());
        assert_eq!(left, 2 * at_a_time, "pairs that were not read again");
        let mut model = Stopping { model: Hashing::new(), left: pairs.len() };
        let mut tools = Tools { embedder: &mut model, on: &Silent };
        assert_eq!(resumed, Model::First.opinions(&pairs, None, &mut tools).unwrap());
    }
}
