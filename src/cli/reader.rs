//! The flags that name a second reader, and what is said of it.

use clap::Args;
use concord::{BuildSummary, Endpoint, Key, ReaderOptions};

use super::context::Context;
use super::failure::Failure;
use super::table::counted;

/// The variable that holds the API key, if the endpoint wants one.
const KEY: &str = "CONCORD_READER_KEY";

#[derive(Debug, Args)]
pub(super) struct SecondReader {
    /// Let a language model of your own grade the most uncertain pairs: the address of an
    /// OpenAI-compatible server (Ollama, llama.cpp, vLLM), such as `http://127.0.0.1:11434/v1`. The
    /// texts of these pairs are sent there; an API key is read from `CONCORD_READER_KEY`
    #[arg(long, value_name = "URL", requires = "reader_model")]
    reader: Option<Endpoint>,
    /// Name of the reader's model at its server
    #[arg(long, value_name = "NAME", requires = "reader")]
    reader_model: Option<String>,
    /// Maximum number of pairs that the reader grades [default: 200]
    #[arg(long, value_name = "N", requires = "reader")]
    reader_budget: Option<usize>,
}

impl SecondReader {
    /// The second reader that the user named, if any.
    pub(super) fn options(&self, context: &Context) -> Result<Option<ReaderOptions>, Failure> {
        let (Some(endpoint), Some(model)) = (&self.reader, &self.reader_model) else {
            return Ok(None);
        };
        let usual = ReaderOptions::new(endpoint.clone(), model.clone());
        Ok(Some(ReaderOptions {
            budget: self.reader_budget.unwrap_or(usual.budget),
            key: key()?,
            cache: context.models.cache.as_ref().map(|cache| cache.join("reader")),
            ..usual
        }))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a key on the command line would show in lists of processes"
)]
fn key() -> Result<Option<Key>, Failure> {
    let Some(text) = std::env::var_os(KEY).filter(|text| !text.is_empty()) else { return Ok(None) };
    let key = Key::try_from(text.to_string_lossy().into_owned());
    key.map(Some).map_err(|why| Failure::new(format_args!("{KEY}: {why}")))
}

/// Says where texts go, if they leave this machine.
pub(super) fn say_sent(context: &Context, reader: &ReaderOptions) {
    if !reader.endpoint.is_loopback() {
        context.say(format_args!(
            "the texts of up to {} are sent to {}",
            counted(reader.budget, "pair", "pairs"),
            reader.endpoint
        ));
    }
}

/// Says what the second reader came to.
pub(super) fn say_read(context: &Context, reader: &ReaderOptions, built: &BuildSummary) {
    let graded = counted(built.n_graded, "pair", "pairs");
    context.say(format_args!("{} graded {graded}", reader.model));
    if built.n_unclear > 0 {
        let unclear = counted(built.n_unclear, "answer", "answers");
        context.say(format_args!(
            "{unclear} could not be understood; these pairs keep their probability"
        ));
    }
}
