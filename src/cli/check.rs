//! `concord check`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use concord::domain::{Agency, DraftCheck, Recommendation, Relation, ThemeRef, Verdict};
use concord::pipeline::Parts;
use concord::report::answers;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, TableOrJson, out, table, talk};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The draft: text or Markdown; `-` for stdin
    #[arg(value_name = "DRAFT")]
    draft: PathBuf,
    /// Check every statement of the draft, not only its recommendations
    #[arg(long)]
    all: bool,
    /// Exit with 1 if a statement stands in this relation, or a stronger one, to what exists
    #[arg(long, value_enum, value_name = "RELATION")]
    fail_on: Option<FailOn>,
    /// How to print
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Duplicate,
    Overlap,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let bytes = out::read(&arguments.draft)?;
    let is_stdin = arguments.draft.as_os_str() == "-";
    let path = if is_stdin { Path::new("stdin") } else { arguments.draft.as_path() };
    let index = context.open()?;
    let mut embedder = context.embedder_for(&index)?;
    let mut parts = Parts { embedder: embedder.as_mut(), on: &context.bars };
    let (found, problems) = index.check(path, &bytes, arguments.all, &mut parts)?;
    for problem in problems {
        context.say(format_args!("warning: {problem}"));
    }
    match arguments.format {
        TableOrJson::Json => out::json(&answers::check(&found, index.recommendations()))?,
        TableOrJson::Table => out::text(&as_table(&found, index.recommendations()))?,
    }
    Ok(judge(arguments.fail_on, &found))
}

fn judge(fail_on: Option<FailOn>, found: &DraftCheck) -> Outcome {
    let limit = match fail_on {
        None => return Outcome::Done,
        Some(FailOn::Duplicate) => Relation::Duplicate,
        Some(FailOn::Overlap) => Relation::Overlap,
    };
    let n = found.statements.iter().filter(|verdict| verdict.relation >= limit).count();
    if n == 0 {
        return Outcome::Done;
    }
    let statements = table::counted(n, "statement stands", "statements stand");
    talk::say(format_args!("{statements} in relation `{limit}` or closer to what exists"));
    Outcome::No
}

fn as_table(found: &DraftCheck, rows: &[Recommendation]) -> String {
    let mut lines =
        table::table(&["lines", "verdict", "statement of the draft", "nearest that exists"]);
    for verdict in &found.statements {
        lines.add_row([
            place(verdict),
            format!(
                "{}\n{}",
                answers::verdict_name(verdict.relation),
                table::percent(verdict.probability)
            ),
            table::shortened(&verdict.text, 300),
            nearest(verdict, rows),
        ]);
    }
    let count = |relation| found.count(relation);
    let summary = format!(
        "{}: {} duplicate, {} overlapping, {} related, {} new.",
        table::counted(found.statements.len(), "statement", "statements"),
        count(Relation::Duplicate),
        count(Relation::Overlap),
        count(Relation::Related),
        count(Relation::None),
    );
    let touched = list("Takes up:", &found.touched);
    let missing = list("Leaves out, though agencies agree on it:", &found.missing);
    let paragraphs = [lines.to_string(), String::new(), summary];
    paragraphs.into_iter().chain(touched).chain(missing).collect::<Vec<_>>().join("\n")
}

/// Themes shown in a list.
const SHOWN: usize = 8;

/// A titled list of themes, one a line; nothing for no theme.
fn list(title: &str, themes: &[ThemeRef]) -> Vec<String> {
    if themes.is_empty() {
        return Vec::new();
    }
    let line = |theme: &ThemeRef| {
        let names: Vec<&str> = theme.agencies.iter().map(Agency::as_str).collect();
        let agencies = table::counted(names.len(), "agency", "agencies");
        format!("  {} ({agencies}: {})", theme.label, table::shortened(&names.join(", "), 90))
    };
    let more = themes.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| format!("  and {more} more"));
    let shown = themes.iter().take(SHOWN).map(line);
    std::iter::once(title.to_owned()).chain(shown).chain(more).collect()
}

fn place(verdict: &Verdict) -> String {
    if verdict.line_start == verdict.line_end {
        verdict.line_start.to_string()
    } else {
        format!("{}-{}", verdict.line_start, verdict.line_end)
    }
}

fn nearest(verdict: &Verdict, rows: &[Recommendation]) -> String {
    let Some(best) = verdict.matches.first() else { return "nothing".to_owned() };
    let found = &rows[best.hit.row];
    let or_none = |side: &str| if side.is_empty() { "none".to_owned() } else { side.to_owned() };
    let differences = best.differences.iter().map(|difference| {
        let (draft, existing) = (or_none(&difference.draft), or_none(&difference.existing));
        format!("{}: draft {draft}, existing {existing}", difference.kind)
    });
    let first = format!("{} ({}): {}", found.agency, found.id, table::shortened(&found.text, 260));
    std::iter::once(first).chain(differences).collect::<Vec<_>>().join("\n")
}
