//! What is to be done: a job, with every choice made.

use rsmp_grid::{Closed, DimSpec};
use rsmp_kernels::Method;
use rsmp_storage::{Compression, DataType, Dataset, Format, Location};
use std::collections::BTreeMap;

/// A resampling job.
#[derive(Debug, Clone)]
pub struct Job {
    /// The dataset to read.
    pub source: Dataset,
    /// Where to write; nothing may be there yet.
    pub destination: Location,
    /// The dimensions to resample; all others are kept.
    pub dimensions: Vec<DimSpec>,
    /// Names of the variables, empty for all that have the dimensions.
    pub variables: Vec<String>,
    /// How the cells of a window become one value.
    pub method: Method,
    /// Whether a cell on the edge of two windows belongs to one or both.
    pub closed: Closed,
    /// Share of non-missing cells, from 0 to 1, below which a window is missing.
    pub min_valid: f64,
    /// How to store the result.
    pub output: OutputOptions,
    /// What the job may use.
    pub limits: Limits,
    /// The line that the `history` attribute gains, as it is: time, program, arguments, no credentials.
    pub history: String,
}

/// How the result is stored. The default is the source's own format and compression.
#[derive(Debug, Clone, Default)]
pub struct OutputOptions {
    /// Type of the values; `None`: float32 or float64 by the source's type.
    pub data_type: Option<DataType>,
    /// Zarr format; `None`: the source's.
    pub format: Option<Format>,
    /// Chunk length by dimension; others by default.
    pub chunks: BTreeMap<String, usize>,
    /// Compression; `None`: the source's where it fits.
    pub compression: Option<Compression>,
}

/// What a job may use of the machine.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Threads that decode, reduce and encode.
    pub workers: usize,
    /// Bytes of memory that chunks and accumulators may take together.
    pub memory: u64,
    /// Chunks that are read ahead of the workers.
    pub requests: usize,
    /// Windows per batch, rounded up to whole destination chunks; `None`: 64 destination chunks.
    pub batch_windows: Option<usize>,
}

impl Default for Limits {
    /// Two workers, 1 GiB, four chunks ahead.
    fn default() -> Self {
        Self {
            workers: 2,
            memory: 1 << 30,
            requests: 4,
            batch_windows: None,
        }
    }
}
