//! Made coordinates against the brute-force oracle: directions, circles, edges, precision, bounds.

use crate::{
    oracle::{Ask, downscale},
    scene::{MARK, Scene, WINDOWS, each_method, marked, pattern, ramp},
    support::{Place, assert_close},
};
use rsmp_testkit::{Array, DataType, Form, Store};

#[test]
fn falling_and_inverted_latitudes_are_put_in_order() {
    let falling = vec![
        ("lat", ramp(75.0, -30.0, 6)),
        ("lon", ramp(-165.0, 30.0, 12)),
    ];
    let scene = Scene::new(falling).field(|f| f.fill(MARK));
    scene.check(marked, &each_method(WINDOWS));
    let inverted = each_method("--dim lat=-90:90:60:invert --dim lon=-180:180:90:invert");
    scene.check(marked, &inverted);
    Scene::globe()
        .field(|f| f.fill(MARK))
        .check(marked, &inverted);
}

#[test]
fn longitudes_are_a_circle() {
    let sources = [
        ramp(-165.0, 30.0, 12), // -180..180
        ramp(15.0, 30.0, 12),   // 0..360
        ramp(0.0, 30.0, 12),    // with centres on the edges of windows
        ramp(0.0, 30.0, 13),    // and the first column repeated
        ramp(345.0, -30.0, 12), // falling
        ramp(-40.0, 10.0, 9),   // a region across Greenwich
        ramp(160.0, 10.0, 5),   // a region across the date line
    ];
    let methods = ["mean", "area-mean", "first", "nearest"];
    let windows = [
        "-180:180:90",
        "0:360:90",
        "-20:100:40",
        "150:210:20",
        "330:390:60",
        "-90:270:72",
    ];
    for centres in sources {
        // Equal values in a repeated column.
        let scene = Scene::new(vec![("lat", ramp(-45.0, 30.0, 4)), ("lon", centres)]);
        let scene = scene.field(|f| {
            f.fill(MARK)
                .values(|index| pattern(&[index[0], index[1] % 12]))
        });
        let lines: Vec<String> = windows
            .iter()
            .map(|lon| format!("--dim lat=-60:60:60 --dim lon={lon} --method"))
            .flat_map(|job| methods.map(|method| format!("{job} {method}")))
            .collect();
        scene.check_where_it_touches(&lines);
    }
}

#[test]
fn coordinates_of_single_precision_lie_on_the_edges_they_mean() {
    // 0.1, 0.2, ... are no float32 numbers; windows of 0.3 have cells on every edge.
    let centres: Vec<f64> = (0..12).map(|i| 0.1 * f64::from(i)).collect();
    let mut scene = Scene::new(vec![("lat", centres.clone()), ("lon", ramp(30.1, 0.1, 12))]);
    scene.single = true;
    let lines = each_method("--dim lat=0:1.2:0.3 --dim lon=30.1:31.3:0.3");
    scene.field(|f| f.fill(MARK)).check(marked, &lines);
}

#[test]
fn steps_that_do_not_divide_leave_a_short_window() {
    let scene = Scene::globe().field(|f| f.fill(MARK));
    let lines: Vec<String> = [
        "--dim lat=-90:90:70",
        "--dim lat=-61:47:33.3 --dim lon=-77:90:41.7",
        "--dim lat=-90:90:500 --dim lon=-180:180:360",
    ]
    .iter()
    .flat_map(|words| each_method(words))
    .collect();
    scene.check(marked, &lines);
}

#[test]
fn closed_both_counts_a_cell_on_an_edge_twice() {
    let scene = Scene::new(vec![
        ("lat", ramp(-60.0, 15.0, 9)),
        ("lon", ramp(10.0, 10.0, 9)),
    ]);
    let lines = each_method("--dim lat=-60:60:30 --dim lon=20:80:20 --closed both");
    scene.field(|f| f.fill(MARK)).check(marked, &lines);
}

#[test]
fn other_dimensions_are_kept_and_can_be_resampled_too() {
    let dimensions = vec![
        ("time", ramp(0.0, 1.0, 3)),
        ("level", vec![200.0, 500.0, 850.0, 1000.0]),
        ("lat", ramp(-75.0, 30.0, 6)),
        ("lon", ramp(15.0, 30.0, 12)),
    ];
    let scene = Scene::new(dimensions).field(|f| f.fill(MARK).chunk(&[2, 3, 4, 5]));
    for words in [
        WINDOWS,
        "--dim level=850",
        "--dim level=200:1000:400 --dim lat=-90:90:60",
    ] {
        scene.check(marked, &each_method(words));
    }
}

#[test]
fn cell_bounds_weigh_the_area_mean() {
    // A polar row whose cell reaches from 60 to 90 degrees, and one from 0 to 60.
    let scene = Scene::new(vec![
        ("lat", vec![30.0, 75.0]),
        ("lon", ramp(15.0, 30.0, 2)),
    ])
    .field(|f| f.values(|index| [[1.0, 2.0], [4.0, 8.0]][index[0]][index[1]]));
    let bounds = Array::new("lat_bnds", &[("lat", 2), ("bnds", 2)], DataType::Float64)
        .values(|index| [[0.0, 60.0], [60.0, 90.0]][index[0]][index[1]]);
    let lat = Array::coordinate("lat", &[30.0, 75.0]).attribute("bounds", "lat_bnds");
    let store = Store::new(Form::v3())
        .with(lat)
        .with(bounds)
        .with(Array::coordinate("lon", &[15.0, 45.0]))
        .with(scene.field);
    let place = Place::with(&store);
    place.downscale("--dim lat=0:90:90 --dim lon=0:60:60 --method area-mean");
    let [low, high] = [60_f64, 90.0].map(|degrees| degrees.to_radians().sin());
    let expected = (1.5 * low + 6.0 * (high - low)) / high;
    assert_close(&place.read("out.zarr", "field"), &[expected], "area-mean");
}

#[test]
fn a_fill_value_is_no_mark_in_a_coordinate() {
    // xarray writes such coordinates when the fill value of the array is 0.
    let scene = Scene::globe();
    let mut store = Store::new(Form::v2());
    for (name, centres) in &scene.dimensions {
        store = store.with(Array::coordinate(name, centres).fill(15.0));
    }
    let place = Place::with(&store.with(scene.field.clone().fill(MARK)));
    place.downscale(WINDOWS);
    let ask = Ask {
        dimensions: &["lat=-90:90:60", "lon=-180:180:90"],
        method: "mean",
        both: false,
        min_valid: 0.0,
    };
    let expected = downscale(&scene.source(marked), &ask);
    assert_close(&place.read("out.zarr", "field"), &expected, "means");
}
