//! What README.md shows is what the program prints.

use crate::workspace::{Workspace, repository, shipped_by_default};

#[test]
fn every_console_example_prints_what_readme_shows() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let workspace = Workspace::new();
    let draft = "docs/example-draft.md";
    workspace.write(draft, std::fs::read(repository().join(draft)).unwrap());
    let examples = examples(&readme);
    assert!(examples.len() >= 3, "README has {} console examples", examples.len());
    for (command, shown) in examples {
        let arguments = words(command);
        let arguments: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
        let run = workspace.concord(&arguments).env("CONCORD_INDEX", shipped_by_default());
        let answer = run.env("COLUMNS", "110").succeeds();
        assert_eq!(masked(&answer.stdout), masked(shown), "`{command}`, with figures masked");
    }
}

/// The commands of the console blocks of `readme`, each with the output shown.
fn examples(readme: &str) -> Vec<(&str, &str)> {
    let blocks = readme.split("```console\n$ ").skip(1);
    blocks.filter_map(|block| block.split("\n```").next()?.split_once('\n')).collect()
}

/// The words of a command line; quotation marks hold words together.
fn words(command: &str) -> Vec<String> {
    let quoted = |(at, part): (usize, &str)| match at % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    };
    command.split('"').enumerate().flat_map(quoted).collect()
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
    assert_eq!(examples(readme), [("concord similar \"two words\" -k 3", "one 12%")]);
    assert_eq!(
        words("concord similar \"two words\" -k 3"),
        ["concord", "similar", "two words", "-k", "3"]
    );
    assert_eq!(masked("a  12%\n"), ["a %"]);
}
