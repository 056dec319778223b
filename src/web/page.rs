//! What pages have in common: the frame around them, and how a recommendation is shown.

use std::collections::HashSet;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::app::App;
use super::parameters;
use super::refused::Refused;
use super::shelf::Shown;
use crate::domain::{Difference, DifferenceKind, Hit, Language, Likeness, Reason, Relation, Said};
use crate::pipeline::VERSION;
use crate::report::number;
use crate::text;

/// The entries of the navigation: address and name.
const ENTRIES: [(&str, &str); 8] = [
    ("/", "Search"),
    ("/themes", "Themes"),
    ("/pairs", "Pairs"),
    ("/gaps", "Gaps"),
    ("/matrix", "Matrix"),
    ("/map", "Map"),
    ("/draft", "Draft"),
    ("/documents", "Documents"),
];

/// Characters of the beginning of a text, and of one in a title.
const BEGINNING: usize = 180;
/// What people said of a recommendation and others that is named.
const SAID: usize = 4;

/// The frame around a page.
pub(super) struct Shell {
    /// Of this page.
    pub(super) title: String,
    pub(super) entries: &'static [(&'static str, &'static str)],
    /// Title of the corpus; empty without an index.
    pub(super) corpus: String,
    /// The entry of the navigation that this page belongs to.
    pub(super) here: &'static str,
    /// For the forms of this page.
    pub(super) token: String,
    pub(super) version: &'static str,
    /// Why the index in the folder is not the one that is shown, or why themes do not follow decisions.
    pub(super) notice: Option<String>,
    /// Themes are about to follow decisions.
    pub(super) is_following: bool,
}

impl Shell {
    pub(super) fn new(app: &App, here: &'static str, title: impl Into<String>) -> Self {
        let corpus = app.shelf.now().map(|shown| shown.index.manifest().corpus.title.clone());
        Self {
            title: title.into(),
            entries: &ENTRIES,
            corpus: corpus.unwrap_or_default(),
            here,
            token: app.access.form_token.clone(),
            version: VERSION,
            notice: app.shelf.notice().or_else(|| app.catch_up.notice()),
            is_following: app.catch_up.is_running(),
        }
    }
}

/// A page as an answer.
///
/// # Errors
/// A template that fails, which is a fault of the program.
pub(super) fn rendered(page: &impl Template) -> Result<Response, Refused> {
    let failed = |error: askama::Error| {
        Refused::new(StatusCode::INTERNAL_SERVER_ERROR, format!("this page fails: {error}"))
    };
    Ok(Html(page.render().map_err(failed)?).into_response())
}

/// The beginning of a text, cut between words.
pub(super) fn begun(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(BEGINNING) else { return text.to_owned() };
    let cut = text[..end].rfind(' ').unwrap_or(end);
    format!("{}\u{2026}", &text[..cut])
}

/// A piece of a text, and whether it stands out.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_marked: bool,
}

/// A recommendation as pages show it.
pub(super) struct Card {
    pub(super) id: String,
    pub(super) agency: String,
    pub(super) text: Vec<Piece>,
    /// Document, section, marker, page or lines, in words.
    pub(super) place: String,
    /// Where its source can be read.
    pub(super) source: Option<Source>,
    pub(super) year: Option<i32>,
    /// What people said of it and others ("not the same as"), id and address.
    pub(super) said: Vec<(&'static str, String, String)>,
}

/// The address of a source, and what a link to it says.
pub(super) struct Source {
    pub(super) address: String,
    pub(super) name: &'static str,
    /// Whether it leads out of this server.
    pub(super) is_outside: bool,
}

impl Card {
    /// Recommendation `row`, without marks.
    pub(super) fn new(app: &App, shown: &Shown, row: usize) -> Self {
        let found = &shown.index.recommendations()[row];
        let text = vec![Piece { text: found.text.clone(), is_marked: false }];
        Self {
            id: found.id.to_string(),
            agency: found.agency.to_string(),
            text,
            place: found.place(),
            source: source(app, shown, row),
            year: shown.index.year(row),
            said: said(shown, row),
        }
    }

    /// The same with the words marked that `stems` name.
    pub(super) fn marked(self, stems: &HashSet<String>, language: Option<Language>) -> Self {
        let whole: String = self.text.iter().map(|piece| piece.text.as_str()).collect();
        Self { text: pieces(&whole, stems, language), ..self }
    }

    /// The same with the beginning of its text.
    pub(super) fn begun(mut self) -> Self {
        for piece in &mut self.text {
            piece.text = begun(&piece.text);
        }
        self
    }

    /// Its address.
    pub(super) fn address(&self) -> String {
        parameters::recommendation(&self.id)
    }
}

fn said(shown: &Shown, row: usize) -> Vec<(&'static str, String, String)> {
    let words = shown.words();
    let word = |&(other, said): &(usize, Said)| {
        let id = shown.index.recommendations()[other].id.as_str();
        let said = match said {
            Said::Same => "the same as",
            Said::NotSame => "not the same as",
            Said::Contrary => "the contrary of",
        };
        (said, id.to_owned(), parameters::recommendation(id))
    };
    words.of(row).iter().take(SAID).map(word).collect()
}

/// Where the source of `row` can be read: the document that was added here or the file that it was read from, at its
/// lines, or the address that the corpus gives.
fn source(app: &App, shown: &Shown, row: usize) -> Option<Source> {
    let found = &shown.index.recommendations()[row];
    let document = found.document.as_ref().map_or("", |document| document.as_str());
    if app.folder.has(document) {
        let line = found.source.as_ref().map_or(String::new(), |s| format!("#l{}", s.line_start));
        let address = format!("/documents/{}{line}", parameters::encoded(document));
        return Some(Source { address, name: "Read in the source", is_outside: false });
    }
    if let Some(address) = super::source::address(app, found) {
        return Some(Source { address, name: "Read in the source", is_outside: false });
    }
    let address = shown.index.document(document)?.source.clone()?;
    let is_address = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    is_address.then_some(Source { address, name: "Open the document", is_outside: true })
}

/// `text` in pieces, its words marked whose stems are in `stems`.
pub(super) fn pieces(
    text: &str,
    stems: &HashSet<String>,
    language: Option<Language>,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |text: &str, is_marked: bool| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), is_marked });
        }
    };
    let mut done = 0;
    for term in text::terms(text, language) {
        if term.stem.is_some_and(|stem| stems.contains(&stem)) {
            push(&text[done..term.word.start], false);
            push(&text[term.word.start..term.word.end()], true);
            done = term.word.end();
        }
    }
    push(&text[done..], false);
    pieces
}

/// The stems of the words of a text.
pub(super) fn stems(text: &str, language: Option<Language>) -> HashSet<String> {
    text::terms(text, language).filter_map(|term| term.stem).collect()
}

/// The stems of the words that a query and an answer have in common.
pub(super) fn shared_stems(why: &[Reason], language: Option<Language>) -> HashSet<String> {
    let shared = why.iter().filter(|reason| reason.shared);
    shared.flat_map(|reason| stems(&reason.term, language)).collect()
}

/// How two texts relate, in words, with the class of its colour.
pub(super) struct Verdict {
    pub(super) class: &'static str,
    pub(super) words: &'static str,
    /// "98%".
    pub(super) probability: String,
    /// From 0 to 100, for a bar.
    pub(super) percent: u32,
    /// What a person said.
    pub(super) said: Option<Said>,
}

impl Verdict {
    pub(super) fn new(hit: &Hit) -> Self {
        Self::of(&hit.likeness, hit.is_opposite())
    }

    /// Of two texts that are so alike; `opposite` if one asks for the contrary of the other.
    pub(super) fn of(likeness: &Likeness, opposite: bool) -> Self {
        let (class, words) = match likeness.relation {
            relation if opposite && relation >= Relation::Related => {
                ("opposite", "Asks for the opposite")
            }
            Relation::Duplicate => ("duplicate", "Asks for the same"),
            Relation::Overlap => ("overlap", "Asks for a part of it"),
            Relation::Related => ("related", "Related, another request"),
            Relation::None => ("none", "Not alike"),
        };
        Self {
            class,
            words,
            probability: number::probability(likeness.probability),
            percent: (likeness.probability * 100.0).round() as u32,
            said: None,
        }
        .decided(likeness.decided())
    }

    /// The same with what a person said of the two, if anybody did.
    pub(super) fn decided(self, said: Option<Said>) -> Self {
        let (class, probability, percent) = match said {
            None => return self,
            Some(Said::Same) => ("duplicate", "Same", 100),
            Some(Said::NotSame) => ("none", "Not the same", 0),
            Some(Said::Contrary) => ("opposite", "Contrary", 0),
        };
        let words = "decided by a person";
        Self { class, words, probability: probability.to_owned(), percent, said }
    }
}

/// One point on which two texts differ, in words.
pub(super) struct Differs {
    pub(super) what: &'static str,
    pub(super) one: String,
    pub(super) other: String,
}

impl Differs {
    pub(super) fn all(differences: &[Difference]) -> Vec<Self> {
        let said = |text: &str| {
            if text.is_empty() { "not named".to_owned() } else { format!("\u{201c}{text}\u{201d}") }
        };
        let one = |found: &Difference| Self {
            what: what_differs(found.kind),
            one: said(&found.draft),
            other: said(&found.existing),
        };
        differences.iter().map(one).collect()
    }
}

fn what_differs(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Direction => "Direction",
        DifferenceKind::Addressee => "Who is asked",
        DifferenceKind::Action => "What to do",
        DifferenceKind::Object => "Object",
        DifferenceKind::Instrument => "Agreement named",
        DifferenceKind::Deadline => "Deadline",
        DifferenceKind::Number => "Number",
        DifferenceKind::Population => "For whom",
        DifferenceKind::Scope => "Scope",
    }
}

/// "1 theme", "12 themes".
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", number::whole(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_in_any_form_and_nothing_is_lost() {
        let english = Some(Language::English);
        let text = "Reduce <b>costs</b> of remittances.";
        let found = pieces(text, &stems("cost, remittance", english), english);
        let marked: Vec<&str> =
            found.iter().filter(|p| p.is_marked).map(|p| p.text.as_str()).collect();
        assert_eq!(marked, ["costs", "remittances"]);
        let whole: String = found.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(whole, text);
    }
}
