//! The first hour: `concord start`, and what the command line understands.

use crate::workspace::{HASHING, Workspace};

const SPEAKS: &str = "A report by the Court of Audit\n\nThe Court of Audit recommends that:\n\n\
    1. Cities should open cooling rooms.\n2. The ministry should publish figures on heat.\n";
const SILENT: &str = "Recommendations\n\n1. Cities should open cooling rooms in every district.\n\
    2. Landlords should fit blinds to windows.\n";

fn with_documents() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("docs/audit.txt", SPEAKS).write("docs/letter.txt", SILENT);
    workspace
}

/// Starts with the documents in `docs`, without a runtime.
fn start(workspace: &Workspace, more: &[&str]) -> crate::workspace::Answer {
    let arguments = [&["start", "docs", "--model", HASHING], more].concat();
    workspace.concord(&arguments).succeeds()
}

#[test]
fn the_sample_goes_from_documents_to_a_report_by_commands_that_can_be_typed() {
    let workspace = Workspace::new();
    let answer = workspace.concord(&["start", "--sample", "--model", HASHING]).succeeds();
    assert!(answer.stdout.starts_with("Recommendations on heat in cities\n"), "{answer:?}");
    let made = workspace.files("concord-sample");
    for ending in ["html", "docx", "xlsx"] {
        let name = format!("concord-report.{ending}");
        assert!(made.contains_key(std::path::Path::new(&name)), "{:?}", made.keys());
    }

    let typed: Vec<&str> =
        answer.stderr.lines().filter_map(|line| line.strip_prefix("$ concord ")).collect();
    let names: Vec<&str> = typed.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["extract", "index", "report"]);
    let other = Workspace::new();
    other.copy(&workspace.path("sample"), "sample");
    other.write("concord-sample/corpus.toml", workspace.bytes("concord-sample/corpus.toml"));
    for line in typed {
        other.concord(&line.split(' ').collect::<Vec<_>>()).succeeds();
    }
    crate::workspace::assert_same_files(&made, &other.files("concord-sample"), "typed");
}

#[test]
fn nothing_is_made_while_nobody_says_who_speaks() {
    let workspace = with_documents();
    workspace.refuses(
        &["start", "docs", "--model", HASHING],
        &["nothing says who speaks in letter.txt", "--agency \"letter.txt=NAME\""],
    );
    workspace.refuses(
        &["start", "docs", "--agency", "lettre.txt=Ombudsman"],
        &["no file `lettre.txt` in docs"],
    );
}

#[test]
fn who_speaks_is_said_once_and_corrections_stay() {
    let workspace = with_documents();
    start(&workspace, &["--agency", "letter.txt=Housing Ombudsman"]);
    let records = String::from_utf8(workspace.bytes("concord-docs/recommendations.jsonl")).unwrap();
    assert_eq!(records.matches("\"agency\":\"Housing Ombudsman\"").count(), 2, "{records}");
    assert_eq!(records.matches("\"agency\":\"Court of Audit\"").count(), 2, "{records}");

    workspace.change("concord-docs/recommendations.jsonl", |bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text.replace("fit blinds", "fit outside blinds").into_bytes();
    });
    workspace.change("concord-docs/corpus.toml", |bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text.replace("title = \"Letter\"", "title = \"Too hot\"").into_bytes();
    });
    let again = start(&workspace, &[]);
    let records = String::from_utf8(workspace.bytes("concord-docs/recommendations.jsonl")).unwrap();
    assert!(records.contains("fit outside blinds"), "{records}");
    let about = String::from_utf8(workspace.bytes("concord-docs/corpus.toml")).unwrap();
    assert!(about.contains("title = \"Too hot\""), "{about}");
    assert!(again.stderr.contains("Housing Ombudsman"), "{again:?}");
}

#[test]
fn the_first_page_gives_title_and_year_of_a_document() {
    let workspace = Workspace::new();
    workspace
        .write("docs/a.txt", format!("Cool cities by 2040\n\nPublished in May 2024\n\n{SPEAKS}"));
    start(&workspace, &[]);
    let about = String::from_utf8(workspace.bytes("concord-docs/corpus.toml")).unwrap();
    assert!(about.contains("title = \"Cool cities by 2040\"\nyear = 2024\n"), "{about}");
}

#[test]
fn a_name_that_would_be_lost_is_refused() {
    let workspace = with_documents();
    start(&workspace, &["--agency", "letter.txt=Housing Ombudsman"]);
    start(&workspace, &["--agency", "letter.txt=Housing Ombudsman"]);
    workspace.refuses(
        &["start", "docs", "--agency", "letter.txt=Tenants Board"],
        &["concord-docs/corpus.toml lists `letter` with another `agency`", "agency = \"NAME\""],
    );
    workspace.change("concord-docs/corpus.toml", |bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text.replace("agency = \"Housing Ombudsman\"\n", "").into_bytes();
    });
    workspace.refuses(&["start", "docs"], &["lists `letter` with another `agency`, or none"]);
}

#[test]
fn one_name_serves_every_document_that_names_nobody() {
    let workspace = with_documents();
    start(&workspace, &["--agency", "Housing Ombudsman"]);
    let records = String::from_utf8(workspace.bytes("concord-docs/recommendations.jsonl")).unwrap();
    assert_eq!(records.matches("\"agency\":\"Housing Ombudsman\"").count(), 2, "{records}");
    assert_eq!(records.matches("\"agency\":\"Court of Audit\"").count(), 2, "{records}");
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_goes_on() {
    let workspace = with_documents();
    workspace.write("docs/audit.md", SPEAKS).write("docs/scan.pdf", "%PDF-1.7\nbroken");
    workspace.write("docs/more/deep.txt", SPEAKS);
    let answer = start(&workspace, &["--agency", "letter.txt=Ombudsman"]);
    for part in ["docs/scan.pdf", "docs/audit.txt: audit.md has the same name", "docs/more is not"]
    {
        assert!(answer.stderr.contains(part), "{part}: {}", answer.stderr);
    }
    let empty = Workspace::new();
    empty.write("docs/scan.pdf", "%PDF-1.7\nbroken");
    let answer = empty.concord(&["start", "docs"]).ends_with(2);
    assert!(answer.stderr.contains("error: no document in docs can be read"), "{answer:?}");
    assert_eq!(empty.files("").len(), 1, "nothing was written");
}

#[test]
fn a_query_needs_no_quotation_marks() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &crate::workspace::TWELVE);
    let ask = |words: &[&str]| {
        let line = [&["similar"], words, &["--index", "idx", "--format", "json"]].concat();
        workspace.concord(&line).succeeds().json()
    };
    assert_eq!(ask(&["cost", "of", "remittances"]), ask(&["cost of remittances"]));
}

#[test]
fn a_slip_of_the_finger_is_understood() {
    let workspace = Workspace::new();
    workspace.concord(&["similr", "x"]).refused(&["unrecognized subcommand", "'similar'"]);
    workspace.concord(&["report", "--fromat", "html"]).refused(&["'--format'"]);
}

#[test]
fn every_command_has_a_manual_page() {
    let workspace = Workspace::new();
    workspace.concord(&["man", "-o", "man"]).succeeds();
    let pages = workspace.files("man");
    let help = workspace.concord(&["--help"]).succeeds().stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        let page = &pages[std::path::Path::new(&format!("concord-{name}.1"))];
        let page = String::from_utf8_lossy(page);
        assert!(page.starts_with(".ie") && page.contains("concord\\-"), "{page}");
        assert_eq!(workspace.concord(&["man", name]).succeeds().stdout.trim(), page.trim());
    }
    workspace.concord(&["man", "nothing"]).refused(&["there is no command `nothing`"]);
}
