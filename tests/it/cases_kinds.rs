//! Kinds of documents that further offices publish and that were read wrongly, one small document each, with what is
//! right for it.

use crate::cases_prose::{X, extract_text, field};
use crate::workspace::Workspace;

#[test]
fn an_answer_ends_where_the_next_label_begins() {
    let text = "# Stadtrechnungshof Hafen\n\n## Zusammenfassung der Empfehlungen\n\nEmpfehlung Nr. 1:\n\n\
        Es wäre ein Plan für alle Bäder zu erstellen. (s. Punkt 3.1)\n\nStellungnahme der Abteilung 44:\n\n\
        Die Empfehlung wird umgesetzt.\n\nEmpfehlung Nr. 2:\n\nDie Prüfbücher wären vollständig zu führen.\n\n\
        Stellungnahme der Abteilung 44:\n\nDem wird entsprochen.\n\nGegenäußerung des Stadtrechnungshofes:\n\n\
        Der Stadtrechnungshof bleibt bei seiner Empfehlung.\n";
    let found = extract_text("a.md", text, &X).json_lines();
    assert_eq!(
        field(&found, "text"),
        [
            "Es wäre ein Plan für alle Bäder zu erstellen.",
            "Die Prüfbücher wären vollständig zu führen."
        ]
    );
    assert_eq!(field(&found, "marker"), ["Empfehlung Nr. 1", "Empfehlung Nr. 2"]);
}

#[test]
fn a_summary_that_adds_answers_repeats_the_recommendations() {
    let asks = ["Verify each log before the ship leaves.", "Train all inspectors on the new law."];
    let list = |answers: [&str; 2]| {
        let one = |(at, ask): (usize, &&str)| format!("{}. {ask}\n\n{}", at + 1, answers[at]);
        asks.iter().enumerate().map(one).collect::<String>()
    };
    let answers = [
        "NPS Response: The NPS concurred. Target date: May 29, 2026.\n\nOIG Comment: We consider this resolved.\n\n",
        "NPS Response: The NPS did not concur; inspectors should choose their courses.\n\n",
    ];
    let text = format!(
        "# Logs at sea\n\nWe looked at 30 ships.\n\n## Recommendations\n\nWe recommend that the NPS:\n\n{}\
         ## Recommendations Summary\n\nWe recommend that the NPS:\n\n{}",
        list(["", ""]),
        list(answers)
    );
    let found = extract_text("a.md", &text, &X).json_lines();
    assert_eq!(field(&found, "text"), asks);
    assert!(field(&found, "response")[1].contains("did not concur"));
}

#[test]
fn a_cell_of_a_table_in_markdown_may_hold_several_recommendations() {
    let text = "# Survey of Northland\n\n| MAIN FINDINGS | KEY RECOMMENDATIONS |\n|---|---|\n| **Ports** | |\n\
        | Fees rose by 3 %. | • Publish all fees once a year.<br>• Phase out fees on small ships by 2030. |\n\
        | Few ships are new. | Tax ships by their age, and use the revenue to renew them. |\n";
    let found = extract_text("a.md", text, &X).json_lines();
    let texts = [
        "Publish all fees once a year.",
        "Phase out fees on small ships by 2030.",
        "Tax ships by their age, and use the revenue to renew them.",
    ];
    assert_eq!(field(&found, "text"), texts);
}

#[test]
fn codes_number_the_recommendations_of_a_safety_board_and_the_law_adds_none() {
    let text = "MARINE ACCIDENT OFFICE\n\n4   ANALYSIS\n\n    The lift should have been stopped before that.\n\n\
        5   RECOMMENDATIONS\n\nThe Workboat Society is recommended to:\n\n2024/118  Amend its instructions to surveyors, so that\n\
        \x20         all cranes are compared with the certificate.\n\nSeren Ltd is recommended to:\n\n\
        2024/119  Name a contact ashore for every lift.\n\n\
        Safety recommendations shall in no case create a presumption of\nblame or liability.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    let texts = [
        "Amend its instructions to surveyors, so that all cranes are compared with the certificate.",
        "Name a contact ashore for every lift.",
    ];
    assert_eq!(field(&found, "text"), texts);
    assert_eq!(field(&found, "marker"), ["2024/118", "2024/119"]);
}

#[test]
fn a_list_of_a_page_goes_on_behind_the_answer_to_each_item() {
    let item = |number: u8, ask: &str| {
        format!(
            "<ol><li value=\"{number}\"><p>{ask}</p></li></ol><p><strong>Implementation timeframe:</strong> June 2027</p>\
             <p><strong>Entity response:</strong> Agreed. Work should begin in May.</p>"
        )
    };
    let asks = [
        "improve its data on the age of ships",
        "report each year on what was mended",
        "inspect all piers",
    ];
    let list: String = (1..).zip(asks).map(|(number, ask)| item(number, ask)).collect();
    let page = format!(
        "<h1>Piers</h1><h2>Recommendations</h2><p>The Department of Ports should:</p>{list}"
    );
    let found = extract_text("a.html", &page, &X).json_lines();
    assert_eq!(field(&found, "text"), asks);
    assert_eq!(field(&found, "marker"), ["1.", "2.", "3."]);
    assert_eq!(field(&found, "deadline"), ["June 2027"; 3]);
}

#[test]
fn the_record_of_a_meeting_tells_what_others_ask() {
    let text = "# River Commission\n\n## Minutes of the ninth meeting\n\n### 9/1 Statements received\n\n\
        1. **The Residents** said that the bank must be raised before winter.\n\
        2. **The Anglers** asked the Commission to ban pumps. Ms Dee urged members to visit the weir.\n\
        3. Growers should, in his view, be given two years' notice.\n4. Canoe Club recommended that steps be built.\n\n\
        ### 9/2 Next meeting\n\nPapers should reach the office by 30 August.\n";
    assert_eq!(extract_text("a.md", text, &X).json_lines().len(), 0);
}

#[test]
fn a_committee_of_a_parliament_recommends_after_submissions_and_observations() {
    let text = "THE NATIONAL ASSEMBLY\n\nDEPARTMENTAL COMMITTEE ON PORTS\n\nREPORT ON THE INQUIRY INTO PIERS\n\n\
        TABLE OF CONTENTS\n\n1.0 SUBMISSIONS RECEIVED BY THE COMMITTEE ............ 2\n2.0 COMMITTEE OBSERVATIONS ............ 2\n\
        3.0 COMMITTEE RECOMMENDATIONS ............ 3\n\n1.0 SUBMISSIONS RECEIVED BY THE COMMITTEE\n\n\
        1. The Manager told the Committee that a pier broke. He recommended that the Treasury pay for another.\n\n\
        2.0 COMMITTEE OBSERVATIONS\n\nThe Committee made the following observations, THAT:\n\n\
        1. There is no obligation to mend piers. Rules ought to have been made.\n2. Only two of seven piers had been tested.\n\n\
        3.0 COMMITTEE RECOMMENDATIONS\n\nThe Committee recommends to the House as follows, THAT:\n\n\
        1. Within six months the Port Authority replaces the pier.\n2. The Auditor conducts a special audit of all piers.\n\
        3. The Port Authority publishes the results of all tests by 31 March of every year.\n";
    let answer = extract_text("a.txt", text, &[]);
    let found = answer.json_lines();
    let texts = [
        "Within six months the Port Authority replaces the pier.",
        "The Auditor conducts a special audit of all piers.",
        "The Port Authority publishes the results of all tests by 31 March of every year.",
    ];
    assert_eq!(field(&found, "text"), texts, "{}", answer.stderr);
    assert_eq!(field(&found, "agency"), ["Departmental Committee on Ports"; 3]);
}

#[test]
fn a_reference_to_a_recommendation_and_the_meaning_of_a_rank_are_none() {
    let text = "# Bridges\n\n## What we found\n\nTimber decays from the inside, and two years are too long. The Department \
        does not share this view (Recommendation 2).\n\n## Recommendations\n\n- High – the matter exposes the public to a \
        risk and should be dealt with within six months.\n- Low – the matter offers scope for better practice.\n\n\
        | No. | Recommendation | Response |\n|---|---|---|\n| 1 | Rank all bridges by risk. | Agreed. This should be easy. |\n\
        | 2 | Inspect timber every year. | Not agreed. |\n";
    let found = extract_text("a.md", text, &X).json_lines();
    assert_eq!(field(&found, "text"), ["Rank all bridges by risk.", "Inspect timber every year."]);
}

#[test]
fn what_a_treaty_body_is_told_and_worried_about_is_none_of_its_recommendations() {
    let text = "# Concluding observations on Northland\n\n## C. Principal areas of concern and recommendations\n\n\
        8. The delegation explained that crews may be held only on a doctor's advice and should be heard.\n\
        9. The Committee notes with concern that tax returns must be filed online.\n\
        10. The Committee recommends that the State party accept returns on paper.\n\
        11. The Committee urges the State party to release all crews. It requests the State party to provide data on \
        crews in its next periodic report.\n\n## D. Follow-up\n\n\
        12. The Committee requests the State party to provide, within one year, information on paragraph 10.\n";
    let found = extract_text("a.md", text, &X).json_lines();
    assert_eq!(field(&found, "marker"), ["10.", "11."], "{found:#?}");
}

#[test]
fn a_row_that_says_that_nothing_is_recommended_is_left_out_and_said() {
    let workspace = Workspace::new();
    let table = "No.;Recommendation;Status\n1;Apologise to the family.;open\n2;No recommendations: complaint not upheld.;closed\n";
    workspace.write("t.csv", table);
    let answer = workspace.concord(&["extract", "t.csv", "--agency", "X"]).succeeds();
    assert_eq!(field(&answer.json_lines(), "text"), ["Apologise to the family."]);
    let said = "left out 1 row of which the text says that nothing is recommended";
    assert!(answer.stderr.contains(said), "{}", answer.stderr);
}

#[test]
fn a_paragraph_below_a_recommendation_that_accepts_it_is_the_answer() {
    let text = "# Visit to the prison of Port\n\nThe NPM visited the prison in June.\n\n\
        3. Block B held 103 persons.\n\nThe NPM recommends that the Ministry reduce the number of persons in Block B.\n\n\
        The Ministry of Justice does not accept the recommendation. Guards should be present where there is a risk.\n\n\
        4. In its 2021 report another body recommended that the prison should hire officers; it did.\n\n\
        The NPM recommends that all windows be repaired.\n\n\
        The recommendation will be taken into account. We propose that the NPM verify this.\n\n\
        The Committee accepts that time is short. It recommends that a register be kept.\n";
    let found = extract_text("a.md", text, &X).json_lines();
    let texts = [
        "The NPM recommends that the Ministry reduce the number of persons in Block B.",
        "The NPM recommends that all windows be repaired.",
        "It recommends that a register be kept.",
    ];
    assert_eq!(field(&found, "text"), texts);
    assert!(field(&found, "response")[0].starts_with("The Ministry of Justice does not accept"));
}

#[test]
fn numbers_of_recommendations_go_on_from_section_to_section() {
    let list = |numbers: std::ops::RangeInclusive<u32>| {
        let item = |n: u32| format!("{n}. Conciliará cada mes los saldos del puerto {n}.\n\n");
        format!(
            "Recomendaciones\n\nAl Director Financiero\n\n{}",
            numbers.map(item).collect::<String>()
        )
    };
    let text = format!(
        "# Contraloría\n\n## Estudios incompletos\n\nNo hubo diseños.\n\n## {}## Cartera vencida\n\nNo se cobró.\n\n## {}",
        list(1..=3),
        list(4..=5)
    );
    let found = extract_text("a.md", &text, &X).json_lines();
    assert_eq!(field(&found, "marker"), ["1.", "2.", "3.", "4.", "5."]);
}

#[test]
fn a_newsletter_and_a_matter_for_congress() {
    let text = "# Rail Programme\n\n## Programme Office Update\n\nThe review recommends that lines close in rain. \
        Drivers should follow the signs. We need to finish before spring.\n";
    assert_eq!(extract_text("a.md", text, &X).json_lines().len(), 0);
    let text = "# Housing\n\n## Matter for Congressional Consideration\n\nCongress should consider requiring a report each \
        year. (Matter for Consideration 1)\n\n## Recommendations for Executive Action\n\nThe Secretary should update \
        the playbook of the department. (Recommendation 1)\n";
    let found = extract_text("a.md", text, &X).json_lines();
    assert_eq!(field(&found, "marker"), ["Matter for Consideration 1", "Recommendation 1"]);
}

#[test]
fn a_title_alone_in_its_row_makes_no_table() {
    let workspace = Workspace::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Read me").unwrap();
    sheet.write(0, 0, "Recommendation tracker").unwrap();
    sheet.write(1, 0, "Owners should update their rows before the tenth.").unwrap();
    sheet.write_row(2, 0, ["Open", "Recommendations still open since last year"]).unwrap();
    sheet.write_row(3, 0, ["Lists", "Values for the fields of the other sheets"]).unwrap();
    let sheet = book.add_worksheet().set_name("Open").unwrap();
    sheet.write_row(0, 0, ["Ref.", "Recommendation"]).unwrap();
    sheet.write_row(1, 0, ["A-1", "Count all stock once a year."]).unwrap();
    workspace.write("t.xlsx", book.save_to_buffer().unwrap());
    let answer = workspace.concord(&["extract", "t.xlsx", "--agency", "Ports"]).succeeds();
    assert_eq!(field(&answer.json_lines(), "text"), ["Count all stock once a year."]);
}

#[test]
fn references_and_announcements_are_no_part_of_what_is_asked() {
    let text = "# Graves\n\n## Conclusions and recommendations\n\nThe Institute recommends the following.\n\n\
        1. Parliament should let councils reopen old graves. (Paragraph 9)\n\
        2. We repeat the recommendation of 2016 that the Government review the distance of crematoria.\n\
        3. Where nobody else arranges a funeral, the council must. Few could say how often. (Paragraph 4)\n";
    let found = extract_text("a.md", text, &X).json_lines();
    let texts = [
        "Parliament should let councils reopen old graves.",
        "We repeat the recommendation of 2016 that the Government review the distance of crematoria.",
    ];
    assert_eq!(field(&found, "text"), texts);
}

#[test]
fn a_long_heading_that_is_mapped_names_the_text() {
    let workspace = Workspace::new();
    workspace.write(
        "t.csv",
        "The whole text of what was recommended;Since\nCount all stock once a year.;2020\n",
    );
    let map = "text=The whole text of what was recommended";
    let answer =
        workspace.concord(&["extract", "t.csv", "--agency", "Ports", "--map", map]).succeeds();
    assert_eq!(field(&answer.json_lines(), "text"), ["Count all stock once a year."]);
}

#[test]
fn a_code_numbers_a_recommendation_also_where_it_has_bullets_below() {
    let text = "Marine Accident Board\n\nSECTION 5 – RECOMMENDATIONS\n\n\
        The Maritime Authority is recommended to:\n\n\
        2020/108 Amend its instructions to surveyors so that the declaration is obtained.\n\n\
        2020/109 Require the masters of workboats to hold a certificate. Publish who holds one.\n\n\
        Northreach Ltd is recommended to:\n\n\
        2020/110 Revise its safety management system to include:\n\n\
        • a limit for each vessel on the weight that may be lifted; and\n\n\
        • quick-release hooks on all cranes.\n\n\
        The Workboat Federation is recommended to:\n\n\
        2020/111 Promulgate to its members the lessons from this accident.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    assert_eq!(field(&found, "marker"), ["2020/108", "2020/109", "2020/110", "2020/111"]);
    assert!(field(&found, "text")[2].contains("quick-release hooks"), "{found:?}");
}

#[test]
fn a_number_in_place_of_a_text_is_no_recommendation() {
    let workspace = Workspace::new();
    workspace.write("a.csv", "id,recommendation\n1,Plant trees along all roads.\n2,14\n3,0\n");
    let found =
        workspace.concord(&["extract", "a.csv", "--agency", "X", "--format", "jsonl"]).succeeds();
    assert_eq!(field(&found.json_lines(), "text"), ["Plant trees along all roads."]);
    assert!(found.stderr.contains("left out 2 rows without a text: rows 3, 4"), "{}", found.stderr);
}
