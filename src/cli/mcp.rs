//! `concord mcp`

use std::io;

use clap::Args;
use concord::web::{AssistantTools, mcp};

use super::Outcome;
use super::context::Context;
use super::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Let the assistant decide about themes too
    #[arg(long)]
    allow_decisions: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let tools = AssistantTools {
        index: context.existing_index()?,
        models: context.open_model(),
        allow_decisions: arguments.allow_decisions,
    };
    mcp(tools, io::stdin().lock(), io::stdout().lock())?;
    Ok(Outcome::Done)
}
