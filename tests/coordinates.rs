//! Bad sources: coordinates that make no axis, each named.

use crate::{
    errors::{BAD_DATA, JOB, USAGE, fails, sound},
    sources::{both_fail, spoil},
    support::Place,
};
use rsmp_testkit::{Array, DataType, Form, Metadata, Store};
use serde_json::json;

#[test]
fn coordinates_that_make_no_axis_are_named() {
    let lat = |centres: &[f64]| Array::coordinate("lat", centres);
    let rows: [(&str, Array, &[&str]); 6] = [
        (
            "turns back",
            lat(&[-75., -45., -15., -20., 45., 75.]),
            &["monotonic", "-20", "index 3"],
        ),
        (
            "NaN",
            lat(&[-75., -45., f64::NAN, 15., 45., 75.]),
            &["index 2", "not finite"],
        ),
        (
            "twice",
            lat(&[-75., -45., -45., 15., 45., 75.]),
            &["-45 twice", "index 2"],
        ),
        (
            "beyond",
            lat(&[-75., -45., -15., 15., 45., 95.]),
            &["95", "beyond the pole"],
        ),
        (
            "text",
            lat(&[0.; 6]).attribute("scale_factor", "x"),
            &["scale_factor"],
        ),
        (
            "two-dimensional",
            Array::new("lat", &[("lat", 6), ("lon", 12)], DataType::Float32),
            &["`lat`", "no coordinate variable"],
        ),
    ];
    for (what, coordinate, says) in rows {
        eprintln!("a coordinate that is {what}");
        let place = Place::with(&sound(&Form::v2()));
        std::fs::remove_dir_all(place.path("in.zarr/lat")).unwrap();
        let other = Store::new(Form {
            metadata: Metadata::Apart,
            ..Form::v2()
        })
        .with(coordinate);
        other.write(&place.path("in.zarr")).unwrap();
        fails(
            &place,
            JOB,
            BAD_DATA,
            &[&["in.zarr", "lat", "hint: "], says].concat(),
        );
        assert_eq!(place.run("info in.zarr").code, 0, "{what}");
    }
    let place = Place::with(&sound(&Form::v2()));
    std::fs::remove_dir_all(place.path("in.zarr/lat")).unwrap();
    fails(
        &place,
        JOB,
        BAD_DATA,
        &["dimension `lat` of `in.zarr` has no coordinate", "hint: "],
    );
    let place = Place::with(&sound(&Form::v2()));
    spoil(&place, "lat/.zarray", "/shape", &json!([7]));
    both_fail(&place, &["in.zarr", "`lat` has length", "7", "6"]);
    let place = Place::with(&sound(&Form::v2()));
    spoil(&place, "lon/.zattrs", "/units", &json!("degrees_north"));
    let line = "downscale in.zarr out.zarr --dim y=-90:90:60";
    fails(
        &place,
        line,
        USAGE,
        &["`y` could be any", "`lat`", "`lon`", "hint: "],
    );
}
