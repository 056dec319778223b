//! Two texts -> the grade of a second reader: a language model that the user runs or rents, behind an
//! OpenAI-compatible endpoint. No other module sends a text anywhere. It knows no index and no corpus.

mod cache;
mod endpoint;
mod grade;
mod question;

use std::path::PathBuf;
use std::time::Duration;

use crate::domain::Reading;

pub use endpoint::{Endpoint, EndpointError, Key, KeyError};
pub use grade::likeness;

/// Size of the largest answer that is read. An answer takes about 1 kB.
const MOST_BYTES: u64 = 1 << 20;

/// A server that accepts no connection in this time is not there.
const CONNECT: Duration = Duration::from_secs(10);

/// Who the second reader is, and how much it reads.
#[derive(Debug, Clone)]
pub struct ReaderOptions {
    /// Where it is. The texts of pairs are sent there and nowhere else.
    pub endpoint: Endpoint,
    /// The model's name at that endpoint.
    pub model: String,
    /// Maximum number of pairs that it reads, the most uncertain first.
    pub budget: usize,
    /// What the endpoint asks for, if it does.
    pub key: Option<Key>,
    /// Folder that keeps the answers; without it, the next build asks again.
    pub cache: Option<PathBuf>,
    /// How long an answer may take. A local server loads its model before the first one.
    pub timeout: Duration,
}

impl ReaderOptions {
    /// Maximum number of pairs, unless told otherwise: a few minutes of a local model.
    pub const BUDGET: usize = 200;

    /// The usual budget and timeout; no key, no cache.
    #[must_use]
    pub fn new(endpoint: Endpoint, model: String) -> Self {
        let timeout = Duration::from_mins(5);
        Self { endpoint, model, budget: Self::BUDGET, key: None, cache: None, timeout }
    }
}

/// Why a second reader could not be asked.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum ReaderError {
    /// Nothing answers at the address.
    #[error("cannot reach the reader at {url}: {why}")]
    Unreachable { url: String, why: String },
    /// The server took the question and did not answer in time.
    #[error("the reader at {url} gave no answer in {seconds} s")]
    TooSlow { url: String, seconds: u64 },
    /// The server refused.
    #[error("the reader at {url} answered with status {status}: {said}")]
    Refused { url: String, status: u16, said: String },
    /// An answer could not be kept.
    #[error("cannot keep an answer in {path}: {source}")]
    Cache { path: PathBuf, source: std::io::Error },
}

/// A second reader that can be asked.
pub struct SecondReader<'a> {
    options: &'a ReaderOptions,
    url: String,
    agent: ureq::Agent,
}

impl<'a> SecondReader<'a> {
    /// Makes ready to ask; sends nothing yet.
    #[must_use]
    pub fn open(options: &'a ReaderOptions) -> Self {
        // A proxy from the environment or a redirect would see the texts. An idle connection may be closed
        // by the server just as the next question is sent.
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_idle_connections(0)
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT.min(options.timeout)))
            .timeout_global(Some(options.timeout))
            .build();
        Self { options, url: options.endpoint.chat_completions(), agent: config.new_agent() }
    }

    /// The grade of two texts, in either order: a known one, or that of the reader. `None` if it could not be
    /// understood, asked twice.
    ///
    /// # Errors
    /// [`ReaderError`] if the endpoint does not answer, or if the answer cannot be kept.
    pub fn read(&self, a: &str, b: &str) -> Result<Option<Reading>, ReaderError> {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let model = &self.options.model;
        let known = self.options.cache.as_ref().map(|folder| cache::path(folder, model, a, b));
        if let Some(reading) = known.as_deref().and_then(cache::read) {
            return Ok(Some(reading));
        }
        for question in question::first_and_second(a, b) {
            let answer = self.ask(&question::request(model, &question))?;
            let Some(reading) = question::parse(&answer) else { continue };
            if let Some(path) = known {
                cache::write(&path, &reading)
                    .map_err(|source| ReaderError::Cache { path, source })?;
            }
            return Ok(Some(reading));
        }
        Ok(None)
    }

    /// The body of the answer to `request`.
    fn ask(&self, request: &serde_json::Value) -> Result<Vec<u8>, ReaderError> {
        let mut post = self.agent.post(&self.url).header("Content-Type", "application/json");
        if let Some(key) = &self.options.key {
            post = post.header("Authorization", key.bearer());
        }
        let mut response =
            post.send(request.to_string()).map_err(|error| self.not_answered(&error))?;
        let body = response.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
        let body = body.map_err(|error| self.not_answered(&error))?;
        if response.status() == 200 {
            return Ok(body);
        }
        let mut said = question::parse_refusal(&body);
        if let Some(key) = &self.options.key {
            said = key.hide_in(&said);
        }
        let status = response.status().as_u16();
        Err(ReaderError::Refused { url: self.url.clone(), status, said })
    }

    fn not_answered(&self, error: &ureq::Error) -> ReaderError {
        let url = self.url.clone();
        match error {
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                ReaderError::Unreachable { url, why: "no connection in time".to_owned() }
            }
            ureq::Error::Timeout(_) => {
                ReaderError::TooSlow { url, seconds: self.options.timeout.as_secs() }
            }
            ureq::Error::Io(error) => ReaderError::Unreachable { url, why: error.to_string() },
            other => ReaderError::Unreachable { url, why: other.to_string() },
        }
    }
}
