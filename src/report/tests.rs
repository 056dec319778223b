//! What must hold of the report whatever is reported.

use std::collections::BTreeSet;

use super::*;
use crate::domain::{Gaps, MatrixOrder, SingleVoice, Themes};

/// The page with its pictures, without the library that draws them.
fn page(overlap: &Overlap) -> String {
    let page = html(&super::overlap(overlap, &fixture::pictures(overlap)));
    page.replace(include_str!("charts/echarts.min.js"), "")
}

/// The values of an attribute, in order.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    page.split(begin.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn text(overlap: &Overlap) -> String {
    markdown(&super::overlap(overlap, &Pictures::default()))
}

fn empty() -> Overlap {
    let mut overlap = fixture::hostile();
    overlap.documents.clear();
    overlap.recommendations.clear();
    overlap.agencies.clear();
    overlap.matrix = MatrixOrder::default();
    overlap.themes = Themes::default();
    overlap.particulars.clear();
    overlap.duplicates.clear();
    overlap.gaps = Gaps::default();
    overlap
}

#[test]
fn every_link_of_the_page_leads_somewhere() {
    for overlap in [fixture::shipped(), fixture::hostile(), empty()] {
        let page = page(&overlap);
        let ids = values(&page, "id");
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "an id stands twice");
        for link in values(&page, "href") {
            let target = link.strip_prefix('#').expect("links stay in the page");
            assert!(distinct.contains(target), "{link} leads nowhere");
        }
        for label in values(&page, "aria-labelledby") {
            assert!(distinct.contains(label), "{label} labels, and is not there");
        }
    }
}

#[test]
fn the_page_loads_nothing() {
    let page = page(&fixture::shipped());
    assert!(values(&page, "src").is_empty());
    for word in ["<link", "<img", "<iframe", "@import", "url(", "fetch(", "https://", "http://"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn markup_in_a_text_is_text() {
    let page = page(&fixture::hostile());
    assert_eq!(page.matches("<script").count(), 4, "the page's own scripts and no other");
    assert!(page.contains("&#60;script&#62;alert(1)"));
    for word in ["<img", "<i>now", "<b>Section", "</textarea", "&lt;b&gt;"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn markdown_shows_hostile_texts_as_they_are() {
    insta::with_settings!({ snapshot_path => "../../tests/data/report", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("hostile", text(&fixture::hostile()));
    });
}

#[test]
fn no_recommendation_is_dropped() {
    let overlap = fixture::shipped();
    let (page, document) = (page(&overlap), text(&overlap));
    let all = page.split("<section id=\"all\"").nth(1).expect("the section stands");
    let all_in_document = document.split("## All recommendations").nth(1).expect("it stands");
    for (row, recommendation) in overlap.recommendations.iter().enumerate() {
        assert!(all.contains(&format!("<li id=\"r{}\"", row + 1)));
        assert!(all_in_document.contains(&format!("**{}**, ", recommendation.id)));
    }
    let singles = page.split("<section id=\"singles\"").nth(1).expect("the section stands");
    for row in &overlap.themes.single {
        assert!(singles.contains(&format!("<a href=\"#r{}\">", row + 1)));
    }
}

#[test]
fn nothing_to_report_is_said_in_words() {
    let (page, document) = (page(&empty()), text(&empty()));
    for text in [page, document] {
        for said in [
            "There are no recommendations to compare.",
            overlap::NO_SHARED_THEME,
            "There is no shared theme to show.",
            "The corpus has no agenda",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let (one, other) = (fixture::shipped(), fixture::shipped());
    assert_eq!(page(&one), page(&other));
    assert_eq!(text(&one), text(&other));
    assert_eq!(json(&one).to_string(), json(&other).to_string());
}

#[test]
fn five_thousand_recommendations_stay_in_bounds() {
    let page = page(&fixture::large(5000));
    let n_elements = page.matches('<').count() / 2;
    // Each recommendation stands in full once, in its themes, and as a single or single voice.
    assert!(n_elements < 30 * 5000, "{n_elements} elements");
    assert!(page.len() < 12_000_000, "{} bytes", page.len());
    assert!(page.contains("the 40 most active agencies of 150"));
}

/// Leaves the pages in the temporary folder, for people to look at.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test writes files for people to look at")]
fn pages_are_written_to_be_looked_at() {
    let folder = std::env::temp_dir().join("concord-report");
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let overlaps = [
        ("shipped", fixture::shipped()),
        ("hostile", fixture::hostile()),
        ("large", fixture::large(5000)),
        ("empty", empty()),
    ];
    for (name, overlap) in overlaps {
        std::fs::write(
            folder.join(format!("{name}.html")),
            html(&super::overlap(&overlap, &fixture::pictures(&overlap))),
        )
        .expect("written");
        std::fs::write(folder.join(format!("{name}.md")), text(&overlap)).expect("written");
    }
}

/// A part of a zip file, as text.
fn inside(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip file");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name(name).expect("it is there"), &mut text)
        .expect("UTF-8");
    text
}

/// What follows `begin` in `text`, up to a quotation mark.
fn after<'a>(text: &'a str, begin: &str) -> Option<&'a str> {
    text.split_once(begin)?.1.split('"').next()
}

/// What Excel shows in a cell that holds a number: a literal, or per cent rounded half away from zero.
fn shown_in_excel(book: &[u8], sheet: usize, cell: &str) -> String {
    let sheet = inside(book, &format!("xl/worksheets/sheet{sheet}.xml"));
    let rest = sheet.split_once(&format!("<c r=\"{cell}\" s=\"")).expect("the cell is there").1;
    let style: usize = rest.split('"').next().expect("a style").parse().expect("a number");
    let value = rest.split_once("<v>").expect("a value").1.split('<').next().expect("a value");
    let styles = inside(book, "xl/styles.xml");
    let formats = styles.split_once("<cellXfs").expect("formats").1;
    let format = formats.split("<xf ").nth(style + 1).expect("the format is there");
    let id = after(format, "numFmtId=\"").expect("a number format");
    let code = after(&styles, &format!("numFmtId=\"{id}\" formatCode=\""));
    match code {
        Some(literal) if literal.starts_with("&quot;") => {
            literal.replace("&quot;", "").replace("&gt;", ">").replace("&lt;", "<")
        }
        _ => {
            assert!(id == "9" || code == Some("0%"), "{id} {code:?}");
            format!("{:.0}%", (value.parse::<f64>().expect("a number") * 100.0).round())
        }
    }
}

#[test]
fn a_probability_reads_the_same_in_every_format() {
    let mut overlap = fixture::shipped();
    let values = [
        (0.496, "49%"),
        (0.5, "50%"),
        (0.125, "12%"),
        (0.135, "14%"),
        (0.976, "98%"),
        (0.998, ">99%"),
        (0.0004, "<1%"),
        (1.0, "100%"),
    ];
    overlap.gaps.agenda = None;
    overlap.gaps.single_voice = (0..)
        .zip(values)
        .map(|(row, (p, _))| SingleVoice { row, nearest: Some((row + 1, p)) })
        .collect();
    let document = super::overlap(&overlap, &Pictures::default());
    let (page, text) = (html(&document), markdown(&document));
    let word = inside(&docx(&document).expect("written"), "word/document.xml");
    let book = xlsx(&overlap).expect("written");
    for (at, (_, shown)) in values.iter().enumerate() {
        assert_eq!(shown_in_excel(&book, 8, &format!("E{}", at + 2)), *shown);
        let escaped = shown.replace('<', "&#60;").replace('>', "&#62;");
        assert!(
            page.contains(&format!("Nearest: <span class=\"chance\">{escaped}</span>")),
            "{shown}"
        );
        let escaped = shown.replace('<', "\\<");
        assert!(text.contains(&format!("- Nearest: {escaped} **")), "{shown}");
        let escaped = shown.replace('<', "&lt;").replace('>', "&gt;");
        assert!(word.contains(&format!(">{escaped}</w:t>")), "{shown}");
    }
    assert_eq!(json(&overlap)["gaps"]["single_voice"][0]["nearest"]["probability"], 0.496);
}

#[test]
fn the_two_word_documents_of_one_process_have_the_same_bytes() {
    let document = super::overlap(&fixture::shipped(), &Pictures::default());
    assert!(docx(&document).expect("written") == docx(&document).expect("written"));
}

/// A sentence that stands in two of these files would be mended in one and forgotten in the other.
#[test]
fn every_phrase_stands_once() {
    let sources = [
        include_str!("draft.rs"),
        include_str!("html.rs"),
        include_str!("markdown.rs"),
        include_str!("docx/mod.rs"),
        include_str!("docx/table.rs"),
        include_str!("overlap/agencies.rs"),
        include_str!("overlap/changes.rs"),
        include_str!("overlap/gaps.rs"),
        include_str!("overlap/glance.rs"),
        include_str!("overlap/lists.rs"),
        include_str!("overlap/method.rs"),
        include_str!("overlap/mod.rs"),
        include_str!("overlap/over_time.rs"),
        include_str!("overlap/pictures.rs"),
        include_str!("overlap/themes.rs"),
        include_str!("templates/blocks.html"),
        include_str!("templates/page.html"),
    ];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for source in sources {
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        for literal in code.flat_map(|line| line.split('"').skip(1).step_by(2)) {
            let is_phrase = literal.split_whitespace().count() > 3 && !literal.contains("</");
            assert!(!is_phrase || seen.insert(literal), "stands twice: {literal}");
        }
    }
}
