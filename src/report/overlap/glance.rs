//! The first screen: what was compared, and what came out.

use std::collections::BTreeSet;

use super::{NO_SHARED_THEME, gaps, over_time};
use crate::domain::{DocumentInfo, Overlap, Theme};
use crate::report::document::{
    Anchor, Block, Figure, Inline, Item, ListStyle, Section, Text, Tone,
};
use crate::report::names::{Entry, Names, Numbered};
use crate::report::number;
use crate::report::words::{capitalized, clean, count, list_some, noun, said, shorten, years};

/// Themes that the first screen names.
const STRONGEST: usize = 5;
/// Unanswered agenda items that it names.
const GAPS: usize = 3;
/// Agencies without a shared theme that it names.
const ALONE: usize = 6;

const ASKING: &str = " if it is more likely than not that its recommendation and the theme's central \
    one share a request; it asks surely from a probability of 80%. Other agencies of the theme only \
    come near. Themes stand in the order of the sum of these probabilities, so that an agency that asks \
    surely counts for more.";

pub(super) fn section(names: &Names) -> Section {
    let overlap = names.overlap;
    let gaps = vec![
        Block::Heading("Main gaps".to_owned()),
        bullets(main_gaps(names)),
        Block::Heading("Near-duplicates".to_owned()),
        bullets(vec![duplicates(names)]),
        Block::Heading("Contradictions and repeats".to_owned()),
        bullets(over_time(names)),
    ];
    let mut blocks =
        vec![Block::Figures(figures(overlap)), Block::Columns(vec![strongest(names), gaps])];
    blocks.extend(documents(&overlap.documents));
    let agencies: Vec<String> = overlap.agencies.iter().map(|a| clean(a.agency.as_str())).collect();
    let compared = format!("{} compared", capitalized(&count(agencies.len(), "agency")));
    blocks.push(Block::detail(compared, vec![Block::paragraph(agencies.join(", "))]));
    Section::new("glance", "At a glance", blocks)
}

/// "256 recommendations by 28 agencies, from 1 document (2013)."
pub(super) fn compared(overlap: &Overlap) -> String {
    let n = overlap.recommendations.len();
    if n == 0 {
        return "There are no recommendations to compare.".to_owned();
    }
    let years = years(
        (overlap.documents.iter().filter_map(|d| d.year))
            .chain(overlap.recommendations.iter().filter_map(|r| r.year)),
    );
    let from = match n_documents(overlap) {
        0 => String::new(),
        n => format!(", from {}", count(n, "document")),
    };
    let years = if years.is_empty() { years } else { format!(" ({years})") };
    let by = count(overlap.agencies.len(), "agency");
    format!("{} by {by}{from}{years}.", capitalized(&count(n, "recommendation")))
}

/// Documents described, or else those that recommendations name.
fn n_documents(overlap: &Overlap) -> usize {
    if !overlap.documents.is_empty() {
        return overlap.documents.len();
    }
    let named = overlap.recommendations.iter().filter_map(|r| r.document.as_ref());
    named.collect::<BTreeSet<_>>().len()
}

fn figures(overlap: &Overlap) -> Vec<Figure> {
    let n = overlap.recommendations.len();
    let asked = || overlap.themes.themes.iter().filter(|theme| theme.asking.len() > 1);
    // Those by which the agencies ask, and no others that merely come near.
    let shared: BTreeSet<usize> = asked().flat_map(|theme| asking_rows(theme, overlap)).collect();
    let counted = |n: usize, what: &str, which: &str| {
        let (value, what) = (number::whole(n), format!("{}{which}", noun(n, what)));
        Figure { value, what, tone: None }
    };
    let belong = "of recommendations stand behind these themes".to_owned();
    vec![
        counted(n, "recommendation", ""),
        counted(overlap.agencies.len(), "agency", ""),
        counted(asked().count(), "theme", " for which two or more agencies ask"),
        Figure { value: number::share(shared.len(), n), what: belong, tone: None },
        counted(overlap.duplicates.len(), "pair", " of near-duplicates"),
    ]
}

/// The members of a theme by agencies that ask for it.
fn asking_rows(theme: &Theme, overlap: &Overlap) -> Vec<usize> {
    let asks = |row: usize| {
        let agency = &overlap.recommendations[row].agency;
        theme.asking.iter().any(|asking| asking.agency == *agency)
    };
    theme.members.iter().map(|member| member.row).filter(|&row| asks(row)).collect()
}

fn strongest(names: &Names) -> Vec<Block> {
    let heading = Block::Heading("Strongest consensus".to_owned());
    let shared = names.themes().into_iter().filter(Numbered::is_asked_by_several).take(STRONGEST);
    let items: Vec<Item> = shared.map(|theme| Item::line(ranked(theme, names))).collect();
    if items.is_empty() {
        return vec![heading, Block::paragraph(NO_SHARED_THEME)];
    }
    let how = Text::strong("An agency asks").then(ASKING).and(Inline::OnPage(
        " The bar shows the share of all agencies; its stroke, those that ask surely.",
    ));
    vec![heading, Block::list(ListStyle::Ranked, items), Block::Note(how)]
}

fn ranked(theme: Numbered, names: &Names) -> Text {
    let text = Text::link(theme.label(), Anchor::Theme(theme.number)).then(" ");
    let text = text.and(bar(theme, names)).followed(consensus(theme));
    if theme.theme.is_weak() { text.then(", ").and(Inline::Mark(Tone::Weak, "weak")) } else { text }
}

/// "**5 agencies ask for this** (4 surely)".
pub(super) fn consensus(theme: Numbered) -> Text {
    let n = theme.theme.asking.len();
    let asking = said(n, "agency", "asks for this", "ask for this");
    Text::strong(capitalized(&asking)).then(match theme.theme.n_surely() {
        sure if sure == n => String::new(),
        sure => format!(" ({} surely)", number::whole(sure)),
    })
}

/// The agencies that ask for the same as a share of all, and those that surely do.
pub(super) fn bar(theme: Numbered, names: &Names) -> Inline {
    let whole = names.overlap.agencies.len().max(1) as f64;
    let Theme { asking, .. } = theme.theme;
    Inline::Bar(asking.len() as f64 / whole, Some(theme.theme.n_surely() as f64 / whole))
}

fn main_gaps(names: &Names) -> Vec<Item> {
    let overlap = names.overlap;
    let agenda = gaps::agenda_sentence(overlap).map(|said| {
        let open = gaps::unanswered(overlap).take(GAPS).map(|answer| {
            let name = format!("{}: ", gaps::item_name(&answer.item, overlap));
            Item::line(Text::strong(name).then(shorten(&clean(&answer.item.text), 110)))
        });
        let open: Vec<Item> = open.collect();
        let open = (!open.is_empty()).then(|| bullets(open));
        Item::new(std::iter::once(Block::Paragraph(link(said, "agenda"))).chain(open).collect())
    });
    let rest = [
        (gaps::challenges_sentence(overlap), "challenges"),
        (gaps::silent_sentence(overlap), "silent"),
        (Some(gaps::voices_sentence(overlap)), "voices"),
        (alone(overlap), "agencies"),
    ];
    let rest = rest.into_iter().filter_map(|(said, part)| Some(Item::line(link(said?, part))));
    agenda.into_iter().chain(rest).collect()
}

/// Agencies that share nothing, in a sentence.
fn alone(overlap: &Overlap) -> Option<String> {
    let alone = overlap.agencies.iter().filter(|a| a.shared == 0);
    let names: Vec<String> = alone.map(|a| clean(a.agency.as_str())).collect();
    let verbs = ("shares no theme with another", "share no theme with another");
    let alone = said(names.len(), "agency", verbs.0, verbs.1);
    (!names.is_empty()).then(|| format!("{alone}: {}.", list_some(&names, ALONE)))
}

/// What contradicts each other, and what comes again in later years.
fn over_time(names: &Names) -> Vec<Item> {
    let overlap = names.overlap;
    let lines = [
        (Some(over_time::contradictions_sentence(overlap)), "contradictions"),
        (over_time::repeats_sentence(overlap), "repeats"),
    ];
    lines.into_iter().filter_map(|(said, part)| Some(Item::line(link(said?, part)))).collect()
}

fn duplicates(names: &Names) -> Item {
    let sentence = link(gaps::duplicates_sentence(names.overlap), "duplicates");
    let mut blocks = vec![Block::Paragraph(sentence)];
    blocks.extend(names.overlap.duplicates.first().map(|closest| {
        let [a, b] = [closest.a, closest.b].map(|row| names.entry(row));
        let cited = |text: Text, entry: &Entry| {
            let to = Anchor::Recommendation(entry.number);
            text.and(Inline::Link(entry.source.id.clone(), to)).then(format!(" ({})", entry.agency))
        };
        let text = cited(Text::from("Closest: "), a).then(" and ");
        let chance = number::probability(closest.likeness.duplicate);
        bullets(vec![Item::line(cited(text, b).then(format!(", {chance} likely the same.")))])
    }));
    Item::new(blocks)
}

fn documents(documents: &[DocumentInfo]) -> Option<Block> {
    let described = |d: &DocumentInfo| {
        let year = d.year.map_or(String::new(), |year| format!(" ({year})"));
        let source = d.source.as_deref().map(clean).filter(|source| !source.is_empty());
        let source = source.map_or(String::new(), |source| format!(". {source}"));
        Text::from(format!("{}{year}{source} ", clean(&d.title)))
            .and(Inline::Soft(format!("[{}]", clean(&d.id))))
    };
    match documents {
        [] => None,
        [one] => Some(Block::Note(Text::strong("Document compared: ").followed(described(one)))),
        all => Some(Block::group(
            format!("{} documents compared", number::whole(all.len())),
            vec![bullets(all.iter().map(described).map(Item::line).collect())],
        )),
    }
}

pub(super) fn bullets(items: Vec<Item>) -> Block {
    Block::list(ListStyle::Bullets, items)
}

fn link(sentence: String, section: &'static str) -> Text {
    Text::link(sentence, Anchor::Section(section))
}
