//! Contradictions, and what is asked again in later years.

use super::gaps::{ALL, entries, within};
use crate::domain::{Contradiction, Overlap, Repeat};
use crate::report::document::{Block, Inline, Item, Kind, ListStyle, Section, Text};
use crate::report::names::Names;
use crate::report::number;
use crate::report::words::{clean, count, list, recalls};

/// Entries shown in full; JSON has them all.
const MOST: usize = 100;

pub(super) fn contradictions(names: &Names) -> Section {
    let overlap = names.overlap;
    let found = &overlap.contradictions;
    let how = if found.is_empty() {
        ""
    } else {
        " Both are shown with the words that conflict. Concord reports a contradiction only if the \
         two are about the same thing and their words take opposite directions, or a person said so; \
         it misses some. Read both before you rely on one."
    };
    let items = found.iter().take(MOST).map(|one| contradiction(one, names)).collect();
    let mut blocks = vec![Block::paragraph(contradictions_sentence(overlap) + how)];
    blocks.push(entries(items, ALL));
    blocks.extend(rest(found.len(), "contradictions"));
    Section::new("contradictions", "Contradictions", blocks).finds(Kind::Pair)
}

/// How many recommendations contradict each other.
pub(super) fn contradictions_sentence(overlap: &Overlap) -> String {
    match overlap.contradictions.len() {
        0 => "No two recommendations were found to contradict each other.".to_owned(),
        1 => "1 pair of recommendations appears to contradict each other.".to_owned(),
        n => format!(
            "{} pairs of recommendations appear to contradict each other.",
            number::whole(n)
        ),
    }
}

fn contradiction(found: &Contradiction, names: &Names) -> Item {
    let [a, b] = [names.entry(found.a), names.entry(found.b)];
    let within = within(a, b);
    let [mine, theirs] = [&found.phrases.0, &found.phrases.1].map(|phrase| clean(phrase));
    let said = Text::strong(format!("“{mine}” against “{theirs}”")).then(within);
    let sure = match found.decided {
        Some(_) => " (decided by a person)".to_owned(),
        None => format!(" ({} about the same thing)", number::probability(found.probability)),
    };
    let quotes = [a, b].map(|entry| vec![Block::Quote(entry.quote())]);
    Item::new(vec![Block::Paragraph(said.and(Inline::Soft(sure))), Block::Columns(quotes.into())])
        .found(Kind::Pair, vec![a.agency_number, b.agency_number])
}

/// `None` as for [`repeats_sentence`].
pub(super) fn repeats(names: &Names) -> Option<Section> {
    let found = names.overlap.repeats.as_ref()?;
    let items = found.iter().take(MOST).map(|one| repeat(one, names)).collect();
    let mut blocks = vec![Block::paragraph(repeats_sentence(names.overlap)?), entries(items, ALL)];
    blocks.extend(rest(found.len(), "requests"));
    Some(Section::new("repeats", "Asked again over the years", blocks).finds(Kind::Pair))
}

/// How many asks come again in another year; `None` where the years are not known, or only one is, and no text says
/// that it was asked before.
pub(super) fn repeats_sentence(overlap: &Overlap) -> Option<String> {
    let found = overlap.repeats.as_ref()?;
    let all = match found.len() {
        0 => "No request was found to come again in another year.".to_owned(),
        1 => "1 request comes again in another year.".to_owned(),
        n => format!("{} requests come again in other years.", number::whole(n)),
    };
    let said = found.iter().filter(|repeat| !repeat.recalled.is_empty()).count();
    let says = if said == 1 { "says" } else { "say" };
    let of_them = format!(" Of these, {} {says} so in the text.", number::whole(said));
    Some(if said > 0 { all + &of_them } else { all })
}

fn repeat(found: &Repeat, names: &Names) -> Item {
    let years: Vec<String> = found.years().iter().map(ToString::to_string).collect();
    let by = count(found.agencies.len(), "agency");
    let title = match years.as_slice() {
        [] => Text::strong("Asked before").then(format!(", {by}")),
        years => Text::strong(list(years)).then(format!(", {by}")),
    };
    let said = found.times().into_iter().map(|time| {
        let entry = names.entry(time.row);
        let year = time.year.map_or(String::new(), |year| format!("{year}, "));
        let text = Text::strong(format!("{year}{}: ", entry.agency));
        let mut text = text.and(Inline::Foreign(entry.text.clone())).then(" ");
        if let Some(year) = time.recalled {
            text = text.and(Inline::Soft(format!("{}. ", recalls(year))));
        }
        Item::line(text.and(Inline::Source(entry.source.clone())))
    });
    let agencies = found.agencies.iter().map(|agency| names.agency_number(agency)).collect();
    let said = Block::list(ListStyle::Bullets, said.collect());
    Item::new(vec![Block::Paragraph(title), said]).found(Kind::Pair, agencies)
}

fn rest(n: usize, what: &str) -> Option<Block> {
    let all = number::whole(n);
    (n > MOST).then(|| Block::note(format!("{MOST} of {all} {what} are shown; JSON has them all.")))
}
