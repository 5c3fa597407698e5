//! The values of finished windows, and their storage form.

use crate::{Element, ElementType, Error, Number, Result, element::with_element};

/// Values in the widest type that holds them exactly.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    /// Of floating-point methods and sources.
    Float(Vec<f64>),
    /// Of signed integer sources.
    Int(Vec<i64>),
    /// Of unsigned integer sources, and counts.
    UInt(Vec<u64>),
}

impl Values {
    pub(crate) fn from_elements<T: Element>(elements: impl Iterator<Item = T> + Clone) -> Self {
        if T::TYPE.is_float() {
            return Self::Float(elements.map(Element::to_f64).collect());
        }
        let integers = elements.filter_map(Element::to_i128);
        // 64-bit types are the widest, so one of the two casts is exact.
        if T::LOWEST.to_i128() < Some(0) {
            Self::Int(integers.map(|v| v as i64).collect())
        } else {
            Self::UInt(integers.map(|v| v as u64).collect())
        }
    }

    pub(crate) fn from_sums(sums: impl Iterator<Item = (Option<i128>, f64)>) -> Result<Self> {
        let (mut integers, mut floats) = (Vec::new(), Vec::new());
        for (integer, float) in sums {
            match integer {
                Some(integer) => integers.push(integer),
                None => floats.push(float),
            }
        }
        if integers.is_empty() {
            return Ok(Self::Float(floats));
        }
        let signed: Result<Vec<i64>, _> = integers.iter().map(|&v| v.try_into()).collect();
        if let Ok(signed) = signed {
            return Ok(Self::Int(signed));
        }
        let unsigned: Result<Vec<u64>, _> = integers.iter().map(|&v| v.try_into()).collect();
        unsigned.map(Self::UInt).map_err(|_| Error::Overflow)
    }

    fn to_f64(&self, i: usize) -> f64 {
        match self {
            Self::Float(values) => values[i],
            Self::Int(values) => values[i] as f64,
            Self::UInt(values) => values[i] as f64,
        }
    }
}

/// The values of finished windows, in C order, some of them missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Reduced {
    values: Values,
    valid: Vec<bool>,
    counts: Vec<u64>,
}

impl Reduced {
    pub(crate) fn new(values: Values, valid: Vec<bool>, counts: Vec<u64>) -> Self {
        // A value that is NaN (infinity minus infinity) is missing like any NaN.
        let valid = match &values {
            Values::Float(floats) => valid
                .iter()
                .zip(floats)
                .map(|(valid, v)| *valid && !v.is_nan())
                .collect(),
            _ => valid,
        };
        Self {
            values,
            valid,
            counts,
        }
    }

    pub(crate) fn into_parts(mut self) -> (Self, Vec<u64>) {
        let counts = std::mem::take(&mut self.counts);
        (self, counts)
    }

    pub(crate) fn unpack(self, scale: f64, offset: impl Fn(usize) -> f64) -> Self {
        let value = |i: usize| self.values.to_f64(i) * scale + offset(i);
        let values = (0..self.len()).map(value).collect();
        Self {
            values: Values::Float(values),
            ..self
        }
    }

    /// Number of windows.
    pub fn len(&self) -> usize {
        self.valid.len()
    }

    /// True when there is no window.
    pub fn is_empty(&self) -> bool {
        self.valid.is_empty()
    }

    /// The value of one window, `None` when it is missing; integers above 2^53 are rounded.
    pub fn get(&self, window: usize) -> Option<f64> {
        self.valid[window].then(|| self.values.to_f64(window))
    }

    /// Number of windows that are missing.
    pub fn n_missing(&self) -> usize {
        self.valid.iter().filter(|valid| !**valid).count()
    }

    /// The values as doubles, NaN where missing; integers above 2^53 are rounded.
    pub fn to_f64(&self) -> Vec<f64> {
        (0..self.len())
            .map(|i| self.get(i).unwrap_or(f64::NAN))
            .collect()
    }

    /// The values as elements of type `T`, `missing` where missing.
    ///
    /// Integers are rounded half to even.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a value that `T` cannot hold (also a finite one that would become
    /// infinite), [`Error::EqualsMissing`] for one that would read as missing.
    pub fn to_elements<T: Element>(&self, missing: T) -> Result<Vec<T>> {
        let element = |i: usize| {
            if !self.valid[i] {
                return Ok(missing);
            }
            let element = match &self.values {
                Values::Float(values) => T::from_f64(values[i]),
                Values::Int(values) => T::from_number(Number::I64(values[i])),
                Values::UInt(values) => T::from_number(Number::U64(values[i])),
            };
            let value = self.values.to_f64(i);
            match element {
                None => Err(Error::OutOfRange {
                    value,
                    into: T::TYPE,
                }),
                Some(element) if element == missing => Err(Error::EqualsMissing {
                    value,
                    into: T::TYPE,
                }),
                Some(element) => Ok(element),
            }
        };
        (0..self.len()).map(element).collect()
    }

    /// The values as native-endian bytes of `element_type`, with `missing` where missing.
    ///
    /// # Errors
    /// As [`to_elements`](Self::to_elements); [`Error::OutOfRange`] also when the type cannot hold
    /// `missing` itself.
    pub fn to_ne_bytes(&self, element_type: ElementType, missing: Number) -> Result<Vec<u8>> {
        with_element!(element_type, T => {
            let mark = T::from_number(missing)
                .ok_or(Error::OutOfRange { value: missing.as_f64(), into: element_type })?;
            Ok(bytemuck::cast_slice(&self.to_elements::<T>(mark)?).to_vec())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(values: &[f64]) -> Reduced {
        Reduced::new(
            Values::Float(values.to_vec()),
            vec![true; values.len()],
            Vec::new(),
        )
    }

    #[test]
    fn what_does_not_fit_is_an_error_and_never_a_number() {
        let into = ElementType::Int8;
        assert_eq!(
            floats(&[200.0]).to_elements::<i8>(-1),
            Err(Error::OutOfRange { value: 200.0, into })
        );
        assert_eq!(
            floats(&[-1.2]).to_elements::<i8>(-1),
            Err(Error::EqualsMissing { value: -1.2, into })
        );
        assert_eq!(
            floats(&[2.5, f64::NAN]).to_elements::<i8>(-1),
            Ok(vec![2, -1])
        );
        assert!(floats(&[1e39]).to_elements::<f32>(f32::NAN).is_err());
    }

    #[test]
    fn sums_of_integers_stay_exact_or_are_refused() {
        let sum = |v: i128| Values::from_sums([(Some(v), v as f64)].into_iter());
        assert_eq!(sum((1 << 53) + 1), Ok(Values::Int(vec![(1 << 53) + 1])));
        assert_eq!(sum(i128::from(u64::MAX)), Ok(Values::UInt(vec![u64::MAX])));
        assert_eq!(sum(1 << 64), Err(Error::Overflow));
    }
}
