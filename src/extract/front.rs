//! What the first page of a document says about it: its title and the year of its publication.

use std::sync::LazyLock;

use regex::Regex;

use super::fold::fold;
use super::title::{self, Printed};
use crate::domain::{Document, Line, LineRole};

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

/// Longest line with a date that may be that of the document, in bytes.
const MAX_DATED_BYTES: usize = 160;

/// Longest line of which a year may be all that it is about ("Annual report 2024"), in bytes.
const MAX_YEAR_LINE_BYTES: usize = 30;

/// Reads the first page of `document`.
pub(super) fn front_page(document: &Document) -> FrontPage {
    let printed = |line: &Line| {
        let text = document.slice(line.span).trim();
        Printed { text, role: line.role, is_bold: !text.is_empty() && line.bold >= text.len() }
    };
    let filled = document.lines().iter().map(printed).filter(|line| {
        !line.text.is_empty() && !matches!(line.role, LineRole::Furniture | LineRole::Note)
    });
    let lines: Vec<Printed<'_>> = filled.take(LINES).collect();
    let title = title::title(&lines, document.title.as_deref());
    FrontPage { year: year(document, &lines, title.as_deref()), title }
}

/// The year of publication: as the format states it; of a date on the cover, or on the whole first page; as a short
/// line of the cover or the title has it; in the name of the file.
fn year(document: &Document, lines: &[Printed<'_>], title: Option<&str>) -> Option<i32> {
    let first = |lines: &[Printed<'_>], of: fn(&str) -> Option<i32>| {
        lines.iter().find_map(|line| of(line.text))
    };
    // The report of an accident has its date in the title.
    let is_title = |line: &&Printed<'_>| title.is_some_and(|title| title.contains(line.text));
    let cover: Vec<Printed<'_>> =
        title::cover(lines).iter().filter(|line| !is_title(line)).copied().collect();
    let cover = cover.as_slice();
    let prose = || lines.iter().filter(|line| line.role != LineRole::Row);
    let name = document.path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    (document.year)
        .or_else(|| first(cover, dated))
        .or_else(|| issued_in_two(cover))
        .or_else(|| first(cover, alone))
        .or_else(|| title.and_then(ends_in_year))
        .or_else(|| only_year(&name))
        .or_else(|| cover.iter().filter_map(|line| latest(line.text)).max())
        .or_else(|| prose().find_map(|line| dated(line.text)))
}

/// The last of several years with a month in a line: "Mission of 18 September 2023. Final report, January 2024".
fn latest(line: &str) -> Option<i32> {
    let parts = line.split(['·', '.', ';', '|', '•']).filter_map(dated);
    parts.max()
}

/// The year of a date behind "adopted" and the like at the end of the line before.
fn issued_in_two(lines: &[Printed<'_>]) -> Option<i32> {
    let both = |two: &[Printed<'_>]| {
        let [first, second] = [two[0].text, two[1].text];
        is_issued(&fold(first)).then(|| dated(&format!("published {second}"))).flatten()
    };
    lines.windows(2).find_map(both)
}

/// The year that a title ends in: "Economic survey 2026".
fn ends_in_year(title: &str) -> Option<i32> {
    let (rest, last) = title.trim_end_matches(')').rsplit_once([' ', '('])?;
    let word = rest.rsplit(' ').next()?;
    // "by 2040" is a time to come.
    alone(&format!("{word} {last}")).filter(|_| only_year(rest).is_none())
}

/// The only year in a folded line; `None` for "2019-2023", the time that a report is about.
fn only_year(folded: &str) -> Option<i32> {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:19[89]|20[0-4])[0-9]\b").expect("a constant, and tested")
    });
    let mut years: Vec<&str> = YEAR.find_iter(folded).map(|found| found.as_str()).collect();
    years.dedup();
    let [one] = years[..] else { return None };
    one.parse().ok()
}

/// The year of a date, or beside a word for publication. "The accident on 14 May 2023" tells of something else.
fn dated(line: &str) -> Option<i32> {
    const MONTHS: &str = "january|february|march|april|may|june|july|august|september|october|november|december|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|januar|februar|marz|juni|juli|oktober|dezember|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro";
    static MONTH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(r"\b(?:{MONTHS})\b")).expect("a constant, and tested")
    });
    static ON: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:on|from|am|vom|le|du|el|del) [0-9]").expect("a constant, and tested")
    });
    let folded = fold(line);
    let folded = without_laws(&folded);
    let issued = is_issued(&folded);
    let is_date = MONTH.is_match(&folded) && !ON.is_match(&folded);
    (line.len() <= MAX_DATED_BYTES && (issued || is_date)).then(|| only_year(&folded)).flatten()
}

/// Whether a folded line says that something was published, or handed over.
fn is_issued(folded: &str) -> bool {
    static ISSUED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"©|\b(?:published|publication|copyright|adopted|approved|presented|tabled|laid|printed|released|issued|submitted|transmitted|signed|publiee?|adoptee?|delibere|presentee?|publicado|aprobado|presentado|veroffentlicht|beschlossen|vorgelegt|aprovado|apresentado)\b",
        )
        .expect("a constant, and tested")
    });
    ISSUED.is_match(folded)
}

/// A folded line without the years of laws: "under the Audit Act 2009".
fn without_laws(folded: &str) -> String {
    static LAW: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:act|law|code|order|regulations|loi|ley|decreto|gesetz|lei),? (?:of |de |du |vom )?(?:19|20)[0-9]{2}\b")
            .expect("a constant, and tested")
    });
    LAW.replace_all(folded, " ").into_owned()
}

/// The year that a short line is about ("Annual report 2024"), unless it is a time to come ("by 2040").
fn alone(line: &str) -> Option<i32> {
    static TO_COME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:by|until|to|towards|since|in|bis|seit|d'ici|a|para|hasta|desde|depuis|exercices?|ejercicios?) (?:20|19)")
            .expect("a constant, and tested")
    });
    let folded = fold(line);
    let is_short = line.len() <= MAX_YEAR_LINE_BYTES;
    // "Fourth session – 2025"
    let ends_in_it = folded.rsplit_once([',', '-']).is_some_and(|(_, year)| year.trim().len() == 4);
    let is_cover = is_short || ends_in_it && line.len() <= MAX_DATED_BYTES;
    (is_cover && !TO_COME.is_match(&folded)).then(|| only_year(&folded)).flatten()
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
                Some("Collision of two ships near Wirra on 14 May 2019"),
                Some(2021),
            ),
            ("The law of 1994, in force since 1996, says so.\n", None, None),
            (
                "NATIONAL ASSEMBLY\nFOURTEENTH PARLIAMENT, FOURTH SESSION – 2025\nREPORT ON THE HARBOURS\n1. Preface\n\
                 The storm of June 2024 broke the quay.\n",
                Some("REPORT ON THE HARBOURS"),
                Some(2025),
            ),
            (
                "Upkeep of bridges\nTabled under section 62 of the Audit Act 2009\nJune 2023\n",
                Some("Upkeep of bridges"),
                Some(2023),
            ),
            (
                "Review of the warning system\nMission of 18 June 2023 · Final report, January 2024\n",
                Some("Review of the warning system"),
                Some(2024),
            ),
            (
                "Visit to Zavrh Prison\nNumber: 9/2023-11 Date: 14 December 2023\nLast visit 1 May 2019\n",
                Some("Visit to Zavrh Prison"),
                Some(2023),
            ),
            (
                "Les ports\nLe document, qui a été délibéré\npar la chambre le 9 avril 2024, est définitif.\n",
                None,
                Some(2024),
            ),
        ];
        for (text, title, year) in cases {
            assert_eq!(of(text), (title.map(str::to_owned), year), "{text}");
        }
    }

    #[test]
    fn the_name_of_the_file_and_its_metadata_have_years() {
        let page = |path: &str, year: Option<i32>| {
            let id = DocumentId::try_from("d".to_owned()).unwrap();
            let mut document = Document::plain(id, path.into(), "Harbours in winter\n".into());
            document.year = year;
            front_page(&document).year
        };
        assert_eq!(page("docs/harbours-2021.txt", None), Some(2021));
        assert_eq!(page("2018/2019-2021.txt", None), None, "a time, not a year");
        assert_eq!(page("docs/harbours-2021.txt", Some(2022)), Some(2022));
    }
}
