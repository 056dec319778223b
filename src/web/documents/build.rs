//! Builds the index with the documents that were added, on a thread of its own and with a model of its own, so
//! that nobody who searches waits for it.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::http::StatusCode;

use super::folder::Added;
use crate::domain::{Corpus, DocumentId, DocumentInfo, Recommendation};
use crate::pipeline::{self, BuildConfig, Index, Tools};
use crate::web::app::App;
use crate::web::page::counted;
use crate::web::refused::Refused;

/// Name of the corpus of an index that is built from nothing else.
const TITLE: &str = "My documents";

/// Begins the build. The document `dropped` leaves the index with it.
///
/// # Errors
/// If a build is going on, or there is nothing to build from.
pub(super) fn start(app: &App, dropped: Option<String>) -> Result<(), Refused> {
    let waiting = app.folder.all().iter().any(|document| !document.is_indexed);
    if !waiting && dropped.is_none() {
        return Err(Refused::wrong("no document waits to be indexed")
            .with_remedy("add one, or correct one, first"));
    }
    if !app.job.begin() {
        return Err(Refused::new(StatusCode::CONFLICT, "the index is being built".to_owned())
            .with_remedy("wait until it is done"));
    }
    let app = app.clone();
    std::thread::spawn(move || {
        let built = catch_unwind(AssertUnwindSafe(|| build(&app, dropped.as_deref())));
        let fault = || "internal error; this is a fault of concord".to_owned();
        app.job.finish(match built {
            Ok(built) => built.map_err(|refused| refused.what().to_owned()),
            Err(_) => Err(fault()),
        });
    });
    Ok(())
}

/// Builds and says what came of it.
fn build(app: &App, dropped: Option<&str>) -> Result<String, Refused> {
    let path = app.shelf.path();
    // Not what is on screen: another program may have changed the index since.
    let old = match Index::open_held(path) {
        Ok(index) => Some(index),
        Err(pipeline::StoreError::Missing { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let added: Vec<Added> =
        app.folder.all().into_iter().filter(|document| dropped != Some(&document.id)).collect();
    let corpus = corpus(old.as_ref(), &added, dropped)?;
    if corpus.recommendations.is_empty() {
        return Err(Refused::wrong(
            "the index would have no recommendation; add another document first",
        ));
    }
    let config = old.as_ref().map_or_else(BuildConfig::default, Index::build_config);
    let model = old.as_ref().map_or(crate::pipeline::DEFAULT_MODEL, Index::model_id);
    let mut embedder = (app.open_model)(model).map_err(pipeline::Error::from)?;
    let mut tools = Tools { embedder: embedder.as_mut(), on: &*app.job };
    let built = pipeline::build(&corpus, path, &mut tools, &config)?;
    for document in added {
        // A correction made meanwhile is not in this index.
        if app.folder.find(&document.id).is_ok_and(|now| now == document) && !document.is_indexed {
            app.folder.change(Added { is_indexed: true, ..document })?;
        }
    }
    if let Some(id) = dropped {
        app.folder.remove(id)?;
    }
    app.shelf.refresh()?;
    let counts = built.counts;
    Ok(format!(
        "The index is built: {} by {}, {}.",
        counted(counts.recommendations, "recommendation", "recommendations"),
        counted(counts.agencies, "agency", "agencies"),
        counted(counts.themes, "theme", "themes"),
    ))
}

/// The corpus of the old index with the documents that were added.
fn corpus(old: Option<&Index>, added: &[Added], dropped: Option<&str>) -> Result<Corpus, Refused> {
    let new = |document: &Added| {
        let info = DocumentInfo {
            id: document.id.clone(),
            title: document.name.clone(),
            year: document.year,
            source: None,
        };
        let records: Vec<Recommendation> = document.kept().cloned().collect();
        (info, records)
    };
    let corpus = match old {
        Some(index) => index.corpus()?,
        None => Corpus { title: Some(TITLE.to_owned()), ..Corpus::default() },
    };
    let dropped: BTreeSet<DocumentId> =
        dropped.and_then(|id| DocumentId::try_from(id.to_owned()).ok()).into_iter().collect();
    Ok(pipeline::with_documents(corpus, &dropped, added.iter().map(new).collect()))
}
