//! What is said of a draft, in words.

use crate::domain::{
    Agency, BlockRole, Difference, DifferenceKind, DraftCheck, Hit, Recommendation, Relation,
    ThemeRef, Verdict,
};
use crate::report::answers::verdict_name;
use crate::report::words::{clean, count, list_some, number, percent, shorten};

/// Matches shown with each statement, at most.
const MATCHES: usize = 3;

/// Agencies named in one line, at most.
const AGENCIES: usize = 6;

/// What the draft was held against.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Name of the draft.
    pub draft: &'a str,
    /// Title of the corpus.
    pub corpus: &'a str,
    /// Name of the embedding model.
    pub model: &'a str,
    /// Version of Concord.
    pub version: &'a str,
}

/// A checked draft, ready to be written down.
pub struct View {
    pub(super) draft: String,
    pub(super) corpus: String,
    pub(super) model: String,
    pub(super) version: String,
    /// The whole in a few sentences.
    pub(super) summary: Vec<String>,
    /// Numbers of statements with what they are.
    pub(super) figures: Vec<Figure>,
    pub(super) blocks: Vec<Block>,
    pub(super) touched: Vec<String>,
    pub(super) missing: Vec<String>,
    pub(super) in_line: Vec<String>,
    /// `None` where the corpus has no agenda.
    pub(super) agenda: Option<Vec<String>>,
}

pub(super) struct Figure {
    pub(super) number: String,
    pub(super) words: &'static str,
    pub(super) class: &'static str,
}

/// A block of the draft with the notes on its statements.
pub(super) struct Block {
    pub(super) role: BlockRole,
    pub(super) parts: Vec<Part>,
    pub(super) notes: Vec<Note>,
}

pub(super) struct Part {
    pub(super) text: String,
    /// Number and class of the note on it.
    pub(super) note: Option<(usize, &'static str)>,
}

/// What is said of one statement.
pub(super) struct Note {
    /// 1-based, in the order of the draft.
    pub(super) number: usize,
    pub(super) class: &'static str,
    /// "Overlap, 60%", "New".
    pub(super) verdict: String,
    pub(super) is_opposite: bool,
    /// What the verdict means, in a sentence.
    pub(super) meaning: &'static str,
    pub(super) lines: String,
    pub(super) text: String,
    pub(super) matches: Vec<MatchView>,
    pub(super) own: Vec<MatchView>,
    pub(super) cite: Vec<String>,
    /// Numbers of earlier notes.
    pub(super) repeats: Vec<usize>,
}

pub(super) struct MatchView {
    /// "FAO (FAO-01)".
    pub(super) who: String,
    pub(super) place: String,
    pub(super) text: String,
    /// "overlap, 60%".
    pub(super) relation: String,
    pub(super) is_opposite: bool,
    pub(super) differences: Vec<String>,
    pub(super) words: String,
}

impl View {
    /// Puts a check into words.
    #[must_use]
    pub fn new(found: &DraftCheck, rows: &[Recommendation], about: &About<'_>) -> Self {
        let notes = found.statements.iter().enumerate().map(|(at, s)| Note::new(at, s, rows));
        let mut notes: Vec<Option<Note>> = notes.map(Some).collect();
        let blocks = found.blocks.iter().map(|block| {
            let mut here = Vec::new();
            let parts = block.parts.iter().map(|part| {
                let note = part.statement.and_then(|at| {
                    here.extend(notes.get_mut(at).and_then(Option::take));
                    Some((at + 1, class(found.statements.get(at)?)))
                });
                Part { text: clean_piece(&part.text), note }
            });
            let parts = parts.collect();
            Block { role: block.role, parts, notes: here }
        });
        let mut blocks: Vec<Block> = blocks.collect();
        // A statement that stands nowhere in the text as it was read still gets its note.
        for note in notes.iter_mut().filter_map(Option::take) {
            let part = Part { text: note.text.clone(), note: Some((note.number, note.class)) };
            blocks.push(Block { role: BlockRole::Paragraph, parts: vec![part], notes: vec![note] });
        }
        Self {
            draft: clean(about.draft),
            corpus: clean(about.corpus),
            model: about.model.to_owned(),
            version: about.version.to_owned(),
            summary: summary(found, rows.len()),
            figures: figures(found),
            blocks,
            touched: found.touched.iter().map(theme).collect(),
            missing: found.missing.iter().map(theme).collect(),
            in_line: found.in_line.iter().map(in_line).collect(),
            agenda: found
                .answered
                .as_ref()
                .map(|items| items.iter().map(|item| clean(&item.text)).collect()),
        }
    }
}

impl Note {
    fn new(at: usize, verdict: &Verdict, rows: &[Recommendation]) -> Self {
        let shown = |hit: &&Hit| hit.likeness.relation >= Relation::Related;
        // The nearest of what is new shows what there is at most.
        let most = if verdict.relation == Relation::None { 1 } else { MATCHES };
        let mut near: Vec<&Hit> = verdict.matches.iter().filter(shown).collect();
        near.sort_by_key(|hit| !hit.is_opposite());
        if near.is_empty() {
            near.extend(verdict.matches.first());
        }
        let is_new = verdict.relation == Relation::None;
        let name = verdict_name(verdict.relation);
        let chance = percent(verdict.probability);
        let cited = verdict.cite.iter().map(|&at| &rows[verdict.matches[at].row]);
        Self {
            number: at + 1,
            class: class(verdict),
            verdict: if is_new { "New".to_owned() } else { format!("{}, {chance}", capital(name)) },
            is_opposite: verdict.is_opposite(),
            meaning: meaning(verdict),
            lines: place(verdict),
            text: clean(&verdict.text),
            matches: near.into_iter().take(most).map(|hit| MatchView::new(hit, rows)).collect(),
            own: verdict.own.iter().map(|hit| MatchView::new(hit, rows)).collect(),
            cite: cited.map(citation).collect(),
            repeats: verdict.repeats.iter().map(|at| at + 1).collect(),
        }
    }
}

impl MatchView {
    fn new(hit: &Hit, rows: &[Recommendation]) -> Self {
        let row = &rows[hit.row];
        let related = hit.likeness.relation >= Relation::Related;
        let words: Vec<&str> = hit.why.iter().take(5).map(|reason| reason.term.as_str()).collect();
        Self {
            who: clean(&format!("{} ({})", row.agency, row.id)),
            place: clean(&row.place()),
            text: shorten(&clean(&row.text), 420),
            relation: format!("{}, {}", relation_words(hit), percent(hit.likeness.probability)),
            is_opposite: hit.is_opposite(),
            differences: hit.differences.iter().filter(|_| related).map(difference).collect(),
            words: words.join(", "),
        }
    }
}

fn relation_words(hit: &Hit) -> &'static str {
    match hit.likeness.relation {
        Relation::None => "not related",
        Relation::Related if hit.is_opposite() => "the contrary",
        other => other.name(),
    }
}

/// "deadline: the draft says “by 2030”, this one nothing".
#[must_use]
pub fn difference(difference: &Difference) -> String {
    let said = |text: &str| {
        if text.is_empty() {
            "nothing".to_owned()
        } else {
            format!("\u{201c}{}\u{201d}", clean(text))
        }
    };
    let name = match difference.kind {
        DifferenceKind::Direction => "opposite",
        other => other.name(),
    };
    format!("{name}: draft {}, existing {}", said(&difference.draft), said(&difference.existing))
}

/// The lines of a statement: "5", "5-7".
#[must_use]
pub fn place(verdict: &Verdict) -> String {
    if verdict.line_start == verdict.line_end {
        verdict.line_start.to_string()
    } else {
        format!("{}-{}", verdict.line_start, verdict.line_end)
    }
}

fn class(verdict: &Verdict) -> &'static str {
    if verdict.is_opposite() { "opposite" } else { verdict_name(verdict.relation) }
}

fn capital(name: &str) -> String {
    crate::report::words::capitalized(name)
}

fn meaning(verdict: &Verdict) -> &'static str {
    match verdict.relation {
        _ if verdict.is_opposite() => "A recommendation that exists asks for the contrary.",
        Relation::Duplicate => "Somebody already asks for this.",
        Relation::Overlap => "A substantial part of this is already asked for.",
        Relation::Related => "There is something in the same area, but it asks for something else.",
        Relation::None => "Nothing like this was found.",
    }
}

fn citation(row: &Recommendation) -> String {
    let place = row.place();
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    clean(&format!("{}, {}{place}", row.agency, row.id))
}

fn figures(found: &DraftCheck) -> Vec<Figure> {
    let figure = |n, words, class| Figure { number: number(n), words, class };
    let of = |relation| found.count(relation);
    vec![
        figure(of(Relation::Duplicate), "already said", "duplicate"),
        figure(of(Relation::Overlap), "partly said", "overlap"),
        figure(of(Relation::Related), "related", "related"),
        figure(of(Relation::None), "new", "new"),
        figure(found.opposed(), "against what exists", "opposite"),
    ]
}

fn summary(found: &DraftCheck, n_rows: usize) -> Vec<String> {
    let n = found.statements.len();
    let mut sentences = vec![format!(
        "{} held against {}.",
        capital(&count(n, "statement")),
        count(n_rows, "recommendation")
    )];
    sentences
        .extend(found.new_share().map(|share| format!("{} of the draft is new.", percent(share))));
    if found.opposed() > 0 {
        let asks = if found.opposed() == 1 { "asks" } else { "ask" };
        sentences.push(format!(
            "{} {asks} for the contrary of a recommendation that exists.",
            capital(&count(found.opposed(), "statement"))
        ));
    }
    let repeated = found.statements.iter().filter(|s| !s.repeats.is_empty()).count();
    if repeated > 0 {
        let verb = if repeated == 1 { "repeats" } else { "repeat" };
        let repeated = capital(&count(repeated, "statement"));
        sentences.push(format!("{repeated} {verb} an earlier one of the draft."));
    }
    sentences.extend(found.author.as_ref().map(|author| {
        format!("Earlier recommendations of {author} are shown apart and decide no verdict.")
    }));
    sentences
}

fn theme(theme: &ThemeRef) -> String {
    let names: Vec<&str> = theme.agencies.iter().map(Agency::as_str).collect();
    let agencies = count(names.len(), "agency");
    clean(&format!("{} ({agencies}: {})", theme.label, list_some(&names, AGENCIES)))
}

fn in_line((agency, n): &(Agency, usize)) -> String {
    clean(&format!("{agency}: {}", count(*n, "statement")))
}

/// Like [`clean`], but keeps a space at either end: pieces stand side by side.
fn clean_piece(text: &str) -> String {
    let cleaned = clean(text);
    let space = |is: bool| if is { " " } else { "" };
    let (before, after) =
        (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    if cleaned.is_empty() {
        return space(before).to_owned();
    }
    format!("{}{cleaned}{}", space(before), space(after))
}
