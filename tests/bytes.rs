//! The same job gives the same bytes, however it is cut and however many work on it.

use crate::support::Place;
use rsmp_testkit::{Array, DataType, Form, Store};
use serde_json::Value;
use std::collections::BTreeMap;

/// Values whose sums are rounded, some missing, in many ragged chunks.
fn store(form: Form) -> Store {
    let centres = |n: u32| (0..n).map(|i| f64::from(i) + 0.5).collect::<Vec<_>>();
    let shape = [("time", 3), ("lat", 37), ("lon", 53)];
    let field = Array::new("field", &shape, DataType::Float32)
        .chunk(&[2, 8, 11])
        .values(|index| {
            let number = 911 * index[0] + 31 * index[1] + 7 * index[2];
            if number % 13 == 0 {
                f64::NAN
            } else {
                (number as f64).sin() * 1e3 + 0.1
            }
        });
    let packed = Array::new("packed", &shape, DataType::Int16)
        .chunk(&[1, 37, 10])
        .values(|index| (index[0] * 100 + index[1] * index[2]) as f64)
        .fill(0)
        .attribute("scale_factor", -0.1);
    Store::new(form)
        .with(Array::coordinate("time", &[1.0, 2.0, 3.0]))
        .with(Array::coordinate("lat", &centres(37)))
        .with(Array::coordinate("lon", &centres(53)))
        .with(field)
        .with(packed)
}

const WINDOWS: &str = "--dim lat=0:37:2.5 --dim lon=0:53:3.3";

/// Every object but the documents that hold the line of `history`.
fn objects(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let mut files = place.files("out.zarr");
    files.retain(|key, _| !matches!(key.as_str(), ".zattrs" | ".zmetadata" | "zarr.json"));
    assert!(
        files.keys().filter(|key| key.starts_with("field/")).count() > 20,
        "{:?}",
        files.keys()
    );
    files
}

/// The smallest memory budget, as the plan says it.
fn least_memory(store: &Store, words: &str) -> String {
    let plan = Place::with(store).run(&format!(
        "downscale in.zarr out.zarr --dry-run --json {words}"
    ));
    let plan: Value = serde_json::from_str(&plan.out).unwrap();
    plan["plan"]["least_memory"].to_string()
}

#[test]
fn workers_batches_and_memory_never_change_a_byte() {
    for (form, method) in [
        (Form::v2(), "mean"),
        (Form::v3(), "area-mean"),
        (Form::v2(), "sum"),
    ] {
        let store = store(form);
        let job = format!("{WINDOWS} --method {method} --chunks time=1,lat=4,lon=5");
        let run = |limits: &str| {
            let place = Place::with(&store);
            place.downscale(&format!("{job} {limits}"));
            objects(&place)
        };
        let first = run("--workers 1");
        let small = least_memory(&store, &format!("{job} --workers 2 --batch-size 1"));
        for limits in [
            "--workers 2",
            "--workers 5",
            "--workers 1 --batch-size 1",
            "--workers 2 --batch-size 1",
            "--workers 2 --batch-size 37",
            "--workers 2 --batch-size 100000",
            "--workers 2 --memory 2MiB",
            &format!("--workers 2 --batch-size 1 --memory {small}"),
        ] {
            let other = run(limits);
            assert!(first.keys().eq(other.keys()), "{method} {limits}");
            for (key, bytes) in &first {
                assert!(other[key] == *bytes, "{key} differs: {method} {limits}");
            }
        }
    }
}

#[test]
fn the_same_job_twice_gives_the_same_bytes() {
    let store = store(Form::v3());
    let run = || {
        let place = Place::with(&store);
        place.downscale(&format!(
            "{WINDOWS} --chunks time=1,lat=4,lon=5 --workers 2"
        ));
        objects(&place)
    };
    assert!(run() == run());
}
