//! The commands, one module each.

pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod downscale;
pub(crate) mod info;
