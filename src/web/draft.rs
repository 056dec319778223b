//! A draft: pasted or dropped, compared statement by statement, shown with notes, downloaded with comments.
//!
//! Drafts stay in the memory of the server and are gone when it stops: nobody writes a draft to a disk of
//! others by looking at it here.

use std::collections::VecDeque;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use super::app::App;
use super::export::{attachment, file_name};
use super::page::{Shell, rendered};
use super::refused::Refused;
use super::sent::{Sent, Upload};
use super::shelf::Shown;
use crate::domain::{Agency, DocumentInfo, DraftCheck, Problem};
use crate::pipeline::{self, CheckOptions, VERSION};
use crate::report::{self, answers};

/// Drafts that are kept; the oldest goes when one more is checked.
const KEPT: usize = 20;
/// The name of a text that was pasted.
const PASTED: &str = "pasted.txt";

/// A checked draft, with the index that it was compared with.
pub(super) struct Checked {
    name: String,
    found: DraftCheck,
    problems: Vec<Problem>,
    shown: Arc<Shown>,
}

impl Checked {
    fn document(&self) -> report::Document {
        let index = &self.shown.index;
        let documents: Vec<DocumentInfo> =
            index.manifest().corpus.documents.iter().map(Into::into).collect();
        let about = report::draft::About {
            documents: &documents,
            draft: &self.name,
            corpus: &index.manifest().corpus.title,
            model: index.model_id(),
            version: VERSION,
        };
        report::draft(&self.found, index.recommendations(), &about)
    }
}

/// The drafts that were checked last, each with its number.
#[derive(Default)]
pub(super) struct Drafts(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// The number of the last draft.
    last: usize,
    drafts: VecDeque<(usize, Arc<Checked>)>,
}

impl Drafts {
    fn keep(&self, checked: Checked) -> usize {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        let number = kept.last;
        if kept.drafts.len() == KEPT {
            kept.drafts.pop_front();
        }
        kept.drafts.push_back((number, Arc::new(checked)));
        number
    }

    fn find(&self, number: usize) -> Result<Arc<Checked>, Refused> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.drafts.iter().find(|(known, _)| *known == number);
        found.map(|(_, draft)| Arc::clone(draft)).ok_or_else(|| {
            Refused::unknown("this draft is no longer here")
                .with_remedy("drafts are kept until the server stops; check it again")
        })
    }

    /// Number and name of each, latest first.
    fn names(&self) -> Vec<(usize, String)> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.drafts.iter().rev().map(|(number, draft)| (*number, draft.name.clone())).collect()
    }
}

#[derive(Template)]
#[template(path = "draft_form.html", config = "src/web/askama.toml")]
struct Form {
    shell: Shell,
    agencies: Vec<String>,
    earlier: Vec<(usize, String)>,
}

pub(super) async fn form(State(app): State<App>) -> Result<Response, Refused> {
    app.work(move |app| {
        let agencies = app.shown()?.index.agencies().iter().map(ToString::to_string).collect();
        let shell = Shell::new(app, "/draft", "Check a draft");
        rendered(&Form { shell, agencies, earlier: app.drafts.names() })
    })
    .await
}

/// Compares a draft with the index.
///
/// # Errors
/// A draft that cannot be read, an agency that the index does not have, or a model that fails.
pub(super) fn compared(
    app: &App,
    draft: Upload,
    agency: Option<&str>,
    all: bool,
) -> Result<Checked, Refused> {
    let shown = app.shown()?;
    let known = |name: &str| -> Result<Agency, Refused> {
        let same = |agency: &&&Agency| agency.as_str().to_lowercase() == name.to_lowercase();
        let agencies = shown.index.agencies();
        let found = agencies.iter().find(same).map(|agency| (*agency).clone());
        found.ok_or_else(|| Refused::wrong(format!("the index has no agency `{name}`")))
    };
    let options = CheckOptions { all, author: agency.map(known).transpose()? };
    let held = Arc::clone(&shown);
    let Upload { name, bytes } = draft;
    let path = name.clone();
    let (found, problems) = app.patient_model.ask(shown.index.model_id(), move |tools| {
        pipeline::check(&held.index, FilePath::new(&path), &bytes, &options, tools)
    })?;
    Ok(Checked { name, found, problems, shown })
}

impl Checked {
    /// As `concord check --format json` prints it.
    pub(super) fn as_json(&self) -> serde_json::Value {
        answers::check(&self.found, self.shown.index.recommendations())
    }
}

/// `POST /draft`
pub(super) async fn check(State(app): State<App>, sent: Sent) -> Result<Response, Refused> {
    let Sent { fields, files } = sent;
    let pasted = fields
        .get("text")
        .map(|text| Upload { name: PASTED.to_owned(), bytes: text.as_bytes().to_vec() });
    let draft = files.into_iter().next().or(pasted).ok_or_else(|| {
        Refused::wrong("there is no draft")
            .with_remedy("go back, and paste a text or choose a file")
    })?;
    app.work(move |app| {
        let agency = fields.get("agency");
        let checked = compared(app, draft, agency, fields.is_on("all"))?;
        let number = app.drafts.keep(checked);
        Ok(Redirect::to(&format!("/draft/{number}")).into_response())
    })
    .await
}

#[derive(Template)]
#[template(path = "draft.html", config = "src/web/askama.toml")]
struct Page {
    shell: Shell,
    number: usize,
    problems: Vec<String>,
    /// The draft with its notes, as the report writes it: escaped there.
    content: String,
}

pub(super) async fn page(
    State(app): State<App>,
    Path(number): Path<usize>,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let draft = app.drafts.find(number)?;
        rendered(&Page {
            shell: Shell::new(app, "/draft", draft.name.clone()),
            number,
            problems: draft.problems.iter().map(ToString::to_string).collect(),
            content: report::fragment(&draft.document()),
        })
    })
    .await
}

/// `GET /draft/{number}/{format}`
pub(super) async fn download(
    State(app): State<App>,
    Path((number, format)): Path<(usize, String)>,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let draft = app.drafts.find(number)?;
        let document = draft.document();
        let bytes = match format.as_str() {
            "docx" => report::docx(&document).map_err(|why| Refused::wrong(why.to_string()))?,
            "html" => report::html(&document).into_bytes(),
            "md" => report::markdown(&document).into_bytes(),
            "json" => serde_json::to_vec_pretty(&draft.as_json()).unwrap_or_default(),
            _ => return Err(Refused::unknown(format!("a draft cannot be written as {format}"))),
        };
        let stem = FilePath::new(&draft.name).file_stem().unwrap_or_default().to_string_lossy();
        let name = file_name(&format!("{stem}-checked"), &format);
        Ok(([(header::CONTENT_DISPOSITION, name)], attachment(&format, bytes)).into_response())
    })
    .await
}
