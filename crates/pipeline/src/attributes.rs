//! The metadata of the output: attributes, and the variables that go along.

use crate::Dimension;
use rsmp_kernels::Method;
use rsmp_storage::{Dataset, Result, Variable, cf};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Attributes in the units of the stored values, which do not hold for unpacked ones (CF section 8.1).
const RANGE_ATTRIBUTES: [&str; 4] = ["valid_range", "valid_min", "valid_max", "actual_range"];

/// The attributes of an output variable: the source's, but for those of packing, with `cell_methods`.
pub(crate) fn of_variable(
    source: &Dataset,
    variable: &Variable,
    dimensions: &[Arc<Dimension>],
    method: Method,
) -> Result<Map<String, Value>> {
    let mut attributes = variable.attributes().clone();
    // Counts and sums have another range, too.
    let other_range =
        variable.packing()?.is_some() || matches!(method, Method::Count | Method::Sum);
    attributes.retain(|key, _| {
        let key = key.as_str();
        let of_range = other_range && RANGE_ATTRIBUTES.contains(&key);
        !of_range && !cf::STORAGE_ATTRIBUTES.contains(&key)
    });
    // The areas that `cell_measures` names are those of the source's cells.
    attributes.shift_remove("cell_measures");
    // Auxiliary coordinates along a resampled dimension are not carried over.
    if let Some(Value::String(names)) = attributes.shift_remove("coordinates") {
        let is_kept = |name: &&str| {
            let variable = source.variables().find(|variable| variable.name() == *name);
            variable.is_some_and(|variable| is_untouched(variable, dimensions))
        };
        let kept: Vec<&str> = names.split_whitespace().filter(is_kept).collect();
        if !kept.is_empty() {
            attributes.insert("coordinates".to_owned(), kept.join(" ").into());
        }
    }
    if method == Method::Count {
        attributes.insert("units".to_owned(), "1".into());
    }
    if let Some(word) = cell_method(method) {
        let named = variable
            .dimensions()
            .iter()
            .filter(|name| dimensions.iter().any(|dimension| dimension.name() == *name));
        let ours: String = named.flat_map(|name| [name, ": "]).chain([word]).collect();
        let all = match attributes.get("cell_methods").and_then(Value::as_str) {
            Some(before) if !before.is_empty() => format!("{before} {ours}"),
            _ => ours,
        };
        attributes.insert("cell_methods".to_owned(), all.into());
    }
    Ok(attributes)
}

/// The word of CF appendix E for a method; a count has none.
fn cell_method(method: Method) -> Option<&'static str> {
    Some(match method {
        Method::Mean => "mean",
        Method::AreaMean => "mean (area-weighted)",
        Method::Sum => "sum",
        Method::Min => "minimum",
        Method::Max => "maximum",
        Method::First | Method::Last | Method::Nearest => "point",
        _ => return None,
    })
}

/// The global attributes: the source's, with one more line of `history`, newest first as CDO and NCO do.
pub(crate) fn global(source: &Map<String, Value>, line: &str) -> Map<String, Value> {
    let mut attributes = source.clone();
    let history = match attributes.get("history").and_then(Value::as_str) {
        Some(before) if !before.is_empty() => format!("{line}\n{before}"),
        _ => line.to_owned(),
    };
    attributes.insert("history".to_owned(), history.into());
    attributes
}

/// The variables that are copied as they are: those named, and of every output its coordinates, their
/// bounds, and its grid mapping, as far as no resampled dimension is in them; also all scalars.
pub(crate) fn companions<'a>(
    source: &Dataset,
    dimensions: &[Arc<Dimension>],
    outputs: impl Iterator<Item = &'a Variable>,
    named: &[Variable],
) -> Vec<Variable> {
    let outputs: Vec<&Variable> = outputs.collect();
    let mut wanted: Vec<String> = named.iter().map(|v| v.name().to_owned()).collect();
    for variable in outputs.iter().copied().chain(named) {
        wanted.extend(variable.dimensions().iter().cloned());
        for key in ["grid_mapping", "coordinates"] {
            let names = variable
                .attributes()
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default();
            wanted.extend(
                names
                    .split_whitespace()
                    .map(|name| name.trim_end_matches(':').to_owned()),
            );
        }
    }
    let bounds: Vec<String> = wanted
        .iter()
        .filter_map(|name| source.bounds(source.coordinate(name)?))
        .map(|bounds| bounds.name().to_owned())
        .collect();
    wanted.extend(bounds);
    source
        .variables()
        .filter(|variable| {
            let name = variable.name();
            let is_output = outputs.iter().any(|output| output.name() == name);
            let scalar = variable.dimensions().is_empty();
            !is_output
                && is_untouched(variable, dimensions)
                && (scalar || wanted.iter().any(|w| w == name))
        })
        .cloned()
        .collect()
}

fn is_untouched(variable: &Variable, dimensions: &[Arc<Dimension>]) -> bool {
    let is_named = |name: &String| dimensions.iter().any(|dimension| dimension.name() == name);
    !variable.dimensions().iter().any(is_named)
}
