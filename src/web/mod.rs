//! The work on screen: pages, an HTTP API and downloads over one index, on this machine.
//!
//! A handler parses, calls the pipeline and renders; it computes no figure. Everything that takes time runs off
//! the async thread (`App::work`). Texts of documents are escaped by the template engine.
//! Pages work without script; `assets/app.js` adds the keyboard, htmx what need not reload.

mod api;
mod app;
mod area;
mod assets;
mod catch_up;
mod decisions;
mod documents;
mod draft;
mod export;
mod gaps;
mod guard;
mod job;
mod list;
mod listings;
mod map;
mod matrix;
mod mcp;
mod model;
mod page;
mod pairs;
mod parameters;
mod preview;
mod recommendation;
mod refused;
mod search;
mod sent;
mod shelf;
mod source;
mod themes;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};

use app::App;
use guard::{Access, UPLOAD_BYTES};
pub use mcp::{Tools as AssistantTools, mcp};
pub use model::OpenModel;

use crate::pipeline::Place;

/// What to serve, and where.
pub struct Options {
    /// Where the index lies. It need not exist yet: documents can be added in the browser.
    pub index: Place,
    /// Where to listen; port 0 takes any free port.
    pub address: SocketAddr,
    /// Opens a model by name; called on threads of the server's own.
    pub models: OpenModel,
}

/// Why the server cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message names every field")]
pub enum ServeError {
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("the system gives no random bytes, which a server needs to keep other sites out")]
    NoRandom,
    #[error(transparent)]
    Store(#[from] crate::pipeline::StoreError),
    #[error("the server stopped: {0}")]
    Stopped(io::Error),
}

/// A server that listens and does not answer yet.
pub struct Server {
    listener: TcpListener,
    app: App,
}

impl Server {
    /// Listens, and opens the index if there is one.
    ///
    /// # Errors
    /// [`ServeError::Listen`] if the address is taken, [`ServeError::Store`] if there is an index that cannot
    /// be read.
    pub fn bind(options: Options) -> Result<Self, ServeError> {
        let Options { index, address, models } = options;
        let listen = |source| ServeError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let access = Access::new(address).ok_or(ServeError::NoRandom)?;
        Ok(Self { listener, app: App::new(index, access, models)? })
    }

    /// The address to open in a browser. It carries a token if other machines can reach the server.
    #[must_use]
    pub fn url(&self) -> String {
        self.app.access.url()
    }

    /// Answers requests until the process ends.
    ///
    /// # Errors
    /// [`ServeError::Stopped`] if the system takes the socket away.
    pub fn run(self) -> Result<(), ServeError> {
        // One thread waits for sockets; the work is done on others.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(ServeError::Stopped)?.block_on(async {
            let listener =
                tokio::net::TcpListener::from_std(self.listener).map_err(ServeError::Stopped)?;
            axum::serve(listener, routes(self.app)).await.map_err(ServeError::Stopped)
        })
    }
}

fn routes(app: App) -> Router {
    let guarded = app.clone();
    Router::new()
        .route("/", get(search::page))
        .route("/recommendations/{id}", get(recommendation::page))
        .route("/recommendations/{id}/source", get(source::page))
        .route("/themes", get(themes::list))
        .route("/themes/merge", post(themes::merge))
        .route("/themes/{id}", get(themes::page))
        .route("/themes/{id}/{act}", post(themes::edit))
        .route("/decisions", get(decisions::history))
        .route("/decisions/undo", post(decisions::undo))
        .route("/pairs", get(pairs::list))
        .route("/pair", get(pairs::page).post(pairs::decide))
        .route("/matrix", get(matrix::page))
        .route("/map", get(map::page))
        .route("/recommendations", get(list::page))
        .route("/gaps", get(gaps::page))
        .route("/documents", get(documents::list).post(documents::add))
        .route("/documents/index", post(documents::index))
        .route("/documents/progress", get(documents::progress))
        .route("/documents/{id}", get(documents::page).post(documents::correct))
        .route("/documents/{id}/add", post(documents::add_lines))
        .route("/documents/{id}/drop", post(documents::discard))
        .route("/draft", get(draft::form).post(draft::check))
        .route("/draft/{number}", get(draft::page))
        .route("/draft/{number}/notes", post(draft::choose))
        .route("/draft/{number}/{format}", get(draft::download))
        .route("/report/{format}", get(export::report))
        .route("/export/{what}/{format}", get(export::listing))
        .route("/assets/{name}", get(assets::file))
        .nest("/api/v1", api::routes())
        .fallback(refused::not_found)
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES))
        .layer(middleware::from_fn_with_state(guarded, guard::guard))
        .with_state(app)
}

/// A reference to what every handler shares.
type Shared<T> = Arc<T>;
