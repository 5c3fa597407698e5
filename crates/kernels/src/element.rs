//! The numeric types that an array can hold, and a view of an array of any of them.

use crate::{Error, Result};
use half::f16;
use ndarray::ArrayViewD;
use std::fmt;

/// A number as metadata states it: exact for every integer type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A signed integer.
    I64(i64),
    /// An unsigned integer above the signed range.
    U64(u64),
    /// A floating-point number.
    F64(f64),
}

impl Number {
    /// The number as a double, rounded where it has more digits.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::I64(v) => v as f64,
            Self::U64(v) => v as f64,
            Self::F64(v) => v,
        }
    }

    fn as_i128(self) -> Option<i128> {
        match self {
            Self::I64(v) => Some(v.into()),
            Self::U64(v) => Some(v.into()),
            Self::F64(v) if v.fract() == 0.0 && v.abs() < 2f64.powi(64) => Some(v as i128),
            Self::F64(_) => None,
        }
    }
}

/// A numeric element of an array.
///
/// Implemented for `i8` to `i64`, `u8` to `u64`, [`struct@f16`], `f32` and `f64`; sealed in practice by
/// [`Block`], which lists the same types.
pub trait Element:
    bytemuck::Pod + PartialEq + PartialOrd + Send + Sync + fmt::Debug + 'static
{
    /// The name of this type as a value.
    const TYPE: ElementType;
    /// The number below which none is: the start of a maximum.
    const LOWEST: Self;
    /// The number above which none is: the start of a minimum.
    const HIGHEST: Self;

    /// Wraps a view.
    fn block(view: ArrayViewD<'_, Self>) -> Block<'_>;

    /// Unwraps a view, `None` when it holds another type.
    fn view<'a, 'b>(block: &'b Block<'a>) -> Option<&'b ArrayViewD<'a, Self>>;

    /// True for a floating-point NaN.
    fn is_nan(self) -> bool;

    /// The nearest double; exact for all but 64-bit integers.
    fn to_f64(self) -> f64;

    /// The integer value, `None` for floating-point types.
    fn to_i128(self) -> Option<i128>;

    /// The element for a number of the metadata: rounded for floating-point types, `None` for an
    /// integer type that cannot hold it exactly.
    fn from_number(number: Number) -> Option<Self>;

    /// The element nearest to `value`, integers by rounding half to even; `None` when it does not
    /// fit: beyond an integer's range, or finite but infinite in a smaller float.
    fn from_f64(value: f64) -> Option<Self>;
}

macro_rules! elements {
    ($( $variant:ident $ty:ty, $name:literal, $size:literal );+ $(;)?) => {
        /// The element types as values.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ElementType { $( #[doc = concat!("`", $name, "`")] $variant ),+ }

        impl ElementType {
            /// Size of one element in bytes.
            pub fn size(self) -> usize {
                match self { $( Self::$variant => $size ),+ }
            }
        }

        impl fmt::Display for ElementType {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $( Self::$variant => $name ),+ })
            }
        }

        /// A view of an array of any element type.
        #[derive(Debug, Clone)]
        pub enum Block<'a> { $( #[doc = concat!("Elements of type `", $name, "`.")] $variant(ArrayViewD<'a, $ty>) ),+ }

        impl Block<'_> {
            /// Length of each axis.
            pub fn shape(&self) -> &[usize] {
                match self { $( Self::$variant(view) => view.shape() ),+ }
            }

            /// Type of the elements.
            pub fn element_type(&self) -> ElementType {
                match self { $( Self::$variant(_) => ElementType::$variant ),+ }
            }
        }

        impl<'a> Block<'a> {
            /// Views native-endian `bytes` as an array in C order.
            ///
            /// # Errors
            /// [`Error::Bytes`] unless there are as many bytes as the shape needs, aligned for the type.
            pub fn from_ne_bytes(
                element_type: ElementType,
                bytes: &'a [u8],
                shape: &[usize],
            ) -> Result<Self> {
                match element_type {
                    $( ElementType::$variant => typed::<$ty>(bytes, shape).map(Block::$variant) ),+
                }
            }
        }

        /// Runs `$body` with the type alias `$T` set to the Rust type of `$element_type`.
        macro_rules! with_element {
            ($element_type:expr, $T:ident => $body:expr) => {
                match $element_type { $( $crate::ElementType::$variant => { type $T = $ty; $body } )+ }
            };
        }
        pub(crate) use with_element;
    };
}
elements! {
    Int8 i8, "int8", 1;
    Int16 i16, "int16", 2;
    Int32 i32, "int32", 4;
    Int64 i64, "int64", 8;
    UInt8 u8, "uint8", 1;
    UInt16 u16, "uint16", 2;
    UInt32 u32, "uint32", 4;
    UInt64 u64, "uint64", 8;
    Float16 half::f16, "float16", 2;
    Float32 f32, "float32", 4;
    Float64 f64, "float64", 8;
}

fn typed<'a, T: Element>(bytes: &'a [u8], shape: &[usize]) -> Result<ArrayViewD<'a, T>> {
    let wrong = || Error::Bytes {
        found: bytes.len(),
        into: T::TYPE,
        shape: shape.to_vec(),
    };
    let elements = bytemuck::try_cast_slice::<u8, T>(bytes).map_err(|_| wrong())?;
    ArrayViewD::from_shape(shape, elements).map_err(|_| wrong())
}

impl ElementType {
    /// True for `float16`, `float32` and `float64`.
    pub fn is_float(self) -> bool {
        matches!(self, Self::Float16 | Self::Float32 | Self::Float64)
    }
}

macro_rules! wrap {
    ($variant:ident) => {
        const TYPE: ElementType = ElementType::$variant;

        fn block(view: ArrayViewD<'_, Self>) -> Block<'_> {
            Block::$variant(view)
        }

        fn view<'a, 'b>(block: &'b Block<'a>) -> Option<&'b ArrayViewD<'a, Self>> {
            match block {
                Block::$variant(view) => Some(view),
                _ => None,
            }
        }
    };
}

macro_rules! integers {
    ($( $ty:ty, $variant:ident );+) => { $(
        impl Element for $ty {
            wrap!($variant);
            const LOWEST: Self = <$ty>::MIN;
            const HIGHEST: Self = <$ty>::MAX;

            fn is_nan(self) -> bool {
                false
            }

            fn to_f64(self) -> f64 {
                self as f64
            }

            fn to_i128(self) -> Option<i128> {
                Some(self.into())
            }

            fn from_number(number: Number) -> Option<Self> {
                number.as_i128().and_then(|v| v.try_into().ok())
            }

            fn from_f64(value: f64) -> Option<Self> {
                let rounded = value.round_ties_even();
                // The range test in i128 is exact; NaN is caught by the comparison before it.
                (rounded.abs() < 2f64.powi(100)).then(|| (rounded as i128).try_into().ok())?
            }
        }
    )+ };
}
integers! { i8, Int8; i16, Int16; i32, Int32; i64, Int64; u8, UInt8; u16, UInt16; u32, UInt32; u64, UInt64 }

macro_rules! floats {
    ($( $ty:ty, $variant:ident, $to:expr, $from:expr );+) => { $(
        impl Element for $ty {
            wrap!($variant);
            const LOWEST: Self = <$ty>::NEG_INFINITY;
            const HIGHEST: Self = <$ty>::INFINITY;

            fn is_nan(self) -> bool {
                self != self
            }

            fn to_f64(self) -> f64 {
                $to(self)
            }

            fn to_i128(self) -> Option<i128> {
                None
            }

            fn from_number(number: Number) -> Option<Self> {
                Some($from(number.as_f64()))
            }

            fn from_f64(value: f64) -> Option<Self> {
                let cast: Self = $from(value);
                (cast.is_finite() || !value.is_finite()).then_some(cast)
            }
        }
    )+ };
}
floats! { f16, Float16, f16::to_f64, f16::from_f64; f32, Float32, f64::from, |v: f64| v as f32; f64, Float64, std::convert::identity, std::convert::identity }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_elements_only_when_they_fit() {
        assert_eq!(i16::from_number(Number::I64(-32768)), Some(-32768));
        assert_eq!(i16::from_number(Number::F64(-32768.0)), Some(-32768));
        assert_eq!(u8::from_number(Number::I64(-1)), None);
        assert_eq!(i8::from_number(Number::F64(0.5)), None);
        assert_eq!(u64::from_number(Number::U64(u64::MAX)), Some(u64::MAX));
        assert_eq!(f32::from_number(Number::F64(1e20)), Some(1e20));
    }

    #[test]
    fn doubles_round_half_to_even_and_refuse_what_does_not_fit() {
        assert_eq!(i32::from_f64(2.5), Some(2));
        assert_eq!(i32::from_f64(3.5), Some(4));
        assert_eq!(i8::from_f64(127.6), None);
        assert_eq!(u8::from_f64(-0.4), Some(0));
        assert_eq!(i64::from_f64(9.3e18), None);
        assert_eq!(f32::from_f64(1e300), None);
        assert_eq!(f32::from_f64(f64::INFINITY), Some(f32::INFINITY));
        assert!(i16::from_f64(f64::NAN).is_none());
    }
}
