#![allow(clippy::unwrap_used, reason = "a test that cannot set up must fail")]

use crate::{Axis, AxisKind, Closed, DimSpec, Error, Extent, Order, Precision, Target};

mod oracle;

pub(crate) fn axis(kind: AxisKind, centres: &[f64]) -> Axis {
    Axis::try_new("a", kind, centres.to_vec(), Precision::Double).unwrap()
}

/// As float32 stores them.
pub(crate) fn single(kind: AxisKind, centres: &[f64]) -> Axis {
    let stored = centres.iter().map(|&c| f64::from(c as f32)).collect();
    Axis::try_new("a", kind, stored, Precision::Single).unwrap()
}

pub(crate) fn lattice(start: f64, step: f64, n: usize) -> Vec<f64> {
    (0..n).map(|i| start + i as f64 * step).collect()
}

pub(crate) fn target(text: &str) -> Target {
    Target::try_new(&text.parse::<DimSpec>().unwrap()).unwrap()
}

pub(crate) fn range(start: f64, stop: f64, step: f64, order: Order) -> Target {
    let extent = Extent::Range { start, stop };
    let dimension = "a".to_owned();
    let spec = DimSpec {
        dimension,
        extent,
        step,
        order,
    };
    Target::try_new(&spec).unwrap()
}

/// The source indices of each window.
pub(crate) fn indices(
    target: &Target,
    axis: &Axis,
    closed: Closed,
) -> Result<Vec<Vec<usize>>, Error> {
    let runs = target.windows(axis, closed)?;
    for run in &runs {
        assert!(run.start < axis.ring_len() && run.len <= axis.ring_len());
    }
    let list = |run: &crate::Run| run.indices(axis.ring_len()).collect();
    Ok(runs.iter().map(list).collect())
}

/// The coordinates of each window, as the source has them.
fn cells(text: &str, axis: &Axis, closed: Closed) -> Vec<Vec<f64>> {
    let windows = indices(&target(text), axis, closed).unwrap();
    let centres = |window: Vec<usize>| window.iter().map(|&i| axis.centres()[i]).collect();
    windows.into_iter().map(centres).collect()
}

#[test]
fn closed_left_counts_every_cell_once() {
    let z = axis(AxisKind::Z, &lattice(0.0, 1.0, 5));
    let windows = cells("a=0:4:2", &z, Closed::Left);
    assert_eq!(windows, [vec![0.0, 1.0], vec![2.0, 3.0, 4.0]]);
}

#[test]
fn closed_both_counts_edges_twice() {
    let z = axis(AxisKind::Z, &lattice(0.0, 1.0, 5));
    let windows = cells("a=0:4:2", &z, Closed::Both);
    assert_eq!(windows, [vec![0.0, 1.0, 2.0], vec![2.0, 3.0, 4.0]]);
}

#[test]
fn closed_both_compares_exactly() {
    let lat = single(AxisKind::Y, &[30.1, 30.2, 30.3]);
    // As float32, 30.1 and 30.2 are a little above themselves, 30.3 a little below.
    assert!(lat.centres()[0] > 30.1 && lat.centres()[1] > 30.2 && lat.centres()[2] < 30.3);
    let exact = |text| indices(&target(text), &lat, Closed::Both);
    assert_eq!(exact("a=30.1:30.2:1"), Ok(vec![vec![0]]));
    assert_eq!(exact("a=30.2:30.3:1"), Ok(vec![vec![1, 2]]));
    assert!(matches!(exact("a=30:30.1:1"), Err(Error::NoOverlap { .. })));
    let left = indices(&target("a=30:30.1:1"), &lat, Closed::Left);
    assert_eq!(left, Ok(vec![vec![0]]));
}

#[test]
fn falling_axes_and_inverted_targets() {
    let down = axis(AxisKind::Y, &[4.0, 3.0, 2.0, 1.0, 0.0]);
    let windows = cells("a=0:4:2", &down, Closed::Left);
    assert_eq!(windows, [vec![1.0, 0.0], vec![4.0, 3.0, 2.0]]);
    let windows = cells("a=0:4:2:invert", &down, Closed::Left);
    assert_eq!(windows, [vec![4.0, 3.0, 2.0], vec![1.0, 0.0]]);
    let up = axis(AxisKind::Y, &lattice(0.0, 1.0, 5));
    let windows = cells("a=0:4:2:invert", &up, Closed::Left);
    assert_eq!(windows, [vec![2.0, 3.0, 4.0], vec![0.0, 1.0]]);
}

#[test]
fn float32_coordinates_lie_on_their_edges() {
    // 0.05 apart from 30.1 on, as many satellite grids are stored.
    let lat = single(AxisKind::Y, &lattice(30.1, 0.05, 41));
    let windows = indices(&target("a=30.1:32.1:0.1"), &lat, Closed::Left).unwrap();
    assert_eq!(windows.len(), 20);
    for (i, window) in windows.iter().enumerate().take(19) {
        assert_eq!(*window, [2 * i, 2 * i + 1]);
    }
    assert_eq!(windows[19], [38, 39, 40]);
    let one = indices(&target("a=30.1"), &lat, Closed::Left).unwrap();
    assert_eq!(one, [[0]]);
}

#[test]
fn two_float32_steps_count_where_they_are_wider() {
    let z = |precision| {
        let centres = vec![100_000.0, 100_001.0, 100_002.0];
        Axis::try_new("a", AxisKind::Z, centres, precision).unwrap()
    };
    // A float32 step at 1e5 is 1/128, a thousandth of the spacing is 1/1000.
    let asked = range(99_999.0, 100_001.01, 5.0, Order::Rising);
    let below = range(99_999.0, 100_000.99, 5.0, Order::Rising);
    let len = |target: &Target, precision| {
        let runs = target.windows(&z(precision), Closed::Left).unwrap();
        runs[0].len
    };
    assert_eq!(len(&asked, Precision::Single), 2);
    assert_eq!(len(&below, Precision::Single), 2);
    assert_eq!(len(&below, Precision::Double), 1);
}

#[test]
fn a_thousandth_of_the_spacing_is_on_the_edge() {
    let z = axis(AxisKind::Z, &[0.0, 1.0, 2.0, 3.0]);
    let len = |stop| {
        let runs = range(0.5, stop, 5.0, Order::Rising).windows(&z, Closed::Left);
        runs.unwrap()[0].len
    };
    assert_eq!((len(1.9991), len(1.9989)), (2, 1));
    let from = |start| {
        let runs = range(start, 2.5, 5.0, Order::Rising).windows(&z, Closed::Left);
        runs.unwrap()[0].start
    };
    assert_eq!((from(1.0009), from(1.0011)), (1, 2));
}

#[test]
fn close_levels_of_an_irregular_axis_stay_apart() {
    // A thousandth of the median spacing, 0.1, is ten times the distance of the lowest levels.
    let z = axis(AxisKind::Z, &[0.01, 0.02, 100.0, 200.0, 300.0, 400.0]);
    assert_eq!(z.spacing(), 100.0);
    assert_eq!(cells("a=0.02", &z, Closed::Left), [[0.02]]);
    assert_eq!(cells("a=0.015:50:100", &z, Closed::Left), [[0.02]]);
}

#[test]
fn short_last_window_and_step_over_the_range() {
    let z = axis(AxisKind::Z, &lattice(0.5, 1.0, 5));
    let windows = cells("a=0:5:2", &z, Closed::Left);
    assert_eq!(windows, [vec![0.5, 1.5], vec![2.5, 3.5], vec![4.5]]);
    let windows = cells("a=0:3:20", &z, Closed::Left);
    assert_eq!(windows, [[0.5, 1.5, 2.5]]);
}

#[test]
fn windows_past_the_source_are_empty() {
    let z = axis(AxisKind::Z, &lattice(0.0, 1.0, 3));
    let empty: Vec<f64> = Vec::new();
    let windows = cells("a=-4:6:2", &z, Closed::Left);
    let expected = [
        empty.clone(),
        empty.clone(),
        vec![0.0, 1.0],
        vec![2.0],
        empty,
    ];
    assert_eq!(windows, expected);
}

#[test]
fn a_range_that_touches_nothing_is_an_error() {
    let z = axis(AxisKind::Z, &[2.0, 1.0, 0.0]);
    for closed in [Closed::Left, Closed::Both] {
        let error = target("a=5:9:2").windows(&z, closed).unwrap_err();
        assert_eq!(
            error.to_string(),
            "dimension `a`: range 5..9 touches no source cell, the source has 0..2"
        );
        assert!(target("a=0.2:0.8:2").windows(&z, closed).is_err());
    }
}

#[test]
fn a_single_value_is_exactly_one_cell() {
    let z = axis(AxisKind::Z, &[2.0, 1.0, 0.0]);
    for closed in [Closed::Left, Closed::Both] {
        assert_eq!(cells("a=1", &z, closed), [[1.0]]);
        assert_eq!(cells("a=1.0005:1.0005", &z, closed), [[1.0]]);
        let error = target("a=1.4").windows(&z, closed).unwrap_err();
        assert_eq!(
            error.to_string(),
            "dimension `a`: no source cell at 1.4, the nearest is at 1"
        );
    }
    let lon = axis(AxisKind::X, &lattice(0.0, 10.0, 36));
    assert_eq!(cells("a=-10", &lon, Closed::Left), [[350.0]]);
    assert_eq!(cells("a=360", &lon, Closed::Left), [[0.0]]);
    let error = target("a=-1").windows(&lon, Closed::Left).unwrap_err();
    assert!(matches!(error, Error::NoCellAt { nearest: 0.0, .. }));
}

#[test]
fn one_cell_axes_match_exactly() {
    let z = axis(AxisKind::Z, &[0.1]);
    assert_eq!(cells("a=0.1", &z, Closed::Left), [[0.1]]);
    assert_eq!(cells("a=0:0.1:0.1", &z, Closed::Left), [[0.1]]);
    assert!(target("a=0.1001").windows(&z, Closed::Left).is_err());
    let lon = axis(AxisKind::X, &[190.1]);
    assert_eq!(cells("a=-169.9", &lon, Closed::Left), [[190.1]]);
    assert_eq!(cells("a=-180:180:360", &lon, Closed::Both), [[190.1]]);
}

#[test]
fn longitudes_are_compared_round_the_circle() {
    let east = axis(AxisKind::X, &lattice(0.0, 90.0, 4));
    let west = axis(AxisKind::X, &lattice(-180.0, 90.0, 4));
    let halves = cells("a=-180:180:180", &east, Closed::Left);
    assert_eq!(halves, [[180.0, 270.0], [0.0, 90.0]]);
    let halves = cells("a=0:360:180", &west, Closed::Left);
    assert_eq!(halves, [[0.0, 90.0], [-180.0, -90.0]]);
    let across = cells("a=-100:100:200", &east, Closed::Left);
    assert_eq!(across, [[270.0, 0.0, 90.0]]);
    for text in ["a=170:190:20", "a=-190:-170:20", "a=530:550:20"] {
        assert_eq!(cells(text, &east, Closed::Left), [[180.0]]);
        assert_eq!(cells(text, &west, Closed::Left), [[-180.0]]);
    }
}

#[test]
fn a_seam_cell_belongs_to_the_first_window() {
    let lon = axis(AxisKind::X, &lattice(0.0, 90.0, 4));
    let thirds = cells("a=-180:180:120", &lon, Closed::Left);
    assert_eq!(thirds, [vec![180.0, 270.0], vec![0.0], vec![90.0]]);
    let inverted = cells("a=-180:180:120:invert", &lon, Closed::Left);
    assert_eq!(inverted, [vec![90.0], vec![0.0], vec![180.0, 270.0]]);
    // Not quite the whole circle: the last window has its own upper edge.
    let open = cells("a=-180:90:135", &lon, Closed::Left);
    assert_eq!(open, [vec![180.0, 270.0], vec![0.0, 90.0]]);
}

#[test]
fn closed_both_counts_a_seam_cell_once_a_window() {
    let lon = axis(AxisKind::X, &lattice(0.0, 90.0, 4));
    let whole = cells("a=-180:180:360", &lon, Closed::Both);
    assert_eq!(whole, [[180.0, 270.0, 0.0, 90.0]]);
    let halves = cells("a=-180:180:180", &lon, Closed::Both);
    assert_eq!(halves, [[180.0, 270.0, 0.0], [0.0, 90.0, 180.0]]);
}

#[test]
fn a_repeated_column_counts_once() {
    let lon = axis(AxisKind::X, &lattice(0.0, 90.0, 5));
    for closed in [Closed::Left, Closed::Both] {
        let whole = indices(&target("a=0:360:360"), &lon, closed).unwrap();
        assert_eq!(whole, [[0, 1, 2, 3]]);
    }
    let down: Vec<f64> = lattice(0.0, 90.0, 5).into_iter().rev().collect();
    let down = axis(AxisKind::X, &down);
    let halves = cells("a=0:360:180", &down, Closed::Left);
    // The column at 360 is kept, the one at 0 dropped; both are the same place.
    assert_eq!(halves, [[90.0, 360.0], [270.0, 180.0]]);
}

#[test]
fn falling_longitudes_cross_the_seam_in_index_order() {
    let down: Vec<f64> = lattice(0.0, 90.0, 4).into_iter().rev().collect();
    let lon = axis(AxisKind::X, &down);
    let across = target("a=-100:100:200").windows(&lon, Closed::Left);
    assert_eq!(across.unwrap(), [crate::Run { start: 2, len: 3 }]);
    let across = cells("a=-100:100:200", &lon, Closed::Left);
    assert_eq!(across, [[90.0, 0.0, 270.0]]);
}

#[test]
fn regional_longitudes_answer_from_the_other_side() {
    let lon = axis(AxisKind::X, &lattice(190.0, 1.0, 11));
    let halves = cells("a=-170:-160:5", &lon, Closed::Left);
    assert_eq!(halves[0], lattice(190.0, 1.0, 5));
    assert_eq!(halves[1], lattice(195.0, 1.0, 6));
    // The region across the seam of the target: the high part comes first.
    let dateline = axis(AxisKind::X, &[170.0, 180.0, 190.0]);
    let whole = cells("a=-180:180:360", &dateline, Closed::Left);
    assert_eq!(whole, [[180.0, 190.0, 170.0]]);
    assert!(target("a=0:90:10").windows(&lon, Closed::Left).is_err());
}

#[test]
fn more_than_a_circle_is_an_error() {
    let lon = axis(AxisKind::X, &lattice(0.0, 90.0, 4));
    for text in ["a=0:361:1", "a=-1e300:1e300:1e300"] {
        let error = target(text).windows(&lon, Closed::Left).unwrap_err();
        assert!(matches!(error, Error::RangeBeyondCircle { .. }));
        assert!(target(text).nearest(&lon).is_err());
    }
    // Far away but no wider than a circle: no panic, whatever the answer.
    let far = target("a=1e300").windows(&lon, Closed::Left);
    assert!(far.is_err());
}

#[test]
fn a_large_axis_is_no_burden() {
    let centres: Vec<f64> = lattice(-179.9982, 0.0036, 100_000);
    let lon = single(AxisKind::X, &centres);
    let windows = target("a=-180:180:0.0072").windows(&lon, Closed::Left);
    let windows = windows.unwrap();
    assert_eq!(windows.len(), 50_000);
    assert!(windows.iter().all(|run| run.len == 2));
}

#[test]
fn intervals_carry_their_edges() {
    let z = axis(AxisKind::Z, &lattice(0.5, 1.0, 4));
    let target = target("a=0:4:2:invert");
    let intervals = target.intervals(&z, Closed::Left).unwrap();
    let list: Vec<_> = intervals
        .map(|i| (i.target, i.bounds, i.cells.start))
        .collect();
    assert_eq!(list, [(0, [2.0, 4.0], 2), (1, [0.0, 2.0], 0)]);
}

#[test]
fn closed_is_spelt_as_it_is_named() {
    for closed in [Closed::Left, Closed::Both] {
        assert_eq!(closed.to_string().parse(), Ok(closed));
    }
    assert!("Left".parse::<Closed>().is_err());
}
