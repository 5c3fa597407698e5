//! The accumulator of every method that folds cells in any grouping: rows of a window are first folded
//! onto one row of columns, along the contiguous axis and several lanes wide, then the columns of each
//! window onto its cell.

use crate::{
    Accumulator, Block, Element, Error, Missing, Reduced, Result, Segment, Weights,
    accumulator::check,
    walk::{each_index, strides},
};
use std::{any::Any, borrow::Cow, fmt::Debug, ops::Range};

/// One method for one element type, split in the two steps.
pub(crate) trait Fold<T>: Debug + Send + 'static {
    /// State of one window: what pieces exchange.
    type Cell: Copy + Debug + Send;

    /// The state of a window that has seen nothing.
    fn empty(&self) -> Self::Cell;

    /// Starts over with `width` empty columns.
    fn clear(&mut self, width: usize);

    /// Folds one row of elements, all of one weight, onto the columns.
    fn add_row(&mut self, row: &[T], weight: f64, missing: &Missing<T>);

    /// Folds some columns, weighted by `coefficients` where there are any, onto a cell.
    fn collect(&self, columns: Range<usize>, coefficients: Option<&[f64]>, cell: &mut Self::Cell);

    /// Folds one cell onto another.
    fn merge(&self, cell: &mut Self::Cell, other: &Self::Cell);

    /// Makes the values; `total` gives the number and the weight of all cells of each window.
    fn finish(
        &self,
        cells: &[Self::Cell],
        total: &dyn Fn(usize) -> (u64, f64),
        min_valid: f64,
    ) -> Result<Reduced>;
}

/// Cells of a box of targets, and the method that folds onto them.
#[derive(Debug)]
pub(crate) struct Folded<T, F: Fold<T>> {
    fold: F,
    missing: Missing<T>,
    targets: Vec<Range<usize>>,
    cells: Vec<F::Cell>,
}

impl<T: Element, F: Fold<T>> Folded<T, F> {
    pub(crate) fn new(fold: F, missing: Missing<T>, targets: &[Range<usize>]) -> Self {
        let len = targets.iter().map(Range::len).product();
        let cells = vec![fold.empty(); len];
        Self {
            fold,
            missing,
            targets: targets.to_vec(),
            cells,
        }
    }
}

impl<T: Element, F: Fold<T>> Accumulator for Folded<T, F> {
    fn push(
        &mut self,
        block: &Block<'_>,
        weights: &[Weights],
        segments: &[&[Segment]],
    ) -> Result<()> {
        let data = elements::<T>(block)?;
        check(block.shape(), &self.targets, weights, segments)?;
        let Some((inner, outer)) = segments.split_last() else {
            return Err(Error::Rank {
                block: 0,
                weights: 0,
                segments: 0,
            });
        };
        let (Some(from), Some(to)) = (
            inner.iter().map(|segment| segment.source.start).min(),
            inner.iter().map(|segment| segment.source.end).max(),
        ) else {
            return Ok(());
        };
        let source_strides = strides(block.shape());
        let target_strides = strides(&lens(&self.targets));
        let last = outer.len();
        let outer_lens: Vec<usize> = outer.iter().map(|segments| segments.len()).collect();

        each_index(&outer_lens, |chosen| {
            let window = || chosen.iter().zip(outer).map(|(&i, segments)| &segments[i]);
            let row_lens: Vec<usize> = window().map(|segment| segment.source.len()).collect();
            self.fold.clear(to - from);
            each_index(&row_lens, |row| {
                let mut at = from;
                let mut weight = 1.0;
                for (axis, segment) in window().enumerate() {
                    at += (segment.source.start + row[axis]) * source_strides[axis];
                    if let Some(coefficients) = weights[axis].coefficients(segment) {
                        weight *= coefficients[row[axis]];
                    }
                }
                self.fold
                    .add_row(&data[at..at + (to - from)], weight, &self.missing);
            });
            let base: usize = window()
                .enumerate()
                .map(|(axis, s)| (s.target - self.targets[axis].start) * target_strides[axis])
                .sum();
            for segment in *inner {
                let columns = segment.source.start - from..segment.source.end - from;
                let cell = &mut self.cells[base + segment.target - self.targets[last].start];
                self.fold
                    .collect(columns, weights[last].coefficients(segment), cell);
            }
        });
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()> {
        let other = other
            .into_any()
            .downcast::<Self>()
            .map_err(|_| Error::Kind)?;
        each_common_row(&self.targets, &other.targets, |own, others| {
            for (cell, other) in self.cells[own].iter_mut().zip(&other.cells[others]) {
                self.fold.merge(cell, other);
            }
        })
    }

    fn finish(self: Box<Self>, weights: &[Weights], min_valid: f64) -> Result<Reduced> {
        let totals = Totals::new(weights, &self.targets);
        self.fold.finish(&self.cells, &|i| totals.of(i), min_valid)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Which windows have at least one valid cell, and of all their cells the share that is asked for.
pub(crate) fn enough(
    counts: &[u64],
    total: &dyn Fn(usize) -> (u64, f64),
    min_valid: f64,
) -> Vec<bool> {
    let share = |i: usize, count: u64| count as f64 / total(i).0 as f64;
    let counts = counts.iter().enumerate();
    counts
        .map(|(i, &count)| count > 0 && share(i, count) >= min_valid)
        .collect()
}

/// Number and weight of all cells of each window of a box, valid or not.
pub(crate) struct Totals {
    strides: Vec<usize>,
    counts: Vec<Vec<u64>>,
    weights: Vec<Vec<f64>>,
}

impl Totals {
    pub(crate) fn new(weights: &[Weights], targets: &[Range<usize>]) -> Self {
        let axes = || weights.iter().zip(targets);
        Self {
            strides: strides(&lens(targets)),
            counts: axes()
                .map(|(w, targets)| targets.clone().map(|t| w.count(t) as u64).collect())
                .collect(),
            weights: axes()
                .map(|(w, targets)| targets.clone().map(|t| w.total(t)).collect())
                .collect(),
        }
    }

    pub(crate) fn of(&self, cell: usize) -> (u64, f64) {
        let (mut rest, mut count, mut weight) = (cell, 1, 1.0);
        for (axis, stride) in self.strides.iter().enumerate() {
            let index = rest / stride;
            rest %= stride;
            count *= self.counts[axis][index];
            weight *= self.weights[axis][index];
        }
        (count, weight)
    }
}

/// The elements of a block in C order, copied only when they are stored otherwise.
pub(crate) fn elements<'b, T: Element>(block: &'b Block<'_>) -> Result<Cow<'b, [T]>> {
    let view = T::view(block).ok_or(Error::Type {
        expected: T::TYPE,
        found: block.element_type(),
    })?;
    Ok(match view.as_slice() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(view.iter().copied().collect()),
    })
}

pub(crate) fn lens(targets: &[Range<usize>]) -> Vec<usize> {
    targets.iter().map(Range::len).collect()
}

/// Calls `visit` with the ranges of cells, in `outer` and in `inner`, of every row of the inner box.
pub(crate) fn each_common_row(
    outer: &[Range<usize>],
    inner: &[Range<usize>],
    mut visit: impl FnMut(Range<usize>, Range<usize>),
) -> Result<()> {
    if outer.len() != inner.len() {
        return Err(Error::Rank {
            block: outer.len(),
            weights: inner.len(),
            segments: inner.len(),
        });
    }
    for (axis, (o, i)) in outer.iter().zip(inner).enumerate() {
        if i.start < o.start || i.end > o.end {
            return Err(Error::Segment {
                axis,
                end: i.end,
                len: o.end,
            });
        }
    }
    let Some(width) = inner.last().map(Range::len) else {
        return Ok(());
    };
    let (outer_strides, inner_strides) = (strides(&lens(outer)), strides(&lens(inner)));
    let last = inner.len() - 1;
    each_index(&lens(&inner[..last]), |row| {
        let mut own = inner[last].start - outer[last].start;
        let mut others = 0;
        for (axis, &index) in row.iter().enumerate() {
            own += (inner[axis].start - outer[axis].start + index) * outer_strides[axis];
            others += index * inner_strides[axis];
        }
        visit(own..own + width, others..others + width);
    });
    Ok(())
}
