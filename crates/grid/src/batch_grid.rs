//! Chunks grouped into rectangular pieces of work.

use std::ops::Range;

use crate::chunk_grid::ChunkGrid;
use crate::error::Result;

/// A grouping of the chunks of an array, its units, into rectangular batches.
///
/// Batches are numbered in C order; those at the end of a dimension may be smaller. Each unit is in
/// exactly one batch.
///
/// # Example
/// ```
/// # use rsmp_grid::{BatchGrid, ChunkGrid};
/// let units = ChunkGrid::try_new(vec![10, 7], vec![4, 4])?;
/// let batches = BatchGrid::try_new(units, vec![2, 2])?;
/// assert_eq!(batches.len(), 2);
/// assert_eq!(batches.units_of(1), [2..3, 0..2]);
/// assert_eq!(batches.region(1), [8..10, 0..7]);
/// # Ok::<(), rsmp_grid::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchGrid {
    units: ChunkGrid,
    /// The same idea one level up: its cells are the units, its chunks the batches.
    batches: ChunkGrid,
}

impl BatchGrid {
    /// Groups the units into blocks of this many along each dimension.
    ///
    /// # Errors
    /// [`Error::Rank`](crate::Error::Rank) for a block of another rank,
    /// [`Error::ZeroChunk`](crate::Error::ZeroChunk) for a block without units.
    pub fn try_new(units: ChunkGrid, block: Vec<usize>) -> Result<Self> {
        let batches = ChunkGrid::try_new(units.counts().to_vec(), block)?;
        Ok(Self { units, batches })
    }

    /// Groups the units into blocks of at most `wanted_units`, at least one.
    ///
    /// A block begins as one unit. It first grows each dimension, last to first, towards `at_least[d]` units
    /// (what is read together anyway), then again last to first towards the whole dimension, and never
    /// past `wanted_units` in all. Dimensions that `at_least` does not reach want one unit. The same
    /// arguments always give the same blocks.
    ///
    /// # Example
    /// ```
    /// # use rsmp_grid::{BatchGrid, ChunkGrid};
    /// let units = ChunkGrid::try_new(vec![8, 8], vec![1, 1])?;
    /// assert_eq!(BatchGrid::grow(units, 12, &[2, 1]).block(), [2, 6]);
    /// # Ok::<(), rsmp_grid::Error>(())
    /// ```
    pub fn grow(units: ChunkGrid, wanted_units: usize, at_least: &[usize]) -> Self {
        let counts = units.counts();
        let mut block = vec![1_usize; counts.len()];
        let mut total = 1_usize;
        let wishes = counts.iter().enumerate().rev();
        let first = wishes
            .clone()
            .map(|(d, &count)| (d, at_least.get(d).map_or(1, |&a| a.min(count))));
        let then = wishes.map(|(d, &count)| (d, count));
        for (d, wish) in first.chain(then) {
            let others = total / block[d];
            block[d] = wish.min(wanted_units / others).max(block[d]);
            total = others * block[d];
        }
        let batches = units.grouped(block);
        Self { units, batches }
    }

    /// The chunks that are grouped.
    pub fn units(&self) -> &ChunkGrid {
        &self.units
    }

    /// The units of a whole batch along each dimension.
    pub fn block(&self) -> &[usize] {
        self.batches.chunk()
    }

    /// The number of batches.
    pub fn len(&self) -> usize {
        self.batches.len()
    }

    /// Whether there is no batch.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// The chunk indices of a batch along each dimension.
    ///
    /// # Panics
    /// Unless `batch < len()`.
    pub fn units_of(&self, batch: usize) -> Vec<Range<usize>> {
        self.batches.region(&self.batches.index_of(batch))
    }

    /// The cells of a batch along each dimension.
    ///
    /// # Panics
    /// Unless `batch < len()`.
    pub fn region(&self, batch: usize) -> Vec<Range<usize>> {
        self.units.cells_of(&self.units_of(batch))
    }
}

#[cfg(test)]
mod tests;
