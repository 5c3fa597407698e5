//! The plan of a job: everything that can be known before the first chunk is read.

use crate::{Dimension, Error, Job, Limits, Result, VariablePlan, attributes, select::select};
use rsmp_storage::{Format, Location, Variable};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Memory is counted in these, because a semaphore gives at most `u32` at a time.
pub(crate) const MEMORY_UNIT: u64 = 1024;

/// Units that some bytes take.
pub(crate) fn memory_units(bytes: u64) -> u64 {
    bytes.div_ceil(MEMORY_UNIT)
}

/// What a job will do. Its size does not grow with the number of chunks.
#[derive(Debug)]
pub struct Plan {
    pub(crate) destination: Location,
    pub(crate) format: Format,
    pub(crate) dimensions: Vec<Arc<Dimension>>,
    pub(crate) variables: Vec<Arc<VariablePlan>>,
    /// Variables that are copied as they are.
    pub(crate) copies: Vec<Variable>,
    pub(crate) attributes: Map<String, Value>,
    pub(crate) limits: Limits,
    notes: Vec<String>,
}

impl Plan {
    /// Reads the coordinates that the job needs, checks everything that can be checked, and plans.
    ///
    /// # Errors
    /// Any [`Error`] but those of a running job; the destination is looked at and not touched.
    pub async fn new(job: &Job) -> Result<Self> {
        check_options(job)?;
        let source_location = job.source.location();
        if job.destination.overlaps(source_location) {
            return Err(Error::Overlap {
                destination: job.destination.to_string(),
                source_location: source_location.to_string(),
            });
        }
        let mut dimensions = Vec::<Arc<Dimension>>::new();
        for spec in &job.dimensions {
            let mut spec = spec.clone();
            spec.dimension = job.source.resolve_dimension(&spec.dimension)?;
            if dimensions
                .iter()
                .any(|known| known.name() == spec.dimension)
            {
                return Err(Error::DuplicateDimension {
                    dimension: spec.dimension,
                });
            }
            dimensions.push(Dimension::read(job, &spec).await?);
        }
        if dimensions.is_empty() {
            let known: Vec<String> = job.source.dimensions()?.into_keys().collect();
            let location = source_location.to_string();
            return Err(Error::NoDimensions {
                location,
                known: known.join(", "),
            });
        }
        let (reduced, copied, notes) = select(job, &dimensions)?;
        let format = job.output.format.unwrap_or_else(|| job.source.format());
        let mut variables = Vec::new();
        for variable in reduced {
            variables.push(Arc::new(VariablePlan::new(
                job,
                format,
                &dimensions,
                variable,
            )?));
        }
        check_chunk_names(job, &variables)?;
        let outputs = variables.iter().map(|plan| &plan.variable);
        let copies = attributes::companions(&job.source, &dimensions, outputs, &copied);
        // Another format means decoding and encoding: better to know now than after the work.
        for variable in copies.iter().filter(|variable| variable.format() != format) {
            variable.check_supported()?;
        }
        if job.destination.is_occupied().await? {
            let location = job.destination.to_string();
            return Err(rsmp_storage::Error::Exists { location }.into());
        }
        let plan = Self {
            destination: job.destination.clone(),
            format,
            dimensions,
            variables,
            copies,
            attributes: attributes::global(job.source.attributes(), &job.history),
            limits: job.limits.clone(),
            notes,
        };
        plan.check_memory()?;
        Ok(plan)
    }

    /// The dimensions that are resampled.
    pub fn dimensions(&self) -> &[Arc<Dimension>] {
        &self.dimensions
    }

    /// The variables that are resampled.
    pub fn variables(&self) -> &[Arc<VariablePlan>] {
        &self.variables
    }

    /// Names of the variables that are copied as they are, coordinates included.
    pub fn copies(&self) -> impl Iterator<Item = &str> {
        self.copies.iter().map(Variable::name)
    }

    /// What the user should know before the work: variables left out, windows without cells.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Zarr format of the output.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What the job may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Number of batches of all variables.
    pub fn n_batches(&self) -> usize {
        self.variables
            .iter()
            .map(|variable| variable.batches.len())
            .sum()
    }

    /// Number of windows of all variables.
    pub fn n_windows(&self) -> usize {
        self.variables
            .iter()
            .map(|variable| variable.n_windows())
            .sum()
    }

    /// The smallest memory budget that works for this plan.
    pub fn least_memory(&self) -> u64 {
        let units =
            |v: &Arc<VariablePlan>| memory_units(v.batch_cost()) + memory_units(v.chunk_cost());
        self.variables
            .iter()
            .map(units)
            .max()
            .unwrap_or(0)
            .saturating_mul(MEMORY_UNIT)
    }

    fn check_memory(&self) -> Result<()> {
        let (given, needed) = (self.limits.memory, self.least_memory());
        if needed > given {
            Err(Error::Memory { given, needed })
        } else {
            Ok(())
        }
    }
}

fn check_options(job: &Job) -> Result<()> {
    let wrong = |option, value: String, reason| {
        Err(Error::Option {
            option,
            value,
            reason,
        })
    };
    if !(0.0..=1.0).contains(&job.min_valid) {
        return wrong(
            "min-valid",
            job.min_valid.to_string(),
            "it has to be from 0 to 1",
        );
    }
    if job.limits.workers == 0 {
        return wrong("workers", "0".to_owned(), "at least one is needed");
    }
    if job.limits.batch_windows == Some(0) {
        return wrong(
            "batch-size",
            "0".to_owned(),
            "a batch has at least one window",
        );
    }
    if let Some((name, _)) = job.output.chunks.iter().find(|(_, len)| **len == 0) {
        let value = format!("{name}=0");
        return wrong("chunks", value, "a chunk has at least one cell");
    }
    Ok(())
}

fn check_chunk_names(job: &Job, variables: &[Arc<VariablePlan>]) -> Result<()> {
    let known = |name: &String| variables.iter().any(|v| v.output.dimensions.contains(name));
    match job.output.chunks.keys().find(|name| !known(name)) {
        None => Ok(()),
        Some(dimension) => Err(Error::UnknownChunkDimension {
            dimension: dimension.clone(),
        }),
    }
}
