//! `concord extract` and `concord eval extract` as a user meets them: tables, corrections, other names,
//! floors.

use std::io::Write;

use serde_json::Value;

use crate::workspace::{HASHING, Workspace, repository};

const DOCUMENT: &str = "A report of the Northern Roads Commission\n\n\
    The Northern Roads Commission recommends action.\n\n\
    Recommendations\n\n1. Clear the roads of snow.\n2. Buy more salt.\n3. Close the pass in winter.\n";

/// The workbook made for these tests.
fn tracker(workspace: &Workspace) {
    let path = repository().join("tests/data/extract/tracker.xlsx");
    workspace.write("tracker.xlsx", std::fs::read(path).unwrap());
}

const COLUMNS: [&str; 6] =
    ["--map", "id=No.", "--map", "agency=Body", "--map", "text=Recommendation Text"];

fn lines(workspace: &Workspace, name: &str) -> Vec<Value> {
    let text = String::from_utf8(workspace.bytes(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn texts(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["text"].as_str().unwrap()).collect()
}

#[test]
fn a_workbook_of_recommendations_is_read_with_its_own_headings_below_a_title() {
    let workspace = Workspace::new();
    tracker(&workspace);
    let read = [&["extract", "tracker.xlsx"], &COLUMNS[..]].concat();
    let rows = workspace.concord(&read).succeeds().json_lines();
    let expected = [
        "Fit every crane with a wind gauge and test it each month.",
        "Publish the results of crane tests.",
        "Les pilotes devraient être formés au brouillard.",
    ];
    assert_eq!(texts(&rows), expected);
    assert_eq!(
        (&rows[0]["id"], &rows[0]["year"], &rows[0]["deadline"]),
        (&"1.1".into(), &2021.into(), &"2022-06-30".into())
    );
    assert_eq!(rows[2]["source"]["line_start"], 7);
    assert_eq!(rows[2]["sheet"], "Recommendations");
    let index = ["index", "tracker.xlsx", "--index", "idx", "--model", HASHING];
    workspace.concord(&[&index[..], &COLUMNS].concat()).succeeds();
    assert_eq!(texts(&lines(&workspace, "idx/recommendations.jsonl")), expected);
}

#[test]
fn a_title_that_names_recommendations_is_no_heading() {
    let workspace = Workspace::new();
    let table = "Recommendation tracker of the Audit Committee,,\n,,\nRef.,Recommendation,Status\nA. Safety,,\n1,Fit a second pump to every ferry.,Open\n";
    workspace.write("tracker.csv", table);
    let extract = ["extract", "tracker.csv", "--agency", "X", "--format", "jsonl"];
    let rows = workspace.concord(&extract).succeeds().json_lines();
    let texts: Vec<&str> = rows.iter().map(|row| row["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Fit a second pump to every ferry."]);
    assert_eq!(rows[0]["status"], "Open");
}

#[test]
fn a_workbook_that_cannot_be_read_is_refused_with_sheet_row_and_remedy() {
    let workspace = Workspace::new();
    tracker(&workspace);
    let extract = ["extract", "tracker.xlsx"];
    workspace.refuses(&extract, &["error: tracker.xlsx, sheet `Recommendations`, row 3: there is no column `agency`; the columns are `No.`, `Body`, ", "--map agency="]);
    let sheet = [&extract[..], &["--sheet", "Data"], &COLUMNS].concat();
    workspace.refuses(&sheet, &["error: tracker.xlsx: there is no sheet `Data`; the sheets are `Read me`, `Recommendations`, `Old`"]);
    let year = [&extract[..], &COLUMNS, &["--map", "year=Status"]].concat();
    workspace.refuses(&year, &["error: tracker.xlsx, sheet `Recommendations`, row 4: `year` is \"open\", expected a whole number"]);
    workspace.change("tracker.xlsx", |bytes| bytes.truncate(3000));
    workspace
        .refuses(&extract, &["error: tracker.xlsx: not an Excel workbook: ", "save it as .xlsx"]);
}

/// A workbook of one sheet, from its XML and that of its strings.
fn workbook(sheet: &[u8], strings: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations =
        |inner: String| format!("<Relationships xmlns=\"{PACKAGE}\">{inner}</Relationships>");
    let inner = relation("r1", "worksheet", "worksheets/sheet1.xml")
        + &relation("r2", "sharedStrings", "sharedStrings.xml");
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>\
         <sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let root = relations(relation("r1", "officeDocument", "xl/workbook.xml"));
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 5] = [
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", &relations(inner).into_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, part) in parts {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(part).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_made_to_fill_the_memory_is_refused() {
    let workspace = Workspace::new();
    let sheet = |cells: &str| format!("<worksheet><sheetData>{cells}</sheetData></worksheet>");
    let refuses = |bytes: Vec<u8>, why: &str| {
        workspace.write("t.xlsx", bytes);
        workspace.refuses(&["extract", "t.xlsx"], &["error: t.xlsx", why]);
    };
    let claims = "<sst uniqueCount=\"99999999999\"><si><t>x</t></si></sst>";
    refuses(workbook(sheet("").as_bytes(), claims), "it claims more strings than it has");
    let blank = vec![b' '; 257 << 20];
    refuses(workbook(&blank, "<sst/>"), "the workbook unfolds into more than 256 MB; split it");
    // One cell at the end of the sheet: a table of all before it would have 17 billion.
    let corner = "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"str\"><v>x</v></c></row>";
    refuses(
        workbook(sheet(corner).as_bytes(), "<sst/>"),
        "row 1048576: there is no column `agency`",
    );
}

#[test]
fn a_table_without_agencies_takes_the_one_that_is_given() {
    let workspace = Workspace::new();
    workspace.write("t.csv", "text;year\nPlant trees;2013\n");
    let rows = workspace.concord(&["extract", "t.csv", "--agency", "FAO"]).succeeds().json_lines();
    assert_eq!((&rows[0]["agency"], &rows[0]["id"]), (&"FAO".into(), &"row-2".into()));
    workspace.refuses(&["extract", "t.csv"], &["error: t.csv:1: there is no column `agency`"]);
}

#[test]
fn the_title_above_a_table_may_name_the_agency() {
    let workspace = Workspace::new();
    let table =
        "Recommendations of the Ports Authority;\n\nNo.;Recommendation\n1;Fit a second pump.\n";
    workspace.write("t.csv", table);
    let answer = workspace.concord(&["extract", "t.csv"]).succeeds();
    assert_eq!(answer.json_lines()[0]["agency"], "Ports Authority");
    let doubt = "the agency `Ports Authority` is a guess from the title of the table";
    assert!(answer.stderr.contains(doubt), "{}", answer.stderr);
}

#[test]
fn a_workbook_gives_references_for_numbers_and_a_row_of_two_sheets_once() {
    let workspace = Workspace::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let rows = [["1", "2024/01-01", "Count all stock."], ["2", "2024/01-03", "Fit a second pump."]];
    for (name, rows) in [("Open", &rows[..]), ("Overdue", &rows[1..])] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 0, ["No", "Ref.", "Recommendation"]).unwrap();
        for (at, row) in (1..).zip(rows) {
            sheet.write_row(at, 0, *row).unwrap();
        }
    }
    workspace.write("t.xlsx", book.save_to_buffer().unwrap());
    let answer = workspace.concord(&["extract", "t.xlsx", "--agency", "Ports"]).succeeds();
    let read = answer.json_lines();
    let markers: Vec<&str> = read.iter().map(|row| row["marker"].as_str().unwrap()).collect();
    assert_eq!(markers, ["2024/01-01", "2024/01-03"]);
    let left_out = "sheet `Overdue`: left out 1 row that another sheet has, too";
    assert!(answer.stderr.contains(left_out), "{}", answer.stderr);
}

#[test]
fn corrections_survive_a_second_extraction() {
    let workspace = Workspace::new();
    workspace.write("doc.txt", DOCUMENT);
    let extract = ["extract", "doc.txt", "-o", "out.jsonl"];
    workspace.concord(&extract).succeeds();
    let rows = lines(&workspace, "out.jsonl");
    assert_eq!(
        texts(&rows),
        ["Clear the roads of snow.", "Buy more salt.", "Close the pass in winter."]
    );
    // Nothing was corrected: the same bytes again.
    let before = workspace.bytes("out.jsonl");
    workspace.concord(&extract).succeeds();
    assert_eq!(workspace.bytes("out.jsonl"), before);
    // One changed, one deleted, one added.
    let mut changed = rows[0].clone();
    changed["text"] = "Clear all roads of snow.".into();
    let own = "{\"id\":\"own\",\"agency\":\"NRC\",\"text\":\"Hire drivers.\"}";
    workspace.write("out.jsonl", format!("{changed}\n{}\n{own}\n", rows[2]));
    // The document has one more today, before the others.
    workspace.write(
        "doc.txt",
        DOCUMENT
            .replace("1. Clear", "1. Train drivers.\n2. Clear")
            .replace("2. Buy", "3. Buy")
            .replace("3. Close", "4. Close"),
    );
    let answer = workspace.concord(&extract).succeeds();
    let told = "out.jsonl: kept 1 corrected record, 1 deleted and 1 added by hand; 1 new";
    assert!(answer.stderr.contains(told), "{answer:?}");
    let again = lines(&workspace, "out.jsonl");
    let expected = [
        "Train drivers.",
        "Clear all roads of snow.",
        "Close the pass in winter.",
        "Hire drivers.",
    ];
    assert_eq!(texts(&again), expected);
    // What was not touched follows the document; ids stay.
    assert_eq!((&again[1]["id"], &again[1]["marker"]), (&rows[0]["id"], &"2.".into()));
    let before = workspace.bytes("out.jsonl");
    workspace.concord(&extract).succeeds();
    assert_eq!(workspace.bytes("out.jsonl"), before);
}

#[test]
fn a_second_document_joins_the_corrected_file_and_leaves_it_as_it_is() {
    let workspace = Workspace::new();
    workspace.write("a.txt", DOCUMENT).write("b.txt", DOCUMENT.replace("Northern", "Southern"));
    workspace.concord(&["extract", "a.txt", "-o", "out.jsonl"]).succeeds();
    workspace.change("out.jsonl", |bytes| {
        *bytes = String::from_utf8(bytes.clone())
            .unwrap()
            .replace("Buy more salt", "Buy sand")
            .into_bytes();
    });
    workspace.concord(&["extract", "b.txt", "-o", "out.jsonl"]).succeeds();
    let rows = lines(&workspace, "out.jsonl");
    assert_eq!(rows.len(), 6);
    assert!(texts(&rows).contains(&"Buy sand."));
}

#[test]
fn a_file_of_which_nobody_knows_what_was_corrected_is_not_written_over() {
    let workspace = Workspace::new();
    workspace.write("doc.txt", DOCUMENT);
    workspace.write("out.jsonl", "{\"id\":\"own\",\"agency\":\"X\",\"text\":\"Act.\"}\n");
    let extract = ["extract", "doc.txt", "-o", "out.jsonl"];
    workspace.refuses(
        &[&extract[..], &["-q"]].concat(),
        &[
            "error: out.jsonl exists, but out.extracted.jsonl",
            "hint: use another file, or --overwrite",
        ],
    );
    workspace.concord(&[&extract[..], &["--overwrite"]].concat()).succeeds();
    assert_eq!(lines(&workspace, "out.jsonl").len(), 3);
    workspace.change("out.jsonl", |bytes| bytes.extend(b"half a rec"));
    workspace.refuses(&[&extract[..], &["-q"]].concat(), &["error: out.jsonl:4: "]);
}

#[test]
fn a_corpus_file_says_who_speaks_and_by_which_names() {
    let workspace = Workspace::new();
    workspace.write("doc.txt", DOCUMENT).write("other.txt", DOCUMENT);
    workspace.write("corpus.toml", "[[documents]]\nid = \"other\"\nyear = 2020\nagency = \"Ministry\"\n\n[agencies]\nNRC = [\"northern roads commission\"]\n");
    let read = ["extract", "doc.txt", "other.txt", "--corpus", "corpus.toml"];
    let rows = workspace.concord(&read).succeeds().json_lines();
    let agencies: Vec<&str> = rows.iter().map(|row| row["agency"].as_str().unwrap()).collect();
    assert_eq!(agencies, ["NRC", "NRC", "NRC", "Ministry", "Ministry", "Ministry"]);
    assert_eq!((&rows[0]["year"], &rows[3]["year"]), (&Value::Null, &2020.into()));
    let all = [&read[..], &["--agency", "X"]].concat();
    let rows = workspace.concord(&all).succeeds().json_lines();
    assert!(rows.iter().all(|row| row["agency"] == "X"));
    workspace.write("corpus.toml", "[agencies]\nNRC = [\"roads\"]\nIOM = [\"Roads\"]\n");
    workspace.refuses(
        &[&read[..], &["-q"]].concat(),
        &["error: corpus.toml:2: `roads` is a name of `IOM` already"],
    );
}

#[test]
fn an_index_counts_an_agency_of_two_names_once() {
    let workspace = Workspace::new();
    workspace.write("c/recommendations.jsonl", "{\"id\":\"a\",\"agency\":\"World Bank Group\",\"text\":\"Lower all fees.\"}\n{\"id\":\"b\",\"agency\":\"World Bank\",\"text\":\"Plant trees.\"}\n");
    workspace.write("c/corpus.toml", "[agencies]\n\"World Bank\" = [\"World Bank Group\"]\n");
    workspace.concord(&["index", "c", "--index", "idx", "--model", HASHING]).succeeds();
    let rows = lines(&workspace, "idx/recommendations.jsonl");
    assert!(rows.iter().all(|row| row["agency"] == "World Bank"));
}

#[test]
fn a_missed_floor_is_told_and_ends_with_1() {
    let workspace = Workspace::new();
    workspace.write("doc.txt", DOCUMENT);
    let label = |text: &str| {
        format!(
            "{{\"doc\":\"doc.txt\",\"agency\":\"Northern Roads Commission\",\"text\":\"{text}\"}}\n"
        )
    };
    workspace.write("gold.jsonl", label("Clear the roads of snow.") + &label("Melt it."));
    workspace.write("never.jsonl", label("Buy more salt.") + &label("It snowed."));
    let eval = ["eval", "extract", "--gold", "gold.jsonl", "--never", "never.jsonl"];
    let with = |more: &[&str]| workspace.concord(&[&eval[..], more].concat());
    with(&["--floor", "recall=0.5", "--floor", "agency=1", "--ceiling", "taken=0.5"]).succeeds();
    let answer = with(&["--floor", "recall=0.6", "--ceiling", "taken=0.4"]).ends_with(1);
    assert!(answer.stderr.contains("recall is 0.5, below its floor of 0.6"), "{answer:?}");
    assert!(answer.stderr.contains("taken is 0.5, above its ceiling of 0.4"), "{answer:?}");
    let answer = with(&["--floor", "marker=0.1"]).ends_with(1);
    assert!(answer.stderr.contains("marker was not measured"), "{answer:?}");
    let nothing = ["eval", "extract", "--nothing", "doc.txt", "--ceiling", "found=2"];
    let answer = workspace.concord(&nothing).ends_with(1);
    assert!(answer.stderr.contains("found is 3, above its ceiling of 2"), "{answer:?}");
    let json = with(&["--format", "json"]).succeeds().json();
    assert_eq!((&json["all"]["precision"]["hits"], &json["never"]["of"]), (&1.into(), &2.into()));
    workspace.refuses(&["eval", "extract"], &["error: ", "--gold"]);
    workspace
        .refuses(&[&eval[..], &["--floor", "x"]].concat(), &["error: ", "expected SCORE=VALUE"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_to_and_never_replaced() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let workspace = Workspace::new();
    workspace.write("roads.txt", DOCUMENT);
    symlink("/dev/null", workspace.path("sink")).unwrap();
    workspace.concord(&["extract", "roads.txt", "-o", "sink"]).succeeds();
    let sink = workspace.path("sink");
    assert!(sink.is_symlink() && sink.metadata().unwrap().file_type().is_char_device());
    assert!(!workspace.path("sink.extracted.jsonl").exists());
    workspace.write("found.jsonl", "");
    symlink("found.jsonl", workspace.path("link.jsonl")).unwrap();
    let overwrite = ["extract", "roads.txt", "-o", "link.jsonl", "--overwrite"];
    workspace.concord(&overwrite).succeeds();
    assert!(workspace.path("link.jsonl").is_symlink());
    assert_eq!(lines(&workspace, "found.jsonl").len(), 3);
}
