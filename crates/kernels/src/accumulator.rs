//! What a reduction carries between pieces of the source.

use crate::{
    Block, ElementType, Error, Extremes, Method, Missing, Number, Picks, Reduced, Result, Segment,
    Sums, WeightedSums, Weights,
    element::with_element,
    extremes::{Max, Min},
    folded::Folded,
    picks::Pick,
    sums::Exact,
};
use std::{any::Any, fmt::Debug, ops::Range};

/// The state of the windows of a box of target cells while pieces of the source arrive.
///
/// Pieces may be pushed to accumulators of their own and merged. The result is the same to the bit as
/// long as the pieces are the same and are merged in the same order; `count`, `min`, `max`, `first`,
/// `last` and `nearest` do not depend on the order either.
pub trait Accumulator: Debug + Send {
    /// Takes in one piece of the source.
    ///
    /// `weights` and `segments` have one entry per axis of `block`; the segments are those of
    /// [`Weights::pieces`] for the piece that the block is. Cells outside every segment are not looked
    /// at, so a padded block is fine.
    ///
    /// # Errors
    /// [`Error::Rank`], [`Error::Type`] or [`Error::Segment`] when the arguments do not fit together.
    fn push(
        &mut self,
        block: &Block<'_>,
        weights: &[Weights],
        segments: &[&[Segment]],
    ) -> Result<()>;

    /// Takes in what another accumulator of the same kind, for a box inside this one's, has gathered.
    ///
    /// # Errors
    /// [`Error::Kind`] for another kind, [`Error::Segment`] for a box that is not inside.
    fn merge(&mut self, other: Box<dyn Accumulator>) -> Result<()>;

    /// Makes the values of the box, in C order.
    ///
    /// # Errors
    /// [`Error::Overflow`] for an integer sum beyond 64 bits.
    fn finish(self: Box<Self>, weights: &[Weights], min_valid: f64) -> Result<Reduced>;

    /// The accumulator as a value whose type can be asked.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// A reduction: what is computed, of which type of elements, and which of them are missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Reduction {
    /// The method.
    pub method: Method,
    /// Type of the stored elements.
    pub element_type: ElementType,
    /// Marks of missing data in the stored elements, beside NaN.
    pub missing: Vec<Number>,
    /// How stored elements become values; `None` when they are the values.
    pub packing: Option<Packing>,
    /// Share of non-missing cells, from 0 to 1, below which a window is missing. By weight for
    /// [`Method::AreaMean`], by number for all others. A window without any is missing anyway, but for
    /// [`Method::Count`], which is 0.
    pub min_valid: f64,
}

/// The CF packing of an array: value = stored × `scale` + `offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packing {
    /// `scale_factor`.
    pub scale: f64,
    /// `add_offset`.
    pub offset: f64,
}

impl Reduction {
    /// A reduction of unpacked elements with NaN alone as missing data.
    pub fn new(method: Method, element_type: ElementType) -> Self {
        Self {
            method,
            element_type,
            missing: Vec::new(),
            packing: None,
            min_valid: 0.0,
        }
    }

    /// An empty accumulator for a box of target cells, one range per axis.
    pub fn accumulator(&self, targets: &[Range<usize>]) -> Box<dyn Accumulator> {
        with_element!(self.element_type, T => self.typed::<T>(targets))
    }

    fn typed<T: Exact>(&self, targets: &[Range<usize>]) -> Box<dyn Accumulator> {
        let missing = Missing::<T>::new(&self.missing);
        // A negative scale turns the order of stored values round.
        let falling = self.packing.is_some_and(|packing| packing.scale < 0.0);
        match (self.method, falling) {
            (Method::Mean | Method::Sum | Method::Count, _) => {
                Box::new(Folded::new(Sums::<T>::new(self.method), missing, targets))
            }
            (Method::AreaMean, _) => {
                Box::new(Folded::new(WeightedSums::<T>::default(), missing, targets))
            }
            (Method::Min, false) | (Method::Max, true) => {
                Box::new(Folded::new(Extremes::<T, Min>::default(), missing, targets))
            }
            (Method::Max, false) | (Method::Min, true) => {
                Box::new(Folded::new(Extremes::<T, Max>::default(), missing, targets))
            }
            (Method::First | Method::Nearest, _) => {
                Box::new(Picks::new(Pick::First, missing, targets))
            }
            (Method::Last, _) => Box::new(Picks::new(Pick::Last, missing, targets)),
        }
    }

    /// Makes the values of an accumulator's box: finished, unpacked, in C order.
    ///
    /// # Errors
    /// [`Error::Overflow`] for an integer sum beyond 64 bits.
    pub fn finish(
        &self,
        accumulator: Box<dyn Accumulator>,
        weights: &[Weights],
    ) -> Result<Reduced> {
        let (reduced, counts) = accumulator.finish(weights, self.min_valid)?.into_parts();
        let Some(packing) = self.packing else {
            return Ok(reduced);
        };
        Ok(match self.method {
            Method::Count => reduced,
            Method::Sum => reduced.unpack(packing.scale, |i| counts[i] as f64 * packing.offset),
            _ => reduced.unpack(packing.scale, |_| packing.offset),
        })
    }

    /// Bytes of memory that an accumulator takes per target cell.
    pub fn bytes_per_target(&self) -> usize {
        let element = self.element_type.size();
        match self.method {
            Method::Mean | Method::Sum | Method::Count => 32,
            Method::AreaMean => 40,
            Method::Min | Method::Max => 16 + element,
            Method::First | Method::Last | Method::Nearest => 24 + element,
        }
    }
}

/// Checks what every push has to check, before any element is touched.
pub(crate) fn check(
    shape: &[usize],
    targets: &[Range<usize>],
    weights: &[Weights],
    segments: &[&[Segment]],
) -> Result<()> {
    let rank = shape.len();
    if weights.len() != rank || segments.len() != rank || targets.len() != rank {
        return Err(Error::Rank {
            block: rank,
            weights: weights.len(),
            segments: segments.len(),
        });
    }
    for (axis, segments) in segments.iter().enumerate() {
        for segment in *segments {
            if segment.source.end > shape[axis] {
                return Err(Error::Segment {
                    axis,
                    end: segment.source.end,
                    len: shape[axis],
                });
            }
            if !targets[axis].contains(&segment.target) || segment.target >= weights[axis].len() {
                let end = segment.target + 1;
                return Err(Error::Segment {
                    axis,
                    end,
                    len: targets[axis].end,
                });
            }
        }
    }
    Ok(())
}
