#![allow(clippy::unwrap_used, reason = "a test that cannot set up must fail")]

use proptest::prelude::*;

use crate::windows::tests::{axis, lattice, range, single, target};
use crate::{Axis, AxisKind, Error, Order, Precision};

/// The coordinate that each window gets, as the source has it.
fn picks(text: &str, axis: &Axis) -> Vec<Option<f64>> {
    let runs = target(text).nearest(axis).unwrap();
    let pick = |run: &crate::Run| (run.len == 1).then(|| axis.centres()[run.start]);
    runs.iter().map(pick).collect()
}

#[test]
fn ties_go_to_the_lower_coordinate() {
    for centres in [vec![0.0, 1.0, 2.0], vec![2.0, 1.0, 0.0]] {
        let z = axis(AxisKind::Z, &centres);
        assert_eq!(picks("a=0:2:1", &z), [Some(0.0), Some(1.0)]);
        assert_eq!(picks("a=0:2:1:invert", &z), [Some(1.0), Some(0.0)]);
        assert_eq!(picks("a=0.1:2.1:1", &z), [Some(1.0), Some(2.0)]);
    }
    // Midway up to what float32 has done to the centres.
    let lat = single(AxisKind::Y, &lattice(30.05, 0.1, 20));
    let runs = target("a=30.05:31.85:0.1").nearest(&lat).unwrap();
    let starts: Vec<usize> = runs.iter().map(|run| run.start).collect();
    assert_eq!(starts, (0..18).collect::<Vec<_>>());
}

#[test]
fn outside_the_outer_bounds_is_missing() {
    let z = axis(AxisKind::Z, &[0.0, 1.0]);
    let found = picks("a=-1.6:2.6:0.4", &z);
    // Middles -1.4, -1.0, -0.6, -0.2, ..., 1.4, 1.8, 2.2, 2.55.
    assert_eq!(found[..4], [None, None, None, Some(0.0)]);
    assert_eq!(found[7..], [Some(1.0), None, None, None]);
    assert_eq!(picks("a=-0.5", &z), [Some(0.0)]);
    assert_eq!(picks("a=1.5", &z), [Some(1.0)]);
    assert!(matches!(
        target("a=1.6").nearest(&z),
        Err(Error::NoCellAt { .. })
    ));
    assert!(matches!(
        target("a=3:4:1").nearest(&z),
        Err(Error::NoOverlap { .. })
    ));
    let bounds = vec![[-3.0, 0.5], [0.5, 1.2]];
    let z = Axis::try_with_bounds("a", AxisKind::Z, vec![0.0, 1.0], bounds, Precision::Double);
    let z = z.unwrap();
    assert_eq!(picks("a=-3", &z), [Some(0.0)]);
    assert!(target("a=1.3").nearest(&z).is_err());
}

#[test]
fn longitudes_wrap() {
    let lon = axis(AxisKind::X, &lattice(0.0, 10.0, 36));
    assert_eq!(picks("a=-3", &lon), [Some(0.0)]);
    assert_eq!(picks("a=-7", &lon), [Some(350.0)]);
    assert_eq!(picks("a=358", &lon), [Some(0.0)]);
    assert_eq!(picks("a=-5", &lon), [Some(350.0)]);
    let repeated = axis(AxisKind::X, &lattice(0.0, 10.0, 37));
    assert_eq!(picks("a=358", &repeated), [Some(0.0)]);
    // Half a cell at either end, as the bounds of a repeated column may be given.
    let centres = vec![0.0, 120.0, 240.0, 360.0];
    let bounds = vec![[0.0, 60.0], [60.0, 180.0], [180.0, 290.0], [300.0, 360.0]];
    let halves = Axis::try_with_bounds("a", AxisKind::X, centres, bounds, Precision::Double);
    assert_eq!(picks("a=350", &halves.unwrap()), [Some(0.0)]);
    let regional = axis(AxisKind::X, &lattice(190.0, 1.0, 11));
    assert_eq!(picks("a=-170.4", &regional), [Some(190.0)]);
    assert_eq!(picks("a=-159.5", &regional), [Some(200.0)]);
    for text in ["a=-170.6", "a=0", "a=200.6"] {
        assert!(target(text).nearest(&regional).is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_cell_is_nearer(
        n in 1_usize..40,
        first in -300.0..300.0,
        step in 0.5..9.0,
        start in -400.0..400.0,
        width in 1.0..300.0,
        flags: [bool; 2],
    ) {
        let [falling, cyclic] = flags;
        let mut centres = lattice(first, step, n);
        if falling {
            centres.reverse();
        }
        let axis = axis(if cyclic { AxisKind::X } else { AxisKind::Z }, &centres);
        let asked = range(start, start + width, 3.7, Order::Rising);
        let outer = (first - step / 2.0, first + step * (n as f64 - 0.5));
        let distance = |a: f64, b: f64| {
            let plain = (a - b).abs();
            if cyclic { plain.rem_euclid(360.0).min(360.0 - plain.rem_euclid(360.0)) } else { plain }
        };
        let Ok(runs) = asked.nearest(&axis) else { return Ok(()) };
        for (middle, run) in asked.centres().into_iter().zip(runs) {
            let best = centres.iter().map(|&c| distance(c, middle)).fold(f64::MAX, f64::min);
            if run.is_empty() {
                let inside = |x: f64| n > 1 && outer.0 + 0.01 < x && x < outer.1 - 0.01;
                prop_assert!(!inside(middle));
            } else {
                let slack = 1e-3 * axis.spacing() + 1e-9;
                prop_assert!(distance(centres[run.start], middle) <= best + slack);
                prop_assert!(best <= step / 2.0 + slack);
            }
        }
    }
}
