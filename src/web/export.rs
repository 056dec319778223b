//! What is on screen as a file: CSV, Excel, Word, Markdown or JSON, and the whole report.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::guard::SANDBOX;
use super::listings;
use super::parameters::Parameters;
use super::refused::Refused;
use crate::domain::Pictures;
use crate::report::{self, Listing};

/// The header with the name under which a browser keeps a file. What is not a plain letter, digit or one of
/// `-._` becomes `-`.
pub(super) fn file_name(stem: &str, format: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '-' };
    let stem: String = stem.chars().map(plain).collect();
    format!("attachment; filename=\"{stem}.{format}\"")
}

/// A file with the type of its format.
pub(super) fn attachment(format: &str, bytes: Vec<u8>) -> Response {
    let kind = match format {
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv" => "text/csv; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "json" => "application/json",
        "html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

/// `GET /report/{format}`: the overlap report. As a page it is shown, apart from this server's own pages.
pub(super) async fn report(
    State(app): State<App>,
    Path(format): Path<String>,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let overlap = shown.overlap()?;
        let unwritable = |why: report::Unwritable| Refused::wrong(why.to_string());
        let document = || report::overlap(overlap, &Pictures::default());
        let bytes = match format.as_str() {
            "html" => {
                let pictures = shown.pictures()?;
                let page = report::html(&report::overlap(overlap, pictures)).into_bytes();
                let apart = [(header::CONTENT_SECURITY_POLICY, SANDBOX)];
                return Ok((apart, attachment("html", page)).into_response());
            }
            "md" => report::markdown(&document()).into_bytes(),
            "docx" => report::docx(&document()).map_err(unwritable)?,
            "xlsx" => report::xlsx(overlap).map_err(unwritable)?,
            "json" => serde_json::to_vec_pretty(&report::json(overlap)).unwrap_or_default(),
            _ => return Err(Refused::unknown(format!("the report cannot be written as {format}"))),
        };
        let name = file_name("concord-report", &format);
        Ok(([(header::CONTENT_DISPOSITION, name)], attachment(&format, bytes)).into_response())
    })
    .await
}

/// `GET /export/{what}/{format}`: the list that a page shows with the same parameters, all of its entries.
pub(super) async fn listing(
    State(app): State<App>,
    Path((what, format)): Path<(String, String)>,
    asked: Parameters,
) -> Result<Response, Refused> {
    app.work(move |app| {
        let shown = app.shown()?;
        let bytes = if format == "json" {
            serde_json::to_vec_pretty(&listings::as_json(app, &shown, &what, &asked)?)
                .unwrap_or_default()
        } else {
            written(&listings::as_table(app, &shown, &what, &asked)?, &format)?
        };
        let name = file_name(&format!("concord-{what}"), &format);
        Ok(([(header::CONTENT_DISPOSITION, name)], attachment(&format, bytes)).into_response())
    })
    .await
}

fn written(listing: &Listing, format: &str) -> Result<Vec<u8>, Refused> {
    let unwritable = |why: report::Unwritable| Refused::wrong(why.to_string());
    match format {
        "csv" => Ok(listing.csv()),
        "xlsx" => listing.xlsx().map_err(unwritable),
        "docx" => report::docx(&listing.document()).map_err(unwritable),
        "md" => Ok(report::markdown(&listing.document()).into_bytes()),
        _ => Err(Refused::unknown(format!("a list cannot be written as {format}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_cannot_break_out_of_its_header() {
        let name = file_name("a\"; x=\"b\r\nc/é", "csv");
        assert_eq!(name, "attachment; filename=\"a---x--b--c--.csv\"");
    }
}
