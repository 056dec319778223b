//! What must hold of the report whatever is reported.

use std::collections::BTreeSet;

use super::*;
use crate::domain::{Gaps, MatrixOrder, Themes};

/// The page with its pictures, without the library that draws them.
fn page(overlap: &Overlap) -> String {
    let page = html(overlap, &fixture::pictures(overlap));
    page.replace(include_str!("charts/echarts.min.js"), "")
}

/// The values of an attribute, in order.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    page.split(begin.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
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
        insta::assert_snapshot!("hostile", markdown(&fixture::hostile()));
    });
}

#[test]
fn no_recommendation_is_dropped() {
    let overlap = fixture::shipped();
    let (page, document) = (page(&overlap), markdown(&overlap));
    let all = page.split("<section id=\"all\"").nth(1).expect("the section stands");
    let all_in_document = document.split("## All recommendations").nth(1).expect("it stands");
    for (row, recommendation) in overlap.recommendations.iter().enumerate() {
        assert!(all.contains(&format!("<li id=\"r{}\"", row + 1)));
        assert!(all_in_document.contains(&format!("**{}**:", recommendation.id)));
    }
    let singles = page.split("<section id=\"singles\"").nth(1).expect("the section stands");
    for row in &overlap.themes.single {
        assert!(singles.contains(&format!("<a href=\"#r{}\">", row + 1)));
    }
}

#[test]
fn nothing_to_report_is_said_in_words() {
    let (page, document) = (page(&empty()), markdown(&empty()));
    for text in [page, document] {
        assert!(text.contains("There are no recommendations to compare."), "{text}");
        assert!(text.contains("No theme is shared by two agencies."));
        assert!(text.contains("There is no shared theme to show."));
        assert!(text.contains("The corpus has no agenda"));
    }
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let (one, other) = (fixture::shipped(), fixture::shipped());
    assert_eq!(page(&one), page(&other));
    assert_eq!(markdown(&one), markdown(&other));
    assert_eq!(json(&one).to_string(), json(&other).to_string());
}

#[test]
fn five_thousand_recommendations_stay_in_bounds() {
    let page = page(&fixture::large(5000));
    let n_elements = page.matches('<').count() / 2;
    // Each recommendation stands in full once, in its themes, and as a single or single voice.
    assert!(n_elements < 30 * 5000, "{n_elements} elements");
    assert!(page.len() < 12_000_000, "{} bytes", page.len());
    assert!(page.contains("the 40 most active of 150 agencies"));
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
            html(&overlap, &fixture::pictures(&overlap)),
        )
        .expect("written");
        std::fs::write(folder.join(format!("{name}.md")), markdown(&overlap)).expect("written");
    }
}

#[test]
fn a_cell_of_a_table_names_a_dozen_agencies() {
    let overlap = fixture::large(5000);
    let entries = view::Entries::of(&overlap);
    let view = view::View::new(&overlap, &entries);
    let theme = view.shared_themes.iter().max_by_key(|theme| theme.n_agencies).expect("a theme");
    assert!(theme.n_agencies > 20);
    let others = format!(" and {} others", theme.n_agencies - 12);
    let (cell, all) = (theme.some_agencies(), theme.agency_line());
    assert!(cell.ends_with(&others) && all.starts_with(cell.trim_end_matches(&others)), "{cell}");
}
