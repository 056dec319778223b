//! The tables of an index, and the steps from each version of them to the next.

use postgres::Client;

use super::address::Address;
use super::connect::{PGVECTOR, quoted, told};
use crate::store::StoreError;

/// Each step with the number of the version that it leads to. A step that was released never changes.
const STEPS: [(i32, &str); 1] = [(
    1,
    "
-- Files of the index that are read as a whole, in parts: manifest.json, themes.json, decisions.json, ...
CREATE TABLE file (name text COLLATE \"C\", part integer, bytes bytea NOT NULL, PRIMARY KEY (name, part));
ALTER TABLE file ALTER COLUMN bytes SET STORAGE EXTERNAL;
-- Which partitions of the tables below belong to the index.
CREATE TABLE state (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), data bigint NOT NULL, dim integer NOT NULL);
CREATE SEQUENCE data_number;
-- A row of recommendations.jsonl, vectors.npy, statements.npy and lengths.npy each; what filters compare.
CREATE TABLE recommendation (
    data bigint NOT NULL,
    row_number integer NOT NULL,
    first_copy integer NOT NULL,
    id text COLLATE \"C\" NOT NULL,
    agency text COLLATE \"C\" NOT NULL,
    document text COLLATE \"C\",
    section text COLLATE \"C\",
    year integer,
    tags text[] NOT NULL,
    fields text[] NOT NULL,
    record text NOT NULL,
    vector vector NOT NULL,
    statements bytea NOT NULL,
    lengths bytea NOT NULL
) PARTITION BY LIST (data);
ALTER TABLE recommendation ALTER COLUMN statements SET STORAGE EXTERNAL;
-- A row of links.npy each.
CREATE TABLE link (
    data bigint NOT NULL,
    a integer NOT NULL,
    b integer NOT NULL,
    cosine real NOT NULL,
    probability real NOT NULL,
    duplicate real NOT NULL,
    read_by real NOT NULL,
    contrary real NOT NULL
) PARTITION BY LIST (data);
-- Stems, with the number of distinct texts that have them.
CREATE TABLE term (data bigint NOT NULL, stem text COLLATE \"C\" NOT NULL, number integer NOT NULL, texts integer NOT NULL)
    PARTITION BY LIST (data);
-- Words as they are written, with how often.
CREATE TABLE word (data bigint NOT NULL, word text COLLATE \"C\" NOT NULL, chars integer NOT NULL, occurrences bigint NOT NULL)
    PARTITION BY LIST (data);
-- What a long build worked out before it was killed.
CREATE TABLE kept (conditions bytea, hash bytea, numbers bytea NOT NULL, PRIMARY KEY (conditions, hash));
ALTER TABLE kept ALTER COLUMN numbers SET STORAGE EXTERNAL;
",
)];

/// The tables that have a partition for each corpus.
pub(super) const PARTITIONED: [&str; 4] = ["recommendation", "link", "term", "word"];

/// The version of the tables at `address`; `None` if there are none.
pub(super) fn version(client: &mut Client, address: &Address) -> Result<Option<i32>, StoreError> {
    let told = |error: postgres::Error| told(address, &error);
    let find = "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE n.nspname = $1 AND c.relname = 'concord_version'";
    if client.query_opt(find, &[&address.schema]).map_err(told)?.is_none() {
        return Ok(None);
    }
    // With its schema: a schema that a role may not use is left out of the search for names.
    let select = format!("SELECT max(version) FROM {}.concord_version", quoted(&address.schema));
    let row = client.query_one(&select, &[]).map_err(told)?;
    Ok(row.get(0))
}

/// Refuses tables that a later program made.
pub(super) fn refuse_later(found: i32, address: &Address) -> Result<(), StoreError> {
    let known = STEPS[STEPS.len() - 1].0;
    if found <= known {
        return Ok(());
    }
    Err(StoreError::Database {
        place: address.to_string(),
        why: format!(
            "its tables have version {found}, but this program knows versions up to {known}"
        ),
        remedy: Some("use the version of concord that built the index".to_owned()),
    })
}

/// Makes the schema, the extension and the tables as far as they are missing. Called by the one writer.
pub(super) fn prepare(client: &mut Client, address: &Address) -> Result<(), StoreError> {
    let told = |error: postgres::Error| told(address, &error);
    let found = version(client, address)?;
    if let Some(found) = found {
        refuse_later(found, address)?;
        if found == STEPS[STEPS.len() - 1].0 {
            return Ok(());
        }
    } else {
        make_room(client, address)?;
    }
    let mut transaction = client.transaction().map_err(told)?;
    let table = "CREATE TABLE IF NOT EXISTS concord_version (version integer PRIMARY KEY)";
    transaction.batch_execute(table).map_err(told)?;
    for (version, step) in STEPS.iter().filter(|(version, _)| Some(*version) > found) {
        transaction.batch_execute(step).map_err(told)?;
        let note = "INSERT INTO concord_version VALUES ($1)";
        transaction.execute(note, &[version]).map_err(told)?;
    }
    transaction.commit().map_err(told)
}

/// Makes an empty schema, where there is none, and the extension. A schema with tables of others is refused.
fn make_room(client: &mut Client, address: &Address) -> Result<(), StoreError> {
    let told = |error: postgres::Error| told(address, &error);
    let schema = &address.schema;
    let find = "SELECT (SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid) \
                FROM pg_namespace n WHERE n.nspname = $1";
    match client.query_opt(find, &[schema]).map_err(told)?.map(|row| row.get::<_, i64>(0)) {
        None => {
            let create = format!("CREATE SCHEMA {}", quoted(schema));
            client.batch_execute(&create).map_err(told)?;
        }
        Some(0) => {}
        Some(_) => {
            return Err(StoreError::Database {
                place: address.to_string(),
                why: format!("schema `{schema}` holds tables that are not of an index"),
                remedy: Some("name a new schema: `?schema=NAME`".to_owned()),
            });
        }
    }
    let find = "SELECT extversion FROM pg_extension WHERE extname = 'vector'";
    if client.query_opt(find, &[]).map_err(told)?.is_none() {
        // One at a time: the first build of another schema may be making it at this moment.
        let create = format!(
            "BEGIN; SELECT pg_advisory_xact_lock({EXTENSION_LOCK}); \
             CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public; COMMIT"
        );
        client.batch_execute(&create).map_err(told)?;
    }
    let found: String = client.query_one(find, &[]).map_err(told)?.get(0);
    if is_too_old(&found) {
        return Err(StoreError::Database {
            place: address.to_string(),
            why: format!("the server has pgvector {found}, which cannot search iteratively"),
            remedy: Some(PGVECTOR.to_owned()),
        });
    }
    Ok(())
}

/// The number of the lock under which the extension is made: "vector" in ASCII.
const EXTENSION_LOCK: i64 = 0x7665_6374_6f72;

/// Whether pgvector is older than 0.8.
fn is_too_old(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    (major, minor) < (0, 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_pgvector_are_compared_as_numbers() {
        assert!(is_too_old("0.7.4") && !is_too_old("0.8.0") && !is_too_old("0.10.1"));
        assert!(!is_too_old("1.0"));
    }

    #[test]
    fn the_steps_are_numbered_from_one_without_a_gap() {
        assert!(STEPS.iter().zip(1..).all(|((version, _), number)| *version == number));
    }
}
