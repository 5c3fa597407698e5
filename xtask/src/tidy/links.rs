//! Relative links of Markdown files: each must lead to a file or folder of the work tree.

use super::Finding;
use super::tree::{Tree, folder, join};
use crate::workspace::normalise;

/// Checks every Markdown file.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.texts_with("md")
        .flat_map(|(path, text)| of_one(path, text, tree))
        .collect()
}

fn of_one(path: &str, text: &str, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_fence = false;
    for (i_line, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_fence = !in_fence;
        }
        if in_fence {
            continue;
        }
        let plain = without_code(line);
        for target in targets(&plain).into_iter().filter(|t| is_relative(t)) {
            let file = target.split(['#', '?']).next().unwrap_or_default();
            if !tree.has(&normalise(&join(folder(path), file))) {
                let place = format!("{path}:{}", i_line + 1);
                findings.push(Finding::failure(place, format!("`{target}` leads nowhere")));
            }
        }
    }
    findings
}

/// Blanks inline code, in which brackets are no links; the code of a link's text goes with it.
fn without_code(line: &str) -> String {
    let pieces = line.split('`').enumerate();
    pieces
        .map(|(i_piece, piece)| if i_piece % 2 == 0 { piece } else { "" })
        .collect()
}

/// What `[text](target)` and `[label]: target` on this line lead to.
fn targets(line: &str) -> Vec<&str> {
    let inline = line
        .match_indices("](")
        .filter_map(|(at, mark)| line[at + mark.len()..].split(')').next());
    let reference = line
        .trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .map(|(_, target)| target);
    inline
        .chain(reference)
        .filter_map(|target| target.split_whitespace().next())
        .map(|target| target.trim_start_matches('<').trim_end_matches('>'))
        .collect()
}

fn is_relative(target: &str) -> bool {
    !target.is_empty()
        && !target.starts_with('#')
        && !target.contains("://")
        && !target.starts_with("mailto:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> Vec<String> {
        let tree = Tree::made(&[
            ("README.md", ""),
            ("docs/guide/first.md", text),
            ("docs/semantics.md", ""),
        ]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        let text = "[a](../semantics.md#means), [b](../../README.md \"title\") and [c](..)\n\
                    [d](https://example.org/x) [e](#here) ![f](<../semantics.md>)\n\
                    [g]: ../semantics.md\n";
        assert_eq!(broken(text), Vec::<String>::new());
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        let text = "ok\n[a](semantics.md) [`b`](../gone.md#x)\n[c]: nowhere\n[d](../../../out)";
        assert_eq!(
            broken(text),
            [
                "fault: docs/guide/first.md:2: `semantics.md` leads nowhere",
                "fault: docs/guide/first.md:2: `../gone.md#x` leads nowhere",
                "fault: docs/guide/first.md:3: `nowhere` leads nowhere",
                "fault: docs/guide/first.md:4: `../../../out` leads nowhere",
            ]
        );
    }

    #[test]
    fn code_is_not_read() {
        let text = "`[a](b)` and\n```rust\nlet x = y[0](z);\n```\n";
        assert_eq!(broken(text), Vec::<String>::new());
    }
}
