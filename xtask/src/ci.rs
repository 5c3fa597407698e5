//! What each step of `cargo xtask ci` runs.

use crate::step::Step;
use crate::workspace::Workspace;
use crate::{deny, lock, shell, tidy};

/// The test command of `README.md`, which `.ci/run` runs too; `tidy` compares the three.
pub(crate) const TEST_COMMAND: &str = "cargo test --workspace --locked";

/// The library crates that people may depend on, lowest first.
pub(crate) const LIBRARIES: [&str; 6] = [
    "rsmp-grid",
    "rsmp-kernels",
    "rsmp-storage",
    "rsmp-pipeline",
    "rsmp-pyramid",
    "rsmp-viz",
];

/// Which steps a command asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    All,
    NoTest,
    One(Step),
}

impl Selection {
    fn includes(self, step: Step) -> bool {
        match self {
            Self::All => true,
            Self::NoTest => step != Step::Test,
            Self::One(only) => step == only,
        }
    }
}

/// Runs the selected steps in order and stops at the first that fails.
pub(crate) fn run(selection: Selection) -> Result<(), String> {
    let workspace = Workspace::load()?;
    for step in Step::ALL {
        if selection.includes(step) {
            step.timed(|| check(step, &workspace))?;
        }
    }
    Ok(())
}

fn check(step: Step, workspace: &Workspace) -> Result<(), String> {
    let root = &workspace.root;
    let cargo = |arguments: &[&str]| shell::cargo(root, arguments);
    match step {
        Step::Fmt => shell::show(&mut cargo(&["fmt", "--all", "--check"])),
        Step::Tidy => tidy::run(workspace),
        Step::Tree => lock::run(workspace),
        Step::Clippy => {
            let what = ["clippy", "--workspace", "--all-targets", "--locked"];
            shell::show(cargo(&what).args(["--", "-D", "warnings"]))
        }
        Step::Docs => {
            let what = ["doc", "--workspace", "--no-deps", "--locked"];
            shell::show(cargo(&what).env("RUSTDOCFLAGS", "-D warnings"))
        }
        Step::Alone => LIBRARIES
            .iter()
            .filter(|name| workspace.has(name))
            .try_for_each(|name| shell::show(&mut cargo(&["check", "--locked", "-p", name]))),
        Step::Deny => deny::run(workspace),
        Step::Test => {
            let words: Vec<&str> = TEST_COMMAND.split(' ').skip(1).collect();
            shell::show(&mut cargo(&words))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selections_include_what_they_say() {
        let names = |selection: Selection| -> Vec<&str> {
            let steps = Step::ALL
                .into_iter()
                .filter(|&step| selection.includes(step));
            steps.map(Step::name).collect()
        };
        assert_eq!(names(Selection::All).len(), Step::ALL.len());
        assert!(!names(Selection::NoTest).contains(&"test"));
        assert_eq!(names(Selection::NoTest).len(), Step::ALL.len() - 1);
        assert_eq!(names(Selection::One(Step::Deny)), ["deny"]);
    }
}
