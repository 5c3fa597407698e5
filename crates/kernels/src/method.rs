//! The methods by name.

use crate::Error;
use std::{fmt, str::FromStr};

/// How the source cells of a window become one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Method {
    /// Arithmetic mean of the non-missing cells.
    #[default]
    Mean,
    /// Mean weighted by the cell weights that were put into the [`Weights`](crate::Weights).
    AreaMean,
    /// Sum of the non-missing cells; missing when there is none.
    Sum,
    /// Number of non-missing cells.
    Count,
    /// Smallest non-missing cell.
    Min,
    /// Largest non-missing cell.
    Max,
    /// First non-missing cell in index order.
    First,
    /// Last non-missing cell in index order.
    Last,
    /// The one cell nearest to the window's centre; missing when that cell is.
    Nearest,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 9] = [
        Self::Mean,
        Self::AreaMean,
        Self::Sum,
        Self::Count,
        Self::Min,
        Self::Max,
        Self::First,
        Self::Last,
        Self::Nearest,
    ];

    /// Every name, in the order of [`ALL`](Self::ALL).
    pub const NAMES: [&'static str; 9] = [
        "mean",
        "area-mean",
        "sum",
        "count",
        "min",
        "max",
        "first",
        "last",
        "nearest",
    ];

    /// The name, as users type it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::AreaMean => "area-mean",
            Self::Sum => "sum",
            Self::Count => "count",
            Self::Min => "min",
            Self::Max => "max",
            Self::First => "first",
            Self::Last => "last",
            Self::Nearest => "nearest",
        }
    }

    /// True when the result is always one of the source's own values, so that it can keep their type.
    pub fn selects(self) -> bool {
        matches!(
            self,
            Self::Min | Self::Max | Self::First | Self::Last | Self::Nearest
        )
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Method {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|method| method.name() == text);
        found.ok_or_else(|| Error::UnknownMethod(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for (method, name) in Method::ALL.into_iter().zip(Method::NAMES) {
            assert_eq!(method.to_string(), name);
            assert_eq!(name.parse(), Ok(method));
        }
        let error = "average".parse::<Method>().unwrap_err().to_string();
        assert!(
            error.contains("`average`") && error.contains("area-mean"),
            "{error}"
        );
    }
}
