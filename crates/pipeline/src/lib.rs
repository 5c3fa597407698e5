//! Resampling jobs: from one Zarr dataset to another, streaming and within a memory budget.
//!
//! - [`Job`]: what is to be done, every choice made.
//! - [`Plan`]: everything that can be known before the first chunk is read; it can be looked at, and run.
//! - [`Observer`] and [`Event`]: what a running job tells; [`Report`]: what it did.
//!
//! A plan runs in batches, blocks of whole destination chunks. Every source chunk that a batch needs is
//! fetched, decoded and reduced once, several at a time; partial results are merged in the order of the
//! chunks, so that the output has the same bytes for any number of workers, batch size and memory budget.
//! Metadata are written last: an unfinished output cannot be opened.
//!
//! What this crate does not do: it reads no configuration, environment or clock, and prints nothing.
//!
//! # Example
//! ```
//! use rsmp_pipeline::{Job, Limits, OutputOptions, Plan, Stop};
//! use rsmp_storage::{Dataset, Location};
//! use std::sync::Arc;
//!
//! # let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
//! # runtime.block_on(async {
//! let source = rsmp_testkit::small_field().await; // 4 x 8 cells of 45 degrees: a store in memory
//! let destination = Location::in_memory();
//! let job = Job {
//!     source: Dataset::open(&source).await?,
//!     destination: destination.clone(),
//!     dimensions: vec!["lat=-90:90:90".parse()?, "lon=-180:180:90".parse()?],
//!     variables: vec![],
//!     method: rsmp_kernels::Method::Mean,
//!     closed: rsmp_grid::Closed::Left,
//!     min_valid: 0.0,
//!     output: OutputOptions::default(),
//!     limits: Limits::default(),
//!     history: "example".into(),
//! };
//! let plan = Plan::new(&job).await?;
//! assert_eq!(plan.n_windows(), 2 * 4);
//! let report = plan.run(Arc::new(()), &Stop::default()).await?;
//! assert_eq!(report.windows_valid, 8);
//!
//! let means = Dataset::open(&destination).await?.variable("field")?.values().await?;
//! assert_eq!(means.len(), 8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

#![forbid(unsafe_code)]

mod attributes;
mod batch;
mod dimension;
mod error;
mod job;
mod layout;
mod observer;
mod plan;
mod run;
mod select;
mod variable_plan;

pub use dimension::Dimension;
pub use error::{Error, Result};
pub use job::{Job, Limits, OutputOptions};
pub use observer::{Event, Observer, Report};
pub use plan::Plan;
pub use run::Stop;
pub use variable_plan::VariablePlan;
