//! Time of a query beyond its embedding: candidates by scan and by graph, then the exact comparison.
//!
//! Texts and vectors are made (`made`). Prints the median of 100 queries a size, how many of the ten best
//! are the same both ways, and what the graph costs before it answers. `cargo bench --bench similar` does
//! 10,000 and 100,000 recommendations; other sizes are named after `--`: 1,000,000 takes half an hour and
//! 10 GB. Fails where neither way answers in 10 ms, or in 25 ms among more than 100,000.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod made;

use std::time::{Duration, Instant};

use concord::internals::domain::Embeddings;
use concord::internals::index::{Hnsw, n_candidates, scan};
use concord::internals::judge::{Linker, ReadyPassage, Vectors};
use concord::internals::text::passage;
use concord::{Calibration, HnswConfig, Silent};
use made::{DIM, Draws, World};

const QUERIES: usize = 100;

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// Milliseconds that a query may take.
fn limit(n: usize) -> f64 {
    if n <= 100_000 { 10.0 } else { 25.0 }
}

/// Questions to a corpus, embedded.
struct Asked<'a> {
    linker: &'a Linker,
    passages: Vec<ReadyPassage>,
}

impl Asked<'_> {
    /// Median milliseconds of a query whose candidates `find` names, and the ten best of each.
    fn time(&self, find: impl Fn(&[f32]) -> Vec<usize>) -> (f64, Vec<Vec<usize>>) {
        let answer = |passage: &ReadyPassage| {
            let start = Instant::now();
            let likeness = |row| (self.linker.likeness(passage, row).probability, row);
            let mut best: Vec<(f64, usize)> =
                find(passage.vector()).into_iter().map(likeness).collect();
            best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            best.truncate(10);
            (start.elapsed(), best.into_iter().map(|(_, row)| row).collect())
        };
        let (times, best) = self.passages.iter().map(answer).unzip();
        (median(times), best)
    }
}

/// The graph of `table` as a command finds it: stored, then opened.
fn stored_graph(table: &Embeddings) -> (Hnsw, String) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let start = Instant::now();
    let graph = Hnsw::build(table, HnswConfig::default(), &Silent);
    let built = start.elapsed().as_secs_f64();
    graph.write(folder.path()).expect("the folder can be written");
    drop(graph);
    let start = Instant::now();
    let graph = Hnsw::read(folder.path(), table, HnswConfig::default()).expect("just written");
    let opened = start.elapsed().as_secs_f64();
    (graph, format!("built in {built:.0} s, opened in {opened:.2} s"))
}

fn measure(n: usize) {
    let (recommendations, rows) = made::corpus(n);
    let table = Embeddings::stack(DIM, rows.iter());
    drop(rows);
    let passages = recommendations.iter().map(|r| passage(r.text.as_str())).collect();
    let vectors = Vectors { texts: table.clone(), statements: table };
    let linker = Linker::fit(passages, vectors, Calibration::shipped(false));
    let table = &linker.vectors().texts;
    let (graph, cost) = stored_graph(table);
    let (world, mut draws) = (World::new(), Draws(11));
    let passages = (0..QUERIES).map(|at| {
        let subject = world.subject(&mut draws);
        let (text, vector) = (subject.sentence(&mut draws, at), subject.vector(&mut draws));
        linker.ready(passage(text), vector.as_slice(), &[vector.as_slice()])
    });
    let asked = Asked { linker: &linker, passages: passages.collect() };
    let candidates = n_candidates(n, 10);
    let (by_scan, expected) = asked.time(|query| {
        scan(table, query, candidates, |_| true).into_iter().map(|near| near.row).collect()
    });
    let (by_graph, found) = asked.time(|query| graph.nearest(query, candidates));
    let both = |(a, b): (&Vec<usize>, &Vec<usize>)| a.iter().filter(|row| b.contains(row)).count();
    let same: usize = expected.iter().zip(&found).map(both).sum();
    println!(
        "{n:>9} recommendations: {by_scan:.2} ms by scan, {by_graph:.2} ms by graph ({cost}); {same} of {} \
         results the same",
        10 * QUERIES
    );
    assert!(by_scan.min(by_graph) < limit(n), "a query takes too long");
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 100_000] } else { sizes };
    sizes.into_iter().for_each(measure);
}
