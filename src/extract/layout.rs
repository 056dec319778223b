//! Facts that only the whole document shows: its wrap width, letters of lists and footnote marks.

use std::collections::{BTreeMap, HashSet};

use super::{
    flow::{Flow, is_blank},
    fold::fold,
    furniture::furniture,
    marker,
};
use crate::domain::{Document, Span};
use crate::text::ends_in_unit;
use crate::text::sentences::COLONS;

/// Facts about a document that a single line does not show.
pub(crate) struct Layout {
    /// Length of a full line in characters, if the text is hard-wrapped.
    pub(crate) width: Option<usize>,
    /// Whether each line is page furniture, by line number.
    pub(crate) furniture: Vec<bool>,
    /// Lines that begin with the bare letter of an item, and its count: 2 for "b publish the results".
    pub(crate) letters: BTreeMap<usize, u32>,
    /// Footnote marks glued to a word: line of the mark, footnote number.
    marks: Vec<(usize, u32)>,
    words: HashSet<u64>,
}

impl Layout {
    /// The layout of `document`.
    pub(crate) fn measure(document: &Document) -> Self {
        let furniture = furniture(document);
        Self {
            width: wrap_width(document),
            letters: bare_letters(document, &furniture),
            furniture,
            marks: glued_marks(document),
            words: hyphen_words(document),
        }
    }

    /// Whether footnote mark `number` is glued to a word at most `reach` lines before `line`.
    pub(crate) fn has_mark(&self, number: u32, line: usize, reach: usize) -> bool {
        let from = self.marks.partition_point(|&(at, _)| at + reach < line);
        self.marks[from..].iter().take_while(|(at, _)| *at <= line).any(|&(_, n)| n == number)
    }

    /// Appends a line to running text; rejoins a word cut at the line end, and drops marks and emphasis.
    pub(crate) fn append(&self, flow: &mut Flow, text: &str, span: Span) {
        let slice = &text[span.start..span.end];
        let end = span.start + slice.trim_end_matches(is_blank).len();
        let start = span.end - slice.trim_start_matches(is_blank).len();
        if let Some(words) = spaced_letters(slice) {
            for word in words {
                let letters = word.iter().map(|&(from, to)| (span.start + from, span.start + to));
                for (at, (start, end)) in letters.enumerate() {
                    let letter = Span { start, end };
                    if at == 0 { flow.push(text, letter) } else { flow.push_glued(text, letter) }
                }
            }
            return;
        }
        let pieces = clean_pieces(text, Span { start: start.min(end), end });
        let Some(first) = pieces.first() else { return };
        let glue = self.hyphen(flow.text(), &text[first.start..]);
        match glue {
            Glue::Space => flow.push(text, *first),
            Glue::Keep => flow.push_glued(text, *first),
            Glue::Drop => {
                if !flow.pop('\u{ad}') {
                    flow.pop('-');
                }
                flow.push_glued(text, *first);
            }
        }
        for piece in &pieces[1..] {
            flow.push_glued(text, *piece);
        }
    }

    fn hyphen(&self, before: &str, after: &str) -> Glue {
        if before.ends_with('\u{ad}') {
            return Glue::Drop;
        }
        let Some(stem) = before.strip_suffix('-') else {
            return if is_unspaced(before, after) { Glue::Keep } else { Glue::Space };
        };
        let head = last_word(stem);
        let tail: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
        if head.is_empty() || tail.is_empty() {
            return Glue::Space;
        }
        let joined = format!("{head}{tail}");
        let hyphened = format!("{head}-{tail}");
        let lower = tail.starts_with(char::is_lowercase);
        if self.words.contains(&hash(&hyphened)) || !lower {
            Glue::Keep
        } else if self.words.contains(&hash(&joined)) || head.chars().count() > 1 {
            Glue::Drop
        } else {
            Glue::Keep
        }
    }
}

/// Fewest letters of a line that count as tracked out: "A B C" is a list.
const LEAST_SPACED: usize = 6;

/// The letters of each word of a tracked-out line ("F I N D I N G S   N O W"), as byte ranges; `None` for
/// any other line. Two blanks or more separate its words.
fn spaced_letters(line: &str) -> Option<Vec<Vec<(usize, usize)>>> {
    let mut words: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut blanks = 2;
    let mut letters = 0;
    for (at, c) in line.trim_end_matches(is_blank).char_indices() {
        if is_blank(c) {
            blanks += 1;
            continue;
        }
        if blanks == 0 || !(c.is_alphanumeric() || matches!(c, '&' | '/' | ':' | ',')) {
            return None;
        }
        letters += usize::from(c.is_alphabetic());
        let place = (at, at + c.len_utf8());
        match words.last_mut().filter(|_| blanks == 1) {
            Some(word) => word.push(place),
            None => words.push(vec![place]),
        }
        blanks = 0;
    }
    (letters >= LEAST_SPACED && words.iter().any(|word| word.len() > 2)).then_some(words)
}

/// Whether a line of a script without blanks goes on in the next one.
fn is_unspaced(before: &str, after: &str) -> bool {
    // Han characters, and the signs that are as wide.
    let wide = |c: char| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}');
    before.ends_with(wide) && after.starts_with(wide)
}

enum Glue {
    Space,
    Keep,
    Drop,
}

fn last_word(text: &str) -> &str {
    let start = text
        .rfind(|c: char| !(c.is_alphanumeric() || c == '-'))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    &text[start..]
}

fn hash(word: &str) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    // Fixed keys, so that the same document always reads the same.
    BuildHasherDefault::<DefaultHasher>::default().hash_one(fold(word))
}

/// Hashes of the document's words, hyphenated ones included; empty if no line ends in a hyphen.
fn hyphen_words(document: &Document) -> HashSet<u64> {
    let ends = |text: &str| text.trim_end().ends_with('-');
    let lines = || document.lines().iter().map(|line| document.slice(line.span));
    if !lines().any(ends) {
        return HashSet::new();
    }
    lines()
        .flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '-')))
        .filter(|word| word.len() > 3 && !word.starts_with('-') && !word.ends_with('-'))
        .map(hash)
        .collect()
}

/// The pieces of `span` that remain without superscript footnote marks and emphasis marks.
fn clean_pieces(text: &str, span: Span) -> Vec<Span> {
    let slice = &text[span.start..span.end];
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < slice.len() {
        let skip = dropped(slice, at);
        if skip > 0 {
            pieces.push((start, at));
            at += skip;
            start = at;
        } else {
            at += slice[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    pieces.push((start, slice.len()));
    pieces
        .into_iter()
        .filter(|&(from, to)| {
            !slice[from..to].chars().all(is_blank) || from < to && pieces_matter(slice, from, to)
        })
        .map(|(from, to)| Span { start: span.start + from, end: span.start + to })
        .collect()
}

/// Whether a blank piece matters: between two dropped marks it still separates words.
fn pieces_matter(slice: &str, from: usize, to: usize) -> bool {
    from > 0 && to < slice.len()
}

/// Number of bytes at `at` to drop from the running text.
fn dropped(slice: &str, at: usize) -> usize {
    let rest = &slice[at..];
    let Some(c) = rest.chars().next() else { return 0 };
    match c {
        '*' | '_' => emphasis(slice, at, c),
        '[' => footnote_mark(rest),
        '²' | '³' if ends_in_unit(&slice[..at]) => 0,
        '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '\u{200b}' | '\u{feff}' | '\0' => c.len_utf8(),
        '\\' if rest[1..]
            .starts_with(['*', '_', '[', ']', '(', ')', '#', '.', '-', '$', '&', '>']) =>
        {
            1
        }
        _ => 0,
    }
}

/// Longest name of a footnote of Markdown, in bytes.
const MAX_NOTE_NAME: usize = 40;

/// Length of the mark of a footnote of Markdown (`[^3]`) that `rest` begins with; 0 for any other text.
fn footnote_mark(rest: &str) -> usize {
    let Some(name) = rest.strip_prefix("[^") else { return 0 };
    // Not the whole text is searched for each of many that never end.
    let end =
        name.bytes().take(MAX_NOTE_NAME + 1).position(|byte| matches!(byte, b']' | b' ' | b'['));
    match end {
        Some(end) if end > 0 && name[end..].starts_with(']') => end + "[^]".len(),
        Some(_) | None => 0,
    }
}

/// Length of an emphasis mark at `at`, which opens before a letter or closes after one; 0 for
/// `snake_case` and "5 * 3".
fn emphasis(slice: &str, at: usize, mark: char) -> usize {
    // No more than four are counted: a line of marks alone would take the square of its length.
    let len = slice[at..].chars().take(4).take_while(|&c| c == mark).count();
    let before = slice[..at].chars().next_back();
    let after = slice[at + len..].chars().next();
    let open = before.is_none_or(|c| !c.is_alphanumeric()) && after.is_some_and(|c| !is_blank(c));
    let close = after.is_none_or(|c| !c.is_alphanumeric()) && before.is_some_and(|c| !is_blank(c));
    let inner = mark == '*' && after.is_some_and(char::is_alphanumeric);
    if len <= 3 && (open || close || inner) { len } else { 0 }
}

/// Length of a full line in characters, if most lines that are followed by another break off in
/// mid-sentence.
fn wrap_width(document: &Document) -> Option<usize> {
    let lines: Vec<&str> = document.lines().iter().map(|l| document.slice(l.span)).collect();
    let mut lengths = Vec::new();
    let mut open = 0_usize;
    for pair in lines.windows(2) {
        let (line, next) = (pair[0].trim(), pair[1].trim());
        if line.is_empty() || next.is_empty() || marker::parse(next).is_some() {
            continue;
        }
        lengths.push(line.chars().count());
        open += usize::from(
            !line.ends_with(['.', '!', '?', ':', ';', '|', '。', '！', '？', '：', '；', '؟', '؛']),
        );
    }
    lengths.sort_unstable();
    let width = *lengths.get(lengths.len() * 9 / 10)?;
    // A line of more than 160 characters is a paragraph; lines below 30 are a list of names.
    (open * 2 > lengths.len() && (30..=160).contains(&width)).then_some(width)
}

/// How many lines an item with a bare letter may have.
const LETTERED_LINES: usize = 12;

/// Fewest items with bare letters, in their order, that are a list and no chance.
const LEAST_LETTERED: usize = 2;

/// Lists that count in letters without any sign, as British auditors print them: "Defra should:", "a replace its model;",
/// "b publish it." The count may go on below the next lead-in.
fn bare_letters(document: &Document, furniture: &[bool]) -> BTreeMap<usize, u32> {
    let text = |number: usize| document.line(number).unwrap_or("").trim();
    let is_filled = |number: &usize| !furniture[*number] && !text(*number).is_empty();
    let filled: Vec<usize> = (0..document.lines().len()).filter(is_filled).collect();
    let mut found = BTreeMap::new();
    let mut run: Vec<(usize, u32)> = Vec::new();
    let mut latest = 0;
    let mut close = |run: &mut Vec<(usize, u32)>| {
        let run = std::mem::take(run);
        found.extend(run.iter().filter(|_| run.len() >= LEAST_LETTERED).copied());
    };
    for (at, &number) in filled.iter().enumerate() {
        let mut chars = text(number).chars();
        let (Some(letter @ 'a'..='z'), Some(' ')) = (chars.next(), chars.next()) else { continue };
        let value = u32::from(letter) - u32::from('a') + 1;
        let led = at > 0 && text(filled[at - 1]).ends_with(COLONS);
        let follows = run.last().is_some_and(|(_, last)| last + 1 == value);
        if value == 1 && led {
            close(&mut run);
        } else if !(follows && (led || at - latest <= LETTERED_LINES)) {
            continue;
        }
        run.push((number, value));
        latest = at;
    }
    close(&mut run);
    found
}

/// Numbers glued to a word or its full stop, as conversion leaves footnote marks: "report.4".
fn glued_marks(document: &Document) -> Vec<(usize, u32)> {
    let mut marks = Vec::new();
    for (number, line) in document.lines().iter().enumerate() {
        let text = document.slice(line.span);
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(found) = bytes[at..].iter().position(u8::is_ascii_digit) {
            let start = at + found;
            let len = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
            at = start + len;
            if len <= 3 && is_glued(text, start, at) {
                marks.extend(text[start..at].parse().map(|n| (number, n)));
            }
        }
    }
    marks
}

/// Whether the digits at `start..end` are glued to a word or to its punctuation.
pub(crate) fn is_glued(text: &str, start: usize, end: usize) -> bool {
    let mut before = text[..start].chars().rev();
    let last = before.next();
    let word =
        |c: Option<char>| c.is_some_and(|c| c.is_lowercase() || matches!(c, ')' | '”' | '"' | '’'));
    let cling = match last {
        Some('.' | ',' | ';' | ':' | '?') => word(before.next()),
        other => word(other),
    };
    let after = text[end..].chars().next();
    cling && after.is_none_or(|c| is_blank(c) || matches!(c, '.' | ',' | ';' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    fn plain(text: &str) -> Document {
        Document::plain(DocumentId::try_from("d".to_owned()).unwrap(), "d.txt".into(), text.into())
    }

    fn joined(lines: &str) -> String {
        let document = plain(lines);
        let layout = Layout::measure(&document);
        let mut flow = Flow::default();
        for line in document.lines() {
            layout.append(&mut flow, document.text(), line.span);
        }
        flow.text().to_owned()
    }

    #[test]
    fn words_cut_at_the_line_end_are_mended() {
        assert_eq!(
            joined("The govern-\nment of well-\nbeing. Well-being"),
            "The government of well-being. Well-being"
        );
        assert_eq!(joined("South-\nNorth ties"), "South-North ties");
    }

    #[test]
    fn marks_and_emphasis_are_dropped() {
        assert_eq!(
            joined("A **bold** plan.¹² See *The Journal*,[^3] 2 * 3 [x]"),
            "A bold plan. See The Journal, 2 * 3 [x]"
        );
    }

    #[test]
    fn tracked_out_letters_are_put_together() {
        assert_eq!(joined("R E P O R T   O F   2 0 2 6\n"), "REPORT OF 2026");
        assert_eq!(joined("A B C D\n"), "A B C D");
    }

    #[test]
    fn letters_without_signs_count_below_a_lead_in() {
        let text = "15 Works should:\na in time, replace\na model that is old;\nb publish it.\n16 Ports should:\nc count ships.\n\nI saw:\na ship\n";
        let found = Layout::measure(&plain(text)).letters;
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(1, 1), (3, 2), (5, 3)]);
    }
}
