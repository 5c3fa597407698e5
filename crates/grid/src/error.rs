//! What can be wrong with an axis, a request or a chunk grid.

/// The result of a fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What was wrong, with the dimension and the values that show it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "the fields are named by the messages that print them"
)]
pub enum Error {
    /// An axis without a single cell.
    #[error("axis `{dimension}` has no cells")]
    EmptyAxis { dimension: String },

    /// A coordinate or a cell bound that is NaN or infinite.
    #[error("axis `{dimension}` has the value {value} at index {index}, which is not finite")]
    NotFinite {
        dimension: String,
        index: usize,
        value: f64,
    },

    /// A coordinate that turns back.
    #[error(
        "axis `{dimension}` is not strictly monotonic: {value} at index {index} turns back after \
         {previous}"
    )]
    NotMonotonic {
        dimension: String,
        index: usize,
        previous: f64,
        value: f64,
    },

    /// The same coordinate twice in a row.
    #[error(
        "axis `{dimension}` has the coordinate {value} twice: at index {} and at index {index}",
        index - 1
    )]
    DuplicateCoordinate {
        dimension: String,
        index: usize,
        value: f64,
    },

    /// Not one pair of bounds for each cell.
    #[error("axis `{dimension}` has {expected} cells but {found} pairs of bounds")]
    BoundsLength {
        dimension: String,
        expected: usize,
        found: usize,
    },

    /// A cell whose centre is outside its own bounds.
    #[error(
        "axis `{dimension}` has the centre {centre} at index {index} outside its bounds \
         [{}, {}]",
        bounds[0],
        bounds[1]
    )]
    BoundsNotEnclosing {
        dimension: String,
        index: usize,
        centre: f64,
        bounds: [f64; 2],
    },

    /// Longitudes that span more than 360 degrees.
    #[error(
        "axis `{dimension}` goes from {first} to {last}, more than one circle of 360 degrees; \
         projected coordinates are not longitudes"
    )]
    AxisBeyondCircle {
        dimension: String,
        first: f64,
        last: f64,
    },

    /// A latitude outside -90..90.
    #[error(
        "axis `{dimension}` has the latitude {value} at index {index}, beyond the pole; \
         projected coordinates are not latitudes"
    )]
    BeyondPole {
        dimension: String,
        index: usize,
        value: f64,
    },

    /// A specification without `=`.
    #[error("`{text}` has no `=`: expected `NAME=START:STOP:STEP` or `NAME=VALUE`")]
    MissingEquals { text: String },

    /// A specification that does not name its dimension.
    #[error("`{text}` does not name a dimension before the `=`")]
    MissingName { text: String },

    /// A part of a specification that should be a finite number and is not.
    #[error("dimension `{dimension}`: `{text}` is not a number")]
    NotANumber { dimension: String, text: String },

    /// A specification of more than four parts.
    #[error(
        "dimension `{dimension}`: `{text}` has {found} parts, at most 4 are known: \
         `START:STOP:STEP:invert`"
    )]
    TooManyParts {
        dimension: String,
        text: String,
        found: usize,
    },

    /// A last part that is not `invert`.
    #[error("dimension `{dimension}`: unknown flag `{flag}`, the only one is `invert`")]
    UnknownFlag { dimension: String, flag: String },

    /// A specification by dates.
    #[error("dimension `{dimension}`: `{text}` is a date; time windows are not supported")]
    TimeWindow { dimension: String, text: String },

    /// A word that is not a way to close windows.
    #[error("`{text}` is not a way to close windows: expected `left` or `both`")]
    UnknownClosed { text: String },

    /// A step that is zero, negative, NaN or infinite.
    #[error("dimension `{dimension}`: step {step} is not a positive finite number")]
    Step { dimension: String, step: f64 },

    /// A range or value that is NaN or infinite.
    #[error("dimension `{dimension}`: range {start}..{stop} is not finite")]
    RangeNotFinite {
        dimension: String,
        start: f64,
        stop: f64,
    },

    /// A range from high to low.
    #[error(
        "dimension `{dimension}`: start {start} is above stop {stop}; give the lower end first \
         and `invert` to write windows from high to low"
    )]
    StartAboveStop {
        dimension: String,
        start: f64,
        stop: f64,
    },

    /// A step so small that the windows cannot be counted out.
    #[error("dimension `{dimension}`: {count} windows are too many (at most {limit})")]
    TooManyWindows {
        dimension: String,
        count: f64,
        limit: usize,
    },

    /// A target range of longitudes that spans more than 360 degrees.
    #[error(
        "dimension `{dimension}`: range {start}..{stop} is more than one circle of 360 degrees"
    )]
    RangeBeyondCircle {
        dimension: String,
        start: f64,
        stop: f64,
    },

    /// A range that holds no source cell at all.
    #[error(
        "dimension `{dimension}`: range {start}..{stop} touches no source cell, the source has \
         {low}..{high}"
    )]
    NoOverlap {
        dimension: String,
        start: f64,
        stop: f64,
        low: f64,
        high: f64,
    },

    /// A single value at which there is no source cell.
    #[error("dimension `{dimension}`: no source cell at {value}, the nearest is at {nearest}")]
    NoCellAt {
        dimension: String,
        value: f64,
        nearest: f64,
    },

    /// Shape and chunk shape (or block) of different rank.
    #[error("a shape of {expected} dimensions cannot be cut by {found} chunk lengths")]
    Rank { expected: usize, found: usize },

    /// A chunk length of zero.
    #[error("the chunk length of dimension {dimension} is 0 in {chunk:?}")]
    ZeroChunk { dimension: usize, chunk: Vec<usize> },

    /// More chunks than can be counted.
    #[error("shape {shape:?} in chunks of {chunk:?} has more chunks than can be counted")]
    TooManyChunks {
        shape: Vec<usize>,
        chunk: Vec<usize>,
    },
}
