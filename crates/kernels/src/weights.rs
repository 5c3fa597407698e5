//! Per target cell of one axis: the run of source cells that makes it, and their weights.

use crate::{Error, Result};
use std::ops::Range;

/// The source cells, and their weights, of each target cell along one axis.
///
/// A run is contiguous in *unrolled* index space: cell `k` of a run that starts at `start` is the source
/// index `(start + k) % source_len`, so a window across the seam of a cyclic axis is one run. Stored like
/// a compressed sparse row matrix: a start and a length per row, the weights of all rows behind each other.
///
/// # Example
/// ```
/// use rsmp_kernels::Weights;
/// // Two windows of three cells, the second across the seam of a ring of five.
/// let weights = Weights::windows(5, [(0, 3), (3, 3)])?;
/// assert_eq!(weights.len(), 2);
/// assert_eq!(weights.cells(1).collect::<Vec<_>>(), [3, 4, 0]);
/// # Ok::<(), rsmp_kernels::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    source_len: usize,
    starts: Vec<usize>,
    /// `offsets[i]..offsets[i + 1]` are the coefficients of row `i`; its length is the run's.
    offsets: Vec<usize>,
    /// `None`: all are one.
    coefficients: Option<Vec<f64>>,
}

impl Weights {
    /// Weights of one for every cell of every run `(start, len)`.
    ///
    /// # Errors
    /// [`Error::Run`] for a run that starts outside the axis or is longer than it.
    pub fn windows(
        source_len: usize,
        runs: impl IntoIterator<Item = (usize, usize)>,
    ) -> Result<Self> {
        let mut starts = Vec::new();
        let mut offsets = vec![0];
        let mut total = 0;
        for (start, len) in runs {
            if len > source_len || (len > 0 && start >= source_len) {
                return Err(Error::Run {
                    start,
                    len,
                    source_len,
                });
            }
            starts.push(start);
            total += len;
            offsets.push(total);
        }
        Ok(Self {
            source_len,
            starts,
            offsets,
            coefficients: None,
        })
    }

    /// Every source cell is a target cell of its own: the axis is kept.
    pub fn identity(source_len: usize) -> Self {
        Self {
            source_len,
            starts: (0..source_len).collect(),
            offsets: (0..=source_len).collect(),
            coefficients: None,
        }
    }

    /// Multiplies the weight of each source cell by `cell_weights`, for means weighted by cell size.
    ///
    /// # Units
    /// `cell_weights`: any common scale, for instance `|sin φ_hi - sin φ_lo|` of each row.
    ///
    /// # Errors
    /// [`Error::CellWeights`] unless there is one per source cell.
    pub fn with_cell_weights(mut self, cell_weights: &[f64]) -> Result<Self> {
        if cell_weights.len() < self.source_len {
            return Err(Error::CellWeights {
                expected: self.source_len,
                found: cell_weights.len(),
            });
        }
        let old = self.coefficients.take();
        let cells = (0..self.len()).flat_map(|target| self.cells(target));
        let new = cells
            .enumerate()
            .map(|(i, cell)| cell_weights[cell] * old.as_ref().map_or(1.0, |old| old[i]))
            .collect();
        self.coefficients = Some(new);
        Ok(self)
    }

    /// Number of target cells.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// True when there is no target cell.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Number of source cells on the ring or line.
    pub fn source_len(&self) -> usize {
        self.source_len
    }

    /// Source indices of one target cell, in the order of the axis (unrolled).
    pub fn cells(&self, target: usize) -> impl Iterator<Item = usize> + use<> {
        let (start, ring) = (self.starts[target], self.source_len);
        (0..self.count(target)).map(move |k| (start + k) % ring)
    }

    /// Number of source cells of one target cell.
    pub fn count(&self, target: usize) -> usize {
        self.offsets[target + 1] - self.offsets[target]
    }

    /// Sum of the weights of one target cell.
    pub fn total(&self, target: usize) -> f64 {
        match &self.coefficients {
            None => self.count(target) as f64,
            Some(all) => all[self.offsets[target]..self.offsets[target + 1]]
                .iter()
                .sum(),
        }
    }

    /// Coefficients of a segment; `None` when all are one.
    pub(crate) fn coefficients(&self, segment: &Segment) -> Option<&[f64]> {
        let first = self.offsets[segment.target] + segment.offset;
        self.coefficients
            .as_ref()
            .map(|all| &all[first..first + segment.source.len()])
    }

    /// Cuts the runs of `targets` where the source axis is cut in pieces of `piece` cells.
    ///
    /// Returns, for each piece that holds a cell of them, its number and the segments inside it, pieces
    /// in rising order; within a piece the segments are in the order of the targets. A run across the
    /// seam can have two segments in one piece.
    ///
    /// # Panics
    /// If `piece` is zero or `targets` reaches beyond [`len`](Self::len).
    pub fn pieces(&self, targets: Range<usize>, piece: usize) -> Vec<(usize, Vec<Segment>)> {
        let mut by_piece = std::collections::BTreeMap::<usize, Vec<Segment>>::new();
        for target in targets {
            let (start, len) = (self.starts[target], self.count(target));
            let mut offset = 0;
            while offset < len {
                let at = (start + offset) % self.source_len;
                let number = at / piece;
                let end = ((number + 1) * piece).min(self.source_len);
                let take = (end - at).min(len - offset);
                let local = at - number * piece;
                by_piece.entry(number).or_default().push(Segment {
                    target,
                    source: local..local + take,
                    offset,
                    run_len: len,
                });
                offset += take;
            }
        }
        by_piece.into_iter().collect()
    }
}

/// The part of one target cell's run that lies in one piece of the source axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The target cell.
    pub target: usize,
    /// The cells, counted from the start of the piece.
    pub source: Range<usize>,
    /// Cells of the run before this segment.
    pub offset: usize,
    /// Cells of the whole run.
    pub run_len: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_run_across_the_seam_has_two_segments() {
        let weights = Weights::windows(10, [(8, 4)]).unwrap();
        let pieces = weights.pieces(0..1, 10);
        assert_eq!(
            pieces,
            [(
                0,
                vec![
                    Segment {
                        target: 0,
                        source: 8..10,
                        offset: 0,
                        run_len: 4
                    },
                    Segment {
                        target: 0,
                        source: 0..2,
                        offset: 2,
                        run_len: 4
                    },
                ]
            )]
        );
    }

    #[test]
    fn runs_outside_the_axis_are_refused() {
        assert!(matches!(
            Weights::windows(4, [(4, 1)]),
            Err(Error::Run { start: 4, .. })
        ));
        assert!(matches!(
            Weights::windows(4, [(0, 5)]),
            Err(Error::Run { len: 5, .. })
        ));
        assert!(
            Weights::windows(4, [(9, 0)]).is_ok(),
            "an empty run starts anywhere"
        );
    }

    proptest! {
        #[test]
        fn pieces_hold_every_cell_of_every_run_once(
            ring in 1usize..40,
            runs in prop::collection::vec((0usize..40, 0usize..40), 0..12),
            piece in 1usize..45,
        ) {
            let runs: Vec<_> = runs.into_iter().map(|(s, l)| (s % ring, l.min(ring))).collect();
            let cell_weights: Vec<f64> = (0..ring).map(|i| i as f64).collect();
            let weights = Weights::windows(ring, runs).unwrap().with_cell_weights(&cell_weights).unwrap();
            let mut seen = vec![Vec::new(); weights.len()];
            for (number, segments) in weights.pieces(0..weights.len(), piece) {
                for segment in segments {
                    let coefficients = weights.coefficients(&segment).unwrap();
                    for (k, local) in segment.source.clone().enumerate() {
                        let cell = number * piece + local;
                        prop_assert_eq!(coefficients[k], cell as f64);
                        seen[segment.target].push((segment.offset + k, cell));
                    }
                }
            }
            for (target, mut cells) in seen.into_iter().enumerate() {
                cells.sort_unstable();
                let cells: Vec<_> = cells.into_iter().map(|(_, cell)| cell).collect();
                prop_assert_eq!(cells, weights.cells(target).collect::<Vec<_>>());
            }
        }
    }
}
