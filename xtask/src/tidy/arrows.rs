//! Which crate may name which: the arrows between our crates, and who may name the storage libraries.
//!
//! `docs/architecture.md` says why the arrows point as they do.

use super::Finding;
use crate::ci::LIBRARIES;
use crate::workspace::{DependencyKind, Package};

/// The crate and those of ours that it may depend on outside its tests.
const ARROWS: [(&str, &[&str]); 10] = [
    ("rsmp-grid", &[]),
    ("rsmp-kernels", &[]),
    ("rsmp-storage", &["rsmp-grid"]),
    (
        "rsmp-pipeline",
        &["rsmp-storage", "rsmp-kernels", "rsmp-grid"],
    ),
    (
        "rsmp-pyramid",
        &["rsmp-pipeline", "rsmp-storage", "rsmp-kernels", "rsmp-grid"],
    ),
    ("rsmp-viz", &["rsmp-grid"]),
    ("rsmp", &LIBRARIES),
    ("rsmp-testkit", &LIBRARIES),
    (
        "rsmp-benches",
        &[
            "rsmp-grid",
            "rsmp-kernels",
            "rsmp-storage",
            "rsmp-pipeline",
            "rsmp-pyramid",
            "rsmp-viz",
            "rsmp-testkit",
        ],
    ),
    ("xtask", &[]),
];

/// Crates that may name zarrs and its family, and crates that may name `object_store`.
const NAME_ZARRS: [&str; 2] = ["rsmp-storage", "rsmp-benches"];
const NAME_OBJECT_STORE: [&str; 3] = ["rsmp-storage", "rsmp-testkit", "rsmp-benches"];

/// Pure crates name none of these, not even for their tests.
const PURE: [&str; 2] = ["rsmp-grid", "rsmp-kernels"];
const NOT_IN_PURE: [&str; 4] = ["tokio", "zarrs", "object_store", "rayon"];

/// Checks what each manifest declares.
pub(super) fn check(packages: &[Package]) -> Vec<Finding> {
    let ours: Vec<&str> = packages.iter().map(|p| p.name.as_str()).collect();
    packages
        .iter()
        .flat_map(|package| of_one(package, &ours))
        .collect()
}

fn of_one(package: &Package, ours: &[&str]) -> Vec<Finding> {
    let from = package.name.as_str();
    let place = format!("{}/Cargo.toml", package.folder);
    let Some((_, allowed)) = ARROWS.into_iter().find(|(name, _)| *name == from) else {
        let text = format!("`{from}` has no row in the table of arrows; a new crate needs one");
        return vec![Finding::failure(place, text)];
    };
    let mut findings = Vec::new();
    let mut fault = |text: String| findings.push(Finding::failure(place.as_str(), text));
    for dependency in &package.dependencies {
        let to = dependency.name.as_str();
        if PURE.contains(&from) && NOT_IN_PURE.contains(&to) {
            fault(format!("`{from}` is pure and may not name `{to}`"));
            continue;
        }
        if dependency.kind == DependencyKind::Dev {
            continue;
        }
        if ours.contains(&to) && !allowed.contains(&to) {
            fault(format!("the arrow `{from}` to `{to}` is not allowed"));
        }
        let zarrs = to == "zarrs" || to.starts_with("zarrs_");
        if zarrs && !NAME_ZARRS.contains(&from)
            || to == "object_store" && !NAME_OBJECT_STORE.contains(&from)
        {
            fault(format!("only `rsmp-storage` may name `{to}`"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::tests::package;
    use DependencyKind::{Build, Dev, Normal};

    fn texts(packages: &[Package]) -> Vec<String> {
        check(packages).into_iter().map(|f| f.text).collect()
    }

    #[test]
    fn the_layers_pass() {
        let packages = [
            package("rsmp-grid", &[("thiserror", Normal), ("proptest", Dev)]),
            package("rsmp-kernels", &[("ndarray", Normal)]),
            package("rsmp-storage", &[("rsmp-grid", Normal), ("zarrs", Normal)]),
            package("rsmp-pipeline", &[("rsmp-storage", Normal)]),
            package("rsmp-testkit", &[("object_store", Normal)]),
            package("rsmp", &[("rsmp-pipeline", Normal), ("rsmp-testkit", Dev)]),
            package("rsmp-benches", &[("rsmp-testkit", Normal)]),
        ];
        assert_eq!(texts(&packages), Vec::<String>::new());
    }

    #[test]
    fn arrows_that_go_up_or_sideways_fail() {
        let packages = [
            package("rsmp-grid", &[("rsmp-kernels", Build)]),
            package("rsmp-kernels", &[]),
            package("rsmp", &[("rsmp-testkit", Normal)]),
            package("rsmp-testkit", &[]),
            package("rsmp-new", &[]),
        ];
        assert_eq!(
            texts(&packages),
            [
                "the arrow `rsmp-grid` to `rsmp-kernels` is not allowed",
                "the arrow `rsmp` to `rsmp-testkit` is not allowed",
                "`rsmp-new` has no row in the table of arrows; a new crate needs one",
            ]
        );
    }

    #[test]
    fn storage_libraries_stay_behind_storage() {
        let packages = [
            package(
                "rsmp-pipeline",
                &[("zarrs_storage", Normal), ("object_store", Normal)],
            ),
            package("rsmp-kernels", &[("rayon", Dev), ("rayon", Normal)]),
            package("rsmp", &[("zarrs", Dev)]),
        ];
        assert_eq!(
            texts(&packages),
            [
                "only `rsmp-storage` may name `zarrs_storage`",
                "only `rsmp-storage` may name `object_store`",
                "`rsmp-kernels` is pure and may not name `rayon`",
                "`rsmp-kernels` is pure and may not name `rayon`",
            ]
        );
    }

    #[test]
    fn every_row_names_known_crates() {
        let known = |name: &str| ARROWS.iter().any(|(row, _)| *row == name);
        for (_, allowed) in ARROWS {
            assert!(allowed.iter().all(|name| known(name)), "{allowed:?}");
        }
    }
}
