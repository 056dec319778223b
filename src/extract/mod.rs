//! `&Document` -> recommendations. Pure: no file, no model, cannot fail.
//!
//! `layout` measures what a single line does not show. `blocks` joins lines into paragraphs,
//! headings and list items. `outline` works out which body speaks in each section. `lists` puts
//! list items in order. `collect` takes the passages that ask somebody to act. The data files in
//! `cues/` hold the phrases that mark such a passage in each language.

mod agency;
mod attributed;
mod blocks;
mod bodies;
mod challenges;
mod collect;
pub mod corrections;
mod cues;
mod draft;
mod evidence;
mod flow;
mod front;
mod furniture;
mod layout;
mod lists;
mod mandate;
mod outline;
mod publisher;
mod records;
mod repeats;
mod reported;
mod score;
mod silence;
mod spoken;
mod title;
mod toc;
mod weights;

pub use self::front::FrontPage;
pub use challenges::challenges;
pub use draft::{Draft, DraftStatement, draft, draft_of_records};

use crate::domain::{Agency, AgencyNames, Document, DocumentId, Language, Problem, Recommendation};
use crate::text::{fold, marker, phrase_words, sentences};

/// Settings for extraction.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtractConfig {
    /// The recommending agency of passages that name none; `None` reads it from the text.
    pub agency: Option<Agency>,
    /// Alternative names of agencies; a name found here is replaced by the agency's own name.
    pub names: AgencyNames,
    /// Lowest confidence to keep, 0 to 1.
    pub min_confidence: f64,
}

impl Default for ExtractConfig {
    fn default() -> Self {
        Self { agency: None, names: AgencyNames::default(), min_confidence: 0.5 }
    }
}

/// Recommendations found in a document, and problems met on the way.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extracted {
    /// The recommendations, in document order.
    pub recommendations: Vec<Recommendation>,
    /// Passages below the lowest confidence that may be recommendations, in document order, for a person
    /// to decide on.
    pub perhaps: Vec<Recommendation>,
    /// Problems the reader should know about.
    pub problems: Vec<Problem>,
    /// What the first page says about the document; empty for a table.
    pub front: FrontPage,
}

/// The recommendations of `document`, in document order, with ids unique within the document.
///
/// Besides the standard fields, each record carries in [`other`](Recommendation::other):
/// `confidence` (0 to 1), `cue` (why it was taken) and `spans` (the byte ranges of
/// [`Document::text`] that make up its text). Where known it also carries `chapter`, `page_end`
/// and `reported_by` (the body that the text reports as asking). Linear in the length of the
/// document.
#[must_use]
pub fn from_document(document: &Document, config: &ExtractConfig) -> Extracted {
    let layout = layout::Layout::measure(document);
    let blocks = blocks::blocks(document, &layout);
    let toc = toc::find(document);
    let outline = outline::outline(document, &blocks, &toc);
    let cues = cues::language_of(blocks.iter().map(blocks::Block::text));
    let taken = collect::collect(&blocks, &outline, cues);
    let maker = records::Maker { document, config, blocks: &blocks, outline: &outline, cues };
    let (recommendations, perhaps) = maker.records(taken);
    let mut problems = document.problems.clone();
    let reason = silence::reason(document, &blocks, &outline, recommendations.len(), perhaps.len());
    problems.extend(reason.map(|message| problem(document, message)));
    let doubt = whose(document, &maker, &recommendations);
    problems.extend(doubt.map(|message| problem(document, message)));
    Extracted { recommendations, perhaps, problems, front: front::front_page(document) }
}

/// Whether a text in place of a recommendation says that nothing is asked, in any language that is read: "No
/// recommendations: complaint not upheld."
pub(crate) fn asks_nothing(text: &str) -> bool {
    text.split_whitespace().count() <= DENIAL_WORDS
        && cues::LANGUAGES.iter().any(|cues| collect::denies(text, cues))
}

/// Whether a text only names a subject and asks for nothing about it, in any language that is read: "data gaps", but not
/// "close data gaps".
#[must_use]
pub fn names_subject(text: &str) -> bool {
    let folded = fold::fold(text);
    let asks =
        |cues: &cues::Cues| cues.has_form_of_demand(&folded) || score::judge(text, cues).is_some();
    let first = folded.split(' ').next().unwrap_or("");
    // English alone tells a verb by its place. "fund" may be one, too.
    let verbs = phrase_words(Language::English);
    let may_ask = verbs.verbs.contains(first)
        || verbs.noun_verbs.contains(first)
        || VERBS_LIKE_ADJECTIVES.contains(&first);
    text.split_whitespace().count() <= SUBJECT_WORDS
        && !text.ends_with(sentences::QUESTIONS)
        && !may_ask
        && !cues::LANGUAGES.iter().any(asks)
}

/// Words that ask before a noun ("close data gaps"), though they may also describe it.
const VERBS_LIKE_ADJECTIVES: &[&str] =
    &["ban", "clean", "clear", "close", "equal", "free", "lower", "open", "secure"];

/// Most words that name a subject.
const SUBJECT_WORDS: usize = 5;

/// Most words by which a text only says that nothing is asked.
const DENIAL_WORDS: usize = 12;

/// The agency that the titles of a table name, and what to say of that; `None` if they name none.
pub(crate) fn issuer(id: DocumentId, path: &str, titles: String) -> Option<(Agency, Problem)> {
    let document = Document::plain(id, path.to_owned(), titles);
    let found = publisher::publisher(&document, &agency::Acronyms::default())?;
    let message = guess(&found.name, "the title of the table", found.confidence);
    Some((Agency::try_from(found.name).ok()?, problem(&document, message)))
}

/// What to say of an agency that is a guess.
fn guess(name: &str, place: &str, confidence: f64) -> String {
    format!(
        "the agency `{name}` is a guess from {place}, right with a probability of {confidence:.2}"
    )
}

fn problem(document: &Document, message: String) -> Problem {
    Problem { path: document.path.clone(), line: None, message }
}

/// Probability from which the name of a publisher needs no word about how sure it is.
const PLAIN_PUBLISHER: f64 = 0.75;

/// What to say of the agency of `found`: that it is unknown, or a guess.
fn whose(
    document: &Document,
    maker: &records::Maker<'_>,
    found: &[Recommendation],
) -> Option<String> {
    if found.iter().any(|r| r.agency.as_str() == document.id.as_str()) {
        return Some(
            "no recommending agency found; using the id of the document instead".to_owned(),
        );
    }
    let publisher = maker.publisher().filter(|p| p.confidence < PLAIN_PUBLISHER)?;
    let theirs = found.iter().any(|r| r.agency.as_str() == publisher.name);
    theirs.then(|| guess(&publisher.name, "the first page", publisher.confidence))
}
