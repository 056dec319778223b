//! Layouts and phrases that offices print, one small document of each kind, with what is right for it.
//!
//! The documents in `tests/data/cases/` are written for these tests. Each stands for a kind that real
//! documents showed.

use serde_json::Value;
use std::fmt::Write as _;

use crate::workspace::{Answer, Workspace, repository};

/// The answer of `concord extract` on a case, with more arguments.
fn extract(case: &str, more: &[&str]) -> Answer {
    let workspace = Workspace::new();
    let path = repository().join("tests/data/cases").join(case);
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    workspace.write(&name, std::fs::read(&path).unwrap());
    workspace.concord(&[&["extract", name.as_str()], more].concat()).succeeds()
}

/// The answer of `concord extract` on a text of its own.
pub(crate) fn extract_text(name: &str, text: &str, more: &[&str]) -> Answer {
    let workspace = Workspace::new();
    workspace.write(name, text);
    workspace.concord(&[&["extract", name], more].concat()).succeeds()
}

pub(crate) fn field<'a>(rows: &'a [Value], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str().unwrap_or("")).collect()
}

pub(crate) const X: [&str; 2] = ["--agency", "X"];

#[test]
fn under_a_heading_of_recommendations_the_list_decides_and_no_list_of_verbs() {
    let rows = extract("04-unknown-command-verbs/continued-list.md", &X).json_lines();
    assert_eq!(field(&rows, "marker"), ["4.", "5.", "6.", "7.", "8.", "9.", "10."]);
    // Nor where each stands in a paragraph of its own.
    let text = "# Port Health Office\n\nShips are old.\n\n## Recommendations\n\nVerify each alarm by hand once a month.\n\nHarmonise the two forms for fuel.\n\nTrack the age of each pump.\n\nThe office met four times.\n";
    let rows = extract_text("a.md", text, &X).json_lines();
    let expected = [
        "Verify each alarm by hand once a month.",
        "Harmonise the two forms for fuel.",
        "Track the age of each pump.",
    ];
    assert_eq!(field(&rows, "text"), expected);
}

#[test]
fn a_lead_in_reaches_the_lists_behind_the_names_of_their_parts() {
    let brief = std::fs::read_to_string(
        repository().join("tests/data/cases/05-group-labels-in-a-list/brief.md"),
    )
    .unwrap();
    let label = |form: &str| {
        let of = |name: &str| form.replace('~', name);
        brief
            .replace("Crew level:", &of("Crew level"))
            .replace("Company level:", &of("Company level"))
    };
    for form in ["~:", "To the ~:", "**~**", "### ~"] {
        let rows = extract_text("brief.md", &label(form), &X).json_lines();
        let expected = [
            "Train every deck officer in the new log format.",
            "Check the logs of each vessel once a month.",
            "Name one manager who answers for the quality of the logs.",
            "Publish the yearly error rate of the logs.",
        ];
        assert_eq!(field(&rows, "text"), expected, "{form}");
        let lead = "The review recommends three lines of work:";
        assert_eq!(field(&rows, "lead_in"), [lead; 4], "{form}");
        let sections = field(&rows, "section");
        assert!(sections[0].ends_with("Crew level"), "{form}: {sections:?}");
        assert!(sections[3].ends_with("Company level"), "{form}: {sections:?}");
    }
    let own = brief.replace("What to do now", "Recommendations");
    assert_eq!(extract_text("brief.md", &own, &X).json_lines().len(), 4);
}

#[test]
fn a_sentence_that_says_that_nothing_is_needed_asks_for_nothing() {
    let rows = extract("11-negated-need/notes.txt", &X).json_lines();
    assert_eq!(
        field(&rows, "text"),
        ["Companies should publish the error rate of their logs every year."]
    );
}

#[test]
fn a_form_that_obliges_to_reply_recommends_only_what_it_recommends() {
    let report = "12-coroner-report/report.txt";
    let rows = extract(report, &[]).json_lines();
    assert_eq!(
        field(&rows, "text"),
        [
            "Crew are not shown how to use the throw line, which should be within reach on every deck."
        ]
    );
    assert_eq!(rows[0]["agency"], "Assistant Coroner for East Harbour");
    let rows = extract(report, &["--what", "challenges"]).json_lines();
    assert_eq!(field(&rows, "marker"), ["(1)", "(2)", "(3)"]);
}

#[test]
fn a_title_and_its_text_are_one_recommendation() {
    let rows = extract("13-title-then-body/court-of-auditors.txt", &[]).json_lines();
    assert_eq!(field(&rows, "marker"), ["Recommendation 1", "Recommendation 2"]);
    assert_eq!(
        field(&rows, "title"),
        ["Improve the checks on fuel grants", "Tie payment to results"]
    );
    let expected = [
        "Improve the checks on fuel grants The Commission should: ask each port to confirm the fuel it sold before a grant is paid; \
         publish the list of grants twice a year.",
        "Tie payment to results From the next scheme on, the Commission should pay the last third of a grant only when the \
         crossing time has fallen.",
    ];
    assert_eq!(field(&rows, "text"), expected);
    assert_eq!(rows[0]["agency"], "Court of Harbour Auditors");
    let report = "Joint Inspection Unit\n\nReview of ferries\n\nRecommendations\n\n1. Train every deck officer.\n\
                  2. Publish the results of inspections.\n";
    let rows = extract_text("unit.txt", report, &[]).json_lines();
    assert_eq!(rows[0]["agency"], "Joint Inspection Unit");
}

#[test]
fn what_cannot_be_read_says_so() {
    let rows = extract("14-formats-not-read/german.txt", &[]).json_lines();
    assert_eq!(field(&rows, "marker"), ["1.", "2.", "3."]);
    assert_eq!(rows[0]["agency"], "Hafenrechnungshof");
    let rows = extract("14-formats-not-read/arabic.txt", &[]).json_lines();
    assert_eq!(field(&rows, "marker"), ["1.", "2."]);
    assert_eq!(rows[0]["agency"], "مكتب صحة الموانئ");
    let answer = extract("14-formats-not-read/xfa-placeholder.pdf", &X);
    assert!(answer.stderr.contains("warning: ") && answer.stderr.contains("form"), "{answer:?}");
    assert!(answer.stdout.is_empty());
    let plain = "Harbour news\n\nThe ferries carried more people than last year. Nobody fell into the water.\n";
    let answer = extract_text("news.txt", plain, &X);
    let told = "no recommendation found: no section is named so, and no sentence plainly asks";
    assert!(answer.stderr.contains(told), "{answer:?}");
}

#[test]
fn the_first_page_says_who_speaks_and_how_surely() {
    let of = |case: &str| {
        let rows = extract(case, &[]).json_lines();
        (rows[0]["agency"].clone(), rows[0]["agency_confidence"].as_f64().unwrap())
    };
    let (jury, sure) = of("16-who-speaks/grand-jury.txt");
    assert_eq!(jury, "Harbor County Civil Grand Jury");
    assert!((0.5..1.0).contains(&sure), "{sure}");
    assert_eq!(of("16-who-speaks/gazette.txt").0, "Department of Ports");
    let markers = extract("16-who-speaks/grand-jury.txt", &[]).json_lines();
    assert_eq!(field(&markers, "marker"), ["R1", "R2", "R3"]);
    let unknown = "Advance Copy\n\nPhoto: Li-An Lim\n\nShips should be slower near the coast.\n";
    let answer = extract_text("advance.txt", unknown, &[]);
    assert!(answer.stderr.contains("no recommending agency found"), "{answer:?}");
    assert!(answer.stderr.contains("`--agency NAME`"), "{answer:?}");
    assert_eq!(answer.json_lines()[0]["agency"], "advance");
}

#[test]
fn a_summary_that_repeats_the_body_is_one_recommendation_with_two_places() {
    let text = "Roads Commission\n\nSummary\n\nWe recommend that the council publish the age of each bridge every year.\n\nBridges\n\nMany bridges are old.\n\nRecommendations\n\n1. The council publish the age of each bridge every year.\n2. The council hire two inspectors.\n";
    let rows = extract_text("roads.txt", text, &X).json_lines();
    assert_eq!(field(&rows, "marker"), ["1.", "2."]);
    assert_eq!(rows[0]["also_at"][0]["line_start"], 5);
    assert_eq!(rows[1]["also_at"], Value::Null);
}

#[test]
fn a_report_that_tells_how_things_work_recommends_nothing() {
    let mut text = String::from("Investigation report\n\nThe engine\n\n");
    for hour in 1..60 {
        let _ = write!(
            text,
            "At {hour} minutes past four the pump ran and the crew looked at gauge {hour}. "
        );
    }
    text += "Each door must be capable of being opened from both sides. Filters should be changed by hand. \
             To start the pump, the lever must be moved to the left. The rules state that each ship must carry \
             a rope. Vessels are required to carry out drills.\n";
    let answer = extract_text("ship.txt", &text, &X);
    assert!(answer.stdout.is_empty(), "{answer:?}");
    assert!(answer.stderr.contains("--min-confidence 0.25"), "{answer:?}");
    // What asks in so many words is taken all the same.
    text += "\nThe Board recommends that the owner fit a second pump.\n";
    let rows = extract_text("ship.txt", &text, &X).json_lines();
    assert_eq!(field(&rows, "text"), ["The Board recommends that the owner fit a second pump."]);
}

#[test]
fn what_may_be_a_recommendation_waits_in_a_file_of_its_own() {
    let workspace = Workspace::new();
    let text = "Roads Commission\n\nWe recommend that the council close the pass in winter.\n\n\
                The council could perhaps train more drivers.\n";
    workspace.write("roads.txt", text);
    let extract = ["extract", "roads.txt", "-o", "out.jsonl"];
    let answer = workspace.concord(&extract).succeeds();
    let told = "out.perhaps.jsonl: 1 recommendation perhaps; move a line to out.jsonl to accept it";
    assert!(answer.stderr.contains(told), "{answer:?}");
    let perhaps = String::from_utf8(workspace.bytes("out.perhaps.jsonl")).unwrap();
    assert!(perhaps.contains("train more drivers"), "{perhaps}");
    workspace.change("out.jsonl", |bytes| bytes.extend(perhaps.as_bytes()));
    let answer = workspace.concord(&extract).succeeds();
    assert!(answer.stderr.contains("1 added by hand"), "{answer:?}");
    assert!(workspace.bytes("out.perhaps.jsonl").is_empty());
    let kept = String::from_utf8(workspace.bytes("out.jsonl")).unwrap();
    assert!(kept.contains("train more drivers"), "{kept}");
}

#[test]
fn numbered_titles_divide_the_recommendations_and_are_none() {
    let text = "Harbour Inquiry\n\nThe recommendations\n\n1. Pilots\n\nMy main recommendation is that a fund should be set up now.\n\n\
                2. Learning\n\n(a) Candour\n\n(i) Each port should tell the families.\n(ii) The ports should keep the record online.\n\n\
                (b) The schools should teach what happened.\n\n3. Money\n\n(a) The council pay for the memorial.\n\nIndex\n\nPages should be turned with care.\n";
    let rows = extract_text("inquiry.txt", text, &X).json_lines();
    assert_eq!(field(&rows, "marker"), ["", "(i)", "(ii)", "(b)", "(a)"]);
    assert_eq!(rows[1]["section"], "Candour");
}

#[test]
fn prose_between_the_lists_of_a_section_explains_them() {
    let text = "Harbour Inquiry\n\nRecommendations\n\nPorts should have known better, and society should show that it sees this.\n\n\
                Accordingly, I recommend:\n\n(a) A memorial be built.\n(b) The fund be doubled.\n\n\
                It is important to understand the link. The evidence shows three things:\n\n- The rails were old.\n- Nobody looked.\n\n\
                I therefore recommend:\n\n(c) Each port count its rails.\n";
    let rows = extract_text("inquiry.txt", text, &X).json_lines();
    assert_eq!(field(&rows, "marker"), ["(a)", "(b)", "(c)"]);
}

#[test]
fn neither_answers_nor_the_recommendations_of_an_annexed_report_are_taken() {
    let text = "# Safety Office\n\n## 6 Recommendations\n\n6.1 The office issues recommendations. They may be addressed to anyone.\n\n\
                6.2 It is important that recommendations are implemented without delay.\n\n\
                6.3 On 1 May 2026 the office recommended that the port:\n\n6.3.1 Use this report to train its pilots. (012/22)\n\n\
                6.3.2 Mark the shallow berths. (013/22)\n\n6.4 On 9 May 2026 the port replied as follows:\n\n\
                We accept both. The pilots should be trained by June.\n\n## Annex 1 An older report\n\n### Recommendations\n\n\
                1. Paint all the buoys.\n2. Weigh the anchors.\n";
    let rows = extract_text("safety.md", text, &X).json_lines();
    assert_eq!(field(&rows, "marker"), ["6.3.1", "6.3.2"]);
    assert_eq!(rows[0]["parent"], "6.3");
    let titled = text.replace("Annex 1 An older report", "Annex 1 List of recommendations");
    assert_eq!(extract_text("safety.md", &titled, &X).json_lines().len(), 4);
}

#[test]
fn a_label_may_have_words_before_it_and_a_year_in_its_number() {
    let text = "Accident Branch\n\nSafety actions\n\nThe valve was worn.\n\nSafety Recommendation 2026-003: The owner fit new valves.\n\n\
                The owner took the ship out of service.\n\nSafety Recommendation 2026-004: The owner train the crew.\n";
    let rows = extract_text("accident.txt", text, &X).json_lines();
    let expected = ["Safety Recommendation 2026-003", "Safety Recommendation 2026-004"];
    assert_eq!(field(&rows, "marker"), expected);
    assert_eq!(field(&rows, "text"), ["The owner fit new valves.", "The owner train the crew."]);
}
