//! A draft: pasted or dropped, compared statement by statement, shown with notes, downloaded with comments.
//!
//! Drafts stay in the memory of the server and are gone when it stops: nobody writes a draft to a disk of
//! others by looking at it here.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use super::app::App;
use super::export::{attachment, file_name};
use super::page::{Shell, counted, rendered};
use super::refused::Refused;
use super::sent::{Sent, Upload};
use super::shelf::Shown;
use crate::domain::{Agency, DocumentInfo, DraftCheck, Problem};
use crate::pipeline::{self, CheckOptions, VERSION};
use crate::report::{self, Choice, answers};

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
    /// The file as it came, if it is a Word document: comments are written into it.
    original: Option<Vec<u8>>,
    /// What the author makes of notes, by their number.
    choices: Mutex<BTreeMap<usize, Choice>>,
}

impl Checked {
    fn choice(&self, number: usize) -> Choice {
        let choices = self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        choices.get(&number).copied().unwrap_or(Choice::Open)
    }

    /// Keeps what the author makes of a note, and returns the number of the next note that waits, from there on
    /// and then from the beginning.
    fn choose(&self, number: usize, choice: Choice) -> usize {
        let mut choices = self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        choices.insert(number, choice);
        let waits = |number: &usize| !matches!(choices.get(number), Some(&choice) if choice != Choice::Open);
        let n = self.found.statements.len();
        (number + 1..=n).chain(1..=number).find(waits).unwrap_or(number)
    }

    /// "12 notes: 3 accepted, 1 dismissed, 8 open".
    fn tally(&self) -> String {
        let n = self.found.statements.len();
        let count = |wanted| (1..=n).filter(|&number| self.choice(number) == wanted).count();
        format!(
            "{}: {} accepted, {} dismissed, {} open.",
            counted(n, "note", "notes"),
            count(Choice::Accepted),
            count(Choice::Dismissed),
            count(Choice::Open)
        )
    }

    /// What a reader takes along: without the notes that the author dismissed, and what they alone cite.
    fn file(&self) -> report::Document {
        let numbers = 1..=self.found.statements.len();
        let dismissed =
            numbers.filter(|&number| self.choice(number) == Choice::Dismissed).collect();
        self.document(&dismissed)
    }

    /// As a Word document: the author's own with comments, or a new one where it was none or is not laid out as
    /// Word does it.
    fn word(&self) -> Result<Vec<u8>, Refused> {
        let document = self.file();
        let own = self.original.as_ref().map(|bytes| report::docx_commented(bytes, &document));
        own.and_then(Result::ok).map_or_else(
            || report::docx(&document).map_err(|why| Refused::wrong(why.to_string())),
            Ok,
        )
    }

    fn document(&self, dismissed: &BTreeSet<usize>) -> report::Document {
        let index = &self.shown.index;
        let documents: Vec<DocumentInfo> =
            index.manifest().corpus.documents.iter().map(Into::into).collect();
        let about = report::draft::About {
            documents: &documents,
            draft: &self.name,
            corpus: &index.manifest().corpus.title,
            model: index.model_id(),
            version: VERSION,
            dismissed,
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
    let original = name.to_lowercase().ends_with(".docx").then(|| bytes.clone());
    let (found, problems) = app.patient_model.ask(shown.index.model_id(), move |tools| {
        pipeline::check(&held.index, FilePath::new(&path), &bytes, &options, tools)
    })?;
    Ok(Checked { name, found, problems, shown, original, choices: Mutex::default() })
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
    tally: String,
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
            tally: draft.tally(),
            problems: draft.problems.iter().map(ToString::to_string).collect(),
            content: report::fragment(
                &draft.document(&BTreeSet::new()).with_choices(|number| draft.choice(number)),
            ),
        })
    })
    .await
}

/// `POST /draft/{number}/notes`: a note is accepted, dismissed, or open again. Leads on to the next open one.
pub(super) async fn choose(
    State(app): State<App>,
    Path(number): Path<usize>,
    sent: Sent,
) -> Result<Response, Refused> {
    let draft = app.drafts.find(number)?;
    let n = draft.found.statements.len();
    let acts =
        [("accept", Choice::Accepted), ("dismiss", Choice::Dismissed), ("reopen", Choice::Open)];
    let asked = acts.into_iter().find(|(name, _)| sent.fields.get(name).is_some());
    let (name, choice) = asked.ok_or_else(|| Refused::wrong("no note is chosen"))?;
    let note = sent.fields.number(name, 0, 1..=n)?;
    let next = draft.choose(note, choice);
    let target = if choice == Choice::Open { note } else { next };
    Ok(Redirect::to(&format!("/draft/{number}#n{target}")).into_response())
}

/// `GET /draft/{number}/{format}`
pub(super) async fn download(
    State(app): State<App>,
    Path((number, format)): Path<(usize, String)>,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let draft = app.drafts.find(number)?;
        let bytes = match format.as_str() {
            "docx" => draft.word()?,
            "html" => report::html(&draft.file()).into_bytes(),
            "md" => report::markdown(&draft.file()).into_bytes(),
            "json" => serde_json::to_vec_pretty(&draft.as_json()).unwrap_or_default(),
            _ => return Err(Refused::unknown(format!("a draft cannot be written as {format}"))),
        };
        let stem = FilePath::new(&draft.name).file_stem().unwrap_or_default().to_string_lossy();
        let name = file_name(&format!("{stem}-checked"), &format);
        Ok(([(header::CONTENT_DISPOSITION, name)], attachment(&format, bytes)).into_response())
    })
    .await
}
