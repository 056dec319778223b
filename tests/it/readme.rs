//! What README.md and docs/ show is what the program prints, and every link leads somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::{Workspace, repository, shipped_by_default};

/// Pages whose console blocks are run, in order, in a folder of their own.
const RUN: [&str; 2] = ["README.md", "docs/start.md"];

/// With this variable set, the blocks are written anew instead of compared.
const UPDATE: &str = "CONCORD_UPDATE_DOCS";

#[test]
fn every_console_example_prints_what_the_page_shows() {
    for page in RUN {
        let path = repository().join(page);
        let text = fs::read_to_string(&path).unwrap();
        let workspace = Workspace::new();
        let examples = examples(&text);
        assert!(examples.len() >= 3, "{page} has {} console examples", examples.len());
        let mut renewed = text.clone();
        for (command, shown) in examples {
            let arguments = words(command);
            let arguments: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
            let run = workspace.concord(&arguments).env("CONCORD_INDEX", shipped_by_default());
            let printed = trimmed(&run.succeeds().stdout);
            if std::env::var_os(UPDATE).is_some() {
                let block = |shown: &str| format!("```console\n$ {command}\n{shown}```");
                renewed = renewed.replace(&block(shown), &block(&printed));
            } else {
                assert_eq!(masked(&printed), masked(shown), "{page}: `{command}`, figures masked");
            }
        }
        if renewed != text {
            fs::write(path, renewed).unwrap();
        }
    }
}

/// The commands of the console blocks of a page, each with the output shown.
fn examples(page: &str) -> Vec<(&str, &str)> {
    let blocks = page.split("```console\n$ ").skip(1);
    blocks.filter_map(|block| block.split("```").next()?.split_once('\n')).collect()
}

/// The words of a command line; quotation marks hold words together.
fn words(command: &str) -> Vec<String> {
    let quoted = |(at, part): (usize, &str)| match at % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    };
    command.split('"').enumerate().flat_map(quoted).collect()
}

/// `text` without blanks at the ends of its lines, and without blank lines at its end.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// The lines of `text` without their figures and the blanks that these push about: a percentage may differ by
/// one on another processor.
fn masked(text: &str) -> Vec<String> {
    let digits = |word: &str| word.replace(|c: char| c.is_ascii_digit(), "");
    let line = |line: &str| line.split_whitespace().map(digits).collect::<Vec<_>>().join(" ");
    text.trim_end().lines().map(line).collect()
}

#[test]
fn an_example_is_read_with_its_words() {
    let readme = "x\n```console\n$ concord similar \"two words\" -k 3\none 12%\n```\ny";
    assert_eq!(examples(readme), [("concord similar \"two words\" -k 3", "one 12%\n")]);
    assert_eq!(
        words("concord similar \"two words\" -k 3"),
        ["concord", "similar", "two words", "-k", "3"]
    );
    assert_eq!(masked("a  12%\n"), ["a %"]);
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let pages = pages();
    assert!(pages.len() > 20, "{pages:?}");
    let mut dead = Vec::new();
    let mut n = 0;
    for page in &pages {
        let text = fs::read_to_string(repository().join(page)).unwrap();
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            n += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => repository().join(page),
                file => repository().join(page).parent().unwrap().join(file),
            };
            // The book of docs/ has only what is in docs/, and calls a README the index of its folder.
            let in_book = page.starts_with("docs") && !page.ends_with("SUMMARY.md");
            let leaves = page.starts_with("docs") && !resolved(&target).starts_with("docs")
                || in_book && target.ends_with("README.md");
            let has =
                || fs::read_to_string(&target).is_ok_and(|text| anchors(&text).contains(anchor));
            if !target.exists() || leaves || !anchor.is_empty() && !has() {
                dead.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(n > 50, "only {n} links found");
    assert_eq!(dead, Vec::<String>::new());
}

#[test]
fn the_summary_has_every_page_of_the_book() {
    let summary = fs::read_to_string(repository().join("docs/SUMMARY.md")).unwrap();
    let listed: BTreeSet<PathBuf> =
        links(&summary).into_iter().map(|link| Path::new("docs").join(link)).collect();
    // The summary itself, and a draft that pages check, are no pages.
    let apart = ["docs/SUMMARY.md", "docs/example-draft.md"].map(PathBuf::from);
    let pages = pages().into_iter().filter(|page| page.starts_with("docs"));
    let pages: BTreeSet<PathBuf> = pages.filter(|page| !apart.contains(page)).collect();
    assert_eq!(listed, pages);
}

#[test]
fn the_page_on_quality_has_the_figures_that_reports_have() {
    let measured = fs::read_to_string(repository().join("models/linking/measured.toml")).unwrap();
    let page = fs::read_to_string(repository().join("docs/quality.md")).unwrap();
    let values: Vec<&str> = measured
        .lines()
        .filter(|line| {
            ["what", "figure", "meaning", "data"].iter().any(|key| line.starts_with(key))
        })
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    assert!(values.len() >= 20, "{values:?}");
    let absent: Vec<&&str> = values.iter().filter(|value| !page.contains(**value)).collect();
    assert!(absent.is_empty(), "docs/quality.md lacks {absent:?}");
}

/// The Markdown pages that readers of the repository are led to, by their path in it.
fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["", "docs", "docs/decisions", "corpus", "corpus/sample", "index", "models"] {
        let entries = fs::read_dir(repository().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        let pages = names.map(|name| Path::new(folder).join(name));
        found.extend(pages.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    found.sort();
    found
}

/// Where the links of a page lead, but for those in code.
fn links(page: &str) -> Vec<&str> {
    let prose = page.split("```").step_by(2);
    let plain = prose.flat_map(|part| part.split('`').step_by(2));
    let targets = plain.flat_map(|part| part.split("](").skip(1));
    targets
        .filter_map(|rest| rest.split([')', ' ']).next())
        .filter(|link| !link.is_empty())
        .collect()
}

/// The anchors of the headings of a page, as forges and mdBook make them.
fn anchors(page: &str) -> BTreeSet<String> {
    let prose = page.split("```").step_by(2).flat_map(str::lines);
    let headings =
        prose.filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#'));
    let kept = |c: char| c.is_alphanumeric() || "-_ ".contains(c);
    headings
        .map(|text| text.trim().to_lowercase().chars().filter(|&c| kept(c)).collect::<String>())
        .map(|text| text.replace(' ', "-"))
        .collect()
}

/// A path in the repository without its `..`.
fn resolved(path: &Path) -> PathBuf {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let root = repository().canonicalize().unwrap();
    real.strip_prefix(root).map(Path::to_owned).unwrap_or(real)
}

#[test]
fn links_and_headings_are_read() {
    let page = "# A b, `c`\n[x](y.md#z) `[no](n.md)`\n```\n[no](n.md)\n# no\n```\n![p](p.png)";
    assert_eq!(links(page), ["y.md#z", "p.png"]);
    assert_eq!(anchors(page), BTreeSet::from(["a-b-c".to_owned()]));
}
