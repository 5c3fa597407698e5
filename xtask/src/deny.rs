//! The `deny` step: runs `cargo deny` over licences, bans and sources, and installs it when needed.
//!
//! The rules are in `deny.toml`. The tool is pinned, so that everyone gets the same verdict, and is
//! built with a cheap profile: it runs for a second.

use std::path::PathBuf;
use std::process::Command;

use crate::shell;
use crate::workspace::Workspace;

const VERSION: &str = "0.20.2";

/// Checks the dependency tree by `deny.toml`.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    // `--offline` below keeps the tool from asking the network for anything of its own; it then needs
    // the manifests of every platform's dependencies, which a build does not fetch.
    shell::show(&mut shell::cargo(
        &workspace.root,
        &["fetch", "--locked", "--quiet"],
    ))?;
    let program = find_or_install(workspace)?;
    let mut command = Command::new(program);
    command
        .args(["--offline", "--locked", "--all-features"])
        .args(["check", "--hide-inclusion-graph"])
        .args(["bans", "licenses", "sources"])
        .current_dir(&workspace.root);
    shell::show(&mut command)
}

/// The pinned `cargo-deny`: from `PATH`, else from the target folder, else built into it.
fn find_or_install(workspace: &Workspace) -> Result<PathBuf, String> {
    let tools = workspace.target.join("tools");
    let built = tools
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if let Some(found) = [PathBuf::from("cargo-deny"), built.clone()]
        .into_iter()
        .find(is_pinned)
    {
        return Ok(found);
    }
    println!("deny: building cargo-deny {VERSION}, once (some minutes)");
    let build = tools.join("build");
    let mut install = shell::cargo(
        &workspace.root,
        &["install", "cargo-deny", "--locked", "--quiet", "--force"],
    );
    install
        .args(["--version", VERSION, "--root"])
        .arg(&tools)
        .env("CARGO_TARGET_DIR", &build)
        .env("CARGO_PROFILE_RELEASE_LTO", "false")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
    shell::show(&mut install)?;
    // Of no use once the program is there, and it is hundreds of megabytes.
    std::fs::remove_dir_all(&build)
        .map_err(|error| format!("cannot remove {}: {error}", build.display()))?;
    Ok(built)
}

fn is_pinned(program: &PathBuf) -> bool {
    let version = shell::capture(Command::new(program).arg("--version"));
    version.is_ok_and(|text| says_pinned(&text))
}

fn says_pinned(text: &str) -> bool {
    text.split_whitespace().nth(1) == Some(VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pinned_version_will_do() {
        assert!(says_pinned(&format!("cargo-deny {VERSION}\n")));
        assert!(!says_pinned("cargo-deny 0.1.0"));
        assert!(!says_pinned(""));
    }
}
