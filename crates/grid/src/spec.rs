//! What is asked of one dimension, and its one-line spelling.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// The request for one dimension: `latitude=-90:90:2.5:invert`.
///
/// The text is `NAME=START:STOP[:STEP][:invert]` or `NAME=VALUE`; `/` may stand for `:`, the step is 1
/// unless given. [`FromStr`] reads it and [`fmt::Display`] writes it back (a single value without step
/// and order, which mean nothing to it). Parsing does not judge the range: [`Target::try_new`] does.
///
/// [`Target::try_new`]: crate::Target::try_new
///
/// # Example
/// ```
/// use rsmp_grid::{DimSpec, Extent, Order};
///
/// let spec: DimSpec = "lat=-90/90/0.5/invert".parse()?;
/// assert_eq!(spec.extent, Extent::Range { start: -90.0, stop: 90.0 });
/// assert_eq!(spec.order, Order::Falling);
/// assert_eq!(spec.to_string(), "lat=-90:90:0.5:invert");
/// # Ok::<(), rsmp_grid::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DimSpec {
    /// The dimension, by the name the asker used.
    pub dimension: String,
    /// The part of the axis that is asked for.
    pub extent: Extent,
    /// The width of a window, in the unit of the coordinate.
    pub step: f64,
    /// The order in which windows are written.
    pub order: Order,
}

/// The part of an axis that is asked for, in the unit of the coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Extent {
    /// Both ends included, the lower first.
    Range {
        /// The lower edge of the lowest window.
        start: f64,
        /// The upper edge of the highest window.
        stop: f64,
    },
    /// The one cell at this coordinate.
    Value(f64),
}

/// The order in which windows are written, whatever the order of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// From low to high.
    #[default]
    Rising,
    /// From high to low: `invert`.
    Falling,
}

impl FromStr for DimSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some((name, rest)) = text.split_once('=') else {
            return Err(Error::MissingEquals {
                text: text.to_owned(),
            });
        };
        let dimension = name.trim().to_owned();
        if dimension.is_empty() {
            return Err(Error::MissingName {
                text: text.to_owned(),
            });
        }
        let parts: Vec<&str> = rest.split([':', '/']).map(str::trim).collect();
        if parts.iter().any(|part| looks_like_date(part)) {
            return Err(Error::TimeWindow {
                dimension,
                text: rest.to_owned(),
            });
        }
        let number = |text: &str| number(&dimension, text);
        let range = |start: &str, stop: &str| -> Result<Extent> {
            Ok(Extent::Range {
                start: number(start)?,
                stop: number(stop)?,
            })
        };
        let (extent, step, order) = match parts[..] {
            [value] => (Extent::Value(number(value)?), 1.0, Order::Rising),
            [start, stop] => (range(start, stop)?, 1.0, Order::Rising),
            [start, stop, "invert"] => (range(start, stop)?, 1.0, Order::Falling),
            [start, stop, step] => (range(start, stop)?, number(step)?, Order::Rising),
            [start, stop, step, "invert"] => (range(start, stop)?, number(step)?, Order::Falling),
            [_, _, _, flag] => {
                return Err(Error::UnknownFlag {
                    flag: flag.to_owned(),
                    dimension,
                });
            }
            _ => {
                return Err(Error::TooManyParts {
                    text: rest.to_owned(),
                    found: parts.len(),
                    dimension,
                });
            }
        };
        Ok(Self {
            dimension,
            extent,
            step,
            order,
        })
    }
}

impl fmt::Display for DimSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.extent {
            Extent::Value(value) => write!(f, "{}={value}", self.dimension),
            Extent::Range { start, stop } => {
                write!(f, "{}={start}:{stop}:{}", self.dimension, self.step)?;
                match self.order {
                    Order::Rising => Ok(()),
                    Order::Falling => f.write_str(":invert"),
                }
            }
        }
    }
}

fn number(dimension: &str, text: &str) -> Result<f64> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(Error::NotANumber {
            dimension: dimension.to_owned(),
            text: text.to_owned(),
        }),
    }
}

/// Whether the text begins as an ISO 8601 date does: a year of four digits, `-`, a month.
fn looks_like_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 5
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[5].is_ascii_digit()
}

#[cfg(test)]
mod tests;
