//! Answers, audits, resolutions and inquiries as offices lay them out: small documents of kinds that were read
//! wrongly, with what is right.

use crate::cases_prose::{X, extract_text, field};

#[test]
fn an_answer_quotes_what_it_answers() {
    let text = "Bus services: Government response to the Committee\n\nAppendix: Government response\n\n\
        We must be honest that money is short, and towns should choose for themselves.\n\n\
        1. Buses have become rare. (Paragraph 12)\n\n\
        The Government agrees that buses matter. Operators should not wait.\n\n\
        2. The Department should publish a map of all stops. (Paragraph 20)\n\n\
        3. Fares should be fixed for three years. (Paragraph 21)\n\n\
        The Government accepts both recommendations. Towns should send us their data.\n\nIt will start in May.\n\n\
        4. We recommend that the Department pay for night buses. (Paragraph 30)\n\n\
        The Government does not accept this recommendation.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    assert_eq!(field(&found, "marker"), ["2.", "3.", "4."]);
    let both = "The Government accepts both recommendations. Towns should send us their data. It will start in May.";
    let none = "The Government does not accept this recommendation.";
    assert_eq!(field(&found, "response"), [both, both, none]);
}

/// A table of the rows, each with the text of its cells and how many columns they span.
fn table(rows: &[&[(&str, usize)]]) -> String {
    let row = |cells: &&[(&str, usize)]| {
        let cell = |(text, columns): &(&str, usize)| format!("<td colspan={columns}>{text}</td>");
        format!("<tr>{}</tr>", cells.iter().map(cell).collect::<String>())
    };
    format!("<table>{}</table>", rows.iter().map(row).collect::<String>())
}

#[test]
fn each_table_of_an_answer_is_read_apart_and_plans_are_none() {
    let form = |label: &str, text: &str| {
        table(&[
            &[(&format!("Evaluation recommendation {label}. {text}"), 4)],
            &[("Directed to: Programme Board", 2), ("Priority: High", 2)],
            &[("Management response: Agree. Work has begun.", 4)],
            &[("Key action", 1), ("Time frame", 1), ("Responsible unit", 1), ("Status", 1)],
            &[
                ("Hold a workshop with all districts", 1),
                ("May 2026", 1),
                ("Board", 1),
                ("Draft under review", 1),
            ],
        ])
    };
    let page = format!(
        "<h1>Joint response</h1><h2>Recommendations and management response</h2>{}{}",
        form("1", "Replace the three registries with one."),
        form("2(a)", "Train the committees of all water points."),
    );
    let found = extract_text("a.html", &page, &X).json_lines();
    let texts =
        ["Replace the three registries with one.", "Train the committees of all water points."];
    assert_eq!(field(&found, "text"), texts);
    assert_eq!(field(&found, "owner"), ["Programme Board"; 2]);
    assert_eq!(field(&found, "response"), ["Agree. Work has begun."; 2]);
    assert!(
        found[1]["marker"].as_str().is_some_and(|marker| marker.ends_with("2(a)")),
        "{found:?}"
    );
}

#[test]
fn a_finding_stands_above_the_headings_of_its_recommendations() {
    let finding = |number: usize, text: &str| {
        table(&[
            &[(&format!("Finding {number}: Inspections"), 3), ("High", 1)],
            &[(
                "Under the licence, each lorry must be inspected every six weeks. Seven were late.",
                4,
            )],
            &[("Risk: Unfit lorries are used.", 4)],
            &[
                ("Recommendation", 1),
                ("Management response and agreed action", 1),
                ("Responsible officer", 1),
                ("Target date", 1),
            ],
            &[
                (&format!("{number}.1 {text}"), 1),
                ("Agreed. A flag will be set.", 1),
                ("Fleet Manager", 1),
                ("30 November", 1),
            ],
        ])
    };
    let old = table(&[
        &[("2022 recommendation", 1), ("Priority", 1), ("Status", 1)],
        &[("The fleet policy should be issued again", 1), ("Low", 1), ("Implemented", 1)],
    ]);
    let texts =
        ["Lorries that are overdue should stay in the depot.", "Check all licences twice a year."];
    let page = format!(
        "<h1>Internal audit: lorries</h1><h2>Findings and action plan</h2>{}{}<h2>Appendix A: Follow-up of the previous audit (2022)</h2>{old}",
        finding(1, texts[0]),
        finding(2, texts[1]),
    );
    let found = extract_text("a.html", &page, &X).json_lines();
    assert_eq!(field(&found, "text"), texts);
    assert_eq!(field(&found, "marker"), ["1.1", "2.1"]);
    assert_eq!(field(&found, "owner"), ["Fleet Manager"; 2]);
    assert_eq!(field(&found, "response"), ["Agreed. A flag will be set."; 2]);
}

#[test]
fn a_resolution_asks_in_lists_and_notes_in_others() {
    let text = "Beschluss\n\nI. Der Landtag stellt fest:\n\n1. Moore bedecken elf Prozent des Landes. Dafür müssten jährlich 4 500 Hektar vernässt werden.\n\n\
        2. Die Kommission hatte 2020 empfohlen, ein Kataster aufzubauen.\n\n\
        III. Der Landtag fordert die Landesregierung auf,\n\n1. bis 2026 ein Kataster der Moore vorzulegen;\n\n2. das Programm bis 2028 fortzuführen.\n\n\
        IV. Der Landtag appelliert an die Landkreise und Städte,\n\n1. auf Torf in Grünanlagen zu verzichten.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    let texts = [
        "bis 2026 ein Kataster der Moore vorzulegen;",
        "das Programm bis 2028 fortzuführen.",
        "auf Torf in Grünanlagen zu verzichten.",
    ];
    assert_eq!(field(&found, "text"), texts);
    let concern = "Concluding observations\n\n8. The Committee is deeply concerned that:\n\n(a) Teachers are told that they should settle the matter with the school;\n\n(b) Pupils must pay fees.\n\n\
        9. The Committee urges the State party to reform its schools. In particular, it recommends that the State party:\n\n(a) Abolish all fees;\n\n(b) Train teachers.\n";
    let found = extract_text("a.txt", concern, &X).json_lines();
    let texts = [
        "The Committee urges the State party to reform its schools.",
        "Abolish all fees;",
        "Train teachers.",
    ];
    assert_eq!(field(&found, "text"), texts);
}

#[test]
fn whoever_the_part_of_a_list_addresses_owns_it() {
    let text = "VI. RECOMENDACIONES\n\nSe formulan las siguientes recomendaciones:\n\nAl Ministerio de Vivienda:\n\n1. ASIGNAR recursos para las bombas.\n\n2. APROBAR una directiva sobre el agua.\n\n\
        A la Superintendencia de Agua:\n\n1. INCORPORAR los distritos en su plan anual.\n\nLas entidades deberán responder por escrito en treinta días.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    let [ministry, office] = ["Ministerio de Vivienda", "Superintendencia de Agua"];
    assert_eq!(field(&found, "owner"), [ministry, ministry, office]);
    let french = "Recommandations\n\nRecommandation n° 1. (Agence du sport) : recenser tous les bassins du pays.\n\nRecommandation n° 2. (Ministère de la mer) : publier les coûts chaque année.\n";
    let found = extract_text("a.txt", french, &X).json_lines();
    assert_eq!(field(&found, "owner"), ["Agence du sport", "Ministère de la mer"]);
    assert_eq!(field(&found, "text")[0], "recenser tous les bassins du pays.");
}

#[test]
fn a_tracker_says_who_recommends() {
    let table = "Ref,Source body,Recommendation,Action owner\nAG-1,Auditor General,Count all beds once a year.,Ministry\nOMB-2,Ombudsman,Apologise to the six women in writing.,Hospital\n";
    let found = extract_text("a.csv", table, &[]).json_lines();
    assert_eq!(field(&found, "agency"), ["Auditor General", "Ombudsman"]);
    assert_eq!(field(&found, "marker"), ["AG-1", "OMB-2"]);
}

#[test]
fn a_numbered_paragraph_that_explains_gives_what_it_recommends() {
    let page = "<h1>Chapter 31 Recommendations</h1><h2>Progress on the Phase 1 recommendations</h2><p>31.4 The board should have acted on them.</p>\
        <h2>Supervision</h2><p>31.5 Each body assumed that another was looking. Mr Osei put it candidly.</p>\
        <p>31.6 Nobody looked at the wards. I therefore recommend that the government bring all inspections under one regulator. It need not be a new body.</p>";
    let found = extract_text("a.html", page, &X).json_lines();
    let text =
        "I therefore recommend that the government bring all inspections under one regulator.";
    assert_eq!(field(&found, "text"), [text]);
    assert_eq!(found[0]["marker"], "31.6");
}

#[test]
fn numbers_set_apart_on_a_page_count() {
    let text = "Recommendations\n\n71   The following recommendations are made:\n\n\
        1    The intent of this recommendation is to keep trolleys with bad brakes in the depot.\n\n\
        \u{20}    Moorside Rail should review its repairs, so that each brake is tested. The review should include:\n\
        \u{20}    a.  the competence of staff;\n     b.  the independence of the person who carries out the test.\n\n\
        2    The railway should warn track workers of runaway trolleys.\n\nLearning points\n\n\
        1    Users should test the brake before each shift.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    let texts: Vec<String> = field(&found, "text").iter().map(ToString::to_string).collect();
    assert!(texts.iter().any(|text| text.starts_with("Moorside Rail should review")), "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("The railway should warn")), "{texts:?}");
    for wrong in ["The intent", "Users should", "the competence", "The following"] {
        assert!(!texts.iter().any(|text| text.starts_with(wrong)), "{wrong}: {texts:?}");
    }
}

#[test]
fn an_account_of_own_work_recommends_nothing() {
    let text = "Annual report 2025\n\nWe opened two offices. Staff must use the secure room, and managers should talk to their teams.\n\n\
        House prices should be ready ten days sooner. The new servers must be cooled.\n";
    let found = extract_text("a.txt", text, &X).json_lines();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_auditor_speaks_under_the_names_of_the_audited() {
    let part = |name: &str, what: &str| {
        format!(
            "# Ministerium für {name}\n\nDas Ministerium führt keine Zahlen.\n\n## Empfehlungen\n\nDer Landesrechnungshof empfiehlt dem Ministerium, {what}.\n\n"
        )
    };
    let text = format!(
        "Landesrechnungshof Westmark\n\nJahresbericht 2025\n\n{}{}",
        part("Bildung", "die Kosten der Geräte jedes Jahr zu ermitteln"),
        part("Verkehr", "den Zustand der Brücken zu veröffentlichen"),
    );
    let found = extract_text("a.md", &text, &[]).json_lines();
    assert_eq!(field(&found, "agency"), ["Landesrechnungshof Westmark"; 2]);
}

#[test]
fn several_recommendations_in_one_cell_are_several() {
    let page = table(&[
        &[("Finding", 1), ("Recommendation", 1), ("Owner", 1)],
        &[
            ("Cards lie about.", 1),
            (
                "2.1 Lock up all cards at night. 2.2 Count them each Monday; see rule 2.2 of the code.",
                1,
            ),
            ("Head of Finance", 1),
        ],
        &[
            ("Nobody looks.", 1),
            ("• Check each claim twice. • Publish the results.", 1),
            ("Auditor", 1),
        ],
        &[
            ("Rules are old.", 1),
            ("3.1 Revise the rules to: • name the owner; • ban cash.", 1),
            ("Board", 1),
        ],
    ]);
    let found = extract_text("a.html", &page, &X).json_lines();
    let texts = [
        "Lock up all cards at night.",
        "Count them each Monday; see rule 2.2 of the code.",
        "Check each claim twice.",
        "Publish the results.",
        "Revise the rules to: • name the owner; • ban cash.",
    ];
    assert_eq!(field(&found, "text"), texts);
    assert_eq!(field(&found, "marker")[..2], ["2.1", "2.2"]);
    let owners = ["Head of Finance", "Head of Finance", "Auditor", "Auditor", "Board"];
    assert_eq!(field(&found, "owner"), owners);
}

#[test]
fn a_code_at_the_end_marks_a_recommendation_of_a_safety_board() {
    let page =
        |number: u32, text: &str| format!("\n{number}\n\nRail report    RR-24\n\n{text}\n\n");
    let text = [
        "Derailment at Quay\n\nThe Safety Board looked at rails.\n\n",
        &page(2, "A bearing was hot. Nobody saw it."),
        &page(3, "4 Recommendations\n\nTo the Railroad:\n\nUntil the action in R-24-1 is complete, tell dispatchers of\nevery hot bearing before a train"),
        &page(4, "leaves. (R-24-2)\n\nStaff the emergency line at all times. (R-24-3)"),
    ]
    .concat();
    let found = extract_text("a.txt", &text, &X).json_lines();
    let texts = [
        "Until the action in R-24-1 is complete, tell dispatchers of every hot bearing before a train leaves.",
        "Staff the emergency line at all times.",
    ];
    assert_eq!(field(&found, "text"), texts);
    assert_eq!(field(&found, "marker"), ["R-24-2", "R-24-3"]);
    assert_eq!(field(&found, "owner"), ["Railroad"; 2]);
}
