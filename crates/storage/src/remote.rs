//! Locations that are reached over the network: S3 and what speaks its protocol, and plain https.

use crate::{
    Error, Location, Result,
    location::{Kind, without_credentials},
};
use object_store::{
    BackoffConfig, ClientOptions, RetryConfig, aws::AmazonS3Builder, http::HttpBuilder, path::Path,
};
use std::{fmt, sync::Arc, time::Duration};
use url::Url;

/// A text that is never shown: `Debug` gives `***`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// True when there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Whether requests are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signing {
    /// With the credentials given; without any a location cannot be opened.
    #[default]
    Signed,
    /// Not at all, for public buckets.
    Anonymous,
}

/// Whether data and credentials may go over the network in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encryption {
    /// TLS alone.
    #[default]
    Required,
    /// Plain http too, for servers on the own machine.
    Optional,
}

/// How to reach remote stores. Empty texts mean that nothing is said.
#[derive(Debug, Clone, Default)]
pub struct RemoteOptions {
    /// URL of an S3-compatible server; empty for AWS.
    pub endpoint: String,
    /// Region of the bucket; empty for `us-east-1`.
    pub region: String,
    /// Access key.
    pub access_key_id: Secret,
    /// Its secret.
    pub secret_access_key: Secret,
    /// Token of temporary credentials.
    pub session_token: Secret,
    /// Whether requests are signed.
    pub signing: Signing,
    /// Whether plain http is allowed.
    pub encryption: Encryption,
}

/// As many tries as a throttled or restarting server needs: at least 20, or five minutes of them.
fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(20),
            base: 2.0,
        },
        max_retries: 24,
        retry_timeout: Duration::from_mins(5),
    }
}

/// A large body may take long as long as it keeps coming.
fn client(options: &RemoteOptions) -> ClientOptions {
    ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(Duration::from_secs(10))
        .with_read_timeout(Duration::from_secs(30))
        .with_allow_http(options.encryption == Encryption::Optional)
}

/// Uses ring for TLS unless the program has chosen a provider before.
fn choose_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Opens `s3://bucket/prefix`.
pub(crate) fn s3(url: &Url, text: &str, options: &RemoteOptions) -> Result<Location> {
    let wrong = |reason: &str| Error::Location {
        location: without_credentials(text),
        reason: reason.to_owned(),
    };
    let bucket = url.host_str().filter(|bucket| !bucket.is_empty());
    let bucket = bucket.ok_or_else(|| wrong("it names no bucket"))?;
    let prefix = Path::from_url_path(url.path()).map_err(|error| wrong(&error.to_string()))?;
    if prefix.is_root() {
        return Err(wrong("it names a bucket and no store in it"));
    }
    if url.port().is_some() {
        return Err(wrong("a bucket has no port; the server is the endpoint"));
    }
    let endpoint = Url::parse(&options.endpoint).ok();
    if endpoint.is_some_and(|url| !url.username().is_empty() || url.password().is_some()) {
        return Err(wrong("the endpoint has credentials in its URL"));
    }
    check_encrypted(&options.endpoint, options).map_err(|reason| wrong(&reason))?;
    choose_tls();
    let region = if options.region.is_empty() {
        "us-east-1"
    } else {
        &options.region
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(region)
        .with_allow_http(options.encryption == Encryption::Optional)
        .with_client_options(client(options))
        .with_retry(retries())
        .with_skip_signature(options.signing == Signing::Anonymous);
    if !options.endpoint.is_empty() {
        builder = builder.with_endpoint(&options.endpoint);
    }
    match (
        options.access_key_id.is_empty(),
        options.secret_access_key.is_empty(),
    ) {
        (true, true) if options.signing == Signing::Anonymous => {}
        (true, true) => {
            return Err(wrong(
                "no access key is given, and unsigned requests are not asked for",
            ));
        }
        (false, false) => {
            builder = builder
                .with_access_key_id(&options.access_key_id.0)
                .with_secret_access_key(&options.secret_access_key.0);
            if !options.session_token.is_empty() {
                builder = builder.with_token(&options.session_token.0);
            }
        }
        _ => return Err(wrong("of the access key and its secret only one is given")),
    }
    // The builder's own errors repeat the URL, never a key.
    let store = builder.build().map_err(|error| wrong(&error.to_string()))?;
    let kind = Kind::S3(format!(
        "{}/{bucket}",
        options.endpoint.trim_end_matches('/')
    ));
    Ok(Location::new(Arc::new(store), prefix, text).of_kind(kind))
}

/// Opens `https://host/prefix`, for reading.
pub(crate) fn https(url: &Url, text: &str, options: &RemoteOptions) -> Result<Location> {
    let wrong = |reason: &str| Error::Location {
        location: without_credentials(text),
        reason: reason.to_owned(),
    };
    check_encrypted(text, options).map_err(|reason| wrong(&reason))?;
    choose_tls();
    let prefix = Path::from_url_path(url.path()).map_err(|error| wrong(&error.to_string()))?;
    let mut origin = url.clone();
    origin.set_path("/");
    let builder = HttpBuilder::new()
        .with_url(origin)
        .with_client_options(client(options))
        .with_retry(retries());
    let store = builder.build().map_err(|error| wrong(&error.to_string()))?;
    let kind = Kind::Web(url.origin().ascii_serialization());
    Ok(Location::new(Arc::new(store), prefix, text).of_kind(kind))
}

fn check_encrypted(url: &str, options: &RemoteOptions) -> Result<(), String> {
    if url.starts_with("http://") && options.encryption == Encryption::Required {
        return Err("http:// is not encrypted; allow plain http if that is meant".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str, options: &RemoteOptions) -> Result<Location> {
        Location::open(text, options)
    }

    #[test]
    fn what_cannot_be_opened_is_said_without_secrets() {
        let canary = || Secret::new("canary-secret");
        let one_key = RemoteOptions {
            access_key_id: canary(),
            ..RemoteOptions::default()
        };
        let plain = RemoteOptions {
            endpoint: "http://127.0.0.1:9000".into(),
            ..RemoteOptions::default()
        };
        let none = RemoteOptions::default();
        assert!(
            open("s3://bucket/x.zarr", &none)
                .unwrap_err()
                .to_string()
                .contains("no access key")
        );
        for (text, options, reason) in [
            ("s3://", &none, "bucket"),
            ("s3://bucket", &none, "no store in it"),
            ("s3://bucket/", &none, "no store in it"),
            ("s3://bucket/x.zarr", &one_key, "only one"),
            ("s3://bucket/x.zarr", &plain, "not encrypted"),
            ("s3://user:canary-secret@bucket/x", &none, "credentials"),
            ("http://host/x.zarr", &none, "not encrypted"),
            ("https://host/x.zarr?token=canary-secret", &none, "no `?`"),
            ("ftp://host/x.zarr", &none, "ftp"),
        ] {
            let error = open(text, options).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("canary"), "{error}");
        }
        assert!(!format!("{one_key:?}").contains("canary"));
    }

    #[test]
    fn remote_locations_are_recognised() {
        let options = RemoteOptions {
            signing: Signing::Anonymous,
            ..RemoteOptions::default()
        };
        let a = open("s3://bucket/a/x.zarr", &options).unwrap();
        assert_eq!(a.to_string(), "s3://bucket/a/x.zarr");
        assert!(a.is_remote());
        assert!(a.overlaps(&open("s3://bucket/a", &options).unwrap()));
        assert!(!a.overlaps(&open("s3://other/a", &options).unwrap()));
        assert!(!a.overlaps(&open("s3://bucket/b", &options).unwrap()));
        assert!(open("https://host/x.zarr", &options).is_ok());
    }
}
