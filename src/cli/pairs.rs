//! `concord pairs`

use clap::Args;
use concord::report::{answers, number};
use concord::{Index, Link, Recommendation};
use serde_json::Value;

use super::context::Context;
use super::failure::Failure;
use super::{ListFormat, Outcome, out, table, value};

/// Characters of a text in the table.
const SHOWN: usize = 160;

#[derive(Debug, Args)]
pub(super) struct Arguments {
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
    #[arg(long, short, value_name = "K", default_value_t = 10,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) k: u32,
    /// Output format [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    pub(super) format: Option<ListFormat>,
}

/// Lists every linked pair once. An index keeps the 50 most probable links of each recommendation, from a
/// probability of 0.05 on, and always those to its nearest ten.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let index = context.open()?;
    let probability = arguments.min_probability..=arguments.max_probability;
    let links = index.pairs(probability, arguments.cross_agency)?;
    let usual = if out::is_terminal() { ListFormat::Table } else { ListFormat::Jsonl };
    let values = links.iter().map(|link| as_json(link, &index));
    match arguments.format.unwrap_or(usual) {
        ListFormat::Jsonl => out::json_lines(values)?,
        ListFormat::Json => out::json(&values.collect())?,
        ListFormat::Csv => csv(&links, index.recommendations())?,
        ListFormat::Table => {
            out::text(&as_table(&links, index.recommendations(), arguments.k as usize))?;
        }
    }
    Ok(Outcome::Done)
}

fn as_json(link: &Link, index: &Index) -> Value {
    let mut pair = answers::pair(link, index.is_opposite(link), index.recommendations());
    // People decide about themes so far, not about pairs.
    pair["decided"] = Value::Null;
    pair
}

fn csv(links: &[Link], rows: &[Recommendation]) -> Result<(), Failure> {
    let headings = ["a", "b", "probability", "relation", "cosine", "text_a", "text_b"];
    let cells = links.iter().map(|link| {
        vec![
            rows[link.a].id.to_string(),
            rows[link.b].id.to_string(),
            number::raw(link.likeness.probability),
            link.likeness.relation.to_string(),
            number::raw(f64::from(link.likeness.cosine)),
            rows[link.a].text.clone(),
            rows[link.b].text.clone(),
        ]
    });
    out::csv(&headings, cells)
}

fn as_table(pairs: &[Link], rows: &[Recommendation], k: usize) -> String {
    let mut lines = table::table(&["same ask", "relation", "a", "b", "text of a", "text of b"]);
    for link in pairs.iter().take(k) {
        lines.add_row([
            number::probability(link.likeness.probability),
            link.likeness.relation.to_string(),
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
