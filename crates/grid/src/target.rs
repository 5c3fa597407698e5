//! The windows that a request makes along one axis.

use crate::error::{Error, Result};
use crate::spec::{DimSpec, Extent, Order};

/// More windows than this along one dimension are taken for a mistake.
const MOST_WINDOWS: usize = 1 << 26;

/// The target axis of one dimension: windows of equal width, the last one maybe shorter.
///
/// Edges are `start + i * step`, the last is exactly `stop`: docs/semantics.md section 2. Lists of windows
/// are in *output* order: from high to low for [`Order::Falling`].
///
/// # Example
/// ```
/// use rsmp_grid::{DimSpec, Target};
///
/// let target = Target::try_new(&"lat=0:5:2:invert".parse::<DimSpec>()?)?;
/// assert_eq!(target.bounds(), [[4.0, 5.0], [2.0, 4.0], [0.0, 2.0]]);
/// assert_eq!(target.centres(), [4.5, 3.0, 1.0]);
/// # Ok::<(), rsmp_grid::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    dimension: String,
    start: f64,
    stop: f64,
    step: f64,
    n: usize,
    order: Order,
}

impl Target {
    /// Makes the target axis of a request.
    ///
    /// # Errors
    /// [`Error::Step`] for a step that is not positive and finite, [`Error::RangeNotFinite`],
    /// [`Error::StartAboveStop`], and [`Error::TooManyWindows`] above 2²⁶ windows.
    pub fn try_new(spec: &DimSpec) -> Result<Self> {
        let dimension = spec.dimension.clone();
        let (start, stop, step) = match spec.extent {
            Extent::Range { start, stop } => (start, stop, spec.step),
            Extent::Value(value) => (value, value, 1.0),
        };
        if !(step.is_finite() && step > 0.0) {
            return Err(Error::Step { dimension, step });
        }
        if !(start.is_finite() && stop.is_finite()) {
            return Err(Error::RangeNotFinite {
                dimension,
                start,
                stop,
            });
        }
        if start > stop {
            return Err(Error::StartAboveStop {
                dimension,
                start,
                stop,
            });
        }
        // The subtraction keeps a quotient that rounded up from making an empty last window.
        let count = ((stop - start) / step - 1e-9).ceil().max(1.0);
        if count > MOST_WINDOWS as f64 {
            return Err(Error::TooManyWindows {
                dimension,
                count,
                limit: MOST_WINDOWS,
            });
        }
        Ok(Self {
            dimension,
            start,
            stop,
            step,
            n: count as usize,
            order: spec.order,
        })
    }

    /// The dimension, by the name the request used.
    pub fn dimension(&self) -> &str {
        &self.dimension
    }

    /// The order in which windows are written.
    pub fn order(&self) -> Order {
        self.order
    }

    /// The lower edge of the lowest window and the upper edge of the highest.
    pub fn range(&self) -> [f64; 2] {
        [self.start, self.stop]
    }

    /// The number of windows; never 0.
    #[expect(clippy::len_without_is_empty, reason = "a target is never empty")]
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether the target is the one cell at a coordinate and not a range.
    pub fn is_single(&self) -> bool {
        self.start == self.stop
    }

    /// The middle of each window, in output order: the output coordinate.
    pub fn centres(&self) -> Vec<f64> {
        self.in_order((0..self.n).map(|i| self.centre(i)).collect())
    }

    /// The edges of each window as `[low, high]`, in output order.
    ///
    /// A single value has a window without width.
    pub fn bounds(&self) -> Vec<[f64; 2]> {
        let window = |i| [self.edge(i), self.edge(i + 1)];
        self.in_order((0..self.n).map(window).collect())
    }

    /// Edge `i` of `0..=len()`, by rising coordinate.
    pub(crate) fn edge(&self, i: usize) -> f64 {
        if i == self.n {
            self.stop
        } else {
            (self.start + i as f64 * self.step).min(self.stop)
        }
    }

    /// The middle of window `i`, by rising coordinate.
    pub(crate) fn centre(&self, i: usize) -> f64 {
        f64::midpoint(self.edge(i), self.edge(i + 1))
    }

    /// Turns a list by rising coordinate into output order.
    pub(crate) fn in_order<T>(&self, mut list: Vec<T>) -> Vec<T> {
        match self.order {
            Order::Rising => {}
            Order::Falling => list.reverse(),
        }
        list
    }
}

#[cfg(test)]
mod tests;
