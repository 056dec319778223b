//! The gaps for a terminal.

use std::fmt::Write;

use concord::report::{number, recalls};
use concord::{
    AgendaAnswer, ChallengeAnswer, Contradiction, Overlap, Repeat, SilentAgency, SilentPassage,
    SingleVoice,
};

use super::Kind;
use crate::cli::table;

/// Characters of a text in a table.
const SHOWN: usize = 200;

/// The gaps of one kind.
pub(super) fn render(overlap: &Overlap, kind: Kind, top: usize) -> String {
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
        Kind::Contradictions => contradictions(overlap, &overlap.contradictions, top),
        Kind::Repeats => overlap.repeats.as_ref().map_or_else(
            || {
                "No repeats: the recommendations are not known to be of two years or more, \
                 and none says that it was asked before.\n"
                    .into()
            },
            |found| repeats(overlap, found, top),
        ),
    }
}

fn no_challenges(what: &str) -> String {
    format!(
        "No challenges, so no {what}: `concord extract --what challenges` finds them; save its output \
         beside the corpus as challenges.jsonl, or pass it to `concord index --challenges`.\n"
    )
}

fn single(overlap: &Overlap, voices: &[SingleVoice], top: usize) -> String {
    let mut lines = table::table(&["only one agency found to ask", "nearest of another agency"]);
    for voice in voices.iter().take(top) {
        let nearest = voice.nearest.map_or("none near".to_owned(), |near| said(overlap, near));
        lines.add_row([recommendation(overlap, voice.row), nearest]);
    }
    titled("Single voices", voices.len(), top, &lines.to_string())
}

fn agenda_table(overlap: &Overlap, answers: &[AgendaAnswer], top: usize) -> String {
    let open: Vec<&AgendaAnswer> = answers.iter().filter(|a| a.is_unanswered()).collect();
    let mut lines = table::table(&["agenda item", "not found; nearest"]);
    for answer in open.iter().take(top) {
        let item = format!("{}: {}", answer.item.id, table::shortened(&answer.item.text, SHOWN));
        lines.add_row([item, best(overlap, &answer.nearest)]);
    }
    let title = format!("Agenda items with no recommendation found, of {}", answers.len());
    titled(&title, open.len(), top, &lines.to_string())
}

fn challenges(overlap: &Overlap, answers: &[ChallengeAnswer], top: usize) -> String {
    let mut open: Vec<&ChallengeAnswer> = answers.iter().filter(|a| a.is_unanswered()).collect();
    // The farthest from every recommendation first.
    let nearest = |answer: &ChallengeAnswer| answer.nearest.first().map_or(0.0, |near| near.1);
    open.sort_by(|a, b| nearest(a).total_cmp(&nearest(b)).then(a.challenge.cmp(&b.challenge)));
    let mut lines = table::table(&["challenge", "not found; nearest"]);
    for answer in open.iter().take(top) {
        lines.add_row([passage(overlap, answer.challenge), best(overlap, &answer.nearest)]);
    }
    let title = format!("Challenges with no recommendation found, of {}", answers.len());
    titled(&title, open.len(), top, &lines.to_string())
}

fn silent(overlap: &Overlap, found: &[SilentAgency], top: usize) -> String {
    let mut lines = table::table(&[
        "agency and theme",
        "what it writes about the theme",
        "what others recommend",
        "its nearest recommendation",
    ]);
    for silent in found.iter().take(top) {
        let theme = &overlap.themes.themes[silent.theme];
        let SilentPassage { challenge: at, nearest: row, probability } = silent.passages[0];
        lines.add_row([
            format!("{}: {} ({})", silent.agency, theme.label, theme.id),
            passage(overlap, at),
            said(overlap, (row, probability)),
            silent.nearest.map_or("none near".to_owned(), |near| said(overlap, near)),
        ]);
    }
    titled(
        "Themes that an agency discusses, with no recommendation of its own found",
        found.len(),
        top,
        &lines.to_string(),
    )
}

fn contradictions(overlap: &Overlap, found: &[Contradiction], top: usize) -> String {
    let mut lines = table::table(&["asks", "but this asks", "contrary words"]);
    for Contradiction { a, b, phrases, .. } in found.iter().take(top) {
        let words = format!("“{}” against “{}”", phrases.0, phrases.1);
        lines.add_row([recommendation(overlap, *a), recommendation(overlap, *b), words]);
    }
    titled("Contradictions", found.len(), top, &lines.to_string())
}

fn repeats(overlap: &Overlap, found: &[Repeat], top: usize) -> String {
    let mut lines = table::table(&["years", "first", "last"]);
    for repeat in found.iter().take(top) {
        let mut years: Vec<String> = repeat.years().iter().map(ToString::to_string).collect();
        let [mut first, mut last] = [repeat.dated.first(), repeat.dated.last()]
            .map(|said| said.map_or(String::new(), |&(_, row)| recommendation(overlap, row)));
        if let ([] | [_], [(row, year), ..]) = (&repeat.dated[..], &repeat.recalled[..]) {
            // The earlier one is not in the corpus.
            first = recalls(*year);
            last = recommendation(overlap, *row);
            if years.is_empty() {
                years.push("earlier".to_owned());
            }
        }
        lines.add_row([years.join(", "), first, last]);
    }
    titled("Requests that come again in later years", found.len(), top, &lines.to_string())
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
    format!("{} {}", number::probability(probability), recommendation(overlap, row))
}

fn best(overlap: &Overlap, nearest: &[(usize, f64)]) -> String {
    nearest.first().map_or("none".to_owned(), |&near| said(overlap, near))
}
