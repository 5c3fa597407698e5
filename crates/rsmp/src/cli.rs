//! The command line, as it is typed. What the words mean is settled in `lower`.

use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use std::path::PathBuf;

/// Resample earth-science Zarr stores: streaming, within a memory budget, right to the last digit.
#[derive(Debug, Parser)]
#[command(name = "rsmp", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done, 2 usage or configuration, 3 refused, 65 bad data in the source, \
    74 permanent I/O error, 75 passing error (run again), 130 interrupted."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what a store holds: dimensions, coordinates, variables, chunks, codecs, packing, size
    Info(Info),
    /// Make a coarser version of a store: one value per window of its cells
    #[command(visible_alias = "coarsen", after_help = DOWNSCALE_HELP)]
    Downscale(Box<Downscale>),
    /// Show the settings
    #[command(subcommand)]
    Config(Config),
    /// Make a bathymetry-like global store, downscale it, and say what to try next
    Demo(Demo),
}

const DOWNSCALE_HELP: &str = "\
Examples:
  rsmp downscale bathymetry.zarr coarse.zarr --dim lat=-90:90:0.25 --dim lon=-180:180:0.25
  rsmp downscale winds.zarr slice.zarr --dim level=850 --method nearest --var u --var v
  rsmp downscale --config job.toml --dry-run

Settings come, weakest first, from config/config.toml in the working directory, the file given by \
--config, the environment (RSMP_METHOD, RSMP_MEMORY, ...; AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, \
AWS_SESSION_TOKEN, AWS_ENDPOINT_URL, AWS_REGION, AWS_ALLOW_HTTP, AWS_SKIP_SIGNATURE) and the flags.";

/// How to reach stores that are not on local disk. Keys are given in the environment or a file alone.
#[derive(Debug, Args, Serialize)]
#[command(next_help_heading = "Remote stores")]
pub(crate) struct Remote {
    /// URL of an S3-compatible server [default: AWS]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint_url: Option<String>,
    /// Region of the bucket [default: us-east-1]
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    /// Send unsigned requests, for public buckets
    #[arg(long)]
    #[serde(skip_serializing_if = "is_not_given")]
    pub(crate) anonymous: bool,
    /// Allow http:// endpoints and URLs, where everything is sent in the clear
    #[arg(long)]
    #[serde(skip_serializing_if = "is_not_given")]
    pub(crate) allow_http: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_not_given(flag: &bool) -> bool {
    !flag
}

#[derive(Debug, Args)]
pub(crate) struct Info {
    /// The store: a path or a URL with file, s3 or https (a bare name is in `bucket` where that is set)
    #[arg(value_name = "SRC")]
    pub(crate) source: String,
    /// Read settings for remote stores from a TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "flags are bools")]
pub(crate) struct Downscale {
    /// The store to read: a path or a URL with file, s3 or https
    #[arg(value_name = "SRC")]
    pub(crate) source: Option<String>,
    /// The store to write: a path or a URL with file or s3; nothing may be there yet
    #[arg(value_name = "DST")]
    pub(crate) dest: Option<String>,
    /// Dimension to resample and its windows; repeat for more. `lat`, `lon`, `x`, `y` find the axis of
    /// that kind. `NAME=VALUE` selects one cell; `/` separates too
    #[arg(
        long = "dim",
        value_name = "NAME=START:STOP:STEP[:invert]",
        allow_hyphen_values = true
    )]
    pub(crate) dimensions: Vec<String>,
    /// Variable to resample; repeat for more [default: all that have the dimensions]
    #[arg(long = "var", value_name = "NAME")]
    pub(crate) variables: Vec<String>,
    /// mean, area-mean, sum, count, min, max, first, last or nearest [default: mean]
    #[arg(long, short, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Whether a cell on the edge of two windows belongs to one (left) or to both [default: left]
    #[arg(long, value_name = "left|both")]
    pub(crate) closed: Option<String>,
    /// Share of non-missing cells, 0 to 1, below which a window is missing [default: 0]
    #[arg(long, value_name = "SHARE")]
    pub(crate) min_valid: Option<f64>,
    /// Type of the values, such as float32 [default: by the source's type]
    #[arg(long, value_name = "TYPE")]
    pub(crate) dtype: Option<String>,
    /// Zarr format of the output [default: the source's]
    #[arg(long, value_name = "2|3")]
    pub(crate) format: Option<u8>,
    /// Chunk lengths of the output [default: about 1 MiB, at most 512 a side]
    #[arg(long, value_name = "DIM=N,...")]
    pub(crate) chunks: Option<String>,
    /// Compression of the output: zstd:3, blosc-lz4, gzip:1, zlib:1, none [default: the source's]
    #[arg(long, value_name = "CODEC")]
    pub(crate) codec: Option<String>,
    /// Windows per batch, rounded up to whole destination chunks [default: 64 chunks]
    #[arg(long, value_name = "N")]
    pub(crate) batch_size: Option<usize>,
    /// Threads that decode and reduce [default: all cores]
    #[arg(long, value_name = "N")]
    pub(crate) workers: Option<usize>,
    /// Memory that chunks in work may take, such as 512MB or 2GiB [default: half of what is available]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<String>,
    /// Read settings, or the whole job, from a TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print the plan and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the plan and the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print errors alone
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more: windows, batches, chunks, memory
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Directory for the two stores
    #[arg(value_name = "DIR", default_value = "rsmp-demo")]
    pub(crate) directory: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print every setting and where it comes from; keys are masked
    Show(ConfigShow),
}

#[derive(Debug, Args)]
pub(crate) struct ConfigShow {
    /// Read settings from a TOML file as well
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}
