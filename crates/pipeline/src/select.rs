//! Which variables a job is about.

use crate::{Dimension, Error, Job, Result};
use rsmp_storage::Variable;
use std::sync::Arc;

/// The variables to reduce, those to copy because they were named, and notes.
pub(crate) fn select(
    job: &Job,
    dimensions: &[Arc<Dimension>],
) -> Result<(Vec<Variable>, Vec<Variable>, Vec<String>)> {
    let has = |variable: &Variable, dimension: &Arc<Dimension>| {
        variable
            .dimensions()
            .iter()
            .any(|name| name == dimension.name())
    };
    let empty = dimensions
        .iter()
        .filter(|dimension| dimension.n_empty() > 0);
    let mut notes: Vec<String> = empty.map(|dimension| note_on_empty(dimension)).collect();
    let (mut reduced, mut copied) = (Vec::new(), Vec::new());
    // The coordinates and bounds of resampled dimensions are made anew.
    let is_made = |name: &str| {
        dimensions
            .iter()
            .any(|dimension| dimension.name() == name || dimension.bounds_name() == name)
    };
    if job.variables.is_empty() {
        for variable in job.source.data_variables().filter(|v| !is_made(v.name())) {
            if !dimensions.iter().all(|dimension| has(variable, dimension)) {
                notes.push(format!(
                    "`{}` is left out: it lacks some of the dimensions",
                    variable.name()
                ));
            } else if variable.data_type().is_err() {
                let of = variable.data_type_name();
                notes.push(format!(
                    "`{}` is left out: values of type `{of}` cannot be resampled",
                    variable.name()
                ));
            } else {
                reduced.push(variable.clone());
            }
        }
    }
    for name in &job.variables {
        let variable = job.source.variable(name)?;
        if is_made(name) {
            return Err(Error::MadeVariable {
                variable: name.clone(),
            });
        }
        if reduced
            .iter()
            .chain(&copied)
            .any(|known| known.name() == name)
        {
            continue;
        }
        if dimensions.iter().any(|dimension| has(variable, dimension)) {
            reduced.push(variable.clone());
        } else {
            notes.push(format!(
                "`{name}` has none of the dimensions and is copied as it is"
            ));
            copied.push(variable.clone());
        }
    }
    if reduced.is_empty() && copied.is_empty() {
        let names: Vec<&str> = dimensions
            .iter()
            .map(|dimension| dimension.name())
            .collect();
        return Err(Error::NoVariables {
            location: job.source.location().to_string(),
            dimensions: names.join(", "),
        });
    }
    Ok((reduced, copied, notes))
}

fn note_on_empty(dimension: &Dimension) -> String {
    let (name, n, of) = (
        dimension.name(),
        dimension.n_empty(),
        dimension.target().len(),
    );
    let mut note = format!("{n} of {of} windows along `{name}` hold no source cell");
    let [start, stop] = dimension.target().range();
    let (step, spacing) = ((stop - start) / of as f64, dimension.axis().spacing());
    if step < 0.99 * spacing {
        let more = ": the step is finer than the source's, about {}; `nearest` would fill them";
        note.push_str(&more.replace("{}", &format!("{spacing:.6}")));
    }
    note
}
