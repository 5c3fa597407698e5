//! The windows of all dimensions together, made one at a time.

use crate::mapping::Mapping;
use crate::run::Run;

/// The box of source cells that makes one output value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The output index, one number for each dimension.
    pub index: Vec<usize>,
    /// The source cells along each dimension.
    pub cells: Vec<Run>,
}

/// The product of the mappings of all dimensions: every output cell with its source cells.
///
/// Windows are made as they are asked for, in C order (the last dimension fastest); nothing but the
/// mappings is stored.
///
/// # Example
/// ```
/// use rsmp_grid::{Mapping, Run, WindowGrid};
///
/// let runs = vec![Run { start: 0, len: 2 }, Run { start: 2, len: 2 }];
/// let grid = WindowGrid::new(vec![
///     ("time".to_owned(), Mapping::Identity(3)),
///     ("lat".to_owned(), Mapping::Runs { runs, ring: 4 }),
/// ]);
/// assert_eq!(grid.shape(), [3, 2]);
/// let window = grid.window(5);
/// assert_eq!(window.index, [2, 1]);
/// assert_eq!(window.cells, [Run { start: 2, len: 1 }, Run { start: 2, len: 2 }]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowGrid {
    dimensions: Vec<(String, Mapping)>,
}

impl WindowGrid {
    /// Makes the grid of these dimensions, in the order of the output array.
    pub fn new(dimensions: Vec<(String, Mapping)>) -> Self {
        Self { dimensions }
    }

    /// The number of windows: 1 without dimensions, `usize::MAX` where they cannot be counted.
    pub fn len(&self) -> usize {
        let lens = || self.dimensions.iter().map(|(_, mapping)| mapping.len());
        if lens().any(|len| len == 0) {
            return 0;
        }
        lens().fold(1, usize::saturating_mul)
    }

    /// Whether a dimension has no target cell, so that there is no window.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of target cells of each dimension: the shape of the output.
    pub fn shape(&self) -> Vec<usize> {
        self.dimensions.iter().map(|(_, m)| m.len()).collect()
    }

    /// The mapping of a dimension, if the grid has it.
    pub fn mapping(&self, dimension: &str) -> Option<&Mapping> {
        let mut named = self.dimensions.iter();
        named
            .find(|(name, _)| name == dimension)
            .map(|(_, mapping)| mapping)
    }

    /// The window with the ordinal `i`, in C order.
    ///
    /// # Panics
    /// Unless `i < len()`.
    pub fn window(&self, i: usize) -> Window {
        assert!(i < self.len(), "window {i} of {}", self.len());
        let rank = self.dimensions.len();
        let mut window = Window {
            index: vec![0; rank],
            cells: vec![Run::default(); rank],
        };
        let mut rest = i;
        for (d, (_, mapping)) in self.dimensions.iter().enumerate().rev() {
            window.index[d] = rest % mapping.len();
            window.cells[d] = mapping.run(window.index[d]);
            rest /= mapping.len();
        }
        window
    }

    /// Walks all windows in C order, making each when it is asked for.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Window> {
        (0..self.len()).map(|i| self.window(i))
    }

    /// Walks the target cells of one dimension with their source cells; `None` if there is no such dimension.
    ///
    /// A dimension that nobody named gives each of its cells, alone.
    pub fn intervals(
        &self,
        dimension: &str,
    ) -> Option<impl ExactSizeIterator<Item = (usize, Run)> + use<'_>> {
        let mapping = self.mapping(dimension)?;
        Some((0..mapping.len()).map(|i| (i, mapping.run(i))))
    }
}

#[cfg(test)]
mod tests;
