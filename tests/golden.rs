//! Real data against numpy: `golden/make.py` made `golden/values.json`.
//!
//! The stores are not part of the repository; without them each test says so and ends.

use crate::support::{Field, Place, is_close, same};
use serde_json::Value;
use std::path::PathBuf;

const VALUES: &str = include_str!("golden/values.json");

fn data(test: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("{test}: skipped, no real data at {}", folder.display());
    None
}

/// Runs one job on a real store and reads one variable of its output.
fn job(store: &str, variable: &str, words: &str) -> Option<Field> {
    let source = data(store)?.join(format!("{store}.zarr"));
    let place = Place::new();
    let line = format!(
        "downscale {} out.zarr -q --var {variable} {words}",
        source.display()
    );
    let done = place.run(&line);
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{line}");
    Some(place.read("out.zarr", variable))
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap()
}

fn words(case: &Value) -> String {
    let dims = case["dim"].as_array().unwrap().iter();
    let dims: Vec<&str> = dims.map(|dim| dim.as_str().unwrap()).collect();
    format!(
        "--dim {} --method {}",
        dims.join(" --dim "),
        text(case, "method")
    )
}

fn check(case: &Value, found: &Field) {
    let about = format!("{} {}", text(case, "store"), words(case));
    let shape: Vec<u64> = found.shape.iter().map(|&len| len as u64).collect();
    assert_eq!(serde_json::json!(shape), case["shape"], "{about}");
    for sample in case["samples"].as_array().unwrap() {
        let (at, expected) = (sample[0].as_u64().unwrap(), sample[1].as_f64());
        let (value, expected) = (found.values[at as usize], expected.unwrap_or(f64::NAN));
        let close = is_close(value, expected, found.data_type);
        assert!(close, "{about}: {value}, not {expected} at {at}");
    }
    let number = |key: &str| case[key].as_f64().unwrap();
    let valid: Vec<f64> = found
        .values
        .iter()
        .copied()
        .filter(|v| !v.is_nan())
        .collect();
    assert_eq!(
        (found.values.len() - valid.len()) as f64,
        number("missing"),
        "{about}"
    );
    // Every value is within a unit in the last place, 2^-23 of it at most.
    let off = (valid.iter().sum::<f64>() - number("sum")).abs();
    assert!(
        off <= number("magnitude") * f64::from(f32::EPSILON),
        "{about}: sum off by {off}"
    );
    let ends = [f64::INFINITY, f64::NEG_INFINITY];
    let ends = valid
        .iter()
        .fold(ends, |[low, high], &v| [low.min(v), high.max(v)]);
    assert!(
        is_close(ends[0], number("least"), found.data_type),
        "{about}: least {}",
        ends[0]
    );
    assert!(
        is_close(ends[1], number("greatest"), found.data_type),
        "{about}: greatest {}",
        ends[1]
    );
}

/// Checks every golden case whose store's name begins so.
fn check_all(prefix: &str) {
    let cases: Vec<Value> = serde_json::from_str(VALUES).unwrap();
    let cases: Vec<&Value> = cases
        .iter()
        .filter(|c| text(c, "store").starts_with(prefix))
        .collect();
    assert!(!cases.is_empty());
    for case in cases {
        let Some(found) = job(text(case, "store"), text(case, "variable"), &words(case)) else {
            return;
        };
        check(case, &found);
    }
}

#[test]
fn elevation_rising_and_falling_is_right() {
    for store in ["etopo20_v2", "etopo20_v3", "etopo20_desc_v2"] {
        check_all(store);
    }
}

#[test]
fn elevation_with_missing_data_is_right() {
    check_all("etopo20_ocean");
}

#[test]
fn packed_winds_with_extra_dimensions_are_right() {
    check_all("eraint");
}

#[test]
fn basins_of_an_integer_type_are_right() {
    check_all("basin");
    let words = "--dim Y=-90:90:4 --dim X=-180:180:6 --method min";
    if let Some(kept) = job("basin_mask_v2", "basin", words) {
        assert_eq!(kept.data_type, rsmp_storage::DataType::Int8);
    }
}

const DEGREE: &str = "--dim lat=-90:90:1 --dim lon=-180:180:1";

/// The rows of a field in reverse order.
fn flipped(field: &Field) -> Vec<f64> {
    let width = *field.shape.last().unwrap();
    field.values.rchunks(width).flatten().copied().collect()
}

#[test]
fn every_encoding_of_the_elevation_gives_the_same_field() {
    let Some(first) = job("etopo20_v2", "elevation", DEGREE) else {
        return;
    };
    for store in ["etopo20_v3", "etopo20_desc_v2"] {
        let other = job(store, "elevation", DEGREE).unwrap();
        assert_eq!(other.shape, first.shape);
        // Sums of whole metres are exact: not even the order of the rows makes a difference.
        assert!(same(&other.values, &first.values), "{store}");
    }
    let inverted = "--dim lat=-90:90:1:invert --dim lon=-180:180:1";
    for store in ["etopo20_v2", "etopo20_desc_v2"] {
        let other = job(store, "elevation", inverted).unwrap();
        assert!(same(&other.values, &flipped(&first)), "{store} inverted");
    }
    let dry = job("etopo20_ocean_v2", "elevation", DEGREE).unwrap();
    let sharded = job("etopo20_ocean_v3_sharded", "elevation", DEGREE).unwrap();
    assert!(same(&dry.values, &sharded.values));
}

#[test]
fn longitudes_from_0_are_the_rolled_field() {
    let words = |lon: &str| format!("--dim latitude=-90:90:5 --dim longitude={lon}:5");
    let Some(west) = job("eraint_uvz_v2", "z", &words("-180:180")) else {
        return;
    };
    let east = job("eraint_uvz_v2", "z", &words("0:360")).unwrap();
    let rolled: Vec<f64> = west
        .values
        .chunks(72)
        .flat_map(|row| [&row[36..], &row[..36]].concat())
        .collect();
    assert_eq!(east.shape, [2, 3, 36, 72]);
    assert!(
        east.values
            .iter()
            .zip(&rolled)
            .all(|(a, b)| is_close(*a, *b, east.data_type))
    );
    let v3 = job("eraint_uvz_v3", "z", &words("-180:180")).unwrap();
    assert!(
        v3.values
            .iter()
            .zip(&west.values)
            .all(|(a, b)| is_close(*a, *b, v3.data_type))
    );
}
