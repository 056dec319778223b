//! `concord themes`

mod by;
mod decide;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use concord::report::{answers, number};
use concord::{Agency, Grain, Index, Theme, Themes};

pub(super) use decide::{decide, no_list};

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    decide: Option<decide::Command>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Size of the groups: broad areas, themes in them, near-duplicates in themes
    #[arg(long, value_enum, default_value_t = GrainName::Theme)]
    grain: GrainName,
    /// Sort the recommendations into your own list of themes instead: .toml, .jsonl, .csv, or a text with
    /// one name per line
    #[arg(long, value_name = "FILE", conflicts_with = "grain")]
    by: Option<PathBuf>,
}

impl Arguments {
    /// Whether they say how to list themes.
    fn lists(&self) -> bool {
        self.by.is_some() || self.grain != GrainName::Theme || self.format != Format::Table
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GrainName {
    /// Broad areas of related themes
    Broad,
    /// Recommendations that ask for nearly the same
    Theme,
    /// Recommendations that are probably the same request in other words
    Fine,
}

impl GrainName {
    fn grain(self) -> Grain {
        match self {
            Self::Broad => Grain::Broad,
            Self::Theme => Grain::Theme,
            Self::Fine => Grain::Fine,
        }
    }

    /// Singular and plural.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Broad => ["broad area", "broad areas"],
            Self::Theme => ["theme", "themes"],
            Self::Fine => ["group of near-duplicates", "groups of near-duplicates"],
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    if let Some(command) = &arguments.decide {
        if arguments.lists() {
            return Err(no_list());
        }
        return decide::run(context, command);
    }
    let index = context.open()?;
    if let Some(path) = &arguments.by {
        return by::run(context, &index, path, arguments.format);
    }
    let found = index.grain(arguments.grain.grain());
    match arguments.format {
        Format::Json => out::json(&answers::themes(found, index.recommendations()))?,
        Format::Table => out::text(&as_table(found, arguments.grain.words()))?,
        Format::Csv => csv(&index, found)?,
    }
    Ok(Outcome::Done)
}

/// Who asks, then who merely comes near.
fn agencies(theme: &Theme) -> String {
    let asking = theme.asking.iter().map(|asking| asking.agency.to_string());
    let near: Vec<&str> = theme.near().map(Agency::as_str).collect();
    let asking = asking.collect::<Vec<_>>().join(", ");
    if near.is_empty() { asking } else { format!("{asking}; near: {}", near.join(", ")) }
}

/// "5 (4 surely)".
fn asking(theme: &Theme) -> String {
    let (n, sure) = (theme.asking.len(), theme.n_surely());
    if n == sure { n.to_string() } else { format!("{n} ({sure} surely)") }
}

fn as_table(found: &Themes, [one, many]: [&str; 2]) -> String {
    let (process, substance): (Vec<&Theme>, Vec<&Theme>) =
        found.themes.iter().partition(|theme| theme.is_process);
    let mut lines = rows(&substance, one);
    if !process.is_empty() {
        let _ = write!(lines, "\n\nAbout the meeting and its bodies:\n{}", rows(&process, one));
    }
    format!(
        "{lines}\n\n{}; {} in none.\n{NOTES}",
        table::counted(found.themes.len(), one, many),
        table::counted(found.single.len(), "recommendation", "recommendations"),
    )
}

fn rows(themes: &[&Theme], one: &str) -> String {
    let mut lines = table::table(&["id", one, "agencies that ask", "members", "stability", "who"]);
    for theme in themes {
        lines.add_row([
            theme.id.to_string(),
            label(theme),
            asking(theme),
            theme.members.len().to_string(),
            stability(theme),
            table::shortened(&agencies(theme), 160),
        ]);
    }
    lines.to_string()
}

const NOTES: &str = "\
\"agencies that ask\": those whose recommendation probably shares a request with the theme's central
one; surely from 80%. Those after \"near\" do not.
\"weak\": a small change of the corpus may change this group.
";

fn stability(theme: &Theme) -> String {
    if theme.is_narrow() {
        return "narrower".to_owned();
    }
    let weak = if theme.is_weak() { " weak" } else { "" };
    format!("{}{weak}", number::probability(theme.stability))
}

/// The label and the decisions by people.
fn label(theme: &Theme) -> String {
    if theme.decided.is_empty() {
        return theme.label.clone();
    }
    let done: Vec<&str> = theme.decided.iter().map(|act| act.done()).collect();
    format!("{} [{}]", theme.label, done.join(", "))
}

fn csv(index: &Index, found: &Themes) -> Result<(), Failure> {
    let rows = index.recommendations();
    let headings = ["theme", "label", "id", "agency", "weight", "text"];
    let members = found.themes.iter().flat_map(|theme| {
        theme.members.iter().map(|member| {
            let found = &rows[member.row];
            vec![
                theme.id.to_string(),
                theme.label.clone(),
                found.id.to_string(),
                found.agency.to_string(),
                number::raw(member.weight),
                found.text.clone(),
            ]
        })
    });
    let single = found.single.iter().map(|&row| {
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
