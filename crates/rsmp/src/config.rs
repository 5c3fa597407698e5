//! Settings by layers: `config/config.toml`, `--config`, the environment, the flags.

use crate::{cli::Remote, exit::Usage, output::tell};
use figment::{
    Figment, Metadata, Profile, Provider, Source,
    providers::{Env, Format, Serialized, Toml},
    value::{Dict, Map},
};
use rsmp_storage::{Encryption, Location, RemoteOptions, Secret, Signing};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// The file that is read where there is one.
const DEFAULT_FILE: &str = "config/config.toml";

/// The settings that the environment can give, each as `RSMP_` and its name in capitals.
const ENVIRONMENT: [&str; 18] = [
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
    "endpoint_url",
    "region",
    "bucket",
    "anonymous",
    "allow_http",
];

/// The settings that are never shown.
pub(crate) const SECRETS: [&str; 3] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
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
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "names")]
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
    pub(crate) region: String,
    #[serde(skip_serializing)]
    pub(crate) bucket: String,
    #[serde(skip_serializing)]
    pub(crate) anonymous: bool,
    #[serde(skip_serializing)]
    pub(crate) allow_http: bool,
    #[serde(skip_serializing, deserialize_with = "hidden")]
    pub(crate) aws_access_key_id: String,
    #[serde(skip_serializing, deserialize_with = "hidden")]
    pub(crate) aws_secret_access_key: String,
    #[serde(skip_serializing, deserialize_with = "hidden")]
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

/// Reads a list of names, or a text that separates them by commas as the environment has it.
fn names<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Names {
        List(Vec<String>),
        Text(String),
    }
    Ok(match Names::deserialize(from)? {
        Names::List(names) => names,
        Names::Text(text) => text.split(',').map(|name| name.trim().to_owned()).collect(),
    })
}

/// Reads a key; the error for anything but a text does not repeat it.
fn hidden<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(from)? {
        serde_json::Value::String(text) => Ok(text),
        _ => Err(serde::de::Error::custom("a key has to be a text in quotes")),
    }
}

fn one() -> f64 {
    1.0
}

/// Puts the layers on top of each other, weakest first.
pub(crate) fn layers(
    config: Option<&Path>,
    remote: &Remote,
    flags: Settings,
) -> anyhow::Result<Figment> {
    let mut figment = Figment::new();
    if Path::new(DEFAULT_FILE).is_file() {
        figment = figment.merge(Toml::file_exact(DEFAULT_FILE));
    }
    if let Some(file) = config {
        if !file.is_file() {
            let name = file.to_string_lossy();
            return Err(Usage::error("--config", &name, "there is no such file"));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    let figment = figment
        .merge(AwsEnvironment)
        .merge(Env::prefixed("RSMP_").only(&ENVIRONMENT))
        .merge(Serialized::defaults(flags))
        .merge(Serialized::defaults(remote));
    Ok(figment)
}

/// Where a setting comes from, in words; nothing for one that nobody gave.
pub(crate) fn origin(figment: &Figment, setting: &str) -> Option<String> {
    let metadata = figment.find_metadata(setting)?;
    Some(match &metadata.source {
        Some(Source::File(path)) => relative(path),
        _ if metadata.name.contains("environment") => "environment".to_owned(),
        _ => "flag".to_owned(),
    })
}

/// A path as it was given, where it is below the working directory.
fn relative(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The variables that every S3 tool knows, as texts: a key of digits is no number.
struct AwsEnvironment;

impl Provider for AwsEnvironment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "this is the place that reads the environment"
    )]
    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let mut found = Dict::new();
        let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        for (setting, value) in [
            ("endpoint_url", variable("AWS_ENDPOINT_URL")),
            ("region", region),
        ] {
            if let Some(value) = value {
                found.insert(setting.to_owned(), value.into());
            }
        }
        // A pair belongs together, and a token of other credentials does not go with it.
        let id = variable("AWS_ACCESS_KEY_ID");
        if let (Some(id), Some(secret)) = (id, variable("AWS_SECRET_ACCESS_KEY")) {
            let token = variable("AWS_SESSION_TOKEN").unwrap_or_default();
            for (setting, value) in SECRETS.into_iter().zip([id, secret, token]) {
                found.insert(setting.to_owned(), value.into());
            }
        }
        for (setting, name) in [
            ("allow_http", "AWS_ALLOW_HTTP"),
            ("anonymous", "AWS_SKIP_SIGNATURE"),
        ] {
            if let Some(value) = variable(name) {
                let yes = matches!(
                    value.to_ascii_lowercase().as_str(),
                    "1" | "true" | "yes" | "on"
                );
                found.insert(setting.to_owned(), yes.into());
            }
        }
        Ok(Profile::Default.collect(found))
    }
}

impl Settings {
    /// Reads all layers.
    pub(crate) fn load(
        config: Option<&Path>,
        remote: &Remote,
        flags: Self,
    ) -> anyhow::Result<Self> {
        let figment = layers(config, remote, flags)?;
        let settings: Self = figment.extract()?;
        // Flags are repeated in the history of the output: no secret may come that way.
        if settings.endpoint_url.contains(['@', '?', '#']) {
            let hint = "it is the bare URL of a server; keys are given apart, never in it";
            return Err(Usage::error("the endpoint URL", "***", hint));
        }
        warn_of_readers(&figment);
        Ok(settings)
    }

    /// Opens a location; a bare name is in the bucket where one is set.
    pub(crate) fn location(&self, text: &str) -> Result<Location, rsmp_storage::Error> {
        let options = RemoteOptions {
            endpoint: self.endpoint_url.clone(),
            region: self.region.clone(),
            access_key_id: Secret::new(&self.aws_access_key_id),
            secret_access_key: Secret::new(&self.aws_secret_access_key),
            session_token: Secret::new(&self.aws_session_token),
            signing: if self.anonymous {
                Signing::Anonymous
            } else {
                Signing::Signed
            },
            encryption: if self.allow_http {
                Encryption::Optional
            } else {
                Encryption::Required
            },
        };
        let is_bare = !text.contains("://") && !text.starts_with(['/', '.']);
        if is_bare && !self.bucket.is_empty() {
            return Location::open(&format!("s3://{}/{text}", self.bucket), &options);
        }
        Location::open(text, &options)
    }
}

/// Says so when a file that gave a key can be read by others.
fn warn_of_readers(figment: &Figment) {
    use std::os::unix::fs::PermissionsExt;
    let Some(metadata) = figment.find_metadata("aws_secret_access_key") else {
        return;
    };
    let Some(Source::File(path)) = &metadata.source else {
        return;
    };
    let is_set = figment
        .extract_inner::<String>("aws_secret_access_key")
        .is_ok_and(|v| !v.is_empty());
    let mode = path
        .metadata()
        .map_or(0, |metadata| metadata.permissions().mode());
    if is_set && mode & 0o077 != 0 {
        tell(&format!(
            "warning: {} holds keys and can be read by others",
            relative(path)
        ));
    }
}
