//! How an output array is stored: type, missing-data mark, chunks.

use crate::OutputOptions;
use rsmp_kernels::{ElementType, Method, Number};
use rsmp_storage::{DataType, Result, Scalar, Variable, cf};

/// Decoded size at which a chunk of the spatial dimensions is full.
const CHUNK_BYTES: usize = 1 << 20;
/// Decoded size up to which the other dimensions share a chunk.
const SMALL_CHUNK_BYTES: usize = 256 << 10;
/// Longest side of a chunk.
const CHUNK_SIDE: usize = 512;

/// The element type that the kernels see of a stored type; `bool` is read as 0 and 1.
pub(crate) fn element_type(data_type: DataType) -> ElementType {
    match data_type {
        DataType::Bool | DataType::UInt8 => ElementType::UInt8,
        DataType::Int8 => ElementType::Int8,
        DataType::Int16 => ElementType::Int16,
        DataType::Int32 => ElementType::Int32,
        DataType::Int64 => ElementType::Int64,
        DataType::UInt16 => ElementType::UInt16,
        DataType::UInt32 => ElementType::UInt32,
        DataType::UInt64 => ElementType::UInt64,
        DataType::Float16 => ElementType::Float16,
        DataType::Float32 => ElementType::Float32,
        DataType::Float64 => ElementType::Float64,
    }
}

pub(crate) fn number(scalar: Scalar) -> Number {
    match scalar {
        Scalar::Int(v) => Number::I64(v),
        Scalar::UInt(v) => Number::U64(v),
        Scalar::Float(v) => Number::F64(v),
    }
}

/// Type of the output and its missing-data mark (docs/semantics.md section 6).
pub(crate) fn output_type(
    variable: &Variable,
    method: Method,
    options: &OutputOptions,
) -> Result<(DataType, Scalar)> {
    let source = variable.data_type()?;
    let marks = variable.missing_marks();
    let packed = variable.packing()?.is_some();
    let own_mark = marks
        .first()
        .copied()
        .filter(|_| !packed && !source.is_float());
    let data_type = match (options.data_type, own_mark) {
        (Some(asked), _) => asked,
        (None, Some(_)) if method.selects() => source,
        (None, _) if packed || source.size() < 4 || source == DataType::Float32 => {
            DataType::Float32
        }
        (None, _) => DataType::Float64,
    };
    let mark = match own_mark {
        Some(mark) if data_type == source => mark,
        _ => cf::default_mark(data_type),
    };
    Ok((data_type, mark))
}

/// Chunk lengths: as asked, else about 1 MiB and near-square in the spatial dimensions.
///
/// `spatial` tells the dimensions apart; where none is, the last two count as spatial.
pub(crate) fn chunk_shape(
    dimensions: &[String],
    shape: &[usize],
    spatial: &[bool],
    element_size: usize,
    options: &OutputOptions,
) -> Vec<usize> {
    let rank = shape.len();
    let is_spatial = |i: usize| {
        if spatial.contains(&true) {
            spatial[i]
        } else {
            i + 2 >= rank
        }
    };
    let mut chunk = vec![1; rank];
    // Halve the longer side until the spatial chunk is small enough.
    for i in (0..rank).filter(|&i| is_spatial(i)) {
        chunk[i] = shape[i].clamp(1, CHUNK_SIDE);
    }
    while chunk.iter().product::<usize>() * element_size > CHUNK_BYTES {
        let Some(longest) = (0..rank).max_by_key(|&i| chunk[i]) else {
            break;
        };
        chunk[longest] = chunk[longest].div_ceil(2);
    }
    for i in (0..rank).rev().filter(|&i| !is_spatial(i)) {
        let bytes = chunk.iter().product::<usize>() * element_size;
        chunk[i] = (SMALL_CHUNK_BYTES / bytes).clamp(1, shape[i].max(1));
    }
    for (i, name) in dimensions.iter().enumerate() {
        if let Some(&asked) = options.chunks.get(name) {
            chunk[i] = asked.clamp(1, shape[i].max(1));
        }
    }
    chunk
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(shape: &[usize], spatial: &[bool]) -> Vec<usize> {
        let names: Vec<String> = (0..shape.len()).map(|i| format!("d{i}")).collect();
        chunk_shape(&names, shape, spatial, 4, &OutputOptions::default())
    }

    #[test]
    fn chunks_are_near_square_and_other_dimensions_share_only_small_ones() {
        assert_eq!(chunks(&[900, 1800], &[true, true]), [512, 512]);
        assert_eq!(
            chunks(&[12, 3, 36, 72], &[false, false, true, true]),
            [8, 3, 36, 72]
        );
        assert_eq!(chunks(&[24, 180, 360], &[false, true, true]), [1, 180, 360]);
        assert_eq!(
            chunks(&[5, 900, 1800], &[false, false, false]),
            [1, 512, 512]
        );
        assert_eq!(chunks(&[0], &[true]), [1]);
    }

    #[test]
    fn chunks_as_asked_stay_within_the_array() {
        let options = OutputOptions {
            chunks: [("a".to_owned(), 10), ("b".to_owned(), 1000)].into(),
            ..OutputOptions::default()
        };
        let names = ["a".to_owned(), "b".to_owned()];
        assert_eq!(
            chunk_shape(&names, &[100, 200], &[true, true], 4, &options),
            [10, 200]
        );
    }
}
