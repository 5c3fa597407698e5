//! The files of the work tree that git tracks or would track, with their text.

use std::collections::BTreeMap;
use std::path::Path;

use crate::shell;

/// Relative paths (with `/`) and what the files hold.
#[derive(Debug, Default)]
pub(super) struct Tree {
    files: BTreeMap<String, File>,
    ignored_lock: bool,
}

#[derive(Debug)]
struct File {
    n_bytes: u64,
    /// `None` for files that are not text.
    text: Option<String>,
}

impl Tree {
    /// Reads every file below `root` that git does not ignore.
    pub(super) fn load(root: &Path) -> Result<Self, String> {
        let which = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        let listing = shell::capture(&mut shell::git(root, &which))?;
        let mut files = BTreeMap::new();
        for path in listing.split('\0').filter(|path| !path.is_empty()) {
            // A file that git still lists but that is gone here is a deletion not yet recorded.
            let Ok(bytes) = std::fs::read(root.join(path)) else {
                continue;
            };
            let n_bytes = bytes.len() as u64;
            let text = String::from_utf8(bytes)
                .ok()
                .filter(|text| !text.contains('\0'));
            files.insert(path.to_owned(), File { n_bytes, text });
        }
        let ignored = shell::git(root, &["check-ignore", "--quiet", "Cargo.lock"]).status();
        Ok(Self {
            files,
            ignored_lock: ignored.is_ok_and(|status| status.success()),
        })
    }

    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.text.as_deref()
    }

    /// Whether `path` is a file here, or a folder with files in it.
    pub(super) fn has(&self, path: &str) -> bool {
        if path.is_empty() || self.files.contains_key(path) {
            return true;
        }
        let folder = format!("{path}/");
        self.files.keys().any(|file| file.starts_with(&folder))
    }

    pub(super) fn ignores_lock(&self) -> bool {
        self.ignored_lock
    }

    /// All paths with their sizes.
    pub(super) fn sizes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.files
            .iter()
            .map(|(path, file)| (path.as_str(), file.n_bytes))
    }

    /// All text files.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter_map(|(path, file)| Some((path.as_str(), file.text.as_deref()?)))
    }

    /// The text files whose name ends in `.extension`.
    pub(super) fn texts_with(&self, extension: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts()
            .filter(move |(path, _)| self::extension(path) == extension)
    }

    /// A tree of the given files, for tests.
    #[cfg(test)]
    pub(super) fn made(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| {
            let n_bytes = text.len() as u64;
            let text = Some(text.to_owned());
            (path.to_owned(), File { n_bytes, text })
        };
        Self {
            files: files.iter().map(file).collect(),
            ignored_lock: false,
        }
    }
}

/// The folder of a relative path; empty for the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The part of the file name after its last dot; empty without one, or for a hidden name.
pub(super) fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension,
        _ => "",
    }
}

/// Joins two relative paths, either of which may be empty.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        assert_eq!(folder("a/b.rs"), "a");
        assert_eq!(folder("b.rs"), "");
        assert_eq!(extension("a.b/c"), "");
        assert_eq!(extension("a/b.tar.gz"), "gz");
        assert_eq!(extension(".gitignore"), "");
        assert_eq!(join("", "x"), "x");
        assert_eq!(join("a", "x"), "a/x");
    }

    #[test]
    fn folders_exist_through_their_files() {
        let tree = Tree::made(&[("docs/guide/first.md", "")]);
        assert!(tree.has("docs/guide") && tree.has("docs") && tree.has(""));
        assert!(!tree.has("docs/gui") && !tree.has("guide"));
    }
}
