//! The content of `themes.json`.

use serde::{Deserialize, Serialize};

use crate::domain::{
    Act, Agency, Asking, Consensus, EarlierTheme, Grains, Member, Recommendation, RecommendationId,
    Theme, ThemeId, Themes,
};

/// `themes.json`: themes with members named by id, so that it can be read on its own.
#[derive(Serialize, Deserialize)]
pub(super) struct ThemesFile {
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
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    process: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<ThemeId>,
    members: Vec<MemberEntry>,
    representatives: Vec<String>,
    cohesion: f64,
    /// `null` where it was not measured.
    stability: Option<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    decided: Vec<Act>,
    consensus: Consensus,
    asking: Vec<AskingEntry>,
}

#[derive(Serialize, Deserialize)]
struct AskingEntry {
    agency: Agency,
    id: String,
    probability: f64,
}

#[derive(Serialize, Deserialize)]
struct MemberEntry {
    id: String,
    weight: f64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    guest: bool,
}

impl ThemesFile {
    pub(super) fn new(grains: &Grains, recommendations: &[Recommendation]) -> Self {
        let id = |row: &usize| recommendations[*row].id.to_string();
        let member = |m: &Member| MemberEntry { id: id(&m.row), weight: m.weight, guest: m.guest };
        let asking = |one: &Asking| AskingEntry {
            agency: one.agency.clone(),
            id: id(&one.row),
            probability: one.probability,
        };
        let entry = |theme: &Theme| ThemeEntry {
            id: theme.id.clone(),
            label: theme.label.clone(),
            keywords: theme.keywords.clone(),
            process: theme.is_process,
            parent: theme.parent.clone(),
            members: theme.members.iter().map(member).collect(),
            representatives: theme.representatives.iter().map(id).collect(),
            cohesion: theme.cohesion,
            stability: Some(theme.stability).filter(|value| !value.is_nan()),
            decided: theme.decided.clone(),
            consensus: theme.consensus.clone(),
            asking: theme.asking.iter().map(asking).collect(),
        };
        let entries = |themes: &Themes| themes.themes.iter().map(entry).collect();
        Self {
            themes: entries(&grains.theme),
            single: grains.theme.single.iter().map(id).collect(),
            broad: entries(&grains.broad),
            fine: entries(&grains.fine),
        }
    }

    /// `None` if it names a recommendation that does not exist.
    pub(super) fn grains(self, recommendations: &[Recommendation]) -> Option<Grains> {
        let read = |entries: Vec<ThemeEntry>| -> Option<Themes> {
            let themes = entries.into_iter().map(|entry| theme_of(entry, recommendations));
            let themes: Vec<Theme> = themes.collect::<Option<_>>()?;
            let mut grouped = vec![false; recommendations.len()];
            for member in themes.iter().flat_map(|theme| &theme.members) {
                grouped[member.row] = true;
            }
            let single = (0..grouped.len()).filter(|&row| !grouped[row]).collect();
            Some(Themes { themes, single })
        };
        Some(Grains { theme: read(self.themes)?, broad: read(self.broad)?, fine: read(self.fine)? })
    }

    /// The themes as a later index knows them; their names only if `with_names`, and not those that a person gave.
    pub(super) fn earlier(self, with_names: bool) -> Vec<EarlierTheme> {
        let ids = |members: Vec<MemberEntry>| {
            members.into_iter().filter_map(|member| RecommendationId::try_from(member.id).ok())
        };
        let earlier = |entry: ThemeEntry| EarlierTheme {
            id: entry.id,
            members: ids(entry.members).collect(),
            label: Some(entry.label)
                .filter(|_| with_names && !entry.decided.contains(&Act::Rename)),
        };
        self.themes.into_iter().map(earlier).collect()
    }
}

/// `None` if it names a recommendation that does not exist.
fn theme_of(entry: ThemeEntry, recommendations: &[Recommendation]) -> Option<Theme> {
    // Recommendations are stored by id.
    let row = |id: &str| recommendations.binary_search_by(|r| r.id.as_str().cmp(id)).ok();
    let member =
        |m: &MemberEntry| Some(Member { row: row(&m.id)?, weight: m.weight, guest: m.guest });
    let asking = |one: AskingEntry| {
        Some(Asking { row: row(&one.id)?, agency: one.agency, probability: one.probability })
    };
    Some(Theme {
        asking: entry.asking.into_iter().map(asking).collect::<Option<_>>()?,
        members: entry.members.iter().map(member).collect::<Option<_>>()?,
        representatives: entry.representatives.iter().map(|id| row(id)).collect::<Option<_>>()?,
        id: entry.id,
        label: entry.label,
        keywords: entry.keywords,
        is_process: entry.process,
        parent: entry.parent,
        cohesion: entry.cohesion,
        stability: entry.stability.unwrap_or(f64::NAN),
        decided: entry.decided,
        consensus: entry.consensus,
    })
}
