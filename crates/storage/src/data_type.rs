//! The numeric types of Zarr arrays.

use base64::prelude::{BASE64_STANDARD, Engine};
use std::fmt;

/// A numeric data type that both Zarr formats have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum DataType {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float16,
    Float32,
    Float64,
}

/// Type, name in v3, name in v2 without the byte order, size.
const TABLE: [(DataType, &str, &str, usize); 12] = [
    (DataType::Bool, "bool", "b1", 1),
    (DataType::Int8, "int8", "i1", 1),
    (DataType::Int16, "int16", "i2", 2),
    (DataType::Int32, "int32", "i4", 4),
    (DataType::Int64, "int64", "i8", 8),
    (DataType::UInt8, "uint8", "u1", 1),
    (DataType::UInt16, "uint16", "u2", 2),
    (DataType::UInt32, "uint32", "u4", 4),
    (DataType::UInt64, "uint64", "u8", 8),
    (DataType::Float16, "float16", "f2", 2),
    (DataType::Float32, "float32", "f4", 4),
    (DataType::Float64, "float64", "f8", 8),
];

impl DataType {
    fn row(self) -> (Self, &'static str, &'static str, usize) {
        // The table has a row for each variant, in their order.
        TABLE[self as usize]
    }

    /// The type of a v3 name (`float32`) or a v2 one (`<f4`); `None` when it is not numeric.
    pub fn from_name(name: &str) -> Option<Self> {
        let v2 = name.strip_prefix(['<', '>', '|']);
        let found = TABLE.iter().find(|row| match v2 {
            Some(v2) => row.2 == v2,
            None => row.1 == name,
        });
        found.map(|row| row.0)
    }

    /// The v3 name, which is numpy's too.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The v2 name, little-endian.
    pub fn v2_name(self) -> String {
        let (_, _, name, size) = self.row();
        format!("{}{name}", if size == 1 { '|' } else { '<' })
    }

    /// Size of one element in bytes.
    pub fn size(self) -> usize {
        self.row().3
    }

    /// A double as an element of this type would hold it, where the type is a smaller float.
    pub(crate) fn round(self, value: f64) -> f64 {
        match self {
            Self::Float32 => (value as f32).into(),
            Self::Float16 => half::f16::from_f64(value).to_f64(),
            _ => value,
        }
    }

    /// The type of the same size and the other signedness; floats and `bool` stay.
    pub(crate) fn other_sign(self) -> Self {
        match self {
            Self::Int8 => Self::UInt8,
            Self::Int16 => Self::UInt16,
            Self::Int32 => Self::UInt32,
            Self::Int64 => Self::UInt64,
            Self::UInt8 => Self::Int8,
            Self::UInt16 => Self::Int16,
            Self::UInt32 => Self::Int32,
            Self::UInt64 => Self::Int64,
            other => other,
        }
    }

    /// True for the signed integers.
    pub(crate) fn is_signed(self) -> bool {
        matches!(self, Self::Int8 | Self::Int16 | Self::Int32 | Self::Int64)
    }

    /// True for the floating-point types.
    pub fn is_float(self) -> bool {
        matches!(self, Self::Float16 | Self::Float32 | Self::Float64)
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A number of the metadata, exact for every integer type: a fill value or a missing-data mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar {
    /// A signed integer.
    Int(i64),
    /// An unsigned integer above the signed range.
    UInt(u64),
    /// A floating-point number.
    Float(f64),
}

impl Scalar {
    /// Reads a number, `true`, `false`, or one of the words and encodings that stand for floats:
    /// `NaN`, `Infinity`, `-Infinity`, a hexadecimal bit pattern of `data_type`, and the base64 of a
    /// little-endian double that xarray writes. `None` for anything else.
    pub fn from_json(value: &serde_json::Value, data_type: DataType) -> Option<Self> {
        use serde_json::Value;
        match value {
            Value::Bool(v) if data_type == DataType::Bool => Some(Self::Int((*v).into())),
            Value::Number(n) => n
                .as_i64()
                .map(Self::Int)
                .or_else(|| n.as_u64().map(Self::UInt))
                .or_else(|| n.as_f64().map(Self::Float)),
            Value::String(text) => match text.as_str() {
                "NaN" | "nan" => Some(Self::Float(f64::NAN)),
                "Infinity" => Some(Self::Float(f64::INFINITY)),
                "-Infinity" => Some(Self::Float(f64::NEG_INFINITY)),
                text => match text.strip_prefix("0x") {
                    Some(hex) => Self::from_bits(u64::from_str_radix(hex, 16).ok()?, data_type),
                    None => Some(Self::Float(double_from_base64(text)?)),
                },
            },
            _ => None,
        }
    }

    fn from_bits(bits: u64, data_type: DataType) -> Option<Self> {
        Some(Self::Float(match data_type {
            DataType::Float16 => half::f16::from_bits(bits.try_into().ok()?).to_f64(),
            DataType::Float32 => f32::from_bits(bits.try_into().ok()?).into(),
            DataType::Float64 => f64::from_bits(bits),
            _ => return None,
        }))
    }

    /// The number as a double, rounded where it has more digits.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Int(v) => v as f64,
            Self::UInt(v) => v as f64,
            Self::Float(v) => v,
        }
    }

    /// True when an element of the type can hold the number; floats hold any, rounded.
    pub(crate) fn fits(self, data_type: DataType) -> bool {
        let bits = 8 * data_type.size() as u32;
        let range = match data_type {
            DataType::Float16 | DataType::Float32 | DataType::Float64 => return true,
            DataType::Bool => 0..=1,
            signed if signed.is_signed() => -(1_i128 << (bits - 1))..=(1_i128 << (bits - 1)) - 1,
            _ => 0..=(1_i128 << bits) - 1,
        };
        match self {
            Self::Int(v) => range.contains(&v.into()),
            Self::UInt(v) => range.contains(&v.into()),
            Self::Float(v) => v.fract() == 0.0 && range.contains(&(v as i128)),
        }
    }

    /// A mark as the elements hold it that are stored as one type and read as another of the same size;
    /// `None` for a mark that no element can equal.
    ///
    /// Metadata state marks of `_Unsigned` integers in either type, so one that does not fit the type read
    /// is taken as the same bits of the type stored.
    pub(crate) fn as_stored(self, stored: DataType, read_as: DataType) -> Option<Self> {
        if read_as.is_float() {
            return Some(self);
        }
        let whole: i128 = match self {
            Self::Int(v) => v.into(),
            Self::UInt(v) => v.into(),
            Self::Float(v) if v.fract() == 0.0 => v as i128,
            Self::Float(_) => return None,
        };
        let of = |v: i128| {
            i64::try_from(v)
                .map(Self::Int)
                .or_else(|_| v.try_into().map(Self::UInt))
        };
        let mark = of(whole).ok()?;
        if mark.fits(read_as) {
            return Some(mark);
        }
        let modulus = 1_i128 << (8 * stored.size());
        let turned = if whole < 0 {
            whole + modulus
        } else {
            whole - modulus
        };
        if stored != read_as && mark.fits(stored) {
            of(turned).ok()
        } else {
            None
        }
    }

    /// The fill value as both Zarr formats write it: floats that JSON lacks as words.
    pub fn to_json(self) -> serde_json::Value {
        match self {
            Self::Int(v) => v.into(),
            Self::UInt(v) => v.into(),
            Self::Float(v) if v.is_nan() => "NaN".into(),
            Self::Float(v) if v.is_infinite() => {
                if v > 0.0 {
                    "Infinity".into()
                } else {
                    "-Infinity".into()
                }
            }
            Self::Float(v) => v.into(),
        }
    }

    /// The `_FillValue` attribute as xarray reads it in Zarr v3: floats as base64 of the double.
    pub fn to_v3_attribute(self) -> serde_json::Value {
        match self {
            Self::Float(v) => BASE64_STANDARD.encode(v.to_le_bytes()).into(),
            integer => integer.to_json(),
        }
    }
}

fn double_from_base64(text: &str) -> Option<f64> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    Some(f64::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_table_is_in_the_order_of_the_variants() {
        for (position, row) in TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, position);
            assert_eq!(DataType::from_name(row.1), Some(row.0));
            assert_eq!(DataType::from_name(&row.0.v2_name()), Some(row.0));
        }
        assert_eq!(DataType::from_name(">f8"), Some(DataType::Float64));
        assert_eq!(DataType::from_name("<U5"), None);
        assert_eq!(DataType::from_name("f4"), None);
    }

    #[test]
    fn every_spelling_of_a_fill_value_is_read() {
        let read = |v| Scalar::from_json(&v, DataType::Float32).map(Scalar::as_f64);
        assert_eq!(read(json!("AAAAAAAAnkc=")), Some(9.969_209_968_386_869e36));
        assert!(read(json!("AAAAAAAA+H8=")).unwrap().is_nan());
        assert!(read(json!("0x7fc00000")).unwrap().is_nan());
        assert_eq!(read(json!("-Infinity")), Some(f64::NEG_INFINITY));
        assert_eq!(read(json!("text")), None);
        assert_eq!(read(json!([1])), None);
        assert_eq!(
            Scalar::from_json(&json!(u64::MAX), DataType::UInt64),
            Some(Scalar::UInt(u64::MAX))
        );
    }

    #[test]
    fn marks_that_no_element_can_equal_mark_nothing() {
        use DataType::{Float32, Int8, Int32, UInt8, UInt64};
        let mark = |mark: Scalar, stored, read_as| mark.as_stored(stored, read_as);
        for (value, stored) in [
            (Scalar::Int(-9999), UInt8),
            (Scalar::Int(300), UInt8),
            (Scalar::Float(-9999.0), UInt8),
            (Scalar::Float(0.5), UInt8),
            (Scalar::Float(1e20), Int32),
            (Scalar::Int(i64::MIN), Int32),
            (Scalar::Float(f64::NAN), Int8),
        ] {
            assert_eq!(mark(value, stored, stored), None, "{value:?} in {stored}");
        }
        assert_eq!(
            mark(Scalar::Float(-127.0), Int8, Int8),
            Some(Scalar::Int(-127))
        );
        assert_eq!(
            mark(Scalar::Float(1e20), Float32, Float32),
            Some(Scalar::Float(1e20))
        );
        assert_eq!(
            mark(Scalar::UInt(u64::MAX), UInt64, UInt64),
            Some(Scalar::UInt(u64::MAX))
        );
        // `_Unsigned`: in the type stored, or in the type read.
        assert_eq!(
            mark(Scalar::Float(-1.0), Int8, UInt8),
            Some(Scalar::Int(255))
        );
        assert_eq!(mark(Scalar::Int(255), Int8, UInt8), Some(Scalar::Int(255)));
        assert_eq!(mark(Scalar::Int(255), UInt8, Int8), Some(Scalar::Int(-1)));
        assert_eq!(mark(Scalar::Int(-9999), Int8, UInt8), None);
    }

    #[test]
    fn attributes_round_trip() {
        for value in [0.0, -1.5, 9.969_209_968_386_869e36, f64::NAN] {
            let text = Scalar::Float(value).to_v3_attribute();
            let back = Scalar::from_json(&text, DataType::Float32)
                .unwrap()
                .as_f64();
            assert_eq!(back.to_bits(), value.to_bits());
        }
        assert_eq!(
            Scalar::Float(f64::NAN).to_v3_attribute(),
            json!("AAAAAAAA+H8=")
        );
    }
}
