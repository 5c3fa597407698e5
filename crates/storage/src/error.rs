//! What can go wrong between a location and its values.

use std::sync::Arc;

/// Errors of this crate. Every variant names the location, variable or key it is about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is no location that this build can open.
    #[error("cannot use `{location}` as a location: {reason}")]
    Location {
        /// The text, without any user name or password.
        location: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is nothing at the location.
    #[error("`{location}` does not exist")]
    NotFound {
        /// Where it was looked for.
        location: String,
    },
    /// There is something at the location, but not a Zarr group.
    #[error("`{location}` is not a Zarr group: {reason}")]
    NotAGroup {
        /// The location.
        location: String,
        /// What is there instead.
        reason: String,
    },
    /// The location to be written already holds something.
    #[error("`{location}` already exists")]
    Exists {
        /// The location.
        location: String,
    },
    /// A metadata document that cannot be understood.
    #[error("bad metadata in `{key}`: {reason}")]
    Metadata {
        /// The document.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The group has no variable of this name.
    #[error("no variable `{name}` in `{location}`; it has {}", list(.known))]
    UnknownVariable {
        /// The name asked for.
        name: String,
        /// The group.
        location: String,
        /// The names that it has.
        known: Vec<String>,
    },
    /// The group has no dimension of this name.
    #[error("no dimension `{name}` in `{location}`; it has {}", list(.known))]
    UnknownDimension {
        /// The name asked for.
        name: String,
        /// The group.
        location: String,
        /// The names that it has.
        known: Vec<String>,
    },
    /// A general name such as `lat` that fits several dimensions.
    #[error("`{name}` could be any of the dimensions {} of `{location}`", list(.candidates))]
    AmbiguousDimension {
        /// The name asked for.
        name: String,
        /// The group.
        location: String,
        /// The dimensions that it fits.
        candidates: Vec<String>,
    },
    /// A dimension whose coordinate values are needed has none.
    #[error("dimension `{dimension}` of `{location}` has no coordinate variable")]
    NoCoordinate {
        /// The dimension.
        dimension: String,
        /// The group.
        location: String,
    },
    /// The coordinate variable of a dimension makes no axis.
    #[error("the coordinate of dimension `{dimension}` in `{location}` cannot be used: {reason}")]
    Coordinate {
        /// The dimension.
        dimension: String,
        /// The group.
        location: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A type, codec or layout that is valid Zarr but not supported.
    #[error("unsupported {what} in variable `{variable}` of `{location}`: {detail}")]
    Unsupported {
        /// The kind of thing: `data type`, `codec or layout`.
        what: &'static str,
        /// The variable.
        variable: String,
        /// The group.
        location: String,
        /// The thing itself.
        detail: String,
    },
    /// A chunk that is there but cannot be decoded.
    #[error("chunk {index:?} of variable `{variable}` is corrupt (`{key}`): {reason}")]
    Chunk {
        /// The variable.
        variable: String,
        /// Index of the chunk in the chunk grid.
        index: Vec<usize>,
        /// Key of its object.
        key: String,
        /// What the codec said.
        reason: String,
    },
    /// An answer with another number of bytes than the object has.
    #[error("`{key}` came with {found} bytes, {expected} were expected")]
    Length {
        /// The object.
        key: String,
        /// Its size.
        expected: u64,
        /// Bytes received.
        found: u64,
    },
    /// Values that cannot be encoded as asked.
    #[error("cannot encode variable `{variable}`: {reason}")]
    Encode {
        /// The variable.
        variable: String,
        /// What the codec said.
        reason: String,
    },
    /// The word is no codec, or not one of this Zarr format.
    #[error("cannot use the codec `{codec}`: {reason}")]
    Codec {
        /// The word.
        codec: String,
        /// Why not.
        reason: String,
    },
    /// The store failed.
    #[error("cannot {action} `{key}`")]
    Store {
        /// What was tried: `read`, `write`, `list`, `delete`.
        action: &'static str,
        /// The object.
        key: String,
        /// What the store said.
        source: Arc<object_store::Error>,
    },
}

impl Error {
    /// True when the store refused for good: permission, a full or read-only disk, bad credentials.
    ///
    /// Everything else that a store says may pass when tried again.
    pub fn is_permanent(&self) -> bool {
        let Self::Store { source, .. } = self else {
            return true;
        };
        if matches!(
            **source,
            object_store::Error::NotFound { .. }
                | object_store::Error::PermissionDenied { .. }
                | object_store::Error::Unauthenticated { .. }
                | object_store::Error::NotImplemented { .. }
                | object_store::Error::NotSupported { .. }
        ) {
            return true;
        }
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&**source);
        while let Some(error) = cause {
            if let Some(io) = error.downcast_ref::<std::io::Error>() {
                use std::io::ErrorKind as Kind;
                return !matches!(
                    io.kind(),
                    Kind::TimedOut
                        | Kind::ConnectionReset
                        | Kind::ConnectionAborted
                        | Kind::ConnectionRefused
                        | Kind::Interrupted
                        | Kind::WouldBlock
                );
            }
            cause = error.source();
        }
        false
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
