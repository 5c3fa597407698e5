//! The benchmarks of rsmp are the `benches` targets of this package; the library itself is empty.

#![forbid(unsafe_code)]
