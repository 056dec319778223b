//! Who speaks in a document: said with `--agency`, or asked for on the terminal.

use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;

use concord::Agency;

use crate::cli::failure::Failure;
use crate::cli::{talk, value};

/// What `--agency` says.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// By file name.
    one: BTreeMap<String, Agency>,
    /// The body that speaks in every document that does not say who does.
    rest: Option<Agency>,
}

impl Named {
    /// Reads each `FILE=NAME`, of a file in `folder`, or `NAME`.
    pub(super) fn parse(words: &[String], folder: &Path) -> Result<Self, Failure> {
        let mut named = Self::default();
        for word in words {
            let agency = |name: &str| {
                let wrong = |why| Failure::new(format_args!("--agency {word}: {why}"));
                value::agency(name.trim()).map_err(wrong)
            };
            match word.split_once('=') {
                Some((file, name)) if folder.join(file).is_file() => {
                    named.one.insert(file.to_owned(), agency(name)?);
                }
                Some((file, _)) => {
                    return Err(Failure::with_hint(
                        format_args!("--agency {word}: no file `{file}` in {}", folder.display()),
                        "write the name of a file in the folder, an equals sign and who speaks in it",
                    ));
                }
                None => named.rest = Some(agency(word)?),
            }
        }
        Ok(named)
    }

    /// The body named for this very file.
    pub(super) fn of(&self, file: &str) -> Option<&Agency> {
        self.one.get(file)
    }

    /// The body named for documents that do not say who speaks.
    pub(super) fn rest(&self) -> Option<&Agency> {
        self.rest.as_ref()
    }
}

/// Answers a question, or `None` if nobody is there to answer.
pub(super) type Ask<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

/// Asks on the terminal, if there is one.
pub(super) fn on_terminal(question: &str) -> Option<String> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    talk::say(format_args!("{question}"));
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).ok().filter(|&n| n > 0)?;
    Some(line.trim().to_owned())
}

/// Asks who speaks in each of `files`; an empty answer is asked for again, once. `Err` has the files for
/// which there was no answer.
pub(super) fn ask_for(
    files: &[&str],
    ask: Ask<'_>,
) -> Result<BTreeMap<String, Agency>, Vec<String>> {
    let mut found = BTreeMap::new();
    let mut missing = Vec::new();
    for file in files {
        let question = format!("Who speaks in {file}? (the name of the body, then Enter)");
        let answer = (0..2).find_map(|_| ask(&question).and_then(|name| value::agency(&name).ok()));
        match answer {
            Some(agency) => {
                found.insert((*file).to_owned(), agency);
            }
            None => missing.push((*file).to_owned()),
        }
    }
    if missing.is_empty() { Ok(found) } else { Err(missing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_and_a_missing_one_named() {
        let mut answers = vec!["", "Court of Audit", "", ""].into_iter();
        let mut ask = |_: &str| answers.next().map(str::to_owned);
        let found = ask_for(&["a.pdf"], &mut ask).unwrap();
        assert_eq!(found["a.pdf"].as_str(), "Court of Audit");
        assert_eq!(ask_for(&["b.pdf", "c.pdf"], &mut ask).unwrap_err(), ["b.pdf", "c.pdf"]);
    }
}
