//! Metadata that other writers leave behind: marks that no element can equal, bare `NaN` in attributes.

use crate::support::Place;
use rsmp_testkit::{Array, DataType, Form, Store};
use serde_json::{Value, json};

const ONE_WINDOW: &str = "--dim x=-0.5:3.5:4";

fn line(data_type: DataType, values: [f64; 4], attributes: &[(&str, Value)]) -> Place {
    let mut field =
        Array::new("field", &[("x", 4)], data_type).values(move |index| values[index[0]]);
    for (name, value) in attributes {
        field = field.attribute(name, value.clone());
    }
    let x = Array::coordinate("x", &[0.0, 1.0, 2.0, 3.0]);
    Place::with(&Store::new(Form::v3()).with(x).with(field))
}

#[test]
fn a_mark_outside_the_type_marks_nothing_and_bits_are_turned_only_for_unsigned() {
    use DataType::{Int8, Int32, UInt8};
    let unsigned = ("_Unsigned", json!("true"));
    let cases: [(_, _, &[(&str, Value)], _, _); 7] = [
        (
            UInt8,
            [241.0, 1.0, 2.0, 3.0],
            &[("_FillValue", json!(-9999))],
            "mean",
            61.75,
        ),
        (
            UInt8,
            [241.0, 1.0, 2.0, 3.0],
            &[("_FillValue", json!(-9999.0))],
            "max",
            241.0,
        ),
        (
            UInt8,
            [44.0, 1.0, 2.0, 3.0],
            &[("missing_value", json!(300))],
            "max",
            44.0,
        ),
        (
            Int8,
            [-1.0, 1.0, 2.0, 3.0],
            &[("_FillValue", json!(255))],
            "mean",
            1.25,
        ),
        (
            Int32,
            [0.0, 2.0, 3.0, 4.0],
            &[("_FillValue", json!(i64::MIN))],
            "min",
            0.0,
        ),
        (
            Int8,
            [-1.0, 1.0, 2.0, 3.0],
            &[("_FillValue", json!(-1.0)), unsigned.clone()],
            "mean",
            2.0,
        ),
        (
            Int8,
            [-2.0, 1.0, 2.0, 3.0],
            &[("_FillValue", json!(255)), unsigned],
            "max",
            254.0,
        ),
    ];
    for (data_type, values, attributes, method, expected) in cases {
        let place = line(data_type, values, attributes);
        place.downscale(&format!("{ONE_WINDOW} --method {method}"));
        let found = place.read("out.zarr", "field").values;
        assert_eq!(
            found,
            [expected],
            "{method} of {data_type} with {attributes:?}"
        );
    }
}

#[test]
fn bare_nan_in_attributes_does_not_close_a_store() {
    let place = line(
        DataType::Float32,
        [1.0, 2.0, 3.0, 6.0],
        &[("missing_value", json!("HERE"))],
    );
    let document = place.path("in.zarr/zarr.json");
    let text = std::fs::read_to_string(&document).unwrap();
    assert!(text.contains("\"HERE\""), "{text}");
    std::fs::write(&document, text.replace("\"HERE\"", "NaN")).unwrap();
    place.downscale(ONE_WINDOW);
    assert_eq!(place.read("out.zarr", "field").values, [3.0]);
}
