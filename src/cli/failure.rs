//! What a user reads when something fails: one line, and the command that repairs it.

use std::fmt::Display;
use std::process::ExitCode;
use std::sync::OnceLock;

use concord::internals::embed::runtime::PINNED_VERSION;
use concord::{CorpusError, EditError, EmbedError, Error, ReaderError, RecordError, StoreError};

use super::talk;

/// An error for a person.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    hint: Option<String>,
    /// The reader of stdout closed the pipe, which is not an error.
    closed_pipe: bool,
}

/// Where the first panic happened, for the message of one that was not caught.
static FIRST_PANIC: OnceLock<String> = OnceLock::new();

/// Keeps the text of panics from the user's screen. Libraries panic on damaged files; that is caught where it
/// happens and told in a message of our own.
pub(super) fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if let Some(place) = panic.location() {
            let _ = FIRST_PANIC.set(format!("{}:{}", place.file(), place.line()));
        }
    }));
}

impl Failure {
    pub(super) fn new(message: impl Display) -> Self {
        Self { message: message.to_string(), hint: None, closed_pipe: false }
    }

    pub(super) fn with_hint(message: impl Display, hint: impl Display) -> Self {
        Self { hint: Some(hint.to_string()), ..Self::new(message) }
    }

    /// An error of the program itself.
    pub(super) fn panicked() -> Self {
        let place = FIRST_PANIC.get().map_or(String::new(), |place| format!(" at {place}"));
        Self::with_hint(
            format_args!("internal error{place}; this is a fault of concord"),
            "report it with the command line and, if you may, the input",
        )
    }

    /// What went wrong, without the hint.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// Prints the error and returns the exit code.
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

/// Help and version are printed on stdout; a wrong flag becomes one line and a hint.
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
        match error {
            CorpusError::Record(error) => error.into(),
            other => Self::new(other),
        }
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        let hint = "`--map agency=\"HEADING\"` says which column is which, `--agency NAME` names the agency of all";
        Self { hint: error.lacks_column().then(|| hint.to_owned()), ..Self::new(error) }
    }
}

impl From<EmbedError> for Failure {
    fn from(error: EmbedError) -> Self {
        let hint = match &error {
            EmbedError::Runtime(_) => Some(format!(
                "install it with `python3 -m pip install onnxruntime=={PINNED_VERSION}`, or set \
                 ORT_DYLIB_PATH to the library; `concord doctor` shows where Concord looked"
            )),
            EmbedError::Unknown { .. } => Some("`concord models` lists the names".to_owned()),
            EmbedError::Hub { .. } => {
                Some("check the network, or omit --model to use the built-in model".to_owned())
            }
            EmbedError::Load { .. }
            | EmbedError::ModelFile { .. }
            | EmbedError::Run { .. }
            | EmbedError::Judge { .. } => None,
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
            StoreError::Damaged { path, .. } if path.ends_with("recommendations.jsonl") => {
                Some(format!("rebuild it from the corpus: `concord index CORPUS --index {folder}`"))
            }
            StoreError::Damaged { .. } | StoreError::OtherFormat { .. } => {
                Some(format!("rebuild it: {rebuild}"))
            }
            StoreError::OtherModel { .. } => Some(format!(
                "omit --model, or rebuild the index with that model: {rebuild} --model MODEL"
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

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        let hint = match &error {
            EditError::UnknownTheme { .. } | EditError::Ambiguous { .. } => {
                Some("`concord themes` lists the themes with their ids".to_owned())
            }
            EditError::OtherHome { id, .. } => {
                Some(format!("`concord themes move {id} --to THEME`"))
            }
            EditError::UnknownId(_)
            | EditError::OneTheme
            | EditError::WholeTheme { .. }
            | EditError::NoName
            | EditError::NothingToUndo => None,
        };
        Self { hint, ..Self::new(error) }
    }
}

impl From<ReaderError> for Failure {
    fn from(error: ReaderError) -> Self {
        let what = match &error {
            ReaderError::Refused { status: 401 | 403, .. } => {
                "set CONCORD_READER_KEY to a valid key"
            }
            ReaderError::Refused { status: 404, .. } => "check the address and --reader-model",
            ReaderError::Refused { .. } => "mend what the server says, or index without --reader",
            ReaderError::Unreachable { .. } => {
                "start the server, correct --reader, or index without it"
            }
            ReaderError::TooSlow { .. } => "name a smaller model, or index without --reader",
            ReaderError::Cache { .. } => {
                "free some space, or move the cache with CONCORD_CACHE_DIR"
            }
        };
        Self::with_hint(error, format_args!("{what}; the next run asks only for missing answers"))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Embed(error) => error.into(),
            Error::Reader(error) => error.into(),
            Error::Store(error) => error.into(),
            Error::Edit(error) => error.into(),
            Error::EmptyQuery => Self::with_hint(
                error,
                "give a text, `--id ID`, `--file FILE`, or `-` for stdin: `concord similar \"reduce the \
                 cost of remittances\"`",
            ),
            Error::Records(error) => error.into(),
            Error::Graph(_)
            | Error::Document { .. }
            | Error::UnknownId(_)
            | Error::NoModel { .. }
            | Error::EmptyDraft { .. } => Self::new(error),
        }
    }
}
