//! The command line: flags, tables, progress bars and hints. No rule about documents or vectors.

mod calibrate;
mod check;
mod check_table;
mod columns;
mod completions;
mod context;
mod diff;
mod doctor;
mod eval;
mod extract;
mod failure;
mod filter;
mod gaps;
mod index;
mod models;
mod out;
mod progress;
mod report;
mod similar;
mod table;
mod talk;
mod themes;
mod unknown;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use failure::Failure;

/// Finds where many agencies recommend the same thing, where they agree, and where nobody speaks.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "\
Start here:
  concord report                              the overlap report of the shipped corpus
  concord extract DOC.txt | concord index - --index index/mine
  concord similar \"reduce the cost of remittances\"
  concord check DRAFT.md

Exit status: 0 done; 1 done, and the answer is no (check --fail-on, eval --floor, doctor); 2 failed.")]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
struct Common {
    /// Folder of the index to read or write [default: index/hld-2013, built when missing]
    #[arg(
        long,
        value_name = "DIR",
        env = "CONCORD_INDEX",
        global = true,
        help_heading = "Common options"
    )]
    index: Option<PathBuf>,
    /// Embedding model: a name from `concord models`, or a folder with a model.toml [default: that
    /// of the index]
    #[arg(long, value_name = "MODEL", global = true, help_heading = "Common options")]
    model: Option<String>,
    /// Threads to use [default: all cores]; changes speed, never a result
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..),
          help_heading = "Common options")]
    threads: Option<u16>,
    /// Say nothing on stderr but errors
    #[arg(long, short, global = true, help_heading = "Common options")]
    quiet: bool,
    /// Say more on stderr
    #[arg(long, short, global = true, conflicts_with = "quiet", help_heading = "Common options")]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Pull the recommendations out of documents
    Extract(extract::Arguments),
    /// Build the index of a corpus
    Index(index::Arguments),
    /// Find recommendations that ask for the same as a text
    Similar(similar::Arguments),
    /// List groups of recommendations that ask for nearly the same, and decide about them
    Themes(themes::Arguments),
    /// List what one agency asks alone, what nobody takes up, and who is silent
    Gaps(gaps::Arguments),
    /// Say what differs between two indexes: themes new, gone, merged, split
    Diff(diff::Arguments),
    /// Write the overlap report: consensus, repetition, gaps
    Report(report::Arguments),
    /// Hold a draft against the recommendations that exist
    Check(check::Arguments),
    /// Score the results against your own labels
    Eval(eval::Arguments),
    /// Fit the probabilities to your own labels, or to another model
    Calibrate(calibrate::Arguments),
    /// List the embedding models that can be named
    Models(models::Arguments),
    /// Show what was found on this machine, and what is wrong with it
    Doctor(doctor::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
}

/// How a command prints that has these two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableOrJson {
    Table,
    Json,
}

/// What a command comes to when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The command was asked to judge, and the answer is no.
    No,
}

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return failure::usage(&error),
    };
    match dispatch(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(failure) => failure.report(),
    }
}

fn dispatch(cli: Cli) -> Result<Outcome, Failure> {
    let context = context::Context::new(cli.common);
    match cli.command {
        Command::Extract(arguments) => extract::run(&context, &arguments),
        Command::Index(arguments) => index::run(&context, &arguments),
        Command::Similar(arguments) => similar::run(&context, &arguments),
        Command::Themes(arguments) => themes::run(&context, &arguments),
        Command::Gaps(arguments) => gaps::run(&context, &arguments),
        Command::Diff(arguments) => diff::run(&context, &arguments),
        Command::Report(arguments) => report::run(&context, &arguments),
        Command::Check(arguments) => check::run(&context, &arguments),
        Command::Eval(arguments) => eval::run(&context, &arguments),
        Command::Calibrate(arguments) => calibrate::run(&context, &arguments),
        Command::Models(arguments) => models::run(&context, &arguments),
        Command::Doctor(arguments) => doctor::run(&context, &arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}
