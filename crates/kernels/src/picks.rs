//! Picks: `first`, `last` and `nearest`, which take one cell of a window as it is.

use crate::{
    Accumulator, Block, Element, Error, Missing, Reduced, Result, Segment, Weights,
    accumulator::check,
    folded::{Totals, each_common_row, elements, enough, lens},
    reduced::Values,
    walk::{each_index, strides},
};
use std::{any::Any, ops::Range};

/// Which valid cell is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    /// The one of the lowest index.
    First,
    /// The one of the highest index.
    Last,
}

/// The picked cell of a window so far.
#[derive(Debug, Clone, Copy)]
struct PickCell<T> {
    value: T,
    /// Its place in the window, in C order; pieces may come in any order.
    place: u64,
    count: u64,
}

impl<T: Element> PickCell<T> {
    fn offer(&mut self, pick: Pick, other: &Self) {
        let better = match pick {
            Pick::First => other.place < self.place,
            Pick::Last => other.place > self.place,
        };
        if other.count > 0 && (self.count == 0 || better) {
            (self.value, self.place) = (other.value, other.place);
        }
        self.count += other.count;
    }
}

/// `first`, `last` or, with runs of one cell, `nearest`.
#[derive(Debug)]
pub(crate) struct Picks<T> {
    pick: Pick,
    missing: Missing<T>,
    targets: Vec<Range<usize>>,
    cells: Vec<PickCell<T>>,
}

impl<T: Element> Picks<T> {
    pub(crate) fn new(pick: Pick, missing: Missing<T>, targets: &[Range<usize>]) -> Self {
        let empty = PickCell {
            value: T::LOWEST,
            place: 0,
            count: 0,
        };
        let cells = vec![empty; targets.iter().map(Range::len).product()];
        Self {
            pick,
            missing,
            targets: targets.to_vec(),
            cells,
        }
    }

    /// The pick of one window within one piece.
    fn of_window(&self, data: &[T], shape: &[usize], window: &[&Segment]) -> PickCell<T> {
        let source_strides = strides(shape);
        let run_strides = strides(&window.iter().map(|s| s.run_len).collect::<Vec<_>>());
        let lens: Vec<usize> = window.iter().map(|segment| segment.source.len()).collect();
        let mut picked = PickCell {
            value: T::LOWEST,
            place: 0,
            count: 0,
        };
        each_index(&lens, |index| {
            let (mut at, mut place) = (0, 0);
            for (axis, segment) in window.iter().enumerate() {
                at += (segment.source.start + index[axis]) * source_strides[axis];
                place += ((segment.offset + index[axis]) * run_strides[axis]) as u64;
            }
            if !self.missing.is_missing(data[at]) {
                picked.offer(
                    self.pick,
                    &PickCell {
                        value: data[at],
                        place,
                        count: 1,
                    },
                );
            }
        });
        picked
    }
}

impl<T: Element> Accumulator for Picks<T> {
    fn push(
        &mut self,
        block: &Block<'_>,
        weights: &[Weights],
        segments: &[&[Segment]],
    ) -> Result<()> {
        let data = elements::<T>(block)?;
        check(block.shape(), &self.targets, weights, segments)?;
        let target_strides = strides(&lens(&self.targets));
        let counts: Vec<usize> = segments.iter().map(|segments| segments.len()).collect();
        each_index(&counts, |chosen| {
            let window: Vec<&Segment> = chosen
                .iter()
                .zip(segments)
                .map(|(&i, segments)| &segments[i])
                .collect();
            let picked = self.of_window(&data, block.shape(), &window);
            let cell: usize = window
                .iter()
                .enumerate()
                .map(|(axis, s)| (s.target - self.targets[axis].start) * target_strides[axis])
                .sum();
            self.cells[cell].offer(self.pick, &picked);
        });
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()> {
        let other = other
            .into_any()
            .downcast::<Self>()
            .map_err(|_| Error::Kind)?;
        if other.pick != self.pick {
            return Err(Error::Kind);
        }
        each_common_row(&self.targets, &other.targets, |own, others| {
            for (cell, other) in self.cells[own].iter_mut().zip(&other.cells[others]) {
                cell.offer(self.pick, other);
            }
        })
    }

    fn finish(self: Box<Self>, weights: &[Weights], min_valid: f64) -> Result<Reduced> {
        let totals = Totals::new(weights, &self.targets);
        let counts: Vec<u64> = self.cells.iter().map(|cell| cell.count).collect();
        let valid = enough(&counts, &|i| totals.of(i), min_valid);
        Ok(Reduced::new(
            Values::from_elements(self.cells.iter().map(|cell| cell.value)),
            valid,
            counts,
        ))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
