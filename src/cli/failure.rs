//! What a user reads when something fails: one line, and the command that repairs it.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

use concord::internals::embed::runtime::PINNED_VERSION;
use concord::web::ServeError;
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

    /// A file or folder that the system refuses to `what`: "read" or "write".
    pub(super) fn on_file(what: &str, path: &Path, error: &io::Error) -> Self {
        Self {
            message: format!("cannot {what} {}: {error}", path.display()),
            hint: remedy(error).map(str::to_owned),
            closed_pipe: error.kind() == ErrorKind::BrokenPipe,
        }
    }

    /// A line of a file that is not the JSON that it should be; `hint` says what it should be.
    pub(super) fn json(place: impl Display, error: &serde_json::Error, hint: &str) -> Self {
        let text = error.to_string();
        // serde counts lines within the line.
        let why = text.rsplit_once(" at line ").map_or(text.as_str(), |(why, _)| why);
        Self::with_hint(format_args!("{place}: {why}, at column {}", error.column()), hint)
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
        self.tell();
        ExitCode::from(2)
    }

    /// Prints the error and its hint.
    pub(super) fn tell(&self) {
        talk::say(format_args!("error: {}", self.message.replace('\n', " ")));
        if let Some(hint) = &self.hint {
            talk::say(format_args!("hint: {hint}"));
        }
    }
}

/// What the user can do about an error of the system; `None` if its message says it.
fn remedy(error: &io::Error) -> Option<&'static str> {
    // An error of our own has its remedy in its message.
    error.raw_os_error()?;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Some("free some space, or name a place on another disk")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Some("change the permissions of the file and its folder, or name another place")
        }
        ErrorKind::IsADirectory => Some("this is a folder; name a file"),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            Some("a part of this path is a file, where a folder is needed; name another path")
        }
        _ => None,
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
        let printed = error.print().and_then(|()| io::stdout().flush());
        return match printed {
            Err(why) if !error.use_stderr() => Failure::from(why).report(),
            _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
        };
    }
    let text = error.to_string();
    let paragraph: Vec<&str> = text.lines().take_while(|line| !line.trim().is_empty()).collect();
    let words: Vec<&str> = paragraph.iter().flat_map(|line| line.split_whitespace()).collect();
    let message = words.join(" ");
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    // clap knows what a slip of the finger was meant to be.
    let tip = text.lines().find_map(|line| line.trim_start().strip_prefix("tip: "));
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
    let hint = match (tip, usage) {
        (Some(tip), _) => tip.to_owned(),
        (None, Some(usage)) => format!("usage: {usage}"),
        (None, None) => "see `concord --help`".to_owned(),
    };
    Failure::with_hint(message, hint).report()
}

/// An error of stdout.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::on_file("write", Path::new("stdout"), &error)
    }
}

impl From<CorpusError> for Failure {
    fn from(error: CorpusError) -> Self {
        match error {
            CorpusError::Record(error) => error.into(),
            CorpusError::Read { path, source } => Self::on_file("read", &path, &source),
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
            EmbedError::Memory { .. } => Some(
                "close other programs, or raise the limit on the memory of this one (`ulimit -v`)"
                    .to_owned(),
            ),
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
        let folder = as_word(error.folder());
        let records = error.folder().join("recommendations.jsonl");
        let again =
            if records.is_file() { records.display().to_string() } else { "CORPUS".to_owned() };
        let rebuild = format!("`concord index {again} --index {folder}`");
        let hint = match &error {
            StoreError::Missing { path } => {
                Some(format!("build it: `concord index CORPUS --index {}`", as_word(path)))
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
            StoreError::Read { source, .. } if source.kind() == ErrorKind::NotFound => {
                Some(format!("rebuild it: {rebuild}"))
            }
            StoreError::Read { source, .. } | StoreError::Write { source, .. } => {
                remedy(source).map(str::to_owned)
            }
            StoreError::Database { remedy, .. } => remedy.clone(),
            StoreError::Decisions { .. }
            | StoreError::Locked { .. }
            | StoreError::NotAnIndex { .. } => None,
        };
        Self { hint, ..Self::new(error) }
    }
}

/// Where an index lies, as a word of a command line: a shell takes the signs of an address for itself.
fn as_word(place: &Path) -> String {
    let shown = place.display();
    if place.to_string_lossy().contains(['?', '&']) {
        format!("'{shown}'")
    } else {
        shown.to_string()
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
            | EditError::OneRecommendation { .. }
            | EditError::SameWords { .. }
            | EditError::NothingToUndo
            | EditError::NoDecision { .. } => None,
        };
        Self { hint, ..Self::new(error) }
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Store(error) => error.into(),
            ServeError::Listen { .. } => {
                Self::with_hint(error, "choose another port with `--port`, or `--port 0` for any")
            }
            ServeError::NoRandom | ServeError::Stopped(_) => Self::new(error),
        }
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
                "give a text, `--id ID`, `--file FILE`, or `-` for stdin: `concord similar reduce the \
                 cost of remittances`",
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
