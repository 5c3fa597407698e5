//! Which source cells each window holds.

use std::fmt;
use std::str::FromStr;

use crate::axis::Axis;
use crate::error::{Error, Result};
use crate::run::Run;
use crate::target::Target;
use crate::unrolled::Unrolled;

/// Which of its two edges a window owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Closed {
    /// The lower one; the highest window owns both. Every cell in range counts exactly once.
    #[default]
    Left,
    /// Both, compared without tolerance: a cell on an edge counts in two windows.
    Both,
}

impl FromStr for Closed {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "left" => Ok(Self::Left),
            "both" => Ok(Self::Both),
            _ => Err(Error::UnknownClosed {
                text: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Left => "left",
            Self::Both => "both",
        })
    }
}

/// One window of a target axis with its source cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The position in output order.
    pub target: usize,
    /// The edges as `[low, high]`.
    pub bounds: [f64; 2],
    /// The source cells; may be none.
    pub cells: Run,
}

impl Target {
    /// Finds the source cells of each window, in output order.
    ///
    /// Cells are chosen by their centres, as docs/semantics.md section 3 says; a centre lies on an edge within
    /// a thousandth of the spacing ([`Axis::spacing`], or the distance of the neighbours at the edge where
    /// that is smaller) or within two float32 steps of an axis stored so. Windows past the ends of the
    /// source hold nothing. Longitudes are compared round the circle; a target that goes all the way round
    /// gives a cell on its seam to the lowest window alone ([`Closed::Left`]). A single value selects the
    /// cell at that coordinate within the same tolerance, whichever way windows are closed.
    ///
    /// # Errors
    /// [`Error::NoOverlap`] if no window holds a cell, [`Error::NoCellAt`] for a single value without a
    /// cell, [`Error::RangeBeyondCircle`] for longitudes over more than 360 degrees.
    pub fn windows(&self, axis: &Axis, closed: Closed) -> Result<Vec<Run>> {
        let line = Unrolled::new(axis);
        self.check_circle(&line)?;
        if self.is_single() {
            return Ok(vec![self.single_cell(&line)?]);
        }
        let runs = match closed {
            Closed::Left => self.half_open(&line),
            Closed::Both => self.closed(&line),
        };
        if runs.iter().all(Run::is_empty) {
            return Err(self.no_overlap(axis));
        }
        Ok(self.in_order(runs))
    }

    /// Walks the windows with their edges and source cells, in output order.
    ///
    /// # Errors
    /// Those of [`Target::windows`].
    pub fn intervals(
        &self,
        axis: &Axis,
        closed: Closed,
    ) -> Result<impl ExactSizeIterator<Item = Interval> + use<>> {
        let (bounds, runs) = (self.bounds(), self.windows(axis, closed)?);
        let pairs = bounds.into_iter().zip(runs).enumerate();
        Ok(pairs.map(|(target, (bounds, cells))| Interval {
            target,
            bounds,
            cells,
        }))
    }

    pub(crate) fn check_circle(&self, line: &Unrolled<'_>) -> Result<()> {
        let [start, stop] = self.range();
        match line.period() {
            Some(period) if stop - start > period + line.tolerance(start) => {
                Err(Error::RangeBeyondCircle {
                    dimension: self.dimension().to_owned(),
                    start,
                    stop,
                })
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn no_overlap(&self, axis: &Axis) -> Error {
        let [start, stop] = self.range();
        let centres = axis.centres();
        let (first, last) = (centres[0], centres[centres.len() - 1]);
        Error::NoOverlap {
            dimension: self.dimension().to_owned(),
            start,
            stop,
            low: first.min(last),
            high: first.max(last),
        }
    }

    /// The cell at a single value.
    fn single_cell(&self, line: &Unrolled<'_>) -> Result<Run> {
        let [value, _] = self.range();
        let place = line.nearest(value, 0.0);
        if (line.position(place) - value).abs() <= line.tolerance(value) {
            return Ok(line.run(place, place + 1));
        }
        Err(Error::NoCellAt {
            dimension: self.dimension().to_owned(),
            value,
            nearest: line.stored(place),
        })
    }

    /// `lo <= centre < hi`, the highest window `lo <= centre <= hi`, each within the tolerance.
    ///
    /// Neighbouring windows share the place where they are cut, so no cell is lost or counted twice.
    fn half_open(&self, line: &Unrolled<'_>) -> Vec<Run> {
        let [start, stop] = self.range();
        let cut = |edge: f64| line.first_from(edge - line.tolerance(edge));
        let lowest = cut(start);
        // Once round the circle is enough: a cell on the seam is not met again at the far end.
        let above = line.first_above(stop + line.tolerance(stop));
        let highest = above.clamp(lowest, lowest + line.n());
        let mut from = lowest;
        let windows = (1..=self.len()).map(|i| {
            let to = if i == self.len() {
                highest
            } else {
                cut(self.edge(i)).clamp(from, highest)
            };
            let run = line.run(from, to);
            from = to;
            run
        });
        windows.collect()
    }

    /// `lo <= centre <= hi`, compared as the numbers are.
    fn closed(&self, line: &Unrolled<'_>) -> Vec<Run> {
        let windows = (0..self.len()).map(|i| {
            let (low, high) = (self.edge(i), self.edge(i + 1));
            let from = line.first_from(low - line.rounding(low));
            let to = line.first_above(high + line.rounding(high));
            line.run(from, to)
        });
        windows.collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
