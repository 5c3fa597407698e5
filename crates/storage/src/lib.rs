//! CF/xarray datasets in Zarr v2 and v3, on any object store.
//!
//! - [`Location`]: an object store and a prefix in it.
//! - [`Dataset`]: a group, its dimensions, coordinates and variables; opening reads metadata alone.
//! - [`Variable`]: an array, fetched (asynchronous) and decoded (on the caller's thread) chunk by chunk.
//! - [`Writer`] and [`ArrayWriter`]: a new dataset, chunks first and metadata last, so that a half-written
//!   one cannot be opened.
//!
//! Fetching and decoding are apart, so that a caller can keep many requests in flight and decode on all
//! cores. A chunk that cannot be decoded is an error that names it; it never reads as missing data.
//!
//! What this crate does not do: it computes nothing on values, spawns no threads, and reads no
//! configuration or environment.
//!
//! # Example
//! ```
//! use rsmp_storage::{ArraySpec, Compression, DataType, Dataset, Format, Location, Writer};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let location = Location::in_memory();
//! let mut writer = Writer::create(&location, Format::V3).await?;
//! let array = writer.add(ArraySpec {
//!     name: "depth".into(),
//!     dimensions: vec!["x".into()],
//!     shape: vec![3],
//!     chunk: vec![2],
//!     data_type: DataType::Float32,
//!     missing: Some(rsmp_storage::Scalar::Float(f64::NAN)),
//!     compression: Compression::Zstd { level: 3 },
//!     attributes: Default::default(),
//! })?;
//! let values = [1.0_f32, f32::NAN, 3.0].map(f32::to_ne_bytes).concat();
//! array.write(&values).await?;
//! writer.finish(&Default::default()).await?;
//!
//! let dataset = Dataset::open(&location).await?;
//! let values = dataset.variable("depth")?.values().await?;
//! assert_eq!(values[2], 3.0);
//! assert!(values[1].is_nan());
//! # Ok::<(), rsmp_storage::Error>(())
//! # }).unwrap();
//! ```

#![forbid(unsafe_code)]

mod array;
pub mod cf;
mod codec;
mod data_type;
mod dataset;
mod destination;
mod error;
mod json;
mod location;
mod remote;
mod variable;
mod writer;

pub use array::Format;
pub use codec::Compression;
pub use data_type::{DataType, Scalar};
pub use dataset::Dataset;
pub use error::{Error, Result};
pub use location::Location;
pub use remote::{Encryption, RemoteOptions, Secret, Signing};
pub use variable::{Elements, Variable};
pub use writer::{ArraySpec, ArrayWriter, Writer};
