//! Which source cell is nearest to the middle of each window.

use crate::axis::Axis;
use crate::error::{Error, Result};
use crate::run::Run;
use crate::target::Target;
use crate::unrolled::Unrolled;

impl Target {
    /// Finds the source cell nearest to the middle of each window, in output order.
    ///
    /// Each run has one cell, or none where the middle is outside the outer bounds of the axis. Ties,
    /// within the tolerance of windows, go to the lower coordinate. Longitudes wrap: between the last and the first
    /// cell of a full circle the last one is the lower; the gap beside a regional axis is outside.
    /// See docs/semantics.md section 5.
    ///
    /// # Errors
    /// [`Error::NoOverlap`] if every middle is outside ([`Error::NoCellAt`] for a single value),
    /// [`Error::RangeBeyondCircle`] for longitudes over more than 360 degrees.
    pub fn nearest(&self, axis: &Axis) -> Result<Vec<Run>> {
        let line = Unrolled::new(axis);
        self.check_circle(&line)?;
        let runs: Vec<Run> = (0..self.len())
            .map(|i| {
                let middle = self.centre(i);
                if !line.covers(middle) {
                    return Run::default();
                }
                let place = line.nearest(middle, line.tolerance(middle));
                line.run(place, place + 1)
            })
            .collect();
        if !runs.iter().all(Run::is_empty) {
            return Ok(self.in_order(runs));
        }
        Err(if self.is_single() {
            let [value, _] = self.range();
            Error::NoCellAt {
                dimension: self.dimension().to_owned(),
                value,
                nearest: line.stored(line.nearest(value, 0.0)),
            }
        } else {
            self.no_overlap(axis)
        })
    }
}

impl Unrolled<'_> {
    /// The place nearest to `x`, the lower one where the distances differ by no more than `slack`.
    pub(crate) fn nearest(&self, x: f64, slack: f64) -> i64 {
        let upper = self.first_from(x);
        let lower = upper - 1;
        if self.period().is_none() {
            if upper == 0 {
                return upper;
            }
            if upper == self.n() {
                return lower;
            }
        }
        let below = x - self.position(lower);
        let above = self.position(upper) - x;
        if below <= above + slack { lower } else { upper }
    }
}

#[cfg(test)]
mod tests;
