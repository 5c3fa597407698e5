#![allow(clippy::unwrap_used, reason = "a test that cannot set up must fail")]

use crate::{Axis, AxisKind, Direction, Error, Precision, Result, Ring};

fn axis(kind: AxisKind, centres: &[f64]) -> Result<Axis> {
    Axis::try_new("a", kind, centres.to_vec(), Precision::Double)
}

fn bounded(kind: AxisKind, centres: &[f64], bounds: &[[f64; 2]]) -> Result<Axis> {
    Axis::try_with_bounds(
        "a",
        kind,
        centres.to_vec(),
        bounds.to_vec(),
        Precision::Double,
    )
}

fn lattice(start: f64, step: f64, n: usize) -> Vec<f64> {
    (0..n).map(|i| start + i as f64 * step).collect()
}

#[test]
fn bounds_lie_midway_and_past_the_ends() {
    let rising = axis(AxisKind::Z, &[0.0, 1.0, 3.0]).unwrap();
    assert_eq!(rising.bounds(), [[-0.5, 0.5], [0.5, 2.0], [2.0, 4.0]]);
    assert_eq!(rising.direction(), Direction::Rising);
    assert_eq!(rising.spacing(), 1.5);
    let falling = axis(AxisKind::Z, &[3.0, 1.0, 0.0]).unwrap();
    assert_eq!(falling.bounds(), [[2.0, 4.0], [0.5, 2.0], [-0.5, 0.5]]);
    assert_eq!(falling.direction(), Direction::Falling);
}

#[test]
fn latitudes_are_clipped_at_the_poles() {
    let lat = axis(AxisKind::Y, &[-90.0, 0.0, 90.0]).unwrap();
    assert_eq!(lat.bounds(), [[-90.0, -45.0], [-45.0, 45.0], [45.0, 90.0]]);
    let total: f64 = lat.measures().iter().sum();
    assert!((total - 2.0).abs() < 1e-15);
    let other = axis(AxisKind::Other, &[-90.0, 0.0, 90.0]).unwrap();
    assert_eq!(other.bounds()[0], [-135.0, -45.0]);
    assert_eq!(other.measures(), [1.0; 3]);
}

#[test]
fn one_cell_has_no_width_unless_told() {
    let bare = axis(AxisKind::Y, &[10.0]).unwrap();
    assert_eq!(bare.bounds(), [[10.0, 10.0]]);
    assert_eq!((bare.spacing(), bare.measures()), (0.0, vec![1.0]));
    let told = bounded(AxisKind::X, &[180.0], &[[0.0, 360.0]]).unwrap();
    assert_eq!(told.bounds(), [[0.0, 360.0]]);
    assert_eq!(told.spacing(), 360.0);
    assert!((told.measures()[0] - std::f64::consts::TAU).abs() < 1e-15);
}

#[test]
fn given_bounds_are_ordered_moved_and_checked() {
    let lat = bounded(AxisKind::Y, &[1.0, 0.0], &[[1.5, 0.5], [0.5, -0.5]]).unwrap();
    assert_eq!(lat.bounds(), [[0.5, 1.5], [-0.5, 0.5]]);
    let lon = bounded(AxisKind::X, &[0.0, 1.0], &[[359.5, 0.5], [0.5, 1.5]]).unwrap();
    assert_eq!(lon.bounds(), [[-0.5, 0.5], [0.5, 1.5]]);
    assert_eq!(
        bounded(AxisKind::Z, &[0.0, 1.0], &[[-0.5, 0.5]]),
        Err(Error::BoundsLength {
            dimension: "a".into(),
            expected: 2,
            found: 1
        })
    );
    assert_eq!(
        bounded(AxisKind::Z, &[0.0, 1.0], &[[-0.5, 0.5], [1.1, 2.0]]),
        Err(Error::BoundsNotEnclosing {
            dimension: "a".into(),
            index: 1,
            centre: 1.0,
            bounds: [1.1, 2.0]
        })
    );
    let infinite = bounded(AxisKind::Z, &[0.0], &[[0.0, f64::INFINITY]]);
    assert!(matches!(infinite, Err(Error::NotFinite { index: 0, .. })));
}

#[test]
fn centres_must_be_an_axis() {
    let z = AxisKind::Z;
    assert!(matches!(axis(z, &[]), Err(Error::EmptyAxis { .. })));
    let nan = axis(z, &[0.0, f64::NAN]);
    assert!(matches!(nan, Err(Error::NotFinite { index: 1, .. })));
    assert_eq!(
        axis(z, &[0.0, 1.0, 0.5, 0.2]),
        Err(Error::NotMonotonic {
            dimension: "a".into(),
            index: 2,
            previous: 1.0,
            value: 0.5
        })
    );
    let twice = axis(z, &[2.0, 1.0, 1.0]).unwrap_err();
    assert_eq!(
        twice.to_string(),
        "axis `a` has the coordinate 1 twice: at index 1 and at index 2"
    );
    let twice = axis(z, &[1.0, 1.0]);
    assert!(matches!(twice, Err(Error::DuplicateCoordinate { .. })));
    let metres = axis(AxisKind::Y, &[0.0, 1000.0]);
    assert!(matches!(metres, Err(Error::BeyondPole { index: 1, .. })));
}

#[test]
fn longitudes_lie_on_a_ring() {
    let ring = |len| Some(Ring { len, period: 360.0 });
    let global = lattice(0.0, 10.0, 36);
    assert_eq!(axis(AxisKind::X, &global).unwrap().ring(), ring(36));
    assert_eq!(axis(AxisKind::Other, &global).unwrap().ring(), None);
    let regional = axis(AxisKind::X, &lattice(190.0, 1.0, 11)).unwrap();
    assert_eq!(regional.ring(), ring(11));
    let repeated = axis(AxisKind::X, &lattice(-180.0, 10.0, 37)).unwrap();
    assert_eq!((repeated.ring(), repeated.len()), (ring(36), 37));
    let mut falling = lattice(0.0, 0.1, 3601);
    falling.reverse();
    let falling: Vec<f64> = falling.iter().map(|&c| f64::from(c as f32)).collect();
    let falling = Axis::try_new("a", AxisKind::X, falling, Precision::Single).unwrap();
    assert_eq!(falling.ring_len(), 3600);
    let twice_round = axis(AxisKind::X, &lattice(0.0, 10.0, 38));
    assert!(matches!(twice_round, Err(Error::AxisBeyondCircle { .. })));
}
