//! Sums: `mean`, `sum`, `count` and `area-mean`.

use crate::{
    Element, Method, Missing, Reduced, Result,
    folded::{Fold, enough},
    missing::ValidVisitor,
    reduced::Values,
};
use half::f16;
use std::{fmt::Debug, marker::PhantomData, ops::Range};

/// A running sum of elements of type `T`.
///
/// Exact for integers. For `f32` and `f16` in double precision; for `f64` compensated (T. J. Dekker, "A
/// floating-point technique for extending the available precision", 1971; the branch-free two-sum is
/// Knuth's), so that the rounded result does not depend on the number of cells.
pub(crate) trait Sum<T>: Copy + Default + Debug + Send + 'static {
    /// Adds an element, or nothing when it is not valid, without a branch.
    fn add(&mut self, element: T, valid: bool);
    /// Adds a weighted element, or nothing when it is not valid.
    fn add_weighted(&mut self, element: T, valid: bool, weight: f64);
    /// Adds another sum.
    fn merge(&mut self, other: &Self);
    /// Adds another sum, times a weight.
    fn merge_weighted(&mut self, other: &Self, weight: f64);
    /// The sum as an integer where it is one.
    fn integer(&self) -> Option<i128>;
    /// The sum, rounded once.
    fn value(&self) -> f64;
}

/// Element types with the running sums that hold them.
pub(crate) trait Exact: Element {
    /// For sums of elements.
    type Sum: Sum<Self>;
    /// For sums of weighted elements.
    type WeightedSum: Sum<Self>;
}

/// An unevaluated sum of two doubles.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pair {
    high: f64,
    low: f64,
}

impl Pair {
    fn plus(&mut self, value: f64) {
        let sum = self.high + value;
        let part = sum - self.high;
        self.low += (self.high - (sum - part)) + (value - part);
        self.high = sum;
    }
}

macro_rules! sums {
    ($sum:ty: $($element:ty),+; $convert:expr) => { $(
        impl Sum<$element> for $sum {
            #[inline]
            fn add(&mut self, element: $element, valid: bool) {
                let convert: fn($element) -> $sum = $convert;
                *self += if valid { convert(element) } else { Default::default() };
            }

            fn add_weighted(&mut self, element: $element, valid: bool, weight: f64) {
                let value = if valid { element.to_f64() * weight } else { 0.0 };
                *self += value as $sum;
            }

            fn merge(&mut self, other: &Self) {
                *self += *other;
            }

            fn merge_weighted(&mut self, other: &Self, weight: f64) {
                *self += (*other as f64 * weight) as $sum;
            }

            fn integer(&self) -> Option<i128> {
                <$element as Element>::to_i128(Default::default()).map(|_| *self as i128)
            }

            fn value(&self) -> f64 {
                *self as f64
            }
        }
    )+ };
}
sums!(f64: f16, f32, i8, i16, i32, i64, u8, u16, u32, u64; |v| v.to_f64());
sums!(i64: i8, i16, i32, u8, u16, u32; i64::from);
sums!(i128: i64, u64; i128::from);

impl Sum<f64> for Pair {
    #[inline]
    fn add(&mut self, element: f64, valid: bool) {
        self.plus(if valid { element } else { 0.0 });
    }

    fn add_weighted(&mut self, element: f64, valid: bool, weight: f64) {
        self.plus(if valid { element * weight } else { 0.0 });
    }

    fn merge(&mut self, other: &Self) {
        self.plus(other.high);
        self.low += other.low;
    }

    fn merge_weighted(&mut self, other: &Self, weight: f64) {
        self.plus(other.high * weight);
        self.low += other.low * weight;
    }

    fn integer(&self) -> Option<i128> {
        None
    }

    fn value(&self) -> f64 {
        // Once the sum is infinite the correction is NaN and means nothing.
        if self.high.is_finite() {
            self.high + self.low
        } else {
            self.high
        }
    }
}

macro_rules! exact {
    ($($element:ty => $sum:ty, $weighted:ty);+ $(;)?) => { $(
        impl Exact for $element {
            type Sum = $sum;
            type WeightedSum = $weighted;
        }
    )+ };
}
exact! {
    i8 => i64, f64; i16 => i64, f64; i32 => i64, f64; u8 => i64, f64; u16 => i64, f64; u32 => i64, f64;
    i64 => i128, f64; u64 => i128, f64; f16 => f64, f64; f32 => f64, f64; f64 => Pair, Pair;
}

/// Sum and number of the valid cells of a window.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SumCell<S> {
    sum: S,
    count: u64,
}

/// `mean`, `sum` and `count`.
#[derive(Debug)]
pub(crate) struct Sums<T: Exact> {
    method: Method,
    columns: Vec<T::Sum>,
    counts: Vec<u32>,
}

impl<T: Exact> Sums<T> {
    pub(crate) fn new(method: Method) -> Self {
        Self {
            method,
            columns: Vec::new(),
            counts: Vec::new(),
        }
    }
}

struct AddRow<'a, T: Exact> {
    row: &'a [T],
    sums: &'a mut [T::Sum],
    counts: &'a mut [u32],
}

impl<T: Exact> ValidVisitor<T> for AddRow<'_, T> {
    fn visit(self, valid: impl Fn(T) -> bool) {
        for ((sum, count), &element) in self.sums.iter_mut().zip(self.counts).zip(self.row) {
            let valid = valid(element);
            sum.add(element, valid);
            *count += u32::from(valid);
        }
    }
}

impl<T: Exact> Fold<T> for Sums<T> {
    type Cell = SumCell<T::Sum>;

    fn empty(&self) -> Self::Cell {
        SumCell {
            sum: T::Sum::default(),
            count: 0,
        }
    }

    fn clear(&mut self, width: usize) {
        self.columns.clear();
        self.columns.resize(width, T::Sum::default());
        self.counts.clear();
        self.counts.resize(width, 0);
    }

    fn add_row(&mut self, row: &[T], _weight: f64, missing: &Missing<T>) {
        missing.select(AddRow {
            row,
            sums: &mut self.columns,
            counts: &mut self.counts,
        });
    }

    fn collect(&self, columns: Range<usize>, _coefficients: Option<&[f64]>, cell: &mut Self::Cell) {
        let mut own = self.empty();
        for (sum, &count) in self.columns[columns.clone()]
            .iter()
            .zip(&self.counts[columns])
        {
            own.sum.merge(sum);
            own.count += u64::from(count);
        }
        self.merge(cell, &own);
    }

    fn merge(&self, cell: &mut Self::Cell, other: &Self::Cell) {
        cell.sum.merge(&other.sum);
        cell.count += other.count;
    }

    fn finish(
        &self,
        cells: &[Self::Cell],
        total: &dyn Fn(usize) -> (u64, f64),
        min_valid: f64,
    ) -> Result<Reduced> {
        let counts: Vec<u64> = cells.iter().map(|cell| cell.count).collect();
        if self.method == Method::Count {
            // Zero is a count, unless a share of valid cells is asked for.
            let valid = match min_valid {
                0.0 => vec![true; counts.len()],
                _ => enough(&counts, total, min_valid),
            };
            return Ok(Reduced::new(Values::UInt(counts.clone()), valid, counts));
        }
        let valid = enough(&counts, total, min_valid);
        let values = if self.method == Method::Mean {
            let mean = |cell: &Self::Cell| cell.sum.value() / cell.count as f64;
            Values::Float(cells.iter().map(mean).collect())
        } else {
            Values::from_sums(
                cells
                    .iter()
                    .map(|cell| (cell.sum.integer(), cell.sum.value())),
            )?
        };
        Ok(Reduced::new(values, valid, counts))
    }
}

/// Weighted sum, weight and number of the valid cells of a window.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WeightedCell<S> {
    sum: S,
    weight: f64,
    count: u64,
}

/// `area-mean`.
#[derive(Debug)]
pub(crate) struct WeightedSums<T: Exact> {
    columns: Vec<WeightedCell<T::WeightedSum>>,
    element: PhantomData<T>,
}

impl<T: Exact> Default for WeightedSums<T> {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            element: PhantomData,
        }
    }
}

struct AddWeightedRow<'a, T: Exact> {
    row: &'a [T],
    weight: f64,
    columns: &'a mut [WeightedCell<T::WeightedSum>],
}

impl<T: Exact> ValidVisitor<T> for AddWeightedRow<'_, T> {
    fn visit(self, valid: impl Fn(T) -> bool) {
        for (column, &element) in self.columns.iter_mut().zip(self.row) {
            let valid = valid(element);
            column.sum.add_weighted(element, valid, self.weight);
            column.weight += if valid { self.weight } else { 0.0 };
            column.count += u64::from(valid);
        }
    }
}

impl<T: Exact> Fold<T> for WeightedSums<T> {
    type Cell = WeightedCell<T::WeightedSum>;

    fn empty(&self) -> Self::Cell {
        WeightedCell {
            sum: T::WeightedSum::default(),
            weight: 0.0,
            count: 0,
        }
    }

    fn clear(&mut self, width: usize) {
        let empty = self.empty();
        self.columns.clear();
        self.columns.resize(width, empty);
    }

    fn add_row(&mut self, row: &[T], weight: f64, missing: &Missing<T>) {
        missing.select(AddWeightedRow {
            row,
            weight,
            columns: &mut self.columns,
        });
    }

    fn collect(&self, columns: Range<usize>, coefficients: Option<&[f64]>, cell: &mut Self::Cell) {
        let mut own = self.empty();
        for (k, column) in self.columns[columns].iter().enumerate() {
            let weight = coefficients.map_or(1.0, |coefficients| coefficients[k]);
            own.sum.merge_weighted(&column.sum, weight);
            own.weight += column.weight * weight;
            own.count += column.count;
        }
        self.merge(cell, &own);
    }

    fn merge(&self, cell: &mut Self::Cell, other: &Self::Cell) {
        cell.sum.merge(&other.sum);
        cell.weight += other.weight;
        cell.count += other.count;
    }

    fn finish(
        &self,
        cells: &[Self::Cell],
        total: &dyn Fn(usize) -> (u64, f64),
        min_valid: f64,
    ) -> Result<Reduced> {
        // The share is a quotient of two rounded sums: the slack keeps a full window full.
        let enough = |i: usize| cells[i].weight / total(i).1 + 1e-12 >= min_valid;
        let valid = |i: usize| cells[i].count > 0 && cells[i].weight > 0.0 && enough(i);
        let values = cells
            .iter()
            .map(|cell| cell.sum.value() / cell.weight)
            .collect();
        let counts = cells.iter().map(|cell| cell.count).collect();
        Ok(Reduced::new(
            Values::Float(values),
            (0..cells.len()).map(valid).collect(),
            counts,
        ))
    }
}
