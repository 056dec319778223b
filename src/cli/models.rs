//! `concord models`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, TableOrJson, out, table};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// List the models that are downloaded on first use too
    #[arg(long)]
    all: bool,
    /// Output format; JSON lists all
    #[arg(long, value_enum, default_value_t = TableOrJson::Table)]
    format: TableOrJson,
}

pub(super) fn run(_: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let models = concord::known_models();
    match arguments.format {
        TableOrJson::Json => out::json(&serde_json::to_value(&models).map_err(Failure::new)?)?,
        TableOrJson::Table => {
            let mut lines = table::table(&["model", "dim", "where", "what"]);
            let shown = models.iter().filter(|model| arguments.all || model.built_in);
            for model in shown {
                let place = if model.built_in { "built in" } else { "downloaded on first use" };
                lines.add_row([&model.id, &model.dim.to_string(), place, &model.description]);
            }
            out::text(&lines.to_string())?;
            let n = models.iter().filter(|model| !model.built_in).count();
            if !arguments.all && n > 0 {
                out::text(&format!(
                    "\n{n} more are downloaded on first use; `concord models --all` lists them.\n"
                ))?;
            }
        }
    }
    Ok(Outcome::Done)
}
