//! What the first page of a document says about it: its title and the year of its publication.

use std::sync::LazyLock;

use regex::Regex;

use super::{agency::names_body, fold::fold, marker};
use crate::domain::{Document, LineRole};

/// What the first page says; a field is `None` where nothing on it says so plainly.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrontPage {
    /// The title, on one line.
    pub title: Option<String>,
    /// The year of publication: of a date, or one that stands beside "published" or a sign of copyright, or alone.
    pub year: Option<i32>,
}

/// How many filled lines the first page has.
const LINES: usize = 40;

/// Longest title, in bytes.
const MAX_TITLE_BYTES: usize = 160;

/// Fewest words of a title that no markup shows.
const TITLE_WORDS: usize = 3;

/// Longest line of which a year may be all that it is about ("Annual report 2024"), in bytes.
const MAX_YEAR_LINE_BYTES: usize = 30;

/// Reads the first page of `document`.
pub(super) fn front_page(document: &Document) -> FrontPage {
    let filled = document.lines().iter().filter(|line| line.role != LineRole::Furniture);
    let filled = filled.map(|line| (document.slice(line.span).trim(), line.role));
    let lines: Vec<(&str, LineRole)> =
        filled.filter(|(text, _)| !text.is_empty()).take(LINES).collect();
    let first = |of: fn(&str) -> Option<i32>| lines.iter().find_map(|(text, _)| of(text));
    FrontPage { title: title(document, &lines), year: first(dated).or_else(|| first(alone)) }
}

fn title(document: &Document, lines: &[(&str, LineRole)]) -> Option<String> {
    let is_title = |text: &str| {
        text.len() <= MAX_TITLE_BYTES && text.chars().any(char::is_alphabetic) && !is_name(text)
    };
    let heading = lines
        .iter()
        .position(|(text, role)| matches!(role, LineRole::Heading(_)) && is_title(text));
    let headed = heading.map(|at| {
        let below = lines[at + 1..].iter().take_while(|(_, role)| *role == LineRole::Continued);
        let all = std::iter::once(lines[at].0).chain(below.map(|(text, _)| *text));
        all.collect::<Vec<_>>().join(" ")
    });
    let named = || document.title.clone().filter(|title| is_title(title));
    let plain = || {
        let is_plain = |text: &&str| {
            text.split(' ').count() >= TITLE_WORDS
                && is_title(text)
                && !text.ends_with(['.', ':'])
                && marker::parse(text).is_none()
        };
        lines.iter().map(|(text, _)| *text).find(is_plain).map(str::to_owned)
    };
    headed.or_else(named).or_else(plain)
}

/// Whether a line is nothing but the name of a body.
fn is_name(line: &str) -> bool {
    let small = |word: &str| word.starts_with(char::is_lowercase) && word.len() > 3;
    names_body(line) && line.split(' ').count() <= 6 && !line.split(' ').any(small)
}

/// The only year in a folded line; `None` for "2019-2023", the time that a report is about.
fn only_year(folded: &str) -> Option<i32> {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:19[89]|20[0-4])[0-9]\b").expect("a constant, and tested")
    });
    let years: Vec<&str> = YEAR.find_iter(folded).map(|found| found.as_str()).collect();
    let [one] = years[..] else { return None };
    one.parse().ok()
}

/// The year of a date, or beside a word for publication. "The accident on 14 May 2023" tells of something else.
fn dated(line: &str) -> Option<i32> {
    const MONTHS: &str = "january|february|march|april|may|june|july|august|september|october|november|december|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|januar|februar|marz|juni|juli|oktober|dezember|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro";
    static MONTH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(r"\b(?:{MONTHS})\b")).expect("a constant, and tested")
    });
    static ISSUED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"©|\b(?:published|publication|copyright|adopted|publie|publicado|veroffentlicht)\b",
        )
        .expect("a constant, and tested")
    });
    static ON: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:on|from|am|vom|le|du|el|del) [0-9]").expect("a constant, and tested")
    });
    let folded = fold(line);
    let issued = ISSUED.is_match(&folded);
    let is_date = MONTH.is_match(&folded) && !ON.is_match(&folded);
    (line.len() <= MAX_TITLE_BYTES && (issued || is_date)).then(|| only_year(&folded)).flatten()
}

/// The year that a short line is about ("Annual report 2024"), unless it is a time to come ("by 2040").
fn alone(line: &str) -> Option<i32> {
    static TO_COME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:by|until|to|towards|since|in|bis|seit|d'ici|a|para|hasta|desde|depuis) (?:20|19)")
            .expect("a constant, and tested")
    });
    let folded = fold(line);
    let short = line.len() <= MAX_YEAR_LINE_BYTES && !TO_COME.is_match(&folded);
    short.then(|| only_year(&folded)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    fn of(text: &str) -> (Option<String>, Option<i32>) {
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let page = front_page(&Document::plain(id, "d".into(), text.into()));
        (page.title, page.year)
    }

    #[test]
    fn the_first_page_gives_title_and_year() {
        let cases = [
            (
                "Harbour Commission\n\nShips in winter 2019-2023\n\nMarch 2024\n",
                Some("Ships in winter 2019-2023"),
                Some(2024),
            ),
            (
                "Les ports en hiver\nPublié le 3 février 2022\n",
                Some("Les ports en hiver"),
                Some(2022),
            ),
            (
                "Annual report 2023\n\nThe fund was founded in 1998 by law.\n",
                Some("Annual report 2023"),
                Some(2023),
            ),
            (
                "Collision of two ships\nnear Wirra on 14 May 2019\nFinal, 20 March 2021\n",
                Some("Collision of two ships"),
                Some(2021),
            ),
            ("The law of 1994, in force since 1996, says so.\n", None, None),
        ];
        for (text, title, year) in cases {
            assert_eq!(of(text), (title.map(str::to_owned), year), "{text}");
        }
    }
}
