//! Pure arithmetic on array views: window reductions that are separable by axis.
//!
//! - [`Weights`]: for each target cell of one axis, the run of source cells that makes it.
//! - [`Reduction`]: a [`Method`] for one element type, its missing-data marks and packing.
//! - [`Accumulator`]: what a reduction carries between pieces of the source; pieces may be reduced apart
//!   and merged.
//! - [`Reduced`]: the values of finished windows, which become elements of any type.
//!
//! Missing elements (NaN, or equal to a mark) never enter a value. Means of `f32` and `f16` are summed in
//! double precision, of integers exactly, of `f64` with compensation.
//!
//! What this crate does not do: it knows no coordinates (`rsmp-grid` says which cells a window holds), no
//! chunks, files or threads.
//!
//! # Example
//! ```
//! use ndarray::array;
//! use rsmp_kernels::{Element, ElementType, Method, Reduction, Weights};
//!
//! let field = array![[1.0_f32, 3.0, 5.0], [f32::NAN, 2.0, 7.0]];
//! // Both rows make one target row; columns 0..2 and 2..3 make two target columns.
//! let weights = [Weights::windows(2, [(0, 2)])?, Weights::windows(3, [(0, 2), (2, 1)])?];
//!
//! let reduction = Reduction::new(Method::Mean, ElementType::Float32);
//! let mut means = reduction.accumulator(&[0..1, 0..2]);
//! let rows = weights[0].pieces(0..1, 2);
//! let columns = weights[1].pieces(0..2, 3);
//! means.push(&f32::block(field.view().into_dyn()), &weights, &[&rows[0].1, &columns[0].1])?;
//!
//! assert_eq!(reduction.finish(means, &weights)?.to_f64(), [2.0, 6.0]);
//! # Ok::<(), rsmp_kernels::Error>(())
//! ```

#![forbid(unsafe_code)]

mod accumulator;
mod element;
mod error;
mod extremes;
mod folded;
mod method;
mod missing;
mod picks;
mod reduced;
mod sums;
mod walk;
mod weights;

pub use accumulator::{Accumulator, Packing, Reduction};
pub use element::{Block, Element, ElementType, Number};
pub use error::{Error, Result};
pub use method::Method;
pub use missing::Missing;
pub use reduced::Reduced;
pub use weights::{Segment, Weights};

use extremes::Extremes;
use picks::Picks;
use sums::{Sums, WeightedSums};
