//! The source cells of one window along one axis.

use std::ops::Range;

/// A run of source cells that may go round the seam of a cyclic axis.
///
/// Cell `k` of the run is source index `(start + k) % ring_len`, with [`Axis::ring_len`] of the axis that
/// made it: rising index order, as if the source had been rolled first. `start < ring_len` and
/// `len <= ring_len`; a `len` of 0 holds nothing.
///
/// [`Axis::ring_len`]: crate::Axis::ring_len
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Run {
    /// Source index of the first cell; 0 for an empty run.
    pub start: usize,
    /// How many cells.
    pub len: usize,
}

impl Run {
    /// Whether the run holds no cell.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The source indices of the run, in its order.
    pub fn indices(self, ring_len: usize) -> impl Iterator<Item = usize> {
        let [before, after] = self.pieces(ring_len);
        before.chain(after)
    }

    /// The run as two contiguous index ranges: before and after the seam.
    ///
    /// The second is empty for a run that does not cross it, both are for an empty run.
    ///
    /// # Example
    /// ```
    /// # use rsmp_grid::Run;
    /// assert_eq!(Run { start: 8, len: 4 }.pieces(10), [8..10, 0..2]);
    /// assert_eq!(Run { start: 2, len: 4 }.pieces(10), [2..6, 0..0]);
    /// ```
    pub fn pieces(self, ring_len: usize) -> [Range<usize>; 2] {
        let before = self.len.min(ring_len.saturating_sub(self.start));
        [self.start..self.start + before, 0..self.len - before]
    }
}
