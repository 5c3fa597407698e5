//! Source files that no target compiles: a test file that `tests/main.rs` forgot passes by not running.

use std::collections::BTreeSet;

use super::Finding;
use super::tree::{Tree, folder, join};
use crate::workspace::{Package, normalise};

/// Checks that every `.rs` file is a target or is declared by `mod`, starting from one.
pub(super) fn check(packages: &[Package], tree: &Tree) -> Vec<Finding> {
    let roots = packages
        .iter()
        .flat_map(|package| &package.targets)
        .map(|(path, _)| path.as_str());
    let reached = reach(roots, tree);
    tree.texts_with("rs")
        .filter(|(path, _)| !reached.contains(*path))
        .map(|(path, _)| Finding::failure(path, "no target or `mod` declares it: never compiled"))
        .collect()
}

fn reach<'a>(roots: impl Iterator<Item = &'a str>, tree: &Tree) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    // A file and the folder that holds its child modules.
    let mut open: Vec<(String, String)> = roots
        .map(|path| (path.to_owned(), folder(path).to_owned()))
        .collect();
    while let Some((path, children)) = open.pop() {
        let Some(text) = tree.text(&path) else {
            continue;
        };
        if !reached.insert(path.clone()) {
            continue;
        }
        for declared in declarations(text) {
            let Declaration { name, path: given } = declared;
            let below = join(&children, name);
            let candidates = match given {
                Some(given) => {
                    let file = normalise(&join(folder(&path), given));
                    vec![(file.clone(), folder(&file).to_owned())]
                }
                None => vec![
                    (format!("{below}.rs"), below.clone()),
                    (format!("{below}/mod.rs"), below),
                ],
            };
            open.extend(candidates);
        }
    }
    reached
}

/// One `mod name;`, with the value of its `path` attribute.
#[derive(Debug, PartialEq, Eq)]
struct Declaration<'a> {
    name: &'a str,
    path: Option<&'a str>,
}

/// Finds module declarations line by line, as rustfmt lays them out.
fn declarations(text: &str) -> Vec<Declaration<'_>> {
    let mut found = Vec::new();
    let mut path = None;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("#[path = \"") {
            path = rest.split('"').next();
            continue;
        }
        if line.starts_with("#[") || line.starts_with("//") {
            continue;
        }
        let given = path.take();
        let item = without_visibility(line);
        let declared = item
            .strip_prefix("mod ")
            .and_then(|rest| rest.split_once(';'));
        if let Some((name, _)) = declared {
            let name = name.trim();
            found.push(Declaration { name, path: given });
        }
    }
    found
}

fn without_visibility(line: &str) -> &str {
    let Some(rest) = line.strip_prefix("pub") else {
        return line;
    };
    match rest.strip_prefix('(') {
        Some(scope) => scope.split_once(')').map_or(line, |(_, item)| item).trim(),
        None => rest.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::TargetKind;
    use crate::workspace::tests::package;

    #[test]
    fn declarations_are_found() {
        let text = "mod a;\npub(crate) mod b;\n// mod no;\n#[path = \"x/c.rs\"]\n#[cfg(unix)]\n\
                    mod c;\npub mod d;\nmod inline {}\nlet module = 1;";
        let found: Vec<_> = declarations(text)
            .iter()
            .map(|d| (d.name, d.path))
            .collect();
        assert_eq!(
            found,
            [("a", None), ("b", None), ("c", Some("x/c.rs")), ("d", None)]
        );
    }

    #[test]
    fn forgotten_files_are_found() {
        let mut member = package("rsmp", &[]);
        member.targets = vec![
            ("crates/rsmp/src/main.rs".to_owned(), TargetKind::Other),
            ("tests/main.rs".to_owned(), TargetKind::Other),
        ];
        let tree = Tree::made(&[
            ("crates/rsmp/src/main.rs", "mod cli;\nmod commands;"),
            ("crates/rsmp/src/cli.rs", ""),
            ("crates/rsmp/src/commands/mod.rs", "mod plan;"),
            ("crates/rsmp/src/commands/plan.rs", "mod show;"),
            ("crates/rsmp/src/commands/plan/show.rs", ""),
            ("crates/rsmp/src/old.rs", ""),
            ("tests/main.rs", "mod basics;"),
            ("tests/basics.rs", ""),
            ("tests/forgotten.rs", "mod basics;"),
        ]);
        let findings = check(&[member], &tree);
        let places: Vec<&str> = findings.iter().map(|f| f.place.as_str()).collect();
        assert_eq!(places, ["crates/rsmp/src/old.rs", "tests/forgotten.rs"]);
    }
}
