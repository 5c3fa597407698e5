//! Which elements are missing data.

use crate::{Element, Number};

/// The marks of missing data of one array, in its stored type.
///
/// NaN is always missing. A mark that the type cannot hold (`-9999` in an array of `u8`) marks nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing<T> {
    marks: Vec<T>,
}

impl<T: Element> Missing<T> {
    /// Takes the marks (`_FillValue`, `missing_value`) as the metadata state them.
    pub fn new(marks: &[Number]) -> Self {
        let mut own: Vec<T> = Vec::new();
        for mark in marks.iter().filter_map(|&mark| T::from_number(mark)) {
            if !mark.is_nan() && !own.contains(&mark) {
                own.push(mark);
            }
        }
        Self { marks: own }
    }

    /// True when `value` is no data.
    pub fn is_missing(&self, value: T) -> bool {
        value.is_nan() || self.marks.contains(&value)
    }

    /// Calls `visitor` with the test for valid elements, as a closure of its own type for none, one
    /// and two marks, so that the loop inside is compiled without a branch per element.
    #[allow(
        clippy::needless_bitwise_bool,
        reason = "`&&` would be a branch per element"
    )]
    pub(crate) fn select<V: ValidVisitor<T>>(&self, visitor: V) {
        match *self.marks.as_slice() {
            [] => visitor.visit(|v: T| !v.is_nan()),
            [a] => visitor.visit(move |v: T| !v.is_nan() & (v != a)),
            [a, b] => visitor.visit(move |v: T| !v.is_nan() & (v != a) & (v != b)),
            ref more => visitor.visit(|v: T| !v.is_nan() && !more.contains(&v)),
        }
    }
}

/// A loop over elements that is generic over the test for valid ones.
pub(crate) trait ValidVisitor<T> {
    fn visit(self, valid: impl Fn(T) -> bool);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_and_marks_are_missing() {
        let missing = Missing::<f32>::new(&[Number::F64(1e20), Number::F64(f64::NAN)]);
        assert!(missing.is_missing(f32::NAN));
        assert!(missing.is_missing(1e20));
        assert!(!missing.is_missing(0.0));
    }

    #[test]
    fn marks_outside_the_type_mark_nothing() {
        let missing = Missing::<u8>::new(&[Number::I64(-1), Number::F64(0.5)]);
        assert!((0..=255).all(|v| !missing.is_missing(v)));
    }
}
