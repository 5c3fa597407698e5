//! `rsmp`: resamples earth-science Zarr stores.
//!
//! The whole program on a screen: parse, run one command, turn its result into an exit code.

#![forbid(unsafe_code)]

mod cli;
mod commands;
mod config;
mod exit;
mod lower;
mod machine;
mod output;
mod progress;
mod terrain;

use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;

/// Chunks of megabytes come and go all the time: with mimalloc their pages stay, with the system's
/// allocator each is mapped and zeroed again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => exit::report(&error),
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    // Few threads: they wait for bytes; the pool of the job does the work.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("rsmp-io")
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match command {
            Command::Info(arguments) => commands::info::run(&arguments).await,
            Command::Downscale(arguments) => commands::downscale::run(*arguments).await,
            Command::Config(cli::Config::Show(arguments)) => commands::config::run(&arguments),
            Command::Demo(arguments) => commands::demo::run(&arguments).await,
        }
    })
}
