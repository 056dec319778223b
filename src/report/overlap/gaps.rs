//! Near-duplicates, and the four kinds of gap.

use crate::domain::{
    Agency, AgendaAnswer, AgendaItem, ChallengeAnswer, Link, Overlap, SilentAgency, SilentPassage,
    SingleVoice,
};
use crate::report::document::{
    Anchor, Block, Inline, Item, Kind, List, ListStyle, Quote, Section, Text,
};
use crate::report::names::{self, Entry, Names, near};
use crate::report::number;
use crate::report::words::{capitalized, clean, count};

/// Pairs shown in full: a page of thousands helps nobody, and JSON has them all.
const MOST_PAIRS: usize = 100;
/// Entries of a list that stand open on the page; the rest is folded.
const OPEN: usize = 8;
pub(super) const ALL: usize = usize::MAX;
/// Said of a list that has entries.
const NEAREST: &str = " The nearest recommendations stand below each: one of them may be an answer that \
    Concord did not recognise.";
/// Recommendations shown as nearest to an agenda item, and to a challenge.
const NEAR_ITEM: usize = 3;
const NEAR_CHALLENGE: usize = 2;

pub(super) fn duplicates(names: &Names) -> Section {
    let overlap = names.overlap;
    let threshold = number::probability(overlap.method.duplicate_threshold);
    let how = format!(
        "{} The percentage is the probability that a careful analyst would find the same action \
         asked of the same object; pairs below {threshold} are not listed. The cosine, from -1 to \
         1, measures how similar the wording is.",
        duplicates_sentence(overlap)
    );
    let is_within = |link: &&Link| names.entry(link.a).agency == names.entry(link.b).agency;
    let (within, across): (Vec<&Link>, Vec<&Link>) = overlap.duplicates.iter().partition(is_within);
    let items =
        |links: &[&Link]| links.iter().take(MOST_PAIRS).map(|link| pair(link, names)).collect();
    let mut blocks = vec![Block::paragraph(how), entries(items(&across), ALL)];
    if !within.is_empty() {
        let title = format!("{} within one agency", capitalized(&count(within.len(), "pair")));
        blocks.push(Block::group(title, vec![entries(items(&within), ALL)]));
    }
    for (pairs, which) in [(across.len(), "across agencies"), (within.len(), "within one agency")] {
        if pairs > MOST_PAIRS {
            blocks.push(Block::note(format!(
                "The {MOST_PAIRS} most likely of {} pairs {which} are shown; JSON has them all.",
                number::whole(pairs)
            )));
        }
    }
    Section::new("duplicates", "Near-duplicates", blocks).finds(Kind::Pair)
}

fn pair(link: &Link, names: &Names) -> Item {
    let [a, b] = [names.entry(link.a), names.entry(link.b)];
    let within = within(a, b);
    let cosine = number::cosine(f64::from(link.likeness.cosine));
    let how_sure = match link.likeness.decided() {
        Some(_) => "the same, decided by a person".to_owned(),
        None => format!("{} likely the same", number::probability(link.likeness.duplicate)),
    };
    let tally = Text::strong(how_sure).then(within);
    let tally = tally.and(Inline::Soft(format!(" (cosine {cosine})")));
    let quotes = [a, b].map(|entry| vec![Block::Quote(entry.quote())]);
    Item::new(vec![Block::Paragraph(tally), Block::Columns(quotes.into())])
        .found(Kind::Pair, vec![a.agency_number, b.agency_number])
}

/// Said of a pair of one agency.
pub(super) fn within(a: &Entry, b: &Entry) -> &'static str {
    if a.agency == b.agency { ", within one agency" } else { "" }
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
         answers an agenda item, since these are short and general; from {} it answers a challenge, \
         which says what is wrong and asks for nothing.",
        number::probability(method.overlap_threshold),
        number::probability(method.takes_up_threshold),
        number::probability(method.meets_threshold),
    );
    let kinds = [Some(agenda(names)), challenges(names), silent(names), Some(voices(names))];
    let kinds = kinds.into_iter().flatten().map(Block::Section);
    Section::new("gaps", "Gaps", std::iter::once(Block::paragraph(how)).chain(kinds).collect())
}

fn agenda(names: &Names) -> Section {
    let blocks = match (agenda_sentence(names.overlap), &names.overlap.gaps.agenda) {
        (Some(said), Some(found)) => {
            let item = |answer: &AgendaAnswer| agenda_item(answer, names);
            let (open, answered) = parted(found, AgendaAnswer::is_unanswered, item);
            let mut blocks = listed(said, NEAREST, open, ALL);
            blocks.extend(folded("answered agenda item", answered));
            blocks
        }
        _ => vec![Block::Paragraph(
            Text::from("The corpus has no agenda. Put an ")
                .and(Inline::Code("agenda.toml"))
                .then(" beside it to see which of its items are unanswered."),
        )],
    };
    Section::new("agenda", "Unanswered agenda items", blocks).finds(Kind::Gap)
}

/// Agenda items without an answer.
pub(in crate::report) fn unanswered(overlap: &Overlap) -> impl Iterator<Item = &AgendaAnswer> {
    overlap.gaps.agenda.iter().flatten().filter(|answer| answer.is_unanswered())
}

/// How many agenda items are unanswered; `None` without an agenda.
pub(super) fn agenda_sentence(overlap: &Overlap) -> Option<String> {
    let all = overlap.gaps.agenda.as_ref()?.len();
    Some(open_of(unanswered(overlap).count(), all, "agenda item"))
}

/// "For 3 of 29 agenda items no recommendation was found.", or that one was found for each.
fn open_of(open: usize, all: usize, noun: &str) -> String {
    if open == 0 && all > 0 {
        return format!("A recommendation was found for each of {}.", count(all, noun));
    }
    format!("For {} of {} no recommendation was found.", number::whole(open), count(all, noun))
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

fn challenges(names: &Names) -> Option<Section> {
    let found = names.overlap.gaps.challenges.as_ref()?;
    let item = |answer: &ChallengeAnswer| challenge(answer, names);
    let (open, answered) = parted(found, ChallengeAnswer::is_unanswered, item);
    let mut blocks = listed(challenges_sentence(names.overlap)?, NEAREST, open, OPEN);
    blocks.extend(folded("answered challenge", answered));
    Some(Section::new("challenges", "Unanswered challenges", blocks).finds(Kind::Gap))
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
        source: names::source(found, None, &overlap.documents),
    }
}

fn silent(names: &Names) -> Option<Section> {
    let found = names.overlap.gaps.silent.as_ref()?;
    let how = " Each is shown with its own passage on the theme, with what others recommend, and with \
        its own nearest recommendation.";
    let items = found.iter().filter_map(|one| silent_agency(one, names)).collect();
    let blocks = listed(silent_sentence(names.overlap)?, how, items, ALL);
    Some(Section::new("silent", "Silent agencies", blocks).finds(Kind::Gap))
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
            "1 agency discusses a theme, with no recommendation of its own found on it: {}.",
            clean(one.as_str())
        ),
        all => format!(
            "{} discuss a theme, with no recommendation of their own found on it.",
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
    let own = near_or("Its own: ", silent.nearest, "Its own: none is near.", names);
    let lines = vec![near("Others: ", (row, probability), names), own];
    let blocks =
        vec![Block::Paragraph(title), Block::Quote(passage(at, names.overlap)), near_list(lines)];
    Some(Item::new(blocks).found(Kind::Gap, vec![names.agency_number(&silent.agency)]))
}

fn voices(names: &Names) -> Section {
    let how =
        " The most isolated come first, each with the nearest recommendation of another agency.";
    let items = names.overlap.gaps.single_voice.iter().map(|single| voice(*single, names));
    let blocks = listed(voices_sentence(names.overlap), how, items.collect(), OPEN);
    Section::new("voices", "Single voices", blocks).finds(Kind::Voice)
}

/// How many recommendations only one agency makes.
pub(super) fn voices_sentence(overlap: &Overlap) -> String {
    let (n, all) = (overlap.gaps.single_voice.len(), overlap.recommendations.len());
    let all = count(all, "recommendation");
    match n {
        0 => "For every recommendation, another agency comes near.".to_owned(),
        1 => format!("1 of {all} is a single voice: no other agency was found to ask for it."),
        n => {
            let n = number::whole(n);
            format!("{n} of {all} are single voices: no other agency was found to ask for them.")
        }
    }
}

fn voice(single: SingleVoice, names: &Names) -> Item {
    let entry = names.entry(single.row);
    let none = "No recommendation of another agency is near.";
    let nearest = near_or("Nearest: ", single.nearest, none, names);
    Item::new(vec![Block::Quote(entry.quote()), near_list(vec![nearest])])
        .found(Kind::Voice, vec![entry.agency_number])
}

fn near_or(lead: &str, found: Option<(usize, f64)>, none: &str, names: &Names) -> Text {
    found.map_or_else(|| none.into(), |found| near(lead, found, names))
}

/// What is said of a kind of gap, how to read its entries where it has some, and the entries.
fn listed(said: String, how: &str, items: Vec<Item>, open: usize) -> Vec<Block> {
    let how = if items.is_empty() { "" } else { how };
    vec![Block::paragraph(said + how), entries(items, open)]
}

/// Entries on what is unanswered, and on what is answered.
fn parted<T>(
    found: &[T],
    is_unanswered: fn(&T) -> bool,
    item: impl Fn(&T) -> Item,
) -> (Vec<Item>, Vec<Item>) {
    let (open, answered): (Vec<&T>, Vec<&T>) = found.iter().partition(|one| is_unanswered(one));
    (open.into_iter().map(&item).collect(), answered.into_iter().map(&item).collect())
}

/// Entries of which the first few stand open.
pub(super) fn entries(items: Vec<Item>, open: usize) -> Block {
    Block::List(List { style: ListStyle::Entries, items, open })
}

/// What is answered, out of the way; `None` where nothing is.
fn folded(noun: &str, items: Vec<Item>) -> Option<Block> {
    let title = capitalized(&count(items.len(), noun));
    (!items.is_empty()).then(|| Block::group(title, vec![entries(items, ALL)]))
}

#[cfg(test)]
mod tests {
    use super::open_of;

    #[test]
    fn what_is_open_is_counted_and_nothing_open_is_no_gap() {
        let said = |open, all| open_of(open, all, "agenda item");
        assert_eq!(said(3, 29), "For 3 of 29 agenda items no recommendation was found.");
        assert_eq!(said(0, 29), "A recommendation was found for each of 29 agenda items.");
    }
}
