//! Derived data as the bytes of index files, and back.

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::domain::{
    Act, Agency, Consensus, Decision, Embeddings, Grains, Likeness, Link, Member, Recommendation,
    RecommendationId, Relation, Theme, ThemeId, Themes,
};
use crate::judge::relation_of;
use crate::store::{Opened, StoreError, file, npy_bytes, parse_npy};
use crate::themes::Known;

/// Files that DESIGN leaves open: what linking derives from texts and vectors.
pub(super) mod derived {
    /// Embeddings of statements.
    pub(crate) const STATEMENTS: &str = "statements.npy";
    /// Mean and inverse covariance of the adapted space.
    pub(crate) const SPACE: &str = "space.npy";
    /// Lengths of texts and statements in the adapted space.
    pub(crate) const LENGTHS: &str = "lengths.npy";
    /// Mean and deviation of the similarity of pairs.
    pub(crate) const SCALE: &str = "scale.json";
    /// From there to probabilities.
    pub(crate) const CALIBRATION: &str = "calibration.json";
    /// Linked pairs: rows, cosine, probabilities of overlap and of duplicate.
    pub(crate) const LINKS: &str = "links.npy";
    /// Embeddings of the agenda's items, and of their statements.
    pub(crate) const AGENDA_VECTORS: &str = "agenda.npy";
    /// Embeddings of the challenges, and of their statements.
    pub(crate) const CHALLENGE_VECTORS: &str = "challenges.npy";
}

/// One recommendation a line.
pub(super) fn recommendations_bytes(recommendations: &[Recommendation]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for recommendation in recommendations {
        serde_json::to_writer(&mut bytes, recommendation)
            .expect("records hold only text and numbers");
        bytes.push(b'\n');
    }
    bytes
}

pub(super) fn table(opened: &Opened, name: &str) -> Result<Array2<f32>, StoreError> {
    let bytes = opened.require(name)?;
    parse_npy(&bytes).map_err(|why| damaged(opened, name, why))
}

pub(super) fn embeddings(opened: &Opened, name: &str) -> Result<Embeddings, StoreError> {
    Embeddings::checked(table(opened, name)?)
        .map_err(|(row, why)| damaged(opened, name, format!("row {row}: {why}")))
}

pub(super) fn json<T: DeserializeOwned>(opened: &Opened, name: &str) -> Result<T, StoreError> {
    let bytes = opened.require(name)?;
    serde_json::from_slice(&bytes).map_err(|error| damaged(opened, name, error.to_string()))
}

pub(super) fn damaged(opened: &Opened, name: &str, why: String) -> StoreError {
    StoreError::Damaged { path: opened.path().join(name), why }
}

pub(super) fn lengths_bytes(lengths: &[f32]) -> Vec<u8> {
    let view = ArrayView2::from_shape((lengths.len(), 1), lengths);
    npy_bytes(&view.expect("a column has as many rows as values"))
}

pub(super) fn json_bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("derived data holds only text and finite numbers")
}

/// Columns of `links.npy`.
const LINK_COLUMNS: usize = 5;

pub(super) fn links_bytes(links: &[Link]) -> Vec<u8> {
    let table = Array2::from_shape_fn((links.len(), LINK_COLUMNS), |(row, column)| {
        let link = &links[row];
        match column {
            0 => link.a as f32,
            1 => link.b as f32,
            2 => link.likeness.cosine,
            3 => link.likeness.probability as f32,
            _ => link.likeness.duplicate as f32,
        }
    });
    npy_bytes(&table.view())
}

pub(super) fn links(opened: &Opened, n: usize) -> Result<Vec<Link>, StoreError> {
    let table = table(opened, derived::LINKS)?;
    let link = |row: ndarray::ArrayView1<'_, f32>| -> Option<Link> {
        let [a, b, cosine, probability, duplicate] = *row.to_vec().as_slice() else {
            return None;
        };
        let (a, b) = (a as usize, b as usize);
        let (probability, duplicate) = (f64::from(probability), f64::from(duplicate));
        let relation: Relation = relation_of(duplicate, probability);
        let likeness = Likeness { cosine, probability, duplicate, relation };
        (a < b && b < n).then_some(Link { a, b, likeness })
    };
    let links: Option<Vec<Link>> = table.rows().into_iter().map(link).collect();
    links.ok_or_else(|| damaged(opened, derived::LINKS, "it names rows that are not there".into()))
}

/// `themes.json`: themes with members named by id, so that it can be read on its own.
#[derive(Serialize, Deserialize)]
struct ThemesFile {
    themes: Vec<ThemeEntry>,
    single: Vec<String>,
    broad: Vec<ThemeEntry>,
    fine: Vec<ThemeEntry>,
}

#[derive(Serialize, Deserialize)]
struct ThemeEntry {
    id: ThemeId,
    label: String,
    keywords: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<ThemeId>,
    members: Vec<MemberEntry>,
    representatives: Vec<String>,
    cohesion: f64,
    stability: f64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    decided: Vec<Act>,
    consensus: Consensus,
}

#[derive(Serialize, Deserialize)]
struct MemberEntry {
    id: String,
    weight: f64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    guest: bool,
}

pub(super) fn themes_bytes(grains: &Grains, recommendations: &[Recommendation]) -> Vec<u8> {
    let id = |row: &usize| recommendations[*row].id.to_string();
    let member = |m: &Member| MemberEntry { id: id(&m.row), weight: m.weight, guest: m.guest };
    let entry = |theme: &Theme| ThemeEntry {
        id: theme.id.clone(),
        label: theme.label.clone(),
        keywords: theme.keywords.clone(),
        parent: theme.parent.clone(),
        members: theme.members.iter().map(member).collect(),
        representatives: theme.representatives.iter().map(id).collect(),
        cohesion: theme.cohesion,
        stability: theme.stability,
        decided: theme.decided.clone(),
        consensus: theme.consensus.clone(),
    };
    let entries = |themes: &Themes| themes.themes.iter().map(entry).collect();
    let file = ThemesFile {
        themes: entries(&grains.theme),
        single: grains.theme.single.iter().map(id).collect(),
        broad: entries(&grains.broad),
        fine: entries(&grains.fine),
    };
    serde_json::to_vec_pretty(&file).expect("themes hold only text and finite numbers")
}

pub(super) fn themes(
    opened: &Opened,
    recommendations: &[Recommendation],
) -> Result<Grains, StoreError> {
    let stored: ThemesFile = json(opened, file::THEMES)?;
    let read = |entries: Vec<ThemeEntry>| -> Option<Themes> {
        let themes: Vec<Theme> = entries
            .into_iter()
            .map(|entry| theme_of(entry, recommendations))
            .collect::<Option<_>>()?;
        let mut grouped = vec![false; recommendations.len()];
        for member in themes.iter().flat_map(|theme| &theme.members) {
            grouped[member.row] = true;
        }
        let single = (0..grouped.len()).filter(|&row| !grouped[row]).collect();
        Some(Themes { themes, single })
    };
    let grains = || {
        Some(Grains {
            theme: read(stored.themes)?,
            broad: read(stored.broad)?,
            fine: read(stored.fine)?,
        })
    };
    grains().ok_or_else(|| {
        damaged(opened, file::THEMES, "it names recommendations that are not there".into())
    })
}

/// `None` if it names a recommendation that is not there.
fn theme_of(entry: ThemeEntry, recommendations: &[Recommendation]) -> Option<Theme> {
    // Recommendations are stored by id.
    let row = |id: &str| recommendations.binary_search_by(|r| r.id.as_str().cmp(id)).ok();
    let member =
        |m: &MemberEntry| Some(Member { row: row(&m.id)?, weight: m.weight, guest: m.guest });
    Some(Theme {
        members: entry.members.iter().map(member).collect::<Option<_>>()?,
        representatives: entry.representatives.iter().map(|id| row(id)).collect::<Option<_>>()?,
        id: entry.id,
        label: entry.label,
        keywords: entry.keywords,
        parent: entry.parent,
        cohesion: entry.cohesion,
        stability: entry.stability,
        decided: entry.decided,
        consensus: entry.consensus,
    })
}

/// Ids and members of the themes in the bytes of a `themes.json`; empty where they cannot be read: ids
/// are then made anew.
pub(super) fn known_themes(bytes: &[u8]) -> Vec<Known> {
    let Ok(file) = serde_json::from_slice::<ThemesFile>(bytes) else { return Vec::new() };
    let known = |entry: ThemeEntry| Known {
        id: entry.id,
        members: entry
            .members
            .into_iter()
            .filter_map(|member| RecommendationId::try_from(member.id).ok())
            .collect(),
    };
    file.themes.into_iter().map(known).collect()
}

/// `decisions.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionsFile {
    decisions: Vec<Decision>,
}

pub(super) fn decisions_bytes(decisions: &[Decision]) -> Vec<u8> {
    let file = DecisionsFile { decisions: decisions.to_vec() };
    serde_json::to_vec_pretty(&file).expect("decisions hold only text")
}

pub(super) fn parse_decisions(bytes: &[u8]) -> Result<Vec<Decision>, serde_json::Error> {
    serde_json::from_slice::<DecisionsFile>(bytes).map(|file| file.decisions)
}

/// Distinct agencies.
pub(super) fn agencies(recommendations: &[Recommendation]) -> usize {
    let names: std::collections::BTreeSet<&Agency> =
        recommendations.iter().map(|r| &r.agency).collect();
    names.len()
}
