//! What programs send. A body has a type that no form of another site can send unasked: browsers ask first, and
//! are not allowed to go on.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Asked, answered};
use crate::domain::{Agency, Said, ThemeEdit};
use crate::pipeline::{self, ExtractOptions};
use crate::web::app::App;
use crate::web::decisions;
use crate::web::draft;
use crate::web::guard::UPLOAD_BYTES;
use crate::web::parameters::Parameters;
use crate::web::refused::Refused;
use crate::web::sent::Upload;

const FILE: &str = "application/octet-stream";
const JSON: &str = "application/json";

/// The body of a request of type `wanted`.
async fn body(request: Request, wanted: &'static str) -> Result<Bytes, Refused> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim().to_owned();
    if kind != wanted {
        let what = format!("the body must have the type {wanted}, not `{kind}`");
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what));
    }
    Bytes::from_request(request, &()).await.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let most = UPLOAD_BYTES >> 20;
            Refused::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body is larger than {most} MB"),
            )
        }
        status => Refused::new(status, error.body_text()),
    })
}

async fn json_body<T: DeserializeOwned>(request: Request) -> Result<T, Refused> {
    let bytes = body(request, JSON).await?;
    serde_json::from_slice(&bytes).map_err(|error| Refused::wrong(format!("the body: {error}")))
}

/// The file of a request: its body, under the name that the address gives.
async fn file(request: Request, asked: &Parameters) -> Result<Upload, Refused> {
    let name = asked.get("name").ok_or_else(|| {
        Refused::wrong("the address lacks `name`, the name of the file")
            .with_remedy("its ending tells the format: `?name=draft.docx`")
    })?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    Ok(Upload { name, bytes: body(request, FILE).await?.into() })
}

/// `POST /api/v1/check?name=draft.docx`
pub(super) async fn check(State(app): State<App>, asked: Asked, request: Request) -> Response {
    let found = async {
        let asked = asked?;
        let draft = file(request, &asked).await?;
        app.work(move |app| {
            Ok(draft::compared(app, draft, asked.get("agency"), asked.is_on("all"))?.as_json())
        })
        .await
    };
    answered(found.await)
}

/// `POST /api/v1/extract?name=report.pdf`
pub(super) async fn extract(State(app): State<App>, asked: Asked, request: Request) -> Response {
    let found = async {
        let asked = asked?;
        let year = asked.get("year").map(|_| asked.number("year", 0, 0..=9999)).transpose()?;
        let agency = asked.get("agency").and_then(|name| Agency::try_from(name.to_owned()).ok());
        let document = file(request, &asked).await?;
        app.work(move |_| {
            let mut options = ExtractOptions { agency, year, ..ExtractOptions::default() };
            options.table.agency.clone_from(&options.agency);
            let path = std::path::Path::new(&document.name);
            let found = pipeline::extract(path, &document.bytes, &options)?;
            Ok(json!({ "recommendations": found.recommendations, "problems": found.problems }))
        })
        .await
    };
    answered(found.await)
}

/// A decision about themes as a program sends it. Themes go by id or label.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "lowercase", deny_unknown_fields)]
pub(in crate::web) enum Edit {
    Merge {
        themes: Vec<String>,
    },
    Split {
        theme: String,
        off: Vec<String>,
    },
    Move {
        ids: Vec<String>,
        to: Option<String>,
    },
    Rename {
        theme: String,
        name: String,
    },
    Accept {
        themes: Vec<String>,
    },
    Reject {
        themes: Vec<String>,
    },
    Pair {
        ids: [String; 2],
        said: Said,
    },
    /// The last decision, or the one with this number; they count from 1.
    Undo {
        number: Option<usize>,
    },
}

impl From<Edit> for ThemeEdit {
    fn from(edit: Edit) -> Self {
        match edit {
            Edit::Merge { themes } => Self::Merge(themes),
            Edit::Split { theme, off } => Self::Split { theme, off },
            Edit::Move { ids, to } => Self::Move { ids, to },
            Edit::Rename { theme, name } => Self::Rename { theme, name },
            Edit::Accept { themes } => Self::Accept(themes),
            Edit::Reject { themes } => Self::Reject(themes),
            Edit::Pair { ids, said } => Self::Pair { ids, said },
            Edit::Undo { number: None } => Self::Undo,
            Edit::Undo { number: Some(number) } => Self::UndoNumber(number),
        }
    }
}

/// Makes a decision, and says what it changed.
///
/// # Errors
/// A change that cannot be made.
pub(in crate::web) fn decided(app: &App, edit: Edit) -> Result<Value, Refused> {
    let decided = decisions::decide(app, &edit.into())?;
    Ok(json!({ "changes": decided.changes, "decisions": decided.n_decisions }))
}

/// What a decision would change. Nothing is written.
///
/// # Errors
/// A change that cannot be made.
fn rehearsed(app: &App, edit: Edit) -> Result<Value, Refused> {
    let n = pipeline::decisions(app.shelf.path())?.len();
    let changes = pipeline::rehearse(app.shelf.path(), &edit.into())?;
    Ok(json!({ "changes": changes, "decisions": n }))
}

/// `POST /api/v1/decisions`; with `?dry_run=1` nothing is changed.
pub(super) async fn decide(State(app): State<App>, asked: Asked, request: Request) -> Response {
    let found = async {
        let is_dry = asked?.is_on("dry_run");
        let edit: Edit = json_body(request).await?;
        app.work(move |app| if is_dry { rehearsed(app, edit) } else { decided(app, edit) }).await
    };
    answered(found.await)
}
