//! What to tell a reader when little or nothing was found: the likeliest cause, and a remedy.

use super::{
    blocks::Block,
    cues::{self, Role},
    outline::Outline,
};
use crate::domain::{Document, Language};
use crate::text::detect;

/// Letters below which a text is too short to say anything about.
const FEW_LETTERS: usize = 60;

/// How many times as much text in no known language as in known ones shows that the document is in another.
/// Lists of names are of no language either, but seldom most of a text.
const MUCH_UNKNOWN: usize = 3;

/// Letters on a page below which it is likely a scan, a picture or a form.
const LETTERS_OF_A_PAGE: usize = 150;

/// The likeliest reason why `found` of the passages in `document` are recommendations, if that is too few
/// to believe without a word. `perhaps` is the number of passages that were less sure.
pub(super) fn reason(
    document: &Document,
    blocks: &[Block],
    outline: &Outline,
    found: usize,
    perhaps: usize,
) -> Option<String> {
    let letters = Letters::count(document.text());
    if letters.all < FEW_LETTERS {
        return None;
    }
    if let Some(language) = unread_language(&letters, blocks) {
        let rest = if found == 0 { "nothing was found" } else { "only the rest was searched" };
        return Some(format!(
            "most of the text is in {language}, so {rest}; recommendations are recognized in {}: \
             translate it, or write them into a table and read that",
            cues::names_of_languages()
        ));
    }
    if found > 0 {
        return None;
    }
    Some(match shape(document, blocks, outline, letters.all) {
        Shape::Form => {
            "no recommendation found; the text says only that a form is loading, and the form \
                        itself is not in it: print it to a new PDF, or export its data"
                .to_owned()
        }
        Shape::Sparse { pages } => format!(
            "no recommendation found; {pages} pages hold hardly any text, as scans and forms do: run text \
             recognition (OCR), or export the form"
        ),
        Shape::EmptySection { title } => format!(
            "no recommendation found, though a section is called `{title}`: {}",
            less_sure(perhaps, "it may hold only tables or pictures")
        ),
        Shape::Plain => format!(
            "no recommendation found: no section is named so, and no sentence plainly asks for something; {}",
            less_sure(perhaps, "the document may have none")
        ),
    })
}

fn less_sure(perhaps: usize, otherwise: &str) -> String {
    match perhaps {
        0 => otherwise.to_owned(),
        1 => "1 passage may be one".to_owned(),
        n => format!("{n} passages may be some"),
    }
}

/// Letters of a text by script.
struct Letters {
    all: usize,
    /// Of a script in which some language is read: Latin, Cyrillic, Arabic, Han.
    read: usize,
}

impl Letters {
    fn count(text: &str) -> Self {
        // The Latin letters of Unicode end at U+024F, but for a few with rare marks.
        let is_read = |c: &char| {
            matches!(
                *c,
                '\0'..'\u{250}'
                    | '\u{400}'..'\u{530}'
                    | '\u{600}'..'\u{780}'
                    | '\u{1e00}'..'\u{1f00}'
                    | '\u{3400}'..'\u{a000}'
                    | '\u{f900}'..'\u{fb00}'
                    | '\u{fb50}'..'\u{ff00}'
            )
        };
        let letters = || text.chars().filter(|c| c.is_alphabetic());
        Self { all: letters().count(), read: letters().filter(is_read).count() }
    }
}

/// The language of most of the text, if recommendations are not recognized in it.
fn unread_language(letters: &Letters, blocks: &[Block]) -> Option<String> {
    let mut bytes = [0_usize; Language::ALL.len()];
    let mut unknown = 0;
    for block in blocks.iter().take(cues::SAMPLE) {
        match detect(block.text()) {
            Some(language) => bytes[language as usize] += block.text().len(),
            None if block.text().chars().filter(|c| c.is_alphabetic()).count() >= FEW_LETTERS => {
                unknown += block.text().len();
            }
            None => {}
        }
    }
    let most = Language::ALL.into_iter().max_by_key(|language| bytes[*language as usize])?;
    let known = bytes[most as usize] > 0;
    if known && !cues::is_read(most) {
        return Some(format!("{most:?}"));
    }
    if 2 * letters.read < letters.all {
        return Some("a script that Concord does not read".to_owned());
    }
    let is_foreign = unknown > MUCH_UNKNOWN * bytes.iter().sum::<usize>();
    is_foreign.then(|| "a language that Concord does not read".to_owned())
}

/// What a document without recommendations looks like.
enum Shape {
    /// The placeholder of a form whose contents a viewer would fetch.
    Form,
    /// Pages with next to no text.
    Sparse {
        pages: usize,
    },
    /// A section of recommendations in which none was found.
    EmptySection {
        title: String,
    },
    Plain,
}

fn shape(document: &Document, blocks: &[Block], outline: &Outline, letters: usize) -> Shape {
    let pages = document.lines().iter().filter_map(|line| line.page).max().unwrap_or(0) as usize;
    let start: String = document.text().chars().take(600).collect::<String>().to_lowercase();
    if start.contains("please wait") && start.contains("viewer") {
        return Shape::Form;
    }
    if pages > 0 && letters < pages * LETTERS_OF_A_PAGE {
        return Shape::Sparse { pages };
    }
    let mut own = outline.places.iter().filter(|place| place.role == Role::Recommendations);
    match own.find_map(|place| place.section) {
        Some(section) => Shape::EmptySection { title: blocks[section].text().to_owned() },
        None => Shape::Plain,
    }
}
