//! An array cut into chunks of one shape.

use std::ops::Range;

use crate::error::{Error, Result};

/// A regular grid of chunks over an array; the last chunk of a dimension may reach past its end.
///
/// A dimension of no cells has no chunks; an array of no dimensions has one.
///
/// # Example
/// ```
/// # use rsmp_grid::ChunkGrid;
/// let grid = ChunkGrid::try_new(vec![10, 7], vec![4, 4])?;
/// assert_eq!(grid.counts(), [3, 2]);
/// assert_eq!(grid.index_of(5), [2, 1]);
/// assert_eq!(grid.region(&[2, 1]), [8..10, 4..7]);
/// assert_eq!(grid.touching(&[3..5, 0..1]), [0..2, 0..1]);
/// # Ok::<(), rsmp_grid::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkGrid {
    shape: Vec<usize>,
    chunk: Vec<usize>,
    counts: Vec<usize>,
    len: usize,
}

impl ChunkGrid {
    /// Cuts an array of this shape into chunks of that shape.
    ///
    /// # Errors
    /// [`Error::Rank`] if they differ in rank, [`Error::ZeroChunk`] for a chunk length of 0,
    /// [`Error::TooManyChunks`] if the chunks cannot be counted in a `usize`.
    pub fn try_new(shape: Vec<usize>, chunk: Vec<usize>) -> Result<Self> {
        if shape.len() != chunk.len() {
            return Err(Error::Rank {
                expected: shape.len(),
                found: chunk.len(),
            });
        }
        if let Some(dimension) = chunk.iter().position(|&c| c == 0) {
            return Err(Error::ZeroChunk { dimension, chunk });
        }
        let cut = shape.iter().zip(&chunk);
        let counts: Vec<usize> = cut.map(|(s, &c)| s.div_ceil(c)).collect();
        let len = if counts.contains(&0) {
            Some(0)
        } else {
            counts.iter().try_fold(1, |n: usize, &c| n.checked_mul(c))
        };
        match len {
            Some(len) => Ok(Self {
                shape,
                chunk,
                counts,
                len,
            }),
            None => Err(Error::TooManyChunks { shape, chunk }),
        }
    }

    /// The shape of the array, in cells.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The shape of a whole chunk, in cells.
    pub fn chunk(&self) -> &[usize] {
        &self.chunk
    }

    /// The number of chunks along each dimension.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// The number of chunks.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no chunk.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The chunk index of an ordinal, in C order.
    ///
    /// # Panics
    /// Unless `ordinal < len()`.
    pub fn index_of(&self, ordinal: usize) -> Vec<usize> {
        assert!(ordinal < self.len, "chunk {ordinal} of {}", self.len);
        let mut index = vec![0; self.counts.len()];
        let mut rest = ordinal;
        for (place, count) in index.iter_mut().zip(&self.counts).rev() {
            *place = rest % count;
            rest /= count;
        }
        index
    }

    /// The ordinal of a chunk index, in C order.
    ///
    /// # Panics
    /// Unless the index is of a chunk of this grid.
    pub fn ordinal_of(&self, index: &[usize]) -> usize {
        self.check(index);
        let places = index.iter().zip(&self.counts);
        places.fold(0, |ordinal, (i, count)| ordinal * count + i)
    }

    /// The cells of a chunk along each dimension, those past the end of the array left out.
    ///
    /// # Panics
    /// Unless the index is of a chunk of this grid.
    pub fn region(&self, index: &[usize]) -> Vec<Range<usize>> {
        self.check(index);
        let chunks: Vec<Range<usize>> = index.iter().map(|&i| i..i + 1).collect();
        self.cells_of(&chunks)
    }

    /// The chunk indices along each dimension that hold any of these cells.
    ///
    /// Cells past the end of the array have no chunk; an empty range touches none.
    ///
    /// # Panics
    /// Unless there is one range for each dimension.
    pub fn touching(&self, cells: &[Range<usize>]) -> Vec<Range<usize>> {
        assert_eq!(cells.len(), self.shape.len(), "ranges of another rank");
        let touched = cells.iter().enumerate().map(|(d, range)| {
            let end = range.end.min(self.shape[d]);
            let first = range.start.min(end) / self.chunk[d];
            if range.start < end {
                first..end.div_ceil(self.chunk[d])
            } else {
                first..first
            }
        });
        touched.collect()
    }

    /// The cells of a block of chunks of this grid.
    pub(crate) fn cells_of(&self, chunks: &[Range<usize>]) -> Vec<Range<usize>> {
        let cells = chunks.iter().enumerate().map(|(d, range)| {
            let end = range.end.saturating_mul(self.chunk[d]);
            range.start * self.chunk[d]..end.min(self.shape[d])
        });
        cells.collect()
    }

    /// The grid whose cells are the chunks of this one, in blocks of at least 1 along each dimension.
    ///
    /// Blocks are never more than the chunks they group, so they can be counted.
    pub(crate) fn grouped(&self, block: Vec<usize>) -> Self {
        let cut = self.counts.iter().zip(&block);
        let counts: Vec<usize> = cut.map(|(n, &b)| n.div_ceil(b)).collect();
        Self {
            shape: self.counts.clone(),
            chunk: block,
            len: counts.iter().fold(1, |n, &c| n.saturating_mul(c)),
            counts,
        }
    }

    fn check(&self, index: &[usize]) {
        let inside = index.len() == self.counts.len()
            && index.iter().zip(&self.counts).all(|(i, count)| i < count);
        assert!(inside, "chunk {index:?} of {:?}", self.counts);
    }
}

#[cfg(test)]
mod tests;
