//! What every member must have: shared lints and version; for libraries also a README, an example and
//! no unsafe code. And that `Cargo.lock` is part of the work tree.

use super::Finding;
use super::tree::{Tree, join};
use crate::ci::LIBRARIES;
use crate::workspace::{Package, TargetKind};

/// The one crate that may only deny unsafe code: a module of it may earn an exception by a benchmark.
const MAY_DENY: &str = "rsmp-kernels";

/// A library for our tests: it is not published and needs no example.
const TESTKIT: &str = "rsmp-testkit";

/// Checks manifests, roots and companions of all members.
pub(super) fn check(packages: &[Package], tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = packages
        .iter()
        .flat_map(|package| of_one(package, tree))
        .collect();
    if !tree.has("Cargo.lock") || tree.ignores_lock() {
        let text = "must be committed and not ignored: builds use `--locked`";
        findings.push(Finding::failure("Cargo.lock", text));
    }
    findings
}

fn of_one(package: &Package, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fault = |place: &str, text: &str| findings.push(Finding::failure(place, text));

    let manifest = join(&package.folder, "Cargo.toml");
    let text = tree.text(&manifest).unwrap_or_default();
    if !inherits(text, "lints", "workspace") {
        fault(&manifest, "needs `[lints] workspace = true`");
    }
    if !inherits(text, "package", "version") {
        fault(&manifest, "needs `version.workspace = true`");
    }

    let name = package.name.as_str();
    if !LIBRARIES.contains(&name) && name != TESTKIT {
        return findings;
    }
    let Some(root) = package.library() else {
        fault(&manifest, "is a library crate without a library target");
        return findings;
    };
    let source = tree.text(root).unwrap_or_default();
    let has_line = |wanted: &str| source.lines().any(|line| line.trim() == wanted);
    let denies = name == MAY_DENY && has_line("#![deny(unsafe_code)]");
    if !denies && !has_line("#![forbid(unsafe_code)]") {
        fault(root, "needs `#![forbid(unsafe_code)]`");
    }
    if !tree.has(&join(&package.folder, "README.md")) {
        fault(&package.folder, "a library crate needs a README.md");
    }
    let mut kinds = package.targets.iter().map(|(_, kind)| *kind);
    if name != TESTKIT && !kinds.any(|kind| kind == TargetKind::Example) {
        fault(&package.folder, "a library crate needs an examples/*.rs");
    }
    findings
}

/// Whether `section` of a manifest takes `key` from the workspace; for `lints` the key is `workspace`.
fn inherits(manifest: &str, section: &str, key: &str) -> bool {
    let header = format!("[{section}]");
    let accepted = if section == "lints" {
        vec!["workspace=true".to_owned()]
    } else {
        vec![
            format!("{key}.workspace=true"),
            format!("{key}={{workspace=true}}"),
        ]
    };
    let mut inside = false;
    for line in manifest.lines() {
        let code: String = line.split('#').next().unwrap_or_default().replace(' ', "");
        if code.starts_with('[') {
            inside = code == header;
        } else if inside && accepted.contains(&code) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::tests::package;

    const MANIFEST: &str = "[package]\nname = \"x\"\nversion.workspace = true # one version\n\n\
                            [lints]\nworkspace = true\n";

    fn library(name: &str) -> Package {
        let mut made = package(name, &[]);
        made.folder = "crates/x".to_owned();
        made.targets = vec![
            ("crates/x/src/lib.rs".to_owned(), TargetKind::Library),
            ("crates/x/examples/first.rs".to_owned(), TargetKind::Example),
        ];
        made
    }

    fn texts(package: Package, files: &[(&str, &str)]) -> Vec<String> {
        let findings = check(&[package], &Tree::made(files));
        findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn inheritance_is_read_per_section() {
        assert!(inherits(MANIFEST, "package", "version"));
        assert!(inherits(MANIFEST, "lints", "workspace"));
        assert!(!inherits(MANIFEST, "package", "edition"));
        assert!(inherits(
            "[package]\nversion = { workspace = true }",
            "package",
            "version"
        ));
        assert!(!inherits(
            "[dependencies]\nversion.workspace = true",
            "package",
            "version"
        ));
    }

    #[test]
    fn a_complete_library_passes() {
        let files = [
            ("Cargo.lock", ""),
            ("crates/x/Cargo.toml", MANIFEST),
            ("crates/x/README.md", ""),
            ("crates/x/src/lib.rs", "//! Doc.\n#![forbid(unsafe_code)]\n"),
        ];
        assert_eq!(texts(library("rsmp-grid"), &files), Vec::<String>::new());
    }

    #[test]
    fn every_lack_is_named() {
        let mut bare = library("rsmp-grid");
        bare.targets.truncate(1);
        assert_eq!(
            texts(bare, &[("crates/x/src/lib.rs", "#![deny(unsafe_code)]")]),
            [
                "fault: crates/x/Cargo.toml: needs `[lints] workspace = true`",
                "fault: crates/x/Cargo.toml: needs `version.workspace = true`",
                "fault: crates/x/src/lib.rs: needs `#![forbid(unsafe_code)]`",
                "fault: crates/x: a library crate needs a README.md",
                "fault: crates/x: a library crate needs an examples/*.rs",
                "fault: Cargo.lock: must be committed and not ignored: builds use `--locked`",
            ]
        );
    }

    #[test]
    fn kernels_may_deny_unsafe_code_only() {
        let files = [
            ("Cargo.lock", ""),
            ("crates/x/Cargo.toml", MANIFEST),
            ("crates/x/README.md", ""),
            ("crates/x/src/lib.rs", "#![deny(unsafe_code)]"),
        ];
        assert_eq!(texts(library("rsmp-kernels"), &files), Vec::<String>::new());
        assert_eq!(texts(library("rsmp-viz"), &files).len(), 1);
    }
}
