//! The library as a program uses it: through its front door.

use std::path::Path;

use concord::{Error, Filter, Index, Query};

use crate::workspace::{HASHING, TWELVE, Workspace, repository, shipped_by_hashing};

#[test]
fn a_default_filter_finds_ten_and_no_k_asks_too_much() {
    let index = Index::open(Path::new(shipped_by_hashing())).unwrap();
    let query = Query::Id(index.recommendations()[0].id.to_string());
    let n_hits = |filter: &Filter| {
        let answers = index.similar(std::slice::from_ref(&query), filter, None).unwrap();
        answers[0].hits.len()
    };
    assert_eq!(n_hits(&Filter::default()), 10);
    let all = Filter { k: usize::MAX, ..Filter::default() };
    assert_eq!(n_hits(&all), index.recommendations().len() - 1);
}

#[test]
fn a_text_without_a_model_says_what_to_do() {
    let index = Index::open(Path::new(shipped_by_hashing())).unwrap();
    let error = index.similar(&[Query::text("fees")], &Filter::default(), None).unwrap_err();
    assert!(matches!(error, Error::NoModel { .. }), "{error:?}");
    let expected = format!(
        "a query by text needs the embedding model `{HASHING}`; open it and pass it along, or ask by id"
    );
    assert_eq!(error.to_string(), expected);
}

/// What only the command line knows stays there.
#[test]
fn the_library_names_no_flag() {
    let mut open = vec![repository().join("src")];
    let mut wrong = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("cli") {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let messages = code.lines().filter(|line| {
                    let line = line.trim();
                    let flag = ["`--", "give --", "use --", "with --", "(--", "is: --"];
                    !line.starts_with("//") && flag.iter().any(|flag| line.contains(flag))
                });
                wrong.extend(messages.map(|line| format!("{}: {}", path.display(), line.trim())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn numbers_beyond_all_need_are_no_reason_to_stop() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    let ask = |more: &[&str]| {
        let arguments = ["similar", "fees", "--format", "json", "--index", "idx"];
        workspace.concord(&[&arguments, more].concat()).succeeds().json()
    };
    let few = ask(&["-k", "12"]);
    assert_eq!(few["results"].as_array().unwrap().len(), 12);
    assert_eq!(ask(&["-k", "4000000000"]), few);
    assert_eq!(ask(&["-k", "12", "--threads", "65535"]), few);
}
