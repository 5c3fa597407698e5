//! How stores are laid out: every form that is read, every form that is written, and its documents.

use crate::support::{Field, Place, is_close, same};
use rsmp_testkit::{Array, Codec, DataType, Form, Metadata, Order, Store};
use serde_json::{Value, json};

const WINDOWS: &str = "--dim lat=-90:90:60 --dim lon=-180:180:90";

/// Packed integers in 6 by 12 cells of 30 degrees; ragged chunks, one of them absent.
fn packed() -> Array {
    Array::new(
        "field",
        &[("time", 2), ("lat", 6), ("lon", 12)],
        DataType::Int16,
    )
    .chunk(&[2, 4, 8])
    .values(|index| (200 * index[0] + 12 * index[1] + index[2]) as f64)
    .fill(-99)
    .attribute("_FillValue", -99)
    .attribute("scale_factor", 0.5)
    .attribute("add_offset", -3.0)
    .attribute("units", "m")
    .attribute("cell_methods", "time: mean")
    .absent(&[0, 1, 1])
}

fn coordinates(form: Form) -> Store {
    let centres = |start: f64, n: u32| {
        (0..n)
            .map(|i| start + 30.0 * f64::from(i))
            .collect::<Vec<_>>()
    };
    Store::new(form)
        .attribute("title", "made")
        .attribute("history", "made by hand")
        .with(Array::coordinate("lat", &centres(-75.0, 6)).attribute("long_name", "north"))
        .with(Array::coordinate("lon", &centres(-165.0, 12)))
        .with(Array::coordinate("time", &[10.0, 20.0]).attribute("units", "days since 2000-01-01"))
}

fn made(form: Form) -> Place {
    Place::with(&coordinates(form).with(packed()))
}

fn means(place: &Place) -> Field {
    place.read("out.zarr", "field")
}

fn forms() -> Vec<Form> {
    let (v2, v3) = (Form::v2, Form::v3);
    let sharded = || Form {
        shards: Some(2),
        ..v3()
    };
    vec![
        Form {
            metadata: Metadata::Apart,
            ..v2()
        },
        Form {
            big_endian: true,
            ..v2()
        },
        Form {
            order: Order::F,
            ..v2()
        },
        Form {
            separator: '/',
            ..v2()
        },
        Form {
            codec: Codec::Zlib,
            ..v2()
        },
        Form {
            codec: Codec::Gzip,
            order: Order::F,
            big_endian: true,
            ..v2()
        },
        Form {
            codec: Codec::Zstd,
            ..v2()
        },
        Form {
            codec: Codec::Blosc,
            ..v2()
        },
        v3(),
        Form {
            metadata: Metadata::Apart,
            ..v3()
        },
        Form {
            big_endian: true,
            ..v3()
        },
        Form {
            order: Order::F,
            ..v3()
        },
        Form {
            separator: '.',
            ..v3()
        },
        Form {
            codec: Codec::Gzip,
            ..v3()
        },
        Form {
            codec: Codec::Zstd,
            ..v3()
        },
        Form {
            codec: Codec::Blosc,
            ..v3()
        },
        Form {
            codec: Codec::Crc32c,
            ..v3()
        },
        sharded(),
        Form {
            codec: Codec::Crc32c,
            order: Order::F,
            ..sharded()
        },
        Form {
            codec: Codec::Zstd,
            big_endian: true,
            metadata: Metadata::Apart,
            ..sharded()
        },
    ]
}

#[test]
fn every_form_of_a_store_reads_the_same() {
    let first = made(Form::v2());
    first.downscale(WINDOWS);
    let first = means(&first);
    assert_eq!(first.shape, [2, 3, 4]);
    // Window of 12, 13, 14, 24, ... in units of a half, less 3; the last windows hold the absent chunk.
    assert_eq!(first.values[0], 0.5 * 7.0 - 3.0);
    assert!(first.values[11].is_nan());
    for form in forms() {
        let place = made(form.clone());
        place.downscale(WINDOWS);
        assert!(same(&means(&place).values, &first.values), "{form:?}");
        let info = place.run("info in.zarr --json");
        let info: Value = serde_json::from_str(&info.out).unwrap();
        assert_eq!(
            info["consolidated"],
            json!(form.metadata == Metadata::Consolidated)
        );
    }
}

#[test]
fn chunks_of_source_and_output_change_nothing() {
    // Sums of such values are rounded, so that another order of adding up may show in the last place.
    let value = |index: &[usize]| ((31 * index[0] + 7 * index[1]) as f64).sin() * 1e3 + 0.1;
    let store = |chunk: &[usize]| {
        let field = Array::new("field", &[("lat", 30), ("lon", 40)], DataType::Float32);
        let centres = |n: u32| (0..n).map(|i| f64::from(i) + 0.5).collect::<Vec<_>>();
        Store::new(Form::v3())
            .with(Array::coordinate("lat", &centres(30)))
            .with(Array::coordinate("lon", &centres(40)))
            .with(field.values(value).chunk(chunk))
    };
    let words = "--dim lat=0:30:7 --dim lon=0:40:3";
    for method in ["mean", "area-mean", "sum", "max", "last", "nearest"] {
        let whole = Place::with(&store(&[30, 40]));
        whole.downscale(&format!("{words} --method {method}"));
        for (chunk, output) in [
            ([1, 40], "lat=5,lon=14"),
            ([7, 9], "lat=2,lon=3"),
            ([4, 1], "lon=1"),
        ] {
            let place = Place::with(&store(&chunk));
            place.downscale(&format!("{words} --method {method} --chunks {output}"));
            let pairs = means(&place).values.into_iter().zip(means(&whole).values);
            for (a, b) in pairs {
                assert!(
                    is_close(a, b, DataType::Float32),
                    "{method} {chunk:?}: {a} and {b}"
                );
            }
        }
    }
}

#[test]
fn any_format_type_and_codec_can_be_asked_for() {
    let first = made(Form::v2());
    first.downscale(WINDOWS);
    let first = means(&first).values;
    for (form, words, codec) in [
        (Form::v2(), "--format 3", "bytes"),
        (Form::v3(), "--format 2", "null"),
        (Form::v2(), "--format 3 --codec zstd:1", "zstd"),
        (Form::v3(), "--codec blosc-lz4", "blosc"),
        (Form::v3(), "--codec gzip:2 --dtype float64", "gzip"),
        (
            Form::v2(),
            "--codec zlib:1 --chunks lat=2,lon=3,time=1",
            "zlib",
        ),
        (Form::v2(), "--codec none --dtype float64", "null"),
        (
            Form {
                codec: Codec::Zlib,
                ..Form::v2()
            },
            "--format 3",
            "zstd",
        ),
        (
            Form {
                codec: Codec::Gzip,
                ..Form::v2()
            },
            "",
            "gzip",
        ),
    ] {
        let place = made(form);
        place.downscale(&format!("{WINDOWS} {words}"));
        let field = means(&place);
        assert!(same(&field.values, &first), "{words}");
        let wide = words.contains("float64");
        assert_eq!(
            field.data_type,
            if wide {
                DataType::Float64
            } else {
                DataType::Float32
            }
        );
        let info = place.run("info out.zarr --json");
        let info: Value = serde_json::from_str(&info.out).unwrap();
        assert!(
            info["variables"][0]["codecs"].to_string().contains(codec),
            "{words}: {info:#}"
        );
    }
    let place = made(Form::v3());
    place.downscale(&format!("{WINDOWS} --method min --dtype int16"));
    assert_eq!(means(&place).data_type, DataType::Int16);
}

#[test]
fn chunks_of_the_output_are_those_asked_for() {
    let place = made(Form::v3());
    place.downscale(&format!("{WINDOWS} --chunks time=1,lat=2,lon=1000"));
    let document = place.json("out.zarr/field/zarr.json");
    assert_eq!(
        document["chunk_grid"]["configuration"]["chunk_shape"],
        json!([1, 2, 4])
    );
}

/// What both formats have to say about the output of `WINDOWS`.
fn check_attributes(global: &Value, attributes: impl Fn(&str) -> Value) {
    let history: Vec<&str> = global["history"].as_str().unwrap().lines().collect();
    assert_eq!(
        (global["title"].as_str(), history[1]),
        (Some("made"), "made by hand")
    );
    let (time, rest) = history[0].split_once(' ').unwrap();
    assert!(
        time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T',
        "{time}"
    );
    assert!(
        rest.starts_with(concat!("rsmp ", env!("CARGO_PKG_VERSION"))),
        "{rest}"
    );
    assert!(
        rest.contains("downscale in.zarr out.zarr") && rest.contains("lat=-90:90:60"),
        "{rest}"
    );
    let field = attributes("field");
    assert_eq!(field["units"], "m");
    assert_eq!(field["cell_methods"], "time: mean lat: lon: mean");
    for gone in ["scale_factor", "add_offset", "missing_value"] {
        assert!(field.get(gone).is_none(), "{field}");
    }
    let lat = attributes("lat");
    let expected = json!({"units": "degrees_north", "long_name": "north", "bounds": "lat_bnds"});
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&lat[key], value);
    }
    assert_eq!(attributes("time")["units"], "days since 2000-01-01");
}

#[test]
fn documents_of_v2_say_what_xarray_needs() {
    let place = made(Form::v2());
    place.downscale(WINDOWS);
    let attributes = |name: &str| place.json(&format!("out.zarr/{name}/.zattrs"));
    check_attributes(&place.json("out.zarr/.zattrs"), attributes);
    assert_eq!(
        attributes("field")["_ARRAY_DIMENSIONS"],
        json!(["time", "lat", "lon"])
    );
    assert_eq!(
        attributes("lat_bnds")["_ARRAY_DIMENSIONS"],
        json!(["lat", "bnds"])
    );
    let array = place.json("out.zarr/field/.zarray");
    // xarray reads the fill value of v2 as `_FillValue`.
    assert_eq!(array["fill_value"], "NaN");
    assert_eq!(
        (&array["dtype"], &array["shape"]),
        (&json!("<f4"), &json!([2, 3, 4]))
    );
    let consolidated = place.json("out.zarr/.zmetadata");
    assert_eq!(consolidated["zarr_consolidated_format"], 1);
    let mut documents = consolidated["metadata"].as_object().unwrap().clone();
    for key in place
        .files("out.zarr")
        .keys()
        .filter(|key| key.contains(".z"))
    {
        if key != ".zmetadata" {
            assert_eq!(
                documents.remove(key),
                Some(place.json(&format!("out.zarr/{key}"))),
                "{key}"
            );
        }
    }
    assert!(documents.is_empty(), "{documents:?}");
}

#[test]
fn documents_of_v3_say_what_xarray_needs() {
    let place = made(Form::v3());
    place.downscale(WINDOWS);
    let document = |name: &str| place.json(&format!("out.zarr/{name}/zarr.json"));
    let root = place.json("out.zarr/zarr.json");
    check_attributes(&root["attributes"], |name| {
        document(name)["attributes"].clone()
    });
    let field = document("field");
    assert_eq!(field["dimension_names"], json!(["time", "lat", "lon"]));
    assert_eq!(
        (&field["data_type"], &field["fill_value"]),
        (&json!("float32"), &json!("NaN"))
    );
    // The base64 of the double, as xarray writes and reads it.
    assert_eq!(field["attributes"]["_FillValue"], "AAAAAAAA+H8=");
    let consolidated = &root["consolidated_metadata"];
    assert_eq!(
        (&consolidated["kind"], &consolidated["must_understand"]),
        (&json!("inline"), &json!(false))
    );
    let mut documents = consolidated["metadata"].as_object().unwrap().clone();
    for key in place.files("out.zarr").keys() {
        if let Some(name) = key.strip_suffix("/zarr.json") {
            assert_eq!(documents.remove(name), Some(document(name)), "{name}");
        }
    }
    assert!(documents.is_empty(), "{documents:?}");
}

#[test]
fn coordinates_are_the_middles_of_windows_and_bounds_their_ends() {
    for form in [Form::v2(), Form::v3()] {
        let place = made(form);
        place.downscale("--dim lat=-90:90:70:invert --dim lon=-165");
        let read = |name: &str| place.read("out.zarr", name).values;
        assert_eq!(read("lat"), [70.0, 15.0, -55.0]);
        assert_eq!(read("lat_bnds"), [90.0, 50.0, 50.0, -20.0, -20.0, -90.0]);
        assert_eq!(read("lon"), [-165.0]);
        assert_eq!(read("time"), [10.0, 20.0]);
    }
}

/// A store with everything that goes along with a variable.
fn company(form: Form) -> Store {
    let scalar = |name: &str, value: f64| Array::new(name, &[], DataType::Int32).values(|_| value);
    let field = packed()
        .attribute("grid_mapping", "crs")
        .attribute("coordinates", "area run");
    let time_bounds = Array::new("time_bnds", &[("time", 2), ("nv", 2)], DataType::Float64)
        .values(|index| (10 * index[0] + 5 * index[1]) as f64);
    let area = Array::new("area", &[("lat", 6), ("lon", 12)], DataType::Float32);
    let centres: Vec<f64> = (0..6).map(|i| -75.0 + 30.0 * f64::from(i)).collect();
    let lon: Vec<f64> = (0..12).map(|i| -165.0 + 30.0 * f64::from(i)).collect();
    Store::new(form)
        .with(Array::coordinate("lat", &centres))
        .with(Array::coordinate("lon", &lon))
        .with(Array::coordinate("time", &[10.0, 20.0]).attribute("bounds", "time_bnds"))
        .with(time_bounds)
        .with(scalar("crs", 0.0).attribute("grid_mapping_name", "latitude_longitude"))
        .with(scalar("run", 7.0))
        .with(area)
        .with(Array::new("offset", &[("time", 2)], DataType::Float32).values(|i| i[0] as f64 + 0.5))
        .with(field)
}

#[test]
fn what_belongs_to_a_variable_goes_along() {
    for (form, words) in [
        (Form::v2(), ""),
        (Form::v3(), ""),
        (Form::v2(), "--format 3"),
        (Form::v3(), "--format 2"),
    ] {
        let place = Place::with(&company(form));
        place.downscale(&format!("{WINDOWS} --var field {words}"));
        assert_eq!(
            place.read("out.zarr", "time").values,
            [10.0, 20.0],
            "{words}"
        );
        assert_eq!(
            place.read("out.zarr", "time_bnds").values,
            [0.0, 5.0, 10.0, 15.0],
            "{words}"
        );
        assert_eq!(place.read("out.zarr", "run").values, [7.0], "{words}");
        let info: Value = serde_json::from_str(&place.run("info out.zarr --json").out).unwrap();
        let variables = info["variables"].as_array().unwrap();
        let find = |name: &str| variables.iter().find(|variable| variable["name"] == name);
        let crs = find("crs").unwrap();
        assert_eq!(
            crs["attributes"]["grid_mapping_name"], "latitude_longitude",
            "{words}"
        );
        assert_eq!(
            find("field").unwrap()["attributes"]["grid_mapping"],
            "crs",
            "{words}"
        );
        assert!(
            find("offset").is_none() && find("area").is_none(),
            "{words}"
        );
        // `area` has the old cells; what is not there must not be named.
        let named = find("field").unwrap()["attributes"]["coordinates"]
            .as_str()
            .unwrap();
        assert_eq!(named, "run", "{words}");
    }
}

#[test]
fn variables_without_the_dimensions_are_left_out_or_copied_by_name() {
    let place = Place::with(&company(Form::v2()));
    let done = place.run(&format!("downscale in.zarr out.zarr {WINDOWS}"));
    assert!(
        done.code == 0 && done.err.contains("note: `offset` is left out"),
        "{done:?}"
    );
    place.downscale_to("named.zarr", &format!("{WINDOWS} --var offset --var field"));
    assert_eq!(place.read("named.zarr", "offset").values, [0.5, 1.5]);
    assert_eq!(place.read("named.zarr", "field").shape, [2, 3, 4]);
}
