//! A draft compared with an index, as its author sees it.

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write};

use serde_json::Value;
use zip::write::SimpleFileOptions;

use crate::workspace::{TWELVE, Workspace, repository, shipped_by_default};

/// A copy, its contrary, a repeat of the copy, a text that tries to be markup, and something new.
const DRAFT: &str = "# Draft\n\nWe thank <b>everybody</b>.\n\n\
    - States should reduce the cost of sending remittances to three per cent.\n\
    - States should not reduce the cost of sending remittances to three per cent.\n\
    - States should reduce the cost of sending remittances to three per cent by 2030.\n\
    - States should show <script>alert(1)</script> and =HYPERLINK(\"http://x\") as text.\n\
    - The zoo should feed its giraffes hay and carrots at noon.\n";

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    workspace.write("draft.md", DRAFT);
    workspace
}

fn json(workspace: &Workspace, flags: &[&str]) -> Value {
    let arguments = [&["check", "draft.md", "--index", "idx", "--format", "json"], flags].concat();
    workspace.concord(&arguments).succeeds().json()
}

#[test]
fn the_contrary_of_what_exists_is_flagged_and_is_no_duplicate() {
    let answer = json(&workspace(), &["--all"]);
    let [copy, contrary, later] =
        [&answer["statements"][1], &answer["statements"][2], &answer["statements"][3]];
    assert_eq!((&copy["relation"], &copy["opposite"]), (&"duplicate".into(), &false.into()));
    assert_eq!((&contrary["relation"], &contrary["opposite"]), (&"related".into(), &true.into()));
    let difference = &contrary["matches"][0]["differences"][0];
    assert_eq!(difference["kind"], "direction", "{contrary}");
    assert!(difference["draft"].as_str().is_some_and(|text| text.contains("not")), "{contrary}");
    assert_eq!(later["relation"], "duplicate", "another deadline is the same ask: {later}");
    assert_eq!(later["matches"][0]["differences"][0]["kind"], "deadline");
    assert_eq!(later["repeats"], serde_json::json!([1]), "its place in the list: {later}");
    assert_eq!(copy["cite"][0]["id"], "A-1");
}

#[test]
fn what_repeats_one_and_contradicts_another_names_both() {
    let workspace = Workspace::new();
    let records = crate::workspace::records(&[
        ("A-1", "Alpha", "Ratify the convention on the rights of migrant workers."),
        ("B-1", "Beta", "Withdraw from the convention on the rights of migrant workers."),
    ]);
    workspace.indexed("two", &records);
    let draft = ["check", "--text", "Ratify the convention on the rights of migrant workers."];
    let table = workspace.concord(&[&draft[..], &["--index", "two"]].concat()).succeeds().stdout;
    let place = |text: &str| table.find(text).unwrap_or_else(|| panic!("no {text} in {table}"));
    assert!(place("duplicate") < place("OPPOSITE"), "{table}");
    assert!(place("Alpha (A-1)") < place("OPPOSITE of Beta (B-1)"), "{table}");
}

#[test]
fn similar_and_its_pairs_flag_the_contrary() {
    let workspace = workspace();
    let query = "States should not reduce the cost of sending remittances to three per cent.";
    let similar = ["similar", query, "-k1", "--index", "idx"];
    let table = workspace.concord(&similar).succeeds().stdout;
    assert!(table.contains("OPPOSITE"), "{table}");
    let answer =
        workspace.concord(&[&similar[..], &["--format", "json"]].concat()).succeeds().json();
    let first = &answer["results"][0];
    assert_eq!((&first["opposite"], &first["relation"]), (&true.into(), &"related".into()));
    let records = crate::workspace::records(&[
        ("A-1", "Alpha", "Ratify the convention on the rights of migrant workers."),
        ("B-1", "Beta", "Withdraw from the convention on the rights of migrant workers."),
    ]);
    workspace.indexed("two", &records);
    let pairs = workspace.concord(&["pairs", "--index", "two"]).succeeds().json_lines();
    assert_eq!(pairs[0]["opposite"], true, "{pairs:?}");
    assert_eq!(pairs[0]["relation"], "related", "however alike they are: {pairs:?}");
    let csv = workspace.concord(&["pairs", "--index", "two", "--format", "csv"]).succeeds().stdout;
    assert!(csv.contains(",related,"), "{csv}");
}

#[test]
fn the_authors_own_recommendations_are_told_apart() {
    let workspace = workspace();
    let answer = json(&workspace, &["--agency", "alpha"]);
    assert_eq!(answer["agency"], "Alpha");
    let copy = &answer["statements"][0];
    assert_eq!(copy["own_matches"][0]["id"], "A-1");
    for found in copy["matches"].as_array().expect("a list") {
        assert_ne!(found["agency"], "Alpha");
    }
    assert_ne!(copy["relation"], "duplicate", "nobody else says it: {copy}");
    let wrong = ["check", "draft.md", "--index", "idx", "--agency", "Nobody"];
    workspace.refuses(&wrong, &["the index has no agency `Nobody`", "Alpha"]);
}

#[test]
fn the_draft_comes_back_with_notes_and_its_markup_as_text() {
    let workspace = workspace();
    let write = |format: &str, file: &str| {
        let arguments =
            ["check", "draft.md", "--all", "--index", "idx", "--format", format, "-o", file];
        assert_eq!(workspace.concord(&arguments).succeeds().stdout, "");
        workspace.bytes(file)
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let page = text(write("html", "out.html"));
    assert!(!page.contains("<script") && !page.contains("<b>everybody"), "{page}");
    assert!(page.contains("&#60;script") || page.contains("&lt;script"), "{page}");
    assert!(page.contains("Opposite direction") && page.contains("We thank"), "{page}");
    let notes = text(write("md", "out.md"));
    assert!(notes.contains(r"\<script>") && notes.contains("**Opposite direction**"), "{notes}");
    let word = write("docx", "out.docx");
    assert_eq!(&word[..2], b"PK", "a Word document is an archive");
    for (format, file, first) in
        [("html", "again.html", page.into_bytes()), ("docx", "again.docx", word)]
    {
        assert!(write(format, file) == first, "{format}: other bytes");
    }
    // What was written can be checked again.
    let again = ["check", "out.docx", "--all", "--index", "idx", "--format", "json"];
    let again = workspace.concord(&again).succeeds().json();
    let texts: Vec<&str> = again["statements"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|s| s["text"].as_str())
        .collect();
    assert!(texts.iter().any(|text| text.contains("<script>alert(1)</script>")), "{texts:?}");
}

#[test]
fn eval_check_scores_labelled_statements_and_holds_floors() {
    let workspace = Workspace::new();
    let gold = repository().join("tests/data/drafts/development.jsonl");
    let arguments = |floor: &'static str| {
        let gold = gold.to_str().expect("a plain path").to_owned();
        [
            "eval",
            "check",
            "--gold",
            &gold,
            "--index",
            shipped_by_default(),
            "--floor",
            floor,
            "--format",
            "json",
        ]
        .map(str::to_owned)
    };
    let run = |floor: &'static str, code: i32| {
        let arguments = arguments(floor);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        workspace.concord(&arguments).ends_with(code)
    };
    let scores = run("reversals=1", 0).json();
    let value =
        |name: &str| scores[name]["value"].as_f64().unwrap_or_else(|| panic!("{name}: {scores}"));
    assert_eq!(scores["statements"], 90);
    assert!(value("macro_f1") >= 0.72 && value("auroc_new") >= 0.93, "{scores}");
    let missed = run("macro_f1=0.99", 1);
    assert!(missed.stderr.contains("no: macro_f1 is 0."), "{missed:?}");
}

#[test]
fn everything_numbered_is_checked_and_what_is_not_is_counted() {
    let workspace = workspace();
    let mut draft =
        String::from("# Proposals of the secretariat\n\nThe meeting took place in May.\n\n");
    for number in 1..=40 {
        let _ = writeln!(draft, "{number}. The harbour of town {number} is home to many boats.");
    }
    draft.push_str("\n| Who | What |\n|---|---|\n| Zoo | The giraffes like hay and carrots. |\n");
    workspace.write("numbered.md", draft);
    let arguments = ["check", "numbered.md", "--index", "idx", "--format", "json"];
    let run = workspace.concord(&arguments).succeeds();
    let statements = run.json()["statements"].as_array().expect("a list").clone();
    assert_eq!(statements.len(), 41, "{statements:?}");
    assert_eq!(
        (&statements[1]["line_start"], &statements[40]["line_start"]),
        (&6.into(), &48.into())
    );
    assert_eq!(run.json()["not_checked"], 1);
    assert!(run.stderr.contains("1 sentence was not read as a recommendation"), "{run:?}");
}

#[test]
fn a_pasted_text_is_checked_sentence_by_sentence() {
    let workspace = workspace();
    let text = "Many families pay high fees. States should reduce the cost of sending remittances to three per cent.";
    let arguments = ["check", "--text", text, "--index", "idx", "--format", "json"];
    let answer = workspace.concord(&arguments).succeeds().json();
    assert_eq!(answer["statements"][1]["relation"], "duplicate", "{answer}");
    assert_eq!(answer["statements"].as_array().map(Vec::len), Some(2));
    workspace.refuses(&["check", "draft.md", "--text", text], &["--text"]);
    workspace.refuses(&["check"], &["<DRAFT>"]);
}

#[test]
fn a_merged_statement_has_a_verdict_on_each_part() {
    let workspace = workspace();
    let text = "States should reduce the cost of sending remittances to three per cent and feed the \
                giraffes of the zoo at noon.";
    let arguments = ["check", "--text", text, "--index", "idx", "--format", "json"];
    let answer = workspace.concord(&arguments).succeeds().json();
    let statement = &answer["statements"][0];
    assert_eq!(statement["relation"], "overlap", "{statement}");
    let parts: Vec<&str> = statement["parts"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|part| part["relation"].as_str())
        .collect();
    assert_eq!(parts, ["duplicate", "new"], "{statement}");
    let table = workspace.concord(&["check", "--text", text, "--index", "idx"]).succeeds().stdout;
    assert!(table.contains("Part \u{201c}"), "{table}");
}

#[test]
fn what_to_cite_comes_in_the_form_that_the_author_uses() {
    let workspace = workspace();
    let cite = |form: &str| {
        let arguments = ["check", "draft.md", "--all", "--index", "idx", "--cite", form];
        workspace.concord(&arguments).succeeds().stdout
    };
    assert!(cite("plain").contains("Alpha. [A-1]."), "{}", cite("plain"));
    assert!(cite("bibtex").starts_with("@techreport{A-1,"), "{}", cite("bibtex"));
    assert!(cite("ris").starts_with("TY  - RPRT\nID  - A-1\n"), "{}", cite("ris"));
}

/// A Word file as an author has it: a bold word, a comment by a colleague.
fn word_file() -> Vec<u8> {
    let w = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let document = format!(
        "<?xml version=\"1.0\"?><w:document {w}><w:body>\
         <w:p><w:commentRangeStart w:id=\"4\"/><w:r><w:t>Draft of the &amp; working group</w:t></w:r>\
         <w:commentRangeEnd w:id=\"4\"/><w:r><w:commentReference w:id=\"4\"/></w:r></w:p>\
         <w:p><w:r><w:t xml:space=\"preserve\">This was agreed last May. States should </w:t></w:r><w:r><w:rPr><w:b/></w:rPr>\
         <w:t>reduce</w:t></w:r><w:r><w:t xml:space=\"preserve\"> the cost of sending remittances to three per \
         cent. We thank all who came.</w:t></w:r></w:p></w:body></w:document>"
    );
    let comments = format!(
        "<w:comments {w}><w:comment w:id=\"4\" w:author=\"Ana\"><w:p><w:r><w:t>Nice.</w:t></w:r></w:p>\
         </w:comment></w:comments>"
    );
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                     <Relationship Id=\"r1\" Target=\"comments.xml\" Type=\"http://schemas.openxmlformats.org\
                     /officeDocument/2006/relationships/comments\"/></Relationships>";
    let types =
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"></Types>";
    let core = "<c xmlns:dcterms=\"d\"><dcterms:modified t=\"W3CDTF\">2024-05-06T07:08:09Z</dcterms:modified></c>";
    let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", types),
        ("word/document.xml", &document),
        ("word/comments.xml", &comments),
        ("word/_rels/document.xml.rels", relations),
        ("docProps/core.xml", core),
        ("word/media/image1.bin", "pixels"),
    ] {
        file.start_file(name, SimpleFileOptions::default()).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
    file.finish().unwrap().into_inner()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_word_file_keeps_its_own_and_a_second_run_replaces_the_notes() {
    let workspace = workspace();
    workspace.write("draft.docx", word_file());
    let check = |from: &str, to: &str| {
        let arguments = ["check", from, "--index", "idx", "--format", "docx", "-o", to];
        workspace.concord(&arguments).succeeds();
        workspace.bytes(to)
    };
    let once = check("draft.docx", "once.docx");
    let (document, comments) = (part(&once, "word/document.xml"), part(&once, "word/comments.xml"));
    // At the words, which go on in bold; the rest of the paragraph has no comment.
    let expected = "<w:t xml:space=\"preserve\">This was agreed last May. </w:t></w:r><w:commentRangeStart w:id=\"6\"/><w:r>\
                    <w:t xml:space=\"preserve\">States should </w:t></w:r>";
    assert!(document.contains(expected), "{document}");
    let end = "cent.</w:t></w:r><w:commentRangeEnd w:id=\"6\"/>";
    assert!(document.contains(end) && document.contains("<w:b/>"), "{document}");
    assert_eq!(comments.matches("w:author=\"Concord\"").count(), 2, "{comments}");
    assert_eq!(comments.matches("w:date=\"2024-05-06T07:08:09Z\"").count(), 2, "{comments}");
    assert!(comments.contains("w:author=\"Ana\"") && comments.contains("Nice."), "{comments}");
    assert_eq!(part(&once, "word/media/image1.bin"), "pixels");
    let twice = check("once.docx", "twice.docx");
    assert_eq!(part(&twice, "word/comments.xml").matches("<w:comment ").count(), 3);
    assert_eq!(part(&twice, "word/document.xml").matches("<w:commentRangeStart").count(), 3);
    let third = check("twice.docx", "third.docx");
    assert!(third == twice, "a further run changes nothing");
    // What was built anew has no date that nobody wrote.
    check("draft.md", "anew.docx");
    let anew = part(&workspace.bytes("anew.docx"), "word/comments.xml");
    assert!(anew.contains("w:author=\"Concord\"") && !anew.contains("w:date"), "{anew}");
}
