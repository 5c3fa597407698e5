//! One batch while its chunks arrive: a block of whole destination chunks.

use crate::{Error, Result, layout, variable_plan::VariablePlan};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use rayon::prelude::*;
use rsmp_kernels::{Accumulator, Block, Segment};
use rsmp_storage::ArrayWriter;
use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OwnedSemaphorePermit;

/// Chunks of a batch that are written at the same time.
const PUTS: usize = 16;

/// A batch in work. It is done when every source chunk that it needs has been taken in.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) plan: Arc<VariablePlan>,
    pub(crate) number: usize,
    writer: ArrayWriter,
    region: Vec<Range<usize>>,
    /// Per axis, the source chunks that hold cells of the batch, and the segments in each.
    pieces: Vec<Vec<(usize, Vec<Segment>)>>,
    state: Mutex<State>,
    /// Memory of the accumulators, given back when the batch is dropped.
    _permit: OwnedSemaphorePermit,
}

/// Partial results are merged in the order of the chunks, whatever order they arrive in, so that the
/// rounding of sums does not depend on it.
#[derive(Debug, Default)]
struct State {
    next: usize,
    early: BTreeMap<usize, Partial>,
    total: Option<Box<dyn Accumulator>>,
}

/// What one chunk adds; `None` for an absent chunk of missing values. A partial that has to wait keeps the
/// permit of its chunk.
type Partial = (Option<Box<dyn Accumulator>>, OwnedSemaphorePermit);

/// A finished batch: its chunks as they are to be stored.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) chunks: Vec<(Vec<usize>, Bytes)>,
    pub(crate) valid: u64,
    pub(crate) missing: u64,
}

impl Batch {
    pub(crate) fn new(
        plan: Arc<VariablePlan>,
        number: usize,
        writer: ArrayWriter,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        let region = plan.batches.region(number);
        let axes = plan
            .weights
            .iter()
            .zip(&region)
            .zip(plan.source_chunks.chunk());
        let pieces = axes
            .map(|((w, targets), &chunk)| w.pieces(targets.clone(), chunk))
            .collect();
        let total = Some(plan.reduction.accumulator(&region));
        let state = Mutex::new(State {
            total,
            ..State::default()
        });
        Self {
            plan,
            number,
            writer,
            region,
            pieces,
            state,
            _permit: permit,
        }
    }

    /// Number of source chunks that the batch needs.
    pub(crate) fn n_chunks(&self) -> usize {
        self.pieces.iter().map(Vec::len).product()
    }

    /// Index, in the source's chunk grid, of the `ordinal`-th chunk that the batch needs.
    pub(crate) fn chunk_index(&self, ordinal: usize) -> Vec<usize> {
        self.pieces_of(ordinal).map(|(number, _)| *number).collect()
    }

    fn pieces_of(&self, ordinal: usize) -> impl Iterator<Item = &(usize, Vec<Segment>)> {
        let mut at = vec![0; self.pieces.len()];
        let mut rest = ordinal;
        for (axis, pieces) in self.pieces.iter().enumerate().rev() {
            at[axis] = rest % pieces.len();
            rest /= pieces.len();
        }
        self.pieces.iter().zip(at).map(|(pieces, at)| &pieces[at])
    }

    /// Decodes and reduces one chunk, and merges what is next in order. Returns the finished batch when
    /// this was its last chunk.
    pub(crate) fn take(
        &self,
        ordinal: usize,
        bytes: Option<&Bytes>,
        permit: OwnedSemaphorePermit,
    ) -> Result<Option<Finished>> {
        let partial = self.partial(ordinal, bytes)?;
        let complete = {
            // A poisoned lock means that another task panicked; the job fails by that task's own error.
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.early.insert(ordinal, (partial, permit));
            while let Some((partial, _permit)) = {
                let next = state.next;
                state.early.remove(&next)
            } {
                state.next += 1;
                if let (Some(total), Some(partial)) = (&mut state.total, partial) {
                    total
                        .merge(partial)
                        .map_err(Error::kernel(self.plan.name()))?;
                }
            }
            if state.next == self.n_chunks() {
                state.total.take()
            } else {
                None
            }
        };
        complete.map(|total| self.finish(total)).transpose()
    }

    /// The finished batch when it needs no chunk at all: every window is outside the source.
    pub(crate) fn take_nothing(&self) -> Result<Option<Finished>> {
        let total = self
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .total
            .take();
        total.map(|total| self.finish(total)).transpose()
    }

    fn partial(
        &self,
        ordinal: usize,
        bytes: Option<&Bytes>,
    ) -> Result<Option<Box<dyn Accumulator>>> {
        let plan = &self.plan;
        let index = self.chunk_index(ordinal);
        let elements = match bytes {
            Some(bytes) => plan.variable.decode(&index, bytes)?,
            None if plan.absent_is_missing => return Ok(None),
            None => plan.variable.absent()?,
        };
        let segments: Vec<&[Segment]> = self
            .pieces_of(ordinal)
            .map(|(_, segments)| segments.as_slice())
            .collect();
        let touched: Vec<Range<usize>> = segments.iter().map(|list| span(list)).collect();
        let wrong = Error::kernel(plan.name());
        let element_type = plan.reduction.element_type;
        let shape = plan.source_chunks.chunk();
        let block =
            Block::from_ne_bytes(element_type, elements.as_bytes(), shape).map_err(&wrong)?;
        let mut accumulator = plan.reduction.accumulator(&touched);
        accumulator
            .push(&block, &plan.weights, &segments)
            .map_err(&wrong)?;
        Ok(Some(accumulator))
    }

    fn finish(&self, total: Box<dyn Accumulator>) -> Result<Finished> {
        let (plan, wrong) = (&self.plan, Error::kernel(self.plan.name()));
        let reduced = plan
            .reduction
            .finish(total, &plan.weights)
            .map_err(&wrong)?;
        let missing = reduced.n_missing() as u64;
        let valid = reduced.len() as u64 - missing;
        let output = &plan.output;
        let mark = output
            .missing
            .unwrap_or(rsmp_storage::Scalar::Float(f64::NAN));
        let elements = reduced
            .to_ne_bytes(layout::element_type(output.data_type), layout::number(mark))
            .map_err(&wrong)?;
        drop(reduced);
        let units = plan.batches.units_of(self.number);
        let n_units: usize = units.iter().map(Range::len).product();
        let encoded: Result<Vec<_>> = (0..n_units)
            .into_par_iter()
            .map(|ordinal| {
                let mut rest = ordinal;
                let mut index = vec![0; units.len()];
                for (axis, range) in units.iter().enumerate().rev() {
                    index[axis] = range.start + rest % range.len();
                    rest /= range.len();
                }
                let bytes = self.writer.encode(&index, &self.region, &elements)?;
                Ok(bytes.map(|bytes| (index, bytes)))
            })
            .collect();
        let chunks = encoded?.into_iter().flatten().collect();
        Ok(Finished {
            chunks,
            valid,
            missing,
        })
    }

    /// Writes the chunks of the finished batch; returns their number and size.
    pub(crate) async fn commit(&self, finished: &Finished) -> Result<(u64, u64)> {
        let put = |(index, bytes): &(Vec<usize>, Bytes)| {
            let (index, bytes, writer) = (index.clone(), bytes.clone(), self.writer.clone());
            async move { writer.put(&index, bytes).await }
        };
        let puts = futures::stream::iter(finished.chunks.iter().map(put).collect::<Vec<_>>());
        puts.buffer_unordered(PUTS).try_collect::<Vec<()>>().await?;
        let size = finished
            .chunks
            .iter()
            .map(|(_, bytes)| bytes.len() as u64)
            .sum();
        Ok((finished.chunks.len() as u64, size))
    }
}

/// The targets that segments touch, from the first to the last.
pub(crate) fn span(segments: &[Segment]) -> Range<usize> {
    let first = segments
        .iter()
        .map(|segment| segment.target)
        .min()
        .unwrap_or(0);
    let last = segments
        .iter()
        .map(|segment| segment.target + 1)
        .max()
        .unwrap_or(0);
    first..last
}
