//! Where the cells of an axis end, and how large they are.

use crate::axis::AxisKind;
use crate::error::{Error, Result};

/// Bounds midway between the centres as `[low, high]`, ends extended by half the neighbouring spacing.
pub(crate) fn midway(centres: &[f64]) -> Vec<[f64; 2]> {
    let n = centres.len();
    let edge = |i: usize| match i {
        _ if n == 1 => centres[0],
        0 => centres[0] - (centres[1] - centres[0]) / 2.0,
        _ if i == n => centres[n - 1] + (centres[n - 1] - centres[n - 2]) / 2.0,
        _ => f64::midpoint(centres[i - 1], centres[i]),
    };
    (0..n).map(|i| ordered([edge(i), edge(i + 1)])).collect()
}

/// Orders each pair, moves those of a cyclic axis to their centre, and checks that they enclose it.
pub(crate) fn settle(
    name: &str,
    centres: &[f64],
    bounds: &mut [[f64; 2]],
    period: Option<f64>,
    slack: f64,
) -> Result<()> {
    if bounds.len() != centres.len() {
        return Err(Error::BoundsLength {
            dimension: name.to_owned(),
            expected: centres.len(),
            found: bounds.len(),
        });
    }
    for (index, (pair, &centre)) in bounds.iter_mut().zip(centres).enumerate() {
        if let Some(&value) = pair.iter().find(|b| !b.is_finite()) {
            return Err(Error::NotFinite {
                dimension: name.to_owned(),
                index,
                value,
            });
        }
        let given = *pair;
        *pair = ordered(given);
        if let Some(period) = period.filter(|_| !encloses(*pair, centre, slack)) {
            *pair = ordered(given.map(|b| b - period * ((b - centre) / period).round()));
        }
        if !encloses(*pair, centre, slack) {
            return Err(Error::BoundsNotEnclosing {
                dimension: name.to_owned(),
                index,
                centre,
                bounds: given,
            });
        }
    }
    Ok(())
}

/// Clips the bounds of latitudes to ±90, and refuses centres that lie beyond.
pub(crate) fn clip_to_poles(
    name: &str,
    centres: &[f64],
    bounds: &mut [[f64; 2]],
    slack: f64,
) -> Result<()> {
    let beyond = |c: &f64| c.abs() > 90.0 + slack;
    if let Some(index) = centres.iter().position(beyond) {
        return Err(Error::BeyondPole {
            dimension: name.to_owned(),
            index,
            value: centres[index],
        });
    }
    for pair in bounds {
        *pair = pair.map(|b| b.clamp(-90.0, 90.0));
    }
    Ok(())
}

/// The relative measure of each cell.
pub(crate) fn measures(kind: AxisKind, bounds: &[[f64; 2]]) -> Vec<f64> {
    let measure = |&[low, high]: &[f64; 2]| match kind {
        AxisKind::Y => (high.to_radians().sin() - low.to_radians().sin()).abs(),
        AxisKind::X => (high - low).to_radians(),
        AxisKind::Z | AxisKind::T | AxisKind::Other => 1.0,
    };
    let measures: Vec<f64> = bounds.iter().map(measure).collect();
    if measures.iter().all(|&m| m == 0.0) {
        return vec![1.0; bounds.len()];
    }
    measures
}

fn ordered([a, b]: [f64; 2]) -> [f64; 2] {
    [a.min(b), a.max(b)]
}

fn encloses([low, high]: [f64; 2], centre: f64, slack: f64) -> bool {
    low - slack <= centre && centre <= high + slack
}
