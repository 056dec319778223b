//! The report in every format: what is in it, and that no text of a document becomes more than text.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use zip::ZipArchive;

use crate::workspace::{HASHING, TWELVE, Workspace, records, shipped_by_hashing};

/// Texts that a browser, a spreadsheet or a word processor might act on.
const HOSTILE: &[(&str, &str, &str)] = &[
    ("=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.example\",\"Cut remittance costs\")"),
    ("b", "<b>Beta</b>", "<script>alert(1)</script> Cut the costs of remittances & \"fees\" ]]>"),
    ("c", "@Gamma", "+Cut the costs of remittances\u{7} by half {{7*7}}"),
    ("d", "Delta", "-Cut remittance costs w:t </w:t><w:t>"),
];

/// The reports on `lines`, in every format.
fn reported(lines: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("corpus.jsonl", lines);
    workspace.concord(&["index", "corpus.jsonl", "--index", "idx", "--model", HASHING]).succeeds();
    let formats = "html,md,xlsx,docx,csv,json";
    workspace.concord(&["report", "--index", "idx", "-o", "out", "--format", formats]).succeeds();
    workspace
}

fn workbook(workspace: &Workspace) -> Xlsx<Cursor<Vec<u8>>> {
    let bytes = workspace.bytes("out/concord-report.xlsx");
    Xlsx::new(Cursor::new(bytes)).expect("the workbook opens")
}

/// The file `name` inside a zip file of the report.
fn inside(workspace: &Workspace, file: &str, name: &str) -> String {
    let bytes = workspace.bytes(format!("out/concord-report.{file}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("it is a zip file");
    let mut text = String::new();
    let mut found = archive.by_name(name).unwrap_or_else(|e| panic!("{name}: {e}"));
    found.read_to_string(&mut text).expect("it is UTF-8");
    text
}

/// The cells of a sheet below its heading, as text.
fn cells(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(sheet).unwrap_or_else(|e| panic!("{sheet}: {e}"));
    range.rows().skip(1).map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[test]
fn the_workbook_has_a_sheet_for_each_table_with_filters_and_links() {
    let workspace = reported(&TWELVE);
    let mut book = workbook(&workspace);
    let sheets = [
        "Overview",
        "Themes",
        "Matrix",
        "Agencies",
        "Bodies",
        "Pairs",
        "Contradictions",
        "Gaps",
        "Recommendations",
        "Method",
    ];
    assert_eq!(book.sheet_names(), sheets);
    assert_eq!(cells(&mut book, "Recommendations").len(), 12);
    let ids: Vec<String> =
        cells(&mut book, "Recommendations").into_iter().map(|r| r[0].clone()).collect();
    let gaps = cells(&mut book, "Gaps");
    assert!(gaps.iter().any(|row| row[0] == "Single voice" && ids.contains(&row[2])), "{gaps:?}");
    for number in 2..=10 {
        let sheet = inside(&workspace, "xlsx", &format!("xl/worksheets/sheet{number}.xml"));
        assert!(sheet.contains("<autoFilter"), "sheet {number}");
        assert!(sheet.contains("state=\"frozen\""), "sheet {number}");
    }
    let themes = inside(&workspace, "xlsx", "xl/worksheets/sheet2.xml");
    assert!(themes.contains("location=\"'Recommendations'!A"), "themes lead to recommendations");
}

#[test]
fn links_of_the_workbook_lead_to_what_they_name() {
    let workspace = reported(&TWELVE);
    let mut book = workbook(&workspace);
    let rows = cells(&mut book, "Recommendations");
    let matrix = inside(&workspace, "xlsx", "xl/worksheets/sheet3.xml");
    assert!(matrix.contains("location=\"'Themes'!A2\""), "{matrix}");
    let gaps = inside(&workspace, "xlsx", "xl/worksheets/sheet8.xml");
    let found = cells(&mut book, "Gaps");
    for (at, row) in found.iter().enumerate() {
        let to =
            rows.iter().position(|other| other[0] == row[2]).expect("the id is in the list") + 2;
        let link = format!("<hyperlink ref=\"C{}\" location=\"'Recommendations'!A{to}\"", at + 2);
        assert!(gaps.contains(&link), "{link} is not in {gaps}");
    }
}

#[test]
fn no_text_becomes_a_formula_or_markup() {
    let workspace = reported(&records(HOSTILE));
    let mut book = workbook(&workspace);
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).expect("the sheet is there");
        assert_eq!(formulas.used_cells().count(), 0, "{sheet}");
    }
    let texts: Vec<String> = cells(&mut book, "Recommendations").concat();
    assert!(texts.contains(&HOSTILE[0].2.to_owned()), "{texts:?}");
    assert!(texts.contains(&HOSTILE[1].2.to_owned()), "{texts:?}");

    let document = inside(&workspace, "docx", "word/document.xml");
    assert!(document.contains("&lt;b&gt;Beta&lt;/b&gt;"), "shown as text");
    assert!(!document.contains("<script") && !document.contains('\u{7}'));

    for (name, bytes) in workspace.files("out") {
        if name.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let mut table = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        for row in table.records() {
            for cell in &row.expect("the table is CSV") {
                let is_number = cell.parse::<f64>().is_ok();
                let acts = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number;
                assert!(!acts, "{}: {cell}", name.display());
            }
        }
    }
}

#[test]
fn the_document_has_headings_tables_and_a_footnote_for_each_source() {
    let workspace = reported(&TWELVE);
    let document = inside(&workspace, "docx", "word/document.xml");
    for style in ["Title", "Heading1", "Heading2"] {
        assert!(document.contains(&format!("w:val=\"{style}\"")), "{style}");
    }
    assert!(document.contains("<w:tbl>"));
    let notes = inside(&workspace, "docx", "word/footnotes.xml");
    let n_notes = notes.matches("<w:footnote w:id=").count();
    assert!(n_notes >= 8, "{n_notes} footnotes");
    assert_eq!(n_notes, document.matches("<w:footnoteReference w:id=").count());
    assert!(notes.contains("A-1"), "a footnote names the recommendation");
}

#[test]
fn office_files_hold_no_time_of_their_making() {
    let workspace = reported(&TWELVE);
    for file in ["xlsx", "docx"] {
        let core = inside(&workspace, file, "docProps/core.xml");
        assert!(core.contains("2000-01-01T00:00:00Z"), "{core}");
        let bytes = workspace.bytes(format!("out/concord-report.{file}"));
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("it is a zip file");
        for at in 0..archive.len() {
            let entry = archive.by_index(at).expect("the entry is there");
            let time = entry.last_modified().expect("an entry has a time");
            assert_eq!(time.year(), 1980, "{file}: {:?}", entry.name());
        }
    }
}

#[test]
fn csv_has_a_file_for_each_table_and_does_not_go_to_stdout() {
    let workspace = reported(&TWELVE);
    let names = [
        "themes",
        "matrix",
        "agencies",
        "bodies",
        "pairs",
        "contradictions",
        "gaps",
        "recommendations",
        "method",
    ];
    for name in names {
        let bytes = workspace.bytes(format!("out/concord-report-{name}.csv"));
        let text = String::from_utf8(bytes).expect("CSV is UTF-8");
        assert!(text.lines().count() >= 1, "{name}");
    }
    let arguments = ["report", "--index", "idx", "-o", "-", "--format", "csv"];
    workspace.refuses(&arguments, &["CSV is several files", "-o DIR"]);
}

#[test]
fn a_report_says_what_changed_since_an_older_index() {
    let workspace = reported(&TWELVE);
    let fewer: String =
        TWELVE.lines().filter(|line| !line.contains("\"E-2\"")).collect::<Vec<_>>().join("\n");
    workspace.write("old.jsonl", fewer);
    workspace.concord(&["index", "old.jsonl", "--index", "old", "--model", HASHING]).succeeds();
    let report = |format: &str| {
        let compare =
            ["report", "--index", "idx", "--compare", "old", "-o", "-", "--format", format];
        workspace.concord(&compare).succeeds()
    };
    let markdown = report("md").stdout;
    assert!(markdown.contains("## Changes since the last report"), "{markdown}");
    assert!(markdown.contains("1 recommendation is new: E-2."), "{markdown}");
    assert!(markdown.contains("concord report --index idx --compare old"), "the command is whole");
    assert!(report("html").stdout.contains("id=\"changes\""));
    assert_eq!(report("json").json()["changes"]["added"], serde_json::json!(["E-2"]));
    let plain = workspace.concord(&["report", "--index", "idx", "-o", "-", "--format", "html"]);
    assert!(!plain.succeeds().stdout.contains("id=\"changes\""), "only where it is asked for");
    let missing = ["report", "--index", "idx", "--compare", "nowhere", "-o", "-", "--format", "md"];
    workspace.refuses(&missing, &["there is no index at nowhere"]);
}

#[test]
fn every_kind_of_gap_stands_in_the_report_of_the_shipped_corpus() {
    let workspace = Workspace::new();
    let index = shipped_by_hashing();
    let formats = "html,md,xlsx,docx,csv";
    workspace.concord(&["report", "--index", index, "-o", "out", "--format", formats]).succeeds();
    let page = String::from_utf8(workspace.bytes("out/concord-report.html")).unwrap();
    for section in ["agenda", "challenges", "silent", "voices"] {
        assert!(page.contains(&format!("<section id=\"{section}\"")), "{section}");
        assert!(page.contains(&format!("href=\"#{section}\"")), "{section} is named at a glance");
    }
    let markdown = String::from_utf8(workspace.bytes("out/concord-report.md")).unwrap();
    let document = inside(&workspace, "docx", "word/document.xml");
    for heading in ["Unanswered challenges", "Silent agencies", "Single voices"] {
        assert!(markdown.contains(&format!("### {heading}")), "{heading}");
        assert!(document.contains(heading), "{heading}");
    }
    let kinds: Vec<String> =
        cells(&mut workbook(&workspace), "Gaps").into_iter().map(|row| row[0].clone()).collect();
    for kind in ["Unanswered agenda item", "Unanswered challenge", "Single voice"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind}");
    }
}

#[test]
fn the_terminal_prints_a_probability_as_the_report_does() {
    let workspace = reported(&TWELVE);
    let gaps = ["gaps", "--index", "idx", "--kind", "single", "-k", "100"];
    let table = workspace.concord(&gaps).succeeds().stdout;
    let found = workspace.concord(&[&gaps[..], &["--format", "json"]].concat()).succeeds().json();
    let markdown = String::from_utf8(workspace.bytes("out/concord-report.md")).unwrap();
    let mut n = 0;
    for single in found["single_voice"].as_array().expect("a list") {
        let Some(probability) = single["nearest"]["probability"].as_f64() else { continue };
        let shown = concord::report::number::probability(probability);
        assert!(table.contains(&format!(" {shown} ")), "{shown} is not in {table}");
        let in_markdown = shown.replace('<', "\\<");
        assert!(markdown.contains(&format!("Nearest: {in_markdown} **")), "{shown}: {markdown}");
        n += 1;
    }
    assert!(n > 3, "{n} probabilities");
}

/// A probability is never printed as a multiple of five that it does not reach, so that what stands
/// below a threshold reads so. Holds as long as every threshold is such a multiple.
#[test]
fn thresholds_are_multiples_of_five_per_cent() {
    use concord::Relation;
    use concord::internals::compare::TAKES_UP;
    use concord::internals::domain::{STABLE, WEAK_STABILITY};
    let thresholds = [Relation::THRESHOLD, Relation::RELATED, TAKES_UP, STABLE, WEAK_STABILITY];
    for threshold in thresholds {
        let fifths = threshold * 20.0;
        assert!((fifths - fifths.round()).abs() < 1e-9, "{threshold}");
    }
}
