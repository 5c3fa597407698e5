//! Bad sources: documents that are wrong, each named.

use crate::{
    errors::{BAD_DATA, JOB, USAGE, fails, sound},
    support::Place,
};
use rsmp_testkit::{Array, DataType, Form, Metadata, Store};
use serde_json::{Value, json};

/// A document of a store, a place in it, what to put there (null: nothing at all), and what the error says.
type Spoiled = (&'static str, &'static str, Value, &'static [&'static str]);

pub(crate) fn spoil(place: &Place, document: &str, pointer: &str, value: &Value) {
    let mut json = place.json(&format!("in.zarr/{document}"));
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = json.pointer_mut(parent).unwrap();
    match parent {
        Value::Object(map) if value.is_null() => drop(map.shift_remove(key)),
        parent => parent[key] = value.clone(),
    }
    std::fs::write(place.path(&format!("in.zarr/{document}")), json.to_string()).unwrap();
}

/// Both commands fail alike.
pub(crate) fn both_fail(place: &Place, says: &[&str]) {
    fails(place, "info in.zarr", BAD_DATA, says);
    fails(place, JOB, BAD_DATA, says);
}

#[test]
fn what_is_no_store_is_told_apart() {
    let place = Place::with(&sound(&Form::v2()));
    std::fs::create_dir(place.path("empty")).unwrap();
    std::fs::write(place.path("file"), "text").unwrap();
    for (source, says) in [
        ("nope.zarr", "`nope.zarr` does not exist"),
        ("file", "is not a Zarr group: it is a file"),
        ("file/x.zarr", "file/x.zarr"),
        ("empty", "is not a Zarr group: it has no zarr.json"),
        ("in.zarr/field", "it is a single array"),
    ] {
        fails(
            &place,
            &format!("info {source}"),
            BAD_DATA,
            &[says, "hint: "],
        );
        fails(
            &place,
            &JOB.replacen("in.zarr", source, 1),
            BAD_DATA,
            &[says, "hint: "],
        );
    }
    let place = Place::with(&sound(&Form::v3()));
    fails(
        &place,
        "info in.zarr/field",
        BAD_DATA,
        &["in.zarr/field", "single array", "hint: "],
    );
}

#[test]
fn documents_that_are_no_json_are_named() {
    let deep = "[".repeat(100_000);
    for (form, document) in [
        (
            Form {
                metadata: Metadata::Apart,
                ..Form::v2()
            },
            "field/.zarray",
        ),
        (
            Form {
                metadata: Metadata::Apart,
                ..Form::v2()
            },
            "field/.zattrs",
        ),
        (Form::v2(), ".zmetadata"),
        (Form::v3(), "zarr.json"),
        (
            Form {
                metadata: Metadata::Apart,
                ..Form::v3()
            },
            "field/zarr.json",
        ),
    ] {
        let bad: [&[u8]; 7] = [
            b"",
            b"{\"zarr_format\": ",
            b"{\"a\": \"\xff\xfe\"}",
            b"[]",
            b"7",
            b"null",
            deep.as_bytes(),
        ];
        for bytes in bad {
            let consolidated = form.metadata == Metadata::Consolidated;
            let place = Place::with(&sound_as(form.clone(), consolidated));
            std::fs::write(place.path(&format!("in.zarr/{document}")), bytes).unwrap();
            both_fail(
                &place,
                &["bad metadata in `in.zarr/", document, "JSON", "hint: "],
            );
        }
    }
}

/// The sound store, with consolidated metadata where asked for.
fn sound_as(form: Form, consolidated: bool) -> Store {
    if !consolidated {
        return sound(&form);
    }
    Store::new(form)
        .with(Array::coordinate("lat", &[-45.0, 45.0]))
        .with(Array::coordinate("lon", &[-90.0, 90.0]))
        .with(Array::new(
            "field",
            &[("lat", 2), ("lon", 2)],
            DataType::Float32,
        ))
}

fn wrong_v2() -> Vec<Spoiled> {
    vec![
        (
            "field/.zarray",
            "/zarr_format",
            json!(1),
            &["zarr_format", "1"],
        ),
        (
            "field/.zarray",
            "/zarr_format",
            json!(4),
            &["zarr_format", "4"],
        ),
        ("field/.zarray", "/shape", json!([2, -6, 12]), &["shape"]),
        ("field/.zarray", "/shape", json!([2, 6.5, 12]), &["shape"]),
        ("field/.zarray", "/shape", json!([2, 1e30, 12]), &["shape"]),
        (
            "field/.zarray",
            "/shape",
            json!([2, u64::MAX, 12]),
            &["overflows"],
        ),
        ("field/.zarray", "/shape", json!([6, 12]), &["2 dimensions"]),
        ("field/.zarray", "/shape", json!("six"), &["shape"]),
        (
            "field/.zarray",
            "/shape",
            json!(vec![1; 40]),
            &["32 dimensions"],
        ),
        ("field/.zarray", "/shape", Value::Null, &["shape"]),
        (
            "field/.zarray",
            "/chunks",
            json!([2, 0, 12]),
            &["chunk length is 0"],
        ),
        ("field/.zarray", "/chunks", json!([6, 12]), &["chunks of 2"]),
        ("field/.zarray", "/dtype", json!(4), &["dtype"]),
        (
            "field/.zarray",
            "/fill_value",
            json!("text"),
            &["fill value"],
        ),
        ("field/.zarray", "/fill_value", json!([1]), &["fill value"]),
        (
            "field/.zattrs",
            "/_ARRAY_DIMENSIONS",
            json!(["lat"]),
            &["dimension names"],
        ),
        (
            "field/.zattrs",
            "/_ARRAY_DIMENSIONS",
            json!([1, 2, 3]),
            &["no string"],
        ),
    ]
}

fn wrong_v3() -> Vec<Spoiled> {
    vec![
        (
            "field/zarr.json",
            "/zarr_format",
            json!(4),
            &["zarr_format"],
        ),
        ("field/zarr.json", "/shape", json!([2, -6, 12]), &["shape"]),
        (
            "field/zarr.json",
            "/chunk_grid/name",
            json!("rectilinear"),
            &["chunk_grid"],
        ),
        (
            "field/zarr.json",
            "/chunk_grid/configuration",
            Value::Null,
            &["chunk_shape"],
        ),
        (
            "field/zarr.json",
            "/chunk_grid/configuration/chunk_shape",
            json!([2, 0, 8]),
            &["is 0"],
        ),
        ("field/zarr.json", "/data_type", Value::Null, &["data_type"]),
        (
            "field/zarr.json",
            "/fill_value",
            Value::Null,
            &["fill_value"],
        ),
        (
            "field/zarr.json",
            "/fill_value",
            json!("text"),
            &["fill value"],
        ),
        (
            "field/zarr.json",
            "/dimension_names",
            json!(["lat"]),
            &["dimension names"],
        ),
    ]
}

fn spoiled_fail(form: &Form, rows: Vec<Spoiled>, document: &str) {
    for (spoiled, pointer, value, says) in rows {
        let place = Place::with(&sound(form));
        spoil(&place, spoiled, pointer, &value);
        let said = format!("bad metadata in `in.zarr/{document}`");
        both_fail(&place, &[&[said.as_str(), "hint: "], says].concat());
    }
}

#[test]
fn documents_that_say_wrong_things_are_named() {
    spoiled_fail(&Form::v2(), wrong_v2(), "field/.zarray");
    spoiled_fail(&Form::v3(), wrong_v3(), "field/zarr.json");
    let place = Place::with(&sound(&Form::v3()));
    spoil(&place, "zarr.json", "/zarr_format", &json!(4));
    both_fail(
        &place,
        &["bad metadata in `in.zarr/zarr.json`", "zarr_format"],
    );
}

#[test]
fn fill_values_that_the_type_cannot_hold_are_named() {
    let row = |document, value| {
        (
            document,
            "/fill_value",
            value,
            &["fill value", "int16"] as &[&str],
        )
    };
    for value in [json!(1.5), json!(70_000)] {
        spoiled_fail(
            &Form::v2(),
            vec![row("field/.zarray", value.clone())],
            "field/.zarray",
        );
        spoiled_fail(
            &Form::v3(),
            vec![row("field/zarr.json", value)],
            "field/zarr.json",
        );
    }
}

#[test]
fn packing_that_is_no_number_is_named() {
    for (attribute, value) in [
        ("scale_factor", json!("0.1")),
        ("scale_factor", json!(0)),
        ("add_offset", json!({})),
    ] {
        let place = Place::with(&sound(&Form::v2()));
        spoil(&place, "field/.zattrs", &format!("/{attribute}"), &value);
        fails(
            &place,
            JOB,
            BAD_DATA,
            &["in.zarr/field", attribute, "hint: "],
        );
    }
}

#[test]
fn names_that_lead_out_of_the_store_are_refused() {
    for name in ["../x", "a/../../x", "/x", "..", "a//b"] {
        let place = Place::with(&sound_as(Form::v2(), true));
        let array = place.json("in.zarr/.zmetadata")["metadata"]["field/.zarray"].clone();
        // A pointer would read the slashes of the name.
        let mut document = place.json("in.zarr/.zmetadata");
        document["metadata"][format!("{name}/.zarray")] = array;
        std::fs::write(place.path("in.zarr/.zmetadata"), document.to_string()).unwrap();
        both_fail(
            &place,
            &["in.zarr/.zmetadata", name, "no name of an array", "hint: "],
        );
        let place = Place::with(&sound_as(Form::v3(), true));
        let mut document = place.json("in.zarr/zarr.json");
        let all = &mut document["consolidated_metadata"]["metadata"];
        all[name] = all["field"].clone();
        std::fs::write(place.path("in.zarr/zarr.json"), document.to_string()).unwrap();
        both_fail(
            &place,
            &["in.zarr/zarr.json", name, "no name of an array", "hint: "],
        );
    }
}

fn unsupported() -> Vec<(Form, Spoiled)> {
    let codec =
        |codec: Value| json!([{"name": "bytes", "configuration": {"endian": "little"}}, codec]);
    vec![
        (
            Form::v2(),
            (
                "field/.zarray",
                "/compressor",
                json!({"id": "lz5"}),
                &["lz5"],
            ),
        ),
        (
            Form::v2(),
            (
                "field/.zarray",
                "/compressor",
                json!({"id": "blosc"}),
                &["codec"],
            ),
        ),
        (
            Form::v2(),
            ("field/.zarray", "/compressor", json!({}), &["codec"]),
        ),
        (
            Form::v2(),
            ("field/.zarray", "/compressor", json!("zlib"), &["codec"]),
        ),
        (
            Form::v2(),
            (
                "field/.zarray",
                "/filters",
                json!([{"id": "nonsense"}]),
                &["nonsense"],
            ),
        ),
        (
            Form::v2(),
            ("field/.zarray", "/order", json!("K"), &["codec or layout"]),
        ),
        (
            Form::v2(),
            (
                "field/.zarray",
                "/dtype",
                json!("<U5"),
                &["data type", "<U5"],
            ),
        ),
        (
            Form::v2(),
            (
                "field/.zarray",
                "/dtype",
                json!("<M8[ns]"),
                &["data type", "<M8[ns]"],
            ),
        ),
        (
            Form::v3(),
            (
                "field/zarr.json",
                "/codecs",
                codec(json!({"name": "foo"})),
                &["foo"],
            ),
        ),
        (
            Form::v3(),
            (
                "field/zarr.json",
                "/codecs",
                codec(json!({"name": "zstd"})),
                &["configuration"],
            ),
        ),
        (
            Form::v3(),
            ("field/zarr.json", "/codecs", json!([]), &["codec"]),
        ),
        (
            Form::v3(),
            (
                "field/zarr.json",
                "/data_type",
                json!("complex64"),
                &["complex64"],
            ),
        ),
    ]
}

#[test]
fn what_is_not_supported_is_named_and_info_still_works() {
    for (form, (document, pointer, value, says)) in unsupported() {
        let place = Place::with(&sound(&form));
        spoil(&place, document, pointer, &value);
        let says = [
            &["unsupported", "variable `field`", "`in.zarr`", "hint: "],
            says,
        ]
        .concat();
        fails(&place, &format!("{JOB} --var field"), BAD_DATA, &says);
        let info = place.run("info in.zarr");
        assert!(
            info.code == 0 && info.out.contains("cannot be resampled"),
            "{info:?}"
        );
    }
}

#[test]
fn a_chunk_too_large_to_hold_is_refused_before_it_is_read() {
    let place = Place::with(&sound(&Form::v2()));
    spoil(
        &place,
        "field/.zarray",
        "/chunks",
        &json!([1, 1_000_000_000, 1_000_000_000]),
    );
    fails(&place, JOB, USAGE, &["budget", "at least"]);
}
