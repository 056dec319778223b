//! Small files of the kinds that offices publish, in `tests/data/cases`, and what is right for each: by
//! format and table. Those about prose are in `cases_prose`.

use serde_json::Value;

use crate::workspace::{Answer, Workspace, repository};

/// Where the file `name` of a case lies, by a part of both names: "02/table.docx".
fn file(name: &str) -> String {
    let (case, file) = name.split_once('/').unwrap();
    let cases = repository().join("tests/data/cases");
    let folders = std::fs::read_dir(&cases).unwrap().map(|entry| entry.unwrap().path());
    let is_case = |path: &std::path::PathBuf| {
        path.file_name().unwrap().to_string_lossy().starts_with(&format!("{case}-"))
    };
    let folder = folders.into_iter().find(is_case).unwrap();
    folder.join(file).display().to_string()
}

fn extract(name: &str, arguments: &[&str]) -> Answer {
    let file = file(name);
    let all: Vec<&str> =
        ["extract", &file, "--format", "jsonl"].iter().chain(arguments).copied().collect();
    Workspace::new().concord(&all).succeeds()
}

/// The records of a document whose agency is X.
fn records(name: &str) -> Vec<Value> {
    extract(name, &["--agency", "X"]).json_lines()
}

fn texts(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["text"].as_str().unwrap()).collect()
}

fn markers(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["marker"].as_str().unwrap_or("")).collect()
}

/// The field `name` of every record; "" where it is missing.
fn field<'a>(records: &'a [Value], name: &str) -> Vec<&'a str> {
    records.iter().map(|record| record[name].as_str().unwrap_or("")).collect()
}

const TRAIN: &str = "Train every deck officer in the new log format.";
const CHECK: &str = "Check the logs of each vessel once a month.";
const NAME: &str = "Name one manager who answers for the quality of the logs.";
const FORMS: [&str; 3] = [
    "Publish the yearly error rate of the logs.",
    "Review the logs of each vessel once a month.",
    "Appoint one manager who answers for the quality of the logs.",
];

#[test]
fn markers_and_labels_typed_in_word_and_html_are_read_as_lists_are() {
    let numbers = ["1.", "2.", "3."];
    let labels = ["Recommendation 1", "Recommendation 2", "Recommendation 3"];
    let word = [TRAIN, CHECK, NAME];
    let cases = [
        ("typed-numbers.docx", word, numbers),
        ("typed-labels.docx", word, labels),
        ("typed-bullets.docx", word, [""; 3]),
        ("typed-dashes-after-lead-in.docx", word, [""; 3]),
        ("typed-numbers.html", FORMS, numbers),
        ("bold-labels.html", FORMS, labels),
    ];
    for (name, expected, numbers) in cases {
        let found = records(&format!("01/{name}"));
        assert_eq!(texts(&found), expected, "{name}");
        assert_eq!(markers(&found), numbers, "{name}");
    }
    let dashes = records("01/typed-dashes-after-lead-in.docx");
    assert_eq!(field(&dashes, "lead_in"), ["The review recommends:"; 3]);
}

const LONG: [&str; 4] = [
    "Train every deck officer in the new log format before the next winter season begins.",
    "Publish the yearly error rate of the logs on the public page of the company.",
    "Appoint one manager who answers for the quality of the logs and reports to the board.",
    "Review the logs of each vessel once a month and send the result to the Office.",
];

#[test]
fn a_table_of_recommendations_gives_one_record_a_row_with_owner_and_deadline() {
    for name in ["no-recommendation-owner-date.pdf", "two-columns.pdf", "text-column-first.pdf"] {
        let found = records(&format!("02/{name}"));
        assert_eq!(texts(&found), LONG, "{name}");
        if name != "text-column-first.pdf" {
            assert_eq!(markers(&found), ["1", "2", "3", "4"], "{name}");
        }
        if name != "two-columns.pdf" {
            let owner = "Fleet manager and the legal adviser of the company";
            assert_eq!(field(&found, "owner"), [owner; 4], "{name}");
            assert_eq!(field(&found, "deadline"), ["31 March 2027"; 4], "{name}");
        }
    }
    for name in ["table.html", "table.docx"] {
        let found = records(&format!("02/{name}"));
        assert_eq!(texts(&found), [TRAIN, CHECK, NAME], "{name}");
        assert_eq!(markers(&found), ["1", "2", "3"], "{name}");
        assert_eq!(field(&found, "owner"), ["Fleet manager"; 3], "{name}");
        assert_eq!(field(&found, "deadline"), ["31 March 2027"; 3], "{name}");
    }
}

#[test]
fn an_answer_of_the_audited_body_is_the_response_and_no_recommendation() {
    let found = extract("03/internal-audit.txt", &[]).json_lines();
    let expected = [
        "Count the fuel at each pier every month and sign the sheet.",
        "Give a key of their own to each person who needs one.",
        "Record the return of keys.",
        "Send the old paint to the waste yard by June.",
    ];
    assert_eq!(texts(&found), expected);
    assert_eq!(field(&found, "agency"), ["Harbour Audit Office"; 4]);
    let answers =
        ["Agreed. The stores manager should start in May.", "Partly agreed.", "Partly agreed.", ""];
    assert_eq!(field(&found, "response"), answers);
    assert_eq!(field(&found, "status"), ["", "", "", "open"]);

    let found = records("03/table-with-response.pdf");
    assert_eq!(texts(&found), LONG);
    let answer = "Accepted. The company will write a circular and should finish the work by June.";
    assert_eq!(field(&found, "response"), [answer; 4]);

    let found = records("03/table-with-response.docx");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(field(&found, "response").iter().all(|text| text.starts_with("Accepted. ")));
    assert_eq!(field(&found, "status"), ["Open"; 3]);
}

/// A heading with the word "response" does not hand the text below it to somebody else.
#[test]
fn a_section_on_a_response_is_the_authors_own() {
    let workspace = Workspace::new();
    let report = "# Port Office\n\n## Policing response\n\n\
                  We recommend that the council publish the error rate of the logs.\n";
    workspace.write("report.md", report);
    let found = workspace.concord(&["extract", "report.md", "--format", "jsonl"]).succeeds();
    assert_eq!(found.json_lines().len(), 1, "{found:?}");
}

#[test]
fn a_tracked_out_heading_is_a_heading() {
    for name in ["spaced.txt", "tracked-out.pdf"] {
        let found = records(&format!("06/{name}"));
        let expected = ["Publish the error rate.", "Name one manager who answers."];
        assert_eq!(texts(&found), expected, "{name}");
        assert_eq!(field(&found, "section"), ["RECOMMENDATIONS"; 2], "{name}");
    }
}

#[test]
fn text_turned_on_its_page_is_read_along_its_lines() {
    for name in ["sideways-text.pdf", "sideways-text-page-turned.pdf"] {
        let found = records(&format!("07/{name}"));
        assert_eq!(texts(&found), LONG, "{name}");
        assert_eq!(markers(&found), ["1.", "2.", "3.", "4."], "{name}");
        assert!(found.iter().all(|record| record["source"]["page"] == 2), "{name}");
    }
}

const COLUMNS: [&str; 6] =
    ["--map", "text=Recommendation", "--map", "agency=Body", "--map", "id=Ref"];

#[test]
fn rows_of_a_tracker_without_a_text_are_left_out_and_said() {
    let merged = extract("08/merged-cells.xlsx", &COLUMNS).json_lines();
    assert_eq!(field(&merged, "id"), ["R1", "R2", "R3"]);
    assert_eq!(field(&merged, "Answered by"), ["Ferry North; Ferry South"; 3]);
    assert_eq!(field(&merged, "Answer"), ["Accepted"; 3]);

    let groups = extract("08/group-rows.xlsx", &COLUMNS);
    assert_eq!(field(&groups.json_lines(), "id"), ["R1", "R2", "R3"]);
    assert!(groups.stderr.contains("left out 3 rows without a text: rows 2, 5, 7"), "{groups:?}");

    let withdrawn = extract("08/withdrawn-row.csv", &COLUMNS);
    let found = withdrawn.json_lines();
    assert_eq!(field(&found, "id"), ["R1", "R3"]);
    assert_eq!(field(&found, "status"), ["Open"; 2]);
    assert!(withdrawn.stderr.contains("left out 1 row without a text: row 3"), "{withdrawn:?}");
}

#[test]
fn every_sheet_with_the_columns_is_read_and_one_can_be_named() {
    let found = extract("09/years.xlsx", &COLUMNS).json_lines();
    assert_eq!(found.len(), 9);
    let years: Vec<u64> = found.iter().map(|record| record["year"].as_u64().unwrap()).collect();
    assert_eq!(years, [2024, 2024, 2024, 2025, 2025, 2025, 2026, 2026, 2026]);
    let named: Vec<&str> = COLUMNS.iter().chain(&["--sheet", "2025"]).copied().collect();
    let found = extract("09/years.xlsx", &named).json_lines();
    assert_eq!(field(&found, "sheet"), ["2025"; 3]);
}

#[test]
fn lines_of_a_windows_csv_are_counted_as_those_of_another() {
    let lf = extract("10/lf.csv", &COLUMNS[..4]).json_lines();
    let crlf = extract("10/crlf.csv", &COLUMNS[..4]).json_lines();
    assert_eq!((&lf[0]["id"], &lf[0]["source"]["line_start"]), (&"row-2".into(), &2.into()));
    assert_eq!((&crlf[0]["id"], &crlf[0]["source"]["line_start"]), (&"row-2".into(), &2.into()));

    let comma = extract("10/unquoted-comma.csv", &COLUMNS[..4]);
    assert_eq!(texts(&comma.json_lines()), ["Name one manager, who answers"]);
    let warning = "unquoted-comma.csv:2: left out this row: it has 5 cells for 4 columns";
    assert!(comma.stderr.contains(warning), "{comma:?}");
}

#[test]
fn a_file_that_cannot_be_read_is_called_by_its_format() {
    let refused = |name: &str, parts: &[&str]| {
        Workspace::new().concord(&["extract", &file(name), "--agency", "X"]).refused(parts);
    };
    let workspace = Workspace::new();
    workspace.write("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    workspace
        .refuses(&["extract", "old.doc"], &["old.doc: Concord does not read old or locked Office"]);
    refused("14/locked.pdf", &["the PDF file is locked by a password; save it without one"]);
    let one = ["expected JSON lines, each one whole record, or one array of records"];
    refused("14/pretty.json", &one);
    let form = extract("14/xfa-placeholder.pdf", &["--agency", "X"]);
    assert!(form.stderr.contains("a form of Adobe LiveCycle, whose text is not in the PDF"));
}

#[test]
fn rich_and_open_document_texts_and_the_fields_of_forms_are_read() {
    let found = records("14/note.odt");
    assert_eq!(texts(&found), ["Companies should train every deck officer."]);
    let found = records("14/note.rtf");
    assert_eq!(texts(&found), ["Train every deck officer.", "Appoint one manager."]);
    let fields = records("14/form-fields.pdf");
    assert_eq!(texts(&fields), LONG);
}

#[test]
fn json_that_extract_writes_is_read_again() {
    let workspace = Workspace::new();
    let document = file("06/spaced.txt");
    workspace.concord(&["extract", &document, "-o", "a.json"]).succeeds();
    let again = workspace.concord(&["extract", "a.json", "--format", "json"]).succeeds();
    let first: Value = serde_json::from_slice(&workspace.bytes("a.json")).unwrap();
    assert_eq!(again.json(), first);
}

#[test]
fn a_ligature_that_a_font_maps_to_nothing_is_read_by_its_name() {
    let found = records("15/null-mapping.pdf");
    let expected = [
        "Companies should file the official logs and reflect on differences.",
        "Companies should fix the workflow of the staff.",
    ];
    assert_eq!(texts(&found), expected);
}

/// A table that people correct keeps their corrections, as a file of JSON lines does.
#[test]
fn corrections_in_a_table_survive_the_next_extraction() {
    for name in ["found.csv", "found.xlsx"] {
        let workspace = Workspace::new();
        let report = "Port Office\n\nRecommendations\n\n1. Publish the error rate.\n\
                      2. Name one manager.\n3. Check the logs.\n";
        workspace.write("report.txt", report);
        let run = ["extract", "report.txt", "-o", name];
        workspace.concord(&run).succeeds();
        let first = workspace.bytes(name);
        workspace.concord(&run).succeeds();
        assert_eq!(workspace.bytes(name), first, "{name}: untouched, it stays as it is");

        edit(&workspace, name);
        workspace.write("report.txt", report.replace("Port Office\n", "Port Office\n\nA note.\n"));
        let again = workspace.concord(&run).succeeds();
        let kept = "kept 2 corrected records, 1 deleted and 1 added by hand; 0 new";
        assert!(again.stderr.contains(kept), "{name}: {again:?}");
        let index = ["extract", name, "--format", "jsonl"];
        let index = workspace.concord(&index).succeeds();
        let found = index.json_lines();
        assert_eq!(texts(&found), ["Publish the yearly error rate.", "Buy a boat."], "{name}");
        assert!(index.stderr.contains("left out 1 row that the column `keep`"), "{index:?}");
        assert_eq!(field(&found, "status"), ["open", ""], "{name}");
    }
}

/// Changes a text, says no to the second record, deletes the third and adds one.
fn edit(workspace: &Workspace, name: &str) {
    let rows = workspace.concord(&["extract", name, "--format", "csv"]).succeeds().stdout;
    let mut lines: Vec<String> = rows.lines().map(str::to_owned).collect();
    let cells = lines[0].split(',').count();
    lines[1] = lines[1].replace("the error rate", "the yearly error rate");
    lines[2] = lines[2].replacen(",yes,", ",no,", 1);
    let status = lines[0].split(',').position(|heading| heading == "status").unwrap();
    lines[1] = with_cell(&lines[1], status, "open");
    let mut own = vec![String::new(); cells];
    for (heading, value) in [("id", "own"), ("agency", "Me"), ("text", "Buy a boat.")] {
        value.clone_into(&mut own[lines[0].split(',').position(|h| h == heading).unwrap()]);
    }
    lines[3] = own.join(",");
    let csv = lines.join("\r\n");
    if name == "found.csv" {
        workspace.write(name, csv);
        return;
    }
    let rows: Vec<Vec<String>> =
        lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let headings: Vec<&str> = rows[0].iter().map(String::as_str).collect();
    let book = concord::report::sheet("Tabelle1", &headings, &rows[1..]).unwrap();
    workspace.write(name, book);
}

fn with_cell(line: &str, at: usize, value: &str) -> String {
    let mut cells: Vec<&str> = line.split(',').collect();
    cells[at] = value;
    cells.join(",")
}

#[test]
fn the_ending_of_an_output_says_its_format_or_is_refused() {
    let workspace = Workspace::new();
    workspace.write("report.txt", "Port Office\n\nRecommendations\n\n1. Publish the error rate.\n");
    workspace.refuses(
        &["extract", "report.txt", "-o", "found.txt"],
        &["found.txt: its ending names no format", "end it in .jsonl, .xlsx, .csv or .json"],
    );
    workspace.refuses(
        &["extract", "report.txt", "-o", "found.xlsx", "--format", "csv"],
        &["found.xlsx: its ending says another format than --format"],
    );
}
