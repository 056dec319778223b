//! Texts -> vectors of the texts and of their statements, each distinct text embedded once.

use std::collections::{BTreeMap, HashMap};

use super::names::Names;
use super::{Error, Index, Tools};
use crate::domain::{Embedding, Embeddings, Link, Passage, Progress, Stage};
use crate::embed::ModelInfo;
use crate::judge::{Linker, ReadyPassage, Tokens, Vectors};
use crate::store::{Kept, PIPELINE_VERSION, Place, StoreError, file};
use crate::text::passage;

/// Texts that are embedded between two writes of what outlasts a kill: some ten seconds' work, and no writing
/// at all for a corpus that takes no longer.
const KEEP_EVERY: usize = 2_000;

/// Vectors of texts, by the BLAKE3 of the text.
#[derive(Debug, Default)]
pub(super) struct TextVectors(HashMap<blake3::Hash, Embedding>);

impl TextVectors {
    /// Those of the index at `target`, which is about to be replaced, where they are still valid. An
    /// index that cannot be read has none.
    pub(super) fn reusable(target: &Place, model: &ModelInfo) -> Self {
        let mut known = Self::default();
        let Ok(old) = Index::open(target) else { return known };
        if old.check_model(model).is_err() || old.manifest().pipeline_version != PIPELINE_VERSION {
            return known;
        }
        let vectors = old.linker.vectors();
        let mut at = 0;
        for (row, passage) in old.linker.passages().iter().enumerate() {
            known.insert(passage.text(), vectors.texts.row(row));
            for statement in passage.statements() {
                known.insert(statement, vectors.statements.row(at));
                at += 1;
            }
        }
        if let Ok(names) = Names::stored(&old.opened, old.linker.passages()) {
            for (at, wording) in names.wordings.iter().enumerate() {
                known.insert(&wording.text, names.vectors.row(at));
            }
        }
        for passages in [old.agenda_passages(), old.challenge_passages()] {
            let Ok(Some(StoredPassages { passages, vectors, .. })) = passages else { continue };
            let rows = passages.iter().flat_map(with_statements);
            for (at, text) in rows.enumerate().take_while(|(at, _)| *at < vectors.len()) {
                known.insert(text, vectors.row(at));
            }
        }
        known
    }

    fn insert(&mut self, text: &str, row: &[f32]) {
        // Already of unit length: scaling again could change the last digit.
        self.0.insert(blake3::hash(text.as_bytes()), Embedding::of_unit_row(row));
    }

    /// Embeds `passages` and their statements; see [`embed_texts`](Self::embed_texts).
    pub(super) fn embed<'a>(
        passages: impl IntoIterator<Item = &'a Passage>,
        known: &Self,
        tools: &mut Tools<'_>,
    ) -> Result<(Self, usize), Error> {
        Self::embed_texts(passages.into_iter().flat_map(with_statements), known, None, tools)
    }

    /// Embeds each distinct text once; those in `known` and `kept` are taken from there. A long run adds to
    /// `kept` as it goes on. Also returns the number of texts that the model embedded.
    pub(super) fn embed_texts<'a>(
        texts: impl Iterator<Item = &'a str>,
        known: &Self,
        kept: Option<&mut Kept>,
        tools: &mut Tools<'_>,
    ) -> Result<(Self, usize), Error> {
        let wanted: BTreeMap<&str, blake3::Hash> =
            texts.map(|text| (text, blake3::hash(text.as_bytes()))).collect();
        let mut vectors = HashMap::with_capacity(wanted.len());
        let mut missing = Vec::new();
        for (text, hash) in &wanted {
            let earlier = || kept.as_ref().and_then(|kept| kept.get(hash));
            match known.0.get(hash).cloned().or_else(|| earlier().map(Embedding::of_unit_row)) {
                Some(vector) => {
                    vectors.insert(*hash, vector);
                }
                None => missing.push((*text, *hash)),
            }
        }
        let embedded = embed_all(&missing, kept, tools)?;
        vectors.extend(missing.iter().map(|(_, hash)| *hash).zip(embedded));
        Ok((Self(vectors), missing.len()))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, text: &str) -> &Embedding {
        &self.0[&blake3::hash(text.as_bytes())]
    }

    /// The vectors of `passages`, and of their statements, as tables of `dim` columns.
    pub(super) fn tables(&self, passages: &[Passage], dim: usize) -> Vectors {
        let table =
            |texts: Vec<&str>| Embeddings::stack(dim, texts.into_iter().map(|text| self.get(text)));
        Vectors {
            texts: table(passages.iter().map(Passage::text).collect()),
            statements: table(passages.iter().flat_map(Passage::statements).collect()),
        }
    }

    /// The vectors of `texts`, as a table of `dim` columns.
    pub(super) fn table<'a>(&self, texts: impl Iterator<Item = &'a str>, dim: usize) -> Embeddings {
        let rows: Vec<&Embedding> = texts.map(|text| self.get(text)).collect();
        Embeddings::stack(dim, rows.into_iter())
    }

    /// Makes `passages` ready to be compared.
    pub(super) fn ready(&self, passages: Vec<Passage>, linker: &Linker) -> Vec<ReadyPassage> {
        let ready = |passage: Passage| {
            let vector = |text: &str| self.get(text).as_slice();
            let statements: Vec<&[f32]> = passage.statements().map(vector).collect();
            let whole = vector(passage.text());
            linker.ready(passage, whole, &statements)
        };
        passages.into_iter().map(ready).collect()
    }

    /// One table of `dim` columns: each passage, followed by its statements.
    pub(super) fn interleaved(&self, passages: &[Passage], dim: usize) -> Embeddings {
        let rows: Vec<&str> = passages.iter().flat_map(with_statements).collect();
        Embeddings::stack(dim, rows.into_iter().map(|text| self.get(text)))
    }
}

/// What vectors and opinions depend on besides the texts.
pub(super) fn conditions(model: &ModelInfo) -> String {
    let model = serde_json::to_string(model).expect("a model is text and numbers");
    format!("{model} {PIPELINE_VERSION}")
}

/// The vectors of `texts`. A long run adds them to `kept` part by part.
fn embed_all(
    texts: &[(&str, blake3::Hash)],
    kept: Option<&mut Kept>,
    tools: &mut Tools<'_>,
) -> Result<Vec<Embedding>, Error> {
    let Some(kept) = kept.filter(|_| texts.len() > KEEP_EVERY) else {
        let texts: Vec<&str> = texts.iter().map(|(text, _)| *text).collect();
        let nothing = texts.is_empty();
        return Ok(if nothing { Vec::new() } else { tools.embedder.embed(&texts, tools.on)? });
    };
    tools.on.begin(Stage::Embed, Some(texts.len() as u64));
    let embed_part = |part: &[(&str, blake3::Hash)]| -> Result<Vec<Embedding>, Error> {
        let texts: Vec<&str> = part.iter().map(|(text, _)| *text).collect();
        let found = tools.embedder.embed(&texts, &Part(tools.on))?;
        let hashes = part.iter().map(|(_, hash)| *hash);
        kept.add(hashes.zip(found.iter().map(Embedding::as_slice)))?;
        Ok(found)
    };
    let parts: Result<Vec<_>, _> = texts.chunks(KEEP_EVERY).map(embed_part).collect();
    tools.on.end();
    Ok(parts?.into_iter().flatten().collect())
}

/// The progress of a part of a stage: its steps count, its beginning and end do not.
struct Part<'a>(&'a dyn Progress);

impl Progress for Part<'_> {
    fn begin(&self, _: Stage, _: Option<u64>) {}

    fn advance(&self, steps: u64) {
        self.0.advance(steps);
    }

    fn end(&self) {}
}

/// The text of a passage, followed by its statements.
pub(super) fn with_statements(passage: &Passage) -> impl Iterator<Item = &str> {
    std::iter::once(passage.text()).chain(passage.statements())
}

/// The texts of the agenda or of the challenges, with their vectors as [`TextVectors::interleaved`] gives
/// them.
pub(super) struct StoredPassages {
    passages: Vec<Passage>,
    vectors: Embeddings,
    /// The file of the vectors.
    name: &'static str,
    /// The pairs that the judge read: a passage (`a`) and a recommendation (`b`).
    pub(super) judged: Vec<Link>,
}

impl Index {
    /// Embeds `passages` and makes them ready to be compared.
    pub(super) fn passages(
        &self,
        passages: Vec<Passage>,
        tools: &mut Tools<'_>,
    ) -> Result<Vec<ReadyPassage>, Error> {
        self.check_model(tools.embedder.model())?;
        let (vectors, _) = TextVectors::embed(&passages, &TextVectors::default(), tools)?;
        Ok(vectors.ready(passages, &self.linker))
    }

    /// The items of the agenda; `None` if there is none.
    pub(super) fn agenda_passages(&self) -> Result<Option<StoredPassages>, StoreError> {
        let items = self.opened.agenda()?.map(|agenda| agenda.items).unwrap_or_default();
        let texts = items.into_iter().map(|item| item.text).collect();
        self.stored(texts, [file::AGENDA_VECTORS, file::AGENDA_LINKS])
    }

    /// The challenges; `None` if there is none.
    pub(super) fn challenge_passages(&self) -> Result<Option<StoredPassages>, StoreError> {
        let texts = self.opened.challenges()?.into_iter().map(|challenge| challenge.text).collect();
        self.stored(texts, [file::CHALLENGE_VECTORS, file::CHALLENGE_LINKS])
    }

    fn stored(
        &self,
        texts: Vec<String>,
        [name, links]: [&'static str; 2],
    ) -> Result<Option<StoredPassages>, StoreError> {
        if texts.is_empty() {
            return Ok(None);
        }
        let judged = self.opened.pairs(links, [texts.len(), self.recommendations().len()])?;
        let passages = texts.into_iter().map(passage).collect();
        let vectors = self.opened.embeddings(name)?;
        Ok(Some(StoredPassages { passages, vectors, name, judged }))
    }

    /// Makes stored passages ready to be compared.
    pub(super) fn ready(&self, stored: &StoredPassages) -> Result<Vec<ReadyPassage>, StoreError> {
        let StoredPassages { passages, vectors, name, .. } = stored;
        let mut at = 0;
        let mut ready = Vec::with_capacity(passages.len());
        for passage in passages {
            let n = passage.spans().len();
            if at + n >= vectors.len() {
                let why = "it has fewer rows than there are passages".to_owned();
                return Err(self.opened.damaged(name, why));
            }
            let rows: Vec<&[f32]> = (1..=n).map(|offset| vectors.row(at + offset)).collect();
            ready.push(self.linker.ready(passage.clone(), vectors.row(at), &rows));
            at += 1 + n;
        }
        Ok(ready)
    }
}

/// The parts that the tokens of each passage have in its vector and in those of its statements; `None` if
/// the model has no such parts.
pub(super) fn token_parts(
    passages: &[&Passage],
    tools: &mut Tools<'_>,
) -> Result<Option<Vec<Tokens>>, Error> {
    let mut wanted: Vec<&str> = Vec::new();
    for passage in passages {
        wanted.push(passage.text());
        wanted.extend(passage.statements().filter(|statement| *statement != passage.text()));
    }
    let Some(found) = tools.embedder.token_parts(&wanted, tools.on)? else { return Ok(None) };
    let mut found = found.into_iter();
    let tokens = passages.iter().map(|passage| {
        let whole = found.next().unwrap_or_default();
        let mut part = |statement: &str| {
            if statement == passage.text() {
                whole.clone()
            } else {
                found.next().unwrap_or_default()
            }
        };
        let statements = passage.statements().map(&mut part).collect();
        Tokens { text: whole, statements }
    });
    Ok(Some(tokens.collect()))
}
