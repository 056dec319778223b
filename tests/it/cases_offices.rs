//! How offices number, address and answer their recommendations, and tables as their systems export them: small
//! documents of kinds that were read wrongly, with what is right.

use serde_json::Value;

use crate::cases_prose::{X, extract_text, field};
use crate::workspace::Workspace;

const DEMANDS: [&str; 2] =
    ["Inspect the wires of all gangways once a year.", "Check each gangway before use."];

fn rows(text: &str) -> Vec<Value> {
    extract_text("a.txt", text, &X).json_lines()
}

/// How a demand is printed with its number.
type Print = fn(usize, &str) -> String;

/// A section of recommendations in which `print` has set each demand with its number.
fn section(print: impl Fn(usize, &str) -> String) -> Vec<Value> {
    let printed: String = (1..).zip(DEMANDS).map(|(n, demand)| print(n, demand) + "\n\n").collect();
    rows(&format!("Safety recommendations\n\n{printed}"))
}

#[test]
fn codes_of_safety_boards_are_markers() {
    let printed: [(&str, Print); 5] = [
        ("M-24-1", |n, text| format!("{text} [M-24-{n}]")),
        ("M-24-1", |n, text| format!("{text} (M-24-{n})")),
        ("021/24", |n, text| format!("02{n}/24 {text}")),
        ("2024-01", |n, text| format!("2024-0{n}: {text}")),
        ("M-24-1", |n, text| format!("M-24-{n}\n\n{text}")),
    ];
    for (marker, print) in printed {
        let found = section(print);
        assert_eq!(field(&found, "text"), DEMANDS, "{marker}");
        assert_eq!(found[0]["marker"], marker);
    }
}

#[test]
fn whoever_is_asked_before_the_text_owns_it() {
    let printed: [Print; 6] = [
        |_, text| format!("To the Port Authority: {text}"),
        |n, text| format!("Recommendation {n} to the Port Authority: {text}"),
        |n, text| format!("Recommendation {n} (Port Authority): {text}"),
        |n, text| format!("Recommendation {n}\n\nTo: Port Authority\n\n{text}"),
        |n, text| format!("Recommendation {n}\n\nAddressee: Port Authority\n\n{text}"),
        |n, text| format!("02{n}/24\n\nTo: Port Authority\n\n{text}\n\nResponse: We accept it."),
    ];
    for (at, print) in printed.into_iter().enumerate() {
        let found = section(print);
        assert_eq!(field(&found, "text"), DEMANDS, "{at}");
        assert_eq!(field(&found, "owner"), ["Port Authority"; 2], "{at}");
    }
}

#[test]
fn a_reply_is_a_response_whoever_gives_it() {
    let reply =
        "Reply of the Port Authority, 12 August 2024: We accept it. Ports should plan for 2026.";
    for label in ["", "Recommendation "] {
        let found = section(|n, text| {
            let dot = if label.is_empty() { ". " } else { "\n\n" };
            format!("{label}{n}{dot}{text}\n\n{reply}")
        });
        assert_eq!(field(&found, "text"), DEMANDS, "{label}");
        let response = "We accept it. Ports should plan for 2026.";
        assert_eq!(field(&found, "response"), [response; 2], "{label}");
    }
    let told = "Fjordline replied: We do not accept it. Ports should do it.";
    let found = section(|n, text| format!("{n}. {text}\n\n{told}"));
    assert!(field(&found, "text").iter().all(|text| !text.contains("Ports")), "{found:?}");
}

#[test]
fn what_we_recommend_is_a_heading_of_recommendations() {
    let list = "- Tell applicants when they will hear.\n- Review all old applications.\n";
    for heading in ["What we recommend", "We recommend"] {
        let found = rows(&format!("What we found\n\nIt took years.\n\n{heading}\n\n{list}"));
        assert_eq!(found.len(), 2, "{heading}");
    }
    let german = "Was wir fanden\n\nEs dauerte Jahre.\n\nWas wir empfehlen\n\n- Die Anträge sofort prüfen.\n- Die Zahlen jedes Jahr veröffentlichen.\n";
    assert_eq!(rows(german).len(), 2);
}

#[test]
fn parts_that_only_say_what_to_publish_belong_to_their_recommendation() {
    let found = rows(
        "Recommendations\n\n40. The Office should publish each quarter:\n\n(a) the number of complaints received;\n\n(b) the median time to a decision.\n\n41. The Ministry should take the following steps:\n\n(a) Adopt a fee schedule;\n\n(b) Train two assessors.\n",
    );
    let texts = [
        "The Office should publish each quarter: the number of complaints received; the median time to a decision.",
        "Adopt a fee schedule;",
        "Train two assessors.",
    ];
    assert_eq!(field(&found, "text"), texts);
}

#[test]
fn a_numbered_paragraph_that_only_opens_its_parts_is_none_of_them() {
    let found = rows(
        "Recommendations\n\n90. The Rapporteur recommends that States:\n\n(a) Recognize in law a right to libraries;\n\n(b) Allocate a stable share of the budget.\n\n91. States should abolish fines for late return.\n\n92. Publishers should license electronic books on fair terms.\n",
    );
    assert_eq!(field(&found, "marker"), ["(a)", "(b)", "91.", "92."]);
    assert_eq!(found[0]["lead_in"], "The Rapporteur recommends that States:");
}

#[test]
fn a_section_of_demands_keeps_the_rules_of_others_out() {
    let found = rows(
        "2 Facts\n\nThe lift should be serviced every ten years.\n\n3 Recommendations\n\nInspect the wires of all gangways once a year.\n\nCheck each gangway before use.\n",
    );
    assert_eq!(field(&found, "text"), DEMANDS);
}

#[test]
fn the_furniture_of_a_page_recommends_nothing() {
    let page = "<html><body class=\"has-cookie-banner\"><div class=\"cookie-banner\"><p>You should accept every one to get the most from this site.</p></div><main><h1>Left waiting</h1><h2>What we recommend</h2><p>We recommend that councils:</p><ul><li>tell applicants in writing when they will hear;</li><li>review all old applications.</li></ul></main><aside id=\"newsletter\"><p>You should hear from us within a month.</p></aside></body></html>";
    let found = extract_text("a.html", page, &X).json_lines();
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn what_others_said_own_plans_and_notices_are_left_out() {
    let no = [
        "Witnesses told us that fees should rise. We do not share that view.",
        "You should address it to the Clerk of the Committee.",
        "Skippers should note that paper logbooks will not be accepted.",
        "Inspectors must complete a course before they board a ship, and all 61 did.",
        "We need to improve how fast we answer, and we will publish our times.",
    ];
    let found = rows(&format!("{}\n\nWe recommend that ports be dredged.\n", no.join("\n\n")));
    assert_eq!(field(&found, "text"), ["We recommend that ports be dredged."]);
}

#[test]
fn rows_keep_their_order_and_headings_their_meaning_whatever_their_capitals() {
    let lines: Vec<String> =
        (1..=11).map(|n| format!("R-{n},Office,Repair bridge {n}.\n")).collect();
    let found =
        extract_text("a.csv", &format!("ID,Agency,Text\n{}", lines.concat()), &[]).json_lines();
    let ids: Vec<String> = (1..=11).map(|n| format!("R-{n}")).collect();
    assert_eq!(field(&found, "id"), ids);
}

#[test]
fn a_table_is_of_the_agency_that_corpus_toml_names() {
    let workspace = Workspace::new();
    workspace.write("a.csv", "id,text\n1,Repair the bridge.\n");
    workspace.write("corpus.toml", "[[documents]]\nid = \"a\"\nagency = \"Roads Office\"\n");
    let found = workspace.concord(&["extract", "a.csv", "--corpus", "corpus.toml"]).succeeds();
    assert_eq!(field(&found.json_lines(), "agency"), ["Roads Office"]);
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let workspace = Workspace::new();
    workspace.write("good.md", "# Recommendations\n\n1. Repair the bridge.\n");
    workspace.write("bad.pdf", "no PDF at all");
    let all = ["extract", "bad.pdf", "good.md", "--agency", "X", "-o", "all.jsonl"];
    let answer = workspace.concord(&all).ends_with(2);
    assert!(answer.stderr.contains("error: bad.pdf: "), "{answer:?}");
    let sum = "error: 1 of 2 files could not be read; the others were";
    assert!(answer.stderr.contains(sum), "{answer:?}");
    let written = String::from_utf8(workspace.bytes("all.jsonl")).unwrap();
    assert!(written.contains("Repair the bridge."), "{written}");

    let none = workspace.concord(&["extract", "bad.pdf", "-o", "none.jsonl"]).ends_with(2);
    assert!(!none.stderr.contains("of 1"), "{none:?}");
    assert!(!workspace.path("none.jsonl").exists());
}

#[test]
fn what_a_resolution_decides_is_what_it_recommends() {
    let clauses = "Artículo segundo.- RECOMENDAR al Ministerio de Salud que publique los resultados de los controles.\n\nTercero.- EXHORTAR a la Municipalidad de Puerto Norte a vigilar el agua de las cisternas.\n";
    let found = rows(&format!("SE RESUELVE:\n\n{clauses}"));
    assert_eq!(found.len(), 2, "{found:?}");
    let list = rows(
        "RESOLUCIÓN\n\nRECOMENDAR al Ministerio de Vivienda:\n\n1. ASIGNAR recursos para ampliar la red de agua.\n\n2. APROBAR un protocolo para las cisternas.\n",
    );
    assert_eq!(field(&list, "marker"), ["1.", "2."]);
    let french = rows(
        "DÉCIDE :\n\nArticle 1er : RECOMMANDER au ministre de la santé de publier les résultats des contrôles.\n",
    );
    assert_eq!(french.len(), 1, "{french:?}");
}

#[test]
fn to_say_how_many_recommendations_there_are_is_none() {
    let found = rows(
        "Recommendations\n\n1. We make two recommendations.\n\n2. The Department accepted both of our two recommendations.\n\n3. Rooms should have at least 12 m² and be aired.\n",
    );
    assert_eq!(field(&found, "text"), ["Rooms should have at least 12 m² and be aired."]);
}
