//! Documents: add files, see what was found in them, correct it, and build the index.

mod build;
pub(super) mod folder;
pub(super) mod read;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use self::folder::Added;
use super::app::App;
use super::job::{self, Status};
use super::page::{Shell, counted, rendered};
use super::parameters::{Parameters, encoded};
use super::refused::Refused;
use super::sent::Sent;
use super::shelf::Shown;
use crate::report::number;

/// Documents of the index that are listed.
const LISTED: usize = 500;

#[derive(Template)]
#[template(path = "documents.html", config = "src/web/askama.toml")]
struct List {
    shell: Shell,
    added: Vec<Row>,
    /// In the index, and not added here.
    others: Vec<Other>,
    n_others: usize,
    /// Documents that the next build adds or changes.
    n_waiting: usize,
    has_index: bool,
    progress: Bar,
    failed: Vec<String>,
}

struct Row {
    name: String,
    address: String,
    found: String,
    agency: String,
    is_indexed: bool,
    problems: usize,
}

struct Other {
    title: String,
    id: String,
    year: Option<i32>,
    recommendations: String,
}

/// The state of the build, in words.
struct Bar {
    is_running: bool,
    is_failed: bool,
    words: String,
    /// Steps done and all steps.
    steps: Option<(u64, u64)>,
}

impl Bar {
    fn now(app: &App) -> Self {
        let still =
            |words: String, is_failed| Self { is_running: false, is_failed, words, steps: None };
        match app.job.status() {
            Status::Idle => still(String::new(), false),
            Status::Done(words) => still(words, false),
            Status::Failed(words) => still(words, true),
            Status::Running { stage, done, total } => Self {
                is_running: true,
                is_failed: false,
                words: stage.map_or("Starting", job::words).to_owned(),
                steps: total.filter(|total| *total > 0).map(|total| (done.min(total), total)),
            },
        }
    }
}

pub(super) async fn list(State(app): State<App>, asked: Parameters) -> Result<Response, Refused> {
    app.work(move |app| {
        let added = app.folder.all();
        let shown = app.shelf.now();
        let known: Vec<Other> =
            shown.as_ref().map_or(Vec::new(), |shown| others(app, &shown.index));
        rendered(&List {
            shell: Shell::new(app, "/documents", "Documents"),
            n_waiting: added.iter().filter(|document| !document.is_indexed).count(),
            added: added.iter().map(row).collect(),
            n_others: known.len(),
            others: known.into_iter().take(LISTED).collect(),
            has_index: shown.is_some(),
            progress: Bar::now(app),
            failed: asked.all("failed").map(str::to_owned).collect(),
        })
    })
    .await
}

fn row(document: &Added) -> Row {
    Row {
        name: document.name.clone(),
        address: format!("/documents/{}", encoded(&document.id)),
        found: counted(document.kept().count(), "recommendation", "recommendations"),
        agency: document.agency.clone().unwrap_or_default(),
        is_indexed: document.is_indexed,
        problems: document.problems.len(),
    }
}

/// The documents of the index that were not added here.
fn others(app: &App, index: &crate::pipeline::Index) -> Vec<Other> {
    let documents = index.manifest().corpus.documents.iter();
    let n = |id: &str| {
        let of = |found: &&crate::domain::Recommendation| {
            found.document.as_ref().is_some_and(|document| document.as_str() == id)
        };
        index.recommendations().iter().filter(of).count()
    };
    documents
        .filter(|about| !app.folder.has(&about.id))
        .map(|about| Other {
            title: about.title.clone().unwrap_or_else(|| about.id.clone()),
            id: about.id.clone(),
            year: about.year,
            recommendations: number::whole(n(&about.id)),
        })
        .collect()
}

/// `POST /documents`: files that were chosen or dropped.
pub(super) async fn add(State(app): State<App>, sent: Sent) -> Result<Response, Refused> {
    let Sent { fields, files } = sent;
    if files.is_empty() {
        return Err(Refused::wrong("no file was chosen")
            .with_remedy("go back and choose a PDF, Word, Excel, HTML or text file"));
    }
    app.work(move |app| {
        let only = (files.len() == 1).then(|| encoded(&read::id_of(&files[0].name)));
        let mut failed = Vec::new();
        for file in files {
            let name = file.name.clone();
            // One bad file does not take the others with it.
            if let Err(refused) = read::add(app, file, &fields) {
                failed.push(format!("failed={}", encoded(&format!("{name}: {}", refused.what()))));
            }
        }
        let target = match only {
            Some(id) if failed.is_empty() => format!("/documents/{id}"),
            _ => format!("/documents?{}", failed.join("&")),
        };
        Ok(Redirect::to(&target).into_response())
    })
    .await
}

#[derive(Template)]
#[template(path = "document.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    address: String,
    name: String,
    agency: String,
    year: String,
    problems: Vec<String>,
    records: Vec<read::Entry>,
    n_kept: usize,
    /// The text of the document, line by line; empty for a table.
    lines: Vec<read::Line>,
    is_cut: bool,
    is_indexed: bool,
    /// For downloads.
    export: String,
}

pub(super) async fn page(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let document = app.folder.find(&id)?;
        let (lines, is_cut) = read::lines(app, &document)?;
        rendered(&Page {
            shell: Shell::new(app, "/documents", document.name.clone()),
            address: format!("/documents/{}", encoded(&id)),
            records: document.records.iter().enumerate().map(read::entry).collect(),
            n_kept: document.kept().count(),
            year: document.year.map_or(String::new(), |year| year.to_string()),
            agency: document.agency.unwrap_or_default(),
            problems: document.problems,
            name: document.name,
            is_indexed: document.is_indexed,
            export: format!("id={}", encoded(&id)),
            lines,
            is_cut,
        })
    })
    .await
}

/// The recommendations of a document that nobody took out.
///
/// # Errors
/// A document that was not added here.
pub(super) fn as_json(app: &App, id: &str) -> Result<serde_json::Value, Refused> {
    let found = app.folder.find(id)?;
    let kept: Vec<_> = found.kept().collect();
    Ok(serde_json::json!({ "recommendations": kept, "problems": found.problems }))
}

/// `POST /documents/{id}`: recommendations as they were corrected.
pub(super) async fn correct(
    State(app): State<App>,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let document = read::corrected(app.folder.find(&id)?, &sent.fields)?;
        app.folder.change(document)?;
        Ok(Redirect::to(&format!("/documents/{}", encoded(&id))).into_response())
    })
    .await
}

/// `POST /documents/{id}/add`: a recommendation made of lines of the document.
pub(super) async fn add_lines(
    State(app): State<App>,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let document = app.folder.find(&id)?;
        let (document, line) = read::with_lines(app, document, &sent.fields)?;
        app.folder.change(document)?;
        Ok(Redirect::to(&format!("/documents/{}#l{line}", encoded(&id))).into_response())
    })
    .await
}

/// `POST /documents/{id}/drop`: the document goes, and with the next build its recommendations.
pub(super) async fn discard(
    State(app): State<App>,
    Path(id): Path<String>,
    _: Sent,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let document = app.folder.find(&id)?;
        let is_known = |shown: &Shown| shown.index.document(&id).is_some();
        if app.shelf.now().is_some_and(|shown| is_known(&shown)) {
            build::start(app, Some(id))?;
        } else {
            app.folder.remove(&document.id)?;
        }
        Ok(Redirect::to("/documents").into_response())
    })
    .await
}

/// `POST /documents/index`: builds the index with the documents that wait.
pub(super) async fn index(State(app): State<App>, _: Sent) -> Result<Response, Refused> {
    app.work(move |app| {
        build::start(app, None)?;
        Ok(Redirect::to("/documents").into_response())
    })
    .await
}

#[derive(Template)]
#[template(path = "progress.html", config = "src/web/askama.toml")]
struct ProgressPart {
    progress: Bar,
}

/// `GET /documents/progress`: the state of the build alone, for a page that asks again and again.
pub(super) async fn progress(State(app): State<App>) -> Result<Response, Refused> {
    let mut answer = rendered(&ProgressPart { progress: Bar::now(&app) })?;
    if !matches!(app.job.status(), Status::Running { .. }) {
        // The lists of the page have changed too.
        answer.headers_mut().insert("hx-refresh", axum::http::HeaderValue::from_static("true"));
    }
    Ok(answer)
}
