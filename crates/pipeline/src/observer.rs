//! What a running job tells, and what it says at the end.

/// Something that happened in a running job.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Work on a variable starts.
    VariableStarted {
        /// The variable.
        variable: &'a str,
        /// Number of its batches.
        n_batches: usize,
        /// Number of its windows.
        n_windows: usize,
    },
    /// A source chunk was read, decoded and reduced.
    ChunkDone {
        /// Bytes as stored; 0 for an absent chunk.
        stored_bytes: u64,
        /// Size of the chunk in bytes, decoded; of an absent one too, so that the sum is the plan's.
        chunk_bytes: u64,
    },
    /// All chunks of a batch were written.
    BatchDone {
        /// The variable.
        variable: &'a str,
        /// Number of the batch, from 0.
        batch: usize,
        /// Windows of the batch.
        n_windows: usize,
    },
    /// All batches are written and the metadata as well.
    Finished,
}

/// Takes the events of a running job, from any of its threads.
pub trait Observer: Send + Sync {
    /// Takes one event; should return at once.
    fn event(&self, event: &Event<'_>);
}

/// Ignores every event.
impl Observer for () {
    fn event(&self, _event: &Event<'_>) {}
}

/// What a finished job did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Chunks read.
    pub chunks_read: u64,
    /// Chunks that were absent in the source, and read as fill value.
    pub chunks_absent: u64,
    /// Bytes read, as stored.
    pub bytes_read: u64,
    /// Bytes decoded.
    pub bytes_decoded: u64,
    /// Chunks written; those that hold only missing values are left out.
    pub chunks_written: u64,
    /// Bytes written, as stored.
    pub bytes_written: u64,
    /// Windows that have a value.
    pub windows_valid: u64,
    /// Windows that are missing.
    pub windows_missing: u64,
}

impl Report {
    pub(crate) fn add(&mut self, other: &Self) {
        self.chunks_read += other.chunks_read;
        self.chunks_absent += other.chunks_absent;
        self.bytes_read += other.bytes_read;
        self.bytes_decoded += other.bytes_decoded;
        self.chunks_written += other.chunks_written;
        self.bytes_written += other.bytes_written;
        self.windows_valid += other.windows_valid;
        self.windows_missing += other.windows_missing;
    }
}
