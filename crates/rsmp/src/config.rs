//! Settings by layers: `config/config.toml`, `--config`, the environment, the flags.

use crate::{cli::Remote, exit::Usage, output::tell};
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use rsmp_storage::{Encryption, Location, RemoteOptions, Secret, Signing};
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

impl Settings {
    /// Puts the layers on top of each other, weakest first.
    pub(crate) fn load(
        config: Option<&Path>,
        remote: &Remote,
        flags: Self,
    ) -> anyhow::Result<Self> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        let default = Path::new(DEFAULT_FILE);
        if default.is_file() {
            figment = figment.merge(Toml::file_exact(default));
        }
        if let Some(file) = config {
            if !file.is_file() {
                let name = file.to_string_lossy();
                return Err(Usage::error("--config", &name, "there is no such file"));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let environment = Env::prefixed("RSMP_").only(&ENVIRONMENT);
        let layers = figment
            .merge(environment)
            .merge(Serialized::defaults(flags));
        let mut settings: Self = layers.extract()?;
        for file in [Some(default), config].into_iter().flatten() {
            settings.warn_of_readers(file);
        }
        settings.take_aws_environment();
        settings.take_flags(remote);
        Ok(settings)
    }

    /// Says so when a file with keys can be read by others.
    fn warn_of_readers(&self, file: &Path) {
        use std::os::unix::fs::PermissionsExt;
        let open = file
            .metadata()
            .is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
        if open && !self.aws_secret_access_key.is_empty() {
            tell(&format!(
                "warning: {} holds keys and can be read by others",
                file.display()
            ));
        }
    }

    /// The variables that every S3 tool knows, as texts: a key of digits is no number.
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the place that reads the environment"
    )]
    fn take_aws_environment(&mut self) {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        if let Some(url) = variable("AWS_ENDPOINT_URL") {
            self.endpoint_url = url;
        }
        if let Some(region) = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")) {
            self.region = region;
        }
        // A pair belongs together, and a token of other credentials does not go with it.
        let id = variable("AWS_ACCESS_KEY_ID");
        if let (Some(id), Some(secret)) = (id, variable("AWS_SECRET_ACCESS_KEY")) {
            (self.aws_access_key_id, self.aws_secret_access_key) = (id, secret);
            self.aws_session_token = variable("AWS_SESSION_TOKEN").unwrap_or_default();
        }
        let is_set = |name: &str| {
            variable(name)
                .is_some_and(|value| matches!(value.as_str(), "1" | "true" | "TRUE" | "yes"))
        };
        self.allow_http |= is_set("AWS_ALLOW_HTTP");
        self.anonymous |= is_set("AWS_SKIP_SIGNATURE");
    }

    fn take_flags(&mut self, flags: &Remote) {
        if let Some(url) = &flags.endpoint_url {
            self.endpoint_url.clone_from(url);
        }
        if let Some(region) = &flags.region {
            self.region.clone_from(region);
        }
        self.anonymous |= flags.anonymous;
        self.allow_http |= flags.allow_http;
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
