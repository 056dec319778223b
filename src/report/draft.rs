//! A checked draft as a document: the draft with notes at its statements, then the whole.

use std::collections::BTreeSet;

use super::answers::verdict_name;
use super::cite::{self, CiteForm};
use super::document::{
    Annotated, Block, Document, Figure, Item, ListStyle, Match, Note, Section, Text, Tone,
};
use super::number;
use super::words::{capitalized, clean, count, list_some, said, shorten};
use crate::domain::{
    Agency, BlockRole, Difference, DifferenceKind, DocumentInfo, DraftBlock, DraftCheck, Hit,
    Recommendation, Relation, Specifics, ThemeRef, Verdict, VerdictPart,
};

/// Matches shown with each statement, at most.
const MATCHES: usize = 3;
/// Agencies named in one line, at most.
const AGENCIES: usize = 6;
/// Characters of an existing recommendation; the place leads to the rest.
const WORDING: usize = 420;
/// Characters of a part of a statement, and of what makes one specific.
const PART: usize = 80;
const SPECIFIC: usize = 40;

/// What is said of the whole draft: the heading of each list, and what stands in place of an empty one.
pub const TAKES_UP: (&str, &str) = ("Themes it takes up", "It takes up no theme of the corpus.");
/// Themes of three agencies or more, in the areas of the draft.
pub const OMITS: (&str, &str) =
    ("Agreed themes it omits", "In its areas, it omits no theme that three agencies share.");
/// By the number of statements whose request they share.
pub const IN_LINE: (&str, &str) = ("Agencies most in line", "No agency asks for the same.");
/// Where the corpus has an agenda.
pub const ANSWERS: (&str, &str) = ("Agenda items it answers", "It answers no agenda item.");

/// What the draft was compared with.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Name of the draft.
    pub draft: &'a str,
    /// Title of the corpus.
    pub corpus: &'a str,
    /// Its documents, for the references.
    pub documents: &'a [DocumentInfo],
    /// Name of the embedding model.
    pub model: &'a str,
    /// Version of Concord.
    pub version: &'a str,
    /// Numbers of the notes that the author dismissed, from 1: they are left out, and what they alone cite is no
    /// reference.
    pub dismissed: &'a BTreeSet<usize>,
}

/// The check of a draft against `rows`.
#[must_use]
pub fn draft(found: &DraftCheck, rows: &[Recommendation], about: &About<'_>) -> Document {
    let document = Document {
        kind: "Draft check",
        title: clean(about.draft),
        lede: format!(
            "{} compared with the {} in \u{201c}{}\u{201d}. {}",
            capitalized(&count(found.statements.len(), "statement")),
            count(rows.len(), "recommendation"),
            clean(about.corpus),
            summary(found).join(" ")
        ),
        head: vec![Block::Figures(figures(found))],
        sections: vec![
            Section::new("draft", "The draft with notes", annotated(found, rows)),
            Section::new("whole", "The whole draft", whole(found)),
            Section::new("references", "References", references(found, rows, about)),
        ],
        agencies: Vec::new(),
        imprint: format!(
            "A percentage is the calibrated probability that an analyst would see a shared request. \
             Made with Concord {}, model {}.",
            clean(about.version),
            clean(about.model)
        ),
        version: clean(about.version),
    };
    document.without_notes(about.dismissed)
}

/// What stands out, in sentences.
#[must_use]
pub fn summary(found: &DraftCheck) -> Vec<String> {
    let some = |n, one, many| (n > 0).then(|| said(n, "statement", one, many));
    let repeated = found.statements.iter().filter(|s| !s.repeats.is_empty()).count();
    let new =
        found.new_share().map(|new| format!("{} of the draft is new.", number::proportion(new)));
    let contrary = some(
        found.opposed(),
        "contradicts an existing recommendation.",
        "contradict existing recommendations.",
    );
    let repeats = some(repeated, "repeats an earlier one.", "repeat earlier ones.");
    let author = found.author.as_ref().map(|author| {
        format!("Earlier recommendations of {author} are shown apart and decide no verdict.")
    });
    let unchecked = (found.unchecked > 0).then(|| {
        said(
            found.unchecked,
            "sentence",
            "was not checked: no request was recognised in it.",
            "were not checked: no request was recognised in them.",
        )
    });
    let outside = (found.outside > 0).then(|| {
        said(
            found.outside,
            "agreed theme",
            "lies outside the subject of the draft and is not listed.",
            "lie outside the subject of the draft and are not listed.",
        )
    });
    [new, contrary, repeats, unchecked, outside, author].into_iter().flatten().collect()
}

fn figures(found: &DraftCheck) -> Vec<Figure> {
    let figure = |n, what: &str, tone| {
        let (value, what) = (number::whole(n), what.to_owned());
        Figure { value, what, tone: Some(tone) }
    };
    let relations = [Relation::Duplicate, Relation::Overlap, Relation::Related, Relation::None];
    let counted = relations.map(|relation| {
        figure(found.count(relation), verdict_name(relation), Tone::Relation(relation))
    });
    let opposite = figure(found.opposed(), "opposite direction", Tone::Opposite);
    counted.into_iter().chain([opposite]).collect()
}

fn annotated(found: &DraftCheck, rows: &[Recommendation]) -> Vec<Block> {
    let notes = found.statements.iter().enumerate().map(|(at, verdict)| note(at, verdict, rows));
    let mut notes: Vec<Option<Note>> = notes.map(Some).collect();
    let mut blocks: Vec<Block> = found
        .blocks
        .iter()
        .map(|block| Block::Annotated(annotate(block, found, &mut notes)))
        .collect();
    // A statement that stands nowhere in the text as it was read still gets its note.
    blocks.extend(notes.into_iter().flatten().map(|note| {
        let parts = vec![(note.text.clone(), Some((note.number, note.tone)))];
        let role = BlockRole::Paragraph;
        Block::Annotated(Annotated { role, parts, notes: vec![note] })
    }));
    blocks
}

/// A block with the notes that were not given to an earlier one.
fn annotate(block: &DraftBlock, found: &DraftCheck, notes: &mut [Option<Note>]) -> Annotated {
    let mut here = Vec::new();
    let parts = block.parts.iter().map(|part| {
        let mark = part.statement.and_then(|at| {
            here.extend(notes.get_mut(at).and_then(Option::take));
            Some((at + 1, tone(found.statements.get(at)?)))
        });
        (clean_piece(&part.text), mark)
    });
    let parts = parts.collect();
    Annotated { role: block.role, parts, notes: here }
}

fn note(at: usize, verdict: &Verdict, rows: &[Recommendation]) -> Note {
    let is_new = verdict.relation == Relation::None;
    let name = capitalized(verdict_name(verdict.relation));
    let probability = number::probability(verdict.probability);
    let lines = if verdict.line_start == verdict.line_end { "line" } else { "lines" };
    Note {
        number: at + 1,
        tone: tone(verdict),
        verdict: if is_new { name } else { format!("{name}, {probability}") },
        flag: verdict.is_opposite().then_some("Opposite direction"),
        lines: format!("{lines} {}", place(verdict)),
        text: clean(&verdict.text),
        choice: None,
        blocks: remarks(verdict, rows),
    }
}

fn remarks(verdict: &Verdict, rows: &[Recommendation]) -> Vec<Block> {
    let mut matches = matches(verdict).into_iter().map(|hit| existing("", hit, rows));
    let mut blocks = vec![Block::paragraph(meaning(verdict))];
    blocks.extend(matches.next());
    let more: Vec<Block> = matches.collect();
    if !more.is_empty() {
        blocks.push(Block::group(format!("{} more", more.len()), more));
    }
    blocks.extend(parts(verdict, rows));
    blocks.extend(verdict.own.iter().map(|hit| existing("Own: ", hit, rows)));
    if let Some(at) = verdict.strongest {
        let row = &rows[verdict.matches[at].row];
        // The first few are quoted above.
        let text = if at < MATCHES { String::new() } else { shorten(&clean(&row.text), WORDING) };
        let said = [citation(row), text].into_iter().filter(|part| !part.is_empty());
        let said = said.collect::<Vec<_>>().join(": ");
        blocks.push(Block::Note(Text::strong("Most specific wording: ").then(said)));
    }
    if let Some(specifics) = specific(verdict) {
        blocks.push(Block::note(specifics));
    }
    let cited = verdict.cite.iter().map(|&at| citation(&rows[verdict.matches[at].row]));
    let cited = cited.collect::<Vec<_>>().join("; ");
    if !cited.is_empty() {
        blocks.push(Block::Note(Text::strong("Cite: ").then(cited)));
    }
    let repeats: Vec<String> = verdict.repeats.iter().map(|at| (at + 1).to_string()).collect();
    if !repeats.is_empty() {
        let repeats = format!("Repeats statement {} of the draft.", repeats.join(", "));
        blocks.push(Block::note(repeats));
    }
    blocks
}

/// What a merged statement asks for, a line for each part.
fn parts(verdict: &Verdict, rows: &[Recommendation]) -> Vec<Block> {
    let part = |part: &VerdictPart| Block::note(part_line(part, rows));
    verdict.parts.iter().map(part).collect()
}

/// "Part “train the guards”: overlap, 72%, FAO, FAO-01".
#[must_use]
pub fn part_line(part: &VerdictPart, rows: &[Recommendation]) -> String {
    let text = shorten(&clean(&part.text), PART);
    let said = match &part.nearest {
        Some(hit) if hit.is_opposite() => {
            format!("opposite of {}", citation(&rows[hit.row]))
        }
        Some(hit) if part.relation > Relation::None => {
            let chance = number::probability(hit.likeness.probability);
            format!("{}, {chance}, {}", verdict_name(part.relation), citation(&rows[hit.row]))
        }
        _ => verdict_name(Relation::None).to_owned(),
    };
    format!("Part \u{201c}{text}\u{201d}: {said}")
}

/// What the statement names of who, what, when and how much, and what its nearest match names besides;
/// `None` if the language has no word lists.
#[must_use]
pub fn specific(verdict: &Verdict) -> Option<String> {
    let own = verdict.specifics.as_ref()?;
    let (named, missing): (Vec<_>, Vec<_>) =
        own.named().into_iter().partition(|(_, found)| found.is_some());
    let quoted = |(name, found): &(&str, Option<&str>)| {
        let found = shorten(&clean(found.unwrap_or_default()), SPECIFIC);
        format!("{name} \u{201c}{found}\u{201d}")
    };
    let list = |of: &[(&str, Option<&str>)]| of.iter().map(quoted).collect::<Vec<_>>().join(", ");
    let mut said = vec![if named.is_empty() {
        "Not specific: it names no addressee, measure, deadline or indicator.".to_owned()
    } else {
        format!("Specific: {}.", list(&named))
    }];
    if !missing.is_empty() && !named.is_empty() {
        let absent: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
        said.push(format!("Missing: {}.", absent.join(", ")));
    }
    let more = verdict.nearest_specifics.as_ref().map(Specifics::named).into_iter().flatten();
    let more = more.filter(|(name, found)| {
        found.is_some() && missing.iter().any(|(missing, _)| missing == name)
    });
    let more: Vec<_> = more.collect();
    if !more.is_empty() {
        said.push(format!("The nearest recommendation names {}.", list(&more)));
    }
    Some(said.join(" "))
}

/// What is at least related, the opposite first; of what is new the nearest, whatever it is.
fn matches(verdict: &Verdict) -> Vec<&Hit> {
    let related = |hit: &&Hit| hit.likeness.relation >= Relation::Related;
    let mut near: Vec<&Hit> = verdict.matches.iter().filter(related).collect();
    near.sort_by_key(|hit| !hit.is_opposite());
    if near.is_empty() {
        near.extend(verdict.matches.first());
    }
    near.truncate(if verdict.relation == Relation::None { 1 } else { MATCHES });
    near
}

fn existing(before: &str, hit: &Hit, rows: &[Recommendation]) -> Block {
    let row = &rows[hit.row];
    let related = hit.likeness.relation >= Relation::Related;
    let words: Vec<String> = hit.why.iter().take(5).map(|reason| clean(&reason.term)).collect();
    let common = format!("In common: {}.", words.join(", "));
    let place = clean(&row.place());
    let source = [
        (!place.is_empty()).then(|| format!("Source: {place}.")),
        (!words.is_empty()).then_some(common),
    ];
    let relation = match hit.likeness.relation {
        Relation::None => "not related",
        Relation::Related if hit.is_opposite() => "opposite",
        other => other.name(),
    };
    Block::Match(Match {
        who: clean(&format!("{before}{} ({})", row.agency, row.id)),
        relation: format!("{relation}, {}", number::probability(hit.likeness.probability)),
        is_opposite: hit.is_opposite(),
        text: shorten(&clean(&row.text), WORDING),
        differences: hit.differences.iter().filter(|_| related).map(difference).collect(),
        source: source.into_iter().flatten().collect::<Vec<_>>().join(" "),
    })
}

/// "deadline: draft “by 2030”; existing: none".
#[must_use]
pub fn difference(difference: &Difference) -> String {
    let said = |who: &str, text: &str| match clean(text) {
        none if none.is_empty() => format!("{who}: none"),
        text => format!("{who} \u{201c}{text}\u{201d}"),
    };
    let name = match difference.kind {
        DifferenceKind::Direction => "opposite",
        other => other.name(),
    };
    format!(
        "{name}: {}; {}",
        said("draft", &difference.draft),
        said("existing", &difference.existing)
    )
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

fn tone(verdict: &Verdict) -> Tone {
    if verdict.is_opposite() { Tone::Opposite } else { Tone::Relation(verdict.relation) }
}

fn meaning(verdict: &Verdict) -> &'static str {
    match verdict.relation {
        _ if verdict.is_opposite() => "An existing recommendation asks for the opposite.",
        Relation::Duplicate => "An existing recommendation asks for the same thing.",
        Relation::Overlap => "An existing recommendation asks for a substantial part of this.",
        Relation::Related => "An existing recommendation in the same area asks for something else.",
        Relation::None => "No existing recommendation is similar.",
    }
}

fn citation(row: &Recommendation) -> String {
    let place = row.place();
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    clean(&format!("{}, {}{place}", row.agency, row.id))
}

fn whole(found: &DraftCheck) -> Vec<Block> {
    let answered = found.answered.as_ref();
    let lists = [
        Some(list(TAKES_UP, found.touched.iter().map(theme))),
        Some(list(OMITS, found.missing.iter().map(theme))),
        Some(list(IN_LINE, found.in_line.iter().map(in_line))),
        answered.map(|items| list(ANSWERS, items.iter().map(|item| clean(&item.text)))),
    ];
    vec![Block::Columns(lists.into_iter().flatten().collect())]
}

fn references(found: &DraftCheck, rows: &[Recommendation], about: &About<'_>) -> Vec<Block> {
    let stands = |(at, verdict)| (!about.dismissed.contains(&(at + 1))).then_some(verdict);
    let cited = cite::cited(found.statements.iter().enumerate().filter_map(stands));
    let cited = cite::references(&cited, rows, about.documents, CiteForm::Plain);
    if cited.is_empty() {
        return vec![Block::note("No recommendation asks for the same.")];
    }
    vec![Block::list(ListStyle::Bullets, cited.into_iter().map(Item::line).collect())]
}

fn list((title, none): (&str, &str), entries: impl Iterator<Item = String>) -> Vec<Block> {
    let items: Vec<Item> = entries.map(Item::line).collect();
    let entries =
        if items.is_empty() { Block::note(none) } else { Block::list(ListStyle::Bullets, items) };
    vec![Block::Heading(title.to_owned()), entries]
}

fn theme(theme: &ThemeRef) -> String {
    let names: Vec<&str> = theme.agencies.iter().map(Agency::as_str).collect();
    let agencies = count(names.len(), "agency");
    clean(&format!("{} ({agencies}: {})", theme.label, list_some(&names, AGENCIES)))
}

fn in_line((agency, n): &(Agency, usize)) -> String {
    clean(&format!("{agency} ({})", count(*n, "statement")))
}

/// Like [`clean`], but keeps a space at either end: pieces stand side by side.
fn clean_piece(text: &str) -> String {
    let space = |is: bool| if is { " " } else { "" };
    let before = space(text.starts_with(char::is_whitespace));
    let after = space(text.ends_with(char::is_whitespace));
    match clean(text) {
        none if none.is_empty() => before.to_owned(),
        cleaned => format!("{before}{cleaned}{after}"),
    }
}
