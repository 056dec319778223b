//! Takes the passages that ask somebody to act, section by section.

mod answers;
mod coded;
mod details;
mod headlines;
mod items;
mod labelled;
mod lead;
mod prose;
mod replies;
mod section;
mod tables;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use self::details::Details;
pub(super) use self::items::denies;
use self::tables::Table;
use super::{
    attributed::{self, Attribution},
    blocks::{Block, Kind},
    cues::{Cues, Role, before_reference, is_account, is_record},
    flow::Flow,
    outline::{Outline, Place},
    sentences::sentences,
    weights,
};

/// A passage that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) flow: Flow,
    pub(crate) place: Place,
    pub(crate) marker: Option<String>,
    pub(crate) lead_in: Option<String>,
    pub(crate) kind: &'static str,
    /// Probability that it is a recommendation.
    pub(crate) confidence: f64,
    /// Why it was taken.
    pub(crate) cue: String,
    /// Whether its place or plain words speak for it, rather than a word such as "should".
    pub(crate) backed: bool,
    /// Whether its words state a rule in force as often as they ask ("must").
    pub(crate) rule: bool,
    /// The title above its text.
    pub(crate) title: Option<String>,
    /// The name of its part of a list: "Crew level".
    pub(crate) group: Option<String>,
    /// The marker of the item that it is a part of.
    pub(crate) parent: Option<String>,
    /// Where the document says the same again.
    pub(crate) also: Vec<Flow>,
    /// The agency that asks, if the passage itself names it.
    pub(crate) agency: Option<String>,
    /// What columns or labels beside it say of it.
    pub(crate) details: Details,
}

impl Taken {
    /// A passage of which nothing else is known.
    pub(crate) fn new(
        flow: Flow,
        place: Place,
        kind: &'static str,
        confidence: f64,
        cue: impl Into<String>,
    ) -> Self {
        let cue = cue.into();
        Self {
            flow,
            place,
            kind,
            confidence,
            cue,
            marker: None,
            lead_in: None,
            backed: true,
            rule: false,
            title: None,
            group: None,
            parent: None,
            also: Vec::new(),
            agency: None,
            details: Details::default(),
        }
    }
}

/// Facts that hold for every section of a document.
struct Context<'a> {
    blocks: &'a [Block],
    outline: &'a Outline,
    cues: &'a Cues,
    /// Whether the document keeps its recommendations in sections of their own.
    structured: bool,
    /// Whether each recommendation carries its number or author; nothing else is then one.
    labelled: bool,
    attribution: Attribution,
    /// The items that the document quotes to answer them.
    quoted: BTreeSet<usize>,
    /// The tables of recommendations, in order.
    tables: Vec<Table>,
    /// The first block under a heading of recommendations that has the number 1.
    first_numbered: Option<usize>,
}

/// All passages taken from the document, in document order.
pub(crate) fn collect(blocks: &[Block], outline: &Outline, cues: &Cues) -> Vec<Taken> {
    let mut sections = section::sections(blocks, outline);
    let quoted = replies::quoted(blocks, &sections, cues);
    replies::open(&mut sections, &quoted);
    let tables = tables::find(blocks, outline);
    let asking = sections.iter().filter(|s| s.role == Role::Recommendations);
    let asking = asking.flat_map(|s| &blocks[s.range.clone()]).filter(|b| !b.is_heading());
    let attribution = Attribution::learn(asking.map(Block::text));
    let structured = section::is_structured(blocks, &sections, &tables, cues);
    let labelled = attribution.any() || marks_all(blocks, &sections);
    let first_numbered = blocks.iter().zip(&outline.places).position(|(block, place)| {
        place.role == Role::Recommendations && items::number(block) == Some(1)
    });
    let context = Context {
        blocks,
        outline,
        cues,
        structured,
        labelled,
        attribution,
        quoted,
        tables,
        first_numbered,
    };
    let mut taken = Vec::new();
    for section in &sections {
        walk::Walk::through(&context, section, &mut taken);
    }
    for passage in &mut taken {
        let end = before_reference(passage.flow.text());
        if end > 0 && end < passage.flow.text().len() {
            passage.flow = passage.flow.cut(0..end);
        }
    }
    doubt_unlabelled(&mut taken);
    let asking = taken.iter().filter(|t| !t.backed && t.confidence >= 0.5).count();
    let texts = blocks.iter().filter(|b| matches!(b.kind, Kind::Paragraph | Kind::Item(_)));
    let shift = weights::of_share(asking, texts.map(|b| sentences(b.text()).len()).sum());
    for passage in taken.iter_mut().filter(|t| !t.backed) {
        passage.confidence = weights::shifted(passage.confidence, shift);
    }
    doubt_rules(&mut taken);
    let titles = || blocks.iter().filter(|block| block.is_heading()).map(Block::text);
    doubt_beside_lists(&mut taken, titles().next().is_some_and(is_account));
    if titles().take(TITLES).any(is_record) {
        doubt_told(&mut taken);
    }
    taken
}

/// How many of the first headings may be titles.
const TITLES: usize = 3;

/// Doubts what stands outside sections of recommendations in the record of a meeting or in a newsletter: others ask
/// there.
fn doubt_told(taken: &mut [Taken]) {
    for passage in taken.iter_mut().filter(|t| t.place.role != Role::Recommendations) {
        passage.confidence = weights::shifted(passage.confidence, weights::TOLD);
    }
}

/// Doubts "must" where a document says it more often than "should" and the like: it then states rules.
fn doubt_rules(taken: &mut [Taken]) {
    let asking = || taken.iter().filter(|t| !t.backed && t.confidence >= 0.5);
    let rules = asking().filter(|t| t.rule).count();
    if 2 * rules > asking().count() {
        for passage in taken.iter_mut().filter(|t| t.rule) {
            passage.confidence = weights::shifted(passage.confidence, weights::RULE);
        }
    }
}

/// Fewest items of lists that show how a document gives its recommendations.
const LEAST_LISTED: usize = 4;

/// Doubts running text for which only a word such as "should" speaks, in a document that gives most of its
/// recommendations as items of lists that ask in so many words, and in one that gives an account of its author's work
/// and asks in so many words nowhere.
///
/// A chapter by a body of its own counts by itself.
fn doubt_beside_lists(taken: &mut [Taken], is_account: bool) {
    let likely = || taken.iter().filter(|t| t.confidence >= 0.5);
    let nowhere = is_account && !likely().any(|t| t.backed);
    // How many likely passages of each chapter are such items, and how many there are.
    let mut chapters: BTreeMap<Option<usize>, (usize, usize)> = BTreeMap::new();
    for passage in likely() {
        let (listed, all) = chapters.entry(passage.place.chapter).or_default();
        *listed += usize::from(passage.backed && passage.kind != "prose");
        *all += 1;
    }
    let lists = |chapter: Option<usize>| {
        let (listed, all) = chapters.get(&chapter).copied().unwrap_or_default();
        listed >= LEAST_LISTED && 2 * listed >= all
    };
    for passage in taken.iter_mut().filter(|t| !t.backed) {
        if nowhere || lists(passage.place.chapter) {
            passage.confidence = weights::shifted(passage.confidence, weights::BESIDE_LISTS);
        }
    }
}

/// Fewest labels that show how a document marks its recommendations.
const LEAST_LABELLED: usize = 2;

/// Doubts what has no label where a document labels its recommendations ("Recommendation 3"): running text, and
/// tables and lists in annexes and reviews of older reports that neither number them nor name who should act.
fn doubt_unlabelled(taken: &mut [Taken]) {
    let labelled = |t: &Taken| t.cue == labelled::CUE;
    let own = |t: &Taken| t.place.role == Role::Recommendations && t.kind != "prose";
    let others = taken.iter().filter(|&t| own(t) && !labelled(t) && t.confidence >= 0.5).count();
    let count = taken.iter().filter(|&t| labelled(t)).count();
    if count < LEAST_LABELLED || others > count {
        return;
    }
    let away = |t: &Taken| matches!(t.place.role, Role::Aside | Role::Background);
    let bare = |t: &Taken| t.marker.is_none() && t.details == Details::default();
    let doubted = |t: &&mut Taken| {
        !labelled(t) && t.agency.is_none() && (t.kind == "prose" || away(t) && bare(t))
    };
    for passage in taken.iter_mut().filter(doubted) {
        passage.confidence = weights::shifted(passage.confidence, weights::UNLABELLED);
    }
}

/// Whether the document marks its recommendations in their own text ("... (Recommendation 12)"): some
/// are, and no more items under headings of recommendations are not.
fn marks_all(blocks: &[Block], sections: &[section::Section]) -> bool {
    let marked = |block: &&Block| attributed::marked(block.text()).is_some();
    let own = sections.iter().filter(|s| s.role == Role::Recommendations && !s.mixed);
    let items = own.flat_map(|s| &blocks[s.range.clone()]).filter(|b| b.marker().is_some());
    let unmarked = items.filter(|block| !marked(block)).count();
    let marked = blocks.iter().filter(marked).count();
    marked > 0 && marked >= unmarked
}
