//! Styles and scripts, compiled in.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::refused::Refused;
use crate::report;

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file of the pages.
pub(super) async fn file(Path(name): Path<String>) -> Result<Response, Refused> {
    let (kind, content) = match name.as_str() {
        "report.css" => (STYLE, report::STYLE),
        "draft.css" => (STYLE, report::DRAFT_STYLE),
        "app.css" => (STYLE, include_str!("assets/app.css")),
        "app.js" => (SCRIPT, include_str!("assets/app.js")),
        "map.js" => (SCRIPT, include_str!("assets/map.js")),
        "echarts.js" => (SCRIPT, report::CHARTS_LIBRARY),
        "charts.js" => (SCRIPT, report::CHARTS),
        // htmx 2.0.11, see assets/LICENSE-htmx.
        "htmx.js" => (SCRIPT, include_str!("assets/htmx.min.js")),
        "icon.svg" => ("image/svg+xml", include_str!("assets/icon.svg")),
        _ => return Err(Refused::unknown(format!("there is no asset `{name}`"))),
    };
    Ok(([(header::CONTENT_TYPE, kind)], content).into_response())
}
