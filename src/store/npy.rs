//! NumPy's `.npy` format, version 1.0, for little-endian f32 matrices in C order.
//!
//! Source: the format description of NumPy, `numpy.lib.format`.

use ndarray::{Array2, ArrayView2};

const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

/// The bytes of a `.npy` file that holds `table`.
#[must_use]
pub fn write(table: &ArrayView2<'_, f32>) -> Vec<u8> {
    let (rows, columns) = table.dim();
    let mut header =
        format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // The data starts at a multiple of 64 bytes, and a line break closes the header.
    let unpadded = MAGIC.len() + 2 + header.len() + 1;
    header.push_str(&" ".repeat(unpadded.next_multiple_of(64) - unpadded));
    header.push('\n');
    let mut bytes = Vec::with_capacity(unpadded + 64 + 4 * rows * columns);
    bytes.extend_from_slice(MAGIC);
    let length = u16::try_from(header.len()).expect("two numbers make a header of some 100 bytes");
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    for value in table {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes
}

/// The matrix in `bytes`.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn parse(bytes: &[u8]) -> Result<Array2<f32>, String> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it is not a NumPy file of version 1.0")?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or("its header is cut off")?;
    let length = usize::from(u16::from_le_bytes(*length));
    let (header, data) = rest.split_at_checked(length).ok_or("its header is cut off")?;
    let header = std::str::from_utf8(header).map_err(|_| "its header is not text")?;
    if !header.contains("'<f4'") || !header.contains("'fortran_order': False") {
        return Err("it does not hold 32-bit floats row by row".into());
    }
    let (rows, columns) = shape(header).ok_or("its header names no shape of two dimensions")?;
    let values: Vec<f32> = data
        .chunks_exact(4)
        .map(|chunk| f32::from_le_bytes(chunk.try_into().expect("chunks of 4 bytes")))
        .collect();
    if rows.checked_mul(columns) != Some(values.len()) || data.len() % 4 != 0 {
        return Err(format!("it holds {} bytes, not {rows} × {columns} floats", data.len()));
    }
    Array2::from_shape_vec((rows, columns), values).map_err(|error| error.to_string())
}

fn shape(header: &str) -> Option<(usize, usize)> {
    let (_, rest) = header.split_once("'shape': (")?;
    let (inside, _) = rest.split_once(')')?;
    let (rows, columns) = inside.split_once(',')?;
    Some((rows.trim().parse().ok()?, columns.trim().trim_end_matches(',').parse().ok()?))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let table = array![[1.0, -2.5, 3.0], [0.0, f32::MIN_POSITIVE, 6.0]];
        let bytes = write(&table.view());
        assert_eq!((bytes.len() - 24) % 64, 0, "the data starts at a multiple of 64");
        assert_eq!(parse(&bytes), Ok(table));
    }

    #[test]
    fn a_cut_or_foreign_file_is_refused() {
        let bytes = write(&array![[1.0_f32, 2.0]].view());
        assert!(parse(&bytes[..bytes.len() - 1]).unwrap_err().contains("not 1 × 2"));
        assert!(parse(&bytes[..9]).unwrap_err().contains("cut off"));
        assert!(parse(b"PK").unwrap_err().contains("not a NumPy file"));
    }
}
