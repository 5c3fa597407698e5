//! Small Zarr stores for the tests and examples of rsmp, made by hand.
//!
//! - [`Array`]: an array of analytic values, with its coordinates, chunks, marks and attributes.
//! - [`Store`]: arrays as a Zarr v2 or v3 group, in every [`Form`] that is read.
//! - [`small_field`]: one such store in memory, for examples.
//!
//! Documents, chunks and codec envelopes are written here byte by byte, without the crates that read them
//! later, so that a mistake on one side cannot hide behind the same mistake on the other. Compressors are
//! used in their uncompressed modes (stored blocks of deflate, raw blocks of zstd, copied blosc buffers);
//! real compressed data come from real stores.
//!
//! What this crate does not do: it knows nothing of resampling, and it is not published.
//!
//! # Example
//! ```
//! use rsmp_testkit::{Array, DataType, Form, Store};
//!
//! let depth = Array::new("depth", &[("lat", 4), ("lon", 8)], DataType::Int16)
//!     .chunk(&[2, 3])
//!     .values(|index| (10 * index[0] + index[1]) as f64);
//! let store = Store::new(Form::v3())
//!     .with(Array::coordinate("lat", &[-67.5, -22.5, 22.5, 67.5]))
//!     .with(depth);
//! let folder = tempfile::tempdir()?;
//! store.write(&folder.path().join("depth.zarr"))?;
//! assert!(folder.path().join("depth.zarr/depth/c/1/2").is_file());
//! # Ok::<(), std::io::Error>(())
//! ```

#![forbid(unsafe_code)]
#![allow(
    clippy::disallowed_methods,
    reason = "it makes files and servers for tests"
)]

mod array;
mod bytes;
mod codec;
mod form;
pub mod s3;
mod store;

pub use array::Array;
pub use codec::{Codec, crc32c};
pub use form::{Form, Metadata, Order};
pub use rsmp_storage::DataType;
pub use store::Store;

use rsmp_storage::Location;

/// A store in memory: `field`(`lat` 4, `lon` 8), float32, on cells of 45 degrees over the whole globe,
/// latitude rising and longitude from -180.
///
/// The value of a cell is `latitude + longitude / 1000`, rounded to float32.
///
/// # Panics
/// Never: memory takes everything.
pub async fn small_field() -> Location {
    let centres =
        |start: f64, n: usize| (0..n).map(|i| start + 45.0 * i as f64).collect::<Vec<_>>();
    let (lat, lon) = (centres(-67.5, 4), centres(-157.5, 8));
    let field = Array::new("field", &[("lat", 4), ("lon", 8)], DataType::Float32)
        .chunk(&[2, 4])
        .values(|index| lat[index[0]] + lon[index[1]] / 1000.0);
    Store::new(Form::v3())
        .with(Array::coordinate("lat", &lat))
        .with(Array::coordinate("lon", &lon))
        .with(field)
        .in_memory()
        .await
}
