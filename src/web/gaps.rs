//! What only one agency asks for, what no agency addresses, and where agencies are silent.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::app::App;
use super::page::{Card, Shell, rendered};
use super::parameters::{self, Parameters};
use super::refused::Refused;
use super::shelf::Shown;
use crate::domain::{
    AgendaAnswer, ChallengeAnswer, Contradiction, Overlap, Repeat, SilentAgency, SingleVoice,
};
use crate::report::{number, recalls};

/// Gaps on a page.
const PAGE: usize = 50;

/// The kinds of gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Single,
    Agenda,
    Challenges,
    Silent,
    Contradictions,
    Repeats,
}

impl Kind {
    pub(super) const ALL: [Self; 6] = [
        Self::Agenda,
        Self::Challenges,
        Self::Silent,
        Self::Single,
        Self::Contradictions,
        Self::Repeats,
    ];

    /// Its name in addresses and in the JSON of the report.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Single => "single_voice",
            Self::Agenda => "agenda",
            Self::Challenges => "challenges",
            Self::Silent => "silent",
            Self::Contradictions => "contradictions",
            Self::Repeats => "repeats",
        }
    }

    /// The parameters of its page.
    fn address(self) -> String {
        format!("kind={}", self.key())
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Single => "Single voices",
            Self::Agenda => "Agenda items",
            Self::Challenges => "Challenges",
            Self::Silent => "Silent agencies",
            Self::Contradictions => "Contradictions",
            Self::Repeats => "Repeats",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Single => {
                "Recommendations of which no other agency was found to ask the same, with the nearest of another agency."
            }
            Self::Agenda => {
                "Items of the agenda for which no recommendation was found, with the nearest."
            }
            Self::Challenges => {
                "Challenges that agencies name and for which no recommendation was found, with the nearest."
            }
            Self::Silent => {
                "Agencies whose own text discusses a theme of others, with no recommendation of theirs found on it."
            }
            Self::Contradictions => "Recommendations that ask for the contrary of each other.",
            Self::Repeats => "What is asked again in later years, the latest beside the first.",
        }
    }

    /// What an index that does not tell lacks.
    fn missing(self) -> &'static str {
        match self {
            Self::Agenda => {
                "This index has no agenda. Build it with one: concord index CORPUS --agenda FILE"
            }
            Self::Challenges | Self::Silent => {
                "This index has no challenges. Build it with them: concord index CORPUS --challenges FILE"
            }
            Self::Repeats => {
                "Repeats need recommendations of at least two years, or one that says that it was made before."
            }
            Self::Single | Self::Contradictions => "This index does not tell.",
        }
    }

    /// The kind called `key`.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn named(key: &str) -> Result<Self, Refused> {
        let found = Self::ALL.into_iter().find(|kind| kind.key() == key);
        found.ok_or_else(|| {
            let keys = Self::ALL.map(Self::key).join(", ");
            Refused::wrong(format!("`{key}` is no kind of gap; the kinds are {keys}"))
        })
    }
}

#[derive(Template)]
#[template(path = "gaps.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    kind: Kind,
    /// Each kind with its number of gaps; `None` where the corpus does not tell.
    kinds: Vec<(Kind, Option<String>)>,
    gaps: Vec<Gap>,
    is_unknown: bool,
    before: Option<String>,
    after: Option<String>,
}

/// A gap, and what is nearest to it.
pub(super) struct Gap {
    /// Who or what it is about: an agency, an item of the agenda.
    pub(super) head: String,
    pub(super) text: String,
    /// Where the text stands.
    pub(super) place: String,
    /// Label and address of the theme that it is about.
    pub(super) theme: Option<(String, String)>,
    /// Another recommendation, and what it has to do with this.
    pub(super) near: Option<(Card, String)>,
}

pub(super) async fn page(State(app): State<App>, asked: Parameters) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let overlap = shown.overlap()?;
        let first = if overlap.gaps.agenda.is_some() { Kind::Agenda } else { Kind::Single };
        let kind = asked.get("kind").map_or(Ok(first), Kind::named)?;
        let found = gaps(app, &shown, overlap, kind);
        let n = found.as_ref().map_or(0, Vec::len);
        let from = asked.number("from", 0, 0..=n)?;
        let place = |at: usize| format!("/gaps?{}", asked.with("from", Some(&at.to_string())));
        let is_unknown = found.is_none();
        let gaps = found.unwrap_or_default().into_iter().skip(from).take(PAGE);
        rendered(&Page {
            shell: Shell::new(app, "/gaps", kind.title()),
            kind,
            kinds: Kind::ALL.map(|kind| (kind, count(overlap, kind))).into(),
            gaps: gaps.collect(),
            is_unknown,
            before: (from > 0).then(|| place(from.saturating_sub(PAGE))),
            after: (from + PAGE < n).then(|| place(from + PAGE)),
        })
    })
    .await
}

fn count(overlap: &Overlap, kind: Kind) -> Option<String> {
    let gaps = &overlap.gaps;
    let n = match kind {
        Kind::Single => gaps.single_voice.len(),
        Kind::Agenda => gaps.agenda.as_ref()?.iter().filter(|a| a.is_unanswered()).count(),
        Kind::Challenges => gaps.challenges.as_ref()?.iter().filter(|a| a.is_unanswered()).count(),
        Kind::Silent => gaps.silent.as_ref()?.len(),
        Kind::Contradictions => overlap.contradictions.len(),
        Kind::Repeats => overlap.repeats.as_ref()?.len(),
    };
    Some(number::whole(n))
}

/// The gaps of one kind; `None` if the corpus does not tell.
pub(super) fn gaps(app: &App, shown: &Shown, overlap: &Overlap, kind: Kind) -> Option<Vec<Gap>> {
    let near = |found: Option<(usize, f64)>| {
        let (row, probability) = found?;
        let how = format!("Nearest, {}", number::probability(probability));
        Some((Card::new(app, shown, row), how))
    };
    let gaps = &overlap.gaps;
    Some(match kind {
        Kind::Single => gaps.single_voice.iter().map(|one| single(overlap, one, &near)).collect(),
        Kind::Agenda => {
            let open = gaps.agenda.as_ref()?.iter().filter(|answer| answer.is_unanswered());
            open.map(|answer| agenda(answer, &near)).collect()
        }
        Kind::Challenges => {
            let open = gaps.challenges.as_ref()?.iter().filter(|answer| answer.is_unanswered());
            open.map(|answer| challenge(overlap, answer, &near)).collect()
        }
        Kind::Silent => {
            gaps.silent.as_ref()?.iter().map(|one| silent(overlap, one, &near)).collect()
        }
        Kind::Contradictions => {
            let found = overlap.contradictions.iter();
            let against = |one: &Contradiction| {
                let words = format!(
                    "\u{201c}{}\u{201d} against \u{201c}{}\u{201d}",
                    one.phrases.0, one.phrases.1
                );
                said_by(overlap, one.a, Some((Card::new(app, shown, one.b), words)))
            };
            found.map(against).collect()
        }
        Kind::Repeats => {
            let found = overlap.repeats.as_ref()?.iter();
            found.filter_map(|one| repeat(app, shown, overlap, one)).collect()
        }
    })
}

type Near<'a> = &'a dyn Fn(Option<(usize, f64)>) -> Option<(Card, String)>;

fn single(overlap: &Overlap, voice: &SingleVoice, near: Near<'_>) -> Gap {
    said_by(overlap, voice.row, near(voice.nearest))
}

/// Recommendation `row`, beside another one.
fn said_by(overlap: &Overlap, row: usize, near: Option<(Card, String)>) -> Gap {
    let found = &overlap.recommendations[row];
    Gap {
        head: format!("{}, {}", found.agency, found.id),
        text: found.text.clone(),
        place: found.place(),
        theme: None,
        near,
    }
}

/// The latest of a repeated ask, beside the first.
fn repeat(app: &App, shown: &Shown, overlap: &Overlap, found: &Repeat) -> Option<Gap> {
    if let [(from, first), .., (to, last)] = found.dated[..] {
        let near = (Card::new(app, shown, first), format!("First in {from}, again in {to}"));
        return Some(said_by(overlap, last, Some(near)));
    }
    // The earlier one is not in the corpus.
    let (row, year) = *found.recalled.first()?;
    let gap = said_by(overlap, row, None);
    Some(Gap { head: format!("{}. {}", gap.head, recalls(year)), ..gap })
}

fn agenda(answer: &AgendaAnswer, near: Near<'_>) -> Gap {
    let marker = answer.item.marker.clone().unwrap_or_default();
    Gap {
        head: marker,
        text: answer.item.text.clone(),
        place: String::new(),
        theme: None,
        near: near(answer.nearest.first().copied()),
    }
}

fn challenge(overlap: &Overlap, answer: &ChallengeAnswer, near: Near<'_>) -> Gap {
    let found = &overlap.challenges[answer.challenge];
    Gap {
        head: found.agency.to_string(),
        text: found.text.clone(),
        place: found.place(),
        theme: None,
        near: near(answer.nearest.first().copied()),
    }
}

fn silent(overlap: &Overlap, found: &SilentAgency, near: Near<'_>) -> Gap {
    let theme = &overlap.themes.themes[found.theme];
    let passage = found.passages.first().map(|passage| &overlap.challenges[passage.challenge]);
    Gap {
        head: found.agency.to_string(),
        text: passage.map_or(String::new(), |passage| passage.text.clone()),
        place: passage.map_or(String::new(), crate::domain::Recommendation::place),
        theme: Some((theme.label.clone(), parameters::theme(theme.id.as_str()))),
        near: near(found.nearest),
    }
}
