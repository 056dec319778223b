//! `concord themes --by FILE`

use std::fmt::Write as _;

use std::path::Path;

use concord::report::{answers, number};
use concord::{Agency, Index, Sorted, Tools};

use super::Format;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, out, table};

/// Characters of a text in a table.
const SHOWN: usize = 160;

/// Rows that fit no item, in the table; JSON and CSV have them all.
const NONE_SHOWN: usize = 10;

/// Sorts the recommendations of `index` into the list at `path`.
pub(super) fn run(
    context: &Context,
    index: &Index,
    path: &Path,
    format: Format,
) -> Result<Outcome, Failure> {
    let list = concord::read_agenda(path)?;
    let mut embedder = context.embedder_for(index)?;
    let mut tools = Tools { embedder: embedder.as_mut(), on: &context.bars };
    let sorted = index.sort_into(&list, &mut tools)?;
    match format {
        Format::Json => out::json(&answers::sorted(&sorted, index.recommendations()))?,
        Format::Table => out::text(&as_table(&sorted, index))?,
        Format::Csv => csv(&sorted, index)?,
    }
    Ok(Outcome::Done)
}

fn as_table(sorted: &Sorted, index: &Index) -> String {
    let rows = index.recommendations();
    let mut lines = table::table(&["your theme", "members", "agencies", "who"]);
    for sorted in &sorted.items {
        let who: Vec<&str> = sorted.agencies.iter().map(Agency::as_str).collect();
        lines.add_row([
            table::shortened(&sorted.item.text, SHOWN),
            sorted.members.len().to_string(),
            sorted.agencies.len().to_string(),
            table::shortened(&who.join(", "), SHOWN),
        ]);
    }
    let mut text = format!("{lines}\n\n");
    if sorted.none.is_empty() {
        return text + "Every recommendation fits a theme of the list.\n";
    }
    let mut none = table::table(&["fits none of them", "nearest"]);
    for (row, nearest) in sorted.none.iter().take(NONE_SHOWN) {
        let nearest = nearest.map_or("none near".to_owned(), |(at, probability)| {
            let item = table::shortened(&sorted.items[at].item.text, SHOWN);
            format!("{} {item}", number::probability(probability))
        });
        let found = &rows[*row];
        let said = format!("{} ({}): {}", found.agency, found.id, found.text);
        none.add_row([table::shortened(&said, SHOWN), nearest]);
    }
    let n = table::counted(sorted.none.len(), "recommendation fits", "recommendations fit");
    let _ = writeln!(text, "{none}\n\n{n} none of them; --format csv lists them all.");
    text
}

/// A line for each recommendation in each theme of the list, then those in none.
fn csv(sorted: &Sorted, index: &Index) -> Result<(), Failure> {
    let rows = index.recommendations();
    let headings = ["theme", "label", "id", "agency", "probability", "text"];
    let line = |id: &str, label: &str, row: usize, probability: String| {
        let found = &rows[row];
        let (of, agency) = (found.id.to_string(), found.agency.to_string());
        vec![id.to_owned(), label.to_owned(), of, agency, probability, found.text.clone()]
    };
    let members = sorted.items.iter().flat_map(|sorted| {
        let item = &sorted.item;
        let members = sorted.members.iter();
        members.map(move |&(row, p)| line(&item.id, &item.text, row, number::raw(p)))
    });
    let none = sorted.none.iter().map(|(row, _)| line("", "", *row, String::new()));
    out::csv(&headings, members.chain(none))
}
