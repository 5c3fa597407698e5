//! The place of a new dataset: what a writer has put there, and how to take it away again.

use crate::{Error, Location, Result};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Objects that are deleted at the same time.
const PARALLEL: usize = 16;

/// A location, and everything that one writer made there.
#[derive(Debug)]
pub(crate) struct Destination {
    location: Location,
    written: Mutex<Vec<Path>>,
    /// On local disk, the folders that were not there before, deepest first.
    folders: Vec<PathBuf>,
}

impl Destination {
    /// Takes a location where nothing is.
    pub(crate) async fn claim(location: &Location) -> Result<Self> {
        if !location.is_writable() {
            return Err(Error::Location {
                location: location.to_string(),
                reason: "it can only be read".to_owned(),
            });
        }
        if location.is_occupied().await? {
            return Err(Error::Exists {
                location: location.to_string(),
            });
        }
        let path = location.local_path();
        let missing = path
            .into_iter()
            .flat_map(|path| path.ancestors())
            .take_while(|p| !p.exists());
        let folders = missing.map(ToOwned::to_owned).collect();
        Ok(Self {
            location: location.clone(),
            written: Mutex::default(),
            folders,
        })
    }

    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// Writes an object that nobody has written; `relative` is its key below the location.
    pub(crate) async fn put(&self, relative: &str, bytes: Bytes) -> Result<()> {
        let key = self.location.key(relative)?;
        // Noted before: a write that fails, or is never answered, may have been done all the same.
        self.written().push(key.clone());
        let put = self.location.create(&key, bytes).await;
        if matches!(put, Err(Error::Exists { .. })) {
            let mut written = self.written();
            if let Some(last) = written.iter().rposition(|own| *own == key) {
                written.swap_remove(last);
            }
        }
        put
    }

    fn written(&self) -> MutexGuard<'_, Vec<Path>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deletes the objects that were put here, and the folders that were made for them.
    #[allow(
        clippy::disallowed_methods,
        reason = "an object store has no folders to remove"
    )]
    pub(crate) async fn abort(&self) -> Result<()> {
        let keys = std::mem::take(&mut *self.written());
        let delete = |key: &Path| {
            let key = key.clone();
            async move { self.location.delete(&key).await }
        };
        let all = futures::stream::iter(keys.iter().map(delete).collect::<Vec<_>>());
        all.buffer_unordered(PARALLEL)
            .try_collect::<Vec<()>>()
            .await?;
        if let Some(root) = self.location.local_path() {
            let below: BTreeSet<PathBuf> = keys
                .iter()
                .flat_map(|key| {
                    let path = PathBuf::from(format!("/{key}"));
                    path.ancestors()
                        .skip(1)
                        .map(ToOwned::to_owned)
                        .collect::<Vec<_>>()
                })
                .filter(|folder| folder.starts_with(root) && folder != root)
                .collect();
            // Deepest first; a folder in which somebody else has something stays.
            for folder in below.iter().rev().chain(&self.folders) {
                let _ = std::fs::remove_dir(folder);
            }
        }
        Ok(())
    }
}
