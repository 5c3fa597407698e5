//! Windows against the definition, cell by cell, on random axes.

use proptest::prelude::*;

use super::{axis, indices, range, single};
use crate::{Axis, AxisKind, Closed, Direction, Order, Precision, Target};

const DEGREES: f64 = 360.0;

/// The cells of each window by going through all cells for each, in output order.
fn by_definition(target: &Target, axis: &Axis, closed: Closed) -> Vec<Vec<usize>> {
    let line = line(target, axis);
    let cyclic = axis.ring().is_some();
    let [start, stop] = target.range();
    let whole = cyclic && (stop - start - DEGREES).abs() <= tolerance(axis, &line, start);
    let mut bounds = target.bounds();
    if target.order() == Order::Falling {
        bounds.reverse();
    }
    let mut windows = Vec::new();
    for (i, &[low, high]) in bounds.iter().enumerate() {
        let on = |c: f64, edge: f64| (c - edge).abs() <= tolerance(axis, &line, edge);
        let inside = |c: f64| match closed {
            Closed::Both => low <= c && c <= high,
            Closed::Left => {
                let last = i + 1 == bounds.len() && !whole;
                (c > low || on(c, low)) && if on(c, high) { last } else { c < high }
            }
        };
        let mut cells: Vec<usize> = Vec::new();
        for &(position, index) in &line {
            if inside(position) && !cells.contains(&index) {
                cells.push(index);
            }
        }
        if axis.direction() == Direction::Falling {
            cells.reverse();
        }
        windows.push(cells);
    }
    if target.order() == Order::Falling {
        windows.reverse();
    }
    windows
}

/// Every cell at every turn that can matter, by rising position.
fn line(target: &Target, axis: &Axis) -> Vec<(f64, usize)> {
    let [start, stop] = target.range();
    let mut line = Vec::new();
    for (index, &centre) in axis.centres().iter().enumerate().take(axis.ring_len()) {
        match axis.ring() {
            None => line.push((centre, index)),
            Some(_) => {
                for turn in -6..=6 {
                    let position = centre + DEGREES * f64::from(turn);
                    if (start - 2.0 * DEGREES..=stop + 2.0 * DEGREES).contains(&position) {
                        line.push((position, index));
                    }
                }
            }
        }
    }
    line.sort_by(|a, b| a.0.total_cmp(&b.0));
    line
}

fn tolerance(axis: &Axis, line: &[(f64, usize)], edge: f64) -> f64 {
    let upper = line.iter().position(|&(c, _)| c >= edge);
    let upper = upper.unwrap_or(line.len()).clamp(1, line.len() - 1);
    let gap = line[upper].0 - line[upper - 1].0;
    let spacing = 1e-3 * gap.min(axis.spacing());
    match axis.precision() {
        Precision::Double => spacing,
        Precision::Single => {
            let stored = axis.centres()[line[upper].1].abs() as f32;
            spacing.max(2.0 * f64::from(stored.next_up() - stored))
        }
    }
}

/// Irregular centres on a lattice of tenths, or off it.
fn centres(most: usize) -> impl Strategy<Value = Vec<f64>> {
    let gaps = prop::collection::vec(1_u32..20, 1..most);
    let offset = prop_oneof![
        (-600_i32..600).prop_map(|t| f64::from(t) / 10.0),
        -60.0..60.0
    ];
    (offset, gaps).prop_map(|(offset, gaps)| {
        let mut centres = vec![offset];
        let mut sum = 0;
        for gap in gaps {
            sum += gap;
            centres.push(offset + f64::from(sum) / 10.0);
        }
        centres
    })
}

/// Longitudes: regional, global or with a repeated column, beginning anywhere.
fn longitudes() -> impl Strategy<Value = Vec<f64>> {
    let step = prop::sample::select(vec![10.0, 7.5, 22.5, 2.5]);
    (step, -40_i32..40, 0.0..1.0).prop_map(|(step, first, part)| {
        let most = (DEGREES / step) as usize + 1;
        let n = ((most as f64 * part * 1.5) as usize).clamp(2, most);
        let first = f64::from(first) * 5.0;
        (0..n).map(|i| first + i as f64 * step).collect()
    })
}

fn build(kind: AxisKind, mut centres: Vec<f64>, falling: bool, stored_single: bool) -> Axis {
    if falling {
        centres.reverse();
    }
    if stored_single {
        single(kind, &centres)
    } else {
        axis(kind, &centres)
    }
}

fn order(falling: bool) -> Order {
    if falling {
        Order::Falling
    } else {
        Order::Rising
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn windows_are_as_defined(
        centres in centres(40),
        ends in (prop_oneof![(-700_i32..700).prop_map(|t| f64::from(t) / 10.0), -70.0..70.0],
                 prop_oneof![(1_u32..400).prop_map(|t| f64::from(t) / 10.0), 0.01..40.0]),
        step in prop_oneof![(1_u32..100).prop_map(|t| f64::from(t) / 10.0), 0.05..10.0],
        flags: [bool; 4],
    ) {
        let [falling, inverted, stored_single, both] = flags;
        let axis = build(AxisKind::Z, centres, falling, stored_single);
        let target = range(ends.0, ends.0 + ends.1, step, order(inverted));
        let closed = if both { Closed::Both } else { Closed::Left };
        let expected = by_definition(&target, &axis, closed);
        match indices(&target, &axis, closed) {
            Ok(windows) => prop_assert_eq!(windows, expected),
            Err(_) => prop_assert!(expected.iter().all(Vec::is_empty)),
        }
    }

    #[test]
    fn longitude_windows_are_as_defined(
        centres in longitudes(),
        start in prop_oneof![(-80_i32..80).prop_map(|t| f64::from(t) * 5.0), -400.0..400.0],
        width in prop_oneof![
            Just(360.0),
            (1_u32..72).prop_map(|t| f64::from(t) * 5.0),
            0.1..360.0,
        ],
        step in prop_oneof![(1_u32..80).prop_map(|t| f64::from(t) * 2.5), 0.5..200.0],
        flags: [bool; 4],
    ) {
        let [falling, inverted, stored_single, both] = flags;
        let axis = build(AxisKind::X, centres, falling, stored_single);
        let target = range(start, start + width, step, order(inverted));
        let closed = if both { Closed::Both } else { Closed::Left };
        let expected = by_definition(&target, &axis, closed);
        match indices(&target, &axis, closed) {
            Ok(windows) => prop_assert_eq!(windows, expected),
            Err(_) => prop_assert!(expected.iter().all(Vec::is_empty)),
        }
    }

    #[test]
    fn windows_tile_exactly(
        centres in longitudes(),
        start in -400.0..400.0,
        width in 0.1..=360.0,
        step in 0.5..200.0,
        flags: [bool; 3],
    ) {
        let [falling, stored_single, cyclic] = flags;
        let kind = if cyclic { AxisKind::X } else { AxisKind::Other };
        let axis = build(kind, centres, falling, stored_single);
        let many = range(start, start + width, step, Order::Rising);
        let one = range(start, start + width, 400.0, Order::Rising);
        let Ok(whole) = indices(&one, &axis, Closed::Left) else {
            prop_assert!(indices(&many, &axis, Closed::Left).is_err());
            return Ok(());
        };
        let mut windows = indices(&many, &axis, Closed::Left).unwrap();
        if falling {
            windows.reverse();
        }
        prop_assert_eq!(windows.concat(), whole.concat());
    }

    #[test]
    fn a_flipped_axis_gives_mirrored_runs(
        centres in longitudes(),
        start in -400.0..400.0,
        width in 0.1..=360.0,
        step in 0.5..200.0,
        flags: [bool; 2],
    ) {
        let [both, cyclic] = flags;
        let kind = if cyclic { AxisKind::X } else { AxisKind::Other };
        let closed = if both { Closed::Both } else { Closed::Left };
        let target = range(start, start + width, step, Order::Rising);
        let up = build(kind, centres.clone(), false, false);
        let down = build(kind, centres, true, false);
        let n = up.len();
        // The two drop different columns of a repeated one, at the same place.
        if up.ring_len() != n {
            return Ok(());
        }
        let mirrored = |windows: Vec<Vec<usize>>| -> Vec<Vec<usize>> {
            let mirror = |w: Vec<usize>| w.iter().rev().map(|i| n - 1 - i).collect();
            windows.into_iter().map(mirror).collect()
        };
        let up = indices(&target, &up, closed).map(mirrored);
        prop_assert_eq!(up, indices(&target, &down, closed));
    }

    #[test]
    fn rolled_longitudes_give_the_same_cells(
        step in prop::sample::select(vec![10.0, 7.5, 22.5]),
        roll in 0_usize..60,
        start in (-80_i32..80).prop_map(|t| f64::from(t) * 5.0),
        width in prop_oneof![Just(360.0), 1.0..360.0],
        window in 1.0..200.0,
        both: bool,
    ) {
        let closed = if both { Closed::Both } else { Closed::Left };
        let n = (DEGREES / step) as usize;
        let target = range(start, start + width, window, Order::Rising);
        let places = |first: f64| {
            let axis = axis(AxisKind::X, &super::lattice(first, step, n));
            let windows = indices(&target, &axis, closed);
            windows.map(|windows| {
                let place = |&i: &usize| axis.centres()[i].rem_euclid(DEGREES);
                let places = |w: &Vec<usize>| w.iter().map(place).collect::<Vec<f64>>();
                windows.iter().map(places).collect::<Vec<_>>()
            })
        };
        let (plain, rolled) = (places(0.0), places(roll as f64 * step - 180.0 * 2.0));
        prop_assert_eq!(plain.ok(), rolled.ok());
    }
}
