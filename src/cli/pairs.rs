//! `concord pairs`

use clap::{Args, Subcommand, ValueEnum};
use concord::report::{answers, number};
use concord::{Index, Link, Said, ThemeEdit};
use serde_json::Value;

use super::context::Context;
use super::failure::Failure;
use super::{ListFormat, Outcome, out, table, themes, value};

/// How many pairs the table has if nobody says otherwise.
const USUAL_K: u32 = 10;

/// Characters of a text in the table.
const SHOWN: usize = 160;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    decide: Option<Command>,
    #[command(flatten)]
    wanted: Wanted,
}

/// Which pairs, and how.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// Only pairs of different agencies
    #[arg(long)]
    pub(super) cross_agency: bool,
    /// Minimum probability, 0 to 1; 0 lists every pair that the index keeps
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = value::probability)]
    pub(super) min_probability: f64,
    /// Maximum probability, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 1.0, value_parser = value::probability)]
    pub(super) max_probability: f64,
    /// Maximum number of pairs in the table
    #[arg(long, short, value_name = "K", default_value_t = USUAL_K,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) k: u32,
    /// Output format [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    pub(super) format: Option<ListFormat>,
}

impl Wanted {
    /// Whether it wants anything but the usual list.
    fn is_given(&self) -> bool {
        let Self { cross_agency, min_probability, max_probability, k, format } = self;
        *cross_agency
            || *min_probability > 0.0
            || *max_probability < 1.0
            || *k != USUAL_K
            || format.is_some()
    }
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Say whether two recommendations ask for the same, or for the contrary; every command then follows
    Decide {
        /// Id of one recommendation
        #[arg(value_name = "ID")]
        a: String,
        /// Id of the other
        #[arg(value_name = "ID")]
        b: String,
        /// What they ask of each other
        #[arg(value_enum)]
        word: Word,
    },
    /// Undo the last decision, about a pair or a theme
    Undo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Word {
    /// The same request: a duplicate, in one theme
    Same,
    /// Different requests: no link, never in one theme
    NotTheSame,
    /// One asks for the contrary of the other: a contradiction, never in one theme
    Contrary,
}

impl Command {
    fn edit(&self) -> ThemeEdit {
        match self.clone() {
            Self::Decide { a, b, word } => {
                let said = match word {
                    Word::Same => Said::Same,
                    Word::NotTheSame => Said::NotSame,
                    Word::Contrary => Said::Contrary,
                };
                ThemeEdit::Pair { ids: [a, b], said }
            }
            Self::Undo => ThemeEdit::Undo,
        }
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    match &arguments.decide {
        Some(_) if arguments.wanted.is_given() => Err(themes::no_list()),
        Some(command) => themes::decide(context, &command.edit()),
        None => list(context, &arguments.wanted),
    }
}

/// Lists every linked pair once. An index keeps the 50 most probable links of each recommendation, from a
/// probability of 0.05 on, and always those to its nearest ten.
pub(super) fn list(context: &Context, wanted: &Wanted) -> Result<Outcome, Failure> {
    let index = context.open()?;
    let probability = wanted.min_probability..=wanted.max_probability;
    let links = index.pairs(probability, wanted.cross_agency)?;
    let usual = if out::is_terminal() { ListFormat::Table } else { ListFormat::Jsonl };
    let values = links.iter().map(|link| as_json(link, &index));
    match wanted.format.unwrap_or(usual) {
        ListFormat::Jsonl => out::json_lines(values)?,
        ListFormat::Json => out::json(&values.collect())?,
        ListFormat::Csv => csv(&links, &index)?,
        ListFormat::Table => {
            out::text(&as_table(&links, &index, wanted.k as usize))?;
        }
    }
    Ok(Outcome::Done)
}

fn as_json(link: &Link, index: &Index) -> Value {
    answers::pair(link, index.is_opposite(link), index.recommendations())
}

fn csv(links: &[Link], index: &Index) -> Result<(), Failure> {
    let rows = index.recommendations();
    let headings = ["a", "b", "probability", "relation", "cosine", "text_a", "text_b", "decided"];
    let cells = links.iter().map(|link| {
        vec![
            rows[link.a].id.to_string(),
            rows[link.b].id.to_string(),
            number::raw(link.likeness.probability),
            index.relation(link).to_string(),
            number::raw(f64::from(link.likeness.cosine)),
            rows[link.a].text.clone(),
            rows[link.b].text.clone(),
            link.likeness.decided().map_or("", Said::name).to_owned(),
        ]
    });
    out::csv(&headings, cells)
}

/// The relation, or what a person said instead.
fn relation(link: &Link, index: &Index) -> String {
    match link.likeness.decided() {
        Some(said) => format!("{said}, by a person"),
        None => index.relation(link).to_string(),
    }
}

fn as_table(pairs: &[Link], index: &Index, k: usize) -> String {
    let rows = index.recommendations();
    let mut lines = table::table(&["same ask", "relation", "a", "b", "text of a", "text of b"]);
    for link in pairs.iter().take(k) {
        lines.add_row([
            number::probability(link.likeness.probability),
            relation(link, index),
            rows[link.a].id.to_string(),
            rows[link.b].id.to_string(),
            table::shortened(&rows[link.a].text, SHOWN),
            table::shortened(&rows[link.b].text, SHOWN),
        ]);
    }
    let rest = pairs.len().saturating_sub(k);
    let more = if rest > 0 {
        format!("; {} more, -k shows them", number::whole(rest))
    } else {
        String::new()
    };
    format!("{lines}\n\n{}{more}\n", table::counted(pairs.len(), "pair", "pairs"))
}
