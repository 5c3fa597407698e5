//! Words that have no place in the work tree: paths of one machine, forgotten marks, skipped or
//! sleeping tests.
//!
//! The needles are put together from pieces, so that this file does not find itself.

use super::Finding;
use super::tree::{Tree, extension, folder};

const MACHINE_PATHS: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/fa", "rm/"),
];
const MARKS: [&str; 3] = [
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("HA", "CK"),
];
const MARKED_FILES: [&str; 7] = ["rs", "md", "toml", "sh", "py", "yml", ""];
const CODE: [&str; 4] = [
    concat!("#[", "ignore"),
    concat!("dbg", "!"),
    concat!("todo", "!"),
    concat!("unimplemented", "!"),
];
const SLEEP: &str = concat!("sleep", "(");

/// Checks every text file.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.texts()
        .flat_map(|(path, text)| of_one(path, text))
        .collect()
}

fn of_one(path: &str, text: &str) -> Vec<Finding> {
    let extension = extension(path);
    let source = extension == "rs";
    let test_start = if source { tests_from(path, text) } else { None };
    let mut findings = Vec::new();
    for (i_line, line) in text.lines().enumerate() {
        let mut fault = |text: String| {
            findings.push(Finding::failure(format!("{path}:{}", i_line + 1), text));
        };
        for needle in MACHINE_PATHS {
            if occurs(line, needle, starts_a_path) {
                fault(format!("`{needle}` is a path of one machine"));
            }
        }
        if MARKED_FILES.contains(&extension) {
            for needle in MARKS {
                if occurs(line, needle, is_a_word) {
                    fault(format!("`{needle}`: do it, or say why not"));
                }
            }
        }
        if source && !line.trim_start().starts_with("//") {
            for needle in CODE {
                if occurs(line, needle, begins_a_word) {
                    fault(format!("`{needle}` is not for committed code"));
                }
            }
            let in_test = test_start.is_some_and(|start| i_line >= start);
            if in_test && occurs(line, SLEEP, begins_a_word) {
                fault("a test waits for an event, not for time".to_owned());
            }
        }
    }
    findings
}

/// The line from which on a source file is test code, if any of it is.
fn tests_from(path: &str, text: &str) -> Option<usize> {
    let file_of_tests = path.ends_with("/tests.rs");
    if file_of_tests || folder(path).split('/').any(|part| part == "tests") {
        return Some(0);
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    (0..lines.len()).find(|&i_line| {
        let item = lines[i_line + 1..]
            .iter()
            .find(|line| !line.starts_with("#["));
        lines[i_line] == "#[cfg(test)]"
            && item.is_some_and(|line| line.contains("mod ") && line.ends_with('{'))
    })
}

/// Whether `needle` is in `line` somewhere where `fits` agrees with what is before and after it.
fn occurs(line: &str, needle: &str, fits: fn(before: &str, after: &str) -> bool) -> bool {
    line.match_indices(needle)
        .any(|(at, _)| fits(&line[..at], &line[at + needle.len()..]))
}

/// A `/` starts an absolute path unless it goes on one, as in `a/b/`; URLs of files have `//` before.
fn starts_a_path(before: &str, _after: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "_-.~/}*)".contains(c);
    before.ends_with("file://") || !before.ends_with(goes_on)
}

fn begins_a_word(before: &str, _after: &str) -> bool {
    !before.ends_with(is_word_char)
}

fn is_a_word(before: &str, after: &str) -> bool {
    !before.ends_with(is_word_char) && !after.starts_with(is_word_char)
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills `W`, `F`, `D`, `I` and `S` in braces with needles, to keep them out of this file.
    fn fill(text: &str) -> String {
        text.replace("{W}", MACHINE_PATHS[0])
            .replace("{F}", MARKS[0])
            .replace("{I}", CODE[0])
            .replace("{D}", CODE[1])
            .replace("{S}", SLEEP)
    }

    fn places(path: &str, text: &str) -> Vec<String> {
        let findings = of_one(path, &fill(text));
        findings.into_iter().map(|finding| finding.place).collect()
    }

    #[test]
    fn machine_paths_are_found_where_they_start() {
        let text = "see {W}a\nsrc{W}a is relative\n\"{W}x\"\nfile://{W}x\n${HOME}{W}x\n";
        assert_eq!(
            places("docs/a.md", text),
            ["docs/a.md:1", "docs/a.md:3", "docs/a.md:4"]
        );
    }

    #[test]
    fn marks_are_whole_words_in_sources_and_prose() {
        assert_eq!(places("a.rs", "// {F}: later\n// {F}D\n"), ["a.rs:1"]);
        assert_eq!(places("run", "{F}\n"), ["run:1"]);
        assert_eq!(places("a.json", "{F}\n"), Vec::<String>::new());
    }

    #[test]
    fn code_needles_are_for_code() {
        assert_eq!(places("a.rs", "    {I}]\n{D}(x)\n"), ["a.rs:1", "a.rs:2"]);
        assert_eq!(places("a.rs", "// {D}\nmy_{D}(x)\n"), Vec::<String>::new());
        assert_eq!(places("a.md", "{D}\n"), Vec::<String>::new());
    }

    #[test]
    fn only_tests_may_not_sleep() {
        let line = "thread::{S}x);\n";
        assert_eq!(places("crates/a/src/b.rs", line), Vec::<String>::new());
        assert_eq!(places("tests/b.rs", line), ["tests/b.rs:1"]);
        assert_eq!(places("crates/a/src/tests.rs", line).len(), 1);
        let mixed = format!("{line}#[cfg(test)]\n#[rustfmt::skip]\nmod tests {{\n{line}}}\n");
        assert_eq!(places("a.rs", &mixed), ["a.rs:5"]);
        let helper = format!("#[cfg(test)]\nuse x;\n{line}");
        assert_eq!(places("a.rs", &helper), Vec::<String>::new());
    }
}
