//! From the target cells of one dimension to its source cells.

use crate::run::Run;

/// The source cells of every target cell along one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mapping {
    /// A dimension nobody named: each of its cells (this many) maps to itself.
    Identity(usize),
    /// The runs of a target axis, in output order.
    Runs {
        /// One for each target cell.
        runs: Vec<Run>,
        /// [`Axis::ring_len`](crate::Axis::ring_len) of the source axis.
        ring: usize,
    },
}

impl Mapping {
    /// The number of target cells.
    pub fn len(&self) -> usize {
        match self {
            Self::Identity(n) => *n,
            Self::Runs { runs, .. } => runs.len(),
        }
    }

    /// Whether there is no target cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of distinct source cells, over which the runs count.
    pub fn source_len(&self) -> usize {
        match self {
            Self::Identity(n) => *n,
            Self::Runs { ring, .. } => *ring,
        }
    }

    /// The source cells of target cell `target`.
    ///
    /// # Panics
    /// Unless `target < len()`.
    pub fn run(&self, target: usize) -> Run {
        match self {
            Self::Identity(n) => {
                assert!(target < *n, "target cell {target} of {n}");
                Run {
                    start: target,
                    len: 1,
                }
            }
            Self::Runs { runs, .. } => runs[target],
        }
    }
}
