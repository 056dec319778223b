//! The title of a document, from its first lines and its metadata.
//!
//! No single sign is enough. The first heading is often "Summary", a file's own title that of a template, and a cover
//! shows body, session, symbol and date before the title. So what may be a title is weighed by how it is printed and
//! by what it says.

mod signs;

use self::signs::{
    has_date, has_label, is_address, is_byline, is_kind, is_name, is_salutation, is_section,
    is_session, is_symbol, says_on_what, subject,
};
use super::agency::names_body;
use super::fold::{fold, key};
use super::marker;
use crate::domain::LineRole;

/// Longest title, in bytes.
const MAX_BYTES: usize = 220;

/// Lines that one title may be broken into.
const MAX_LINES: usize = 3;

/// Words of a title that is neither too short nor a sentence.
const USUAL_WORDS: std::ops::RangeInclusive<usize> = 2..=20;

/// Lines at the top among which a title stands that nothing sets apart.
const TOP: usize = 10;

/// What each line above a candidate takes from its score.
const LATER: f64 = 0.05;

/// Share of the words of a title in the metadata that the first page must have.
const ON_PAGE: f64 = 0.7;

/// What the parts of a page's title stand between, the name of the site last.
const PARTS: [&str; 5] = [" | ", " – ", " — ", " - ", " :: "];

/// A line of the first page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Printed<'a> {
    pub(super) text: &'a str,
    pub(super) role: LineRole,
    /// Whether the whole line is printed in bold.
    pub(super) is_bold: bool,
}

impl Printed<'_> {
    fn level(&self) -> Option<u8> {
        if let LineRole::Heading(level) = self.role { Some(level) } else { None }
    }
}

/// The first lines of a document up to where its body opens, which is its first section.
pub(super) fn cover<'a, 'b>(lines: &'b [Printed<'a>]) -> &'b [Printed<'a>] {
    &lines[..lines.iter().position(opens_body).unwrap_or(lines.len())]
}

/// The title of a document of which the first page has these `lines`, and the metadata the title `meta`.
pub(super) fn title(lines: &[Printed<'_>], meta: Option<&str>) -> Option<String> {
    let meta = meta.and_then(of_metadata);
    let candidates = candidates(lines);
    let known = meta.as_deref().map(words);
    let heading = known.and_then(|known| {
        let holds = |found: &&Candidate| {
            found.level.is_some() && words(&found.text).iter().all(|w| known.contains(w))
        };
        candidates.iter().find(holds)
    });
    if let Some(found) = heading {
        return Some(found.text.clone());
    }
    if let Some(meta) = &meta
        && is_on_page(meta, lines)
    {
        return Some(meta.clone());
    }
    // The first of the best.
    let best = candidates.into_iter().rev().max_by(|x, y| x.score.total_cmp(&y.score));
    best.filter(|found| found.score > 0.0).map(|found| found.text).or(meta)
}

/// What may be the title.
struct Candidate {
    text: String,
    level: Option<u8>,
    score: f64,
}

fn candidates(lines: &[Printed<'_>]) -> Vec<Candidate> {
    let body = cover(lines).len();
    // Above the first heading of a web page stands its navigation, which has headings of lower levels.
    let is_above = |at: usize| {
        let highest = lines[body..at].iter().filter_map(Printed::level).min();
        lines[at].level() == Some(1) && highest.is_some_and(|highest| highest > 1)
    };
    let may_be = |at: &usize| *at < body || is_above(*at);
    let mut found = Vec::new();
    let mut next = 0;
    for at in (0..lines.len()).filter(may_be) {
        if at < next {
            continue;
        }
        let (text, n) = joined(&lines[at..lines.len().min(at + MAX_LINES)]);
        next = at + n;
        let follows = lines.get(next).map_or("", |line| line.text);
        let before = at.checked_sub(1).map_or("", |at| lines[at].text);
        let is_apart = lines[at].is_bold || lines[at].level().is_some();
        if at >= TOP && !is_apart && !is_salutation(before) {
            continue;
        }
        if let Some((text, score)) = weighed(&lines[at], &text, before, follows) {
            let level = lines[at].level();
            found.push(Candidate { text, level, score: score - LATER * at as f64 });
        }
    }
    found
}

/// A title of a few words that is broken into lines, and how many of `lines` it takes.
fn joined(lines: &[Printed<'_>]) -> (String, usize) {
    let mut text = lines[0].text.to_owned();
    let mut n = 1;
    for line in &lines[1..] {
        let is_small = line.text.starts_with(char::is_lowercase);
        let shouts = |text: &str| !text.chars().any(char::is_lowercase);
        let last = text.rsplit(' ').next().unwrap_or_default();
        let is_open = matches!(
            fold(last).as_str(),
            "and" | "of" | "the" | "in" | "for" | "et" | "de" | "y" | "und"
        );
        let goes_on = match line.role {
            LineRole::Continued => true,
            LineRole::Unmarked if lines[0].role == LineRole::Unmarked => {
                !text.ends_with(['.', ':', ','])
                    && (is_small || is_open && shouts(&text) == shouts(line.text))
            }
            _ => false,
        };
        if !goes_on {
            break;
        }
        text.push(' ');
        text.push_str(line.text);
        n += 1;
    }
    (text, n)
}

/// The title that a line has, and how likely it is one; `None` if it is none.
fn weighed(line: &Printed<'_>, text: &str, before: &str, follows: &str) -> Option<(String, f64)> {
    let level = line.level();
    if level.is_none() && !matches!(line.role, LineRole::Unmarked | LineRole::Paragraph) {
        return None;
    }
    let subject = subject(text);
    let text = subject
        .unwrap_or(text)
        .trim_end_matches(['*', '†', '¹', ' '])
        .trim_matches(['*', '_', '#', ' '])
        .trim();
    let n_words = text.split_whitespace().count();
    let long =
        text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() >= 4).count();
    let is_plain = level.is_none() && subject.is_none();
    let starts_small = text.starts_with(char::is_lowercase);
    let no_text = text.ends_with(['.', ':', ';']) || has_label(text) || starts_small;
    let is_none = text.len() > MAX_BYTES
        || is_name(text)
        || is_section(text)
        || long < if is_plain { 2 } else { 1 }
        || is_symbol(text)
        || is_plain && (no_text || is_address(text) && !is_salutation(before))
        || marker::parse(text).is_some_and(|marker| !marker.bullet);
    if is_none {
        return None;
    }
    let mut score = level.map_or(0.0, |level| 6.0 - f64::from(level.min(5)));
    let mut add = |holds: bool, points: f64| score += if holds { points } else { 0.0 };
    add(line.is_bold, 2.5);
    add(subject.is_some(), 4.0);
    add(is_salutation(before), 4.0);
    add(USUAL_WORDS.contains(&n_words), 1.0);
    add(n_words > 28, -2.0);
    add(says_on_what(text), 2.0);
    add(is_byline(text) || is_kind(text), -3.0);
    add(is_byline(follows) && (line.is_bold || level.is_some()), 2.0);
    // An accident has its date in the title, but not at the end of the first line.
    add(level.is_none() && (has_date(line.text) || is_session(text)), -3.0);
    Some((text.to_owned(), score))
}

/// Whether a section begins with this line.
fn opens_body(line: &Printed<'_>) -> bool {
    let is_numbered = || {
        let marker = marker::parse(line.text);
        marker.is_some_and(|marker| !marker.bullet) && !is_symbol(line.text)
    };
    let may_open =
        matches!(line.role, LineRole::Heading(_) | LineRole::Unmarked | LineRole::Paragraph);
    may_open && (is_section(line.text) || is_numbered())
}

/// The title in the metadata without the name of the site; `None` if it is that of a file or a template.
fn of_metadata(title: &str) -> Option<String> {
    let mut title = title.trim();
    for dash in PARTS {
        while let Some((before, behind)) = title.rsplit_once(dash) {
            let is_site = names_body(behind) && behind.split(' ').count() <= 6;
            if !is_site && dash != " | " {
                break;
            }
            title = before.trim();
        }
    }
    let is_title = title.contains(' ')
        && title.len() <= MAX_BYTES
        && !is_file_name(title)
        && !is_name(title)
        && !is_section(title);
    is_title.then(|| title.to_owned())
}

/// Whether a title is the name that a program gave the file: `Microsoft Word - final_v3.docx`.
fn is_file_name(title: &str) -> bool {
    let ends_in_format = title.rsplit_once('.').is_some_and(|(name, end)| {
        (2..=5).contains(&end.len())
            && end.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            && !name.ends_with(char::is_whitespace)
    });
    title.contains('_') || title.starts_with("Microsoft ") || ends_in_format
}

/// Whether most words of a title stand in one of the `lines`, or in two that follow each other.
fn is_on_page(title: &str, lines: &[Printed<'_>]) -> bool {
    let wanted = words(title);
    let has = |text: &str| {
        let there = words(text);
        let found = wanted.iter().filter(|word| there.contains(word)).count();
        found as f64 >= ON_PAGE * wanted.len() as f64
    };
    lines.windows(2).any(|two| has(&format!("{} {}", two[0].text, two[1].text)))
        || lines.first().is_some_and(|line| has(line.text))
}

fn words(text: &str) -> Vec<String> {
    key(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use LineRole::{Heading, Paragraph, Unmarked};

    fn of(lines: &[(LineRole, &str)], meta: Option<&str>) -> Option<String> {
        let printed = |&(role, text): &(LineRole, &'static str)| Printed {
            text: text.trim_start_matches("**"),
            role,
            is_bold: text.starts_with("**"),
        };
        let lines: Vec<Printed<'_>> =
            lines.iter().map(|line| Printed { ..printed(&(line.0, leak(line.1))) }).collect();
        title(&lines, meta)
    }

    fn leak(text: &str) -> &'static str {
        Box::leak(text.to_owned().into_boxed_str())
    }

    #[test]
    fn the_first_section_is_no_title() {
        let lines = [
            (Paragraph, "Harbour Inspectorate"),
            (Paragraph, "**Ice in small ports: what it costs and who pays"),
            (Paragraph, "Report prepared by two members of the Inspectorate"),
            (Heading(1), "Summary"),
            (Heading(1), "Main conclusions of this work"),
        ];
        assert_eq!(
            of(&lines, None).as_deref(),
            Some("Ice in small ports: what it costs and who pays")
        );
    }

    #[test]
    fn a_cover_of_the_un_has_its_title_before_the_byline() {
        let lines = [
            (LineRole::Row, "United Nations | A/HRC/99/7"),
            (Paragraph, "**Human Rights Council"),
            (Paragraph, "Ninety-first session 3 March–4 April 2031 Agenda item 3"),
            (
                Paragraph,
                "**Promotion and protection of all human rights, including the right to development",
            ),
            (Paragraph, "**Ice roads and the rights of those who drive them"),
            (Paragraph, "**Report of the Special Rapporteur on the right to move"),
            (Paragraph, "**I. Introduction"),
        ];
        assert_eq!(
            of(&lines, None).as_deref(),
            Some("Ice roads and the rights of those who drive them")
        );
    }

    #[test]
    fn a_page_has_its_navigation_first() {
        let lines = [
            (Heading(2), "Language selection"),
            (Heading(3), "In this report"),
            (Heading(1), "Ferries in winter"),
            (Heading(2), "Foreword"),
        ];
        assert_eq!(of(&lines, None).as_deref(), Some("Ferries in winter"));
        assert_eq!(
            of(&lines, Some("Ferries in winter | Office of Audit")).as_deref(),
            Some("Ferries in winter")
        );
    }

    #[test]
    fn the_file_has_a_title_of_its_own_unless_it_is_a_file_name() {
        let lines = [
            (Paragraph, "A warm classroom"),
            (Paragraph, "Grants in 2021 and 2022"),
            (Heading(1), "Summary"),
        ];
        assert_eq!(of(&lines, Some("A warm classroom")).as_deref(), Some("A warm classroom"));
        assert_eq!(
            of(&lines, Some("Microsoft Word - final_v3.docx")).as_deref(),
            Some("A warm classroom")
        );
        assert_eq!(of(&lines, Some("Template of the year")).as_deref(), Some("A warm classroom"));
    }

    #[test]
    fn letters_say_what_they_are_about() {
        let lines = [
            (Unmarked, "Commission for Welfare"),
            (Unmarked, "Thistle House, 91 High Street, Port EH1 2AB"),
            (Unmarked, "Our ref: W/318"),
            (Unmarked, "Dear Chief Executive"),
            (Unmarked, "Unannounced visit to Ward 4 on 22 October 2025"),
            (Unmarked, "We visited the ward and spoke to staff."),
        ];
        assert_eq!(
            of(&lines, None).as_deref(),
            Some("Unannounced visit to Ward 4 on 22 October 2025")
        );
        let lines = [
            (Paragraph, "**Memorandum"),
            (Paragraph, "To: Comptroller, Harbour Service"),
            (Paragraph, "Subject: Final report – The Service needs better ice breakers"),
        ];
        assert_eq!(
            of(&lines, None).as_deref(),
            Some("Final report – The Service needs better ice breakers")
        );
    }

    #[test]
    fn lines_of_a_title_are_one() {
        let lines = [
            (Unmarked, "NATIONAL ASSEMBLY"),
            (Unmarked, "REPORT ON THE INQUIRY INTO POWER CUTS AND"),
            (Unmarked, "THE STATE OF THE NETWORK"),
            (Heading(1), "TABLE OF CONTENTS"),
        ];
        let title = "REPORT ON THE INQUIRY INTO POWER CUTS AND THE STATE OF THE NETWORK";
        assert_eq!(of(&lines, None).as_deref(), Some(title));
        let lines = [
            (Unmarked, "Report on the capsize"),
            (Unmarked, "of the workboat Seren"),
            (Unmarked, "JUNE 2024"),
        ];
        assert_eq!(
            of(&lines, None).as_deref(),
            Some("Report on the capsize of the workboat Seren")
        );
    }
}
