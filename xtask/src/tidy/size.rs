//! How big files may be, and that no array store is tracked.

use super::Finding;
use super::tree::{Tree, extension};

const WARN_LINES: usize = 500;
const MAX_LINES: usize = 800;
const MAX_BYTES: u64 = 900_000;

/// Source files that may be longer, such as tables; each with its reason beside it.
const LONG_FILES: [&str; 0] = [];

/// Checks the length of source files, the size of all files and their names.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let lines = tree
        .texts_with("rs")
        .filter(|(path, _)| !LONG_FILES.contains(path))
        .filter_map(|(path, text)| too_long(path, text.lines().count()));
    let bytes = tree
        .sizes()
        .filter_map(|(path, n_bytes)| too_big(path, n_bytes));
    lines.chain(bytes).collect()
}

fn too_long(path: &str, n_lines: usize) -> Option<Finding> {
    if n_lines > MAX_LINES {
        let text = format!("{n_lines} lines; more than {MAX_LINES} is one file too few");
        Some(Finding::failure(path, text))
    } else if n_lines > WARN_LINES {
        let text = format!("{n_lines} lines; think of a second file from {WARN_LINES} on");
        Some(Finding::warning(path, text))
    } else {
        None
    }
}

fn too_big(path: &str, n_bytes: u64) -> Option<Finding> {
    if path.split('/').any(|part| extension(part) == "zarr") {
        let text = "a store is made by its script or its test, not tracked";
        Some(Finding::failure(path, text))
    } else if n_bytes > MAX_BYTES {
        let text = format!("{n_bytes} bytes; nothing tracked is above {MAX_BYTES}");
        Some(Finding::failure(path, text))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(finding: Option<Finding>) -> Option<String> {
        finding.map(|finding| finding.to_string())
    }

    #[test]
    fn long_files_warn_then_fail() {
        assert_eq!(too_long("a.rs", 500), None);
        assert!(said(too_long("a.rs", 501)).is_some_and(|text| text.starts_with("warning:")));
        assert!(said(too_long("a.rs", 800)).is_some_and(|text| text.starts_with("warning:")));
        assert!(said(too_long("a.rs", 801)).is_some_and(|text| text.starts_with("fault:")));
    }

    #[test]
    fn big_files_and_stores_fail() {
        assert_eq!(too_big("tests/golden/mean.json", 900_000), None);
        assert!(too_big("tests/golden/mean.json", 900_001).is_some());
        assert!(too_big("tests/air.zarr/zarr.json", 10).is_some());
        assert_eq!(too_big("docs/zarr", 10), None);
    }

    #[test]
    fn only_source_files_have_a_line_limit() {
        let long = "\n".repeat(MAX_LINES + 1);
        let tree = Tree::made(&[("a.rs", &long), ("a.csv", &long)]);
        assert_eq!(check(&tree).len(), 1);
    }
}
