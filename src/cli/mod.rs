//! The command line: flags, tables, progress bars and hints. No rule about documents or vectors.

mod calibrate;
mod check;
mod columns;
mod completions;
mod context;
mod diff;
mod doctor;
mod escape;
mod eval;
mod examples;
mod extract;
mod failure;
mod filter;
mod gaps;
mod index;
#[cfg(unix)]
mod interrupt;
mod man;
mod mcp;
#[cfg(unix)]
mod memory;
mod models;
mod open;
mod out;
mod pairs;
mod progress;
mod reader;
mod report;
mod sample;
mod serve;
mod similar;
mod staged;
mod start;
mod table;
mod talk;
mod themes;
mod value;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use failure::Failure;

/// Finds where agencies make the same recommendation, where they agree, and what no agency addresses
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "\
Start here:
  concord start --sample                      from three sample documents to a report
  concord start FOLDER                        the same with your own documents
  concord similar reduce the cost of remittances
  concord check DRAFT.md

Exit status: 0 done; 1 done, but the answer is no (check --fail-on, eval --floor, doctor); 2 failed;
130 and 143: interrupted (SIGINT, SIGTERM).")]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
struct Common {
    #[arg(
        long,
        help = "Index to read or write: a folder, or postgres://USER@HOST/DATABASE?schema=NAME \
                [default: index/hld-2013, built if missing]",
        value_name = "DIR",
        hide_env_values = true,
        env = "CONCORD_INDEX",
        global = true,
        help_heading = "Common options"
    )]
    index: Option<OsString>,
    /// Embedding model: a name from `concord models`, or a folder with a model.toml [default: the
    /// model of the index]
    #[arg(long, value_name = "MODEL", global = true, help_heading = "Common options")]
    model: Option<String>,
    /// Number of threads [default: all cores]; affects speed, never results
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..),
          help_heading = "Common options")]
    threads: Option<u16>,
    /// Print nothing on stderr but errors
    #[arg(long, short, global = true, help_heading = "Common options")]
    quiet: bool,
    /// Print more on stderr
    #[arg(long, short, global = true, conflicts_with = "quiet", help_heading = "Common options")]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Go from a folder of documents to a report, step by step
    Start(start::Arguments),
    /// Extract the recommendations from documents
    Extract(extract::Arguments),
    /// Build the index of a corpus
    Index(index::Arguments),
    /// Find recommendations similar to a text
    Similar(similar::Arguments),
    /// List pairs of similar recommendations
    Pairs(pairs::Arguments),
    /// List groups of recommendations that ask for nearly the same, and edit them
    Themes(themes::Arguments),
    /// List single voices, what nobody was found to ask for, contradictions, and repeats over the years
    Gaps(gaps::Arguments),
    /// Compare two indexes: themes that are new, gone, merged or split
    Diff(diff::Arguments),
    /// Write the overlap report: consensus, repetition, gaps
    Report(report::Arguments),
    /// Compare a draft with existing recommendations
    Check(check::Arguments),
    /// Work in the browser: search, themes, documents, drafts
    Serve(serve::Arguments),
    /// Offer an assistant the same questions as tools (Model Context Protocol on stdin and stdout)
    Mcp(mcp::Arguments),
    /// Score the results against your own labels
    Eval(eval::Arguments),
    /// Fit the probabilities to your own labels or to another model
    Calibrate(calibrate::Arguments),
    /// List the embedding models
    Models(models::Arguments),
    /// Check the installation: cache, ONNX Runtime, model, index
    Doctor(doctor::Arguments),
    /// Print shell completions
    Completions(completions::Arguments),
    /// Print the manual as man pages
    Man(man::Arguments),
}

/// The output formats of a command that has these two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableOrJson {
    Table,
    Json,
}

/// The output formats of a command that lists records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Table,
    Json,
    Jsonl,
    Csv,
}

#[cfg(unix)]
#[global_allocator]
static ALLOCATOR: memory::OrEnd = memory::OrEnd;

/// How a command ends when it does not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The command was asked a question, and the answer is no.
    No,
}

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let cli = match parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => return failure::usage(&error),
    };
    failure::silence_panics();
    #[cfg(unix)]
    interrupt::watch();
    let outcome = catch_unwind(AssertUnwindSafe(|| dispatch(cli)));
    match outcome.unwrap_or_else(|_| Err(Failure::panicked())) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(failure) => failure.report(),
    }
}

fn dispatch(cli: Cli) -> Result<Outcome, Failure> {
    run_command(&context::Context::new(cli.common)?, cli.command)
}

/// The command line with its examples.
fn command() -> clap::Command {
    examples::add_to(Cli::command())
}

fn parse<T: Into<OsString> + Clone>(line: impl IntoIterator<Item = T>) -> Result<Cli, clap::Error> {
    Cli::from_arg_matches(&command().try_get_matches_from(line)?)
}

fn run_command(context: &context::Context, command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Start(arguments) => start::run(context, &arguments),
        Command::Extract(arguments) => extract::run(context, &arguments),
        Command::Index(arguments) => index::run(context, &arguments),
        Command::Similar(arguments) => similar::run(context, &arguments),
        Command::Pairs(arguments) => pairs::run(context, &arguments),
        Command::Themes(arguments) => themes::run(context, &arguments),
        Command::Gaps(arguments) => gaps::run(context, &arguments),
        Command::Diff(arguments) => diff::run(context, &arguments),
        Command::Report(arguments) => report::run(context, &arguments),
        Command::Check(arguments) => check::run(context, &arguments),
        Command::Serve(arguments) => serve::run(context, &arguments),
        Command::Mcp(arguments) => mcp::run(context, &arguments),
        Command::Eval(arguments) => eval::run(context, &arguments),
        Command::Calibrate(arguments) => calibrate::run(context, &arguments),
        Command::Models(arguments) => models::run(context, &arguments),
        Command::Doctor(arguments) => doctor::run(context, &arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(context, &arguments),
    }
}
