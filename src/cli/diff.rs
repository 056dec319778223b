//! `concord diff`

use std::ffi::OsString;
use std::fmt::Write;

use clap::Args;
use concord::{Changes, Moved, Place, RecommendationId, ThemeChange, ThemeName};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, TableOrJson, out, table};

/// Recommendations named in a line before it is cut.
const NAMED: usize = 12;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The older index: a folder or a postgres:// address
    #[arg(value_name = "OLD")]
    old: OsString,
    /// The newer index [default: --index]
    #[arg(value_name = "NEW")]
    new: Option<OsString>,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let old = Place::parse(arguments.old.clone()).map_err(Failure::new)?;
    let new = arguments.new.clone().map(Place::parse).transpose().map_err(Failure::new)?;
    let changes = concord::changes(old, new.unwrap_or_else(|| context.index_place()))?;
    match arguments.format {
        TableOrJson::Json => out::json(&json!(changes))?,
        TableOrJson::Table => out::text(&as_text(&changes))?,
    }
    Ok(Outcome::Done)
}

/// The differences, one a line, and a count of the rest.
pub(super) fn as_text(changes: &Changes) -> String {
    if changes.is_empty() {
        return "no differences\n".to_owned();
    }
    let mut lines = table::table(&["change", "before", "after"]);
    for change in &changes.themes {
        lines.add_row(row_of(change));
    }
    for Moved { id, from, to } in &changes.moved {
        let place = |theme: &Option<ThemeName>| theme.as_ref().map_or("single".to_owned(), name);
        lines.add_row([format!("{id} moved"), place(from), place(to)]);
    }
    let mut text = String::new();
    if !lines.is_empty() {
        let _ = write!(text, "{lines}\n\n");
    }
    let kept = table::counted(changes.kept, "theme continues", "themes continue");
    let _ = writeln!(text, "{kept}");
    for (what, ids) in
        [("new", &changes.added), ("gone", &changes.removed), ("reworded", &changes.reworded)]
    {
        if !ids.is_empty() {
            let n = table::counted(ids.len(), "recommendation", "recommendations");
            let _ = writeln!(text, "{n} {what}: {}", listed(ids));
        }
    }
    text
}

fn row_of(change: &ThemeChange) -> [String; 3] {
    let all = |themes: &[ThemeName]| themes.iter().map(name).collect::<Vec<_>>().join("\n");
    let (what, before, after) = change.told();
    [what.to_owned(), all(before), all(after)]
}

fn name(theme: &ThemeName) -> String {
    format!("{} ({}, {})", theme.label, theme.id, theme.members)
}

fn listed(ids: &[RecommendationId]) -> String {
    let named: Vec<&str> = ids.iter().take(NAMED).map(RecommendationId::as_str).collect();
    let rest = ids.len().saturating_sub(NAMED);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}
