//! A corpus -> an index.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use rayon::prelude::*;

use super::files::{self, derived};
use super::{Config, Error, Index, Parts, VERSION, decide::Remembered};
use crate::domain::{Corpus, DocumentInfo, Embedding, Embeddings, Grains, Likeness, Link, Stage};
use crate::index::{Hnsw, HnswConfig, nearest_of_all};
use crate::link::{Linker, Vectors, statements};
use crate::store::{
    CorpusInfo, Counts, DocumentEntry, Draft, FORMAT_VERSION, GraphInfo, Lock, Manifest,
    PIPELINE_VERSION, file, npy_bytes,
};
use crate::themes;

/// What a build did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// What the new index holds.
    pub counts: Counts,
    /// Texts and statements that were embedded.
    pub embedded: usize,
    /// Texts and statements whose vectors were taken from the index that was there.
    pub reused: usize,
    /// People's decisions that were kept.
    pub decisions: usize,
}

/// Pairs looked at of each recommendation in a corpus too large to look at all of them: those nearest
/// by the cosine of centered vectors. On 8,000 UPR recommendations 100 of them hold 99.4 % of the links
/// that all pairs give, and 150 hold 99.99 %.
const CANDIDATES: usize = 120;

/// Recommendations up to which every pair is looked at.
const ALL_PAIRS: usize = 2_000;

/// Links that each recommendation keeps however improbable, to name what is nearest to it.
const NEAREST: usize = 10;

/// Builds an index of `corpus` at `target` and puts it in the place of the one that is there. Texts
/// that are in the old index, with the same model and pipeline version, are not embedded again.
///
/// # Errors
/// The first stage that cannot go on; the old index then stays as it was.
pub fn build(
    corpus: &Corpus,
    target: &Path,
    parts: &mut Parts<'_>,
    config: &Config,
) -> Result<Built, Error> {
    let lock = Lock::take(target)?;
    let texts: Vec<&str> = corpus.recommendations.iter().map(|r| r.text.as_str()).collect();
    let agenda: Vec<&str> =
        corpus.agenda.iter().flat_map(|a| &a.items).map(|i| i.text.as_str()).collect();
    let challenges: Vec<&str> = corpus.challenges.iter().map(|r| r.text.as_str()).collect();
    let known = known_vectors(target, parts);
    let (vectors, embedded) =
        embed_all(&[texts.as_slice(), &agenda, &challenges].concat(), &known, parts)?;
    let dim = parts.embedder.model().dim;

    let linker = Linker::fit(&texts, stack(&texts, &vectors, dim));
    let links = links(&linker, parts);
    let before = Remembered::of(target)?;
    let found = themes::find(&themes::Input {
        recommendations: &corpus.recommendations,
        links: &links,
        decisions: &before.decisions,
        known: &before.themes,
    });
    let graph = Hnsw::build(&linker.vectors().texts, config.hnsw, parts.on);

    let draft = lock.draft()?;
    write_corpus(&draft, corpus, &found)?;
    before.write_decisions(&draft)?;
    write_linking(&draft, &linker, &links)?;
    for (name, passages) in
        [(derived::AGENDA_VECTORS, &agenda), (derived::CHALLENGE_VECTORS, &challenges)]
    {
        if !passages.is_empty() {
            draft.write(name, &npy_bytes(&stack_passages(passages, &vectors, dim).view()))?;
        }
    }
    graph.write(draft.path())?;
    let manifest = manifest(corpus, &found, parts, config.hnsw);
    let counts = manifest.counts;
    draft.publish(manifest)?;
    let reused = vectors.len() - embedded;
    Ok(Built { counts, embedded, reused, decisions: before.decisions.len() })
}

type Vector = HashMap<blake3::Hash, Embedding>;

/// Vectors of the index that is being replaced, where they still hold. An old index that cannot be
/// read has none; it is about to be replaced.
fn known_vectors(target: &Path, parts: &Parts<'_>) -> Vector {
    let Ok(old) = Index::open(target) else { return Vector::new() };
    if old.check_model(parts.embedder.model()).is_err()
        || old.manifest().pipeline_version != PIPELINE_VERSION
    {
        return Vector::new();
    }
    let vectors = old.vectors();
    let mut known = Vector::new();
    let mut keep = |text: &str, row: &[f32]| {
        // Already of unit length: scaling again could change the last digit.
        known.insert(blake3::hash(text.as_bytes()), Embedding::of_unit_row(row));
    };
    let mut at = 0;
    for (row, recommendation) in old.recommendations().iter().enumerate() {
        keep(&recommendation.text, vectors.texts.row(row));
        for statement in statements(&recommendation.text) {
            keep(&statement, vectors.statements.row(at));
            at += 1;
        }
    }
    for passages in [old.agenda_passages(), old.challenge_passages()] {
        let Ok(Some((texts, vectors))) = passages else { continue };
        let rows = texts.iter().flat_map(|text| with_statements(text));
        for (at, text) in rows.enumerate().take_while(|(at, _)| *at < vectors.len()) {
            keep(&text, vectors.row(at));
        }
    }
    known
}

/// Vectors of `texts` and of their statements, each distinct text once; how many are new.
fn embed_all(
    texts: &[&str],
    known: &Vector,
    parts: &mut Parts<'_>,
) -> Result<(Vector, usize), Error> {
    let pieces: Vec<String> = texts
        .par_iter()
        .flat_map_iter(|text| statements(text).into_iter().chain([(*text).to_owned()]))
        .collect();
    let wanted: BTreeMap<String, blake3::Hash> = pieces
        .into_iter()
        .map(|text| {
            let hash = blake3::hash(text.as_bytes());
            (text, hash)
        })
        .collect();
    let mut vectors: Vector = HashMap::with_capacity(wanted.len());
    let mut missing = Vec::new();
    for (text, hash) in &wanted {
        match known.get(hash) {
            Some(vector) => {
                vectors.insert(*hash, vector.clone());
            }
            None => missing.push((text.as_str(), *hash)),
        }
    }
    let new: Vec<&str> = missing.iter().map(|(text, _)| *text).collect();
    let embedded =
        if new.is_empty() { Vec::new() } else { parts.embedder.embed(&new, parts.on)? };
    vectors.extend(missing.iter().map(|(_, hash)| *hash).zip(embedded));
    Ok((vectors, new.len()))
}

fn vector_of<'a>(text: &str, vectors: &'a Vector) -> &'a Embedding {
    &vectors[&blake3::hash(text.as_bytes())]
}

fn stack(texts: &[&str], vectors: &Vector, dim: usize) -> Vectors {
    let rows: Vec<&Embedding> = texts.iter().map(|text| vector_of(text, vectors)).collect();
    let pieces: Vec<String> = texts.iter().flat_map(|text| statements(text)).collect();
    let pieces: Vec<&Embedding> = pieces.iter().map(|text| vector_of(text, vectors)).collect();
    Vectors {
        texts: Embeddings::stack(dim, rows.into_iter()),
        statements: Embeddings::stack(dim, pieces.into_iter()),
    }
}

/// A text, followed by its statements.
fn with_statements(text: &str) -> impl Iterator<Item = String> + use<> {
    std::iter::once(text.to_owned()).chain(statements(text))
}

/// Each passage's vector, followed by those of its statements.
fn stack_passages(items: &[&str], vectors: &Vector, dim: usize) -> Embeddings {
    let rows: Vec<String> = items.iter().flat_map(|item| with_statements(item)).collect();
    let rows: Vec<&Embedding> = rows.iter().map(|text| vector_of(text, vectors)).collect();
    Embeddings::stack(dim, rows.into_iter())
}

/// Each pair of recommendations worth keeping once, by rows.
fn links(linker: &Linker, parts: &Parts<'_>) -> Vec<Link> {
    let n = linker.len();
    let near =
        (n > ALL_PAIRS).then(|| nearest_of_all(&linker.vectors().texts, CANDIDATES, parts.on));
    parts.on.begin(Stage::Themes, Some(n as u64));
    let of_rows: Vec<Vec<(usize, Likeness)>> = (0..n)
        .into_par_iter()
        .map(|row| {
            parts.on.advance(1);
            match &near {
                Some(near) => links_of(linker, row, near[row].iter().copied()),
                None => links_of(linker, row, (0..n).filter(|&other| other != row)),
            }
        })
        .collect();
    parts.on.end();
    let mut links = BTreeMap::new();
    for (row, found) in of_rows.into_iter().enumerate() {
        for (other, likeness) in found {
            let (a, b) = (row.min(other), row.max(other));
            // Both directions give the same but for rounding; the smaller row's stands.
            let entry = links.entry((a, b)).or_insert((row, likeness));
            if row < entry.0 {
                *entry = (row, likeness);
            }
        }
    }
    let link = |((a, b), (_, likeness))| Link { a, b, likeness };
    links.into_iter().map(link).collect()
}

fn links_of(
    linker: &Linker,
    row: usize,
    candidates: impl Iterator<Item = usize>,
) -> Vec<(usize, Likeness)> {
    let passage = linker.row(row);
    let mut found: Vec<(usize, Likeness)> =
        candidates.map(|other| (other, linker.likeness(&passage, other))).collect();
    found.sort_by(|x, y| y.1.probability.total_cmp(&x.1.probability).then(x.0.cmp(&y.0)));
    let probable = found.iter().take_while(|l| l.1.probability >= themes::MIN_PROBABILITY).count();
    found.truncate(probable.clamp(NEAREST, themes::MAX_LINKS));
    found
}

fn write_corpus(draft: &Draft<'_>, corpus: &Corpus, themes: &Grains) -> Result<(), Error> {
    let recommendations = &corpus.recommendations;
    draft.write(file::RECOMMENDATIONS, &files::recommendations_bytes(recommendations))?;
    draft.write(file::THEMES, &files::themes_bytes(themes, recommendations))?;
    if let Some(agenda) = &corpus.agenda {
        let bytes = serde_json::to_vec_pretty(agenda).expect("an agenda holds only text");
        draft.write(file::AGENDA, &bytes)?;
    }
    if !corpus.challenges.is_empty() {
        draft.write(file::CHALLENGES, &files::recommendations_bytes(&corpus.challenges))?;
    }
    Ok(())
}

fn write_linking(draft: &Draft<'_>, linker: &Linker, links: &[Link]) -> Result<(), Error> {
    let (vectors, parts) = (linker.vectors(), linker.parts());
    draft.write(file::VECTORS, &npy_bytes(&vectors.texts.view()))?;
    draft.write(derived::STATEMENTS, &npy_bytes(&vectors.statements.view()))?;
    draft.write(derived::SPACE, &npy_bytes(&parts.space.to_table().view()))?;
    draft.write(derived::LENGTHS, &files::lengths_bytes(&parts.lengths))?;
    draft.write(derived::SCALE, &files::scale_bytes(parts.scale))?;
    draft.write(derived::LINKS, &files::links_bytes(links))?;
    Ok(())
}

fn manifest(corpus: &Corpus, themes: &Grains, parts: &Parts<'_>, hnsw: HnswConfig) -> Manifest {
    let recommendations = &corpus.recommendations;
    let documents = documents(corpus);
    Manifest {
        format_version: FORMAT_VERSION,
        pipeline_version: PIPELINE_VERSION,
        concord: VERSION.to_owned(),
        model: serde_json::to_value(parts.embedder.model()).expect("a model is text and numbers"),
        distance: "cosine".to_owned(),
        graph: GraphInfo {
            m: hnsw.m,
            ef_construction: hnsw.ef_construction,
            ef_search: hnsw.ef_search,
        },
        counts: Counts {
            recommendations: recommendations.len(),
            agencies: files::agencies(recommendations),
            documents: documents.len(),
            themes: themes.theme.themes.len(),
            single: themes.theme.single.len(),
        },
        corpus: CorpusInfo { title: title(corpus, &documents), documents },
        files: BTreeMap::new(),
    }
}

/// The documents that `corpus.toml` describes, then those that only records name.
fn documents(corpus: &Corpus) -> Vec<DocumentEntry> {
    let entry = |info: &DocumentInfo| DocumentEntry {
        id: info.id.clone(),
        title: (info.title != info.id).then(|| info.title.clone()),
        year: info.year,
        source: info.source.clone(),
    };
    let mut documents: Vec<DocumentEntry> = corpus.documents.iter().map(entry).collect();
    let described: BTreeSet<&str> = corpus.documents.iter().map(|info| info.id.as_str()).collect();
    let named: BTreeMap<&str, Option<i32>> = corpus
        .recommendations
        .iter()
        .filter_map(|r| Some((r.document.as_ref()?.as_str(), r.year)))
        .filter(|(id, _)| !described.contains(id))
        .collect();
    documents.extend(named.into_iter().map(|(id, year)| DocumentEntry {
        id: id.to_owned(),
        year,
        ..DocumentEntry::default()
    }));
    documents
}

fn title(corpus: &Corpus, documents: &[DocumentEntry]) -> String {
    let one = || match documents {
        [only] => only.title.clone().unwrap_or_else(|| only.id.clone()),
        _ => "Recommendations".to_owned(),
    };
    corpus.title.clone().unwrap_or_else(one)
}
