//! `concord gaps`

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::domain::{AgendaAnswer, ChallengeAnswer, Overlap, SilentAgency, SingleVoice};
use concord::ingest::agenda;
use concord::pipeline::{Index, Parts};
use concord::report;
use serde_json::Value;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, TableOrJson, out, table};

/// Characters of a text in a table.
const SHOWN: usize = 200;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only gaps of this kind [default: all four]
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Option<Kind>,
    /// Hold this agenda against the recommendations: .toml, .jsonl, .csv, or a text of one item a
    /// line [default: that of the corpus]
    #[arg(long, value_name = "FILE")]
    agenda: Option<PathBuf>,
    /// Gaps of each kind that the table shows
    #[arg(short = 'k', long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// How to print
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Only one agency asks for it
    Single,
    /// An agenda item that no recommendation takes up
    Agenda,
    /// A challenge that agencies name and no recommendation takes up
    Challenge,
    /// An agency that writes about a theme and recommends nothing on it
    Silent,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Single, Self::Agenda, Self::Challenge, Self::Silent];

    /// Its name in the JSON of the report.
    fn key(self) -> &'static str {
        match self {
            Self::Single => "single_voice",
            Self::Agenda => "agenda",
            Self::Challenge => "challenges",
            Self::Silent => "silent",
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let index = context.open()?;
    let mut overlap = index.overlap(String::new())?;
    if let Some(path) = &arguments.agenda {
        overlap.gaps.agenda = Some(answers(context, &index, path)?);
    }
    let kinds = arguments.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    match arguments.format {
        TableOrJson::Json => out::json(&as_json(&overlap, &kinds))?,
        TableOrJson::Table => {
            let tables: Vec<String> =
                kinds.iter().map(|kind| as_table(&overlap, *kind, arguments.top)).collect();
            out::text(&tables.join("\n"))?;
        }
    }
    Ok(Outcome::Done)
}

fn answers(context: &Context, index: &Index, path: &Path) -> Result<Vec<AgendaAnswer>, Failure> {
    let agenda = agenda::read(path)?;
    let mut embedder = context.embedder_for(index)?;
    let mut parts = Parts { embedder: embedder.as_mut(), on: &context.bars };
    Ok(index.answer_agenda(&agenda, &mut parts)?)
}

/// The gaps as the report gives them, of these kinds.
fn as_json(overlap: &Overlap, kinds: &[Kind]) -> Value {
    let mut gaps = report::json(overlap)["gaps"].take();
    if let Some(gaps) = gaps.as_object_mut() {
        gaps.retain(|key, _| kinds.iter().any(|kind| kind.key() == key));
    }
    gaps
}

fn as_table(overlap: &Overlap, kind: Kind, top: usize) -> String {
    let gaps = &overlap.gaps;
    match kind {
        Kind::Single => single(overlap, &gaps.single_voice, top),
        Kind::Agenda => gaps.agenda.as_ref().map_or_else(
            || {
                "No agenda: name one with --agenda, or put an agenda.toml beside the corpus.\n"
                    .into()
            },
            |answers| agenda_table(overlap, answers, top),
        ),
        Kind::Challenge => gaps.challenges.as_ref().map_or_else(
            || no_challenges("unanswered challenges"),
            |answers| challenges(overlap, answers, top),
        ),
        Kind::Silent => gaps
            .silent
            .as_ref()
            .map_or_else(|| no_challenges("silent agencies"), |found| silent(overlap, found, top)),
    }
}

fn no_challenges(what: &str) -> String {
    format!(
        "No challenges, so no {what}: `concord extract --what challenges` finds them; put its \
         output beside the corpus as challenges.jsonl, or name it to `concord index --challenges`.\n"
    )
}

fn single(overlap: &Overlap, voices: &[SingleVoice], top: usize) -> String {
    let mut lines = table::table(&["one agency asks", "nearest of another agency"]);
    for voice in voices.iter().take(top) {
        let nearest = voice.nearest.map_or("none near".to_owned(), |near| said(overlap, near));
        lines.add_row([recommendation(overlap, voice.row), nearest]);
    }
    titled("Single voices", voices.len(), top, &lines.to_string())
}

fn agenda_table(overlap: &Overlap, answers: &[AgendaAnswer], top: usize) -> String {
    let open: Vec<&AgendaAnswer> = answers.iter().filter(|a| a.is_unanswered()).collect();
    let mut lines = table::table(&["agenda item", "nearest"]);
    for answer in open.iter().take(top) {
        let item = format!("{}: {}", answer.item.id, table::shortened(&answer.item.text, SHOWN));
        lines.add_row([item, best(overlap, &answer.nearest)]);
    }
    let title = format!("Agenda items that nobody takes up, of {}", answers.len());
    titled(&title, open.len(), top, &lines.to_string())
}

fn challenges(overlap: &Overlap, answers: &[ChallengeAnswer], top: usize) -> String {
    let mut open: Vec<&ChallengeAnswer> = answers.iter().filter(|a| a.is_unanswered()).collect();
    // The furthest from everything first.
    let nearest = |answer: &ChallengeAnswer| answer.nearest.first().map_or(0.0, |near| near.1);
    open.sort_by(|a, b| nearest(a).total_cmp(&nearest(b)).then(a.challenge.cmp(&b.challenge)));
    let mut lines = table::table(&["challenge that an agency names", "nearest"]);
    for answer in open.iter().take(top) {
        lines.add_row([passage(overlap, answer.challenge), best(overlap, &answer.nearest)]);
    }
    let title = format!("Challenges that nobody takes up, of {}", answers.len());
    titled(&title, open.len(), top, &lines.to_string())
}

fn silent(overlap: &Overlap, found: &[SilentAgency], top: usize) -> String {
    let mut lines = table::table(&[
        "agency and theme",
        "what it writes on the theme",
        "what others recommend",
        "nearest that it recommends",
    ]);
    for silent in found.iter().take(top) {
        let theme = &overlap.themes.themes[silent.theme];
        let (at, row, probability) = silent.passages[0];
        lines.add_row([
            format!("{}: {} ({})", silent.agency, theme.label, theme.id),
            passage(overlap, at),
            said(overlap, (row, probability)),
            silent.nearest.map_or("none near".to_owned(), |near| said(overlap, near)),
        ]);
    }
    titled("Agencies silent on a theme that they write about", found.len(), top, &lines.to_string())
}

fn titled(title: &str, n: usize, top: usize, lines: &str) -> String {
    let mut text = format!("{title}: {n}\n");
    if n > 0 {
        let _ = writeln!(text, "{lines}");
    }
    if n > top {
        let _ = writeln!(text, "{} more; -k shows them.", n - top);
    }
    text
}

fn recommendation(overlap: &Overlap, row: usize) -> String {
    let found = &overlap.recommendations[row];
    format!("{} ({}): {}", found.agency, found.id, table::shortened(&found.text, SHOWN))
}

fn passage(overlap: &Overlap, at: usize) -> String {
    let found = &overlap.challenges[at];
    format!("{} ({}): {}", found.agency, found.id, table::shortened(&found.text, SHOWN))
}

fn said(overlap: &Overlap, (row, probability): (usize, f64)) -> String {
    format!("{} {}", report::number::probability(probability), recommendation(overlap, row))
}

fn best(overlap: &Overlap, nearest: &[(usize, f64)]) -> String {
    nearest.first().map_or("none".to_owned(), |&near| said(overlap, near))
}
