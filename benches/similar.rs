//! Time of a query beyond its embedding: candidates by scan and by graph, then the exact comparison.
//!
//! Texts and vectors are made (`made`). Prints the median of 100 queries a size;
//! `cargo bench --bench similar` does 10,000 and 100,000 recommendations, further sizes are named after
//! `--`. Fails where neither way answers in 10 ms, or in 25 ms among more than 100,000. Building the
//! graph of 1,000,000 takes long.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod made;

use std::time::{Duration, Instant};

use concord::domain::{Embedding, Embeddings, Neighbor, Silent};
use concord::index::{Hnsw, HnswConfig, scan};
use concord::link::{Calibration, Linker, Passage, Vectors};
use made::{DIM, Draws, Subject};

const QUERIES: usize = 100;
const CANDIDATES: usize = 200;

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}

fn time(mut answer: impl FnMut(usize)) -> f64 {
    let timed = |query| {
        let start = Instant::now();
        answer(query);
        start.elapsed()
    };
    median((0..QUERIES).map(timed).collect())
}

/// Milliseconds that a query may take.
fn limit(n: usize) -> f64 {
    if n <= 100_000 { 10.0 } else { 25.0 }
}

fn measure(n: usize) {
    let (recommendations, rows) = made::corpus(n);
    let table = Embeddings::stack(DIM, rows.iter());
    drop(rows);
    let mut draws = Draws(11);
    let queries: Vec<(String, Embedding)> = (0..QUERIES)
        .map(|at| {
            let subject = Subject::draw(&mut draws);
            (subject.sentence(&mut draws, at), subject.vector(&mut draws))
        })
        .collect();
    let start = Instant::now();
    let graph = Hnsw::build(&table, HnswConfig::default(), &Silent);
    let built = start.elapsed();
    let texts: Vec<&str> = recommendations.iter().map(|r| r.text.as_str()).collect();
    let vectors = Vectors { texts: table.clone(), statements: table };
    let linker = Linker::fit(&texts, vectors, Calibration::default());
    let table = &linker.vectors().texts;
    let passages: Vec<Passage> = queries
        .iter()
        .map(|(text, vector)| linker.passage(text, vector.as_slice(), &[vector.as_slice()]))
        .collect();
    let compare = |query: usize, found: Vec<Neighbor>| {
        let likeness = |near: &Neighbor| linker.likeness(&passages[query], near.row).probability;
        let mut best: Vec<f64> = found.iter().map(likeness).collect();
        best.sort_by(f64::total_cmp);
        std::hint::black_box(best);
    };
    let by_scan = time(|query| {
        compare(query, scan(table, queries[query].1.as_slice(), CANDIDATES, |_| true));
    });
    let by_graph = time(|query| {
        compare(query, graph.nearest(queries[query].1.as_slice(), CANDIDATES));
    });
    println!(
        "{n:>9} recommendations: {by_scan:.2} ms by scan, {by_graph:.2} ms by graph (built in {:.0} s)",
        built.as_secs_f64()
    );
    assert!(by_scan.min(by_graph) < limit(n), "a query takes too long");
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 100_000] } else { sizes };
    sizes.into_iter().for_each(measure);
}
