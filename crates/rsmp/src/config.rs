//! Settings by layers: `config/config.toml`, `--config`, the environment, the flags.

use crate::{cli::Downscale, exit::Usage};
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// The file that is read where there is one.
const DEFAULT_FILE: &str = "config/config.toml";

/// The settings that the environment can give, each as `RSMP_` and its name in capitals.
const ENVIRONMENT: [&str; 13] = [
    "source",
    "dest",
    "variables",
    "method",
    "closed",
    "min_valid",
    "dtype",
    "format",
    "codec",
    "chunks",
    "batch_size",
    "workers",
    "memory",
];

/// Everything that a job file, the environment or flags can say; nothing is interpreted yet. It holds
/// secrets, so it has no `Debug`.
#[derive(Default, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dest: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) variables: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) closed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min_valid: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dtype: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chunks: Option<Chunks>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) codec: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) batch_size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) workers: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) memory: Option<Size>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) resample: Vec<Resample>,
    #[serde(skip_serializing)]
    pub(crate) endpoint_url: String,
    #[serde(skip_serializing)]
    pub(crate) bucket: String,
    #[serde(skip_serializing)]
    pub(crate) aws_access_key_id: String,
    #[serde(skip_serializing)]
    pub(crate) aws_secret_access_key: String,
    #[serde(skip_serializing)]
    pub(crate) aws_session_token: String,
}

/// A number of bytes, as a number or with a unit.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Size {
    Bytes(u64),
    Text(String),
}

/// Chunk lengths: a table in a file, `DIM=N,DIM=N` on the command line and in the environment.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Chunks {
    Table(BTreeMap<String, usize>),
    Text(String),
}

/// One `[[resample]]` table.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resample {
    pub(crate) dimension: String,
    pub(crate) range: Range,
    #[serde(default = "one")]
    pub(crate) step: f64,
    #[serde(default)]
    pub(crate) invert: bool,
}

/// `[start, stop]` or a single value.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Range {
    Ends([f64; 2]),
    Value(f64),
}

fn one() -> f64 {
    1.0
}

impl Settings {
    /// Puts the layers on top of each other, weakest first.
    pub(crate) fn load(arguments: &Downscale, flags: Self) -> anyhow::Result<Self> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if Path::new(DEFAULT_FILE).is_file() {
            figment = figment.merge(Toml::file_exact(DEFAULT_FILE));
        }
        if let Some(file) = &arguments.config {
            if !file.is_file() {
                let name = file.to_string_lossy();
                return Err(Usage::error("--config", &name, "there is no such file"));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let all = figment
            .merge(Env::prefixed("RSMP_").only(&ENVIRONMENT))
            .merge(Serialized::defaults(flags));
        Ok(all.extract()?)
    }

    /// Names of settings for object storage that are set: this version has no location that needs them.
    pub(crate) fn unused(&self) -> Vec<&'static str> {
        [
            ("endpoint_url", &self.endpoint_url),
            ("bucket", &self.bucket),
            ("aws_access_key_id", &self.aws_access_key_id),
            ("aws_secret_access_key", &self.aws_secret_access_key),
            ("aws_session_token", &self.aws_session_token),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, _)| name)
        .collect()
    }
}
