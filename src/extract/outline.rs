//! Chapters, sections, and the body that speaks in each.

use std::collections::BTreeMap;

use super::{
    agency::{self, Acronyms},
    blocks::{Block, Kind},
    cues::{self, Role, announces, role_of},
    marker::{self, Style},
    publisher::{self, Publisher},
    spoken::recommends,
    toc::Toc,
};
use crate::domain::Document;
use crate::text::sentences::COLONS;

/// A chapter written by one body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chapter {
    /// Title as printed.
    pub(crate) title: String,
    /// Short name of the body.
    pub(crate) agency: Option<String>,
    /// Index of its first block.
    pub(crate) first: usize,
}

/// Where a block stands in the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// Index of its chapter.
    pub(crate) chapter: Option<usize>,
    /// Index of the heading that names its part of a list, such as "Crew level" below a lead-in.
    pub(crate) group: Option<usize>,
    /// Index of the heading that set the role.
    pub(crate) section: Option<usize>,
    pub(crate) role: Role,
}

/// The outline of a document.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) chapters: Vec<Chapter>,
    /// The body that speaks outside chapters, if the text shows it.
    pub(crate) publisher: Option<Publisher>,
    /// One place for each block.
    pub(crate) places: Vec<Place>,
}

/// The outline of `document`.
pub(crate) fn outline(document: &Document, blocks: &[Block], toc: &Toc) -> Outline {
    let acronyms = acronyms(document, toc);
    let mut chapters = listed_chapters(blocks, toc, &acronyms);
    let publisher = publisher::publisher(document, &acronyms);
    if chapters.is_empty()
        && !publisher.as_ref().is_some_and(|p| speaks_throughout(blocks, &p.name))
    {
        chapters = headed_chapters(blocks, toc, &acronyms);
    }
    name_from_text(&mut chapters, blocks);
    let mut places = places(blocks, toc, &chapters);
    only_main_sections(blocks, &mut places);
    Outline { chapters, publisher, places }
}

fn acronyms(document: &Document, toc: &Toc) -> Acronyms {
    let mut acronyms = Acronyms::default();
    for entry in &toc.entries {
        acronyms.learn(&entry.title);
    }
    let mut left = 0_usize;
    for number in 0..document.lines().len() {
        let line = document.line(number).unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        if line.len() < 60 && role_of(line) == Some(Role::Aside) && is_acronym_list(line) {
            left = 600;
        } else if line.len() > 200 {
            left = 0;
        }
        if left > 0 {
            left -= 1;
            acronyms.learn(&line.replace('\t', " "));
        }
    }
    acronyms
}

fn is_acronym_list(line: &str) -> bool {
    let key = super::fold::key(line);
    ["acronym", "abbrev", "sigle", "abrev", "sigla", "acronim"]
        .iter()
        .any(|word| key.contains(word))
}

/// Chapters that the table of contents lists under names of bodies.
fn listed_chapters(blocks: &[Block], toc: &Toc, acronyms: &Acronyms) -> Vec<Chapter> {
    let top: Vec<&str> =
        toc.entries.iter().filter(|e| e.top).map(|e| e.title.as_str()).take(200).collect();
    let bodies = top.iter().filter(|title| agency::is_body(title, acronyms)).count();
    if bodies < 2 || bodies * 2 < top.len() {
        return Vec::new();
    }
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, block) in blocks.iter().enumerate().filter(|(_, b)| !toc.covers(b)) {
        if block.text().len() < 200 && matches!(block.kind, Kind::Heading(_) | Kind::Paragraph) {
            by_key.entry(title_key(block.text())).or_default().push(at);
        }
    }
    let mut chapters = Vec::new();
    let mut from = blocks.iter().position(|b| b.first >= toc.lines.end).unwrap_or(0);
    for title in top {
        let places = by_key.get(&title_key(title)).map_or(&[][..], Vec::as_slice);
        let first = places
            .iter()
            .copied()
            .find(|&at| at >= from)
            .or_else(|| introduced(blocks, title, from));
        if let Some(first) = first {
            let body = agency::is_body(title, acronyms);
            let agency = body.then(|| acronyms.short(title));
            chapters.push(Chapter { title: title.to_owned(), agency, first });
            from = first + 1;
        }
    }
    chapters
}

/// Start of a chapter without a heading: the paragraph that introduces its body, "Name (ACRONYM) is ...".
fn introduced(blocks: &[Block], title: &str, from: usize) -> Option<usize> {
    let (name, acronym) = agency::in_brackets(title)?;
    let with = format!("({acronym})");
    blocks.iter().enumerate().skip(from).find_map(|(at, block)| {
        let head: String = block.text().chars().take(160).collect();
        let fits = block.kind == Kind::Paragraph && head.contains(&with);
        let named = name.split(' ').next_back().is_some_and(|word| head.contains(word));
        (fits && named).then_some(at)
    })
}

/// A chapter title without its number, article and acronym.
fn title_key(title: &str) -> String {
    let bare = agency::in_brackets(title).map_or(title, |(name, _)| name);
    let key = agency::name_key(bare);
    let rest = ["chapter", "chapitre", "capitulo"].iter().find_map(|word| key.strip_prefix(word));
    let bare = rest.map(|r| r.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' '));
    match bare {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        Some(_) | None => key,
    }
}

/// Chapters headed by names of bodies, each with its own recommendations. Used if no table of contents
/// lists them.
fn headed_chapters(blocks: &[Block], toc: &Toc, acronyms: &Acronyms) -> Vec<Chapter> {
    if has_one_voice(blocks) {
        return Vec::new();
    }
    let mut chapters: Vec<Chapter> = Vec::new();
    let mut asks = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if !block.is_heading() || toc.covers(block) {
            continue;
        }
        let role = role_of(block.text());
        if role == Some(Role::Recommendations) {
            if let Some(last) = asks.last_mut() {
                *last = true;
            }
        } else if role.is_none() && block.label.is_none() && agency::is_body(block.text(), acronyms)
        {
            let same =
                chapters.last().is_some_and(|c| title_key(&c.title) == title_key(block.text()));
            if !same {
                let title = block.text().to_owned();
                let agency = Some(acronyms.short(&title));
                chapters.push(Chapter { title, agency, first: at });
                asks.push(false);
            }
        }
    }
    let asking = asks.iter().filter(|&&asks| asks).count();
    if asking < 2 || asking * 2 < chapters.len() { Vec::new() } else { chapters }
}

/// Whether one body speaks throughout. Headings that name bodies then name those who are asked to act.
fn has_one_voice(blocks: &[Block]) -> bool {
    const VOICES: &[&str] = &[
        "the commission recommend",
        "the committee recommend",
        "we recommend",
        "the inquiry recommend",
        "the panel recommend",
        "the ombudsman recommend",
        "the board recommend",
        "the court recommend",
        "the office recommend",
        "the council recommend",
        "it is recommended",
        "i recommend",
        "le comité recommande",
        "la commission recommande",
        "nous recommandons",
        "el comité recomienda",
        "la comisión recomienda",
        "recomendamos",
        "se recomienda",
    ];
    let speaks = |b: &&Block| {
        let lower = b.text().to_lowercase();
        VOICES.iter().any(|voice| lower.contains(voice))
    };
    blocks.iter().filter(speaks).take(5).count() == 5
}

/// Fewest blocks in which a body recommends that speaks throughout.
const LEAST_TIMES: usize = 2;

/// Whether the body that publishes a document recommends things in several of its blocks by name, as auditors do
/// under the names of those whom they audit.
fn speaks_throughout(blocks: &[Block], name: &str) -> bool {
    let recommends = |block: &&Block| recommends(block.text(), name);
    blocks.iter().filter(recommends).take(LEAST_TIMES).count() == LEAST_TIMES
}

/// Gives each chapter the acronym that its first paragraphs introduce.
fn name_from_text(chapters: &mut [Chapter], blocks: &[Block]) {
    for chapter in chapters {
        let Some(agency) = &mut chapter.agency else { continue };
        if agency::in_brackets(&chapter.title).is_some() || agency::is_acronym(agency) {
            continue;
        }
        let name = chapter.title.trim_start_matches("The ");
        let found = blocks[chapter.first..].iter().take(6).find_map(|block| {
            let text = block.text();
            let at = text.find(name)? + name.len();
            let rest = text[at..].trim_start().strip_prefix('(')?;
            let acronym = &rest[..rest.find(')')?];
            agency::is_acronym(acronym).then(|| acronym.to_owned())
        });
        if let Some(found) = found {
            *agency = found;
        }
    }
}

/// Lowest rank of a heading whose level the format gives.
const MOST_LEVELS: u8 = 6;

/// Rank of a heading: smaller is higher. Unnumbered headings rank below numbered ones.
fn rank(block: &Block) -> u8 {
    match block.kind {
        Kind::Heading(Some(level)) => level,
        Kind::Heading(None) if !block.text().contains(char::is_lowercase) => 7,
        Kind::Heading(None) => 8,
        Kind::Item(_) | Kind::Paragraph | Kind::Note | Kind::Row => u8::MAX,
    }
}

fn places(blocks: &[Block], toc: &Toc, chapters: &[Chapter]) -> Vec<Place> {
    let mut reader = Reader {
        blocks,
        place: Place::default(),
        given: u8::MAX,
        number: 0,
        annex: None,
        outer: None,
    };
    let mut next_chapter = 0;
    let mut out = Vec::with_capacity(blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        if chapters.get(next_chapter).is_some_and(|c| c.first <= at) {
            reader.chapter(next_chapter);
            next_chapter += 1;
        } else if block.is_heading() && !toc.covers(block) {
            reader.heading(at);
        }
        let place = reader.place;
        out.push(if toc.covers(block) { Place { role: Role::Aside, ..place } } else { place });
    }
    out
}

/// Reads headings in order and keeps the place where the next block stands.
struct Reader<'a> {
    blocks: &'a [Block],
    place: Place,
    /// Rank of the heading that set the current role.
    given: u8,
    /// The number of the latest heading that divides a section of recommendations; 0 before the first.
    number: u32,
    /// Rank of the heading that opened the annex here.
    annex: Option<u8>,
    /// The section of recommendations, and its rank, in which the section here is one on another matter.
    outer: Option<(Option<usize>, u8)>,
}

impl Reader<'_> {
    fn chapter(&mut self, number: usize) {
        self.place = Place { chapter: Some(number), group: None, section: None, role: Role::Body };
        self.given = u8::MAX;
        self.annex = None;
        self.outer = None;
    }

    fn heading(&mut self, at: usize) {
        let (blocks, block) = (self.blocks, &self.blocks[at]);
        if let Some(above) = labels_group(blocks, at, self.place.group) {
            self.place.group = Some(above);
            return;
        }
        self.place.group = None;
        if let Some(number) = self.divides(at) {
            self.number = number;
            return;
        }
        let rank = rank(block);
        // A heading of the same rank is a sub-heading if it stands right under another, if the list
        // numbers continue below it, or if the text announces it.
        let under = at.checked_sub(1).is_some_and(|before| blocks[before].is_heading())
            || goes_on(blocks, at)
            || is_announced(blocks, at);
        let given = self.given;
        let own = self.place.role == Role::Recommendations;
        let inside = own && rank == given && rank >= 7 && under;
        let role = role_of(block.text()).map(|role| self.annexed(block, role));
        // Treaty bodies repeat under a heading of earlier recommendations which of them they insist on.
        let insists = own
            && rank > given
            && role == Some(Role::Background)
            && self.place.section.is_some_and(|section| cues::is_mixed(blocks[section].text()));
        match role {
            None if inside => {}
            Some(_) if insists => {}
            Some(role)
                if role != Role::Recommendations || !nested(self.place.role, given, rank) =>
            {
                self.section(at, role, rank);
            }
            None if rank <= given || self.place.role == Role::Body => {
                match self.outer.filter(|(_, outer)| rank > *outer) {
                    Some((section, outer)) => {
                        self.place.role = Role::Recommendations;
                        (self.place.section, self.given) = (section, outer);
                    }
                    None => self.section(at, Role::Body, rank),
                }
            }
            Some(_) | None => {}
        }
    }

    fn section(&mut self, at: usize, role: Role, rank: u8) {
        let inside =
            self.place.role == Role::Recommendations && rank > self.given && rank <= MOST_LEVELS;
        if inside && role != Role::Recommendations {
            self.outer = Some((self.place.section, self.given));
        } else if self.outer.is_some_and(|(_, outer)| rank <= outer) {
            self.outer = None;
        }
        (self.place.role, self.place.section, self.given) = (role, Some(at), rank);
        self.number = 0;
    }

    /// The number of a heading that divides the section of recommendations here, rather than ending it:
    /// "1. Compensation" right below "The recommendations", and then "2." and so on.
    fn divides(&self, at: usize) -> Option<u32> {
        if self.place.role != Role::Recommendations {
            return None;
        }
        let label = self.blocks[at].label.as_deref();
        let number = marker::parse(label?).filter(|m| m.style == Style::Number)?.value;
        let above = self.blocks[..at].iter().rposition(|b| b.kind != Kind::Note);
        let first = number == 1 && above.is_some() && above == self.place.section;
        // Converters may have read one of them as an item.
        let next = self.number > 0 && (self.number + 1..=self.number + 3).contains(&number);
        (first || next).then_some(number)
    }

    /// The role of a heading with regard to the annex in which it stands: the recommendations of a report
    /// in an annex are not those of this one.
    fn annexed(&mut self, block: &Block, role: Role) -> Role {
        let rank = rank(block);
        if cues::is_annex(block.text()) {
            self.annex = (role == Role::Aside).then_some(rank);
        } else if self.annex.is_some_and(|annex| rank <= annex) {
            self.annex = None;
        } else if self.annex.is_some() && role == Role::Recommendations {
            return Role::Background;
        }
        role
    }
}

/// Marks minor sections of recommendations as background.
///
/// If a chapter has a main section of recommendations, a lower heading elsewhere that mentions some
/// reports those of other bodies.
fn only_main_sections(blocks: &[Block], places: &mut [Place]) {
    let mut main: BTreeMap<usize, u8> = BTreeMap::new();
    let asking = |p: &Place| p.role == Role::Recommendations;
    for place in places.iter().filter(|p| asking(p)) {
        if let (Some(chapter), Some(section)) = (place.chapter, place.section) {
            let rank = rank(&blocks[section]);
            main.entry(chapter).and_modify(|r| *r = rank.min(*r)).or_insert(rank);
        }
    }
    for place in places.iter_mut().filter(|p| p.role == Role::Recommendations) {
        let (Some(chapter), Some(section)) = (place.chapter, place.section) else { continue };
        if main.get(&chapter).is_some_and(|&best| rank(&blocks[section]) > best) {
            place.role = Role::Background;
        }
    }
}

/// How many blocks before a heading to search for the list it divides; an item may have many parts.
const LOOK_BACK: usize = 40;

/// Whether list numbers continue across a heading; it then divides one list by subject.
fn goes_on(blocks: &[Block], at: usize) -> bool {
    // Another heading may stand right below.
    let mut below = blocks[at + 1..].iter().skip_while(|b| b.is_heading()).take(3);
    let Some(after) = below.by_ref().take_while(|b| !b.is_heading()).find_map(Block::marker) else {
        return false;
    };
    let mut above = blocks[..at].iter().rev().take(LOOK_BACK).filter_map(Block::marker);
    let before = above.find(|m| m.style == after.style && m.form == after.form);
    after.value > 1 && before.is_some_and(|before| before.value + 1 == after.value)
}

/// `at` itself, if its heading only names a part of a list: it stands right below a lead-in ("The review
/// recommends:"), or below such a part at the same rank, and a list follows.
fn labels_group(blocks: &[Block], at: usize, group: Option<usize>) -> Option<usize> {
    let mut below = blocks[at + 1..].iter().filter(|b| b.kind != Kind::Note);
    let listed = below.next().is_some_and(|b| b.marker().is_some());
    let above = blocks[..at].iter().rev().find(|b| b.kind != Kind::Note);
    let is_first = above.is_some_and(|b| {
        b.kind == Kind::Paragraph && b.text().ends_with(COLONS) && cues::leads(b.text())
    });
    let is_next = group.is_some_and(|first| rank(&blocks[first]) == rank(&blocks[at]));
    let plain = role_of(blocks[at].text()).is_none();
    (plain && listed && (is_first || is_next)).then_some(at)
}

/// Whether the paragraph before a heading announces recommendations; the heading then opens a part of
/// them.
fn is_announced(blocks: &[Block], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &blocks[before]);
    before.is_some_and(|b| b.kind == Kind::Paragraph && announces(b.text()))
}

/// Whether a heading lies inside an open section of recommendations: "Recommendations" under
/// "6. Recommendations for the summit" opens no section of its own.
fn nested(role: Role, given: u8, rank: u8) -> bool {
    role == Role::Recommendations && rank > given
}
