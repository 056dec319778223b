//! `concord doctor`

use clap::Args;
use concord::internals::embed::runtime;
use concord::{DEFAULT_MODEL, Index, MULTILINGUAL_MODEL, ServerState, Silent, StoreError, VERSION};
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, TableOrJson, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

/// One thing that was checked.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    found: String,
}

impl Finding {
    fn new(what: &'static str, found: Result<String, Failure>) -> Self {
        let ok = found.is_ok();
        Self { what, ok, found: found.unwrap_or_else(|failure| failure.message().to_owned()) }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let runtime = onnx_runtime(context);
    let model = if runtime.is_ok() {
        model(context)
    } else {
        Err(Failure::new(format_args!("{DEFAULT_MODEL} is built in, but needs ONNX Runtime")))
    };
    let findings = [
        Finding::new("concord", Ok(VERSION.to_owned())),
        Finding::new("cache", cache(context)),
        Finding::new("ONNX Runtime", runtime),
        Finding::new("model", model),
        Finding::new("index", index(context)),
    ];
    match arguments.format {
        TableOrJson::Json => out::json(&serde_json::to_value(&findings).map_err(Failure::new)?)?,
        TableOrJson::Table => {
            let mut lines = table::table(&["", "", "found"]);
            for finding in &findings {
                lines.add_row([
                    finding.what,
                    if finding.ok { "ok" } else { "wrong" },
                    &finding.found,
                ]);
            }
            out::text(&lines.to_string())?;
        }
    }
    Ok(if findings.iter().all(|finding| finding.ok) { Outcome::Done } else { Outcome::No })
}

fn cache(context: &Context) -> Result<String, Failure> {
    let none = || Failure::new("this system has no cache folder; set CONCORD_CACHE_DIR");
    let cache = context.models.cache.as_ref().ok_or_else(none)?;
    Ok(cache.display().to_string())
}

/// Looks without downloading: the doctor changes nothing.
fn onnx_runtime(context: &Context) -> Result<String, Failure> {
    let cache = context.models.cache.as_deref();
    // Before anything is loaded: damaged code may do anything.
    runtime::check_cached(cache).map_err(Failure::new)?;
    let found = runtime::load_found(cache).map_err(Failure::new)?;
    Ok(format!("{}\n{}\n{}", found.path.display(), found.origin.name(), runtime::build_info()))
}

fn model(context: &Context) -> Result<String, Failure> {
    let mut embedder = concord::open_model(DEFAULT_MODEL, &context.models, &Silent)?;
    embedder.embed(&["a test"], &Silent)?;
    let model = embedder.model();
    let sum = model.sha256.as_deref().unwrap_or("no weights");
    Ok(format!(
        "{}, {} dimensions, {} tokens\nSHA-256 {sum}\nreads English, and so does its judge; \
         `--model multilingual` ({MULTILINGUAL_MODEL}) reads nine languages, without a judge",
        model.id, model.dim, model.max_tokens
    ))
}

fn index(context: &Context) -> Result<String, Failure> {
    let place = context.index_place();
    let index = match Index::open(&place) {
        Err(StoreError::Missing { .. }) if !context.index_is_named() => {
            return Ok(format!("{place} is not built yet: `concord report` builds it"));
        }
        found => found?,
    };
    index.check_all()?;
    let but = if index.decisions_edited()? { ", but decisions.json was edited" } else { "" };
    let counts = index.manifest().counts;
    let found = format!(
        "{place}: {} by {}, {}, model {}, written by concord {}; every file is intact{but}",
        table::counted(counts.recommendations, "recommendation", "recommendations"),
        table::counted(counts.agencies, "agency", "agencies"),
        table::counted(counts.themes, "theme", "themes"),
        index.model_id(),
        index.manifest().concord
    );
    Ok(match index.server()? {
        Some(server) => format!("{found}\n{}", of_server(&server)),
        None => found,
    })
}

fn of_server(server: &ServerState) -> String {
    let search = if server.is_approximate {
        "a search takes its candidates from a graph, which may miss one in some hundred"
    } else {
        "a search looks at every row"
    };
    let behind = match server.behind_s {
        Some(seconds) => format!("; a standby, {seconds:.0} s behind"),
        None => String::new(),
    };
    format!("PostgreSQL {}, pgvector {}; {search}{behind}", server.postgres, server.pgvector)
}
