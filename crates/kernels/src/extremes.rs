//! Extremes: `min` and `max`.

use crate::{
    Element, Missing, Reduced, Result,
    folded::{Fold, enough},
    missing::ValidVisitor,
    reduced::Values,
};
use std::{fmt::Debug, marker::PhantomData, ops::Range};

/// Which end of the order is kept.
pub(crate) trait End: Debug + Send + Default + 'static {
    /// What any element replaces.
    fn start<T: Element>() -> T;
    /// The one of the two that is kept.
    fn keep<T: Element>(kept: T, candidate: T) -> T;
}

/// The smallest.
#[derive(Debug, Default)]
pub(crate) struct Min;

impl End for Min {
    fn start<T: Element>() -> T {
        T::HIGHEST
    }

    #[inline]
    fn keep<T: Element>(kept: T, candidate: T) -> T {
        if candidate < kept { candidate } else { kept }
    }
}

/// The largest.
#[derive(Debug, Default)]
pub(crate) struct Max;

impl End for Max {
    fn start<T: Element>() -> T {
        T::LOWEST
    }

    #[inline]
    fn keep<T: Element>(kept: T, candidate: T) -> T {
        if candidate > kept { candidate } else { kept }
    }
}

/// Extreme and number of the valid cells of a window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExtremeCell<T> {
    value: T,
    count: u64,
}

/// `min` or `max` of stored elements.
#[derive(Debug)]
pub(crate) struct Extremes<T, E> {
    values: Vec<T>,
    counts: Vec<u32>,
    end: PhantomData<E>,
}

impl<T, E> Default for Extremes<T, E> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            counts: Vec::new(),
            end: PhantomData,
        }
    }
}

struct AddRow<'a, T, E> {
    row: &'a [T],
    values: &'a mut [T],
    counts: &'a mut [u32],
    end: PhantomData<E>,
}

impl<T: Element, E: End> ValidVisitor<T> for AddRow<'_, T, E> {
    fn visit(self, valid: impl Fn(T) -> bool) {
        for ((value, count), &element) in self.values.iter_mut().zip(self.counts).zip(self.row) {
            let valid = valid(element);
            *value = E::keep(*value, if valid { element } else { E::start() });
            *count += u32::from(valid);
        }
    }
}

impl<T: Element, E: End> Fold<T> for Extremes<T, E> {
    type Cell = ExtremeCell<T>;

    fn empty(&self) -> Self::Cell {
        ExtremeCell {
            value: E::start(),
            count: 0,
        }
    }

    fn clear(&mut self, width: usize) {
        self.values.clear();
        self.values.resize(width, E::start());
        self.counts.clear();
        self.counts.resize(width, 0);
    }

    fn add_row(&mut self, row: &[T], _weight: f64, missing: &Missing<T>) {
        missing.select(AddRow::<T, E> {
            row,
            values: &mut self.values,
            counts: &mut self.counts,
            end: PhantomData,
        });
    }

    fn collect(&self, columns: Range<usize>, _coefficients: Option<&[f64]>, cell: &mut Self::Cell) {
        for (&value, &count) in self.values[columns.clone()]
            .iter()
            .zip(&self.counts[columns])
        {
            cell.value = E::keep(cell.value, value);
            cell.count += u64::from(count);
        }
    }

    fn merge(&self, cell: &mut Self::Cell, other: &Self::Cell) {
        cell.value = E::keep(cell.value, other.value);
        cell.count += other.count;
    }

    fn finish(
        &self,
        cells: &[Self::Cell],
        total: &dyn Fn(usize) -> (u64, f64),
        min_valid: f64,
    ) -> Result<Reduced> {
        let counts: Vec<u64> = cells.iter().map(|cell| cell.count).collect();
        let valid = enough(&counts, total, min_valid);
        Ok(Reduced::new(
            Values::from_elements(cells.iter().map(|cell| cell.value)),
            valid,
            counts,
        ))
    }
}
