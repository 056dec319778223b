//! The large files of an index as rows of tables, and back to the same bytes.

use std::io::Write;

use ndarray::{Array2, ArrayView2};
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{ToSql, Type};
use postgres::{Client, Transaction};

use super::connect::told;
use super::{Address, State};
use crate::domain::Recommendation;
use crate::store::{StoreError, file, npy};

/// The files that are stored as rows.
pub(super) const AS_ROWS: [&str; 5] =
    [file::RECOMMENDATIONS, file::VECTORS, file::STATEMENTS, file::LENGTHS, file::LINKS];

/// Fields that a filter may name, besides those that Concord only keeps.
const FIELDS: [&str; 6] = ["deadline", "kind", "marker", "owner", "response", "status"];

/// What a search by rows needs to know besides the files of an index.
#[derive(Debug, Clone, Default)]
pub struct SearchRows {
    /// One for each recommendation.
    pub rows: Vec<SearchRow>,
    /// Stems with the number of distinct texts that have them; a stem's number is its position.
    pub terms: Vec<(String, u32)>,
    /// Words as they are written, with how often.
    pub words: Vec<(String, u64)>,
}

/// What a search by rows needs to know of a recommendation.
#[derive(Debug, Clone, Copy)]
pub struct SearchRow {
    /// The first row with the same text.
    pub first_copy: usize,
    /// Its year, or that of its document.
    pub year: Option<i32>,
    /// Number of its statements.
    pub n_statements: usize,
}

/// The files that become rows, as they were written.
pub(super) struct Tables {
    pub(super) recommendations: Vec<u8>,
    pub(super) vectors: Array2<f32>,
    pub(super) statements: Array2<f32>,
    pub(super) lengths: Array2<f32>,
    pub(super) links: Array2<f32>,
    pub(super) search: SearchRows,
}

/// Signs that stand for NUL, which PostgreSQL refuses in a text.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// `name=value` as a filter compares it.
pub(super) fn field(name: &str, value: &str) -> String {
    storable(&format!("{name}={}", value.trim().to_lowercase()))
}

fn fields(record: &Recommendation) -> Vec<String> {
    let names = FIELDS.into_iter().chain(record.other.keys().map(String::as_str));
    names.filter_map(|name| Some(field(name, &record.field(name)?))).collect()
}

/// A vector in the binary form of pgvector: number of components, nothing, big-endian floats.
fn vector_bytes(vector: &[f32]) -> Vec<u8> {
    let dim = u16::try_from(vector.len()).expect("a model has fewer than 16,000 dimensions");
    let mut bytes = [dim.to_be_bytes(), [0, 0]].concat();
    bytes.extend(vector.iter().flat_map(|number| number.to_be_bytes()));
    bytes
}

/// Reads what [`vector_bytes`] makes.
pub(super) fn vector(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.get(4..).unwrap_or_default().as_chunks::<4>();
    numbers.iter().map(|bytes| f32::from_be_bytes(*bytes)).collect()
}

fn float_bytes<'a>(numbers: impl IntoIterator<Item = &'a f32>) -> Vec<u8> {
    numbers.into_iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Reads little-endian floats.
pub(super) fn floats(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

fn number(row: usize) -> i32 {
    i32::try_from(row).expect("an index has fewer than two billion rows")
}

/// A table of rows that is being filled.
struct Filling<'a> {
    writer: BinaryCopyInWriter<'a>,
    address: &'a Address,
}

impl<'a> Filling<'a> {
    fn begin(
        transaction: &'a mut Transaction<'_>,
        address: &'a Address,
        into: &str,
        types: &[Type],
    ) -> Result<Self, StoreError> {
        let copy = format!("COPY {into} FROM STDIN (FORMAT binary)");
        let writer = transaction.copy_in(&copy).map_err(|error| told(address, &error))?;
        Ok(Self { writer: BinaryCopyInWriter::new(writer, types), address })
    }

    fn row(&mut self, values: &[&(dyn ToSql + Sync)]) -> Result<(), StoreError> {
        self.writer.write(values).map_err(|error| told(self.address, &error))
    }

    fn end(self) -> Result<(), StoreError> {
        self.writer.finish().map(|_| ()).map_err(|error| told(self.address, &error))
    }
}

impl Tables {
    /// Copies everything into the partitions `data`, which exist and are empty.
    pub(super) fn copy(
        &self,
        transaction: &mut Transaction<'_>,
        address: &Address,
        data: i64,
    ) -> Result<(), StoreError> {
        self.copy_recommendations(transaction, address, data)?;
        self.copy_links(transaction, address, data)?;
        let into = format!("term_{data} (stem, number, texts)");
        let types = [Type::TEXT, Type::INT4, Type::INT4];
        let mut filling = Filling::begin(transaction, address, &into, &types)?;
        for (at, (stem, texts)) in self.search.terms.iter().enumerate() {
            filling.row(&[&storable(stem), &number(at), &number(*texts as usize)])?;
        }
        filling.end()?;
        let into = format!("word_{data} (word, chars, occurrences)");
        let types = [Type::TEXT, Type::INT4, Type::INT8];
        let mut filling = Filling::begin(transaction, address, &into, &types)?;
        for (word, occurrences) in &self.search.words {
            let occurrences = i64::try_from(*occurrences).expect("a corpus fits into memory");
            filling.row(&[&storable(word), &number(word.chars().count()), &occurrences])?;
        }
        filling.end()
    }

    fn copy_recommendations(
        &self,
        transaction: &mut Transaction<'_>,
        address: &Address,
        data: i64,
    ) -> Result<(), StoreError> {
        let into = format!(
            "recommendation_{data} (row_number, first_copy, id, agency, document, section, year, tags, \
             fields, record, vector, statements, lengths)"
        );
        // A vector goes over in its binary form, which the server reads as such.
        let types = [
            Type::INT4,
            Type::INT4,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::INT4,
            Type::TEXT_ARRAY,
            Type::TEXT_ARRAY,
            Type::TEXT,
            Type::BYTEA,
            Type::BYTEA,
            Type::BYTEA,
        ];
        let mut filling = Filling::begin(transaction, address, &into, &types)?;
        let lines = self.recommendations.split(|&byte| byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        let lengths: Vec<f32> = self.lengths.iter().copied().collect();
        let (of_texts, of_statements) = lengths.split_at(self.search.rows.len());
        let mut at = 0;
        for (row, (line, found)) in lines.zip(&self.search.rows).enumerate() {
            let record: Recommendation =
                serde_json::from_slice(line).expect("it was written by this process");
            let text = std::str::from_utf8(line).expect("JSON that was written is UTF-8");
            let next = at + found.n_statements;
            let rows = self.statements.slice(ndarray::s![at..next, ..]);
            let own = [&of_texts[row..=row], &of_statements[at..next]].concat();
            let vector = self.vectors.row(row).to_vec();
            let tags: Vec<String> = record.tags.iter().map(|tag| storable(tag)).collect();
            filling.row(&[
                &number(row),
                &number(found.first_copy),
                &storable(record.id.as_str()),
                &storable(record.agency.as_str()),
                &record.document.as_ref().map(|id| storable(id.as_str())),
                &record.section.as_ref().map(|heading| storable(&heading.to_lowercase())),
                &found.year,
                &tags,
                &fields(&record),
                &text,
                &vector_bytes(&vector),
                &float_bytes(rows),
                &float_bytes(&own),
            ])?;
            at = next;
        }
        filling.end()
    }

    fn copy_links(
        &self,
        transaction: &mut Transaction<'_>,
        address: &Address,
        data: i64,
    ) -> Result<(), StoreError> {
        let into = format!("link_{data} (a, b, cosine, probability, duplicate, read_by, contrary)");
        let real = Type::FLOAT4;
        let types =
            [Type::INT4, Type::INT4, real.clone(), real.clone(), real.clone(), real.clone(), real];
        let mut filling = Filling::begin(transaction, address, &into, &types)?;
        for row in self.links.rows() {
            let [a, b] = [row[0], row[1]].map(|end| number(end as usize));
            filling.row(&[&a, &b, &row[2], &row[3], &row[4], &row[5], &row[6]])?;
        }
        filling.end()
    }
}

/// What speeds up a search in the partitions `data`, which are filled.
pub(super) fn indexes(data: i64, dim: i32) -> String {
    format!(
        "ALTER TABLE recommendation_{data} ADD PRIMARY KEY (row_number);
         CREATE UNIQUE INDEX ON recommendation_{data} (id);
         CREATE INDEX ON recommendation_{data} (agency);
         CREATE INDEX ON recommendation_{data} (document);
         CREATE INDEX ON recommendation_{data} (year);
         CREATE INDEX ON recommendation_{data} USING hnsw ((vector::halfvec({dim})) halfvec_ip_ops)
             WITH (m = {M}, ef_construction = {EF_CONSTRUCTION});
         ALTER TABLE link_{data} ADD PRIMARY KEY (a, b);
         CREATE INDEX ON link_{data} (b);
         ALTER TABLE term_{data} ADD PRIMARY KEY (stem);
         CREATE INDEX ON word_{data} (chars);"
    )
}

/// Parameters of pgvector's graph: `tests/postgres/measure` prints what they find.
pub(super) const M: usize = 16;
pub(super) const EF_CONSTRUCTION: usize = 100;

/// The file `name`, which is stored as rows, to the bytes that were written.
pub(super) fn read(
    client: &mut Client,
    state: &State,
    name: &str,
) -> Result<Vec<u8>, postgres::Error> {
    let data: &(dyn ToSql + Sync) = &state.data;
    let column = |column: &str| {
        format!("SELECT {column} FROM recommendation WHERE data = $1 ORDER BY row_number")
    };
    let mut bytes = Vec::new();
    match name {
        file::RECOMMENDATIONS => {
            let mut rows = client.query_raw(&column("record"), [data])?;
            while let Some(row) = rows.next()? {
                // Written to memory.
                let _ = writeln!(bytes, "{}", row.get::<_, &str>(0));
            }
            return Ok(bytes);
        }
        file::LINKS => return links(client, state),
        _ => {}
    }
    let mut numbers: Vec<f32> = Vec::new();
    let mut of_statements: Vec<f32> = Vec::new();
    let wanted = match name {
        file::VECTORS => "vector_send(vector)",
        file::STATEMENTS => "statements",
        _ => "lengths",
    };
    let mut rows = client.query_raw(&column(wanted), [data])?;
    while let Some(row) = rows.next()? {
        let found: &[u8] = row.get(0);
        match name {
            file::VECTORS => numbers.extend(vector(found)),
            file::STATEMENTS => numbers.extend(floats(found)),
            _ => {
                let own = floats(found);
                numbers.extend(own.first());
                of_statements.extend(own.iter().skip(1));
            }
        }
    }
    numbers.extend(of_statements);
    let columns = if name == file::LENGTHS { 1 } else { state.dim };
    Ok(table(&numbers, columns))
}

/// Rows of `columns` numbers as a NumPy file. A last row that is not whole is left out; the checksum shows it.
fn table(numbers: &[f32], columns: usize) -> Vec<u8> {
    let rows = numbers.len() / columns.max(1);
    let view = ArrayView2::from_shape((rows, columns), &numbers[..rows * columns]);
    npy::write(&view.expect("cut to whole rows"))
}

fn links(client: &mut Client, state: &State) -> Result<Vec<u8>, postgres::Error> {
    let select = "SELECT a, b, cosine, probability, duplicate, read_by, contrary FROM link \
                  WHERE data = $1 ORDER BY a, b";
    let data: &(dyn ToSql + Sync) = &state.data;
    let mut numbers = Vec::new();
    let mut rows = client.query_raw(select, [data])?;
    while let Some(row) = rows.next()? {
        numbers.extend(link(&row));
    }
    Ok(table(&numbers, LINK_COLUMNS))
}

/// Columns of a row of links.npy.
pub(super) const LINK_COLUMNS: usize = 7;

/// A row of the table `link` as a row of links.npy.
pub(super) fn link(row: &postgres::Row) -> [f32; LINK_COLUMNS] {
    let end = |at: usize| row.get::<_, i32>(at) as f32;
    let number = |at: usize| row.get::<_, f32>(at);
    [end(0), end(1), number(2), number(3), number(4), number(5), number(6)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_is_read_as_it_was_written() {
        let numbers = [1.0, -0.0, f32::MIN_POSITIVE, -2.5];
        let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&vector(&vector_bytes(&numbers))), bits(&numbers));
        assert_eq!(bits(&floats(&float_bytes(&numbers))), bits(&numbers));
        assert_eq!(vector_bytes(&numbers)[..4], [0, 4, 0, 0]);
    }

    #[test]
    fn fields_are_compared_without_case_and_hold_no_nul() {
        assert_eq!(field("status", " Partly\0 Done "), "status=partly\u{fffd} done");
    }
}
