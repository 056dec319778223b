//! A corpus -> an index.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::copies;
use super::files::{self, derived};
use super::vectors::{Known, embed_all, stack, stack_passages, with_statements};
use super::{Config, Error, Index, Parts, VERSION, decide::Remembered};
use crate::domain::{Corpus, DocumentInfo, Embedding, Grains, Likeness, Link, Stage};
use crate::index::{Hnsw, HnswConfig, nearest_of_all};
use crate::link::{Linker, statements};
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

    let linker = Linker::fit(&texts, stack(&texts, &vectors, dim), config.calibration);
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

/// Vectors of the index that is being replaced, where they still hold. An old index that cannot be
/// read has none; it is about to be replaced.
fn known_vectors(target: &Path, parts: &Parts<'_>) -> Known {
    let Ok(old) = Index::open(target) else { return Known::new() };
    if old.check_model(parts.embedder.model()).is_err()
        || old.manifest().pipeline_version != PIPELINE_VERSION
    {
        return Known::new();
    }
    let vectors = old.vectors();
    let mut known = Known::new();
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

/// Each pair of recommendations worth keeping once, by rows.
fn links(linker: &Linker, parts: &Parts<'_>) -> Vec<Link> {
    let firsts: Vec<usize> = (0..linker.len()).filter(|&row| linker.first_of(row) == row).collect();
    let near = (firsts.len() > ALL_PAIRS).then(|| {
        let table = linker.vectors().texts.of_rows(&firsts);
        nearest_of_all(&table, CANDIDATES, parts.on)
    });
    parts.on.begin(Stage::Themes, Some(firsts.len() as u64));
    let of_rows: Vec<Vec<(usize, Likeness)>> = (0..firsts.len())
        .into_par_iter()
        .map(|at| {
            parts.on.advance(1);
            let row = firsts[at];
            match &near {
                Some(near) => links_of(linker, row, near[at].iter().map(|&other| firsts[other])),
                None => links_of(linker, row, firsts.iter().copied().filter(|&o| o != row)),
            }
        })
        .collect();
    parts.on.end();
    let mut links = BTreeMap::new();
    for (row, found) in firsts.iter().copied().zip(of_rows) {
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
    let mut links: Vec<Link> = links.into_iter().map(link).collect();
    links.extend(copies::to_firsts(linker));
    links.sort_by_key(|link| (link.a, link.b));
    links
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
    let (vectors, fitted) = (linker.vectors(), linker.fitted());
    draft.write(file::VECTORS, &npy_bytes(&vectors.texts.view()))?;
    draft.write(derived::STATEMENTS, &npy_bytes(&vectors.statements.view()))?;
    draft.write(derived::SPACE, &npy_bytes(&fitted.space.to_table().view()))?;
    draft.write(derived::LENGTHS, &files::lengths_bytes(&fitted.lengths))?;
    draft.write(derived::SCALE, &files::json_bytes(&fitted.scale))?;
    draft.write(derived::CALIBRATION, &files::json_bytes(&fitted.calibration))?;
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
