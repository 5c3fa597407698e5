//! Where a dataset is: an object store and a prefix in it.

use crate::{Error, RemoteOptions, Result, json, remote};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::{
    ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory, path::Path,
};
use std::{fmt, path, sync::Arc};
use url::Url;

/// Largest metadata document that is read; a longer one is refused before it is.
const DOCUMENT_LIMIT: u64 = 64 << 20;

/// An object store and the prefix of a dataset in it.
#[derive(Clone)]
pub struct Location {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    text: String,
    kind: Kind,
}

/// What is known of a store beside what it does.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// On local disk: the path, absolute and without symbolic links.
    Local(path::PathBuf),
    /// In a bucket, named by endpoint and bucket.
    S3(String),
    /// On a web server, named by its origin; it can be neither listed nor written.
    Web(String),
    /// Anything else, known by its store object alone.
    Other,
}

impl Location {
    /// Opens a location as [`open`](Self::open) does, with nothing said about remote ones.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn parse(text: &str) -> Result<Self> {
        Self::open(text, &RemoteOptions::default())
    }

    /// Opens a location as users type it: a path, `file:///…`, `s3://bucket/…`, `https://host/…` (for
    /// reading) or `memory://`.
    ///
    /// Nothing has to exist there yet, and nothing is requested. `memory://` is a new, empty store each
    /// time.
    ///
    /// # Errors
    /// [`Error::Location`] for another scheme, a URL with user name or password, a bucket without a store
    /// in it, plain http that is not allowed, and a path that cannot be resolved.
    pub fn open(text: &str, options: &RemoteOptions) -> Result<Self> {
        let wrong = |reason: &str| Error::Location {
            location: without_credentials(text),
            reason: reason.to_owned(),
        };
        if text.is_empty() {
            return Err(wrong("it is empty"));
        }
        let Some((scheme, _)) = text.split_once("://") else {
            return Self::local(path::Path::new(text), text);
        };
        let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("a store is a folder: its URL has no `?` and no `#`"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("credentials do not belong into a URL"));
        }
        match scheme {
            "file" => {
                let path = url
                    .to_file_path()
                    .map_err(|()| wrong("it is no absolute file URL"))?;
                Self::local(&path, text)
            }
            "memory" => Ok(Self::in_memory()),
            "s3" => remote::s3(&url, text, options),
            "https" | "http" => remote::https(&url, text, options),
            _ => Err(wrong(&format!(
                "paths, file://, s3://, https:// and memory:// can be opened, not {scheme}://"
            ))),
        }
    }

    /// A new, empty store in memory.
    pub fn in_memory() -> Self {
        Self::new(Arc::new(InMemory::new()), Path::ROOT, "memory://")
    }

    /// A prefix in any object store; `text` is what messages call it.
    pub fn new(store: Arc<dyn ObjectStore>, prefix: Path, text: impl Into<String>) -> Self {
        Self {
            store,
            prefix,
            text: text.into(),
            kind: Kind::Other,
        }
    }

    fn local(path: &path::Path, text: &str) -> Result<Self> {
        let wrong = |reason: String| Error::Location {
            location: text.to_owned(),
            reason,
        };
        let absolute = path::absolute(path).map_err(|error| wrong(error.to_string()))?;
        let resolved = resolve(&absolute).map_err(wrong)?;
        let prefix =
            Path::from_absolute_path(&resolved).map_err(|error| wrong(error.to_string()))?;
        let store = LocalFileSystem::new();
        let kind = Kind::Local(resolved);
        Ok(Self {
            store: Arc::new(store),
            prefix,
            text: text.to_owned(),
            kind,
        })
    }

    pub(crate) fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// The path on local disk, absolute and without symbolic links; `None` for other stores.
    pub fn local_path(&self) -> Option<&path::Path> {
        match &self.kind {
            Kind::Local(path) => Some(path),
            _ => None,
        }
    }

    /// True for locations that are reached over the network, where requests take their time.
    pub fn is_remote(&self) -> bool {
        matches!(self.kind, Kind::S3(_) | Kind::Web(_))
    }

    /// False for locations that can only be read.
    pub fn is_writable(&self) -> bool {
        !matches!(self.kind, Kind::Web(_))
    }

    /// True when both are on local disk, in the same bucket or in the same store object, and one is the
    /// other or inside it.
    pub fn overlaps(&self, other: &Self) -> bool {
        let same_store = match (&self.kind, &other.kind) {
            (Kind::Local(_), Kind::Local(_)) => true,
            (Kind::Other, Kind::Other) => Arc::ptr_eq(&self.store, &other.store),
            (own, others) => own == others,
        };
        let inside = |a: &Path, b: &Path| a.prefix_match(b).is_some();
        same_store && (inside(&self.prefix, &other.prefix) || inside(&other.prefix, &self.prefix))
    }

    /// The key of an object below the prefix; `relative` is `/`-separated.
    ///
    /// # Errors
    /// [`Error::Location`] when it is not a plain relative key.
    pub fn key(&self, relative: &str) -> Result<Path> {
        let joined = if self.prefix.is_root() {
            relative.to_owned()
        } else {
            format!("{}/{relative}", self.prefix)
        };
        Path::parse(&joined).map_err(|error| Error::Location {
            location: joined,
            reason: error.to_string(),
        })
    }

    /// The bytes of an object, `None` when there is none; the length is checked against the object's.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails, [`Error::Length`] for a short answer.
    pub async fn get(&self, key: &Path) -> Result<Option<Bytes>> {
        self.get_limited(key, u64::MAX).await
    }

    async fn get_limited(&self, key: &Path, limit: u64) -> Result<Option<Bytes>> {
        let found = match self.store.get(key).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) if is_no_file(&error) => return Ok(None),
            Err(error) => return Err(self.failed("read", key)(error)),
        };
        let expected = found.meta.size;
        if expected > limit {
            return Err(Error::Metadata {
                key: self.name_of(key),
                reason: format!("{expected} bytes are more than the limit of {limit}"),
            });
        }
        let bytes = found.bytes().await.map_err(self.failed("read", key))?;
        if bytes.len() as u64 != expected {
            let found = bytes.len() as u64;
            return Err(Error::Length {
                key: self.name_of(key),
                expected,
                found,
            });
        }
        Ok(Some(bytes))
    }

    /// A JSON document below the prefix, `None` when there is none.
    ///
    /// # Errors
    /// As [`get`](Self::get), and [`Error::Metadata`] for a document that is no JSON or over 64 MiB.
    pub async fn document(&self, relative: &str) -> Result<Option<serde_json::Value>> {
        let key = self.key(relative)?;
        let Some(bytes) = self.get_limited(&key, DOCUMENT_LIMIT).await? else {
            return Ok(None);
        };
        json::parse(&bytes)
            .map(Some)
            .map_err(|error| Error::Metadata {
                key: self.describe(relative),
                reason: format!("it is no valid JSON: {error}"),
            })
    }

    /// Writes an object that is not there yet; on local disk by staging and linking.
    ///
    /// Servers that do not know conditional writes are written to without the condition.
    ///
    /// # Errors
    /// [`Error::Exists`] when there is one, [`Error::Store`] when the store fails.
    pub async fn create(&self, key: &Path, bytes: Bytes) -> Result<()> {
        use object_store::{Error as E, PutMode};
        let only_new = self
            .store
            .put_opts(key, bytes.clone().into(), PutMode::Create.into())
            .await;
        let put = match only_new {
            Err(E::NotImplemented { .. } | E::NotSupported { .. }) => {
                self.store.put(key, bytes.into()).await
            }
            other => other,
        };
        match put {
            Ok(_) => Ok(()),
            Err(E::AlreadyExists { .. } | E::Precondition { .. }) => Err(Error::Exists {
                location: self.name_of(key),
            }),
            Err(error) => Err(self.failed("write", key)(error)),
        }
    }

    /// Removes an object; there need not be one.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails.
    pub(crate) async fn delete(&self, key: &Path) -> Result<()> {
        match self.store.delete(key).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed("delete", key)(error)),
        }
    }

    /// Names of the directories directly below the prefix, sorted.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails.
    pub async fn directories(&self) -> Result<Vec<String>> {
        self.check_listable()?;
        let listed = self.store.list_with_delimiter(Some(&self.prefix)).await;
        let listed = listed.map_err(self.failed("list", &self.prefix))?;
        let names = listed.common_prefixes.iter().filter_map(Path::filename);
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    /// Number and total size of the objects below `relative`.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails.
    pub async fn stored(&self, relative: &str) -> Result<(usize, u64)> {
        self.check_listable()?;
        let prefix = self.key(relative)?;
        self.store
            .list(Some(&prefix))
            .try_fold((0, 0), |(n, bytes), meta| async move {
                Ok((n + 1, bytes + meta.size))
            })
            .await
            .map_err(self.failed("list", &prefix))
    }

    /// True when an object, or on local disk a file or non-empty directory, is at the prefix or below.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails.
    pub async fn is_occupied(&self) -> Result<bool> {
        if let Kind::Local(path) = &self.kind {
            // A listing of a file's path is empty; an empty directory is free for use.
            if path.is_file() || path.is_symlink() {
                return Ok(true);
            }
        }
        match self.store.list(Some(&self.prefix)).next().await {
            None => Ok(false),
            Some(Ok(_)) => Ok(true),
            Some(Err(error)) => Err(self.failed("list", &self.prefix)(error)),
        }
    }

    /// Web servers answer a listing with an error at best.
    fn check_listable(&self) -> Result<()> {
        if self.is_writable() {
            return Ok(());
        }
        let source = object_store::Error::NotSupported {
            source: "a web server cannot be listed; consolidated metadata make that needless"
                .into(),
        };
        Err(self.failed("list", &self.prefix)(source))
    }

    /// How messages name an object by its key.
    pub(crate) fn name_of(&self, key: &Path) -> String {
        if self.local_path().is_some() {
            format!("/{key}")
        } else {
            key.to_string()
        }
    }

    fn failed(
        &self,
        action: &'static str,
        key: &Path,
    ) -> impl FnOnce(object_store::Error) -> Error + use<> {
        let key = self.name_of(key);
        move |source| Error::Store {
            action,
            key,
            source: Arc::new(source),
        }
    }

    /// How messages name an object below this location.
    pub(crate) fn describe(&self, relative: &str) -> String {
        format!("{}/{relative}", self.text.trim_end_matches('/'))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Stores print their configuration, secrets included; the text is all that is shown.
        f.debug_tuple("Location").field(&self.text).finish()
    }
}

/// Resolves symbolic links and dots of the part of an absolute path that exists.
fn resolve(absolute: &path::Path) -> Result<path::PathBuf, String> {
    let mut rest = Vec::new();
    let mut existing = absolute;
    let mut resolved = loop {
        match existing.canonicalize() {
            Ok(resolved) => break resolved,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {}
            Err(error) => return Err(error.to_string()),
        }
        match (existing.file_name(), existing.parent()) {
            (Some(name), Some(parent)) => {
                rest.push(name);
                existing = parent;
            }
            _ => return Err("`..` follows a directory that does not exist".to_owned()),
        }
    };
    resolved.extend(rest.iter().rev());
    Ok(resolved)
}

/// True when the path leads to a directory, or through a file: there is no such object.
fn is_no_file(error: &object_store::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind as Kind;
            return matches!(
                io.kind(),
                Kind::IsADirectory | Kind::NotADirectory | Kind::NotFound
            );
        }
        cause = error.source();
    }
    false
}

/// The text without user name, password and query, any of which may be a secret.
pub(crate) fn without_credentials(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    match rest.rsplit_once('@') {
        Some((_, rest)) => format!("{scheme}://***@{rest}"),
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_and_credentials_are_refused_without_repeating_them() {
        for text in ["ftp://host/x", ""] {
            assert!(
                matches!(Location::parse(text), Err(Error::Location { .. })),
                "{text}"
            );
        }
        let error = Location::parse("https://user:hunter2@host/x")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("credentials") && !error.contains("hunter2"),
            "{error}"
        );
    }

    #[test]
    fn overlap_sees_through_dots_links_and_slashes() {
        let dir = tempfile::tempdir().unwrap();
        let at = |tail: &str| Location::parse(dir.path().join(tail).to_str().unwrap()).unwrap();
        assert!(at("a.zarr").overlaps(&at("a.zarr/")));
        assert!(at("a.zarr").overlaps(&at("./a.zarr/b")));
        assert!(!at("a.zarr").overlaps(&at("a.zarr2")));
        assert!(!at("a.zarr").overlaps(&Location::in_memory()));
        std::os::unix::fs::symlink(dir.path(), dir.path().join("link")).unwrap();
        assert!(at("a.zarr").overlaps(&at("link/a.zarr")));
    }
}
