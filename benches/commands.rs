//! Time that a user waits for a command against 10,000 recommendations, with the default model, the index
//! built and everything in the disk cache: one query by text, and the check of a draft of ten pages.
//!
//! Texts are made (`made`). `cargo bench --bench commands` builds the index, which takes a minute or two,
//! prints the median of nine runs and fails above 0.5 s for the query or 3 s for the check.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::disallowed_methods, reason = "writes what it works on")]

mod made;

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use made::{Draws, World};

const RECOMMENDATIONS: usize = 10_000;

/// Of 25 words each: some 3,500 words, ten pages.
const STATEMENTS: usize = 140;

const RUNS: usize = 9;

fn concord(folder: &Path, arguments: &[&str]) -> Duration {
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_concord"))
        .current_dir(folder)
        .args(arguments)
        .args(["--index", "index", "--quiet"])
        .output()
        .expect("the program starts");
    let time = start.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    time
}

fn median(folder: &Path, arguments: &[&str]) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| concord(folder, arguments)).collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file can be written");
    };
    let lines: Vec<String> = made::corpus(RECOMMENDATIONS)
        .0
        .iter()
        .map(|r| serde_json::to_string(r).expect("a record is text") + "\n")
        .collect();
    write("records.jsonl", &lines.concat());
    let (world, mut draws) = (World::new(), Draws(13));
    let mut draft = String::from("# Draft\n\n## Recommendations\n\n");
    for number in 1..=STATEMENTS {
        let subject = world.subject(&mut draws);
        let _ = writeln!(draft, "{number}. {}", subject.sentence(&mut draws, number));
    }
    write("draft.md", &draft);
    let built = concord(folder.path(), &["index", "records.jsonl"]);
    println!("index of {RECOMMENDATIONS} recommendations: {:.0} s", built.as_secs_f64());

    let query = median(folder.path(), &["similar", "inspect the bridges before the winter"]);
    let check = median(folder.path(), &["check", "draft.md", "--format", "json"]);
    println!(
        "similar: {:.2} s; check of {STATEMENTS} statements: {:.2} s",
        query.as_secs_f64(),
        check.as_secs_f64()
    );
    assert!(query < Duration::from_millis(500), "a query takes {query:?}");
    assert!(check < Duration::from_secs(3), "a check takes {check:?}");
}
