//! Made values against the brute-force oracle: methods, types, marks, packing, absent chunks.

use crate::{
    scene::{MARK, Scene, WINDOWS, each_method, marked, pattern},
    support::Place,
};
use rsmp_testkit::{Array, DataType, Form};
use serde_json::json;

#[test]
fn every_method_on_every_type_with_a_fill_value() {
    use DataType as T;
    let narrow = [
        T::Int8,
        T::Int16,
        T::UInt8,
        T::UInt16,
        T::Float16,
        T::Float32,
    ];
    let wide = [T::Int32, T::Int64, T::UInt32, T::UInt64, T::Float64];
    for form in [Form::v2(), Form::v3()] {
        for data_type in narrow.into_iter().chain(wide) {
            let scene = Scene {
                form: form.clone(),
                ..Scene::globe()
            };
            let scene =
                scene.field(|f| f.data_type(data_type).attribute("_FillValue", MARK as i64));
            scene.check(marked, &each_method(WINDOWS));
        }
    }
}

#[test]
fn the_type_of_the_output_follows_the_source_and_the_method() {
    use DataType as T;
    let scene = |t, fill: bool| {
        let scene = Scene::globe().field(|f| f.data_type(t));
        if fill {
            scene.field(|f| f.fill(MARK as i64))
        } else {
            scene
        }
    };
    let table = [
        (T::Float16, true, "mean", T::Float32),
        (T::Int16, true, "mean", T::Float32),
        (T::Int32, true, "mean", T::Float64),
        (T::Float64, true, "min", T::Float64),
        (T::UInt64, true, "sum", T::Float64),
        (T::UInt8, true, "max", T::UInt8),
        (T::Int32, true, "first", T::Int32),
        (T::Int64, true, "nearest", T::Int64),
        (T::Int16, false, "last", T::Float32),
        (T::Int32, false, "min", T::Float64),
    ];
    for (data_type, fill, method, expected) in table {
        let place = Place::with(&scene(data_type, fill).store());
        place.downscale(&format!("{WINDOWS} --method {method}"));
        let found = place.read("out.zarr", "field").data_type;
        assert_eq!(
            found, expected,
            "{method} of {data_type}, fill value: {fill}"
        );
    }
}

#[test]
fn every_way_to_mark_missing_data_is_read() {
    type Marks = fn(Array) -> Array;
    let ways: [(&str, u8, Marks); 6] = [
        ("fill value of v2", 2, |f| f.fill(MARK)),
        ("_FillValue", 3, |f| f.attribute("_FillValue", MARK)),
        ("missing_value", 3, |f| f.attribute("missing_value", MARK)),
        ("list of marks", 3, |f| {
            f.attribute("missing_value", json!([-5.0, MARK]))
        }),
        ("base64 of the double, as xarray writes it", 3, |f| {
            f.attribute("_FillValue", "AAAAAAAAWUA=")
        }),
        ("NaN", 3, |f| f.values(|index| marked(pattern(index)))),
    ];
    for (way, format, marks) in ways {
        let form = if format == 2 { Form::v2() } else { Form::v3() };
        let scene = Scene {
            form,
            ..Scene::globe()
        }
        .field(marks);
        assert!(
            scene
                .source(marked)
                .values
                .iter()
                .any(|value| value.is_nan()),
            "{way}"
        );
        scene.check(marked, &each_method(WINDOWS));
    }
}

#[test]
fn the_fill_value_of_v3_is_a_number_like_any_other() {
    let scene = Scene {
        form: Form::v3(),
        ..Scene::globe()
    };
    scene
        .field(|f| f.fill(MARK))
        .check(|stored| stored, &each_method(WINDOWS));
}

#[test]
fn packed_values_are_reduced_unpacked() {
    for scale in [-0.25, 0.5] {
        let scene = Scene::globe().field(|f| {
            let f = f
                .data_type(DataType::Int16)
                .fill(MARK as i64)
                .attribute("scale_factor", scale);
            f.attribute("add_offset", 10.5)
        });
        let unpacked = |stored: f64| marked(stored) * scale + 10.5;
        scene.check(unpacked, &each_method(WINDOWS));
    }
}

#[test]
fn windows_with_too_few_cells_are_missing() {
    let scene = Scene::globe().field(|f| f.fill(MARK));
    for share in ["0.5", "0.8", "1"] {
        let lines: Vec<String> = each_method(&format!("{WINDOWS} --min-valid {share}"))
            .into_iter()
            .filter(|line| !line.ends_with("count"))
            .collect();
        scene.check(marked, &lines);
    }
}

#[test]
fn absent_chunks_hold_the_fill_value() {
    let absent = |f: Array| f.fill(MARK).chunk(&[4, 5]).absent(&[0, 1]).absent(&[1, 2]);
    Scene::globe()
        .field(absent)
        .check(marked, &each_method(WINDOWS));
    let v3 = Scene {
        form: Form::v3(),
        ..Scene::globe()
    };
    let zeros = |f: Array| {
        f.chunk(&[4, 5])
            .fill(0.0)
            .attribute("_FillValue", MARK)
            .absent(&[0, 1])
    };
    v3.field(zeros).check(marked, &each_method(WINDOWS));
}

#[test]
fn unsigned_integers_of_netcdf_are_read_as_such() {
    // 200 is stored as -56, the mark 255 as -1.
    let signed = |value: f64| if value > 127.0 { value - 256.0 } else { value };
    let value = |index: &[usize]| {
        if index[1] == 3 {
            255.0
        } else {
            200.0 + index[0] as f64
        }
    };
    let scene = Scene::globe().field(|f| {
        let f = f
            .data_type(DataType::Int8)
            .values(|index| signed(value(index)));
        f.fill(-1).attribute("_Unsigned", "true")
    });
    let unsigned = |stored: f64| match stored.rem_euclid(256.0) {
        255.0 => f64::NAN,
        value => value,
    };
    scene.check(unsigned, &each_method(WINDOWS));
}
