#![allow(clippy::unwrap_used, reason = "a test that cannot set up must fail")]

use proptest::prelude::*;

use crate::{DimSpec, Error, Extent, Order};

fn parse(text: &str) -> Result<DimSpec, Error> {
    text.parse()
}

#[test]
fn every_spelling_is_read() {
    let range = |start, stop| Extent::Range { start, stop };
    let table = [
        ("lat=-90:90:0.5", range(-90.0, 90.0), 0.5, Order::Rising),
        ("lat=-90/90/0.5", range(-90.0, 90.0), 0.5, Order::Rising),
        ("lat=-90:90", range(-90.0, 90.0), 1.0, Order::Rising),
        ("lat=0:9:3:invert", range(0.0, 9.0), 3.0, Order::Falling),
        ("lat=0:9:invert", range(0.0, 9.0), 1.0, Order::Falling),
        (" lat = 0 : 1e1 ", range(0.0, 10.0), 1.0, Order::Rising),
        ("lat=30.1", Extent::Value(30.1), 1.0, Order::Rising),
    ];
    for (text, extent, step, order) in table {
        let dimension = "lat".to_owned();
        let expected = DimSpec {
            dimension,
            extent,
            step,
            order,
        };
        assert_eq!(parse(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn each_fault_is_named() {
    let table = [
        (
            "lat",
            "`lat` has no `=`: expected `NAME=START:STOP:STEP` or `NAME=VALUE`",
        ),
        ("=1", "`=1` does not name a dimension before the `=`"),
        ("lat=", "dimension `lat`: `` is not a number"),
        ("lat=0:north", "dimension `lat`: `north` is not a number"),
        ("lat=nan", "dimension `lat`: `nan` is not a number"),
        ("lat=0:inf", "dimension `lat`: `inf` is not a number"),
        (
            "lat=0:1:1:flip",
            "dimension `lat`: unknown flag `flip`, the only one is `invert`",
        ),
        (
            "lat=0:1:1:invert:2",
            "dimension `lat`: `0:1:1:invert:2` has 5 parts, at most 4 are known: \
             `START:STOP:STEP:invert`",
        ),
        (
            "time=2010-01-01:2011-01-01:1M",
            "dimension `time`: `2010-01-01:2011-01-01:1M` is a date; time windows are not \
             supported",
        ),
    ];
    for (text, message) in table {
        assert_eq!(parse(text).unwrap_err().to_string(), message);
    }
    let dates = [
        "t=2010-01-01",
        "t=2010-01-01T06:00/2011-01-01",
        "t=0:2010-1",
    ];
    for text in dates {
        assert!(matches!(parse(text), Err(Error::TimeWindow { .. })));
    }
}

proptest! {
    #[test]
    fn written_text_is_read_back(
        dimension in "[a-zA-Z_µ][a-z0-9_.-]{0,9}",
        start in prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::SUBNORMAL,
        stop in prop::num::f64::NORMAL,
        step in prop::num::f64::NORMAL,
        falling: bool,
        single: bool,
    ) {
        let spec = if single {
            DimSpec { dimension, extent: Extent::Value(start), step: 1.0, order: Order::Rising }
        } else {
            let order = if falling { Order::Falling } else { Order::Rising };
            DimSpec { dimension, extent: Extent::Range { start, stop }, step, order }
        };
        prop_assert_eq!(parse(&spec.to_string()).unwrap(), spec);
    }

    #[test]
    fn no_text_panics(text in "\\PC*", numbers in "[a-z]?=?[-0-9:/.eTinvert=]{0,20}") {
        for text in [text, numbers] {
            if let Ok(spec) = parse(&text) {
                prop_assert!(!spec.dimension.is_empty());
                let _ = crate::Target::try_new(&spec).map(|target| target.len());
            }
        }
    }
}
