//! An index in a PostgreSQL server with pgvector.
//!
//! A schema holds one index. Small files are rows of `file`. The large ones are taken apart, so that a search
//! fetches what it needs: a recommendation with its vectors is a row, and so is a link. Read as files, both
//! give the bytes that were written, and the manifest's checksums hold for them.
//!
//! A build fills tables that nobody sees and puts them in place in one transaction. A reader works in a
//! transaction of its own: it sees one index from beginning to end.

mod address;
mod connect;
mod near;
mod rows;
mod schema;
mod services;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use postgres::{Client, Transaction};

pub use address::{Address, AddressError};
pub use near::{Rows, ServerState, StoredRow};
pub use rows::{SearchRow, SearchRows};

use self::connect::{check_rights, connect, told};
use self::rows::{AS_ROWS, Tables};
use super::kept::Kept;
use super::lock::{Staged, Writer};
use super::opened::Files;
use super::{FileSum, Manifest, Opened, StoreError, file, npy};

/// Bytes of a file that are stored in one row: PostgreSQL takes 1 GiB at most, and holds it in memory.
const PART_BYTES: usize = 16 << 20;

/// Which rows are those of the index.
#[derive(Debug, Clone, Copy)]
struct State {
    data: i64,
    /// Components of a vector.
    dim: usize,
}

/// The files of an index in a database, as they are in one transaction.
pub(super) struct DatabaseFiles {
    address: Address,
    /// `None` once the transaction was given back.
    reading: Mutex<Option<(Client, State)>>,
}

impl fmt::Debug for DatabaseFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseFiles({})", self.address)
    }
}

impl DatabaseFiles {
    /// Begins to read the index at `address`.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none, [`StoreError::Database`] if the server cannot be asked.
    pub(super) fn open(address: &Address) -> Result<Self, StoreError> {
        let reading = Mutex::new(Some(begin(address)?));
        Ok(Self { address: address.clone(), reading })
    }

    /// Asks within the transaction. One that was given back is begun again.
    fn ask<T>(
        &self,
        question: impl FnOnce(&mut Client, &State) -> Result<T, postgres::Error>,
    ) -> Result<T, StoreError> {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if reading.is_none() {
            *reading = Some(begin(&self.address)?);
        }
        let (client, state) = reading.as_mut().expect("begun above");
        question(client, state).map_err(|error| told(&self.address, &error))
    }
}

fn begin(address: &Address) -> Result<(Client, State), StoreError> {
    let mut client = connect(address)?;
    let told = |error: postgres::Error| told(address, &error);
    let missing = || StoreError::Missing { path: address.to_string().into() };
    let version = schema::version(&mut client, address)?.ok_or_else(missing)?;
    schema::refuse_later(version, address)?;
    // Locked before the first look: a build that ends meanwhile does not take the rows away.
    let start = "START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; \
                 LOCK TABLE ONLY recommendation, ONLY link, ONLY term, ONLY word IN ACCESS SHARE MODE";
    client.batch_execute(start).map_err(told)?;
    let state = client.query_opt("SELECT data, dim FROM state", &[]).map_err(told)?;
    let state = state.ok_or_else(missing)?;
    let dim = usize::try_from(state.get::<_, i32>(1)).unwrap_or(0);
    Ok((client, State { data: state.get(0), dim }))
}

impl Files for DatabaseFiles {
    fn folder(&self) -> Option<&Path> {
        None
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let found = self.ask(|client, state| {
            if AS_ROWS.contains(&name) {
                return rows::read(client, state, name).map(Some);
            }
            let select = "SELECT bytes FROM file WHERE name = $1 ORDER BY part";
            let parts = client.query(select, &[&name])?;
            let join = |parts: Vec<postgres::Row>| {
                parts.iter().flat_map(|part| part.get::<_, &[u8]>(0)).copied().collect()
            };
            Ok(Some(parts).filter(|parts| !parts.is_empty()).map(join))
        })?;
        found.ok_or_else(|| StoreError::Read {
            path: format!("{}/{name}", self.address).into(),
            source: io::ErrorKind::NotFound.into(),
        })
    }

    fn release(&self) {
        *self.reading.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn database(&self) -> Option<&DatabaseFiles> {
        Some(self)
    }
}

/// The file `name` of the index at `address`; `None` if there is no index, or no such file.
pub(super) fn peek(address: &Address, name: &str) -> Result<Vec<u8>, StoreError> {
    DatabaseFiles::open(address)?.read(name)
}

/// A schema whose index this process may replace.
pub(super) struct LockedDatabase {
    address: Address,
    /// Holds the lock as long as it is connected.
    client: Mutex<Client>,
}

impl fmt::Debug for LockedDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LockedDatabase({})", self.address)
    }
}

impl LockedDatabase {
    /// Takes the lock on the index at `address`, and makes its schema and tables where they are missing.
    pub(super) fn take(address: Address) -> Result<Self, StoreError> {
        let mut client = connect(&address)?;
        check_rights(&mut client, &address, false)?;
        let lock = "SELECT pg_try_advisory_lock($1)";
        let key = lock_key(&address.schema);
        let row = client.query_one(lock, &[&key]).map_err(|error| told(&address, &error))?;
        if !row.get::<_, bool>(0) {
            return Err(StoreError::Locked { path: address.to_string().into() });
        }
        schema::prepare(&mut client, &address)?;
        Ok(Self { address, client: Mutex::new(client) })
    }

    fn client(&self) -> MutexGuard<'_, Client> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `work` whole or not at all.
    fn transaction<T>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut client = self.client();
        let told = |error: postgres::Error| told(&self.address, &error);
        let mut transaction = client.transaction().map_err(told)?;
        let done = work(&mut transaction)?;
        transaction.commit().map_err(told)?;
        Ok(done)
    }

    /// Removes the partitions that no index has any more. One that somebody still reads stays until the
    /// next build.
    fn remove_old(&self) {
        let mut client = self.client();
        let find = "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
                    JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace \
                    CROSS JOIN state s WHERE n.nspname = $1 AND p.relname = ANY($2) \
                    AND c.relname <> p.relname || '_' || s.data";
        let found = client.query(find, &[&self.address.schema, &schema::PARTITIONED.as_slice()]);
        for row in found.unwrap_or_default() {
            let table = connect::quoted(row.get::<_, &str>(0));
            let drop = format!("BEGIN; SET LOCAL lock_timeout = '2s'; DROP TABLE {table}; COMMIT");
            if client.batch_execute(&drop).is_err() {
                let _ = client.batch_execute("ROLLBACK");
            }
        }
    }
}

/// The number of the lock on a schema, within its database.
fn lock_key(schema: &str) -> i64 {
    let hash = blake3::hash(format!("concord {schema}").as_bytes());
    let (bytes, _) = hash.as_bytes().split_first_chunk().expect("a hash has 32 bytes");
    i64::from_le_bytes(*bytes)
}

impl Drop for LockedDatabase {
    fn drop(&mut self) {
        // The server would notice by itself, but perhaps after the next writer has asked.
        let key = lock_key(&self.address.schema);
        let _ = self.client().execute("SELECT pg_advisory_unlock($1)", &[&key]);
    }
}

impl Writer for LockedDatabase {
    fn stage(&self) -> Result<Box<dyn Staged + '_>, StoreError> {
        Ok(Box::new(StagedDatabase { lock: self, new: Mutex::default() }))
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.transaction(|transaction| write_file(transaction, &self.address, name, bytes))
    }

    fn kept(&self, conditions: &str) -> Result<Kept, StoreError> {
        // Only a build keeps something, and it begins so: it should not embed for hours and then be refused.
        check_rights(&mut self.client(), &self.address, true)?;
        let (rows, known) = KeptRows::open(&self.address, conditions)?;
        Ok(Kept::in_database(rows, known))
    }
}

/// A new index in memory. Nothing of it is in the database before it is published.
#[derive(Debug)]
struct StagedDatabase<'a> {
    lock: &'a LockedDatabase,
    new: Mutex<New>,
}

/// What a new index is made of.
#[derive(Debug, Default)]
struct New {
    files: BTreeMap<String, Vec<u8>>,
    /// Files that stay as they are.
    inherited: BTreeMap<String, FileSum>,
    search: SearchRows,
}

impl StagedDatabase<'_> {
    fn lock_new(&self) -> MutexGuard<'_, New> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Staged for StagedDatabase<'_> {
    fn folder(&self) -> Option<&Path> {
        None
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.lock_new().files.insert(name.to_owned(), bytes.to_owned());
        Ok(())
    }

    fn inherit(&self, other: &Opened, names: &[&str]) -> Result<(), StoreError> {
        let files = other.manifest.files.iter();
        let kept = files.filter(|(name, _)| names.contains(&name.as_str()));
        self.lock_new().inherited.extend(kept.map(|(name, sum)| (name.clone(), sum.clone())));
        Ok(())
    }

    fn search_rows(&self, rows: SearchRows) {
        self.lock_new().search = rows;
    }

    fn publish(self: Box<Self>, mut manifest: Manifest) -> Result<(), StoreError> {
        let New { mut files, inherited, search } =
            self.new.into_inner().unwrap_or_else(PoisonError::into_inner);
        let sum = |(name, bytes): (&String, &Vec<u8>)| (name.clone(), FileSum::of(bytes));
        manifest.files = files.iter().map(sum).chain(inherited.clone()).collect();
        files.insert(file::MANIFEST.to_owned(), manifest.sealed());
        let tables = tables(&mut files, search)?;
        let address = &self.lock.address;
        self.lock.transaction(|transaction| {
            let told = |error: postgres::Error| told(address, &error);
            if let Some(tables) = &tables {
                replace_rows(transaction, address, tables)?;
            }
            let kept: Vec<&String> = inherited.keys().collect();
            let delete = "DELETE FROM file WHERE name <> ALL($1)";
            transaction.execute(delete, &[&kept]).map_err(told)?;
            files.iter().try_for_each(|(name, bytes)| write_file(transaction, address, name, bytes))
        })?;
        if tables.is_some() {
            self.lock.remove_old();
        }
        Ok(())
    }
}

/// Takes out of `files` those that become rows; `None` if they stay as they are.
fn tables(
    files: &mut BTreeMap<String, Vec<u8>>,
    search: SearchRows,
) -> Result<Option<Tables>, StoreError> {
    let Some(recommendations) = files.remove(file::RECOMMENDATIONS) else { return Ok(None) };
    let mut table = |name: &str| {
        let damaged = |why: String| StoreError::Damaged { path: name.into(), why };
        let bytes = files.remove(name).ok_or_else(|| damaged("it was not written".to_owned()))?;
        npy::parse(&bytes).map_err(|error| damaged(error.to_string()))
    };
    Ok(Some(Tables {
        recommendations,
        vectors: table(file::VECTORS)?,
        statements: table(file::STATEMENTS)?,
        lengths: table(file::LENGTHS)?,
        links: table(file::LINKS)?,
        search,
    }))
}

fn write_file(
    transaction: &mut Transaction<'_>,
    address: &Address,
    name: &str,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let told = |error: postgres::Error| told(address, &error);
    transaction.execute("DELETE FROM file WHERE name = $1", &[&name]).map_err(told)?;
    let insert = "INSERT INTO file (name, part, bytes) VALUES ($1, $2, $3)";
    // An empty file has one part.
    let parts = bytes.chunks(PART_BYTES).chain(bytes.is_empty().then_some(bytes));
    for (number, part) in (0_i32..).zip(parts) {
        transaction.execute(insert, &[&name, &number, &part]).map_err(told)?;
    }
    Ok(())
}

/// Fills new partitions, and puts them in the place of those of the old index.
fn replace_rows(
    transaction: &mut Transaction<'_>,
    address: &Address,
    tables: &Tables,
) -> Result<(), StoreError> {
    let told = |error: postgres::Error| told(address, &error);
    let next = transaction.query_one("SELECT nextval('data_number')", &[]).map_err(told)?;
    let data: i64 = next.get(0);
    let (n, dim) = tables.vectors.dim();
    for table in schema::PARTITIONED {
        // Not made as a partition at once: that would keep readers out until the end.
        let create = format!(
            "CREATE TABLE {table}_{data} (LIKE {table} INCLUDING DEFAULTS INCLUDING STORAGE, \
             CHECK (data = {data})); ALTER TABLE {table}_{data} ALTER COLUMN data SET DEFAULT {data}"
        );
        transaction.batch_execute(&create).map_err(told)?;
    }
    tables.copy(transaction, address, data)?;
    let dim = i32::try_from(dim).expect("a model has fewer than 16,000 dimensions");
    let memory = graph_memory_kb(n, dim as usize);
    let build = format!(
        "SET LOCAL maintenance_work_mem = '{memory}kB'; SET LOCAL max_parallel_maintenance_workers = 0; {}",
        rows::indexes(data, dim)
    );
    transaction.batch_execute(&build).map_err(told)?;
    for table in schema::PARTITIONED {
        let attach = format!(
            "ANALYZE {table}_{data}; ALTER TABLE {table} ATTACH PARTITION {table}_{data} FOR VALUES IN ({data})"
        );
        transaction.batch_execute(&attach).map_err(told)?;
    }
    let state = "INSERT INTO state (data, dim) VALUES ($1, $2) \
                 ON CONFLICT (is_only) DO UPDATE SET data = $1, dim = $2";
    transaction.execute(state, &[&data, &dim]).map_err(told)?;
    Ok(())
}

/// Memory that the server may use to build the graph of `n` vectors, in kB: beyond it, pgvector builds ten
/// times as slowly.
fn graph_memory_kb(n: usize, dim: usize) -> usize {
    const LEAST: usize = 64 << 10;
    const MOST: usize = 4 << 20;
    // Two bytes a component, and about two links of 16 bytes for each of `m` neighbours.
    let of_vector = 2 * dim + 32 * rows::M + 200;
    (n * of_vector * 3 / 2 / 1024).clamp(LEAST, MOST)
}

/// What a long build keeps, as rows.
pub(super) struct KeptRows {
    address: Address,
    client: Mutex<Client>,
    conditions: Vec<u8>,
}

impl fmt::Debug for KeptRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptRows({})", self.address)
    }
}

/// Numbers by the hash of what they are of.
type Numbers = Vec<(blake3::Hash, Vec<f32>)>;

impl KeptRows {
    fn open(address: &Address, conditions: &str) -> Result<(Self, Numbers), StoreError> {
        let told = |error: postgres::Error| told(address, &error);
        let mut client = connect(address)?;
        let conditions = blake3::hash(conditions.as_bytes()).as_bytes().to_vec();
        let select = "SELECT hash, numbers FROM kept WHERE conditions = $1";
        let found = client.query(select, &[&conditions]).map_err(told)?;
        let record = |row: &postgres::Row| {
            let hash = blake3::Hash::from_slice(row.get(0)).ok()?;
            Some((hash, rows::floats(row.get(1))))
        };
        let known = found.iter().filter_map(record).collect();
        Ok((Self { address: address.clone(), client: Mutex::new(client), conditions }, known))
    }

    /// Adds numbers; when it returns, they outlast this process and a loss of power.
    pub(super) fn add<'a>(
        &mut self,
        new: impl Iterator<Item = (blake3::Hash, &'a [f32])>,
    ) -> Result<(), StoreError> {
        let bytes = |numbers: &[f32]| -> Vec<u8> {
            numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
        };
        let (hashes, numbers): (Vec<Vec<u8>>, Vec<Vec<u8>>) =
            new.map(|(hash, numbers)| (hash.as_bytes().to_vec(), bytes(numbers))).unzip();
        let insert = "INSERT INTO kept SELECT $1, * FROM unnest($2::bytea[], $3::bytea[]) \
                      ON CONFLICT DO NOTHING";
        let client = self.client.get_mut().unwrap_or_else(PoisonError::into_inner);
        let done = client.execute(insert, &[&self.conditions, &hashes, &numbers]);
        done.map(|_| ()).map_err(|error| told(&self.address, &error))
    }

    /// Removes everything that was kept: the index that it was for is in place.
    pub(super) fn forget(mut self) {
        let client = self.client.get_mut().unwrap_or_else(PoisonError::into_inner);
        // What cannot be removed now does no harm.
        let _ = client.batch_execute("TRUNCATE kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_schemas_have_two_locks() {
        assert_ne!(lock_key("a"), lock_key("b"));
        assert_eq!(lock_key("a"), lock_key("a"));
    }

    #[test]
    fn the_graph_of_a_million_vectors_gets_the_memory_it_needs() {
        assert_eq!(graph_memory_kb(1_000, 384), 64 << 10);
        assert!((1 << 20..=4 << 20).contains(&graph_memory_kb(1_000_000, 384)));
    }
}
