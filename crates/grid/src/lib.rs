//! Which cells of a source grid make which cell of a target grid, and which chunks hold them.
//!
//! This crate is pure geometry: it works on coordinates and indices and never sees a data value. The
//! nouns, in the order a program meets them:
//!
//! - [`Axis`]: a one-dimensional coordinate, rising or falling, with cell bounds; longitude is cyclic.
//! - [`DimSpec`]: what somebody asks of a dimension, e.g. `latitude=-90:90:2.5`.
//! - [`Target`]: the windows that the request makes along its axis.
//! - [`Run`]: the source cells of one window along one axis; it may go round the seam of a longitude.
//! - [`Mapping`] and [`WindowGrid`]: the runs of every dimension, and the windows of their product.
//! - [`ChunkGrid`] and [`BatchGrid`]: how an array is cut into chunks, and chunks into pieces of work.
//!
//! Indices are `usize`, coordinates `f64`, ranges half-open. Falling axes need no care of the caller:
//! runs are always in rising *index* order of the source.
//!
//! # Example
//! ```
//! use rsmp_grid::{Axis, AxisKind, Closed, DimSpec, Precision, Run, Target};
//!
//! // A source on 0..360 and a target on -20..20: the first window lies across the seam.
//! let centres = (0..36).map(|i| f64::from(i) * 10.0).collect();
//! let lon = Axis::try_new("lon", AxisKind::X, centres, Precision::Double)?;
//! let spec: DimSpec = "lon=-20:20:30".parse()?;
//! let target = Target::try_new(&spec)?;
//!
//! assert_eq!(target.bounds(), [[-20.0, 10.0], [10.0, 20.0]]);
//! let runs = target.windows(&lon, Closed::Left)?;
//! assert_eq!(runs, [Run { start: 34, len: 3 }, Run { start: 1, len: 2 }]);
//! assert_eq!(runs[0].indices(36).collect::<Vec<_>>(), [34, 35, 0]);
//! # Ok::<(), rsmp_grid::Error>(())
//! ```
//!
//! # What it does not do
//! It reads no file, knows no Zarr, decodes no CF attribute and computes no mean; it has no time windows
//! and no curvilinear or unstructured grids.

#![forbid(unsafe_code)]

mod axis;
mod batch_grid;
mod cell_bounds;
mod chunk_grid;
mod error;
mod mapping;
mod nearest;
mod run;
mod source_chunks;
mod spec;
mod target;
mod unrolled;
mod window_grid;
mod windows;

/// The example of the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use axis::{Axis, AxisKind, Direction, Precision, Ring};
pub use batch_grid::BatchGrid;
pub use chunk_grid::ChunkGrid;
pub use error::{Error, Result};
pub use mapping::Mapping;
pub use run::Run;
pub use source_chunks::source_chunks;
pub use spec::{DimSpec, Extent, Order};
pub use target::Target;
pub use window_grid::{Window, WindowGrid};
pub use windows::{Closed, Interval};
