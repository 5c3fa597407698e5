//! Numbers to bytes, in either byte order and either order of the cells.

use crate::{
    Array,
    array::{fill_number, indices},
};
use rsmp_storage::DataType;

/// The little-endian bytes of a number in a type; integers are cut as Rust casts them.
pub(crate) fn element(value: f64, data_type: DataType) -> Vec<u8> {
    match data_type {
        DataType::Bool => vec![u8::from(value != 0.0)],
        DataType::Int8 => (value as i8).to_le_bytes().to_vec(),
        DataType::Int16 => (value as i16).to_le_bytes().to_vec(),
        DataType::Int32 => (value as i32).to_le_bytes().to_vec(),
        DataType::Int64 => (value as i64).to_le_bytes().to_vec(),
        DataType::UInt8 => (value as u8).to_le_bytes().to_vec(),
        DataType::UInt16 => (value as u16).to_le_bytes().to_vec(),
        DataType::UInt32 => (value as u32).to_le_bytes().to_vec(),
        DataType::UInt64 => (value as u64).to_le_bytes().to_vec(),
        DataType::Float16 => half::f16::from_f64(value).to_le_bytes().to_vec(),
        DataType::Float32 => (value as f32).to_le_bytes().to_vec(),
        DataType::Float64 => value.to_le_bytes().to_vec(),
    }
}

/// The cells of the box of shape `lens` that begins at `start`, in the order of `axes` (slowest first);
/// beyond the array they hold the fill value.
pub(crate) fn cells(
    array: &Array,
    start: &[usize],
    lens: &[usize],
    axes: &[usize],
    big_endian: bool,
) -> Vec<u8> {
    let permuted: Vec<usize> = axes.iter().map(|&axis| lens[axis]).collect();
    let fill = fill_number(&array.fill);
    let mut bytes = Vec::new();
    for at in indices(&permuted) {
        let mut index = start.to_vec();
        for (&axis, i) in axes.iter().zip(at) {
            index[axis] += i;
        }
        let mut element = element(value(array, &index).unwrap_or(fill), array.data_type);
        if big_endian {
            element.reverse();
        }
        bytes.extend(element);
    }
    bytes
}

fn value(array: &Array, index: &[usize]) -> Option<f64> {
    let inside = index.iter().zip(&array.shape).all(|(i, len)| i < len);
    let ordinal = index
        .iter()
        .zip(&array.shape)
        .fold(0, |n, (i, len)| n * len + i);
    inside.then(|| array.values[ordinal])
}
