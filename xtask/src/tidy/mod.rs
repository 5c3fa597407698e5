//! The `tidy` step: rules about files and crates that the compiler does not check.
//!
//! Each module holds one group of rules as functions from text to [`Finding`]s, so that they are tested
//! on made text; this file collects what they need and prints what they find.

mod arrows;
mod crates;
mod decisions;
mod links;
mod reach;
mod size;
mod test_command;
mod tree;
mod words;

use std::fmt;

use crate::workspace::Workspace;
use tree::Tree;

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    weight: Weight,
    place: String,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    Warning,
    Failure,
}

impl Finding {
    fn failure(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            weight: Weight::Failure,
            place: place.into(),
            text: text.into(),
        }
    }

    fn warning(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            weight: Weight::Warning,
            ..Self::failure(place, text)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.weight {
            Weight::Warning => "warning",
            Weight::Failure => "fault",
        };
        write!(out, "{word}: {}: {}", self.place, self.text)
    }
}

/// Applies every rule and prints the findings.
///
/// # Errors
/// When any finding is a failure, or the work tree cannot be read.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let tree = Tree::load(&workspace.root)?;
    let findings: Vec<Finding> = [
        arrows::check(&workspace.packages),
        size::check(&tree),
        reach::check(&workspace.packages, &tree),
        crates::check(&workspace.packages, &tree),
        words::check(&tree),
        links::check(&tree),
        decisions::check(&tree),
        test_command::check(&tree),
    ]
    .into_iter()
    .flatten()
    .collect();
    for finding in &findings {
        println!("{finding}");
    }
    let failures = findings
        .iter()
        .filter(|finding| finding.weight == Weight::Failure);
    match failures.count() {
        0 => Ok(()),
        1 => Err("1 fault in the work tree".to_owned()),
        n_faults => Err(format!("{n_faults} faults in the work tree")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_read_as_one_line() {
        assert_eq!(
            Finding::failure("a.rs:3", "wrong").to_string(),
            "fault: a.rs:3: wrong"
        );
        assert_eq!(
            Finding::warning("a.rs", "long").to_string(),
            "warning: a.rs: long"
        );
    }
}
