//! The steps of `ci`: their names, their order, and the one line each prints when it ends.

use std::time::Instant;

/// One check that can be run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Fmt,
    Tidy,
    Tree,
    Clippy,
    Docs,
    Alone,
    Deny,
    Test,
}

impl Step {
    /// All steps, the quick ones first.
    pub(crate) const ALL: [Self; 8] = [
        Self::Fmt,
        Self::Tidy,
        Self::Tree,
        Self::Clippy,
        Self::Docs,
        Self::Alone,
        Self::Deny,
        Self::Test,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Tidy => "tidy",
            Self::Tree => "tree",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Alone => "alone",
            Self::Deny => "deny",
            Self::Test => "test",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// Runs `work`, prints how it ended and how long it took.
    ///
    /// # Errors
    /// What `work` said, followed by the command that runs this step alone.
    pub(crate) fn timed(self, work: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
        let start = Instant::now();
        let outcome = work();
        let seconds = start.elapsed().as_secs_f64().ceil();
        let name = self.name();
        match outcome {
            Ok(()) => {
                println!("{name}: ok ({seconds} s)");
                Ok(())
            }
            Err(message) => {
                println!("{name}: failed ({seconds} s)");
                Err(format!(
                    "{message}\nhint: run only this step with `cargo xtask ci --only {name}`"
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for step in Step::ALL {
            assert_eq!(Step::from_name(step.name()), Some(step));
        }
    }

    #[test]
    fn a_failure_says_how_to_repeat_it() {
        let outcome = Step::Docs.timed(|| Err("broken".to_owned()));
        assert_eq!(
            outcome,
            Err("broken\nhint: run only this step with `cargo xtask ci --only docs`".to_owned())
        );
    }
}
