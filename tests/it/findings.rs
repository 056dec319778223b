//! What an index shows besides its themes: contradictions, repeats over the years, a person's own list, and
//! what filters leave.

use serde_json::{Value, json};

use crate::workspace::{Answer, Workspace};

/// Recommendations of two years and several agencies.
fn with_index() -> Workspace {
    let rows = [
        ("A-1", "Alpha", 2014, "open", "Publish the waiting times of all hospitals every month."),
        ("A-2", "Alpha", 2024, "open", "Publish the waiting times of all hospitals each month."),
        ("B-1", "Beta", 2024, "closed", "Train hospital porters to lift patients safely."),
        ("B-2", "Beta", 2024, "open", "Governments should expand the detention of migrants."),
        ("C-1", "Gamma", 2024, "closed", "Governments should end the detention of migrants."),
        ("C-2", "Gamma", 2014, "open", "Plant trees along all new roads."),
    ];
    let line = |&(id, agency, year, status, text): &(&str, &str, i32, &str, &str)| {
        let row =
            json!({ "id": id, "agency": agency, "year": year, "status": status, "text": text });
        format!("{row}\n")
    };
    let workspace = Workspace::new();
    workspace.indexed("idx", &rows.iter().map(line).collect::<String>());
    workspace
}

fn run(workspace: &Workspace, arguments: &[&str]) -> Answer {
    workspace.concord(&[arguments, &["--index", "idx"]].concat()).succeeds()
}

fn gaps(workspace: &Workspace, kind: &str) -> Value {
    run(workspace, &["gaps", "--kind", kind, "--format", "json"]).json()[kind].take()
}

fn ids(results: &Value) -> Vec<&str> {
    results.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[test]
fn contradictions_name_both_phrases_and_a_person_can_end_one() {
    let workspace = with_index();
    let found = gaps(&workspace, "contradictions");
    let [one] = found.as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!((&one["a"], &one["b"]), (&json!("B-2"), &json!("C-1")));
    assert_eq!(one["agencies"], json!(["Beta", "Gamma"]));
    let phrase = |side: &str| one["phrases"][side].as_str().unwrap().to_owned();
    assert!(phrase("a").contains("expand") && phrase("b").contains("end"), "{one}");
    let table = run(&workspace, &["gaps", "--kind", "contradictions"]).stdout;
    assert!(table.starts_with("Contradictions: 1\n"), "{table}");
    let report = run(&workspace, &["report", "--format", "md", "--output", "-"]).stdout;
    assert!(report.contains("1 pair of recommendations appears to contradict"), "{report}");
    run(&workspace, &["pairs", "decide", "B-2", "C-1", "same"]);
    assert_eq!(gaps(&workspace, "contradictions"), json!([]), "a person's word holds");
}

#[test]
fn what_is_asked_again_in_another_year_is_a_repeat() {
    let workspace = with_index();
    let found = gaps(&workspace, "repeats");
    let [one] = found.as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!((&one["years"], &one["agencies"]), (&json!([2014, 2024]), &json!(["Alpha"])));
    assert_eq!(ids(&one["members"]), ["A-1", "A-2"]);
    let report = run(&workspace, &["report", "--format", "md", "--output", "-"]).stdout;
    assert!(report.contains("1 request comes again in another year."), "{report}");
}

#[test]
fn recommendations_are_sorted_into_a_list_and_what_fits_none_is_said() {
    let workspace = with_index();
    workspace
        .write("mine.txt", "Publish the waiting times of hospitals.\nPlant trees.\nFly kites.\n");
    let by = ["themes", "--by", "mine.txt"];
    let sorted = run(&workspace, &[&by[..], &["--format", "json"]].concat()).json();
    let themes = sorted["themes"].as_array().unwrap();
    assert_eq!(themes.len(), 3);
    assert_eq!(themes[0]["label"], "Publish the waiting times of hospitals.");
    assert_eq!(ids(&themes[0]["members"]).len(), 2, "{sorted}");
    assert_eq!(themes[2]["members"], json!([]), "{sorted}");
    let none = ids(&sorted["none"]);
    assert!(none.contains(&"B-1") && !none.contains(&"A-1"), "{sorted}");
    let table = run(&workspace, &by).stdout;
    assert!(table.contains("none of them"), "{table}");
}

#[test]
fn filters_narrow_by_status_field_theme_and_probability() {
    let workspace = with_index();
    let found = |flags: &[&str]| {
        let query = ["similar", "--format", "json", "Publish waiting times of hospitals."];
        let answer = run(&workspace, &[&query[..], flags].concat()).json();
        let mut ids: Vec<String> = ids(&answer["results"]).into_iter().map(str::to_owned).collect();
        ids.sort();
        ids
    };
    assert_eq!(found(&["--status", "Closed"]), ["B-1", "C-1"]);
    assert_eq!(found(&["--where", "status=open", "--year", "2014"]), ["A-1", "C-2"]);
    let themes = run(&workspace, &["themes", "--format", "json"]).json();
    let theme = themes["themes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|theme| ids(&theme["members"]).contains(&"A-1"));
    let theme = theme.expect("A-1 and A-2 are a theme");
    assert_eq!(found(&["--theme", theme["id"].as_str().unwrap()]), ["A-1", "A-2"]);
    let low = found(&["--max-probability", "0.4"]);
    assert!(!low.contains(&"A-1".to_owned()) && low.contains(&"C-2".to_owned()), "{low:?}");
    let refuses = |flags: &[&str], part: &str| {
        let query = ["similar", "x", "--index", "idx"];
        workspace.refuses(&[&query[..], flags].concat(), &[part]);
    };
    refuses(&["--where", "priority=1"], "no recommendation of the index has the field `priority`");
    refuses(&["--theme", "t-none"], "the index has no theme `t-none`");
}
