//! What a downscaled field has to be, by brute force: every cell is asked, by its coordinate, for every
//! window. A second reading of docs/semantics.md that shares no line with the program.

/// A field as people think of it: unpacked, NaN where missing, with the coordinates of its dimensions.
pub(crate) struct Source {
    pub(crate) dimensions: Vec<(String, Vec<f64>)>,
    pub(crate) values: Vec<f64>,
    /// Whether the coordinates were stored as float32.
    pub(crate) single: bool,
}

/// The question.
pub(crate) struct Ask<'a> {
    /// `NAME=START:STOP:STEP[:invert]` or `NAME=VALUE` each.
    pub(crate) dimensions: &'a [&'a str],
    pub(crate) method: &'a str,
    pub(crate) both: bool,
    pub(crate) min_valid: f64,
}

/// Cells of a window along one dimension: index and weight.
type Members = Vec<(usize, f64)>;

pub(crate) fn downscale(source: &Source, ask: &Ask<'_>) -> Vec<f64> {
    let axes = source.dimensions.iter().map(|(name, centres)| {
        let spec = ask
            .dimensions
            .iter()
            .find_map(|spec| spec.strip_prefix(&format!("{name}=")));
        match spec {
            None => (0..centres.len()).map(|i| vec![(i, 1.0)]).collect(),
            Some(spec) => members(&Axis::new(name, centres, source.single), spec, ask),
        }
    });
    let axes: Vec<Vec<Members>> = axes.collect();
    let lens: Vec<usize> = source
        .dimensions
        .iter()
        .map(|(_, centres)| centres.len())
        .collect();
    product(&axes.iter().map(Vec::len).collect::<Vec<_>>())
        .map(|window| {
            let lists: Vec<&Members> = axes.iter().zip(&window).map(|(a, &i)| &a[i]).collect();
            let cells = product(&lists.iter().map(|list| list.len()).collect::<Vec<_>>());
            let cells: Vec<(f64, f64)> = cells
                .map(|at| {
                    let picked: Vec<_> = lists.iter().zip(at).map(|(list, i)| list[i]).collect();
                    let ordinal = picked
                        .iter()
                        .zip(&lens)
                        .fold(0, |n, ((i, _), len)| n * len + i);
                    (
                        source.values[ordinal],
                        picked.iter().map(|(_, weight)| weight).product(),
                    )
                })
                .collect();
            reduce(&cells, ask)
        })
        .collect()
}

struct Axis<'a> {
    centres: &'a [f64],
    spacing: f64,
    latitude: bool,
    longitude: bool,
    single: bool,
}

impl<'a> Axis<'a> {
    fn new(name: &str, centres: &'a [f64], single: bool) -> Self {
        let spacing = (centres[1] - centres[0]).abs();
        // A repeated column counts once.
        let whole = (centres[centres.len() - 1] - centres[0]).abs() > 360.0 - 0.5 * spacing;
        let longitude = name.starts_with("lon");
        let n = if longitude && whole {
            centres.len() - 1
        } else {
            centres.len()
        };
        let latitude = name.starts_with("lat");
        Self {
            centres: &centres[..n],
            spacing,
            latitude,
            longitude,
            single,
        }
    }

    fn tolerance(&self, at: f64) -> f64 {
        let step = if self.single {
            2.0 * f64::from(f32::EPSILON) * at.abs()
        } else {
            0.0
        };
        step.max(1e-3 * self.spacing)
    }

    /// A centre as seen from a range that begins at `start`.
    fn seen(&self, centre: f64, start: f64) -> f64 {
        let slack = self.tolerance(start);
        if self.longitude {
            start + (centre - start + slack).rem_euclid(360.0) - slack
        } else {
            centre
        }
    }

    /// From half-way to the neighbours; at the ends as far out as in.
    fn weight(&self, i: usize) -> f64 {
        let (centres, last) = (self.centres, self.centres.len() - 1);
        let half = |a: usize, b: usize| (centres[b] - centres[a]).abs() / 2.0;
        let before = if i > 0 { half(i - 1, i) } else { half(0, 1) };
        let after = if i < last {
            half(i, i + 1)
        } else {
            half(last - 1, last)
        };
        let falling = centres[1] < centres[0];
        let (below, above) = if falling {
            (after, before)
        } else {
            (before, after)
        };
        let (low, high) = (centres[i] - below, centres[i] + above);
        let sine = |degrees: f64| degrees.clamp(-90.0, 90.0).to_radians().sin();
        match (self.latitude, self.longitude) {
            (true, _) => sine(high) - sine(low),
            (_, true) => high - low,
            _ => 1.0,
        }
    }

    /// Places in the order of the source, rolled to begin at `start`.
    fn order(&self, start: f64) -> Vec<(usize, f64)> {
        let seen = self.centres.iter().map(|&centre| self.seen(centre, start));
        let mut places: Vec<(usize, f64)> = seen.enumerate().collect();
        let rising = self.centres[1] > self.centres[0];
        places.sort_by(|a, b| {
            if rising {
                a.1.total_cmp(&b.1)
            } else {
                b.1.total_cmp(&a.1)
            }
        });
        places
    }
}

fn members(axis: &Axis<'_>, spec: &str, ask: &Ask<'_>) -> Vec<Members> {
    let parts: Vec<&str> = spec.split(':').collect();
    let number = |i: usize| parts[i].parse::<f64>().unwrap();
    if parts.len() == 1 {
        let near =
            |c: f64| (axis.seen(c, number(0)) - number(0)).abs() <= axis.tolerance(number(0));
        let found = axis
            .centres
            .iter()
            .position(|&centre| near(centre))
            .unwrap();
        return vec![vec![(found, axis.weight(found))]];
    }
    let (start, stop, step) = (number(0), number(1), number(2));
    let n = ((stop - start) / step - 1e-9).ceil().max(1.0) as usize;
    let edge = |i: usize| {
        if i == n {
            stop
        } else {
            start + i as f64 * step
        }
    };
    let mut windows: Vec<Members> = (0..n)
        .map(|i| {
            let (low, high) = (edge(i), edge(i + 1));
            if ask.method == "nearest" {
                return nearest(axis, f64::midpoint(low, high))
                    .into_iter()
                    .collect();
            }
            let inside = |seen: f64| {
                if ask.both {
                    // Rolling a longitude rounds it.
                    return low <= seen + 1e-9 && seen <= high + 1e-9;
                }
                let above = seen >= low - axis.tolerance(low);
                let slack = axis.tolerance(high);
                above
                    && if i + 1 == n {
                        seen <= high + slack
                    } else {
                        seen < high - slack
                    }
            };
            let held = axis
                .order(start)
                .into_iter()
                .filter(|(_, seen)| inside(*seen));
            held.map(|(i, _)| (i, axis.weight(i))).collect()
        })
        .collect();
    if parts.last() == Some(&"invert") {
        windows.reverse();
    }
    windows
}

/// The nearest cell, of two the lower one, none beyond half a cell past the ends.
fn nearest(axis: &Axis<'_>, middle: f64) -> Option<(usize, f64)> {
    let around = |centre: f64| {
        if axis.longitude {
            centre + 360.0 * ((middle - centre) / 360.0).round()
        } else {
            centre
        }
    };
    let near = |centre: f64| (around(centre) - middle).abs();
    let least = axis
        .centres
        .iter()
        .map(|&c| near(c))
        .fold(f64::INFINITY, f64::min);
    let slack = axis.tolerance(middle);
    let close = axis
        .centres
        .iter()
        .enumerate()
        .filter(|(_, c)| near(**c) <= least + slack);
    let lowest = close.min_by(|a, b| around(*a.1).total_cmp(&around(*b.1)))?;
    (least <= axis.spacing / 2.0 + slack).then_some((lowest.0, 1.0))
}

fn reduce(cells: &[(f64, f64)], ask: &Ask<'_>) -> f64 {
    let valid: Vec<(f64, f64)> = cells
        .iter()
        .copied()
        .filter(|cell| !cell.0.is_nan())
        .collect();
    let weight = |cells: &[(f64, f64)]| cells.iter().map(|cell| cell.1).sum::<f64>();
    let share = match ask.method {
        "area-mean" => weight(&valid) / weight(cells),
        _ => valid.len() as f64 / cells.len() as f64,
    };
    if ask.method == "count" {
        return valid.len() as f64;
    }
    if valid.is_empty() || share < ask.min_valid {
        return f64::NAN;
    }
    let values = valid.iter().map(|cell| cell.0);
    match ask.method {
        "mean" => values.sum::<f64>() / valid.len() as f64,
        "area-mean" => valid.iter().map(|(v, w)| v * w).sum::<f64>() / weight(&valid),
        "sum" => values.sum(),
        "min" => values.fold(f64::INFINITY, f64::min),
        "max" => values.fold(f64::NEG_INFINITY, f64::max),
        "last" => valid[valid.len() - 1].0,
        "first" | "nearest" => valid[0].0,
        other => panic!("no method {other}"),
    }
}

/// Every index of a shape, in C order.
fn product(lens: &[usize]) -> impl Iterator<Item = Vec<usize>> + use<> {
    let lens = lens.to_vec();
    (0..lens.iter().product()).map(move |mut ordinal: usize| {
        let mut index = vec![0; lens.len()];
        for (i, len) in index.iter_mut().zip(&lens).rev() {
            *i = ordinal % len;
            ordinal /= len;
        }
        index
    })
}
