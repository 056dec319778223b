//! Whole small documents of the kinds that offices publish: what is taken of each, and what is not.

use serde_json::Value;

use crate::cases_prose::{X, extract_text, field};
use crate::workspace::Workspace;

fn texts(name: &str, text: &str) -> Vec<String> {
    let rows = extract_text(name, text, &X).json_lines();
    field(&rows, "text").into_iter().map(str::to_owned).collect()
}

const CHAPTER: [(&str, &str); 3] = [
    (
        "A single regulator of ferry safety should be created.",
        "Two regulators each told the Inquiry that the other was in charge. That must never happen again.",
    ),
    (
        "Every operator must keep a list of those on board.",
        "Nobody should have to guess who is missing. In Norway such a list has been required since 1999.",
    ),
    (
        "The coastguard is to publish its inspections within a month.",
        "They asked that the Government should pay for it.",
    ),
];

/// The chapter with each headline and its reasons as `paragraph` prints them.
fn chapter(paragraph: impl Fn(&str, &str) -> String) -> String {
    CHAPTER.iter().map(|(headline, reasons)| paragraph(headline, reasons)).collect()
}

#[test]
fn bold_sentences_of_a_section_of_recommendations_are_they_and_the_rest_explains() {
    let expected: Vec<&str> = CHAPTER.iter().map(|(headline, _)| *headline).collect();
    let markdown = chapter(|headline, reasons| format!("**{headline}** {reasons}\n\n"));
    assert_eq!(texts("a.md", &format!("## Recommendations\n\n{markdown}")), expected);
    let markdown = chapter(|headline, reasons| format!("**{headline}**\n\n{reasons}\n\n"));
    assert_eq!(texts("a.md", &format!("## Recommendations\n\n{markdown}")), expected);
    let html = chapter(|bold, plain| format!("<p><strong>{bold}</strong></p><p>{plain}</p>"));
    assert_eq!(texts("a.html", &format!("<h2>Recommendations</h2>{html}")), expected);
    let html = chapter(|bold, plain| format!("<p><b>{bold} </b>{plain}</p>"));
    assert_eq!(texts("a.html", &format!("<h2>Recommendations</h2>{html}")), expected);
    // Where nothing is bold, every sentence that asks counts.
    let plain = chapter(|headline, reasons| format!("{headline}\n\n{reasons}\n\n"));
    assert!(texts("a.md", &format!("## Recommendations\n\n{plain}")).len() > 3);
}

#[test]
fn bold_runs_of_a_word_file_are_headlines_too() {
    let run = |text: &str, bold: &str| {
        format!("<w:r><w:rPr>{bold}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    };
    let body = chapter(|headline, reasons| {
        let bold = run(headline, "<w:b/>");
        format!("<w:p>{bold}{}</w:p>", run(&format!(" {reasons}"), "<w:b w:val=\"0\"/>"))
    });
    let heading = format!("<w:p>{}</w:p>", run("Recommendations", "<w:b/>"));
    let workspace = Workspace::new();
    workspace.write("a.docx", word_file(&format!("{heading}{body}")));
    let rows = workspace.concord(&["extract", "a.docx", "--agency", "X"]).succeeds().json_lines();
    let expected: Vec<&str> = CHAPTER.iter().map(|(headline, _)| *headline).collect();
    assert_eq!(field(&rows, "text"), expected);
}

#[test]
fn bold_text_of_rich_and_open_documents_is_too() {
    let expected: Vec<&str> = CHAPTER.iter().map(|(headline, _)| *headline).collect();
    let rtf = chapter(|headline, reasons| format!("{{\\b {headline}}} {reasons}\\par\n"));
    assert_eq!(texts("a.rtf", &format!("{{\\rtf1 Recommendations\\par\n{rtf}}}")), expected);
    let odt = chapter(|headline, reasons| {
        format!(
            "<text:p><text:span text:style-name=\"T1\">{headline}</text:span> {reasons}</text:p>"
        )
    });
    let bold = "<style:style style:name=\"T1\"><style:text-properties fo:font-weight=\"bold\"/></style:style>";
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:style=\"s\" xmlns:fo=\"f\">{bold}<office:body>\
         <office:text><text:h text:outline-level=\"1\">Recommendations</text:h>{odt}</office:text></office:body></office:document-content>"
    );
    let workspace = Workspace::new();
    let mimetype = "application/vnd.oasis.opendocument.text";
    workspace.write("a.odt", archive(&[("mimetype", mimetype), ("content.xml", &content)]));
    let rows = workspace.concord(&["extract", "a.odt", "--agency", "X"]).succeeds().json_lines();
    assert_eq!(field(&rows, "text"), expected);
}

/// A Word file with this body.
fn word_file(body: &str) -> Vec<u8> {
    let text = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    archive(&[("word/document.xml", &text)])
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn where_recommendations_are_labelled_nothing_else_is_one() {
    let text = "# Special report: Airports\n\n## Executive summary\n\nWe recommend that the Commission check forecasts before it pays.\n\n\
                ## Observations\n\nA forecast should be checked by somebody independent.\n\n\
                ## Conclusions\n\n### Recommendation 1 - Check the forecasts\n\nThe Commission should have each forecast checked by an independent body.\n\n\
                ### Recommendation 2 - Recover what is not used\n\nThe Commission should:\n\n(a) list the airports that are closed;\n\n(b) recover their grants.\n\n\
                ## Replies of the Commission\n\nThe Commission accepts recommendation 1.\n\n### Costs\n\nMember States should bear the cost of the checks.\n\n\
                ## Annex: Exercises\n\n| Exercise | Key findings | Key recommendations |\n|---|---|---|\n| Winter, 2003 | Staff were few | Store more fuel and train the night crew |\n";
    let rows = extract_text("airports.md", text, &X).json_lines();
    assert_eq!(field(&rows, "marker"), ["Recommendation 1", "Recommendation 2"]);
    // A table that names owners is a list of recommendations wherever it stands.
    let owned = text.replace("| Key findings |", "| Responsible |");
    assert_eq!(extract_text("airports.md", &owned, &X).json_lines().len(), 3);
}

#[test]
fn a_summary_with_titles_alone_is_merged_with_what_has_the_same_numbers() {
    let text = "# Water for all\n\n## Our recommendations in brief\n\n1. Meter every well.\n2. Price water by use.\n\n## Wells\n\n\
                **Recommendation 1.** Meter every well. The Ministry of Water should fit a meter to every well that is deeper than ten metres.\n\n\
                ## Prices\n\n**Recommendation 2.** Price water by use. The basin authority should charge for each cubic metre that is taken.\n";
    let rows = extract_text("water.md", text, &X).json_lines();
    assert_eq!(field(&rows, "marker"), ["Recommendation 1", "Recommendation 2"]);
    let lines: Vec<&Value> = rows.iter().map(|row| &row["also_at"][0]["line_start"]).collect();
    assert_eq!(lines, [5, 6]);
}

#[test]
fn items_and_rows_that_deny_a_need_are_left_out() {
    let list = [
        "## Recommendations\n\n1. Roof the salt store.\n2. No further action on training.\n3. No ship should sail without a list.\n",
        "## Empfehlungen\n\n1. Die Halle ist neu zu decken.\n2. Weitere Maßnahmen sind derzeit nicht erforderlich.\n3. Die Schiffe sollten Listen führen.\n",
        "## Recommandations\n\n1. Couvrir le dépôt de sel.\n2. Aucune autre mesure pour la formation du personnel.\n3. Tenir une liste des passagers.\n",
        "## Recomendaciones\n\n1. Cubrir el depósito de sal.\n2. No se requieren otras medidas de formación.\n3. Llevar una lista de pasajeros.\n",
        "## Recomendações\n\n1. Cobrir o depósito de sal.\n2. Não são necessárias outras medidas de formação.\n3. Manter uma lista de passageiros.\n",
        "## Рекомендации\n\n1. Накрыть склад соли.\n2. Дальнейшие меры не требуются.\n3. Вести список пассажиров на каждом судне.\n",
        "## 建议\n\n1. 为盐库加盖屋顶。\n2. 无需采取进一步措施。\n3. 每艘船保存乘客名单。\n",
    ];
    for text in list {
        let rows = extract_text("a.md", text, &X).json_lines();
        assert_eq!(field(&rows, "marker"), ["1.", "3."], "{text}");
    }
    let table = "## Plan\n\n| No. | Recommendation | Owner |\n|---|---|---|\n| 1 | Roof the salt store at the mill. | Depot |\n| 2 | No further action on driver training. | - |\n";
    assert_eq!(texts("a.md", table), ["Roof the salt store at the mill."]);
}

#[test]
fn a_table_of_recommendations_is_where_a_document_keeps_them() {
    let text = "# Review of roads\n\n## What we found\n\nDepot managers told us that they needed better forecasts. Salt was ordered late in two of three winters, \
                and the depot at the mill has no cover, so that a third of its salt was lost to the rain. Drivers should rest after nine hours, as everybody knows.\n\n\
                ## Action plan\n\n| Ref | Recommendation | Action owner |\n|---|---|---|\n| 3.1 | Agree a contract for salt before August. | Procurement |\n| 3.2 | Roof the store at the mill. | Depot |\n";
    let rows = extract_text("roads.md", text, &X).json_lines();
    assert_eq!(field(&rows, "marker"), ["3.1", "3.2"]);
}

#[test]
fn a_decision_of_an_ombudsman_asks_in_its_agreed_action() {
    let text = "<title>Housing: decision 24 003 118 | Office of the Public Ombudsman</title><h1>Northtown Borough Council</h1>\
                <h2>The complaint</h2><p>She says the Council should have moved her to another flat.</p>\
                <h2>Our role</h2><p>We must consider whether further work is worth it.</p>\
                <h2>What I found</h2><p>The Council's policy says that heating must be repaired within three days.</p>\
                <h2>Agreed action</h2><p>Within three months, the Council should:</p>\
                <ul><li>review how it records repairs; and</li><li>remind staff of the policy.</li></ul>";
    let workspace = Workspace::new();
    workspace.write("a.html", text);
    let rows = workspace.concord(&["extract", "a.html"]).succeeds().json_lines();
    assert_eq!(
        field(&rows, "text"),
        ["review how it records repairs; and", "remind staff of the policy."]
    );
    assert_eq!(rows[0]["agency"], "Office of the Public Ombudsman");
}

#[test]
fn an_item_that_ends_in_and_is_an_item_of_its_own() {
    let text = "# Recommendations\n\nThe Council should:\n\n- review how it records repairs; and\n- remind staff of the policy.\n";
    assert_eq!(
        texts("a.md", text),
        ["review how it records repairs; and", "remind staff of the policy."]
    );
}

#[test]
fn the_head_of_a_page_is_no_text_even_without_its_tags() {
    let text = "<title>What should be done | Roads Commission</title><meta name=author content=Web><svg><title>Act</title></svg><p>The council should close the pass.</p>";
    assert_eq!(texts("a.html", text), ["The council should close the pass."]);
}

#[test]
fn must_states_rules_where_nothing_else_asks() {
    let must = "Harbours must be dredged each year.";
    let should = "The council should dredge its harbours each year.";
    assert_eq!(texts("a.md", &format!("# Harbours\n\n{must}\n\n{should}\n")), [must, should]);
    let text = format!("# Harbours\n\n{must}\n\nBoats must carry a light.\n\n{should}\n");
    assert_eq!(texts("a.md", &text), [should]);
    let workspace = Workspace::new();
    workspace.write("a.md", text);
    workspace.concord(&["extract", "a.md", "-o", "a.jsonl"]).succeeds();
    let perhaps = String::from_utf8(workspace.bytes("a.perhaps.jsonl")).unwrap();
    assert!(perhaps.contains("Harbours must be dredged"), "{perhaps}");
}

#[test]
fn minutes_recommend_nothing() {
    let text = "# Minutes of the 14th meeting\n\n1. The minutes of the 13th meeting were agreed.\n\n2. Dredging had begun. He said that it should be complete by August.\n\n\
                3. Mr Ek asked whether boats should carry radios. The rules already require this.\n\n4. There is no need to raise the fees.\n\n\
                5. The next meeting will be in September. Members should send items for the agenda to the secretary.\n";
    assert_eq!(texts("minutes.md", text), Vec::<String>::new());
}

#[test]
fn requests_of_others_are_theirs() {
    let text = "# Wells\n\nFarmers said that the state should pay for the meters.\n\nAccording to Mr Lund, the harbour should be closed.\n\nThe council should dig wells.\n";
    let rows = extract_text("wells.md", text, &X).json_lines();
    assert_eq!(field(&rows, "reported_by"), ["Farmers", "Mr Lund", ""]);
}

#[test]
fn a_press_release_recommends_nothing() {
    let text = "# New terminal opens\n\nThe Minister opened the terminal. \"Everyone should come and see it\", she said. \"We must never again wait in the rain.\"\n\n\
                The building was recommended for a prize by the Society of Architects.\n\nFor more information, journalists should contact the press office.\n";
    assert_eq!(texts("news.md", text), Vec::<String>::new());
}

#[test]
fn an_answer_told_below_a_label_is_no_part_of_it() {
    for (label, answer) in [
        (
            "Recommendation 1: Keep an inventory.",
            "In its reply, the town said that it should be complete by June.",
        ),
        (
            "Recommandation n° 1 : Tenir un inventaire complet.",
            "En réponse, le maire indique que l'inventaire devrait être achevé en 2025.",
        ),
        (
            "Empfehlung 1: Ein Inventar führen.",
            "In seiner Stellungnahme führt das Ministerium aus, dass das Inventar vorliegen sollte.",
        ),
    ] {
        let found = texts("a.txt", &format!("The council has 14 houses.\n\n{label}\n\n{answer}\n"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(label.ends_with(&found[0]), "{found:?}");
    }
}

#[test]
fn a_list_that_refers_back_to_the_text_repeats_it() {
    let told = "Mrs Hale said that councils should decide. ".repeat(8);
    let text = format!(
        "# Rural buses\n\n1. {told}\n\n2. Fares rose. The Department should cap fares on rural routes at two pounds.\n\n\
         ## Conclusions and recommendations\n\n1. Publish a list of villages without a bus. (Paragraph 1)\n\n\
         2. Fares rose. The Department should cap fares on rural routes at two pounds. (Paragraph 2)\n"
    );
    let rows = extract_text("buses.md", &text, &X).json_lines();
    assert!(!rows.is_empty());
    for row in &rows {
        assert!(row["section"].as_str().unwrap().contains("recommendations"), "{row}");
    }
}

#[test]
fn a_remark_in_place_of_a_recommendation_is_left_out_and_said() {
    let long = [
        "Train every deck officer in the use of the new evacuation slides by the spring.",
        "Publish the results of all inspections of ferries within a month of each visit.",
        "Appoint one manager who answers for the safety of passengers on all the piers.",
    ];
    let rows: String = ["Withdrawn", "4 recommendations"]
        .iter()
        .chain(&long)
        .fold("Recommendation,Body\n".to_owned(), |table, text| {
            table + text + ",Port Health Office\n"
        });
    let map = ["--map", "text=Recommendation", "--map", "agency=Body"];
    let found = extract_text("tracker.csv", &rows, &map);
    assert_eq!(field(&found.json_lines(), "text"), long);
    let said = "left out 2 rows with a word or two in place of a recommendation: rows 2, 3";
    assert!(found.stderr.contains(said), "{found:?}");
    // A sentence without blanks between its words is none.
    let rows = rows + "各国应当降低移民向家庭汇款的成本。,Port Health Office\n";
    let found = extract_text("languages.csv", &rows, &map).json_lines();
    assert_eq!(found.len(), long.len() + 1);
    // Where all are as short, they are what somebody wrote.
    let short = "text,agency\nRatify it,A\nTrain staff,B\nPublish prices,C\n";
    assert_eq!(extract_text("short.csv", short, &[]).json_lines().len(), 3);
}
