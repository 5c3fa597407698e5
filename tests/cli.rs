//! The command line itself: help, what goes to which stream, settings by layers, job files.

use crate::support::{Done, Place, done};
use rsmp_testkit::{Array, DataType, Form, Store};
use serde_json::{Value, json};

const WINDOWS: &str = "--dim lat=-90:90:90 --dim lon=-180:180:90";
const JOB: &str = "downscale in.zarr out.zarr --dim lat=-90:90:90 --dim lon=-180:180:90";

fn place() -> Place {
    let field = |name: &str| {
        let array = Array::new(name, &[("lat", 4), ("lon", 8)], DataType::Float32);
        array
            .values(|index| (8 * index[0] + index[1]) as f64)
            .attribute("units", "K")
    };
    let lon: Vec<f64> = (0..8).map(|i| -157.5 + 45.0 * f64::from(i)).collect();
    let store = Store::new(Form::v3())
        .attribute("title", "made")
        .with(Array::coordinate("lat", &[-67.5, -22.5, 22.5, 67.5]))
        .with(Array::coordinate("lon", &lon))
        .with(field("first"))
        .with(field("second"));
    Place::with(&store)
}

fn parsed(done: &Done) -> Value {
    assert_eq!(done.code, 0, "{done:?}");
    serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {done:?}"))
}

fn write(place: &Place, name: &str, text: &str) {
    std::fs::create_dir_all(place.path(name).parent().unwrap()).unwrap();
    std::fs::write(place.path(name), text).unwrap();
}

#[test]
fn help_names_every_flag_and_gives_examples() {
    let place = Place::new();
    for (line, words) in [
        ("--help", "info downscale coarsen demo --help --version 130"),
        ("info --help", "<SRC> --json"),
        ("demo --help", "[DIR] rsmp-demo"),
        (
            "downscale --help",
            "[SRC] [DST] --dim NAME=START:STOP:STEP[:invert] --var --method --closed --min-valid \
             --dtype --format --chunks --codec --batch-size --workers --memory --config --dry-run \
             --json --quiet --verbose area-mean nearest Examples: RSMP_ config/config.toml",
        ),
    ] {
        let done = place.run(line);
        assert!(done.code == 0 && done.err.is_empty(), "{line}: {done:?}");
        for word in words.split_whitespace() {
            assert!(done.out.contains(word), "{line} lacks {word}: {}", done.out);
        }
    }
    let version = place.run("--version");
    assert_eq!(
        version.out,
        concat!("rsmp ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let bare = place.run("");
    assert!(bare.code == 2 && bare.err.contains("Usage"), "{bare:?}");
}

#[test]
fn every_example_of_the_help_is_understood() {
    let help = Place::new().run("downscale --help").out;
    let examples: Vec<&str> = help
        .lines()
        .filter(|line| line.starts_with("  rsmp "))
        .collect();
    assert!(examples.len() >= 3, "{help}");
    for example in examples {
        let done = Place::new().run(example.trim_start_matches("  rsmp "));
        // There is no such store or file; but nothing is wrong with the words.
        assert!(
            done.err.contains("does not exist") || done.err.contains("job.toml"),
            "{done:?}"
        );
    }
}

#[test]
fn coarsen_is_another_name() {
    let place = place();
    assert_eq!(place.run(&JOB.replace("downscale", "coarsen")).code, 0);
    assert_eq!(place.read("out.zarr", "first").shape, [2, 4]);
}

#[test]
fn people_read_standard_error_and_programs_standard_output() {
    let told = place().run(JOB);
    assert!(told.code == 0 && told.out.is_empty(), "{told:?}");
    for part in [
        "mean of in.zarr to out.zarr",
        "lat: 4 cells to 2 windows",
        "wrote out.zarr",
    ] {
        assert!(told.err.contains(part), "{told:?}");
    }
    let verbose = place().run(&format!("{JOB} -v"));
    assert!(
        verbose.err.len() > told.err.len() && verbose.err.contains("workers"),
        "{verbose:?}"
    );
    let quiet = place().run(&format!("{JOB} -q"));
    assert_eq!(
        (quiet.code, quiet.out.as_str(), quiet.err.as_str()),
        (0, "", "")
    );
    let json = place().run(&format!("{JOB} -q --json"));
    assert_eq!(json.err, "");
    assert_eq!(parsed(&json)["report"]["windows_valid"], 16);
}

#[test]
fn json_is_all_that_standard_output_holds() {
    let place = place();
    let info = parsed(&place.run("info in.zarr --json"));
    assert_eq!(
        (&info["zarr_format"], &info["attributes"]["title"]),
        (&json!(3), &json!("made"))
    );
    let names: Vec<&Value> = info["variables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variable| &variable["name"])
        .collect();
    assert_eq!(names[..2], [&json!("first"), &json!("second")]);
    let job = format!("{JOB} --json --memory 1GB");
    let plan = parsed(&place.run(&format!("{job} --dry-run")));
    let variable = &plan["plan"]["variables"][0];
    assert_eq!(
        (&variable["shape"], &variable["type"]),
        (&json!([2, 4]), &json!("float32"))
    );
    assert_eq!(variable["chunks_to_read"], 1);
    let run = parsed(&place.run(&job));
    assert_eq!(run["plan"], plan["plan"]);
    assert_eq!(run["report"]["windows_missing"], 0);
    assert_eq!(run["report"]["chunks_read"], 2);
}

#[test]
fn info_tells_what_a_store_holds() {
    let done = place().run("info in.zarr");
    assert!(done.code == 0 && done.err.is_empty(), "{done:?}");
    for part in [
        "Zarr v3",
        "title: made",
        "latitude",
        "step 45",
        "rising",
        "first(lat, lon)",
        "float32",
    ] {
        assert!(done.out.contains(part), "no {part}: {}", done.out);
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = place();
    let before = place.files(".");
    let done = place.run(&format!("{JOB} --dry-run"));
    assert!(
        done.code == 0 && done.out.contains("16 windows") || done.out.contains("8 windows"),
        "{done:?}"
    );
    assert!(place.files(".") == before && !place.path("out.zarr").exists());
}

#[test]
fn a_reader_that_has_gone_away_is_no_failure() {
    for line in [
        "info in.zarr",
        "info in.zarr --json",
        &format!("{JOB} --dry-run --json"),
        JOB,
    ] {
        for both in [false, true] {
            let place = place();
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rsmp"));
            command
                .args(line.split(' '))
                .current_dir(place.path(""))
                .env_clear();
            if both {
                command.stderr(writer.try_clone().unwrap());
            }
            let output = command.stdout(writer).output().unwrap();
            let err = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.code() == Some(0) && !err.contains("panicked"),
                "{line}: {err}"
            );
            assert_eq!(place.path("out.zarr/zarr.json").exists(), line == JOB);
        }
    }
}

/// The plan of the job with more words and an environment.
fn plan(place: &Place, words: &str, environment: &[(&str, &str)]) -> Value {
    let mut command = place.command();
    let line = format!("{JOB} --dry-run --json {words}");
    command
        .args(line.split_whitespace())
        .envs(environment.iter().copied());
    parsed(&done(&mut command))["plan"].clone()
}

#[test]
fn stronger_layers_win_key_by_key() {
    let place = place();
    let method = |plan: Value| {
        (
            plan["method"].clone(),
            plan["workers"].clone(),
            plan["memory"].clone(),
        )
    };
    assert_eq!(plan(&place, "", &[])["method"], "mean");
    write(
        &place,
        "config/config.toml",
        "method='sum'\nworkers=3\nmemory=1000000\n",
    );
    assert_eq!(
        method(plan(&place, "", &[])),
        (json!("sum"), json!(3), json!(1_000_000))
    );
    write(&place, "job.toml", "method='min'\nworkers=4\n");
    let file = plan(&place, "--config job.toml", &[]);
    assert_eq!(method(file), (json!("min"), json!(4), json!(1_000_000)));
    let environment = [("RSMP_METHOD", "max")];
    let variable = plan(&place, "--config job.toml", &environment);
    assert_eq!(method(variable), (json!("max"), json!(4), json!(1_000_000)));
    let flag = plan(
        &place,
        "--config job.toml --method last --memory 2MB",
        &environment,
    );
    assert_eq!(method(flag), (json!("last"), json!(4), json!(2_000_000)));
}

#[test]
fn every_setting_can_come_from_the_environment() {
    let environment = [
        ("RSMP_FORMAT", "2"),
        ("RSMP_DTYPE", "float64"),
        ("RSMP_CODEC", "zlib:1"),
        ("RSMP_WORKERS", "1"),
        ("RSMP_MEMORY", "3MB"),
        ("RSMP_BATCH_SIZE", "1"),
        ("RSMP_MIN_VALID", "0.5"),
        ("RSMP_CLOSED", "both"),
        ("RSMP_VARIABLES", "[second]"),
    ];
    let plan = plan(&place(), "", &environment);
    let variable = &plan["variables"][0];
    assert_eq!(
        (&plan["format"], &plan["memory"]),
        (&json!("2"), &json!(3_000_000))
    );
    assert_eq!(
        (&variable["name"], &variable["type"]),
        (&json!("second"), &json!("float64"))
    );
    assert_eq!(variable["codec"], "zlib:1");
}

const JOB_FILE: &str = r#"
source = "in.zarr"
dest = "out.zarr"
variables = ["second"]
method = "max"
format = 2
memory = "64MB"
chunks = { lat = 1, lon = 3 }

[[resample]]
dimension = "lat"
range = [-90, 90]
step = 90
invert = true

[[resample]]
dimension = "longitude"
range = [-180.0, 180.0]
step = 90.0
"#;

#[test]
fn a_job_file_can_be_the_whole_command() {
    let place = place();
    write(&place, "job.toml", JOB_FILE);
    let done = place.run("downscale --config job.toml -q");
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    let values = place.read("out.zarr", "second").values;
    assert_eq!(values, [25.0, 27.0, 29.0, 31.0, 9.0, 11.0, 13.0, 15.0]);
    assert_eq!(
        place.json("out.zarr/second/.zarray")["chunks"],
        json!([1, 3])
    );
    assert!(!place.path("out.zarr/first").exists());
}

#[test]
fn flags_replace_what_a_job_file_says() {
    let place = place();
    write(&place, "job.toml", JOB_FILE);
    let words = "--config job.toml -q --dim lon=0:90:90 --var first --method min --chunks lon=1";
    let done = place.run(&format!("downscale in.zarr other.zarr {words}"));
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert!(!place.path("out.zarr").exists());
    assert_eq!(
        place.read("other.zarr", "first").values,
        [4.0, 12.0, 20.0, 28.0]
    );
}

#[test]
fn a_single_value_is_a_range_too() {
    let place = place();
    write(
        &place,
        "job.toml",
        "[[resample]]\ndimension='lat'\nrange=22.5\n",
    );
    let done = place.run("downscale in.zarr out.zarr --config job.toml -q --var first");
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert_eq!(place.read("out.zarr", "first").values[..2], [16.0, 17.0]);
    assert_eq!(place.read("out.zarr", "lat").values, [22.5]);
}

#[test]
fn the_file_of_the_original_works_unchanged() {
    let place = place();
    let empty = "endpoint_url=''\nbucket=''\naws_access_key_id=''\naws_secret_access_key=''\n\
                 aws_session_token=''\n";
    write(&place, "config/config.toml", empty);
    let done = place.run(&format!("{JOB} -q"));
    assert_eq!((done.code, done.err.as_str()), (0, ""));
}

#[test]
fn an_empty_folder_may_be_the_destination() {
    let place = place();
    std::fs::create_dir(place.path("out.zarr")).unwrap();
    assert_eq!(
        place
            .run(&format!("downscale in.zarr out.zarr/ {WINDOWS} -q"))
            .code,
        0
    );
    assert_eq!(place.read("out.zarr", "first").shape, [2, 4]);
}

#[test]
fn settings_are_shown_with_where_they_come_from_and_keys_masked() {
    let place = Place::new();
    std::fs::create_dir(place.path("config")).unwrap();
    let default = "bucket='ocean'\naws_access_key_id='canary-id'\naws_secret_access_key='canary-key'\n\
                   workers=1\nmethod='min'\n";
    std::fs::write(place.path("config/config.toml"), default).unwrap();
    std::fs::write(place.path("job.toml"), "method='max'\nmemory='1GB'\n").unwrap();
    let mut command = place.command();
    command
        .env("RSMP_MEMORY", "2GB")
        .env("AWS_REGION", "eu-north-1");
    let words = "config show --json --config job.toml --region eu-south-1 --allow-http";
    let told = done(command.args(words.split_whitespace()));
    assert_eq!(told.code, 0, "{told:?}");
    let shown: Value = serde_json::from_str(&told.out).unwrap();
    for (name, value, from) in [
        ("bucket", json!("ocean"), "config/config.toml"),
        ("workers", json!(1), "config/config.toml"),
        ("method", json!("max"), "job.toml"),
        ("memory", json!("2GB"), "environment"),
        ("region", json!("eu-south-1"), "flag"),
        ("allow_http", json!(true), "flag"),
        ("aws_secret_access_key", json!("***"), "config/config.toml"),
    ] {
        assert_eq!(shown[name], json!({"value": value, "from": from}), "{name}");
    }
    assert_eq!(shown["closed"], json!({"value": null, "default": "left"}));
    assert!(!format!("{told:?}").contains("canary"), "{told:?}");
    // As text it is a settings file again.
    let told = place.run("config show");
    std::fs::write(place.path("again.toml"), &told.out).unwrap();
    let again = place.run("config show --config again.toml");
    assert!(
        again.out.contains("workers = 1  # from again.toml"),
        "{again:?}"
    );
    assert!(!format!("{told:?}").contains("canary"), "{told:?}");
}

#[test]
fn names_that_look_like_urls_are_paths_and_lists_come_from_the_environment_too() {
    let place = Place::with(&crate::errors::sound(&Form::v2()));
    let mut command = place.command();
    command.env("RSMP_VARIABLES", "field, lat_copy");
    let words = "downscale in.zarr http_out.zarr --dim lat=-90:90:60 --dry-run --json";
    let told = done(command.args(words.split_whitespace()));
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.err.contains("no variable `lat_copy`"), "{told:?}");
    let mut command = place.command();
    command.env("RSMP_VARIABLES", "field");
    let told = done(command.args(words.replace("--dry-run --json", "-q").split_whitespace()));
    assert_eq!(told.code, 0, "{told:?}");
    assert!(place.path("http_out.zarr/field").is_dir());
}

#[test]
fn one_window_around_zero_has_its_coordinates_written() {
    let place = Place::with(&crate::errors::sound(&Form::v2()));
    place.downscale("--dim lat=-90:90:180 --dim lon=-180:180:360");
    for name in ["lat/0", "lon/0"] {
        assert!(place.path("out.zarr").join(name).is_file(), "{name}");
    }
}
