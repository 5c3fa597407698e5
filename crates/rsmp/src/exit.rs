//! From an error to an exit code, and to the lines that a person reads.

use crate::output::tell;
use rsmp_grid as grid;
use rsmp_kernels as kernels;
use rsmp_pipeline as pipeline;
use rsmp_storage as storage;
use std::process::ExitCode;

/// Wrong words on the command line or in a job file.
pub(crate) const USAGE: u8 = 2;
/// Refused, to keep what exists.
pub(crate) const REFUSED: u8 = 3;
/// The source's data are bad.
pub(crate) const BAD_DATA: u8 = 65;
/// Reading or writing failed for good.
pub(crate) const PERMANENT: u8 = 74;
/// Reading or writing failed; the same command may work later.
pub(crate) const TRANSIENT: u8 = 75;
/// Interrupted by the user.
pub(crate) const INTERRUPTED: u8 = 130;

/// A setting that means nothing.
#[derive(Debug)]
pub(crate) struct Usage {
    option: &'static str,
    value: String,
    hint: &'static str,
}

impl Usage {
    pub(crate) fn error(option: &'static str, value: &str, hint: &'static str) -> anyhow::Error {
        Self {
            option,
            value: value.to_owned(),
            hint,
        }
        .into()
    }
}

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.value.is_empty() {
            return write!(f, "{} is not given", self.option);
        }
        write!(f, "cannot use {}: `{}`", self.option, self.value)
    }
}

impl std::error::Error for Usage {}

/// Prints an error with its causes and a hint, and gives its exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    let mut shown = one_line(&error.to_string());
    tell(&format!("error: {shown}"));
    for cause in error.chain().skip(1) {
        let text = one_line(&cause.to_string());
        // Wrappers often repeat what they wrap.
        if !shown.contains(&text) {
            tell(&format!("caused by: {text}"));
            shown = text;
        }
    }
    let (code, hint) = judge(error);
    if let Some(hint) = hint {
        tell(&format!("hint: {hint}"));
    }
    ExitCode::from(code)
}

/// The hint where the message itself says what is wrong.
const OPTIONS: Option<&str> = Some("`rsmp downscale --help` says what each option takes");

/// A message without what does not belong on one line: bodies of answers, and the lines of a file that a
/// parser quotes, which may hold a key.
fn one_line(message: &str) -> String {
    let is_quoted = |line: &&str| {
        line.trim_start()
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .trim_start()
            .starts_with('|')
    };
    let kept: Vec<&str> = message
        .lines()
        .filter(|line| !is_quoted(line))
        .map(str::trim)
        .collect();
    let text = kept.join(" ");
    match text.char_indices().nth(400) {
        Some((at, _)) => format!("{} …", &text[..at]),
        None => text,
    }
}

type Judgement = (u8, Option<&'static str>);

fn judge(error: &anyhow::Error) -> Judgement {
    if let Some(error) = error.downcast_ref::<Usage>() {
        return (USAGE, Some(error.hint));
    }
    if error.is::<figment::Error>() {
        return (
            USAGE,
            Some("`rsmp downscale --help` and config/config.toml list the settings"),
        );
    }
    if let Some(error) = error.downcast_ref::<pipeline::Error>() {
        return of_pipeline(error);
    }
    if let Some(error) = error.downcast_ref::<storage::Error>() {
        return of_storage(error);
    }
    if let Some(error) = error.downcast_ref::<grid::Error>() {
        return of_grid(error);
    }
    if error.is::<kernels::Error>() {
        return (USAGE, OPTIONS);
    }
    (PERMANENT, None)
}

fn of_pipeline(error: &pipeline::Error) -> Judgement {
    use pipeline::Error as E;
    match error {
        E::Storage(error) => of_storage(error),
        E::Grid(error) => of_grid(error),
        E::Kernel { source, .. } => of_kernel(source),
        E::DuplicateDimension { .. } => (
            USAGE,
            Some("name each dimension once; `lat` and `latitude` may be the same"),
        ),
        E::TimeAxis { .. } => (
            USAGE,
            Some("leave it out: dimensions not named keep every step"),
        ),
        E::NoDimensions { .. } => (USAGE, Some("add --dim NAME=START:STOP:STEP")),
        E::NoVariables { .. } | E::UnknownChunkDimension { .. } => (
            USAGE,
            Some("`rsmp info` shows the dimensions of each variable"),
        ),
        E::MadeVariable { .. } => (USAGE, Some("leave it out of --var; it is written anyway")),
        E::Overlap { .. } => (
            REFUSED,
            Some("write to another place; the source is never written to"),
        ),
        E::Option { .. } => (USAGE, OPTIONS),
        E::Memory { .. } => (
            USAGE,
            Some("raise --memory to that, or make --batch-size or the output --chunks smaller"),
        ),
        E::Interrupted => (
            INTERRUPTED,
            Some("nothing was kept; run the same command again"),
        ),
        _ => (
            PERMANENT,
            Some("this is a fault of rsmp; please report it with the command"),
        ),
    }
}

fn of_storage(error: &storage::Error) -> Judgement {
    use storage::Error as E;
    match error {
        E::Location { .. } => (
            USAGE,
            Some(
                "write a path, file:///…, s3://BUCKET/NAME.zarr or https://…; `--allow-http` for plain http",
            ),
        ),
        E::NotFound { .. } => (
            BAD_DATA,
            Some("check the path; a Zarr store is a directory"),
        ),
        E::NotAGroup { .. } => (
            BAD_DATA,
            Some("name the directory that holds .zgroup, .zmetadata or zarr.json"),
        ),
        E::Exists { .. } => (
            REFUSED,
            Some("nothing is overwritten: remove it or write to another place"),
        ),
        E::UnknownVariable { .. } | E::UnknownDimension { .. } => {
            (USAGE, Some("`rsmp info` shows what the store has"))
        }
        E::AmbiguousDimension { .. } => (USAGE, Some("write the dimension's own name")),
        E::NoCoordinate { .. } => (
            BAD_DATA,
            Some("windows are cut by coordinate values: the store needs a variable of that name"),
        ),
        E::Coordinate { .. } => (
            BAD_DATA,
            Some(
                "the coordinate has to be repaired in the store: numbers in its units, rising or falling strictly",
            ),
        ),
        E::Unsupported { .. } => (
            BAD_DATA,
            Some("leave the variable out with --var, or store it with another codec"),
        ),
        E::Chunk { .. } | E::Length { .. } => (
            BAD_DATA,
            Some(
                "the stored bytes are damaged: restore this object from its origin; nothing was kept",
            ),
        ),
        E::Metadata { .. } => (BAD_DATA, Some("the store's metadata has to be repaired")),
        E::Codec { .. } => (USAGE, OPTIONS),
        E::Encode { .. } => (BAD_DATA, None),
        E::Store { .. } if error.is_permanent() => (
            PERMANENT,
            Some("check permissions and free space; nothing was kept"),
        ),
        E::Store { .. } => (TRANSIENT, Some("run the same command again")),
        _ => (PERMANENT, None),
    }
}

fn of_grid(error: &grid::Error) -> Judgement {
    use grid::Error as E;
    let hint = match error {
        E::StartAboveStop { .. } => Some("for example --dim lat=-90:90:1:invert"),
        E::NoOverlap { .. } | E::NoCellAt { .. } => {
            Some("`rsmp info` shows the range of each coordinate")
        }
        E::TimeWindow { .. } => Some("leave it out: dimensions not named keep every step"),
        E::MissingEquals { .. }
        | E::MissingName { .. }
        | E::NotANumber { .. }
        | E::TooManyParts { .. }
        | E::UnknownFlag { .. } => {
            Some("write --dim NAME=START:STOP:STEP, such as lat=-90:90:0.25")
        }
        _ => OPTIONS,
    };
    (USAGE, hint)
}

fn of_kernel(error: &kernels::Error) -> Judgement {
    use kernels::Error as E;
    match error {
        E::OutOfRange { .. } | E::EqualsMissing { .. } | E::Overflow => (
            USAGE,
            Some("choose a wider type with --dtype, such as float64"),
        ),
        _ => (
            PERMANENT,
            Some("this is a fault of rsmp; please report it with the command"),
        ),
    }
}
