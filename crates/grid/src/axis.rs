//! The coordinate of one dimension: centres, bounds, direction and, for longitude, the ring.

use crate::cell_bounds;
use crate::error::{Error, Result};

/// Degrees after which a longitude repeats.
const CIRCLE_DEG: f64 = 360.0;

/// What an axis measures.
///
/// `X` is longitude and `Y` latitude, both **in degrees**: they are cyclic and clipped at the poles.
/// Projected coordinates (metres) of either direction are `Other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AxisKind {
    /// Longitude in degrees, cyclic with a period of 360.
    X,
    /// Latitude in degrees.
    Y,
    /// Height, depth, pressure or another vertical coordinate.
    Z,
    /// Time, as a number.
    T,
    /// Anything else, projected x and y among it.
    Other,
}

/// How the coordinate was stored, which says how well it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Precision {
    /// As float32 or coarser: comparisons allow for two float32 steps.
    Single,
    /// As float64 or as integers.
    Double,
}

/// Which way the coordinate goes with the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Low to high; also an axis of one cell.
    Rising,
    /// High to low.
    Falling,
}

/// The closed circle that the cells of a longitude lie on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ring {
    /// How many distinct cells: one less than the axis has where its first column is repeated at the end.
    pub len: usize,
    /// After what distance a coordinate repeats, in the unit of the axis.
    pub period: f64,
}

/// A one-dimensional coordinate: strictly monotonic centres, each inside its bounds.
///
/// # Example
/// ```
/// use rsmp_grid::{Axis, AxisKind, Direction, Precision};
///
/// let lat = Axis::try_new("lat", AxisKind::Y, vec![90.0, 89.0, 88.0], Precision::Double)?;
/// assert_eq!(lat.direction(), Direction::Falling);
/// assert_eq!(lat.bounds(), [[89.5, 90.0], [88.5, 89.5], [87.5, 88.5]]);
/// # Ok::<(), rsmp_grid::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    name: String,
    kind: AxisKind,
    centres: Vec<f64>,
    bounds: Vec<[f64; 2]>,
    precision: Precision,
    direction: Direction,
    spacing: f64,
    ring: Option<Ring>,
}

impl Axis {
    /// Makes an axis whose bounds lie midway between its centres.
    ///
    /// The outer bounds are half the neighbouring spacing past the ends, latitudes clipped to ±90. An
    /// axis of one cell has bounds of no width at its centre.
    ///
    /// # Errors
    /// [`Error::EmptyAxis`], [`Error::NotFinite`], [`Error::NotMonotonic`] or
    /// [`Error::DuplicateCoordinate`] for centres that are no axis; [`Error::AxisBeyondCircle`] for an X
    /// axis over more than 360 degrees, [`Error::BeyondPole`] for a Y axis past ±90.
    pub fn try_new(
        name: impl Into<String>,
        kind: AxisKind,
        centres: Vec<f64>,
        precision: Precision,
    ) -> Result<Self> {
        let name = name.into();
        let direction = check_centres(&name, &centres)?;
        let bounds = cell_bounds::midway(&centres);
        Self::assemble(name, kind, centres, bounds, precision, direction)
    }

    /// Makes an axis with known cell bounds.
    ///
    /// Each pair may come in either order and is kept as `[low, high]`. Bounds of a longitude may be off by
    /// whole circles (`[359.5, 0.5]` around 0) and are moved to enclose their centre; latitudes are
    /// clipped to ±90.
    ///
    /// # Errors
    /// Those of [`Axis::try_new`]; [`Error::BoundsLength`] unless there is one pair for each centre;
    /// [`Error::BoundsNotEnclosing`] for a pair that does not enclose its centre.
    pub fn try_with_bounds(
        name: impl Into<String>,
        kind: AxisKind,
        centres: Vec<f64>,
        mut bounds: Vec<[f64; 2]>,
        precision: Precision,
    ) -> Result<Self> {
        let name = name.into();
        let direction = check_centres(&name, &centres)?;
        let period = (kind == AxisKind::X).then_some(CIRCLE_DEG);
        let slack = tolerance(median_spacing(&centres, &[]), precision, largest(&centres));
        cell_bounds::settle(&name, &centres, &mut bounds, period, slack)?;
        Self::assemble(name, kind, centres, bounds, precision, direction)
    }

    fn assemble(
        name: String,
        kind: AxisKind,
        centres: Vec<f64>,
        mut bounds: Vec<[f64; 2]>,
        precision: Precision,
        direction: Direction,
    ) -> Result<Self> {
        let spacing = median_spacing(&centres, &bounds);
        let ring = match kind {
            AxisKind::X => {
                let slack = tolerance(spacing, precision, CIRCLE_DEG);
                Some(close_ring(&name, &centres, slack)?)
            }
            AxisKind::Y => {
                let slack = tolerance(spacing, precision, 90.0);
                cell_bounds::clip_to_poles(&name, &centres, &mut bounds, slack)?;
                None
            }
            AxisKind::Z | AxisKind::T | AxisKind::Other => None,
        };
        Ok(Self {
            name,
            kind,
            centres,
            bounds,
            precision,
            direction,
            spacing,
            ring,
        })
    }

    /// The name of the dimension.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the axis measures.
    pub fn kind(&self) -> AxisKind {
        self.kind
    }

    /// The number of cells, a repeated cyclic column included; never 0.
    #[expect(clippy::len_without_is_empty, reason = "an axis is never empty")]
    pub fn len(&self) -> usize {
        self.centres.len()
    }

    /// The coordinate values, in index order.
    pub fn centres(&self) -> &[f64] {
        &self.centres
    }

    /// The bounds of each cell as `[low, high]`, in index order, also where the axis falls.
    pub fn bounds(&self) -> &[[f64; 2]] {
        &self.bounds
    }

    /// Which way the coordinate goes with the index.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// How the coordinate was stored.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The median distance between neighbouring centres; of a single cell, the width of its bounds.
    pub fn spacing(&self) -> f64 {
        self.spacing
    }

    /// The circle that the cells lie on: `Some` for every X axis, regional ones too, else `None`.
    pub fn ring(&self) -> Option<Ring> {
        self.ring
    }

    /// The number of distinct cells, over which a [`Run`](crate::Run) counts: `ring().len`, else `len()`.
    pub fn ring_len(&self) -> usize {
        self.ring.map_or(self.len(), |ring| ring.len)
    }

    /// The distance within which a centre is taken to lie on the coordinate `at`, where cells are `gap`
    /// apart: docs/semantics.md section 3.
    pub(crate) fn tolerance(&self, gap: f64, at: f64) -> f64 {
        tolerance(gap, self.precision, at)
    }

    /// The measure of each cell for area weights, in index order.
    ///
    /// `|sin φ_hi - sin φ_lo|` for Y, the width in radians for X, 1 for the others. Where no cell has any
    /// width (an axis of one cell without bounds) each measures 1, so that weights never vanish.
    pub fn measures(&self) -> Vec<f64> {
        cell_bounds::measures(self.kind, &self.bounds)
    }
}

fn check_centres(name: &str, centres: &[f64]) -> Result<Direction> {
    if centres.is_empty() {
        return Err(Error::EmptyAxis {
            dimension: name.to_owned(),
        });
    }
    if let Some((index, &value)) = centres.iter().enumerate().find(|(_, c)| !c.is_finite()) {
        return Err(Error::NotFinite {
            dimension: name.to_owned(),
            index,
            value,
        });
    }
    let falling = centres.len() > 1 && centres[1] < centres[0];
    for (i, pair) in centres.windows(2).enumerate() {
        let (previous, value) = (pair[0], pair[1]);
        if value == previous {
            return Err(Error::DuplicateCoordinate {
                dimension: name.to_owned(),
                index: i + 1,
                value,
            });
        }
        if (value < previous) != falling {
            return Err(Error::NotMonotonic {
                dimension: name.to_owned(),
                index: i + 1,
                previous,
                value,
            });
        }
    }
    Ok(if falling {
        Direction::Falling
    } else {
        Direction::Rising
    })
}

fn close_ring(name: &str, centres: &[f64], slack: f64) -> Result<Ring> {
    let (first, last) = (centres[0], centres[centres.len() - 1]);
    let span = (last - first).abs();
    if span > CIRCLE_DEG + slack {
        return Err(Error::AxisBeyondCircle {
            dimension: name.to_owned(),
            first,
            last,
        });
    }
    let repeated = span >= CIRCLE_DEG - slack;
    Ok(Ring {
        len: centres.len() - usize::from(repeated),
        period: CIRCLE_DEG,
    })
}

/// The median, so that one gap in the axis does not widen every comparison.
fn median_spacing(centres: &[f64], bounds: &[[f64; 2]]) -> f64 {
    let mut gaps: Vec<f64> = centres.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    if gaps.is_empty() {
        return bounds.first().map_or(0.0, |b| b[1] - b[0]);
    }
    gaps.sort_by(f64::total_cmp);
    let upper = gaps[gaps.len() / 2];
    let lower = gaps[(gaps.len() - 1) / 2];
    lower + (upper - lower) / 2.0
}

fn largest(centres: &[f64]) -> f64 {
    centres.iter().fold(0.0, |most, c| c.abs().max(most))
}

fn tolerance(gap: f64, precision: Precision, at: f64) -> f64 {
    let magnitude = at.abs();
    let stored = match precision {
        Precision::Single => {
            let single = magnitude.min(f64::from(f32::MAX) / 2.0) as f32;
            2.0 * f64::from(single.next_up() - single)
        }
        // Edges are computed, so even float64 agrees only to a few steps.
        Precision::Double => 4.0 * f64::EPSILON * magnitude,
    };
    stored.max(1e-3 * gap)
}

#[cfg(test)]
mod tests;
