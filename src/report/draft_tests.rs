//! Each rendering of a check, on texts that try to be more than text.

use std::collections::BTreeSet;

use super::draft::About;
use super::{Document, docx, draft, html, markdown};
use crate::domain::{
    BlockRole, Difference, DifferenceKind, DraftBlock, DraftCheck, DraftPart, Hit, Likeness,
    Reader, Reason, Recommendation, Relation, ThemeId, ThemeRef, Verdict,
};

const SCRIPT: &str = "<script>alert(1)</script> & =HYPERLINK(\"http://x\") *all* of it";

fn rows() -> Vec<Recommendation> {
    let row = |id: &str, text: &str| {
        Recommendation::new(
            id.to_owned().try_into().unwrap(),
            "A <b>&</b> B".to_owned().try_into().unwrap(),
            text.to_owned(),
        )
    };
    vec![row("R-1", SCRIPT), row("R-2", "Expand access.")]
}

fn hit(row: usize, relation: Relation, opposite: bool) -> Hit {
    let difference = Difference {
        kind: DifferenceKind::Direction,
        draft: "restrict <i>".into(),
        existing: "expand".into(),
    };
    Hit {
        row,
        likeness: Likeness {
            cosine: 0.9,
            probability: 0.8,
            duplicate: 0.4,
            relation,
            contrary: None,
            read_by: Reader::Encoder,
        },
        why: vec![Reason { term: "<u>".into(), share: 1.0, shared: true }],
        statements: None,
        copy_of: None,
        differences: if opposite { vec![difference] } else { Vec::new() },
    }
}

fn check() -> DraftCheck {
    let verdict = |text: &str, matches: Vec<Hit>, relation| Verdict {
        line_start: 3,
        line_end: 3,
        text: text.to_owned(),
        relation,
        probability: 0.8,
        cite: if relation == Relation::Overlap { vec![0] } else { Vec::new() },
        matches,
        own: Vec::new(),
        repeats: Vec::new(),
        parts: Vec::new(),
        specifics: None,
        nearest_specifics: None,
        strongest: None,
    };
    let part = |text: &str, statement| DraftPart { text: text.to_owned(), statement };
    let block = |role, parts| DraftBlock { role, parts };
    DraftCheck {
        statements: vec![
            verdict(SCRIPT, vec![hit(0, Relation::Overlap, false)], Relation::Overlap),
            verdict("Restrict access.", vec![hit(1, Relation::Related, true)], Relation::Related),
            verdict("Nowhere in the text.", Vec::new(), Relation::None),
        ],
        blocks: vec![
            block(BlockRole::Heading(1), vec![part("<h1>Title", None)]),
            block(BlockRole::Item, vec![part("(a) ", None), part(SCRIPT, Some(0))]),
            block(BlockRole::Paragraph, vec![part("Restrict access.", Some(1))]),
        ],
        touched: vec![ThemeRef {
            id: ThemeId::try_from("t".to_owned()).unwrap(),
            label: "<em>theme".into(),
            agencies: Vec::new(),
        }],
        answered: Some(Vec::new()),
        ..DraftCheck::default()
    }
}

fn document() -> Document {
    without(&BTreeSet::new())
}

/// The document where the author dismissed these notes.
fn without(dismissed: &BTreeSet<usize>) -> Document {
    let documents = &[];
    let about =
        About { draft: "<d>.md", corpus: "C & D", documents, model: "m", version: "0", dismissed };
    draft(&check(), &rows(), &about)
}

#[test]
fn what_only_dismissed_notes_cite_is_no_reference() {
    let references = |document: &Document| {
        let text = markdown(document);
        let (_, references) = text.split_once("## References").expect("they come last");
        references.matches("\n- ").count()
    };
    let all = references(&document());
    assert!(all > 0, "{}", markdown(&document()));
    let without_opposite = without(&BTreeSet::from([2]));
    assert_eq!(references(&without_opposite), all - 1);
    let text = markdown(&without_opposite);
    assert!(text.contains("### 1.") && !text.contains("### 2."), "{text}");
    assert_eq!(references(&without(&BTreeSet::from([1, 2, 3]))), 0);
}

#[test]
fn the_page_shows_markup_as_text_and_every_statement_has_its_note() {
    let page = html(&document());
    for markup in ["<script", "<i>", "<u>", "<em>", "<d>", "<h1>Title"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("script&#62;alert(1)") || page.contains("script&gt;alert(1)"));
    for number in 1..=3 {
        for part in ["id=\"s", "id=\"n", "href=\"#n"] {
            assert_eq!(page.matches(&format!("{part}{number}\"")).count(), 1, "{part}{number}");
        }
    }
    assert!(page.contains("Opposite direction"));
}

#[test]
fn markdown_shows_markup_as_text() {
    let text = markdown(&document());
    assert!(text.contains(r"\<script>alert(1)\</script>"), "{text}");
    assert!(text.contains("**Opposite direction**") && text.contains(r"\*all\*"), "{text}");
    assert!(!text.replace("\\<", "").contains('<'), "{text}");
}

#[test]
fn the_word_document_has_a_comment_for_each_statement_and_the_same_bytes_each_time() {
    let bytes = docx(&document()).unwrap();
    assert!(bytes == docx(&document()).unwrap(), "the bytes differ from run to run");
    let part = |name: &str| {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
        text
    };
    let (document, comments) = (part("word/document.xml"), part("word/comments.xml"));
    assert_eq!(document.matches("<w:commentRangeStart").count(), 3, "{document}");
    assert_eq!(comments.matches("<w:comment ").count(), 3, "{comments}");
    assert!(comments.contains("OPPOSITE DIRECTION"), "{comments}");
    for xml in [&document, &comments] {
        assert!(xml.contains("&lt;script&gt;") && !xml.contains("<script"), "{xml}");
        assert!(!xml.contains("<w:hyperlink") && !xml.contains("<w:instrText"), "{xml}");
    }
}
