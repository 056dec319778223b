//! The HNSW graph, through `hnsw_rs`.
//!
//! The graph is a cache of the vectors and finds candidates, which the caller compares exactly. It holds the
//! vectors rounded to one byte a component, which takes a quarter of the memory and two thirds of the time.
//! Rows are inserted one by one in ascending order, since parallel insertion gives another graph each run.
//! A large table has several graphs, each of every nth row, which are built side by side and all searched:
//! how many there are depends on the number of rows alone, so the graphs are the same on any number of cores.
//! If several vectors round to the same, only the first is inserted: copies crowd each other out of a graph,
//! so that a search finds only some of them.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use hnsw_rs::anndists::dist::Distance;
use hnsw_rs::api::AnnT;
use hnsw_rs::hnswio::HnswIo;
use rayon::prelude::*;

use crate::domain::{Embeddings, HnswConfig, Progress, Stage, dot_rounded};

/// `hnsw_rs` can only store and load graphs of exactly this many layers.
const MAX_LAYER: usize = 16;

/// Rows from which a table has more than one graph, and the most graphs of a table. Each is searched for
/// every query, so there are only as many as make a difference to how long building takes
/// (docs/decisions/storage.md).
const ROWS_PER_GRAPH: usize = 20_000;
const MOST_GRAPHS: usize = 8;

/// A graph holds about one in `n` of the `k` nearest; twice as many and these are asked for, so that one
/// with more than its share still gives them all.
const SLACK: usize = 16;

/// How vectors are rounded: each component times `scale`, which makes the largest one 127.
#[derive(Debug, Clone, Copy)]
struct Rounding {
    scale: f32,
}

impl Rounding {
    fn fit(table: &Embeddings) -> Self {
        let largest = table.view().iter().fold(f32::MIN_POSITIVE, |most, x| most.max(x.abs()));
        Self { scale: 127.0 / largest }
    }

    fn round(self, vector: &[f32]) -> Vec<i8> {
        vector.iter().map(|x| (x * self.scale).round() as i8).collect()
    }
}

/// 1 - cosine of rounded vectors, never below 0. Its path is part of the stored graph: `hnsw_rs` refuses
/// another.
#[derive(Debug, Clone, Copy)]
struct OneMinusDot {
    /// The rounded dot product of a unit vector with itself.
    unit: f32,
}

impl OneMinusDot {
    fn new(rounding: Rounding) -> Self {
        Self { unit: rounding.scale * rounding.scale }
    }
}

impl Distance<i8> for OneMinusDot {
    fn eval(&self, a: &[i8], b: &[i8]) -> f32 {
        (1.0 - dot_rounded(a, b) as f32 / self.unit).max(0.0)
    }
}

/// Why a graph cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct GraphError {
    why: String,
}

type Graph = hnsw_rs::hnsw::Hnsw<'static, i8, OneMinusDot>;

/// A graph over the rows of an [`Embeddings`] table, or several in a large one.
pub struct Hnsw {
    graphs: Vec<Graph>,
    rounding: Rounding,
    copies: Copies,
    config: HnswConfig,
}

/// Rows that round to the same vector: first row -> all rows, if there are several.
type Copies = HashMap<usize, Vec<usize>>;

impl Hnsw {
    /// Names under which the graphs are stored: each is two files, `NAME.hnsw.graph` and `NAME.hnsw.data`.
    fn name(at: usize) -> String {
        if at == 0 { "graph".to_owned() } else { format!("graph-{}", at + 1) }
    }

    /// Builds the graph; the same table gives the same graph.
    #[must_use]
    pub fn build(table: &Embeddings, config: HnswConfig, on: &dyn Progress) -> Self {
        Self::build_split(table, config, n_graphs, on)
    }

    /// As [`build`](Self::build); `split` says how many graphs so many distinct vectors have.
    fn build_split(
        table: &Embeddings,
        config: HnswConfig,
        split: fn(usize) -> usize,
        on: &dyn Progress,
    ) -> Self {
        on.begin(Stage::Index, Some(table.len() as u64));
        let rounding = Rounding::fit(table);
        let (firsts, copies) = group_copies(table, rounding);
        let n = split(firsts.len());
        let build_one = |at: usize| {
            let rows = firsts.iter().skip(at).step_by(n);
            let graph = Graph::new(
                config.m,
                rows.len().max(1),
                MAX_LAYER,
                config.ef_construction,
                OneMinusDot::new(rounding),
            );
            for &row in rows {
                graph.insert((&rounding.round(table.row(row)), row));
                on.advance(1 + copies.get(&row).map_or(0, |all| all.len() as u64 - 1));
            }
            graph
        };
        let graphs = (0..n).into_par_iter().map(build_one).collect();
        on.end();
        Self { graphs, rounding, copies, config }
    }

    /// Writes the graph into `folder`, which must exist and be writable.
    ///
    /// # Errors
    /// The error or panic of `hnsw_rs`.
    pub fn write(&self, folder: &Path) -> Result<(), GraphError> {
        for (at, graph) in self.graphs.iter().enumerate() {
            let dump = AssertUnwindSafe(|| graph.file_dump(folder, &Self::name(at)));
            let why = match catch_unwind(dump) {
                Ok(Ok(_)) => continue,
                Ok(Err(error)) => error.to_string(),
                Err(_) => "hnsw_rs could not write the graph".into(),
            };
            return Err(GraphError { why });
        }
        Ok(())
    }

    /// Opens the graph that [`write`](Self::write) stored for `table`. The caller has checked the
    /// checksums: `hnsw_rs` may crash on damaged files.
    ///
    /// # Errors
    /// If the files cannot be read, or their number of points is not that of `table`.
    pub fn read(folder: &Path, table: &Embeddings, config: HnswConfig) -> Result<Self, GraphError> {
        Self::read_split(folder, table, config, n_graphs)
    }

    fn read_split(
        folder: &Path,
        table: &Embeddings,
        config: HnswConfig,
        split: fn(usize) -> usize,
    ) -> Result<Self, GraphError> {
        let rounding = Rounding::fit(table);
        let (firsts, copies) = group_copies(table, rounding);
        let read_one = |at: usize| read_graph(folder, &Self::name(at), rounding);
        let graphs = (0..split(firsts.len())).into_par_iter().map(read_one);
        let graphs: Vec<Graph> = graphs.collect::<Result<_, _>>()?;
        let (found, expected) =
            (graphs.iter().map(Graph::get_nb_point).sum::<usize>(), firsts.len());
        if found != expected {
            let why = format!("the graph holds {found} points, but there are {expected} vectors");
            return Err(GraphError { why });
        }
        Ok(Self { graphs, rounding, copies, config })
    }

    /// The `k` rows nearest to `query` by rounded vectors, nearest first, ties by ascending row.
    /// Approximate: at least 99 % of the ten nearest are among 40 (test
    /// `the_graph_finds_what_a_scan_finds`).
    #[must_use]
    pub fn nearest(&self, query: &[f32], k: usize) -> Vec<usize> {
        let query = self.rounding.round(query);
        let n = self.graphs.len();
        // Half as wide a search of each of several finds more than one search of all (docs/decisions/storage.md).
        let (of_each, ef) = match n {
            1 => (k, self.config.ef_search),
            _ => (k.min(2 * k.div_ceil(n) + SLACK), self.config.ef_search / 2),
        };
        let search = |graph: &Graph| graph.search(&query, of_each, ef.max(of_each));
        let found: Vec<_> = self.graphs.par_iter().flat_map_iter(search).collect();
        let mut rows: Vec<(f32, usize)> = Vec::with_capacity(found.len());
        for point in found {
            match self.copies.get(&point.d_id) {
                Some(all) => rows.extend(all.iter().map(|&row| (point.distance, row))),
                None => rows.push((point.distance, point.d_id)),
            }
        }
        rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        rows.truncate(k);
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

/// Number of graphs for `n` distinct vectors.
fn n_graphs(n: usize) -> usize {
    n.div_ceil(ROWS_PER_GRAPH).clamp(1, MOST_GRAPHS)
}

/// The graph stored as `name`.
fn read_graph(folder: &Path, name: &str, rounding: Rounding) -> Result<Graph, GraphError> {
    // The graph borrows its loader for its whole life; a process opens few graphs.
    let files: &'static HnswIo = Box::leak(Box::new(HnswIo::new(folder, name)));
    match catch_unwind(|| files.load_hnsw_with_dist(OneMinusDot::new(rounding))) {
        Ok(Ok(graph)) => Ok(graph),
        Ok(Err(error)) => Err(GraphError { why: error.to_string() }),
        Err(_) => Err(GraphError { why: "hnsw_rs could not read the graph".into() }),
    }
}

/// The first row of each distinct rounded vector, ascending, and the groups of equal ones.
fn group_copies(table: &Embeddings, rounding: Rounding) -> (Vec<usize>, Copies) {
    let mut seen: HashMap<blake3::Hash, usize> = HashMap::with_capacity(table.len());
    let (mut firsts, mut copies) = (Vec::new(), Copies::new());
    for row in 0..table.len() {
        let bytes: Vec<u8> =
            rounding.round(table.row(row)).into_iter().map(i8::cast_unsigned).collect();
        let first = *seen.entry(blake3::hash(&bytes)).or_insert(row);
        if first == row {
            firsts.push(row);
        } else {
            copies.entry(first).or_insert_with(|| vec![first]).push(row);
        }
    }
    (firsts, copies)
}

#[cfg(test)]
mod tests {
    use super::super::exact::scan;
    use super::*;
    use crate::domain::{Embedding, Silent};

    /// Vectors in loose groups, from a linear congruential generator with a fixed seed.
    fn table(n: usize, dim: usize) -> Embeddings {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        };
        let centers: Vec<Vec<f32>> = (0..20).map(|_| (0..dim).map(|_| next()).collect()).collect();
        let rows: Vec<Embedding> = (0..n)
            .map(|row| {
                let center = &centers[row % centers.len()];
                Embedding::normalize(center.iter().map(|c| c + 0.8 * next()).collect()).unwrap()
            })
            .collect();
        Embeddings::stack(dim, rows.iter())
    }

    #[test]
    fn the_graph_finds_what_a_scan_finds() {
        let table = table(2000, 48);
        let graph = Hnsw::build(&table, HnswConfig::default(), &Silent);
        let hits: usize = (0..200)
            .map(|row| {
                let exact = scan(&table, table.row(row), 10, |_| true);
                let found = graph.nearest(table.row(row), 40);
                assert_eq!(found[0], row, "a stored vector finds itself");
                exact.iter().filter(|near| found.contains(&near.row)).count()
            })
            .sum();
        assert!(hits >= 1980, "{hits} of the 2000 nearest are among the candidates");
    }

    #[test]
    fn every_copy_of_a_vector_is_found() {
        let distinct = table(50, 16);
        let rows: Vec<Embedding> = (0..300)
            .map(|row| {
                let source = if row < 200 { 0 } else { row % 50 };
                Embedding::normalize(distinct.row(source).to_vec()).unwrap()
            })
            .collect();
        let table = Embeddings::stack(16, rows.iter());
        let graph = Hnsw::build(&table, HnswConfig::default(), &Silent);
        assert_eq!(
            graph.nearest(table.row(0), 202),
            (0..200).chain([200, 250]).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_graph_is_the_same_bytes_each_time_and_answers_the_same_when_read() {
        let table = table(500, 32);
        let built = Hnsw::build(&table, HnswConfig::default(), &Silent);
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        built.write(folders[0].path()).unwrap();
        Hnsw::build(&table, HnswConfig::default(), &Silent).write(folders[1].path()).unwrap();
        for file in ["graph.hnsw.graph", "graph.hnsw.data"] {
            let [a, b] = folders.each_ref().map(|folder| {
                #[expect(clippy::disallowed_methods, reason = "compares the written files")]
                std::fs::read(folder.path().join(file)).unwrap()
            });
            assert!(a == b, "{file} differs between two builds");
        }
        let read = Hnsw::read(folders[0].path(), &table, HnswConfig::default()).unwrap();
        for row in 0..50 {
            assert_eq!(read.nearest(table.row(row), 10), built.nearest(table.row(row), 10));
        }
    }

    #[test]
    fn a_large_table_has_several_graphs_which_find_what_a_scan_finds() {
        assert_eq!([0, 1, 20_000, 20_001, 10_000_000].map(n_graphs), [1, 1, 1, 2, 8]);
        let table = table(2000, 48);
        let config = HnswConfig::default();
        let built = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Hnsw::build_split(&table, config, |_| 3, &Silent))
        };
        let (one, two) = (built(1), built(2));
        assert_eq!(one.graphs.len(), 3);
        let folder = tempfile::tempdir().unwrap();
        two.write(folder.path()).unwrap();
        let read = Hnsw::read_split(folder.path(), &table, config, |_| 3).unwrap();
        let mut hits = 0;
        for row in (0..2000).step_by(20) {
            let found = one.nearest(table.row(row), 40);
            assert_eq!(found, read.nearest(table.row(row), 40), "built on two threads, and stored");
            let exact = scan(&table, table.row(row), 10, |_| true);
            hits += exact.iter().filter(|near| found.contains(&near.row)).count();
        }
        assert!(hits >= 990, "{hits} of 1,000 nearest are among the candidates");
    }
}
