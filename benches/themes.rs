//! Time from vectors to themes, areas and near-duplicates of 1,000, 10,000 and 100,000 recommendations:
//! linking and the themes themselves, and the memory that all of it takes.
//!
//! Texts and vectors are made (`made`): subjects of two to forty recommendations by 200 agencies. Left
//! out: embedding, and the graph. `cargo bench --bench themes` fails above 60 s or 4 GB for 100,000, and
//! when finding themes takes more than twenty times as long for ten times as many.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod made;

use std::time::{Duration, Instant};

use concord::internals::domain::Embeddings;
use concord::internals::judge::{Linker, Vectors};
use concord::internals::pipeline;
use concord::internals::text::passage;
use concord::internals::themes::{Input, find};
use concord::{Calibration, Silent};

struct Times {
    linking: Duration,
    themes: Duration,
}

fn time(n: usize) -> Times {
    let (recommendations, rows) = made::corpus(n);
    let table = Embeddings::stack(made::DIM, rows.iter());
    drop(rows);
    let passages = recommendations.iter().map(|r| passage(r.text.as_str())).collect();
    let start = Instant::now();
    let vectors = Vectors { texts: table.clone(), statements: table };
    let linker = Linker::fit(passages, vectors, Calibration::shipped(false));
    let links = pipeline::links(&linker, &Silent);
    let linking = start.elapsed();
    let start = Instant::now();
    let input = Input {
        recommendations: &recommendations,
        passages: linker.passages(),
        links: &links,
        ..Input::default()
    };
    let found = find(&input);
    let themes = start.elapsed();
    println!(
        "{n:>7} recommendations: linked in {:.2} s ({} links), themes in {:.2} s ({} themes, {} areas, {} \
         groups of near-duplicates){}",
        linking.as_secs_f64(),
        links.len(),
        themes.as_secs_f64(),
        found.theme.themes.len(),
        found.broad.themes.len(),
        found.fine.themes.len(),
        memory().map_or(String::new(), |gigabytes| format!("; {gigabytes:.2} GB at most")),
    );
    Times { linking, themes }
}

/// The most memory that the process held so far, in gigabytes, where the system tells.
#[expect(clippy::disallowed_methods, reason = "asks the system, not the user's files")]
fn memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1e6)
}

fn main() {
    let times = [1_000, 10_000, 100_000].map(time);
    let most = times[2].linking + times[2].themes;
    assert!(most < Duration::from_mins(1), "100,000 take {most:?}");
    assert!(memory().is_none_or(|gigabytes| gigabytes < 4.0), "more than 4 GB");
    for pair in times.windows(2) {
        let (few, many) = (pair[0].themes, pair[1].themes);
        assert!(many < few * 20, "ten times as many: {many:?} after {few:?}");
    }
}
