//! Help for all themes: a temporary folder with the binary in it, outputs read back, comparisons.

use rsmp_storage::{DataType, Dataset, Location};
use rsmp_testkit::Store;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A temporary folder in which the binary runs, with an empty environment.
pub(crate) struct Place(TempDir);

/// What a run of the binary left.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder that holds one store, called `in.zarr`.
    pub(crate) fn with(store: &Store) -> Self {
        let place = Self::new();
        store.write(&place.path("in.zarr")).unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn command(&self) -> assert_cmd::Command {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_rsmp"));
        command.current_dir(self.0.path()).env_clear();
        command
    }

    /// Runs the binary with the words of a line, split at blanks.
    pub(crate) fn run(&self, line: &str) -> Done {
        done(self.command().args(line.split_whitespace()))
    }

    /// Runs `downscale in.zarr out.zarr -q` with more words, which has to succeed.
    pub(crate) fn downscale(&self, words: &str) {
        self.downscale_to("out.zarr", words);
    }

    pub(crate) fn downscale_to(&self, destination: &str, words: &str) {
        let done = self.run(&format!("downscale in.zarr {destination} -q {words}"));
        assert_eq!((done.code, done.err.as_str()), (0, ""), "{words}");
    }

    pub(crate) fn read(&self, store: &str, variable: &str) -> Field {
        read(&self.path(store), variable)
    }

    /// A JSON document, such as `out.zarr/.zmetadata`.
    pub(crate) fn json(&self, name: &str) -> Value {
        let path = self.path(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
        serde_json::from_str(&text).unwrap()
    }

    /// Every file below a folder, by its path there.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.path(folder);
        let (mut files, mut folders) = (BTreeMap::new(), vec![root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let key = path
                        .strip_prefix(&root)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned();
                    files.insert(key, std::fs::read(path).unwrap());
                }
            }
        }
        files
    }
}

pub(crate) fn done(command: &mut assert_cmd::Command) -> Done {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A variable read back: unpacked, NaN where missing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) dimensions: Vec<String>,
    pub(crate) shape: Vec<usize>,
    pub(crate) data_type: DataType,
    pub(crate) values: Vec<f64>,
}

pub(crate) fn read(store: &Path, variable: &str) -> Field {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let location = Location::parse(store.to_str().unwrap()).unwrap();
        let dataset = Dataset::open(&location).await.unwrap();
        let variable = dataset.variable(variable).unwrap();
        Field {
            dimensions: variable.dimensions().to_vec(),
            shape: variable.shape().to_vec(),
            data_type: variable.data_type().unwrap(),
            values: variable.values().await.unwrap(),
        }
    })
}

/// True when a stored number is the reference, rounded to its type, or the next one to it.
pub(crate) fn is_close(found: f64, reference: f64, data_type: DataType) -> bool {
    if found.is_nan() || reference.is_nan() {
        return found.is_nan() && reference.is_nan();
    }
    match data_type {
        DataType::Float32 => ordered(found as f32).abs_diff(ordered(reference as f32)) <= 1,
        // Also the reference is rounded, a few times.
        DataType::Float64 => (found - reference).abs() <= 4.0 * f64::EPSILON * reference.abs(),
        _ => found == reference,
    }
}

/// A float32 as a whole number, neighbours one apart.
fn ordered(value: f32) -> i64 {
    let bits = i64::from(value.to_bits() & 0x7FFF_FFFF);
    if value.is_sign_negative() {
        -bits
    } else {
        bits
    }
}

pub(crate) fn assert_close(found: &Field, reference: &[f64], about: &str) {
    assert_eq!(
        found.values.len(),
        reference.len(),
        "{about}: {:?}",
        found.shape
    );
    let pairs = found.values.iter().zip(reference).enumerate();
    for (i, (&value, &expected)) in pairs {
        assert!(
            is_close(value, expected, found.data_type),
            "{about}: {value}, not {expected} at {i}"
        );
    }
}

/// True when two lists hold the same numbers, NaN equal to NaN.
pub(crate) fn same(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}
