#![allow(clippy::unwrap_used, reason = "a test that cannot set up must fail")]

use proptest::prelude::*;

use crate::{DimSpec, Error, Extent, Order, Target};

fn target(text: &str) -> Target {
    Target::try_new(&text.parse::<DimSpec>().unwrap()).unwrap()
}

fn refused(text: &str) -> String {
    let spec = text.parse::<DimSpec>().unwrap();
    Target::try_new(&spec).unwrap_err().to_string()
}

#[test]
fn edges_do_not_drift_and_end_at_stop() {
    // 0.1 is no binary fraction: a running sum would be off after a few thousand windows.
    let fine = target("x=-180:180:0.1");
    assert_eq!(fine.len(), 3600);
    let bounds = fine.bounds();
    assert_eq!(bounds[3599][1], 180.0);
    for (i, [low, _]) in bounds.iter().enumerate() {
        assert_eq!(*low, -180.0 + i as f64 * 0.1);
    }
    assert_eq!(target("x=0:0.3:0.1").len(), 3);
    assert_eq!(target("x=0:1:0.2").len(), 5);
}

#[test]
fn a_short_last_window_is_kept() {
    let short = target("x=0:5:2");
    assert_eq!(short.bounds(), [[0.0, 2.0], [2.0, 4.0], [4.0, 5.0]]);
    assert_eq!(short.centres(), [1.0, 3.0, 4.5]);
}

#[test]
fn invert_writes_from_high_to_low() {
    let down = target("x=0:5:2:invert");
    assert_eq!(down.bounds(), [[4.0, 5.0], [2.0, 4.0], [0.0, 2.0]]);
    assert_eq!(down.centres(), [4.5, 3.0, 1.0]);
    assert_eq!(down.order(), Order::Falling);
}

#[test]
fn a_step_over_the_range_is_one_window() {
    assert_eq!(target("x=0:5:20").bounds(), [[0.0, 5.0]]);
    assert_eq!(target("x=0:5:20").centres(), [2.5]);
}

#[test]
fn a_single_value_is_one_window_without_width() {
    for text in ["x=3.5", "x=3.5:3.5", "x=3.5:3.5:10:invert"] {
        let single = target(text);
        assert!(single.is_single());
        assert_eq!(single.bounds(), [[3.5, 3.5]]);
        assert_eq!(single.centres(), [3.5]);
    }
    assert!(!target("x=0:5:20").is_single());
}

#[test]
fn nonsense_is_refused_by_name() {
    assert_eq!(
        refused("lat=0:1:0"),
        "dimension `lat`: step 0 is not a positive finite number"
    );
    assert_eq!(
        refused("lat=0:1:-2"),
        "dimension `lat`: step -2 is not a positive finite number"
    );
    assert!(refused("lat=9:1").contains("`invert`"));
    assert!(refused("lat=0:1:1e-300").contains("too many"));
    assert!(refused("lat=-1.7e308:1.7e308:1").contains("too many"));
    let spec = DimSpec {
        dimension: "lat".into(),
        extent: Extent::Value(f64::NAN),
        step: 1.0,
        order: Order::Rising,
    };
    let nan = Target::try_new(&spec);
    assert!(matches!(nan, Err(Error::RangeNotFinite { .. })));
}

proptest! {
    #[test]
    fn windows_join_without_gap(start in -1e3..1e3, width in 0.01..1e3, n in 1.0..500.0) {
        let spec = DimSpec {
            dimension: "x".into(),
            extent: Extent::Range { start, stop: start + width },
            step: width / n,
            order: Order::Rising,
        };
        let bounds = Target::try_new(&spec).unwrap().bounds();
        prop_assert_eq!(bounds[0][0], start);
        prop_assert_eq!(bounds[bounds.len() - 1][1], start + width);
        prop_assert!(bounds.windows(2).all(|w| w[0][1] == w[1][0]));
        prop_assert!(bounds.iter().all(|[low, high]| low < high));
    }
}
