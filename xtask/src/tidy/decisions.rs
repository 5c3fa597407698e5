//! Decision records are `docs/decisions/NNNN-title.md`, counted from 0001 without gaps or duplicates.

use super::Finding;
use super::tree::Tree;

const FOLDER: &str = "docs/decisions/";

/// Checks the names of the records; a `README.md` beside them is welcome.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let names = tree
        .sizes()
        .filter_map(|(path, _)| path.strip_prefix(FOLDER))
        .filter(|name| *name != "README.md");
    let mut findings = Vec::new();
    let mut next = 1;
    for name in names {
        let mut fault = |text: String| {
            findings.push(Finding::failure(format!("{FOLDER}{name}"), text));
        };
        match number(name) {
            None => fault("a record is named NNNN-title.md, title in kebab-case".to_owned()),
            Some(number) => {
                if number != next {
                    fault(format!("number {number:04} where {next:04} is next"));
                }
                next = number + 1;
            }
        }
    }
    findings
}

/// The number of a well-formed name.
fn number(name: &str) -> Option<u32> {
    let (digits, title) = name.strip_suffix(".md")?.split_once('-')?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let well_formed = digits.len() == 4
        && digits.chars().all(|c| c.is_ascii_digit())
        && !title.is_empty()
        && title.chars().all(plain);
    if well_formed {
        digits.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(names: &[&str]) -> Vec<String> {
        let paths: Vec<String> = names.iter().map(|name| format!("{FOLDER}{name}")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        let findings = check(&Tree::made(&files));
        findings.into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn a_plain_count_passes() {
        let names = ["0001-layers.md", "0002-edge-cells.md", "README.md"];
        assert_eq!(faults(&names), Vec::<String>::new());
    }

    #[test]
    fn gaps_and_duplicates_are_found() {
        assert_eq!(
            faults(&["0001-a.md", "0003-b.md", "0003-c.md", "0004-d.md"]),
            [
                "number 0003 where 0002 is next",
                "number 0003 where 0004 is next"
            ]
        );
    }

    #[test]
    fn names_are_checked() {
        for name in ["1-a.md", "0001_a.md", "0001-A.md", "0001-.md", "0001-a.txt"] {
            assert_eq!(faults(&[name]).len(), 1, "{name}");
        }
    }
}
