//! Time of a query beyond its embedding: candidates by scan and by graph, then the exact comparison.
//!
//! Texts and vectors are made here: sentences of a skewed vocabulary, vectors spread as those of the
//! default model on recommendations of the Universal Periodic Review (docs/decisions/linking.md), twenty
//! to a subject. Prints the median of 100 queries a size; `cargo bench --bench similar` does 10,000 and
//! 100,000 recommendations, further sizes are named after `--`. Fails where a query to the graph takes
//! more than 10 ms, or 25 ms among more than 100,000. Building the graph of 1,000,000 takes long.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::{Duration, Instant};

use concord::domain::{Embedding, Embeddings, Silent};
use concord::index::{Hnsw, HnswConfig, scan};
use concord::link::{Calibration, Linker, Passage, Vectors};

const DIM: usize = 384;
const QUERIES: usize = 100;
const CANDIDATES: usize = 200;
/// Recommendations on one subject.
const OF_A_SUBJECT: usize = 20;
/// What every component has in common, so that the mean vector has a length of 0.47.
const COMMON: f32 = 0.048;

/// Numbers that look random and are the same in every run.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 40) as f32 / (1 << 24) as f32
    }

    /// A word; few are frequent, most are rare.
    fn word(&mut self) -> String {
        let rank = (30_000.0_f32.powf(self.next())) as usize;
        format!("word{rank}")
    }

    fn text(&mut self) -> String {
        let n = 12 + (self.next() * 16.0) as usize;
        (0..n).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// Around zero, direction `i` with a variance of 1 / (1 + i / 4).
    fn direction(&mut self) -> Vec<f32> {
        let mut direction =
            |i: usize| (self.next() + self.next() - 1.0) / (1.0 + i as f32 / 4.0).sqrt();
        (0..DIM).map(&mut direction).collect()
    }

    /// A recommendation on a subject: what all have in common, the subject, and its own part.
    fn vector(&mut self, subject: &[f32]) -> Embedding {
        let own = self.direction();
        let raw = subject.iter().zip(own).map(|(subject, own)| COMMON + 0.8 * subject + 0.6 * own);
        Embedding::normalize(raw.collect()).expect("the common part is never undone")
    }
}

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

fn measure(n: usize) {
    let mut draw = Draw(7);
    let subjects: Vec<Vec<f32>> = (0..n.div_ceil(OF_A_SUBJECT)).map(|_| draw.direction()).collect();
    let texts: Vec<String> = (0..n).map(|_| draw.text()).collect();
    let rows: Vec<Embedding> =
        (0..n).map(|row| draw.vector(&subjects[row % subjects.len()])).collect();
    let table = Embeddings::stack(DIM, rows.iter());
    drop(rows);
    let queries: Vec<(String, Embedding)> =
        (0..QUERIES).map(|at| (draw.text(), draw.vector(&subjects[at]))).collect();
    let start = Instant::now();
    let graph = Hnsw::build(&table, HnswConfig::default(), &Silent);
    let built = start.elapsed();
    let slices: Vec<&str> = texts.iter().map(String::as_str).collect();
    let vectors = Vectors { texts: table.clone(), statements: table };
    let linker = Linker::fit(&slices, vectors, Calibration::default());
    let table = &linker.vectors().texts;
    let passages: Vec<Passage> = queries
        .iter()
        .map(|(text, vector)| linker.passage(text, vector.as_slice(), &[vector.as_slice()]))
        .collect();
    let compare = |query: usize, found: Vec<concord::domain::Neighbor>| {
        let mut best: Vec<f64> = found
            .iter()
            .map(|near| linker.likeness(&passages[query], near.row).probability)
            .collect();
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
    assert!(by_graph < limit(n), "a query takes {by_graph:.2} ms");
}

/// What a query may take beyond its embedding where the graph is open, in milliseconds.
fn limit(n: usize) -> f64 {
    if n <= 100_000 { 10.0 } else { 25.0 }
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 100_000] } else { sizes };
    sizes.into_iter().for_each(measure);
}
