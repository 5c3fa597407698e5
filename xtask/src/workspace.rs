//! The workspace as `cargo metadata` describes it: members, targets and declared dependencies.

use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::shell;

/// The folders and members of the workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// One member; all paths are relative to the workspace root and use `/`.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: String,
    /// Root source files, each with the kind of target it is for.
    pub(crate) targets: Vec<(String, TargetKind)>,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetKind {
    Library,
    Example,
    Other,
}

/// A dependency as declared in a manifest, under its real package name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: DependencyKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DependencyKind {
    Normal,
    Build,
    Dev,
}

impl Workspace {
    /// Asks `cargo metadata` about the workspace of the current folder.
    pub(crate) fn load() -> Result<Self, String> {
        let arguments = ["metadata", "--no-deps", "--format-version", "1"];
        let text = shell::capture(&mut shell::cargo(Path::new("."), &arguments))?;
        let value: Value = serde_json::from_str(&text)
            .map_err(|error| format!("`cargo metadata` wrote no JSON: {error}"))?;
        Self::from_metadata(&value).ok_or_else(|| "`cargo metadata` lacks a field".to_owned())
    }

    fn from_metadata(value: &Value) -> Option<Self> {
        let root = PathBuf::from(value["workspace_root"].as_str()?);
        let packages = value["packages"]
            .as_array()?
            .iter()
            .map(|package| Package::from_metadata(&root, package))
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            target: PathBuf::from(value["target_directory"].as_str()?),
            root,
            packages,
        })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package.name == name)
    }
}

impl Package {
    fn from_metadata(root: &Path, value: &Value) -> Option<Self> {
        let manifest = relative(root, Path::new(value["manifest_path"].as_str()?));
        let folder = manifest
            .strip_suffix("Cargo.toml")?
            .trim_end_matches('/')
            .to_owned();
        let targets = value["targets"]
            .as_array()?
            .iter()
            .map(|target| {
                let path = relative(root, Path::new(target["src_path"].as_str()?));
                let kind = match target["kind"][0].as_str()? {
                    "lib" | "rlib" | "proc-macro" => TargetKind::Library,
                    "example" => TargetKind::Example,
                    _ => TargetKind::Other,
                };
                Some((path, kind))
            })
            .collect::<Option<Vec<_>>>()?;
        let dependencies = value["dependencies"]
            .as_array()?
            .iter()
            .map(|dependency| {
                let kind = match dependency["kind"].as_str() {
                    Some("dev") => DependencyKind::Dev,
                    Some("build") => DependencyKind::Build,
                    _ => DependencyKind::Normal,
                };
                let name = dependency["name"].as_str()?.to_owned();
                Some(Dependency { name, kind })
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            name: value["name"].as_str()?.to_owned(),
            folder,
            targets,
            dependencies,
        })
    }

    /// The root source file of the library target, if there is one.
    pub(crate) fn library(&self) -> Option<&str> {
        self.targets
            .iter()
            .find(|(_, kind)| *kind == TargetKind::Library)
            .map(|(path, _)| path.as_str())
    }
}

/// `path` seen from `root`, with `/` and without `..`.
fn relative(root: &Path, path: &Path) -> String {
    let plain = path.strip_prefix(root).unwrap_or(path);
    normalise(&plain.to_string_lossy())
}

/// Resolves `.` and `..` by text alone; a `..` that leaves the start stays in front.
pub(crate) fn normalise(path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                parts.pop();
            }
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts.join("/")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A member with the given dependencies, for the tests of checks.
    pub(crate) fn package(name: &str, dependencies: &[(&str, DependencyKind)]) -> Package {
        Package {
            name: name.to_owned(),
            folder: format!("crates/{name}"),
            targets: Vec::new(),
            dependencies: dependencies
                .iter()
                .map(|&(name, kind)| Dependency {
                    name: name.to_owned(),
                    kind,
                })
                .collect(),
        }
    }

    #[test]
    fn metadata_is_read() {
        let value = serde_json::json!({
            "workspace_root": "/x",
            "target_directory": "/x/target",
            "packages": [{
                "name": "rsmp",
                "manifest_path": "/x/crates/rsmp/Cargo.toml",
                "targets": [
                    {"kind": ["bin"], "src_path": "/x/crates/rsmp/src/main.rs"},
                    {"kind": ["test"], "src_path": "/x/crates/rsmp/../../tests/main.rs"},
                    {"kind": ["lib"], "src_path": "/x/crates/rsmp/src/lib.rs"},
                ],
                "dependencies": [
                    {"name": "serde", "kind": null},
                    {"name": "proptest", "kind": "dev"},
                ],
            }],
        });
        let workspace = Workspace::from_metadata(&value).expect("all fields are there");
        assert!(workspace.has("rsmp") && !workspace.has("other"));
        let package = &workspace.packages[0];
        assert_eq!(package.folder, "crates/rsmp");
        assert_eq!(package.targets[1].0, "tests/main.rs");
        assert_eq!(package.library(), Some("crates/rsmp/src/lib.rs"));
        assert_eq!(package.dependencies[0].kind, DependencyKind::Normal);
        assert_eq!(package.dependencies[1].kind, DependencyKind::Dev);
    }

    #[test]
    fn dots_are_resolved() {
        assert_eq!(normalise("a/./b/../c"), "a/c");
        assert_eq!(normalise("../../a"), "../../a");
        assert_eq!(normalise(""), "");
    }
}
