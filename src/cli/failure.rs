//! What a user is told when something fails: one line, and the command that mends it.

use std::fmt::Display;
use std::process::ExitCode;

use concord::embed::EmbedError;
use concord::ingest::CorpusError;
use concord::pipeline::Error;
use concord::store::StoreError;

use super::talk;

/// An error for a person.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    hint: Option<String>,
    /// Somebody closed the pipe that stdout goes to: nothing to complain of.
    closed_pipe: bool,
}

impl Failure {
    pub(super) fn new(message: impl Display) -> Self {
        Self { message: message.to_string(), hint: None, closed_pipe: false }
    }

    pub(super) fn with_hint(message: impl Display, hint: impl Display) -> Self {
        Self { hint: Some(hint.to_string()), ..Self::new(message) }
    }

    /// Prints the error and gives the exit code.
    pub(super) fn report(&self) -> ExitCode {
        if self.closed_pipe {
            return ExitCode::SUCCESS;
        }
        talk::say(format_args!("error: {}", self.message.replace('\n', " ")));
        if let Some(hint) = &self.hint {
            talk::say(format_args!("hint: {hint}"));
        }
        ExitCode::from(2)
    }
}

/// Help and version go to stdout as they are; a wrong flag becomes one line and a hint.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind::{
        DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion,
    };
    if matches!(
        error.kind(),
        DisplayHelp | DisplayVersion | DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        let _ = error.print();
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
    }
    let text = error.to_string();
    let paragraph: Vec<&str> = text.lines().take_while(|line| !line.trim().is_empty()).collect();
    let words: Vec<&str> = paragraph.iter().flat_map(|line| line.split_whitespace()).collect();
    let message = words.join(" ");
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
    let hint = usage.map_or("see `concord --help`".to_owned(), |usage| format!("usage: {usage}"));
    Failure::with_hint(message, hint).report()
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let closed_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        Self { closed_pipe, ..Self::new(format_args!("cannot write: {error}")) }
    }
}

impl From<CorpusError> for Failure {
    fn from(error: CorpusError) -> Self {
        Self::new(error)
    }
}

impl From<EmbedError> for Failure {
    fn from(error: EmbedError) -> Self {
        let hint = match &error {
            EmbedError::Runtime(_) => Some(format!(
                "install it with `python3 -m pip install onnxruntime=={}`, or name the library in \
                 ORT_DYLIB_PATH; `concord doctor` shows where it was looked for",
                concord::embed::runtime::PINNED_VERSION
            )),
            EmbedError::Unknown { .. } => Some("`concord models` lists the names".to_owned()),
            EmbedError::Hub { .. } => {
                Some("check the network, or leave out --model to use the built-in one".to_owned())
            }
            EmbedError::Load { .. } | EmbedError::ModelFile { .. } | EmbedError::Run { .. } => None,
        };
        Self { hint, ..Self::new(error) }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let folder = error.folder().display().to_string();
        let records = error.folder().join("recommendations.jsonl");
        let again =
            if records.is_file() { records.display().to_string() } else { "CORPUS".to_owned() };
        let rebuild = format!("`concord index {again} --index {folder}`");
        let hint = match &error {
            StoreError::Missing { path } => {
                Some(format!("build it: `concord index CORPUS --index {}`", path.display()))
            }
            StoreError::Damaged { path, .. } if path.ends_with("recommendations.jsonl") => Some(
                format!("build it again from the corpus: `concord index CORPUS --index {folder}`"),
            ),
            StoreError::Damaged { .. } | StoreError::OtherFormat { .. } => {
                Some(format!("build it again: {rebuild}"))
            }
            StoreError::OtherModel { .. } => Some(format!(
                "leave out --model, or build it again with it: {rebuild} --model MODEL"
            )),
            StoreError::Read { .. }
            | StoreError::Write { .. }
            | StoreError::Decisions { .. }
            | StoreError::Locked { .. }
            | StoreError::NotAnIndex { .. } => None,
        };
        Self { hint, ..Self::new(error) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Embed(error) => error.into(),
            Error::Store(error) => error.into(),
            Error::UnknownTheme { .. } => {
                Self::with_hint(error, "`concord themes` lists the themes with their ids")
            }
            Error::Graph(_)
            | Error::Read(_)
            | Error::UnknownId { .. }
            | Error::Undecidable { .. }
            | Error::EmptyQuery
            | Error::EmptyDraft { .. } => Self::new(error),
        }
    }
}
