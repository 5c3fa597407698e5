//! An axis seen as a rising line of positions; a cyclic one goes on without end both ways.

use crate::axis::{Axis, Direction};
use crate::run::Run;

/// More circles than this away from the source is nowhere; keeps positions countable.
const MOST_TURNS: f64 = 1e9;

/// What moving a coordinate by whole circles may cost in float64.
const TURN_ROUNDING: f64 = 1e-12;

/// The cells of an axis by rising coordinate.
///
/// Place `k` is cell `k` in rising order. On a cyclic axis of `n` cells, place `k + n` is the same cell one
/// period higher; else places are `0..n`, and `n` stands for "past the end".
pub(crate) struct Unrolled<'a> {
    axis: &'a Axis,
    n: i64,
    period: Option<f64>,
}

impl<'a> Unrolled<'a> {
    pub(crate) fn new(axis: &'a Axis) -> Self {
        Self {
            axis,
            n: axis.ring_len() as i64,
            period: axis.ring().map(|ring| ring.period),
        }
    }

    /// How many distinct cells.
    pub(crate) fn n(&self) -> i64 {
        self.n
    }

    pub(crate) fn period(&self) -> Option<f64> {
        self.period
    }

    /// The source index of the cell at a place.
    pub(crate) fn cell(&self, place: i64) -> usize {
        let rising = place.rem_euclid(self.n);
        let index = match self.axis.direction() {
            Direction::Rising => rising,
            Direction::Falling => self.n - 1 - rising,
        };
        index as usize
    }

    /// The coordinate of a place, periods included.
    pub(crate) fn position(&self, place: i64) -> f64 {
        let turns = place.div_euclid(self.n) as f64;
        self.axis.centres()[self.cell(place)] + self.period.map_or(0.0, |p| p * turns)
    }

    /// The coordinate of a place as the source has it.
    pub(crate) fn stored(&self, place: i64) -> f64 {
        self.axis.centres()[self.cell(place)]
    }

    /// The first place whose position is `x` or above.
    pub(crate) fn first_from(&self, x: f64) -> i64 {
        self.partition(x, |position, x| position < x)
    }

    /// The first place whose position is above `x`.
    pub(crate) fn first_above(&self, x: f64) -> i64 {
        self.partition(x, |position, x| position <= x)
    }

    /// How near to the edge a centre must be to lie on it.
    ///
    /// Neighbours closer than the spacing of the whole axis narrow it: on an irregular axis a thousandth of
    /// the median may be more than the distance of two cells.
    pub(crate) fn tolerance(&self, edge: f64) -> f64 {
        let stored = edge - self.period.map_or(0.0, |p| p * self.turns(edge));
        let rounding = if stored == edge { 0.0 } else { TURN_ROUNDING };
        let gap = self.gap(edge).min(self.axis.spacing());
        self.axis.tolerance(gap, stored).max(rounding)
    }

    /// The distance of the two neighbouring cells around `x`, or next to it past the ends.
    fn gap(&self, x: f64) -> f64 {
        let upper = self.first_from(x);
        match self.period {
            None if self.n == 1 => self.axis.spacing(),
            None => {
                let upper = upper.clamp(1, self.n - 1);
                self.stored(upper) - self.stored(upper - 1)
            }
            Some(_) => self.position(upper) - self.position(upper - 1),
        }
    }

    /// What an exact comparison with `edge` must allow: nothing, unless whole circles lie between.
    pub(crate) fn rounding(&self, edge: f64) -> f64 {
        if self.turns(edge) == 0.0 {
            0.0
        } else {
            TURN_ROUNDING
        }
    }

    /// Whether `x` is within the outer bounds of the cells; a closed circle has no outside.
    pub(crate) fn covers(&self, x: f64) -> bool {
        let bounds = self.axis.bounds();
        let low = bounds[self.cell(0)][0];
        let high = bounds[self.cell(self.n - 1)][1];
        let slack = self.tolerance(x);
        let Some(period) = self.period else {
            return low - slack <= x && x <= high + slack;
        };
        let repeated = self.n < self.axis.len() as i64;
        let closed = repeated || high - low >= period - slack;
        closed || (x - low + slack).rem_euclid(period) <= high - low + 2.0 * slack
    }

    /// The run of the places `from..to`, in rising index order.
    pub(crate) fn run(&self, from: i64, to: i64) -> Run {
        let len = (to - from).min(self.n);
        if len <= 0 {
            return Run::default();
        }
        let first = match self.axis.direction() {
            Direction::Rising => from,
            Direction::Falling => from + len - 1,
        };
        Run {
            start: self.cell(first),
            len: len as usize,
        }
    }

    fn turns(&self, x: f64) -> f64 {
        self.period.map_or(0.0, |period| {
            let turns = ((x - self.stored(0)) / period).floor();
            turns.clamp(-MOST_TURNS, MOST_TURNS)
        })
    }

    /// The first place that is not `before` `x`; `before` must hold for a prefix of the places.
    fn partition(&self, x: f64, before: impl Fn(f64, f64) -> bool) -> i64 {
        let turns = self.turns(x);
        let x = x - self.period.map_or(0.0, |p| p * turns);
        let (mut low, mut high) = (0, self.n);
        while low < high {
            let middle = low + (high - low) / 2;
            if before(self.stored(middle), x) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        turns as i64 * self.n + low
    }
}
