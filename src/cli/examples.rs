//! Examples at the end of each command's help. A test parses every one of them.

use clap::Command;

/// A command, its examples, and what each does.
type Examples = (&'static str, &'static [(&'static str, &'static str)]);

const EXAMPLES: [Examples; 18] = [
    (
        "start",
        &[
            ("concord start --sample --open", "see what Concord does"),
            ("concord start reports --open", "report on the documents in a folder"),
            ("concord start reports --agency a.pdf=\"Court of Audit\"", "say who speaks in a.pdf"),
        ],
    ),
    (
        "extract",
        &[
            ("concord extract report.pdf", "list what a report recommends"),
            ("concord extract *.pdf -o mine.xlsx", "write a table to correct in Excel"),
            ("concord extract a.docx --agency WHO -o mine.jsonl", "name the body that speaks"),
        ],
    ),
    (
        "index",
        &[
            ("concord index mine.jsonl --index index/mine", "index extracted recommendations"),
            ("concord index all.xlsx --map text=\"Full text\"", "index a table"),
        ],
    ),
    (
        "similar",
        &[
            ("concord similar reduce the cost of remittances", "compare a text"),
            ("concord similar --id IOM-16 --cross-agency", "who else asks for IOM-16?"),
            ("concord similar remittances -k 50 --format csv", "for a spreadsheet"),
        ],
    ),
    (
        "pairs",
        &[
            ("concord pairs --cross-agency --min-probability 0.8", "repeats between agencies"),
            ("concord pairs decide IOM-16 ILO-03 not-the-same", "correct a pair"),
        ],
    ),
    (
        "themes",
        &[
            ("concord themes", "list the themes"),
            ("concord themes --grain fine", "list near-duplicates"),
            ("concord themes rename t-9b5a2b66 \"Remittances\"", "give a theme a better name"),
        ],
    ),
    (
        "gaps",
        &[
            ("concord gaps --kind agenda", "agenda items that no recommendation takes up"),
            ("concord gaps --kind contradictions", "who contradicts whom"),
        ],
    ),
    ("diff", &[("concord diff index/2023 index/2024", "what changed in a year")]),
    (
        "report",
        &[
            ("concord report", "report on the shipped corpus"),
            ("concord report --index index/mine --format docx,xlsx -o out", "for Word and Excel"),
        ],
    ),
    (
        "check",
        &[
            ("concord check draft.docx", "what is new in a draft?"),
            ("concord check draft.docx --format docx -o notes.docx", "comments in the draft"),
            ("concord check draft.md --fail-on duplicate", "for scripts: exit status 1"),
        ],
    ),
    (
        "serve",
        &[
            ("concord serve --open", "work in the browser"),
            ("concord serve --index index/mine --port 9000", "another index, another port"),
        ],
    ),
    ("mcp", &[("concord mcp --index index/mine", "the command to give to an assistant")]),
    (
        "eval",
        &[
            ("concord eval extract --gold labels.jsonl --source report.pdf", "is all found?"),
            ("concord eval pairs --gold pairs.jsonl", "are the probabilities right?"),
        ],
    ),
    ("calibrate", &[("concord calibrate --gold pairs.jsonl -o mine.toml", "use your labels")]),
    ("models", &[("concord models", "list the models")]),
    ("doctor", &[("concord doctor --index index/mine", "is everything there and whole?")]),
    (
        "completions",
        &[("concord completions bash > ~/.local/share/bash-completion/completions/concord", "")],
    ),
    (
        "man",
        &[
            ("concord man similar", "print a page; `| man -l -` shows it"),
            ("concord man -o ~/.local/share/man/man1", "install all pages"),
        ],
    ),
];

/// Adds to each command its examples.
pub(super) fn add_to(root: Command) -> Command {
    EXAMPLES.iter().fold(root, |root, (name, examples)| {
        root.mut_subcommand(name, |command| command.after_help(section(examples)))
    })
}

fn section(examples: &[(&str, &str)]) -> String {
    let width = examples.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
    let line = |(command, what): &(&str, &str)| {
        format!("  {command:<width$}  {what}").trim_end().to_owned()
    };
    let lines: Vec<String> = examples.iter().map(line).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a command line without what a shell redirects.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(" > ").next().unwrap_or_default();
        let quoted = |(at, part): (usize, &str)| match at % 2 {
            0 => part.replace(' ', "\n"),
            _ => part.to_owned(),
        };
        let split: String = line.split('"').enumerate().map(quoted).collect();
        split.lines().filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn every_example_is_a_command_line_that_the_program_takes() {
        for (name, examples) in EXAMPLES {
            for (line, _) in examples {
                let words = words(line);
                assert_eq!(words[1], name, "{line}");
                let parsed = super::super::parse(&words);
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            }
        }
    }

    #[test]
    fn every_command_has_an_example() {
        let with: Vec<&str> = EXAMPLES.iter().map(|(name, _)| *name).collect();
        for command in super::super::command().get_subcommands() {
            assert!(with.contains(&command.get_name()), "{}", command.get_name());
        }
    }
}
