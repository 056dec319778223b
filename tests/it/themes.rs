//! Themes as people work with them: deciding, growing, comparing two indexes, gaps, and scores.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::workspace::{
    Answer, HASHING, Workspace, records, shared, shipped_by_default, with_default_model,
};

/// Fourteen recommendations of five agencies: four themes of three, and two that stand alone.
static FOURTEEN: LazyLock<String> = LazyLock::new(|| {
    records(&[
        ("A-1", "Alpha", "Reduce the cost of sending remittances."),
        ("B-1", "Beta", "Reduce the cost of sending remittances home."),
        ("C-1", "Gamma", "Governments should reduce the cost of sending remittances."),
        ("A-2", "Alpha", "Ratify the convention on the rights of migrant workers."),
        (
            "C-2",
            "Gamma",
            "All states should ratify the convention on the rights of migrant workers.",
        ),
        ("B-4", "Beta", "Ratify soon the convention on the rights of migrant workers."),
        ("D-1", "Delta", "Recognise the skills and qualifications of nurses."),
        ("E-1", "Epsilon", "Employers should recognise the skills and qualifications of nurses."),
        ("B-3", "Beta", "Recognise fully the skills and qualifications of nurses."),
        ("B-2", "Beta", "Train border guards to protect children."),
        ("D-2", "Delta", "Train border guards in how to protect children."),
        ("E-3", "Epsilon", "Train all border guards to protect children."),
        ("A-3", "Alpha", "Publish yearly figures on deaths at sea."),
        ("E-2", "Epsilon", "Keep a register of vaccination for people who follow seasons."),
    ])
});

/// A workspace with an index `idx` of them.
fn with_index() -> Workspace {
    let workspace = Workspace::new();
    workspace.indexed("idx", &FOURTEEN);
    workspace
}

fn decide(workspace: &Workspace, arguments: &[&str]) -> Answer {
    workspace.concord(&[&["themes"], arguments, &["--index", "idx"]].concat()).succeeds()
}

fn themes(workspace: &Workspace) -> Value {
    decide(workspace, &["--format", "json"]).json()
}

/// Ids of the members of each theme, sorted.
fn groups(themes: &Value) -> Vec<Vec<String>> {
    let ids = |theme: &Value| {
        let members = theme["members"].as_array().expect("members are a list");
        let mut ids: Vec<String> =
            members.iter().map(|member| member["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    let mut groups: Vec<Vec<String>> =
        themes["themes"].as_array().expect("themes are a list").iter().map(ids).collect();
    groups.sort();
    groups
}

/// The theme that `id` is in.
fn theme_of<'a>(themes: &'a Value, id: &str) -> &'a Value {
    let holds = |theme: &&Value| {
        theme["members"].as_array().unwrap().iter().any(|member| member["id"] == id)
    };
    let found = themes["themes"].as_array().unwrap().iter().find(holds);
    found.unwrap_or_else(|| panic!("{id} is in no theme of {themes}"))
}

fn id(theme: &Value) -> &str {
    theme["id"].as_str().expect("a theme has an id")
}

#[test]
fn decisions_hold_now_and_after_indexing_again() {
    let workspace = with_index();
    let before = themes(&workspace);
    let (fees, skills) = (theme_of(&before, "A-1"), theme_of(&before, "D-1"));
    assert_ne!(id(fees), id(skills));
    decide(&workspace, &["merge", id(fees), id(skills)]);
    let one = themes(&workspace);
    decide(&workspace, &["rename", id(theme_of(&one, "A-1")), "  Money and  skills "]);
    let decided = themes(&workspace);
    let merged = theme_of(&decided, "A-1");
    assert_eq!(merged["label"], "Money and skills");
    assert_eq!(merged["shaped_by"], json!(["merge", "rename"]));
    assert_eq!(merged, theme_of(&decided, "D-1"));
    let others = |groups: Vec<Vec<String>>| {
        let is_other = |group: &Vec<String>| !group.iter().any(|id| id == "A-1" || id == "D-1");
        groups.into_iter().filter(is_other).collect::<Vec<_>>()
    };
    assert_eq!(others(groups(&before)), others(groups(&decided)), "nothing else moved");

    let files = workspace.files("idx");
    let again = ["index", "idx.jsonl", "--index", "idx", "--model", HASHING];
    let answer = workspace.concord(&again).succeeds();
    assert!(answer.stderr.contains("kept 2 decisions by people"), "{answer:?}");
    assert_eq!(
        workspace.files("idx")[std::path::Path::new("themes.json")],
        files[std::path::Path::new("themes.json")]
    );

    let grown = format!(
        "{}{}",
        *FOURTEEN,
        records(&[
            ("F-1", "Phi", "States should cut the cost of sending remittances home."),
            ("F-2", "Phi", "Plant a tree for each road that is built."),
        ])
    );
    workspace.indexed("idx", &grown);
    let grown = themes(&workspace);
    assert_eq!(theme_of(&grown, "A-1"), theme_of(&grown, "D-1"), "still one theme");
    assert_eq!(theme_of(&grown, "A-1")["label"], "Money and skills");
    assert_eq!(id(theme_of(&grown, "A-1")), id(merged), "the id lives on");
}

#[test]
fn what_was_decided_is_taken_back_step_by_step() {
    let workspace = with_index();
    let before = workspace.files("idx");
    let found = themes(&workspace);
    let fees = id(theme_of(&found, "A-1")).to_owned();
    decide(&workspace, &["move", "A-1", "--single"]);
    let moved = themes(&workspace);
    assert!(moved["single"].as_array().unwrap().contains(&json!("A-1")), "{moved}");
    decide(&workspace, &["reject", &fees]);
    decide(&workspace, &["undo"]);
    assert_eq!(groups(&themes(&workspace)), groups(&moved));
    decide(&workspace, &["undo"]);
    let after = workspace.files("idx");
    assert!(!after.contains_key(std::path::Path::new("decisions.json")));
    assert_eq!(groups(&themes(&workspace)), groups(&found));
    assert_eq!(before.len(), after.len(), "no file is left over");
    workspace.refuses(&["themes", "undo", "--index", "idx"], &["there is no decision to undo"]);
}

#[test]
fn split_move_accept_and_reject_do_what_they_say() {
    let workspace = with_index();
    let found = themes(&workspace);
    let fees = id(theme_of(&found, "A-1")).to_owned();
    decide(&workspace, &["accept", &fees]);
    assert_eq!(theme_of(&themes(&workspace), "A-1")["shaped_by"], json!(["accept"]));
    decide(&workspace, &["split", &fees, "C-1"]);
    let split = themes(&workspace);
    assert!(split["single"].as_array().unwrap().contains(&json!("C-1")), "{split}");
    let label = theme_of(&split, "A-2")["label"].as_str().unwrap().to_owned();
    decide(&workspace, &["move", "C-1", "--to", &label.to_uppercase()]);
    let moved = themes(&workspace);
    assert_eq!(theme_of(&moved, "C-1"), theme_of(&moved, "A-2"), "a label names a theme");
    decide(&workspace, &["reject", id(theme_of(&moved, "B-2"))]);
    let rejected = themes(&workspace);
    let together = groups(&rejected)
        .iter()
        .any(|group| group.contains(&"B-2".to_owned()) && group.contains(&"D-2".to_owned()));
    assert!(!together, "{rejected}");
}

#[test]
fn a_decision_that_makes_no_sense_is_refused() {
    let workspace = with_index();
    let found = themes(&workspace);
    let fees = id(theme_of(&found, "A-1")).to_owned();
    let refuses = |arguments: &[&str], part: &str| {
        workspace.refuses(&[&["themes"], arguments, &["--index", "idx"]].concat(), &[part]);
    };
    refuses(&["merge", &fees, "t-nowhere"], "the index has no theme `t-nowhere`");
    refuses(&["merge", &fees, &fees], "a merge needs at least two different themes");
    refuses(&["split", &fees, "A-9"], "the index has no recommendation `A-9`; similar ids: `A-1`");
    refuses(&["split", &fees, "B-2"], "is not the main theme of `B-2`");
    refuses(&["split", &fees, "A-1", "B-1", "C-1"], "a split must leave at least one");
    refuses(&["rename", &fees, " "], "the new name is empty");
    refuses(&["move", "A-1"], "--to");
    workspace.refuses(&["themes", "undo", "--index", "nowhere"], &["there is no index at nowhere"]);
}

/// The command that builds the index again.
const AGAIN: [&str; 6] = ["index", "idx.jsonl", "--index", "idx", "--model", HASHING];

#[test]
fn decisions_that_are_damaged_or_lost_are_not_dropped() {
    let workspace = with_index();
    let found = themes(&workspace);
    decide(&workspace, &["accept", id(theme_of(&found, "A-1"))]);
    let expected = workspace.concord(&["pairs", "--index", "idx"]).succeeds();
    assert_eq!(expected.stderr, "");
    let file = workspace.path("idx/decisions.json");
    workspace.change("idx/decisions.json", |bytes| bytes.truncate(20));
    for why in ["EOF while parsing", "the file is gone; restore or correct the file, or put"] {
        let parts = ["cannot read the decisions in ", "idx/decisions.json: ", why];
        workspace.refuses(&AGAIN, &parts);
        workspace.refuses(&["themes", "undo", "--index", "idx"], &parts);
        let answer = workspace.concord(&["pairs", "--index", "idx", "--quiet"]).succeeds();
        assert_eq!(answer.stdout, expected.stdout, "the index stays readable");
        assert!(answer.stderr.contains("warning: ") && answer.stderr.contains(why), "{answer:?}");
        workspace.concord(&["doctor", "--index", "idx"]).ends_with(1);
        let _ = std::fs::remove_file(&file);
    }
    // The remedy that the message names.
    workspace.write("idx/decisions.json", "{\"decisions\": []}");
    workspace.concord(&AGAIN).succeeds();
    assert!(!file.exists());
    assert_eq!(workspace.concord(&["pairs", "--index", "idx"]).succeeds().stderr, "");
}

#[test]
fn decisions_edited_by_hand_leave_the_index_readable_and_apply_to_the_next_build() {
    let workspace = with_index();
    let edited = "{\"decisions\": [{\"act\": \"rename\", \"name\": \"Fees\", \
                   \"members\": [\"A-1\", \"B-1\", \"C-1\"]}]}";
    workspace.write("idx/decisions.json", edited);
    let answer = workspace.concord(&["pairs", "--index", "idx"]).succeeds();
    let expected = "idx/decisions.json was edited since the index was built; build the index again";
    assert!(answer.stderr.contains(expected), "{answer:?}");
    let answer = workspace.concord(&AGAIN).succeeds();
    for part in ["; 0 texts embedded, ", "idx/decisions.json had been edited; the themes now"] {
        assert!(answer.stderr.contains(part), "expected {part:?} in {answer:?}");
    }
    assert_eq!(theme_of(&themes(&workspace), "A-1")["label"], "Fees");
    assert_eq!(workspace.concord(&["pairs", "--index", "idx"]).succeeds().stderr, "");

    workspace.write("idx/decisions.json", edited.replace("Fees", "Costs"));
    let found = themes(&workspace);
    let answer = decide(&workspace, &["accept", id(theme_of(&found, "A-2"))]);
    assert!(answer.stderr.contains("had been edited; the themes now follow it"), "{answer:?}");
    assert_eq!(theme_of(&themes(&workspace), "A-1")["label"], "Costs");
}

#[test]
fn ids_live_on_when_the_corpus_grows_and_diff_says_what_changed() {
    let workspace = with_index();
    let before = themes(&workspace);
    workspace.copy(&workspace.path("idx"), "old");
    let same = workspace.concord(&["diff", "old", "idx"]).succeeds();
    assert_eq!(same.stdout, "no differences\n");
    let grown = format!(
        "{}{}",
        FOURTEEN.replace("at sea.", "on the sea."),
        records(&[
            ("F-1", "Phi", "States should cut the cost of sending remittances home to families."),
            ("F-2", "Phi", "Ports should publish the noise levels of cruise ships."),
            ("F-3", "Chi", "Ports must publish noise levels of cruise ships each year."),
        ])
    );
    workspace.indexed("idx", &grown);
    let after = themes(&workspace);
    for member in ["A-1", "A-2", "D-1"] {
        assert_eq!(id(theme_of(&before, member)), id(theme_of(&after, member)), "{member}");
    }
    let diff = workspace.concord(&["diff", "old", "idx", "--format", "json"]).succeeds().json();
    assert_eq!(diff["added"], json!(["F-1", "F-2", "F-3"]));
    assert_eq!((&diff["removed"], &diff["reworded"]), (&json!([]), &json!(["A-3"])));
    let noise = id(theme_of(&after, "F-2"));
    let is_new = |change: &&Value| change["change"] == "new" && change["theme"]["id"] == noise;
    assert!(diff["themes"].as_array().unwrap().iter().any(|change| is_new(&change)), "{diff}");
    let table = workspace.concord(&["diff", "old", "--index", "idx"]).succeeds().stdout;
    assert!(table.contains("3 recommendations new: F-1, F-2, F-3"), "{table}");
}

#[test]
fn grains_nest_and_lose_nothing() {
    let workspace = Workspace::new();
    let at = |grain: &str| {
        let arguments = ["themes", "--grain", grain, "--format", "json"];
        let index = ["--index", shipped_by_default()];
        workspace.concord(&[&arguments[..], &index].concat()).succeeds().json()
    };
    let grains = ["fine", "theme", "broad"].map(at);
    for pair in grains.windows(2) {
        for group in pair[0]["themes"].as_array().unwrap() {
            let parent = group["parent"].as_str().expect("it lies in a coarser group");
            let parents = pair[1]["themes"].as_array().unwrap();
            let parent = parents.iter().find(|theme| theme["id"] == parent).expect("which exists");
            let ids = |theme: &Value| -> Vec<String> {
                let members = theme["members"].as_array().unwrap();
                members.iter().map(|m| m["id"].as_str().unwrap().to_owned()).collect()
            };
            let above = ids(parent);
            // A narrower theme may run across areas.
            let nests = group["narrow"] == false;
            assert!(!nests || ids(group).iter().all(|id| above.contains(id)), "{group}");
        }
    }
    for found in &grains {
        let mut all: Vec<String> = groups(found).concat();
        all.extend(found["single"].as_array().unwrap().iter().map(|i| i.as_str().unwrap().into()));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 256);
    }
    let n = |found: &Value| found["themes"].as_array().unwrap().len();
    assert!(n(&grains[2]) < n(&grains[1]), "areas are fewer than themes");
}

#[test]
fn gaps_of_four_kinds_come_with_their_evidence() {
    let workspace = Workspace::new();
    workspace.write("corpus/recommendations.jsonl", &*FOURTEEN);
    let challenge = records(&[
        ("X-1", "Delta", "The cost of sending remittances."),
        ("X-2", "Delta", "Nobody counts the noise of cruise ships in ports."),
    ]);
    workspace.write("corpus/challenges.jsonl", challenge);
    workspace
        .write("goals.txt", "# goals\nReduce the cost of sending remittances.\nQuiet ports.\n");
    let index = ["index", "corpus", "--index", "idx", "--model", HASHING, "--agenda", "goals.txt"];
    workspace.concord(&index).succeeds();
    let json = ["gaps", "--index", "idx", "--format", "json"];
    let gaps = workspace.concord(&json).succeeds().json();
    let open = |kind: &str| -> Vec<&str> {
        let all = gaps[kind].as_array().unwrap_or_else(|| panic!("no {kind} in {gaps}"));
        let open = all.iter().filter(|gap| gap["unanswered"] == true);
        open.map(|gap| gap["id"].as_str().unwrap()).collect()
    };
    assert_eq!(open("agenda"), ["2"]);
    assert_eq!(open("challenges"), ["X-2"]);
    assert!(gaps["challenges"][1]["nearest"][0]["probability"].is_number(), "{gaps}");
    let single: Vec<&Value> = gaps["single_voice"].as_array().unwrap().iter().collect();
    assert!(single.iter().any(|gap| gap["id"] == "E-2"), "{gaps}");
    let silent = &gaps["silent"][0];
    assert_eq!((&silent["agency"], &silent["passages"][0]["id"]), (&json!("Delta"), &json!("X-1")));
    let own = ["gaps", "--index", "idx", "--kind", "agenda", "--agenda", "mine.txt"];
    workspace.write("mine.txt", "Breed better horses.\n");
    let table = workspace.concord(&own).succeeds().stdout;
    assert!(table.starts_with("Agenda items with no recommendation found, of 1: 1\n"), "{table}");
    workspace.write("mine.jsonl", "{\"text\":\"x\"}\n{\"txt\":\"y\"}\n");
    let own = ["gaps", "--index", "idx", "--agenda", "mine.jsonl"];
    workspace.refuses(&own, &["mine.jsonl:2: missing field `text`"]);
}

#[test]
fn scores_of_themes_have_intervals_and_floors() {
    let workspace = with_index();
    let line = |(id, themes): (&str, Value)| format!("{}\n", json!({ "id": id, "themes": themes }));
    let gold: String = [
        ("A-1", json!(["fees"])),
        ("B-1", json!(["fees"])),
        ("C-1", json!(["fees"])),
        ("A-2", json!(["convention"])),
        ("C-2", json!(["convention"])),
        ("A-3", json!([])),
    ]
    .into_iter()
    .map(line)
    .collect();
    workspace.write("gold.jsonl", &gold);
    let eval = ["eval", "themes", "--gold", "gold.jsonl", "--index", "idx"];
    let scores = workspace.concord(&[&eval[..], &["--format", "json"]].concat()).succeeds().json();
    let all = &scores["all"]["f1"];
    assert!(all["low"].as_f64() <= all["value"].as_f64(), "{scores}");
    assert_eq!((&scores["items"], &scores["v_measure"]), (&json!(6), &json!(null)));
    let held = |floor: &'static str| [&eval[..], &["--floor", floor]].concat();
    workspace.concord(&held("all=0")).succeeds();
    let missed = workspace.concord(&held("v_measure=0.1")).ends_with(1);
    assert!(missed.stderr.contains("v_measure was not measured"), "{missed:?}");
    workspace.concord(&held("recal=0.1")).ends_with(2);
    workspace.write("gold.jsonl", format!("{gold}{}", line(("Z-9", json!([])))));
    workspace.refuses(&eval, &["gold.jsonl:7: the index has no recommendation `Z-9`"]);
}

#[test]
fn one_document_identical_texts_and_two_languages_are_sensible() {
    let workspace = Workspace::new();
    let same: Vec<(String, String)> =
        (0..12).map(|n| (format!("S-{n:02}"), format!("Agency {}", n % 4))).collect();
    let rows: Vec<(&str, &str, &str)> =
        same.iter().map(|(id, agency)| (id.as_str(), agency.as_str(), "Lower the fees.")).collect();
    workspace.indexed("idx", &records(&rows));
    let found = themes(&workspace);
    assert_eq!(groups(&found).len(), 1);
    assert_eq!(found["themes"][0]["consensus"]["agencies"], 4);
    assert_eq!(
        found["themes"][0]["consensus"]["effective"], 4.0,
        "copies of one agency count once"
    );

    let mut alone = FOURTEEN.clone();
    for agency in ["Beta", "Gamma", "Delta", "Epsilon"] {
        alone = alone.replace(agency, "Alpha");
    }
    workspace.indexed("idx", &alone);
    let found = themes(&workspace);
    assert_eq!(groups(&found).len(), 4, "{found}");
    assert_eq!(found["themes"][0]["consensus"]["strength"], 0.0, "one agency agrees with nobody");

    let others = records(&[
        ("f1", "OIM", "Réduire le coût des transferts de fonds pour les familles des migrants."),
        ("f2", "OIT", "Les gouvernements devraient réduire le coût des transferts de fonds."),
        ("s1", "OIM", "Proteger los derechos de los niños migrantes no acompañados."),
        ("s2", "ACNUR", "Deben proteger los derechos de los niños migrantes no acompañados."),
        ("s3", "UNICEF", "Velar por los derechos de los niños migrantes no acompañados."),
    ]);
    workspace.indexed("idx", &format!("{}{others}", *FOURTEEN));
    let found = themes(&workspace);
    let label = |member: &str| theme_of(&found, member)["label"].as_str().unwrap().to_lowercase();
    assert!(label("f1").contains("transferts de fonds"), "{}", label("f1"));
    assert!(label("s1").contains("niños migrantes"), "{}", label("s1"));
    assert_ne!(id(theme_of(&found, "f1")), id(theme_of(&found, "s1")));
}

/// Floors that must hold with default settings.
#[test]
fn themes_of_labelled_recommendations_are_those_of_people() {
    let Some(gold) = shared("gold/linking/themes-dev.jsonl") else { return };
    let corpus = shared("gold/linking/recommendations.jsonl").expect("it lies beside the labels");
    let workspace = Workspace::new();
    workspace.concord(&["index", corpus.to_str().unwrap(), "--index", "gold"]).succeeds();
    let eval = ["eval", "themes", "--index", "gold", "--gold", gold.to_str().unwrap()];
    let floors = ["--floor=primary=0.57", "--floor=all=0.52", "--floor=cross_agency=0.25"];
    let answer = workspace.concord(&[&eval[..], &floors].concat()).succeeds();
    println!("{}", answer.stdout);
}

#[test]
fn a_dozen_recommendations_are_grouped_as_a_reader_would() {
    with_default_model();
    let workspace = Workspace::new();
    let rows = records(&[
        (
            "a1",
            "A",
            "Close the old prison and move all detainees to facilities that meet international standards.",
        ),
        ("b1", "B", "Detainees should be moved out of the old prison without delay."),
        ("c1", "C", "Improve conditions of detention in line with international standards."),
        ("a2", "A", "Adopt a law on access to information."),
        ("d2", "D", "A freedom of information act should be passed by parliament."),
        ("b2", "B", "Train journalists in how to use the right of access to information."),
        ("c3", "C", "Raise the legal age of marriage to 18 for girls and boys."),
        ("d3", "D", "Set the minimum age of marriage at eighteen."),
        ("e3", "E", "Ban child marriage and raise awareness of its harm."),
        ("a4", "A", "Provide safe drinking water to rural schools."),
        ("e4", "E", "Publish the national budget in open data formats."),
        ("b4", "B", "Ratify the optional protocol to the convention against torture."),
    ]);
    workspace.write("dozen.jsonl", rows);
    workspace.concord(&["index", "dozen.jsonl", "--index", "idx"]).succeeds();
    let found =
        workspace.concord(&["themes", "--index", "idx", "--format", "json"]).succeeds().json();
    let of = |id: &str| {
        let themes = found["themes"].as_array().unwrap();
        themes.iter().position(|theme| {
            theme["members"].as_array().unwrap().iter().any(|member| member["id"] == id)
        })
    };
    for (one, other) in [("a1", "b1"), ("a2", "d2"), ("c3", "d3")] {
        assert!(of(one).is_some() && of(one) == of(other), "{one} and {other}: {found:#}");
    }
    let single = found["single"].as_array().unwrap();
    assert!(["a4", "e4", "b4"].iter().all(|id| single.contains(&json!(id))), "{found:#}");
}

/// The label, the agencies that ask and whether it is about process, of each theme of the shipped corpus.
fn shipped_themes() -> Vec<(String, Vec<String>, bool)> {
    let workspace = Workspace::new();
    let arguments = ["themes", "--format", "json", "--index", shipped_by_default()];
    let found = workspace.concord(&arguments).succeeds().json();
    let themes = found["themes"].as_array().expect("themes are a list");
    let theme = |theme: &Value| {
        let asking = theme["asking"].as_array().expect("asking is a list");
        let agencies = asking.iter().map(|one| one["agency"].as_str().unwrap().to_owned());
        let label = theme["label"].as_str().expect("a label is text").to_lowercase();
        (label, agencies.collect(), theme["process"].as_bool().expect("process is yes or no"))
    };
    themes.iter().map(theme).collect()
}

#[test]
fn remittance_costs_data_and_domestic_workers_are_themes_of_the_shipped_corpus() {
    let themes = shipped_themes();
    let agencies = |words: &[&str]| {
        let named = themes.iter().find(|(label, ..)| words.iter().all(|word| label.contains(word)));
        named.unwrap_or_else(|| panic!("no theme is named {words:?}: {themes:?}")).1.clone()
    };
    let costs = agencies(&["remittance", "cost"]);
    for agency in ["UNCTAD", "IFAD", "UN regional commissions"] {
        assert!(costs.iter().any(|one| one == agency), "{agency}: {costs:?}");
    }
    assert!(costs.len() < 6, "one more at most: {costs:?}");
    let workers = agencies(&["domestic workers"]);
    for agency in ["NGO Committee on Migration", "UN Women"] {
        assert!(workers.iter().any(|one| one == agency), "{agency}: {workers:?}");
    }
    assert!(workers.len() < 4, "one more at most: {workers:?}");
    assert!(agencies(&["data"]).len() >= 5);
}

#[test]
fn what_is_asked_about_the_dialogue_itself_stands_apart() {
    let themes = shipped_themes();
    let first = themes.iter().position(|(.., process)| *process).expect("there is one");
    assert!(themes[first..].iter().all(|(.., process)| *process), "they come last");
    assert!(themes[..5].iter().all(|(label, ..)| !label.contains("dialogue")), "{themes:?}");
    let is_process = |words: &str| themes.iter().any(|(label, _, p)| *p && label.contains(words));
    assert!(is_process("dialogue") && is_process("gmg"), "{themes:?}");
    assert!(!is_process("trafficking"), "said at the meeting, and about something else");
}
