//! Runs other programs from the workspace root: with their output shown, or captured.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// The `cargo` that started this tool, so that every step uses the same toolchain.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root);
    command
}

/// The `git` of the machine, in `root`.
pub(crate) fn git(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(root);
    command
}

/// Runs `command` with its output on the terminal.
///
/// # Errors
/// When it cannot be started or does not exit with 0.
pub(crate) fn show(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| format!("cannot start {}: {error}", spell(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed: {status}", spell(command)))
    }
}

/// Runs `command` and returns what it wrote to standard output.
///
/// # Errors
/// When it cannot be started, does not exit with 0, or does not write UTF-8.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("cannot start {}: {error}", spell(command)))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "{} failed: {}\n{}",
            spell(command),
            output.status,
            complaint.trim_end()
        ));
    }
    String::from_utf8(output.stdout)
        .map_err(|error| format!("{} wrote no text: {error}", spell(command)))
}

/// The command as a person would type it.
fn spell(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let words: Vec<String> = std::iter::once(program)
        .chain(
            command
                .get_args()
                .map(|word| word.to_string_lossy().into_owned()),
        )
        .collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_spelt_without_their_folder() {
        let mut command = Command::new("/some/where/cargo");
        command.args(["doc", "--workspace"]);
        assert_eq!(spell(&command), "`cargo doc --workspace`");
    }
}
