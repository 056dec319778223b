//! Near-duplicates, and the four kinds of gap.

use super::part;
use crate::domain::{
    Agency, AgendaAnswer, AgendaItem, ChallengeAnswer, Link, Overlap, SilentAgency, SilentPassage,
    SingleVoice,
};
use crate::report::document::{
    Anchor, Block, Inline, Item, Kind, List, ListStyle, Quote, Section, Text,
};
use crate::report::names::{self, Names, near};
use crate::report::number;
use crate::report::words::{capitalized, clean, count};

/// Pairs shown in full: a page of thousands helps nobody, and JSON has them all.
const MOST_PAIRS: usize = 100;
/// Entries of a list that stand open on the page; the rest is folded.
const OPEN: usize = 8;
/// Said of a list that has entries.
const NEAREST: &str = " The nearest recommendations stand below each.";
/// Recommendations shown as nearest to an agenda item, and to a challenge.
const NEAR_ITEM: usize = 3;
const NEAR_CHALLENGE: usize = 2;

pub(super) fn duplicates(names: &Names) -> Section {
    let overlap = names.overlap;
    let n = overlap.duplicates.len();
    let threshold = number::probability(overlap.method.duplicate_threshold);
    let how = format!(
        "{} The percentage is the probability that a careful analyst would find the same action \
         asked of the same object; pairs below {threshold} are not listed. The cosine, from -1 to \
         1, measures how similar the wording is.",
        duplicates_sentence(overlap)
    );
    let pairs = overlap.duplicates.iter().take(MOST_PAIRS).map(|link| pair(link, names));
    let items: Vec<Item> = pairs.collect();
    let mut blocks = vec![Block::paragraph(how), entries(items, MOST_PAIRS)];
    if n > MOST_PAIRS {
        let all = number::whole(n);
        let cut =
            format!("The {MOST_PAIRS} most likely of {all} pairs are shown; JSON has them all.");
        blocks.push(Block::note(cut));
    }
    Section { finds: Some(Kind::Pair), ..part("duplicates", "Near-duplicates", blocks) }
}

fn pair(link: &Link, names: &Names) -> Item {
    let [a, b] = [names.entry(link.a), names.entry(link.b)];
    let within = if a.agency == b.agency { ", within one agency" } else { "" };
    let cosine = number::cosine(f64::from(link.likeness.cosine));
    let tally =
        Text::strong(format!("{} likely the same", number::probability(link.likeness.duplicate)))
            .then(within)
            .and(Inline::Soft(format!(" (cosine {cosine})")));
    let quotes = [a, b].map(|entry| vec![Block::Quote(entry.quote())]);
    Item::new(vec![Block::Paragraph(tally), Block::Columns(quotes.into())])
        .found(Kind::Pair, vec![a.agency_number, b.agency_number])
}

/// How many near-duplicates there are.
pub(super) fn duplicates_sentence(overlap: &Overlap) -> String {
    let agency = |row: usize| &overlap.recommendations[row].agency;
    let n = overlap.duplicates.len();
    let across = overlap.duplicates.iter().filter(|l| agency(l.a) != agency(l.b)).count();
    match (n, across) {
        (0, _) => "No two recommendations are near-duplicates.".to_owned(),
        (1, 0) => "1 pair of recommendations is a near-duplicate, within one agency.".to_owned(),
        (1, _) => "1 pair of recommendations is a near-duplicate, across agencies.".to_owned(),
        (n, across) => {
            let across = match across {
                0 => "none".to_owned(),
                all if all == n => "all".to_owned(),
                some => number::whole(some),
            };
            let n = number::whole(n);
            format!("{n} pairs of recommendations are near-duplicates, {across} across agencies.")
        }
    }
}

pub(super) fn section(names: &Names) -> Section {
    let method = &names.overlap.method;
    let how = format!(
        "The percentage before a recommendation is the probability that a careful analyst would \
         see a shared request. From {} the request counts as shared; from {} the recommendation \
         answers an agenda item or a challenge, since these are short and general.",
        number::probability(method.overlap_threshold),
        number::probability(method.takes_up_threshold),
    );
    let mut blocks = vec![Block::paragraph(how), agenda(names)];
    blocks.extend(challenges(names));
    blocks.extend(silent(names));
    blocks.push(voices(names));
    part("gaps", "Gaps", blocks)
}

fn inner(anchor: &'static str, title: &'static str, finds: Kind, blocks: Vec<Block>) -> Block {
    Block::Section(Section { finds: Some(finds), ..part(anchor, title, blocks) })
}

fn agenda(names: &Names) -> Block {
    let overlap = names.overlap;
    let Some(sentence) = agenda_sentence(overlap) else {
        let how = Text::from("The corpus has no agenda. Put an ")
            .and(Inline::Code("agenda.toml"))
            .then(" beside it to see which of its items are unanswered.");
        let blocks = vec![Block::Paragraph(how)];
        return inner("agenda", "Unanswered agenda items", Kind::Gap, blocks);
    };
    let open: Vec<Item> = unanswered(overlap).map(|answer| agenda_item(answer, names)).collect();
    let nearest = if open.is_empty() { "" } else { NEAREST };
    let mut blocks = vec![Block::paragraph(format!("{sentence}{nearest}"))];
    let n_open = open.len();
    blocks.push(entries(open, n_open));
    let answered = overlap.gaps.agenda.iter().flatten().filter(|answer| !answer.is_unanswered());
    blocks
        .extend(folded("answered agenda item", answered.map(|a| agenda_item(a, names)).collect()));
    inner("agenda", "Unanswered agenda items", Kind::Gap, blocks)
}

/// Agenda items without an answer.
pub(super) fn unanswered(overlap: &Overlap) -> impl Iterator<Item = &AgendaAnswer> {
    overlap.gaps.agenda.iter().flatten().filter(|answer| answer.is_unanswered())
}

/// How many agenda items are unanswered; `None` without an agenda.
pub(super) fn agenda_sentence(overlap: &Overlap) -> Option<String> {
    let all = overlap.gaps.agenda.as_ref()?.len();
    Some(open_of(unanswered(overlap).count(), all, "agenda item"))
}

/// "3 of 29 agenda items are unanswered."
fn open_of(open: usize, all: usize, noun: &str) -> String {
    let are = if open == 1 { "is" } else { "are" };
    format!("{} of {} {are} unanswered.", number::whole(open), count(all, noun))
}

fn agenda_item(answer: &AgendaAnswer, names: &Names) -> Item {
    let name = format!("{}. ", item_name(&answer.item, names.overlap));
    let text = Text::strong(name).and(Inline::Foreign(clean(&answer.item.text)));
    let mut blocks = vec![Block::Paragraph(text)];
    blocks.extend(answered_by(&answer.agencies));
    blocks.push(nearest(&answer.nearest, NEAR_ITEM, names));
    let agencies = answer.agencies.iter().map(|agency| names.agency_number(agency)).collect();
    Item::new(blocks).found(Kind::Gap, agencies)
}

fn answered_by(agencies: &[Agency]) -> Option<Block> {
    let names: Vec<String> = agencies.iter().map(|agency| clean(agency.as_str())).collect();
    let by = format!("Answered by {}: {}", count(names.len(), "agency"), names.join(", "));
    (!names.is_empty()).then(|| Block::note(by))
}

fn nearest(found: &[(usize, f64)], most: usize, names: &Names) -> Block {
    if found.is_empty() {
        return Block::note("No recommendation is near it.");
    }
    near_list(found.iter().take(most).map(|&one| near("", one, names)).collect())
}

fn near_list(lines: Vec<Text>) -> Block {
    Block::list(ListStyle::Near, lines.into_iter().map(Item::line).collect())
}

/// "Priority item (a)(ii)": what it is and its marker under that of its parent, or else its id.
pub(in crate::report) fn item_name(item: &AgendaItem, overlap: &Overlap) -> String {
    let level = item.level.as_deref().unwrap_or("item").replace('_', " ");
    let mut items = overlap.gaps.agenda.iter().flatten().map(|answer| &answer.item);
    let parent = items.find(|other| item.parent.as_ref() == Some(&other.id));
    let marker = match (&item.marker, parent.and_then(|p| p.marker.as_ref())) {
        (Some(own), Some(above)) => format!("{above}{own}"),
        (Some(own), None) => own.clone(),
        (None, _) => item.id.clone(),
    };
    capitalized(&clean(&format!("{level} {marker}")))
}

fn challenges(names: &Names) -> Option<Block> {
    let found = names.overlap.gaps.challenges.as_ref()?;
    let (open, answered): (Vec<_>, Vec<_>) = found.iter().partition(|one| one.is_unanswered());
    let nearest = if open.is_empty() { "" } else { NEAREST };
    let sentence = format!("{}{nearest}", challenges_sentence(names.overlap)?);
    let all =
        |list: Vec<&ChallengeAnswer>| list.into_iter().map(|one| challenge(one, names)).collect();
    let mut blocks = vec![Block::paragraph(sentence), entries(all(open), OPEN)];
    blocks.extend(folded("answered challenge", all(answered)));
    Some(inner("challenges", "Unanswered challenges", Kind::Gap, blocks))
}

/// How many challenges are unanswered; `None` where none are given.
pub(super) fn challenges_sentence(overlap: &Overlap) -> Option<String> {
    let found = overlap.gaps.challenges.as_ref()?;
    let open = found.iter().filter(|one| one.is_unanswered()).count();
    Some(open_of(open, found.len(), "challenge"))
}

fn challenge(answer: &ChallengeAnswer, names: &Names) -> Item {
    let passage = passage(answer.challenge, names.overlap);
    let agency = &names.overlap.challenges[answer.challenge].agency;
    let mut blocks = vec![Block::Quote(passage)];
    blocks.extend(answered_by(&answer.agencies));
    blocks.push(nearest(&answer.nearest, NEAR_CHALLENGE, names));
    Item::new(blocks).found(Kind::Gap, vec![names.agency_number(agency)])
}

/// An agency's own text on a challenge.
pub(in crate::report) fn passage(at: usize, overlap: &Overlap) -> Quote {
    let found = &overlap.challenges[at];
    Quote {
        agency: clean(found.agency.as_str()),
        text: clean(&found.text),
        source: names::source(found, None),
    }
}

fn silent(names: &Names) -> Option<Block> {
    let found = names.overlap.gaps.silent.as_ref()?;
    let how = " Each is shown with its own passage on the theme, with what others recommend, and with \
        its own nearest recommendation.";
    let how = if found.is_empty() { "" } else { how };
    let sentence = format!("{}{how}", silent_sentence(names.overlap)?);
    let items: Vec<Item> = found.iter().filter_map(|one| silent_agency(one, names)).collect();
    let n = items.len();
    let blocks = vec![Block::paragraph(sentence), entries(items, n)];
    Some(inner("silent", "Silent agencies", Kind::Gap, blocks))
}

/// How many agencies discuss a theme and recommend nothing on it; `None` without their texts.
pub(super) fn silent_sentence(overlap: &Overlap) -> Option<String> {
    let mut agencies: Vec<_> =
        overlap.gaps.silent.as_ref()?.iter().map(|one| &one.agency).collect();
    agencies.sort_unstable();
    agencies.dedup();
    Some(match agencies.as_slice() {
        [] => "Every agency that discusses a theme also recommends something on it.".to_owned(),
        [one] => format!(
            "1 agency discusses a theme but recommends nothing on it: {}.",
            clean(one.as_str())
        ),
        all => format!(
            "{} discuss a theme but recommend nothing on it.",
            capitalized(&count(all.len(), "agency"))
        ),
    })
}

fn silent_agency(silent: &SilentAgency, names: &Names) -> Option<Item> {
    let &SilentPassage { challenge: at, nearest: row, probability } = silent.passages.first()?;
    let theme = names.theme(silent.theme);
    let title = Text::strong(clean(silent.agency.as_str()))
        .then(" on ")
        .and(Inline::Link(theme.label(), Anchor::Theme(theme.number)));
    let own = silent
        .nearest
        .map_or_else(|| "Its own: none is near.".into(), |found| near("Its own: ", found, names));
    let lines = vec![near("Others: ", (row, probability), names), own];
    let blocks =
        vec![Block::Paragraph(title), Block::Quote(passage(at, names.overlap)), near_list(lines)];
    Some(Item::new(blocks).found(Kind::Gap, vec![names.agency_number(&silent.agency)]))
}

fn voices(names: &Names) -> Block {
    let found = &names.overlap.gaps.single_voice;
    let how =
        " The most isolated come first, each with the nearest recommendation of another agency.";
    let how = if found.is_empty() { "" } else { how };
    let sentence = format!("{}{how}", voices_sentence(names.overlap));
    let items = found.iter().map(|single| voice(*single, names)).collect();
    let blocks = vec![Block::paragraph(sentence), entries(items, OPEN)];
    inner("voices", "Single voices", Kind::Voice, blocks)
}

/// How many recommendations only one agency makes.
pub(super) fn voices_sentence(overlap: &Overlap) -> String {
    let (n, all) = (overlap.gaps.single_voice.len(), overlap.recommendations.len());
    let all = count(all, "recommendation");
    match n {
        0 => "Every recommendation is shared by two agencies or more.".to_owned(),
        1 => format!("1 of {all} is a single voice: only one agency asks."),
        n => format!("{} of {all} are single voices: only one agency asks.", number::whole(n)),
    }
}

fn voice(single: SingleVoice, names: &Names) -> Item {
    let entry = names.entry(single.row);
    let nearest = single.nearest.map_or_else(
        || "No recommendation of another agency is near.".into(),
        |found| near("Nearest: ", found, names),
    );
    Item::new(vec![Block::Quote(entry.quote()), near_list(vec![nearest])])
        .found(Kind::Voice, vec![entry.agency_number])
}

/// Entries of which the first few stand open.
fn entries(items: Vec<Item>, open: usize) -> Block {
    Block::List(List { style: ListStyle::Entries, items, open })
}

/// What is answered, out of the way; `None` where nothing is.
fn folded(noun: &str, items: Vec<Item>) -> Option<Block> {
    let (n, title) = (items.len(), capitalized(&count(items.len(), noun)));
    (n > 0).then(|| Block::group(title, vec![entries(items, n)]))
}
