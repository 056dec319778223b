//! PDF with a text layer: lines by position, with pages; headers, footers and footnotes by size and
//! place; tables; the fields of forms.

mod follow;
mod forms;
mod page;
mod repair;
mod tables;

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

use pdf_extract::{Document as File, Object, ObjectId, dictionary, output_doc_page};

use self::follow::Followed;
use self::page::{Direction, Line, Page};
use super::{Error, Format, lines::LineCollector};
use crate::domain::{Document, DocumentId, LineRole, Problem};

/// Most pages of a PDF. No report has more, but a broken page tree can claim any number.
const MAX_PAGES: usize = 20_000;

/// Thresholds for reading the place and the size of letters.
///
/// Shares are of a letter's size in points. The values were set by hand on the development documents.
/// `.ci/eval-extraction` ("a committee's PDF") fails when a change costs recall or precision.
mod geometry {
    /// Two letters are on one line if their base lines differ by less than this share.
    pub(super) const SAME_LINE: f64 = 0.5;
    /// A letter that starts further back than this share begins a new line, such as in a second column.
    pub(super) const STEP_BACK: f64 = 2.0;
    /// A gap wider than this share separates two words ...
    pub(super) const WORD_GAP: f64 = 0.25;
    /// ... or wider than this share if the file starts a new string of letters there.
    pub(super) const GAP_OF_NEW_STRING: f64 = 0.1;
    /// A raised digit smaller than the first share is a footnote mark, if it is raised by less than the
    /// second.
    pub(super) const MARK_SIZE: f64 = 0.8;
    pub(super) const MARK_RISE: f64 = 0.7;
    /// A line further below the previous one than this share begins a paragraph. Normal leading is 1.2.
    pub(super) const PARAGRAPH_STEP: f64 = 1.6;
    /// Points by which lines of one size may differ, since scaled fonts are rounded.
    pub(super) const SAME_SIZE: f64 = 0.6;
    /// A heading is larger than the body by this factor: one point on a body of 7. Half a point more is
    /// emphasis.
    pub(super) const HEADING: f64 = 1.14;
    /// Longest heading in bytes; longer large text is a pull quote.
    pub(super) const MAX_HEADING_BYTES: usize = 120;
    /// A footnote is smaller than the body by this factor and stands in the lower half of its page.
    pub(super) const NOTE: f64 = 0.88;
    pub(super) const LOWER_HALF: f64 = 0.5;
    /// How many of the outermost lines of a page may be its header or footer.
    pub(super) const FRAME_LINES: usize = 2;
    /// Points within which two lines are at the same height.
    pub(super) const SAME_HEIGHT: f64 = 1.0;
    /// Fewest pages that must carry a line for it to be a header or footer.
    pub(super) const FRAME_PAGES: usize = 3;
    /// Text that leans more than this share from level or upright is a watermark or a stamp.
    pub(super) const SLANT: f64 = 0.18;
    /// Fewest letters of a tracked-out line, and how much wider a gap between its words is than the usual
    /// one between its letters.
    pub(super) const LEAST_SPACED: usize = 6;
    pub(super) const WORD_OF_SPACED: f64 = 1.8;
    /// A gap wider than this share may separate two columns. Justified text has no gap that wide.
    pub(super) const COLUMN_GAP: f64 = 0.9;
    /// Points by which text may start beside the edge of its column.
    pub(super) const COLUMN_SLACK: f64 = 3.0;
    /// A gap higher than this many letters ends a table without rules.
    pub(super) const TABLE_GAP: f64 = 4.0;
    /// A row of a table without rules and numbers begins further down than this share.
    pub(super) const ROW_STEP: f64 = 1.45;
    /// A level rule that spans at least this share of a table separates its rows.
    pub(super) const RULED_SHARE: f64 = 0.6;
    /// Widest rule, in points; what is wider is a box.
    pub(super) const RULE_WIDTH: f64 = 2.5;
    /// Most rules of a page that are looked at; a drawing has more.
    pub(super) const MAX_RULES: usize = 20_000;
    /// Size of the text of a form on a page without any other, in points.
    pub(super) const FIELD_SIZE: f64 = 10.0;
    /// Sizes are compared in half points, since fonts are set in half points.
    pub(super) const SIZES_PER_POINT: f64 = 2.0;
}

/// The document in the bytes of a PDF. Pages that could not be read whole are listed as problems.
pub(super) fn read(id: DocumentId, path: &str, bytes: &[u8]) -> Result<Document, Error> {
    let damaged = |what: String| match what.as_str() {
        LOCKED => Error::Locked { format: Format::Pdf },
        _ => Error::Damaged { format: Format::Pdf, what },
    };
    let (pages, failed) = guarded(|| lines_of(bytes)).map_err(damaged)?;
    let silent: Vec<u32> = pages.iter().filter(|p| p.lines.is_empty()).map(|p| p.number).collect();
    if silent.len() == pages.len() {
        // A page that cannot be read is no scan.
        return Err(match failed.first() {
            Some((page, why)) => damaged(format!("page {page} cannot be read: {why}")),
            None => Error::Scanned { pages: ranges(&silent) },
        });
    }
    let mut lines = LineCollector::default();
    arrange(&pages, &mut lines)?;
    let mut document = lines.document(id, path.to_owned(), None)?;
    let mut note = |message: String| {
        document.problems.push(Problem { path: path.to_owned(), line: None, message });
    };
    if !silent.is_empty() {
        note(format!(
            "no text on pages {}: scans or pictures; read them by eye or with OCR",
            ranges(&silent)
        ));
    }
    let unread: Vec<u32> = pages.iter().filter(|p| p.unread > 0).map(|p| p.number).collect();
    if !unread.is_empty() {
        note(format!(
            "letters without a character on pages {}: words may lack some; compare with the page",
            ranges(&unread)
        ));
    }
    if pages.len() <= 2 && forms::is_placeholder(&pages[0].lines) {
        note(
            "a form of Adobe LiveCycle, whose text is not in the PDF; open it in Adobe Reader and print \
             it to a new PDF"
                .to_owned(),
        );
    }
    for (page, what) in failed {
        note(format!("page {page} could not be read whole: {what}"));
    }
    Ok(document)
}

/// Runs `run` and turns a panic into an error: the PDF library panics on some damaged files.
fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err("its structure cannot be followed".to_owned()))
}

/// Page numbers as "1-3, 7".
fn ranges(pages: &[u32]) -> String {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for &page in pages {
        match out.last_mut() {
            Some(last) if last.1 + 1 == page => last.1 = page,
            Some(_) | None => out.push((page, page)),
        }
    }
    let shown = out.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}-{b}") });
    shown.collect::<Vec<_>>().join(", ")
}

/// What [`lines_of`] says of a file that only a password opens.
const LOCKED: &str = "locked";

type Read = (Vec<Page>, Vec<(u32, String)>);

fn lines_of(bytes: &[u8]) -> Result<Read, String> {
    let mut file = File::load_mem(bytes).map_err(|e| e.to_string())?;
    if file.is_encrypted() && file.decrypt("").is_err() {
        return Err(LOCKED.to_owned());
    }
    let ids: BTreeMap<u32, ObjectId> = file.get_pages();
    if ids.is_empty() || ids.len() > MAX_PAGES {
        return Err(format!("it has {} pages", ids.len()));
    }
    repair::repair(&mut file);
    let mut followed = Followed::new(&file);
    let endless: BTreeMap<u32, String> =
        ids.iter().filter_map(|(&number, &id)| Some((number, followed.page(id).err()?))).collect();
    let mut pages = Vec::new();
    let mut failed = Vec::new();
    for (number, id) in ids {
        let mut page = Page::new(number);
        let done = match endless.get(&number) {
            Some(why) => Err(why.clone()),
            None => guarded(|| {
                show_only(&mut file, id)?;
                output_doc_page(&file, &mut page, 1).map_err(|e| e.to_string())
            }),
        };
        page.close();
        page.insert(forms::fields(&file, id, page.top()));
        failed.extend(done.err().map(|what| (number, what)));
        pages.push(page);
    }
    Ok((pages, failed))
}

/// Makes `page` the only one of the file. The library lists all pages each time that it is asked for one, which
/// takes the square of their number.
fn show_only(file: &mut File, page: ObjectId) -> Result<(), String> {
    let only = dictionary! { "Type" => "Pages", "Kids" => vec![Object::from(page)], "Count" => 1 };
    let only = file.add_object(only);
    file.catalog_mut().map_err(|error| error.to_string())?.set("Pages", only);
    Ok(())
}

/// Adds the lines of all pages to `lines`, each with the role that its place and size give it.
fn arrange(pages: &[Page], lines: &mut LineCollector) -> Result<(), Error> {
    let body = body_size(pages);
    let heads = heading_sizes(pages, body);
    let frame = frame_lines(pages, body);
    let mut before: Option<(&Line, LineRole)> = None;
    let mut columns = None;
    for page in pages {
        let furniture: Vec<bool> = (page.lines.iter())
            .map(|line| {
                let repeated = frame.contains(&frame_key(line, body)) && is_frame(page, line);
                repeated || line.direction == Direction::Slanted
            })
            .collect();
        let mut tables = tables::find(page, &furniture, body, &mut columns);
        let mut turned = true;
        for (at, line) in page.lines.iter().enumerate() {
            if let Some(table) = tables.iter_mut().find(|table| table.lines.contains(&at)) {
                for row in std::mem::take(&mut table.rows) {
                    lines.push(&row.join(" | "), Some(page.number), LineRole::Row)?;
                    before = None;
                }
                continue;
            }
            let role =
                if furniture[at] { LineRole::Furniture } else { role_of(page, line, body, &heads) };
            if role == LineRole::Furniture {
                lines.push(&line.text, Some(page.number), role)?;
                continue;
            }
            let apart = before.is_none_or(|(last, _)| is_apart(last, line, turned));
            if apart {
                lines.gap();
            }
            let goes_on =
                before.is_some_and(|(last, was)| !apart && was == role && same_size(last, line));
            let heading = matches!(role, LineRole::Heading(_));
            let shown = if heading && goes_on { LineRole::Continued } else { role };
            lines.push(&line.text, Some(page.number), shown)?;
            before = Some((line, role));
            turned = false;
        }
    }
    Ok(())
}

/// Whether a line is separate from the one before it.
fn is_apart(last: &Line, line: &Line, turned: bool) -> bool {
    let step = line.y - last.y;
    if last.direction != line.direction {
        return true;
    }
    if turned || step < 0.0 {
        // On a new page or column, only the end of a sentence separates them.
        return last.text.trim_end().ends_with(['.', '!', '?', ':', ';', ')']);
    }
    step > last.size.max(line.size) * geometry::PARAGRAPH_STEP || !same_size(last, line)
}

fn same_size(a: &Line, b: &Line) -> bool {
    (a.size - b.size).abs() < geometry::SAME_SIZE
}

/// The most common letter size, in points.
fn body_size(pages: &[Page]) -> f64 {
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for line in pages.iter().flat_map(|p| &p.lines) {
        *counts.entry(line.half_points()).or_default() += line.text.len();
    }
    counts
        .iter()
        .max_by_key(|(_, n)| **n)
        .map_or(0.0, |(size, _)| *size as f64 / geometry::SIZES_PER_POINT)
}

/// Sizes of headings in half points, largest first.
fn heading_sizes(pages: &[Page], body: f64) -> Vec<i64> {
    let large = |line: &&Line| line.size > body * geometry::HEADING && line.may_be_heading();
    let mut sizes: Vec<i64> =
        pages.iter().flat_map(|p| &p.lines).filter(large).map(Line::half_points).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes.dedup();
    sizes
}

fn role_of(page: &Page, line: &Line, body: f64, heads: &[i64]) -> LineRole {
    let size = line.half_points();
    let letters = line.text.chars().any(char::is_alphabetic);
    if let Some(rank) =
        heads.iter().position(|&s| s == size).filter(|_| letters && line.may_be_heading())
    {
        return LineRole::Heading(rank.min(5) as u8 + 1);
    }
    if line.size < body * geometry::NOTE && line.y > page.height * geometry::LOWER_HALF {
        return LineRole::Note;
    }
    LineRole::Unmarked
}

/// What the headers or footers of several pages have in common: all but the page number. In a large line
/// a number counts: "Appendix 1" and "Appendix 2" are titles.
fn frame_key(line: &Line, body: f64) -> String {
    let large = line.size > body * geometry::HEADING;
    let counts = |c: &char| if large { c.is_alphanumeric() } else { c.is_alphabetic() };
    line.text.chars().filter(counts).collect()
}

/// Whether a line is one of the outermost of its page.
fn is_frame(page: &Page, line: &Line) -> bool {
    let above = page.lines.iter().filter(|l| l.y < line.y - geometry::SAME_HEIGHT).count();
    let below = page.lines.iter().filter(|l| l.y > line.y + geometry::SAME_HEIGHT).count();
    above < geometry::FRAME_LINES || below < geometry::FRAME_LINES
}

/// Texts at the edge of at least three pages, and those that two pages carry in the same place, apart from what
/// they say.
fn frame_lines(pages: &[Page], body: f64) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, (usize, Vec<f64>)> = BTreeMap::new();
    for page in pages {
        for line in page.lines.iter().filter(|line| is_frame(page, line)) {
            let (count, apart) = counts.entry(frame_key(line, body)).or_default();
            *count += 1;
            if line.size <= body * geometry::HEADING && stands_apart(page, line, body) {
                apart.push(line.y);
            }
        }
    }
    let same_place = |places: &[f64]| {
        let near = |a: &f64, b: &f64| (a - b).abs() <= geometry::SAME_HEIGHT;
        places.iter().enumerate().any(|(at, a)| places[..at].iter().any(|b| near(a, b)))
    };
    let is_frame = |(key, (count, apart)): &(String, (usize, Vec<f64>))| {
        !key.is_empty() && (*count >= geometry::FRAME_PAGES || same_place(apart))
    };
    counts.into_iter().filter(is_frame).map(|(key, _)| key).collect()
}

/// Whether a line is set apart from the text of its page: by its size, or by a gap to the next line and the one
/// before.
fn stands_apart(page: &Page, line: &Line, body: f64) -> bool {
    let other_size = (line.size - body).abs() >= geometry::SAME_SIZE;
    let near = |other: &Line| {
        let step = (other.y - line.y).abs();
        step > geometry::SAME_HEIGHT && step <= body * geometry::PARAGRAPH_STEP
    };
    other_size || !page.lines.iter().any(near)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn id() -> DocumentId {
        DocumentId::try_from("d".to_owned()).unwrap()
    }

    /// A PDF whose pages hold the given content streams, in Helvetica.
    fn pdf(pages: &[&str]) -> Vec<u8> {
        let kids: Vec<String> = (0..pages.len()).map(|n| format!("{} 0 R", 4 + 2 * n)).collect();
        let mut objects = vec![
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            format!("<</Type/Pages/Count {}/Kids[{}]>>", pages.len(), kids.join(" ")),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
        ];
        for (n, content) in pages.iter().enumerate() {
            objects.push(format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents {} 0 R>>",
                5 + 2 * n
            ));
            objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()));
        }
        let mut out = "%PDF-1.4\n".to_owned();
        let mut places = Vec::new();
        for (n, object) in objects.iter().enumerate() {
            places.push(out.len());
            write!(out, "{} 0 obj\n{object}\nendobj\n", n + 1).unwrap();
        }
        let start = out.len();
        write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
        for place in places {
            writeln!(out, "{place:010} 00000 n ").unwrap();
        }
        write!(
            out,
            "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .unwrap();
        out.into_bytes()
    }

    #[test]
    fn lines_and_pages_are_kept() {
        let one = "BT /F 20 Tf 50 700 Td (Asks) Tj ET BT /F 10 Tf 50 660 Td (Roads should be) Tj 0 -12 Td (cleared of snow.) Tj ET";
        let two = "BT /F 10 Tf 50 700 Td (Salt should be bought.) Tj ET";
        let document = read(id(), "d.pdf", &pdf(&[one, two])).unwrap();
        let lines: Vec<_> = document
            .lines()
            .iter()
            .map(|l| (document.slice(l.span), l.page, l.role))
            .filter(|l| !l.0.is_empty())
            .collect();
        let expected = [
            ("Asks", Some(1), LineRole::Heading(1)),
            ("Roads should be", Some(1), LineRole::Unmarked),
            ("cleared of snow.", Some(1), LineRole::Unmarked),
            ("Salt should be bought.", Some(2), LineRole::Unmarked),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_two_pages_carry_in_one_place_is_their_head() {
        let page = |head: &str, text: &str| {
            format!(
                "BT /F 10 Tf 50 760 Td ({head}) Tj ET BT /F 10 Tf 50 700 Td ({text}) Tj 0 -12 Td (Ships sail.) Tj 0 -12 Td (And wait.) Tj 0 -12 Td (In vain.) Tj ET"
            )
        };
        let pages = [page("Harbour report", "Many ships"), page("Harbour report", "In winter,")];
        let document = read(id(), "d.pdf", &pdf(&[&pages[0], &pages[1]])).unwrap();
        let roles = |text: &str| -> Vec<LineRole> {
            let of = |l: &&crate::domain::Line| document.slice(l.span) == text;
            document.lines().iter().filter(of).map(|l| l.role).collect()
        };
        assert_eq!(roles("Harbour report"), [LineRole::Furniture; 2]);
        // A line of the text may well stand in the same place twice.
        assert_eq!(roles("In vain."), [LineRole::Unmarked; 2]);
    }

    #[test]
    fn a_scan_is_named_by_its_pages() {
        let error = read(id(), "d.pdf", &pdf(&["", ""])).unwrap_err();
        assert_eq!(error, Error::Scanned { pages: "1-2".into() });
        assert_eq!(ranges(&[1, 2, 3, 7]), "1-3, 7");
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        assert!(matches!(read(id(), "d.pdf", b"%PDF-1.4\nrubbish"), Err(Error::Damaged { .. })));
    }
}
