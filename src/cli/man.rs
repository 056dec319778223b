//! `concord man`

use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::{Outcome, command, out};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Command to print the page of [default: the program]
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Option<String>,
    /// Write every page to this folder: concord.1, concord-similar.1 and so on
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let pages = pages(command())?;
    if let Some(folder) = &arguments.output {
        for (name, page) in &pages {
            out::write(&folder.join(format!("{name}.1")), page)?;
        }
        context.say(format_args!("written: {} pages in {}", pages.len(), folder.display()));
        return Ok(Outcome::Done);
    }
    let wanted = match &arguments.command {
        Some(one) => format!("concord-{one}"),
        None => "concord".to_owned(),
    };
    let page = pages.into_iter().find(|(name, _)| *name == wanted);
    let (_, page) = page.ok_or_else(|| {
        Failure::with_hint(
            format_args!("there is no command `{}`", arguments.command.as_deref().unwrap_or("")),
            "`concord --help` lists the commands",
        )
    })?;
    out::bytes(&page)?;
    Ok(Outcome::Done)
}

/// The name and the page of the program and of each of its commands.
fn pages(root: clap::Command) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut root = root.disable_help_subcommand(true);
    root.build();
    let named = |command: &clap::Command| format!("concord-{}", command.get_name());
    let mut pages = vec![("concord".to_owned(), page(&root, "concord")?)];
    for command in root.get_subcommands() {
        pages.push((named(command), page(command, &named(command))?));
    }
    Ok(pages)
}

fn page(command: &clap::Command, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    // The date of a page would change with each day that it is made on.
    clap_mangen::Man::new(command.clone())
        .title(name.to_uppercase())
        .date("")
        .manual("Concord")
        .render(&mut bytes)?;
    Ok(bytes)
}
