//! What a search fetches from a database: rows near a vector, and what is needed to compare them.

use std::ops::RangeInclusive;

use postgres::types::ToSql;
use postgres::{Client, Row};

use super::rows::{self, field};
use super::{DatabaseFiles, State};
use crate::domain::{Agency, Filter, Link, Recommendation};
use crate::store::{Opened, StoreError, codec, file};

/// Up to this many rows that a filter admits, the nearest are found by looking at each; the graph, which is
/// approximate, takes over above.
const EXACT: usize = 20_000;

/// Vectors that the graph may look at for one search with a filter, before it gives what it has.
const MOST_SCANNED: usize = 200_000;

/// The most that pgvector lets `hnsw.ef_search` be.
const MOST_EF: usize = 1_000;

/// A recommendation with its vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRow {
    /// Its row in the index.
    pub row: usize,
    /// The first row with the same text.
    pub first_copy: usize,
    /// The recommendation.
    pub recommendation: Recommendation,
    /// Its vector.
    pub vector: Vec<f32>,
    /// The vectors of its statements, one after the other.
    pub statements: Vec<f32>,
    /// Length of the text, then of each statement, in the adapted space.
    pub lengths: Vec<f32>,
}

/// The rows of an opened index that lies in a database.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    opened: &'a Opened,
    files: &'a DatabaseFiles,
}

impl Opened {
    /// The rows of the index, to be fetched one by one; `None` in a folder.
    #[must_use]
    pub fn rows(&self) -> Option<Rows<'_>> {
        Some(Rows { opened: self, files: self.database()? })
    }
}

/// Each fails with [`StoreError::Database`] if the server cannot be asked.
impl Rows<'_> {
    /// The `n` rows whose vectors are nearest to `vector` among those that `filter` admits; `asking` is the
    /// agency that a query by id comes from. Nearest first.
    ///
    /// # Errors
    /// See [`Rows`].
    pub fn nearest(
        &self,
        vector: &[f32],
        n: usize,
        filter: &Filter,
        asking: Option<&Agency>,
    ) -> Result<Vec<usize>, StoreError> {
        self.files.ask(|client, state| {
            let admitted = Admitted::by(filter, asking, state.data);
            let found = if admitted.count(client)? <= EXACT {
                admitted.look_at_each(client, vector, n)?
            } else {
                admitted.by_graph(client, state, vector, n)?
            };
            Ok(found.iter().map(|row| row_number(row, 0)).collect())
        })
    }

    /// The `rows`, ascending.
    ///
    /// # Errors
    /// See [`Rows`]; [`StoreError::Damaged`] for a record that cannot be read.
    pub fn fetch(&self, rows: &[usize]) -> Result<Vec<StoredRow>, StoreError> {
        let wanted = numbers(rows);
        let found = self.files.ask(|client, state| {
            let select = "SELECT row_number, first_copy, record, vector_send(vector), statements, lengths \
                          FROM recommendation WHERE data = $1 AND row_number = ANY($2) ORDER BY row_number";
            client.query(select, &[&state.data, &wanted])
        })?;
        let stored = |row: &Row| {
            let recommendation = serde_json::from_str(row.get(2)).map_err(|error| {
                let why = format!("row {}: {error}", row_number(row, 0));
                self.opened.damaged(file::RECOMMENDATIONS, why)
            })?;
            Ok(StoredRow {
                row: row_number(row, 0),
                first_copy: row_number(row, 1),
                recommendation,
                vector: rows::vector(row.get(3)),
                statements: rows::floats(row.get(4)),
                lengths: rows::floats(row.get(5)),
            })
        };
        found.iter().map(stored).collect()
    }

    /// The row and the first copy of each of `ids` that the index has, by id.
    ///
    /// # Errors
    /// See [`Rows`].
    pub fn of_ids(&self, ids: &[&str]) -> Result<Vec<(String, usize, usize)>, StoreError> {
        let found = self.files.ask(|client, state| {
            let select = "SELECT id, row_number, first_copy FROM recommendation \
                          WHERE data = $1 AND id = ANY($2) ORDER BY id";
            client.query(select, &[&state.data, &ids])
        })?;
        Ok(found.iter().map(|row| (row.get(0), row_number(row, 1), row_number(row, 2))).collect())
    }

    /// Ids that begin as `stem` does, in any case, in the order of the index; at most `n`.
    ///
    /// # Errors
    /// See [`Rows`].
    pub fn ids_like(&self, stem: &str, n: usize) -> Result<Vec<String>, StoreError> {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let found = self.files.ask(|client, state| {
            let select = "SELECT id FROM recommendation \
                          WHERE data = $1 AND starts_with(lower(id), $2) ORDER BY row_number LIMIT $3";
            client.query(select, &[&state.data, &stem, &n])
        })?;
        Ok(found.iter().map(|row| row.get(0)).collect())
    }

    /// The links of `row`, sorted by rows.
    ///
    /// # Errors
    /// See [`Rows`]; [`StoreError::Damaged`] for a link that cannot be.
    pub fn links_of(&self, row: usize) -> Result<Vec<Link>, StoreError> {
        let wanted = i32::try_from(row).unwrap_or(i32::MAX);
        let found = self.files.ask(|client, state| {
            let select = "SELECT a, b, cosine, probability, duplicate, read_by, contrary FROM link \
                          WHERE data = $1 AND (a = $2 OR b = $2) ORDER BY a, b";
            client.query(select, &[&state.data, &wanted])
        })?;
        let n = self.opened.manifest.counts.recommendations;
        let link = |row: &Row| {
            let numbers = rows::link(row);
            codec::link(&ndarray::ArrayView1::from(&numbers), [n, n]).ok_or_else(|| {
                self.opened
                    .damaged(file::LINKS, "it names rows or readers that do not exist".into())
            })
        };
        found.iter().map(link).collect()
    }

    /// Number and number of texts of each of `stems` that the index knows.
    ///
    /// # Errors
    /// See [`Rows`].
    pub fn terms(&self, stems: &[&str]) -> Result<Vec<(String, u32, u32)>, StoreError> {
        let found = self.files.ask(|client, state| {
            let select = "SELECT stem, number, texts FROM term WHERE data = $1 AND stem = ANY($2)";
            client.query(select, &[&state.data, &stems])
        })?;
        let count = |row: &Row, at: usize| u32::try_from(row.get::<_, i32>(at)).unwrap_or(0);
        Ok(found.iter().map(|row| (row.get(0), count(row, 1), count(row, 2))).collect())
    }

    /// The words of the index that have so many characters, with how often they occur.
    ///
    /// # Errors
    /// See [`Rows`].
    pub fn words(&self, chars: &RangeInclusive<usize>) -> Result<Vec<(String, usize)>, StoreError> {
        let [from, to] =
            [*chars.start(), *chars.end()].map(|n| i32::try_from(n).unwrap_or(i32::MAX));
        let found = self.files.ask(|client, state| {
            let select = "SELECT word, occurrences FROM word \
                          WHERE data = $1 AND chars BETWEEN $2 AND $3";
            client.query(select, &[&state.data, &from, &to])
        })?;
        let count = |row: &Row| usize::try_from(row.get::<_, i64>(1)).unwrap_or(0);
        Ok(found.iter().map(|row| (row.get(0), count(row))).collect())
    }

    /// What the server says of itself.
    ///
    /// # Errors
    /// See [`Rows`].
    pub fn server(&self) -> Result<ServerState, StoreError> {
        let row = self.files.ask(|client, _| {
            let select = "SELECT current_setting('server_version'), \
                          (SELECT extversion FROM pg_extension WHERE extname = 'vector'), \
                          CASE WHEN pg_is_in_recovery() THEN coalesce(extract(epoch FROM \
                          clock_timestamp() - pg_last_xact_replay_timestamp())::float8, 0) END";
            client.query_one(select, &[])
        })?;
        Ok(ServerState {
            postgres: row.get(0),
            pgvector: row.get::<_, Option<String>>(1).unwrap_or_default(),
            behind_s: row.get(2),
            is_approximate: self.opened.manifest.counts.recommendations > EXACT,
        })
    }
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerState {
    /// Version of PostgreSQL.
    pub postgres: String,
    /// Version of pgvector.
    pub pgvector: String,
    /// Seconds since what this standby last took over was written; `None` for a server that is written to.
    pub behind_s: Option<f64>,
    /// Whether a search without a filter takes its candidates from a graph.
    pub is_approximate: bool,
}

fn row_number(row: &Row, at: usize) -> usize {
    usize::try_from(row.get::<_, i32>(at)).unwrap_or(0)
}

fn numbers(rows: &[usize]) -> Vec<i32> {
    rows.iter().filter_map(|&row| i32::try_from(row).ok()).collect()
}

type Parameter = Box<dyn ToSql + Sync>;

/// The rows that a filter admits, as a condition of SQL.
struct Admitted {
    condition: String,
    parameters: Vec<Parameter>,
}

impl Admitted {
    fn by(filter: &Filter, asking: Option<&Agency>, data: i64) -> Self {
        let names = |agencies: &[Agency]| -> Vec<String> {
            agencies.iter().map(|agency| agency.as_str().to_owned()).collect()
        };
        let mut found =
            Self { condition: "data = $1".to_owned(), parameters: vec![Box::new(data)] };
        if !filter.agencies.is_empty() {
            found.and("agency = ANY(?)", Box::new(names(&filter.agencies)));
        }
        let mut not = names(&filter.not_agencies);
        not.extend(asking.filter(|_| filter.cross_agency).map(|agency| agency.as_str().to_owned()));
        if !not.is_empty() {
            found.and("NOT agency = ANY(?)", Box::new(not));
        }
        if !filter.documents.is_empty() {
            found.and("document = ANY(?)", Box::new(filter.documents.clone()));
        }
        if let Some(years) = &filter.years {
            found.and("year >= ?", Box::new(*years.start()));
            found.and("year <= ?", Box::new(*years.end()));
        }
        if let Some(part) = &filter.section {
            found.and("position(? IN coalesce(section, '')) > 0", Box::new(part.to_lowercase()));
        }
        if !filter.tags.is_empty() {
            found.and("tags && ?", Box::new(filter.tags.clone()));
        }
        let mut names: Vec<&str> = filter.fields.iter().map(|(name, _)| name.as_str()).collect();
        names.dedup();
        for name in names {
            let same = filter.fields.iter().filter(|(other, _)| other == name);
            let values: Vec<String> = same.map(|(name, value)| field(name, value)).collect();
            found.and("fields && ?", Box::new(values));
        }
        if let Some(ids) = &filter.ids {
            let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
            found.and("id = ANY(?)", Box::new(ids));
        }
        found
    }

    fn and(&mut self, condition: &str, parameter: Parameter) {
        self.parameters.push(parameter);
        let condition = condition.replace('?', &format!("${}", self.parameters.len()));
        self.condition = format!("{} AND {condition}", self.condition);
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.parameters.iter().map(|parameter| parameter.as_ref() as _).collect()
    }

    /// Number of rows, counted up to one more than [`EXACT`].
    fn count(&self, client: &mut Client) -> Result<usize, postgres::Error> {
        let count = format!(
            "SELECT count(*) FROM (SELECT FROM recommendation WHERE {} LIMIT {}) admitted",
            self.condition,
            EXACT + 1
        );
        let row = client.query_one(&count, &self.parameters())?;
        Ok(usize::try_from(row.get::<_, i64>(0)).unwrap_or(0))
    }

    fn look_at_each(
        &self,
        client: &mut Client,
        vector: &[f32],
        n: usize,
    ) -> Result<Vec<Row>, postgres::Error> {
        // Sorted by an expression that no graph is for.
        let select = format!(
            "SELECT row_number FROM recommendation WHERE {} \
             ORDER BY vector <#> ${}::real[]::vector, row_number LIMIT ${}",
            self.condition,
            self.parameters.len() + 1,
            self.parameters.len() + 2
        );
        self.ask(client, &select, vector, n)
    }

    fn by_graph(
        &self,
        client: &mut Client,
        state: &State,
        vector: &[f32],
        n: usize,
    ) -> Result<Vec<Row>, postgres::Error> {
        client.batch_execute(&format!(
            "SET LOCAL hnsw.ef_search = {}; SET LOCAL hnsw.iterative_scan = strict_order; \
             SET LOCAL hnsw.max_scan_tuples = {MOST_SCANNED}; SET LOCAL enable_seqscan = off; \
             SET LOCAL enable_bitmapscan = off",
            n.clamp(1, MOST_EF)
        ))?;
        let select = format!(
            "SELECT row_number FROM recommendation WHERE {} \
             ORDER BY (vector::halfvec({dim})) <#> ${}::real[]::halfvec({dim}) LIMIT ${}",
            self.condition,
            self.parameters.len() + 1,
            self.parameters.len() + 2,
            dim = state.dim
        );
        let found = self.ask(client, &select, vector, n);
        if found.is_ok() {
            client
                .batch_execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on")?;
        }
        found
    }

    fn ask(
        &self,
        client: &mut Client,
        select: &str,
        vector: &[f32],
        n: usize,
    ) -> Result<Vec<Row>, postgres::Error> {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let mut parameters = self.parameters();
        parameters.push(&vector);
        parameters.push(&n);
        client.query(select, &parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_filter_has_no_condition_and_every_part_of_another_has_one() {
        let open = Admitted::by(&Filter::default(), None, 7);
        assert_eq!((open.condition.as_str(), open.parameters.len()), ("data = $1", 1));
        let agency = Agency::try_from("WHO".to_owned()).unwrap();
        let filter = Filter {
            cross_agency: true,
            years: Some(2010..=2015),
            fields: vec![("status".into(), " Open ".into()), ("owner".into(), "x".into())],
            ..Filter::default()
        };
        let found = Admitted::by(&filter, Some(&agency), 7);
        assert_eq!(
            found.condition,
            "data = $1 AND NOT agency = ANY($2) AND year >= $3 AND year <= $4 AND fields && $5 AND fields && $6"
        );
    }
}
