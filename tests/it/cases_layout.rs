//! Headings, numbers, labels and notes as offices lay them out: small documents of kinds that were read wrongly, with
//! what is right.

use crate::cases_prose::{X, extract_text, field};

#[test]
fn a_page_of_a_treaty_body_sets_numbers_apart_by_boxes_and_headings_in_bold() {
    let gap = "<span style=\"display:inline-block;width:24pt\"></span>";
    let page = format!(
        "<p><b>Concluding observations on Northland</b></p>\
         <p><b>III. Principal areas of concern and recommendations</b></p>\
         <p>5.{gap}The Committee is concerned about:</p><p>(a){gap}The age of ships;</p>\
         <p>6.{gap}<b>The Committee recommends that the State party:</b></p>\
         <p>(a){gap}<b>Inspect all ships each year;</b></p><p>(b){gap}<b>Publish what was found.</b></p>\
         <p><b>B. Specific rights (arts. 5-9)</b></p><p><b>Liberty (art. 5)</b></p>\
         <p>7.{gap}The Committee regrets that crews wait in port.</p>\
         <p>8.{gap}<b>Recalling its general comment No. 6, the Committee recommends that the State party release all crews.</b></p>\
         <p><b>IV. Follow-up</b></p><p>9.{gap}The Committee thanks the delegation.</p>\
         <ul><li>Sign up for our newsletter</li><li>Contact us</li></ul>"
    );
    let found = extract_text("a.html", &page, &X).json_lines();
    let texts = [
        "Inspect all ships each year;",
        "Publish what was found.",
        "Recalling its general comment No. 6, the Committee recommends that the State party release all crews.",
    ];
    assert_eq!(field(&found, "text"), texts);
    assert_eq!(field(&found, "marker"), ["(a)", "(b)", "8."]);
}

#[test]
fn a_lead_in_ends_with_its_list() {
    let text = "Visit to the ports\n\n9. The Committee recommends that the authorities take steps at once:\n\n\
        - repair the heating in block three;\n- open the windows.\n\n\
        10. The regime remains poor. The director had plans for a workshop.\n\n2. Health care\n\n\
        11. The team consisted of one doctor and four nurses.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    let steps = "The Committee recommends that the authorities take steps at once: repair the heating in block three; open the windows.";
    assert_eq!(field(&found, "text"), [steps]);
}

#[test]
fn demands_and_calls_are_recommendations() {
    let text = "# Lake Towns\n\nWe keep the lakes.\n\n## 5. Calls\n\n### To Parliament\n\n1. Fund the guards.[^1]\n\
        2. Repeal the law on piers.\n\n## What we ask for\n\n- Mark the banks.\n\n## Our demands\n\n- Teach all pupils to swim.\n\n\
        ## Annex: What became of the recommendations of 2018\n\n| No. | Recommendation | State |\n|---|---|---|\n\
        | 1 | Close the old piers | done |\n| 2 | Count all ships | open |\n\n[^1]: Guards should be adults, says the law.\n";
    let found = extract_text("a.md", text, &X).json_lines();
    let texts = [
        "Fund the guards.",
        "Repeal the law on piers.",
        "Mark the banks.",
        "Teach all pupils to swim.",
    ];
    assert_eq!(field(&found, "text"), texts);
    assert_eq!(field(&found, "owner")[..2], ["Parliament"; 2]);
}

#[test]
fn ordinals_number_what_a_parliament_recommends_in_spanish() {
    let text = "Dictamen de la Comisión\n\nIV. RECOMENDACIONES\n\nA) A la Junta\n\n\
        PRIMERA.- Presentar un proyecto de ley del agua en el plazo de un año.\n\n\
        SEGUNDA.- Aprobar un plan que comprenda:\n\na) la sustitución de las tuberías;\n\nb) la instalación de contadores.\n\n\
        B) A las Diputaciones\n\nTERCERA.- Se insta a las diputaciones a constituir parques de bombas.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    assert_eq!(field(&found, "marker"), ["PRIMERA.-", "SEGUNDA.-", "TERCERA.-"]);
    let plan = "Aprobar un plan que comprenda: la sustitución de las tuberías; la instalación de contadores.";
    assert_eq!(field(&found, "text")[1], plan);
    assert_eq!(field(&found, "owner"), ["Junta", "Junta", "Diputaciones"]);
}

#[test]
fn a_label_may_give_priority_and_addressee_and_come_again_with_the_reply() {
    let text = "Audit of the ports\n\nRecommendation 1\nPriority: High\nThe office should count all stock each year, in the four\n\
        regional stores and in the central one of the capital city.\n\nRecommendation 2\n\nPriority: Medium\n\n\
        The office should fill the vacant posts.\n\nReplies of the Office\n\n\
        Recommendation 1 - Stock. The office accepts the recommendation. It should start in May.\n\n\
        Recommendation 2 - Posts. The office does not accept the recommendation.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    assert_eq!(field(&found, "marker"), ["Recommendation 1", "Recommendation 2"]);
    assert!(
        field(&found, "text").iter().all(|text| text.starts_with("The office should")),
        "{found:?}"
    );
    let spanish = "Evaluación\n\nRecomendaciones\n\nRecomendación 1 (al Ministerio de Aguas). Registrar los reglamentos.\n\n\
        Recomendación 2 (a las organizaciones). Establecer una cuota mínima.\n";
    let found = extract_text("a.txt", spanish, &X).json_lines();
    assert_eq!(field(&found, "marker"), ["Recomendación 1", "Recomendación 2"]);
    assert_eq!(field(&found, "owner")[0], "Ministerio de Aguas");
    let coded = "# Report\n\n#### Safety recommendation R/2025/071:\n\nThe branch recommends that the trust keeps a list.\n";
    assert_eq!(
        field(&extract_text("a.md", coded, &X).json_lines(), "marker"),
        ["Safety recommendation R/2025/071"]
    );
}

#[test]
fn auditors_count_in_bare_letters_and_german_ones_report_on_earlier_years() {
    let text = "Flood defences\n\nRecommendations\n\n15 The department should:\na in time for the review, replace its model with one that\n\
        is based on the number of assets;\nb publish the method; and\nc make condition a field of the return.\n\n16 The agency should:\n\
        d test all pumps once a year.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    assert_eq!(field(&found, "marker"), ["a", "b", "c", "d"]);
    let model =
        "in time for the review, replace its model with one that is based on the number of assets;";
    assert_eq!(field(&found, "text")[0], model);
    let report = "# Landesrechnungshof Nordland\n\n## III. Einzelne Ergebnisse\n\n### 1 Westen der Polizei\n\n\
        Der Landesrechnungshof empfiehlt dem Ministerium, die Westen zu prüfen.\n\n\
        Das Ministerium sollte den Bedarf regional ermitteln.\n\n## IV. Stand der Umsetzung früherer Empfehlungen\n\n\
        | Tz. | Damalige Empfehlung | Stand |\n|---|---|---|\n| 88 | Konzepte für alle Verfahren erstellen | offen |\n\
        | 89 | Gebühren kostendeckend kalkulieren | offen |\n";
    let found = extract_text("b.md", report, &[]).json_lines();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(field(&found, "agency"), ["Landesrechnungshof Nordland"; 2]);
}

#[test]
fn what_an_earlier_survey_recommended_is_no_recommendation_of_this_one() {
    let page = "<h2>Recommendations</h2><table><tr><th>Recommendations in past surveys</th><th>Action taken</th></tr>\
        <tr><td>Expand the courses for all adults.</td><td>Done.</td></tr></table>\
        <p>Some text between the two.</p>\
        <table><tr><th>Findings</th><th>Recommendations</th></tr><tr><td>Pay is low.</td><td>Raise the pay of all teachers.</td></tr></table>";
    let found = extract_text("a.html", page, &X).json_lines();
    assert_eq!(field(&found, "text"), ["Raise the pay of all teachers."]);
}

#[test]
fn a_document_may_name_its_author_before_its_text() {
    let text = "---\ntitle: \"Promises\"\nauthor: Coalition for Lakes (COLA)\n---\n\n\
        Alternative report to the Committee on Lakes\n\n## Recommendations\n\n- Mark the banks.\n";
    assert_eq!(field(&extract_text("a.md", text, &[]).json_lines(), "agency"), ["COLA"]);
}
