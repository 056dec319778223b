//! `concord themes`

use clap::{Args, ValueEnum};
use concord::domain::Theme;
use concord::pipeline::Index;
use concord::report::answers;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let index = context.open()?;
    match arguments.format {
        Format::Json => out::json(&answers::themes(index.themes(), index.recommendations()))?,
        Format::Table => out::text(&as_table(&index))?,
        Format::Csv => csv(&index)?,
    }
    Ok(Outcome::Done)
}

fn agencies(theme: &Theme) -> String {
    let name = |entry: &concord::domain::AgencyCount| match entry.count {
        1 => entry.agency.to_string(),
        n => format!("{} ({n})", entry.agency),
    };
    theme.consensus.by_agency.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn as_table(index: &Index) -> String {
    let found = index.themes();
    let mut lines =
        table::table(&["theme", "agencies", "agreement", "members", "stability", "who"]);
    for theme in &found.themes {
        lines.add_row([
            theme.label.clone(),
            theme.consensus.agencies().to_string(),
            format!("{:.1}", theme.consensus.strength),
            theme.members.len().to_string(),
            table::percent(theme.stability),
            table::shortened(&agencies(theme), 160),
        ]);
    }
    format!(
        "{lines}\n\n{}, {} in none.\n\"agreement\": how many of the agencies, in effect, ask for the same.\n",
        table::counted(found.themes.len(), "theme", "themes"),
        table::counted(found.single.len(), "recommendation", "recommendations"),
    )
}

fn csv(index: &Index) -> Result<(), Failure> {
    let rows = index.recommendations();
    let headings = ["theme", "label", "id", "agency", "weight", "text"];
    let members = index.themes().themes.iter().flat_map(|theme| {
        theme.members.iter().map(|member| {
            let found = &rows[member.row];
            vec![
                theme.id.to_string(),
                theme.label.clone(),
                found.id.to_string(),
                found.agency.to_string(),
                format!("{:.4}", member.weight),
                found.text.clone(),
            ]
        })
    });
    let single = index.themes().single.iter().map(|&row| {
        let found = &rows[row];
        let none = String::new();
        vec![
            none.clone(),
            none.clone(),
            found.id.to_string(),
            found.agency.to_string(),
            none,
            found.text.clone(),
        ]
    });
    out::csv(&headings, members.chain(single))
}
