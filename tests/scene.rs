//! A made source and its oracle: what is stored, what it means, and whether the binary says the same.

use crate::{
    oracle::{Ask, Source, downscale},
    support::{Place, assert_close},
};
use rsmp_testkit::{Array, DataType, Form, Store};

pub(crate) const METHODS: [&str; 9] = [
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
pub(crate) const MARK: f64 = 100.0;

/// `n` values from `start` in steps.
pub(crate) fn ramp(start: f64, step: f64, n: usize) -> Vec<f64> {
    (0..n).map(|i| start + step * i as f64).collect()
}

/// A made source: what is stored, and what it means.
pub(crate) struct Scene {
    pub(crate) dimensions: Vec<(&'static str, Vec<f64>)>,
    pub(crate) field: Array,
    pub(crate) single: bool,
    pub(crate) form: Form,
}

impl Scene {
    pub(crate) fn new(dimensions: Vec<(&'static str, Vec<f64>)>) -> Self {
        let lens: Vec<(&str, usize)> = dimensions.iter().map(|(n, c)| (*n, c.len())).collect();
        let field = Array::new("field", &lens, DataType::Float32).values(pattern);
        Self {
            dimensions,
            field,
            single: false,
            form: Form::v2(),
        }
    }

    /// 6 by 12 cells of 30 degrees, from south to north and from the date line on.
    pub(crate) fn globe() -> Self {
        Self::new(vec![
            ("lat", ramp(-75.0, 30.0, 6)),
            ("lon", ramp(-165.0, 30.0, 12)),
        ])
    }

    pub(crate) fn field(mut self, change: impl FnOnce(Array) -> Array) -> Self {
        self.field = change(self.field);
        self
    }

    pub(crate) fn store(&self) -> Store {
        let store = Store::new(self.form.clone());
        let coordinates = self.dimensions.iter().map(|(name, centres)| {
            let coordinate = Array::coordinate(name, centres);
            if self.single {
                coordinate.data_type(DataType::Float32)
            } else {
                coordinate
            }
        });
        coordinates
            .fold(store, Store::with)
            .with(self.field.clone())
    }

    pub(crate) fn source(&self, meaning: impl Fn(f64) -> f64) -> Source {
        let stored = |&centre: &f64| {
            if self.single {
                f64::from(centre as f32)
            } else {
                centre
            }
        };
        let owned = self
            .dimensions
            .iter()
            .map(|(name, centres)| ((*name).to_owned(), centres.iter().map(stored).collect()));
        let values = self
            .field
            .stored()
            .iter()
            .map(|&stored| meaning(stored))
            .collect();
        Source {
            dimensions: owned.collect(),
            values,
            single: self.single,
        }
    }

    /// Runs each line of words and compares with the oracle.
    pub(crate) fn check(&self, meaning: impl Fn(f64) -> f64, lines: &[String]) {
        let (place, source) = (Place::with(&self.store()), self.source(meaning));
        for line in lines {
            let _ = std::fs::remove_dir_all(place.path("out.zarr"));
            place.downscale(line);
            let words: Vec<&str> = line.split_whitespace().collect();
            let all = |flag: &str| -> Vec<&str> {
                words
                    .windows(2)
                    .filter(|pair| pair[0] == flag)
                    .map(|pair| pair[1])
                    .collect()
            };
            let ask = Ask {
                dimensions: &all("--dim"),
                method: all("--method").first().copied().unwrap_or("mean"),
                both: all("--closed") == ["both"],
                min_valid: all("--min-valid")
                    .first()
                    .map_or(0.0, |share| share.parse().unwrap()),
            };
            let expected = downscale(&source, &ask);
            assert!(
                expected.iter().any(|value| value.is_finite()),
                "{line} asks for nothing"
            );
            assert_close(&place.read("out.zarr", "field"), &expected, line);
        }
    }
}

/// Small whole numbers, some of them missing: all of one row of windows, and here and there.
pub(crate) fn pattern(index: &[usize]) -> f64 {
    let [.., i, j] = *index else {
        return index[0] as f64;
    };
    let rest: usize = index.iter().rev().skip(2).sum();
    if (i < 2 && j < 3) || (5 * i + 3 * j) % 7 == 0 {
        return MARK;
    }
    ((7 * i + 3 * j + 11 * rest) % 23) as f64
}

pub(crate) fn marked(stored: f64) -> f64 {
    if stored == MARK { f64::NAN } else { stored }
}

pub(crate) fn each_method(words: &str) -> Vec<String> {
    METHODS
        .iter()
        .map(|method| format!("{words} --method {method}"))
        .collect()
}

pub(crate) const WINDOWS: &str = "--dim lat=-90:90:60 --dim lon=-180:180:90";

impl Scene {
    /// As `check`, without the windows that touch no cell at all, which are refused.
    pub(crate) fn check_where_it_touches(&self, lines: &[String]) {
        let source = self.source(marked);
        let touches = |line: &&String| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let method = if words[5] == "nearest" {
                "nearest"
            } else {
                "count"
            };
            let dimensions = &[words[1], words[3]];
            let found = downscale(
                &source,
                &Ask {
                    dimensions,
                    method,
                    both: false,
                    min_valid: 0.0,
                },
            );
            found.iter().any(|value| *value > 0.0)
        };
        self.check(
            marked,
            &lines.iter().filter(touches).cloned().collect::<Vec<_>>(),
        );
    }
}
