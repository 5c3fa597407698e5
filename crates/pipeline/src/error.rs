//! What can go wrong with a job.

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source or the destination failed.
    #[error(transparent)]
    Storage(#[from] rsmp_storage::Error),
    /// A dimension cannot be cut as asked.
    #[error(transparent)]
    Grid(#[from] rsmp_grid::Error),
    /// A variable cannot be reduced as asked.
    #[error("variable `{variable}`: {source}")]
    Kernel {
        /// The variable.
        variable: String,
        /// What the arithmetic said.
        source: rsmp_kernels::Error,
    },
    /// The same dimension was named twice, perhaps under two names.
    #[error("dimension `{dimension}` is named more than once")]
    DuplicateDimension {
        /// The dimension.
        dimension: String,
    },
    /// Windows along a time axis.
    #[error("dimension `{dimension}` is a time axis; time windows are not supported")]
    TimeAxis {
        /// The dimension.
        dimension: String,
    },
    /// No dimension was named.
    #[error("no dimension is named to be resampled; `{location}` has {known}")]
    NoDimensions {
        /// The source.
        location: String,
        /// Its dimensions.
        known: String,
    },
    /// No variable has the named dimensions.
    #[error("no numeric variable of `{location}` has the dimensions {dimensions}")]
    NoVariables {
        /// The source.
        location: String,
        /// The dimensions asked for.
        dimensions: String,
    },
    /// A variable was named that the job makes itself.
    #[error(
        "`{variable}` is the coordinate or bounds of a resampled dimension, which are made anew"
    )]
    MadeVariable {
        /// The variable.
        variable: String,
    },
    /// The destination is the source, inside it, or around it.
    #[error("the destination `{destination}` and the source `{source_location}` overlap")]
    Overlap {
        /// The destination.
        destination: String,
        /// The source.
        source_location: String,
    },
    /// A chunk length was given for a dimension that no variable has.
    #[error("`{dimension}` in the chunk lengths is no dimension of the output")]
    UnknownChunkDimension {
        /// The name.
        dimension: String,
    },
    /// An option out of its range.
    #[error("{option} is {value}: {reason}")]
    Option {
        /// The option.
        option: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        reason: &'static str,
    },
    /// The memory budget is too small for the largest piece of work.
    #[error(
        "a memory budget of {given} bytes is too small: this job needs at least {needed} ({:.1} MB)",
        *needed as f64 / 1e6
    )]
    Memory {
        /// The budget.
        given: u64,
        /// The smallest that works.
        needed: u64,
    },
    /// The job was asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// A task ended without a result.
    #[error("a task stopped unexpectedly: {0}")]
    Task(String),
}

impl Error {
    pub(crate) fn kernel(variable: &str) -> impl Fn(rsmp_kernels::Error) -> Self + use<> {
        let variable = variable.to_owned();
        move |source| Self::Kernel {
            variable: variable.clone(),
            source,
        }
    }
}

/// Result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
