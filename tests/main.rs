//! What needs the binary or several crates: one test program, a file per theme.

#![cfg(test)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests make, spoil and look at files and read the environment"
)]

mod axes;
mod bytes;
mod cli;
mod coordinates;
mod damage;
mod errors;
mod golden;
mod layout;
mod made;
mod marks;
mod oracle;
mod s3;
mod scene;
mod sources;
mod support;
