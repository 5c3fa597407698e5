//! Wrong input: each row of the tables is a command that has to fail with its exit code and say what is
//! wrong, where, and what to do; it leaves every file as it was and adds none.

use crate::support::Place;
use rsmp_testkit::{Array, DataType, Form, Metadata, Store};
use serde_json::json;
use std::{collections::BTreeMap, path::Path};

/// Code for wrong words, a refusal, bad data, and a store that fails for good.
pub(crate) const USAGE: i32 = 2;
pub(crate) const REFUSED: i32 = 3;
pub(crate) const BAD_DATA: i32 = 65;
const PERMANENT: i32 = 74;

pub(crate) const JOB: &str = "downscale in.zarr out.zarr --dim lat=-90:90:60 --dim lon=-180:180:90";

/// A small sound store, its documents beside the arrays alone: `field`(time, lat, lon) int16.
pub(crate) fn sound(form: &Form) -> Store {
    let centres = |start: f64, n: u32| {
        (0..n)
            .map(|i| start + 30.0 * f64::from(i))
            .collect::<Vec<_>>()
    };
    let field = Array::new(
        "field",
        &[("time", 2), ("lat", 6), ("lon", 12)],
        DataType::Int16,
    )
    .chunk(&[2, 4, 8])
    .fill(-1)
    .attribute("_FillValue", -1)
    .values(|index| (100 * index[0] + 12 * index[1] + index[2]) as f64);
    Store::new(Form {
        metadata: Metadata::Apart,
        ..form.clone()
    })
    .with(Array::coordinate("lat", &centres(-75.0, 6)))
    .with(Array::coordinate("lon", &centres(-165.0, 12)))
    .with(Array::coordinate("time", &[0.0, 31.0]).attribute("units", "days since 2000-01-01"))
    .with(field)
}

/// Runs a command in a place and checks how it fails.
pub(crate) fn fails(place: &Place, line: &str, code: i32, says: &[&str]) {
    let before = tree(&place.path("."));
    let done = place.run(line);
    let about = format!("{line}\n{done:?}");
    assert_eq!(done.code, code, "{about}");
    assert_eq!(done.out, "", "{about}");
    // The plan may have been told before.
    assert!(
        done.err.lines().any(|line| line.starts_with("error: ")),
        "{about}"
    );
    assert!(
        !done.err.contains("panicked") && !done.err.contains("fault of rsmp"),
        "{about}"
    );
    for part in says {
        assert!(done.err.contains(part), "no `{part}` in: {about}");
    }
    assert!(tree(&place.path(".")) == before, "files changed: {about}");
}

/// Every file and folder, links not followed.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_folder = path.is_dir() && !path.is_symlink();
            let bytes = if path.is_file() {
                std::fs::read(&path).unwrap()
            } else {
                Vec::new()
            };
            found.insert(path.to_str().unwrap().to_owned(), bytes);
            if is_folder {
                folders.push(path);
            }
        }
    }
    found
}

/// Words after `downscale in.zarr out.zarr`, and what the error says.
const DIMENSIONS: &[(&str, &[&str])] = &[
    (
        "",
        &["no dimension", "`in.zarr`", "lat", "lon", "hint: add --dim"],
    ),
    ("--dim lat=-90:90:0", &["`lat`", "step 0"]),
    ("--dim lat=-90:90:-1", &["`lat`", "step -1"]),
    (
        "--dim lat=-90:90:NaN",
        &["`lat`", "`NaN` is not a number", "hint: "],
    ),
    (
        "--dim lat=-90:90:inf",
        &["`lat`", "`inf` is not a number", "hint: "],
    ),
    (
        "--dim lat=90:-90:1",
        &["`lat`", "start 90 is above stop -90", "hint: ", "invert"],
    ),
    (
        "--dim lat",
        &["`lat` has no `=`", "hint: write --dim NAME=START:STOP:STEP"],
    ),
    ("--dim =0:1:1", &["does not name a dimension", "hint: "]),
    ("--dim lat=", &["`lat`", "`` is not a number", "hint: "]),
    (
        "--dim lat=a:b:c",
        &["`lat`", "`a` is not a number", "hint: "],
    ),
    ("--dim lat=0:1:1:1:1", &["`lat`", "5 parts", "hint: "]),
    (
        "--dim lat=0:1:1:flip",
        &["`lat`", "unknown flag `flip`", "`invert`", "hint: "],
    ),
    ("--dim lat=0:1:1e-12", &["`lat`", "windows are too many"]),
    (
        "--dim lat=91:200:1",
        &[
            "`lat`",
            "91..200 touches no source cell",
            "-75..75",
            "hint: ",
        ],
    ),
    (
        "--dim lat=2:12:5",
        &["`lat`", "2..12 touches no source cell", "-75..75", "hint: "],
    ),
    (
        "--dim lat=12.5",
        &[
            "`lat`",
            "no source cell at 12.5",
            "nearest is at 15",
            "hint: ",
        ],
    ),
    (
        "--dim lat=91 --method nearest",
        &["`lat`", "no source cell at 91", "75", "hint: "],
    ),
    ("--dim lon=0:720:1", &["`lon`", "more than one circle"]),
    (
        "--dim depth=0:1:1",
        &[
            "no dimension `depth` in `in.zarr`",
            "`lat`",
            "`lon`",
            "hint: `rsmp info`",
        ],
    ),
    (
        "--dim lat=-90:90:60 --dim lat=0:90:10",
        &["`lat` is named more than once", "hint: "],
    ),
    (
        "--dim lat=-90:90:60 --dim latitude=0:90:10",
        &["`lat` is named more than once", "hint: "],
    ),
    (
        "--dim y=-90:90:60 --dim lat=0:90:10",
        &["`lat` is named more than once", "hint: "],
    ),
    (
        "--dim time=0:31:1",
        &["`time`", "time axis", "hint: leave it out"],
    ),
    (
        "--dim t=0:31:1",
        &["`time`", "time axis", "hint: leave it out"],
    ),
    (
        "--dim time=2000-01-01/2001-01-01/1M",
        &["`time`", "date", "hint: leave it out"],
    ),
];

/// Words after a sound job, and what the error says.
const OPTIONS: &[(&str, &[&str])] = &[
    (
        "--var nope",
        &[
            "no variable `nope` in `in.zarr`",
            "it has `field`",
            "hint: `rsmp info`",
        ],
    ),
    ("--method average", &["`average`", "area-mean", "nearest"]),
    ("--closed right", &["`right`", "`left`", "`both`"]),
    ("--dtype complex64", &["--dtype", "`complex64`", "float64"]),
    ("--dtype bool", &["--dtype", "`bool`"]),
    ("--format 4", &["--format", "`4`", "2 and 3"]),
    ("--format two", &["'two'", "--format"]),
    ("--chunks lat", &["--chunks", "`lat`", "hint: write DIM=N"]),
    ("--chunks lat=-4", &["--chunks", "`lat=-4`", "hint: "]),
    ("--chunks lat=0", &["chunks", "0", "at least one"]),
    (
        "--chunks depth=4",
        &["`depth`", "no dimension of the output", "hint: "],
    ),
    ("--codec lzma", &["`lzma`", "zstd:LEVEL"]),
    ("--codec zstd:99", &["`zstd:99`", "above 22"]),
    (
        "--codec zlib:1 --format 3",
        &["`zlib:1`", "Zarr v3", "gzip or zstd"],
    ),
    ("--memory abc", &["--memory", "`abc`", "512MB"]),
    (
        "--memory 10",
        &["budget of 10 bytes", "at least", "hint: raise --memory"],
    ),
    ("--min-valid 1.5", &["min-valid", "1.5", "from 0 to 1"]),
    ("--min-valid=-0.5", &["min-valid", "-0.5", "from 0 to 1"]),
    ("--min-valid NaN", &["min-valid", "NaN", "from 0 to 1"]),
    ("--min-valid many", &["'many'", "--min-valid"]),
    ("--workers 0", &["workers", "at least one"]),
    ("--workers -1", &["-1"]),
    ("--batch-size 0", &["batch-size", "at least one"]),
    ("--nonsense", &["--nonsense"]),
    ("-q -v", &["--quiet", "--verbose"]),
    ("third.zarr", &["third.zarr"]),
];

#[test]
fn wrong_options_are_named() {
    let place = Place::with(&sound(&Form::v2()));
    for (words, says) in DIMENSIONS {
        fails(
            &place,
            &format!("downscale in.zarr out.zarr {words}"),
            USAGE,
            says,
        );
    }
    for (words, says) in OPTIONS {
        fails(&place, &format!("{JOB} {words}"), USAGE, says);
        // A plan that cannot be run is none.
        fails(&place, &format!("{JOB} {words} --dry-run"), USAGE, says);
    }
    fails(
        &place,
        "downscale --dim lat=-90:90:60",
        USAGE,
        &["the source", "hint: "],
    );
    fails(
        &place,
        "downscale in.zarr --dim lat=-90:90:60",
        USAGE,
        &["the destination", "hint: "],
    );
    fails(&place, "coarsen in.zarr out.zarr", USAGE, &["no dimension"]);
}

#[test]
fn a_value_that_does_not_fit_the_type_is_never_cut() {
    let place = Place::with(&sound(&Form::v2()));
    for (words, says) in [
        ("--dtype int8", "does not fit int8"),
        ("--dtype uint8 --method sum", "does not fit uint8"),
        ("--dtype float16 --method sum --dim time=0", "time axis"),
    ] {
        fails(&place, &format!("{JOB} {words}"), USAGE, &[says, "hint: "]);
    }
    let edge = Array::new("field", &[("lat", 2), ("lon", 2)], DataType::Float64);
    let store = Store::new(Form::v2())
        .with(Array::coordinate("lat", &[-45.0, 45.0]))
        .with(Array::coordinate("lon", &[-90.0, 90.0]))
        .with(edge.values(|index| if index == [0, 0] { 1e300 } else { -127.0 }));
    let place = Place::with(&store);
    let line = "downscale in.zarr out.zarr --dim lat=-90:90:90 --dim lon=-180:180:180";
    fails(
        &place,
        &format!("{line} --dtype float32"),
        USAGE,
        &["`field`", "does not fit float32"],
    );
    // A value that would read as missing is no value.
    fails(
        &place,
        &format!("{line} --dtype int8"),
        USAGE,
        &["`field`", "int8"],
    );
}

#[test]
fn destinations_that_hold_something_are_refused() {
    let place = Place::with(&sound(&Form::v3()));
    std::fs::create_dir_all(place.path("full/deep")).unwrap();
    std::fs::write(place.path("full/deep/file.txt"), "precious").unwrap();
    std::fs::write(place.path("file.txt"), "precious").unwrap();
    std::os::unix::fs::symlink(place.path("in.zarr"), place.path("link")).unwrap();
    std::os::unix::fs::symlink(place.path("full"), place.path("other")).unwrap();
    std::os::unix::fs::symlink(place.path("."), place.path("here")).unwrap();
    let url = format!(
        "file://{}/in.zarr",
        place.path("").to_str().unwrap().trim_end_matches('/')
    );
    let refused: [(&str, &[&str]); 15] = [
        (
            "full",
            &["`full` already exists", "hint: nothing is overwritten"],
        ),
        ("full/", &["already exists", "hint: "]),
        ("other", &["`other` already exists", "hint: "]),
        ("file.txt", &["`file.txt` already exists", "hint: "]),
        (
            "in.zarr",
            &[
                "destination `in.zarr`",
                "source `in.zarr` overlap",
                "hint: ",
            ],
        ),
        ("in.zarr/", &["overlap"]),
        ("./in.zarr/.", &["overlap"]),
        ("full/../in.zarr", &["overlap"]),
        ("in.zarr/sub.zarr", &["overlap"]),
        ("in.zarr/field/sub", &["overlap"]),
        (".", &["overlap"]),
        ("/", &["overlap"]),
        ("link", &["overlap"]),
        ("here/in.zarr/sub", &["overlap"]),
        (&url, &["overlap"]),
    ];
    for (destination, says) in refused {
        fails(&place, &JOB.replace("out.zarr", destination), REFUSED, says);
    }
    let sources = ["link", "here/in.zarr", "full/../in.zarr", &url];
    for source in sources {
        let line = JOB
            .replace("out.zarr", "in.zarr/sub")
            .replacen("in.zarr", source, 1);
        fails(&place, &line, REFUSED, &["overlap"]);
    }
    // The dry run says so too.
    fails(
        &place,
        &format!("{} --dry-run", JOB.replace("out.zarr", "full")),
        REFUSED,
        &["exists"],
    );
    let below = ["file.txt/out.zarr", "/dev/null/out.zarr"];
    for destination in below {
        let line = JOB.replace("out.zarr", destination);
        fails(
            &place,
            &line,
            PERMANENT,
            &["error: cannot", destination, "Not a directory", "hint: "],
        );
    }
}

#[test]
fn locations_that_cannot_be_opened_are_named_without_secrets() {
    let place = Place::with(&sound(&Form::v2()));
    for (location, says) in [
        ("s3://bucket/x.zarr", "no access key"),
        ("s3://bucket", "no store in it"),
        ("s3://", "bucket"),
        ("ftp://host/x.zarr", "ftp://"),
        ("http://host/x.zarr", "not encrypted"),
        ("file://host/x.zarr", "file"),
        ("https://user:hunter2@host/x.zarr", "credentials"),
        ("s3://user:hunter2@bucket/x.zarr", "credentials"),
        ("https://hunter2@host/x.zarr", "credentials"),
        ("https://user:hunter2@host:port/x.zarr", "https://"),
        ("https://host/x.zarr?token=hunter2", "https://"),
    ] {
        for line in [
            format!("info {location}"),
            JOB.replacen("in.zarr", location, 1),
            JOB.replace("out.zarr", location),
        ] {
            fails(
                &place,
                &line,
                USAGE,
                &["location", says, "hint: write a path"],
            );
            assert!(!place.run(&line).err.contains("hunter2"), "{line}");
        }
    }
}

#[test]
fn job_files_and_the_environment_are_checked_as_flags_are() {
    let place = Place::with(&sound(&Form::v2()));
    let dims = "[[resample]]\ndimension='lat'\nrange=[-90,90]\nstep=60\n";
    let full = |more: &str| format!("source='in.zarr'\ndest='out.zarr'\n{more}\n{dims}");
    let files: [(String, &[&str]); 8] = [
        (full("sauce=1"), &["sauce", "job.toml"]),
        (full("workers='two'"), &["workers", "job.toml"]),
        (full("format=[2]"), &["format", "job.toml"]),
        (full("this is no TOML"), &["job.toml"]),
        (full("method='average'"), &["`average`", "area-mean"]),
        (full("memory='abc'"), &["`abc`"]),
        (
            full("").replace("range=[-90,90]", ""),
            &["range", "job.toml"],
        ),
        (
            full("").replace("step=60", "step=60\nsteps=1"),
            &["steps", "job.toml"],
        ),
    ];
    for (text, says) in files {
        std::fs::write(place.path("job.toml"), text).unwrap();
        fails(&place, "downscale --config job.toml", USAGE, says);
    }
    fails(
        &place,
        "downscale --config nope.toml",
        USAGE,
        &["nope.toml"],
    );
    let mut command = place.command();
    let done = command
        .args(JOB.split(' '))
        .env("RSMP_WORKERS", "two")
        .output()
        .unwrap();
    let err = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(USAGE), "{err}");
    assert!(
        err.to_lowercase().contains("workers") && !err.contains("panicked"),
        "{err}"
    );
    assert!(!place.path("out.zarr").exists());
}

#[test]
fn settings_never_show_a_secret() {
    let place = Place::with(&sound(&Form::v2()));
    let secret = "aws_secret_access_key='hunter2'\naws_session_token='hunter2'\n";
    std::fs::write(place.path("job.toml"), format!("{secret}nonsense=1\n")).unwrap();
    fails(&place, "downscale --config job.toml", USAGE, &["nonsense"]);
    assert!(
        !place
            .run("downscale --config job.toml")
            .err
            .contains("hunter2")
    );
    std::fs::write(place.path("job.toml"), secret).unwrap();
    let done = place.run(&format!("{JOB} --config job.toml -v --json"));
    assert_eq!(done.code, 0, "{done:?}");
    assert!(!format!("{done:?}").contains("hunter2"), "{done:?}");
    let history = place.json("out.zarr/.zattrs");
    assert!(history["history"].is_string() && !history.to_string().contains("hunter2"));
    assert_ne!(history, json!({}));
}
