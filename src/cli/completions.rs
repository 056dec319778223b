//! `concord completions`

use clap::Args;
use clap_complete::Shell;

use super::failure::Failure;
use super::{Outcome, command, out};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "concord", &mut bytes);
    out::text(&String::from_utf8_lossy(&bytes))?;
    Ok(Outcome::Done)
}
