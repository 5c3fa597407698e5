//! The `tree` step: what the resolved dependency tree may hold.
//!
//! `tidy` reads what manifests declare; this reads what cargo made of it, so that a crate that comes
//! in by a detour is seen too.

use std::collections::BTreeSet;

use crate::shell;
use crate::workspace::Workspace;

/// Crates whose types cross our crates: a second version would not fit the first.
const ONE_VERSION: [&str; 3] = ["ndarray", "zarrs", "object_store"];

/// Pure crates and what may not be reached from them.
const PURE: [&str; 2] = ["rsmp-grid", "rsmp-kernels"];
const NOT_IN_PURE: [&str; 3] = ["tokio", "zarrs", "object_store"];

/// TLS stacks beside rustls with ring: each brings a C build and certificates of its own.
const SECOND_TLS: [&str; 3] = ["openssl-sys", "native-tls", "aws-lc-sys"];

/// Checks the lock file and the trees of the pure crates.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let path = workspace.root.join("Cargo.lock");
    let lock = std::fs::read_to_string(&path).map_err(|error| format!("Cargo.lock: {error}"))?;
    let mut faults = wrong_versions(&lock);
    for name in PURE.into_iter().filter(|name| workspace.has(name)) {
        let tree = tree(workspace, &["-e", "normal", "-p", name])?;
        for found in NOT_IN_PURE.iter().filter(|found| tree.contains(**found)) {
            faults.push(format!(
                "{name} reaches {found} (`cargo tree -e normal -p {name} -i {found}` shows how)"
            ));
        }
    }
    let whole = tree(
        workspace,
        &["--workspace", "--all-features", "--target", "all"],
    )?;
    for found in SECOND_TLS.iter().filter(|found| whole.contains(**found)) {
        faults.push(format!(
            "a second TLS stack: {found} (`cargo tree --workspace --target all -i {found}`)"
        ));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// The names of the packages that `cargo tree` lists.
fn tree(workspace: &Workspace, which: &[&str]) -> Result<BTreeSet<String>, String> {
    let form = ["tree", "--locked", "--prefix", "none", "--format", "{p}"];
    let listing = shell::capture(shell::cargo(&workspace.root, &form).args(which))?;
    Ok(names(&listing))
}

fn names(listing: &str) -> BTreeSet<String> {
    let first_words = listing.lines().filter_map(|line| line.split(' ').next());
    first_words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Says which of [`ONE_VERSION`] are not in `lock` exactly once.
fn wrong_versions(lock: &str) -> Vec<String> {
    let count = |name: &str| {
        let wanted = format!("name = \"{name}\"");
        lock.lines().filter(|line| *line == wanted).count()
    };
    ONE_VERSION
        .into_iter()
        .map(|name| (name, count(name)))
        .filter(|&(_, n_versions)| n_versions != 1)
        .map(|(name, n_versions)| {
            format!("Cargo.lock has {n_versions} versions of {name} instead of 1")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(names: &[&str]) -> String {
        let entry = |name: &&str| format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n");
        names.iter().map(entry).collect()
    }

    #[test]
    fn each_shared_crate_is_wanted_once() {
        let good = lock(&["ndarray", "ndarray-interp", "zarrs", "object_store"]);
        assert_eq!(wrong_versions(&good), Vec::<String>::new());
        let bad = lock(&["ndarray", "ndarray", "zarrs"]);
        assert_eq!(
            wrong_versions(&bad),
            [
                "Cargo.lock has 2 versions of ndarray instead of 1",
                "Cargo.lock has 0 versions of object_store instead of 1",
            ]
        );
    }

    #[test]
    fn names_are_the_first_words() {
        let listing = "rsmp-grid v0.1.0 (here)\nserde v1.0.0\nserde v1.0.0 (*)\n\n";
        let expected = ["rsmp-grid", "serde"].map(str::to_owned);
        assert_eq!(names(listing), BTreeSet::from(expected));
    }
}
