//! What can go wrong in the arithmetic.

use crate::ElementType;

/// Errors of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A block, its weights and its segments do not speak of the same number of axes.
    #[error("a block of {block} axes does not fit weights of {weights} and segments of {segments}")]
    Rank {
        /// Axes of the block.
        block: usize,
        /// Axes that have weights.
        weights: usize,
        /// Axes that have segments.
        segments: usize,
    },
    /// A segment reaches beyond the block or the accumulator it is used with.
    #[error("a segment on axis {axis} ends at {end}, beyond the length {len}")]
    Segment {
        /// Position of the axis.
        axis: usize,
        /// End of the segment.
        end: usize,
        /// Length it has to stay within.
        len: usize,
    },
    /// The block holds another element type than the accumulator was made for.
    #[error("expected elements of type {expected}, found {found}")]
    Type {
        /// Type of the accumulator.
        expected: ElementType,
        /// Type of the block.
        found: ElementType,
    },
    /// Bytes that are too few, too many or unaligned for the array they should be.
    #[error("{found} bytes are no array of {into} with shape {shape:?}")]
    Bytes {
        /// Number of bytes.
        found: usize,
        /// Type asked for.
        into: ElementType,
        /// Shape asked for.
        shape: Vec<usize>,
    },
    /// Two accumulators of different methods or types cannot be merged.
    #[error("accumulators of different kinds cannot be merged")]
    Kind,
    /// A result does not fit the type it is to be stored as.
    #[error("the value {value} does not fit {into}")]
    OutOfRange {
        /// The value.
        value: f64,
        /// The type asked for.
        into: ElementType,
    },
    /// A result equals the number that marks missing data.
    #[error("the value {value} equals the missing-data mark of {into}")]
    EqualsMissing {
        /// The value.
        value: f64,
        /// The type asked for.
        into: ElementType,
    },
    /// A sum of integers left the range of 64-bit integers.
    #[error("a sum of integers leaves the range of 64-bit integers")]
    Overflow,
    /// Weights were given that do not match the runs.
    #[error("{found} cell weights for a source axis of {expected} cells")]
    CellWeights {
        /// Cells of the axis.
        expected: usize,
        /// Weights given.
        found: usize,
    },
    /// A run of cells leaves the source axis.
    #[error("a run of {len} cells from {start} does not fit a source axis of {source_len} cells")]
    Run {
        /// First cell.
        start: usize,
        /// Number of cells.
        len: usize,
        /// Cells of the axis.
        source_len: usize,
    },
    /// The word is no method.
    #[error("unknown method `{0}`; known are {known}", known = crate::Method::NAMES.join(", "))]
    UnknownMethod(String),
}

/// Result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
