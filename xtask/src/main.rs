//! Developer commands of the workspace: `cargo xtask ci | tidy | test | docs | deny | help`.
//!
//! This file reads the command line and hands over; each command has its own module. Everything is
//! done by running `cargo` and `git` and by reading files: nothing here knows the crates' code.

#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer tool talks to the terminal"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the tool reads the work tree and cargo's variables; the bans are for the product"
)]

mod ci;
mod deny;
mod lock;
mod shell;
mod step;
mod tidy;
mod workspace;

use std::process::ExitCode;

use crate::ci::Selection;
use crate::step::Step;

const HELP: &str = "\
Developer commands of this workspace

usage: cargo xtask COMMAND

  ci [--no-test] [--only STEP]   every check a change needs, in order; stops at the first failure
  tidy                           rules about files and crates that the compiler does not check
  test                           the test command of README.md
  docs                           the API documentation, with warnings as errors
  deny                           licences, banned crates and sources of dependencies
  help                           this text

steps of ci: fmt, tidy, tree, clippy, docs, alone, deny, test";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let selection = match parse(&arguments) {
        Ok(Some(selection)) => selection,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("error: {message}\nhint: `cargo xtask help` lists the commands");
            return ExitCode::from(2);
        }
    };
    match ci::run(selection) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Turns the words of the command line into the steps to run; `None` asks for the help text.
fn parse(arguments: &[&str]) -> Result<Option<Selection>, String> {
    let selection = match arguments {
        [] | ["help" | "--help" | "-h"] => return Ok(None),
        ["ci"] => Selection::All,
        ["ci", "--no-test"] => Selection::NoTest,
        ["ci", "--only", name] => Selection::One(
            Step::from_name(name).ok_or_else(|| format!("`ci` has no step `{name}`"))?,
        ),
        ["tidy"] => Selection::One(Step::Tidy),
        ["test"] => Selection::One(Step::Test),
        ["docs"] => Selection::One(Step::Docs),
        ["deny"] => Selection::One(Step::Deny),
        other => return Err(format!("`{}` is not a command", other.join(" "))),
    };
    Ok(Some(selection))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_select_steps() {
        assert_eq!(parse(&[]), Ok(None));
        assert_eq!(parse(&["help"]), Ok(None));
        assert_eq!(parse(&["ci"]), Ok(Some(Selection::All)));
        assert_eq!(parse(&["ci", "--no-test"]), Ok(Some(Selection::NoTest)));
        assert_eq!(
            parse(&["ci", "--only", "clippy"]),
            Ok(Some(Selection::One(Step::Clippy)))
        );
        assert_eq!(parse(&["docs"]), Ok(Some(Selection::One(Step::Docs))));
    }

    #[test]
    fn unknown_words_are_refused() {
        for arguments in [
            &["bogus"][..],
            &["ci", "--only", "bogus"],
            &["ci", "--only"],
            &["tidy", "x"],
        ] {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn help_names_every_step() {
        for step in Step::ALL {
            assert!(HELP.contains(step.name()), "{}", step.name());
        }
    }
}
