//! A corpus -> an index.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::copies;
use super::files::{self, derived};
use super::vectors::{Known, embed_all, stack, stack_passages, with_statements};
use super::{Config, Error, Index, Parts, VERSION, decide::Remembered};
use crate::domain::{Corpus, DocumentInfo, Embedding, Grains, Link, Passage, Progress, Stage};
use crate::index::{Hnsw, HnswConfig, nearest_of_all};
use crate::judge::Linker;
use crate::store::{
    CorpusInfo, Counts, DocumentEntry, Draft, FORMAT_VERSION, GraphInfo, Lock, Manifest,
    PIPELINE_VERSION, file, npy_bytes,
};
use crate::text::passage;
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
    let passages: Vec<Passage> =
        corpus.recommendations.par_iter().map(|r| passage(r.text.as_str())).collect();
    let agenda: Vec<Passage> =
        corpus.agenda.iter().flat_map(|a| &a.items).map(|i| passage(i.text.as_str())).collect();
    let challenges: Vec<Passage> =
        corpus.challenges.iter().map(|r| passage(r.text.as_str())).collect();
    let known = known_vectors(target, parts);
    let all = passages.iter().chain(&agenda).chain(&challenges);
    let (vectors, embedded) = embed_all(all, &known, parts)?;
    let dim = parts.embedder.model().dim;

    let table = stack(&passages, &vectors, dim);
    let linker = Linker::fit(passages, table, config.calibration);
    let links = links(&linker, parts.on);
    let before = Remembered::of(target)?;
    let found = themes::find(&themes::Input {
        recommendations: &corpus.recommendations,
        passages: linker.passages(),
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
    for (row, passage) in old.linker().passages().iter().enumerate() {
        keep(passage.text(), vectors.texts.row(row));
        for statement in passage.statements() {
            keep(statement, vectors.statements.row(at));
            at += 1;
        }
    }
    for passages in [old.agenda_passages(), old.challenge_passages()] {
        let Ok(Some((passages, vectors))) = passages else { continue };
        let rows = passages.iter().flat_map(with_statements);
        for (at, text) in rows.enumerate().take_while(|(at, _)| *at < vectors.len()) {
            keep(text, vectors.row(at));
        }
    }
    known
}

/// Each pair of recommendations worth keeping once, by rows: of each recommendation the most probable
/// partners, and the nearest ten however improbable.
#[must_use]
pub fn links(linker: &Linker, on: &dyn Progress) -> Vec<Link> {
    let firsts: Vec<usize> = (0..linker.len()).filter(|&row| linker.first_of(row) == row).collect();
    let later = candidates(linker, &firsts, on);
    on.begin(Stage::Themes, Some(firsts.len() as u64));
    let compared: Vec<Vec<Link>> = later
        .into_par_iter()
        .zip(&firsts)
        .map(|(later, &a)| {
            on.advance(1);
            let passage = linker.row(a);
            let link = |place| {
                let b: usize = firsts[place];
                Link { a, b, likeness: linker.likeness(&passage, b) }
            };
            later.into_iter().map(link).collect()
        })
        .collect();
    on.end();
    let mut links = worth_keeping(compared.into_iter().flatten().collect(), linker.len());
    links.extend(copies::to_firsts(linker));
    links.sort_by_key(|link| (link.a, link.b));
    links
}

/// Of each of the rows `firsts` the later ones to compare it with, by their places in `firsts`.
fn candidates(linker: &Linker, firsts: &[usize], on: &dyn Progress) -> Vec<Vec<usize>> {
    let n = firsts.len();
    if n <= ALL_PAIRS {
        return (0..n).map(|place| (place + 1..n).collect()).collect();
    }
    let near = nearest_of_all(&linker.vectors().texts.of_rows(firsts), CANDIDATES, on);
    let mut later = vec![Vec::new(); n];
    for (place, near) in near.iter().enumerate() {
        for &other in near {
            later[place.min(other)].push(place.max(other));
        }
    }
    for later in &mut later {
        later.sort_unstable();
        later.dedup();
    }
    later
}

/// Those of `links` that one of their ends keeps.
fn worth_keeping(links: Vec<Link>, n_rows: usize) -> Vec<Link> {
    let mut of_row: Vec<Vec<usize>> = vec![Vec::new(); n_rows];
    for (at, link) in links.iter().enumerate() {
        of_row[link.a].push(at);
        of_row[link.b].push(at);
    }
    let best = |found: &mut Vec<usize>| {
        let probability = |at: usize| links[at].likeness.probability;
        found.sort_by(|&x, &y| probability(y).total_cmp(&probability(x)).then(x.cmp(&y)));
        let probable =
            found.iter().take_while(|&&at| probability(at) >= themes::MIN_PROBABILITY).count();
        found.truncate(probable.clamp(NEAREST, themes::MAX_LINKS));
    };
    of_row.par_iter_mut().for_each(best);
    let mut kept = vec![false; links.len()];
    of_row.into_iter().flatten().for_each(|at| kept[at] = true);
    links.into_iter().zip(kept).filter_map(|(link, kept)| kept.then_some(link)).collect()
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
