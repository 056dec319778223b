//! NumPy's `.npy` format, version 1.0, for little-endian f32 matrices in C order.
//!
//! Source: the format description of NumPy, `numpy.lib.format`.

use ndarray::{Array2, ArrayView2, ShapeError};

const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

/// Why bytes are not a matrix of this format.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(super) enum NpyError {
    #[error("it is not a NumPy file of version 1.0")]
    OtherFormat,
    #[error("its header is cut off")]
    Cut,
    #[error("it does not hold a matrix of 32-bit floats row by row")]
    OtherContent,
    #[error("it holds {bytes} bytes, not {rows} × {columns} floats")]
    Size { bytes: usize, rows: usize, columns: usize },
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

/// The bytes of a `.npy` file that holds `table`.
pub(super) fn write(table: &ArrayView2<'_, f32>) -> Vec<u8> {
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
/// [`NpyError`]; the caller adds the path.
pub(super) fn parse(bytes: &[u8]) -> Result<Array2<f32>, NpyError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(NpyError::OtherFormat)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(NpyError::Cut)?;
    let length = usize::from(u16::from_le_bytes(*length));
    let (header, data) = rest.split_at_checked(length).ok_or(NpyError::Cut)?;
    let header = std::str::from_utf8(header).map_err(|_| NpyError::OtherContent)?;
    if !header.contains("'<f4'") || !header.contains("'fortran_order': False") {
        return Err(NpyError::OtherContent);
    }
    let (rows, columns) = shape(header).ok_or(NpyError::OtherContent)?;
    let values: Vec<f32> = data
        .chunks_exact(4)
        .map(|chunk| f32::from_le_bytes(chunk.try_into().expect("chunks of 4 bytes")))
        .collect();
    if rows.checked_mul(columns) != Some(values.len()) || data.len() % 4 != 0 {
        return Err(NpyError::Size { bytes: data.len(), rows, columns });
    }
    Ok(Array2::from_shape_vec((rows, columns), values)?)
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
        let message = |bytes: &[u8]| parse(bytes).unwrap_err().to_string();
        assert_eq!(message(&bytes[..bytes.len() - 1]), "it holds 7 bytes, not 1 × 2 floats");
        assert_eq!(message(&bytes[..9]), "its header is cut off");
        assert_eq!(message(b"PK"), "it is not a NumPy file of version 1.0");
    }
}
