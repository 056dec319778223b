//! What is said when a request cannot be answered: a page for people, problem+json (RFC 9457) for programs.

use askama::Template;
use axum::Json;
use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use crate::pipeline::{EditError, Error, StoreError};

/// Why a request is not answered, and what to do.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    what: String,
    remedy: Option<&'static str>,
    /// The file and the line that it is about.
    place: Option<(String, Option<usize>)>,
}

#[derive(Template)]
#[template(path = "refused.html", config = "src/web/askama.toml")]
struct Page<'a> {
    what: &'a str,
    remedy: Option<&'a str>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, what: String) -> Self {
        Self { status, what, remedy: None, place: None }
    }

    /// Something that does not exist.
    pub(super) fn unknown(what: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, what.into())
    }

    /// Something that the request should say otherwise.
    pub(super) fn wrong(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, what.into())
    }

    pub(super) fn with_remedy(self, remedy: &'static str) -> Self {
        Self { remedy: Some(remedy), ..self }
    }

    /// The reason, in words.
    pub(super) fn what(&self) -> &str {
        &self.what
    }

    /// As a program reads it.
    pub(super) fn as_problem(&self) -> Response {
        let (file, line) = self.place.clone().unzip();
        let problem = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.what,
            "remedy": self.remedy,
            "file": file,
            "line": line.flatten(),
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (self.status, kind, Json(problem)).into_response()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let page = Page { what: &self.what, remedy: self.remedy };
        (self.status, Html(page.render().expect("a String takes all"))).into_response()
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let what = error.to_string();
        match error {
            Error::Store(error) => error.into(),
            Error::UnknownId(_) => Self::unknown(what),
            Error::Edit(EditError::UnknownTheme { .. }) => Self::unknown(what)
                .with_remedy("the theme may have changed meanwhile; look at the list of themes"),
            Error::Document { path, .. } => Self { place: Some((path, None)), ..Self::wrong(what) },
            Error::EmptyDraft { path } => Self { place: Some((path, None)), ..Self::wrong(what) }
                .with_remedy("paste or choose a text with at least one sentence"),
            Error::Records(_) | Error::EmptyQuery | Error::Edit(_) => Self::wrong(what),
            Error::Embed(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, what)
                .with_remedy("run `concord doctor` to see what the model lacks"),
            Error::Reader(_) | Error::Graph(_) | Error::NoModel { .. } => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, what)
            }
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        let place = Some((error.folder().display().to_string(), None));
        let (status, remedy) = match &error {
            StoreError::Locked { .. } => {
                (StatusCode::CONFLICT, Some("wait for the other program to finish, then try again"))
            }
            StoreError::Missing { .. } => {
                (StatusCode::NOT_FOUND, Some("add documents first, then build the index"))
            }
            _ => (StatusCode::INTERNAL_SERVER_ERROR, Some("`concord doctor` says what is wrong")),
        };
        Self { remedy, place, ..Self::new(status, error.to_string()) }
    }
}

/// The answer to an address that leads nowhere.
pub(super) async fn not_found(uri: Uri) -> Response {
    let refused = Refused::unknown(format!("there is no page at {}", uri.path()));
    if uri.path().starts_with("/api/") { refused.as_problem() } else { refused.into_response() }
}
