//! Themes by consensus: who says what, and where they differ.

use super::NO_SHARED_THEME;
use super::glance::{bar, bullets, consensus};
use crate::domain::{Consensus, STABLE, WEAK_STABILITY};
use crate::report::document::{Block, Find, Inline, Item, Kind, Section, Text, Theme, Tone};
use crate::report::names::{Names, Numbered, Voice, agency_line};
use crate::report::number;
use crate::report::words::{clean, count};

/// Agencies whose sentences stand open; the others are in the list of all.
const MOST_ASKING: usize = 8;
/// Themes that stand open on a page: with the first screen, about as much as people read. A link or a search
/// opens the others.
const OPEN: usize = 10;

/// The heading of themes on process.
pub(super) const PROCESS: &str = "About the meeting and its bodies";

pub(super) fn section(names: &Names) -> Section {
    let (shared, lone): (Vec<Numbered>, Vec<Numbered>) =
        names.themes().into_iter().partition(Numbered::is_shared);
    let mut blocks = vec![
        Block::paragraph(
            "A theme is a group of recommendations that ask for nearly the same thing. Themes are \
             ranked by the number of agencies that can be expected to ask for the same: each counts by \
             how likely it asks. A recommendation can belong to several themes.",
        ),
        Block::Note(how_to_read()),
    ];
    if shared.is_empty() {
        blocks.push(Block::paragraph(NO_SHARED_THEME));
    }
    let (process, substance): (Vec<Numbered>, Vec<Numbered>) =
        shared.into_iter().partition(|found| found.theme.is_process);
    let mut themes = substance.iter().map(|&found| theme(found, names));
    blocks.extend(themes.by_ref().take(OPEN));
    let rest: Vec<Block> = themes.collect();
    if !rest.is_empty() {
        blocks.push(Block::More(rest));
    }
    if !process.is_empty() {
        blocks.push(Block::Heading(PROCESS.to_owned()));
        blocks.push(Block::paragraph(
            "These themes ask about the meeting or body itself, such as its secretariat or its \
             outcome, and not about what it is for.",
        ));
        blocks.extend(process.iter().map(|&found| theme(found, names)));
    }
    if !lone.is_empty() {
        blocks.push(Block::Heading("Repeated by one agency".to_owned()));
        blocks.push(Block::paragraph(
            "In each of these themes, a single agency makes nearly the same recommendation more \
             than once. That is not consensus.",
        ));
        blocks.extend(lone.iter().map(|&found| theme(found, names)));
    }
    Section::new("themes", "Themes by consensus", blocks).finds(Kind::Theme)
}

fn how_to_read() -> Text {
    Text::strong("Stability")
        .then(" is the share of a theme that returns when some recommendations are left out: ")
        .and(Inline::Mark(Tone::Stable, "stable"))
        .then(format!(" from {}, ", number::probability(STABLE)))
        .and(Inline::Mark(Tone::Fair, "fairly stable"))
        .then(format!(" from {}, ", number::probability(WEAK_STABILITY)))
        .and(Inline::Mark(Tone::Weak, "weak"))
        .then(" below. Read weak themes with care. ")
        .and(Inline::Strong("Cohesion".to_owned()))
        .then(" is the average probability that two of its recommendations share a request. ")
        .and(Inline::Strong("Effective number of agencies".to_owned()))
        .then(
            " counts agencies by how much they say: 1 if one agency says nearly everything. The \
             range in brackets covers 95 of 100 random draws. A number after an agency's name \
             counts its recommendations, if it has several.",
        )
}

fn theme(found: Numbered, names: &Names) -> Block {
    let voices = names.voices(found);
    let n = found.theme.members.len();
    let near = voices.len().saturating_sub(found.theme.asking.len());
    let near = match near {
        0 => String::new(),
        near => format!("; {} come near", count(near, "more agency")),
    };
    let tally = consensus(found).then(format!("{near}; {}.", count(n, "recommendation")));
    let quotes = names.asking(found);
    let n_asking = quotes.len();
    let whole = found.theme.asking.iter().map(|asking| names.entry(asking.row));
    let are_whole = quotes.iter().zip(whole).all(|(quote, entry)| quote.text == entry.text);
    let mut blocks: Vec<Block> = quotes.into_iter().take(MOST_ASKING).map(Block::Quote).collect();
    if n_asking > MOST_ASKING {
        let more = count(n_asking - MOST_ASKING, "more agency");
        blocks.push(Block::note(format!("and {more}, below")));
    }
    // A sentence leaves out the rest of its recommendation.
    if !are_whole || n_asking.min(MOST_ASKING) < n || !differing(&voices).is_empty() {
        blocks.push(everything(n, &voices));
    }
    Block::Theme(Box::new(Theme {
        number: found.number,
        label: found.label(),
        is_weak: found.theme.is_weak(),
        find: Find {
            kind: Kind::Theme,
            agencies: voices.iter().map(|voice| voice.agency_number).collect(),
        },
        bar: bar(found, names),
        tally,
        facts: facts(found, &voices),
        blocks,
    }))
}

fn facts(found: Numbered, voices: &[Voice]) -> Vec<Text> {
    let theme = found.theme;
    let firmness = theme.firmness();
    let stability = Text::from(format!("Stability {}, ", number::probability(theme.stability)))
        .and(Inline::Mark(firmness.into(), firmness.name()))
        .then(format!(
            "; cohesion {}; effective number of agencies {}; as many recommendations drawn at random \
             would come from {}",
            number::probability(theme.cohesion),
            number::estimate(theme.consensus.effective),
            by_chance(&theme.consensus)
        ));
    let mut facts = vec![Text::from(agency_line(voices)), stability];
    let keywords = clean(&theme.keywords.join(", "));
    if !keywords.is_empty() {
        facts.push(format!("Typical words: {keywords}").into());
    }
    facts
}

/// "5.2 (3 to 7)": what chance gives, and the range of most cases.
fn by_chance(consensus: &Consensus) -> String {
    let Consensus { expected, expected_low, expected_high, .. } = consensus;
    let mean = number::estimate(*expected);
    let bound = |x: f64| number::whole(x.round() as usize);
    if *expected_high > 0.0 {
        format!("{mean} ({} to {})", bound(*expected_low), bound(*expected_high))
    } else {
        mean
    }
}

/// Agencies that say something no other of the theme says.
pub(in crate::report) fn differing<'a, 'b>(voices: &'b [Voice<'a>]) -> Vec<&'b Voice<'a>> {
    voices.iter().filter(|voice| !voice.own.is_empty()).collect()
}

/// All that is said on a theme, agency by agency.
fn everything(n: usize, voices: &[Voice]) -> Block {
    let mut blocks = Vec::new();
    for voice in voices {
        blocks.push(Block::Heading(voice.agency.clone()));
        if !voice.own.is_empty() {
            blocks.push(Block::note(format!("Says alone: {}", voice.own)));
        }
        let said = voice.entries.iter().map(|entry| {
            Item::line(
                Text::foreign(&*entry.text).then(" ").and(Inline::Source(entry.source.clone())),
            )
        });
        blocks.push(bullets(said.collect()));
    }
    Block::detail(format!("All {} recommendations, by agency", number::whole(n)), blocks)
}
