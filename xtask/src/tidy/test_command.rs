//! One test command in three places: `README.md` tells it, `.ci/run` and `cargo xtask test` run it.

use super::Finding;
use super::tree::Tree;
use crate::ci::TEST_COMMAND;

/// Checks that `.ci/run` and `README.md` each have the command as a line of its own.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    ["README.md", ".ci/run"]
        .into_iter()
        .filter_map(|path| of_one(path, tree.text(path).unwrap_or_default()))
        .collect()
}

fn of_one(path: &str, text: &str) -> Option<Finding> {
    let commands: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("cargo test"))
        .collect();
    if commands == [TEST_COMMAND] {
        return None;
    }
    let text = match commands.as_slice() {
        [] => format!("needs the line `{TEST_COMMAND}`"),
        found => format!("has `{}` instead of `{TEST_COMMAND}`", found.join("`, `")),
    };
    Some(Finding::failure(path, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_must_be_there_once_and_alone() {
        let good = format!("Run the tests:\n\n    {TEST_COMMAND}\n");
        assert_eq!(of_one("README.md", &good), None);
        for bad in ["", "cargo test\n", &format!("{good}{good}")] {
            assert!(of_one("README.md", bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn both_files_are_asked() {
        let tree = Tree::made(&[("README.md", TEST_COMMAND)]);
        let places: Vec<String> = check(&tree).into_iter().map(|f| f.place).collect();
        assert_eq!(places, [".ci/run"]);
    }
}
