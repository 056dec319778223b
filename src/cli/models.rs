//! `concord models`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, TableOrJson, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Output format
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

pub(super) fn run(_: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let models = concord::known_models();
    match arguments.format {
        TableOrJson::Json => out::json(&serde_json::to_value(&models).map_err(Failure::new)?)?,
        TableOrJson::Table => {
            let mut lines = table::table(&["model", "dim", "where", "what"]);
            for model in &models {
                let place = if model.built_in { "built in" } else { "downloaded on first use" };
                lines.add_row([&model.id, &model.dim.to_string(), place, &model.description]);
            }
            out::text(&lines.to_string())?;
        }
    }
    Ok(Outcome::Done)
}
