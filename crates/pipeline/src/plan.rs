//! The plan of a job: everything that can be known before the first chunk is read.

use crate::{Dimension, Error, Job, Limits, Result, attributes, batch::span, layout};
use rsmp_grid::{AxisKind, BatchGrid, ChunkGrid, Mapping, source_chunks};
use rsmp_kernels::{Packing, Reduction, Weights};
use rsmp_storage::{ArraySpec, Compression, Dataset, Format, Location, Variable};
use serde_json::{Map, Value};
use std::{collections::HashMap, ops::Range, sync::Arc};

/// Destination chunks per batch unless a number of windows is given.
const UNITS_PER_BATCH: usize = 64;

/// Memory is counted in these, because a semaphore gives at most `u32` at a time.
pub(crate) const MEMORY_UNIT: u64 = 1024;

/// Units that some bytes take.
pub(crate) fn memory_units(bytes: u64) -> u64 {
    bytes.div_ceil(MEMORY_UNIT)
}

/// What a job will do. Its size does not grow with the number of chunks.
#[derive(Debug)]
pub struct Plan {
    pub(crate) source: Dataset,
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
            source: job.source.clone(),
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

/// The plan of one variable.
#[derive(Debug)]
pub struct VariablePlan {
    pub(crate) variable: Variable,
    pub(crate) source_chunks: ChunkGrid,
    pub(crate) mappings: Vec<Mapping>,
    pub(crate) weights: Vec<Weights>,
    /// Per axis, the most windows that one source chunk can touch, from the first to the last.
    spans: Vec<usize>,
    pub(crate) reduction: Reduction,
    /// True when an absent chunk holds missing values alone, so that it need not be looked at.
    pub(crate) absent_is_missing: bool,
    pub(crate) output: ArraySpec,
    pub(crate) batches: BatchGrid,
}

impl VariablePlan {
    fn new(
        job: &Job,
        format: Format,
        dimensions: &[Arc<Dimension>],
        variable: Variable,
    ) -> Result<Self> {
        variable.check_supported()?;
        let data_type = variable.data_type()?;
        let source_chunks = variable.chunk_grid()?;
        let by_name: HashMap<&str, &Arc<Dimension>> =
            dimensions.iter().map(|d| (d.name(), d)).collect();
        let (mut mappings, mut weights, mut spatial) = (Vec::new(), Vec::new(), Vec::new());
        for (name, &len) in variable.dimensions().iter().zip(variable.shape()) {
            spatial.push(matches!(
                job.source.axis_kind(name),
                AxisKind::X | AxisKind::Y
            ));
            if let Some(dimension) = by_name.get(name.as_str()) {
                mappings.push(dimension.mapping().clone());
                weights.push(dimension.weights().clone());
            } else {
                mappings.push(Mapping::Identity(len));
                weights.push(Weights::identity(len));
            }
        }
        let shape: Vec<usize> = mappings.iter().map(Mapping::len).collect();
        let axes = weights.iter().zip(source_chunks.chunk());
        let spans = axes
            .map(|(weights, &chunk)| widest_span(weights, chunk))
            .collect();
        let (out_type, mark) = layout::output_type(&variable, job.method, &job.output)?;
        let names = variable.dimensions();
        let chunk = layout::chunk_shape(names, &shape, &spatial, out_type.size(), &job.output);
        let units = ChunkGrid::try_new(shape.clone(), chunk.clone())?;
        let own = variable.compression().filter(|c| c.fits(format));
        let compression = job.output.compression.clone().or(own);
        let packing = variable.packing()?;
        let reduction = Reduction {
            missing: variable
                .missing_marks()
                .into_iter()
                .map(layout::number)
                .collect(),
            packing: packing.map(|p| Packing {
                scale: p.scale,
                offset: p.offset,
            }),
            min_valid: job.min_valid,
            ..Reduction::new(job.method, layout::element_type(data_type))
        };
        let fill = variable.fill_value();
        let absent_is_missing = fill
            .is_some_and(|fill| fill.as_f64().is_nan() || variable.missing_marks().contains(&fill));
        let output = ArraySpec {
            name: variable.name().to_owned(),
            dimensions: names.to_vec(),
            shape,
            chunk,
            data_type: out_type,
            missing: Some(mark),
            compression: compression.unwrap_or_else(|| Compression::default_for(format)),
            attributes: attributes::of_variable(&job.source, &variable, dimensions, job.method)?,
        };
        let batches = batches(
            &units,
            &reduction,
            &output,
            &mappings,
            &source_chunks,
            &job.limits,
        );
        Ok(Self {
            variable,
            source_chunks,
            mappings,
            weights,
            spans,
            reduction,
            absent_is_missing,
            output,
            batches,
        })
    }

    /// Name of the variable.
    pub fn name(&self) -> &str {
        self.variable.name()
    }

    /// The source variable.
    pub fn source(&self) -> &Variable {
        &self.variable
    }

    /// The array that will be written.
    pub fn output(&self) -> &ArraySpec {
        &self.output
    }

    /// Number of batches.
    pub fn n_batches(&self) -> usize {
        self.batches.len()
    }

    /// Number of windows.
    pub fn n_windows(&self) -> usize {
        self.output.shape.iter().product()
    }

    /// Number of windows of one batch.
    pub fn n_windows_of(&self, batch: usize) -> usize {
        self.batches.region(batch).iter().map(Range::len).product()
    }

    /// Number of destination chunks.
    pub fn n_units(&self) -> usize {
        self.batches.units().len()
    }

    /// Number of chunk reads of all batches: a chunk that two batches need counts twice.
    pub fn n_reads(&self) -> usize {
        // Batches are a grid of blocks, so the sum over batches of products is a product of sums.
        let blocks = self
            .batches
            .block()
            .iter()
            .zip(self.batches.units().chunk());
        let cells = blocks.map(|(units, chunk)| units * chunk);
        let axes = self
            .mappings
            .iter()
            .zip(self.source_chunks.chunk())
            .zip(cells);
        axes.map(|((mapping, &chunk), cells)| {
            (0..mapping.len())
                .step_by(cells.max(1))
                .map(|start| {
                    let targets = start..(start + cells).min(mapping.len());
                    source_chunks(mapping, targets, chunk).len()
                })
                .sum::<usize>()
        })
        .product()
    }

    /// Decoded bytes of all chunk reads.
    pub fn bytes_to_decode(&self) -> u64 {
        self.n_reads() as u64 * self.chunk_bytes()
    }

    /// Decoded bytes of the output.
    pub fn bytes_to_write(&self) -> u64 {
        self.n_windows() as u64 * self.output.data_type.size() as u64
    }

    /// Decoded bytes of one source chunk.
    pub(crate) fn chunk_bytes(&self) -> u64 {
        let cells: usize = self.source_chunks.chunk().iter().product();
        (cells * self.reduction.element_type.size()) as u64
    }

    /// Bytes that one chunk in flight takes: as stored (at most about its decoded size), while it is
    /// decoded, and what its windows accumulate.
    pub(crate) fn chunk_cost(&self) -> u64 {
        let blocks = self
            .batches
            .block()
            .iter()
            .zip(self.batches.units().chunk());
        let targets: u64 = blocks
            .zip(&self.spans)
            .map(|((units, chunk), &span)| span.min(units * chunk) as u64)
            .product();
        let accumulated = targets.saturating_mul(self.reduction.bytes_per_target() as u64);
        self.chunk_bytes()
            .saturating_mul(3)
            .saturating_add(accumulated)
    }

    /// Bytes that one batch takes: what its windows accumulate, and its values on their way out.
    pub(crate) fn batch_cost(&self) -> u64 {
        let blocks = self
            .batches
            .block()
            .iter()
            .zip(self.batches.units().chunk());
        let cells: u64 = blocks
            .zip(self.output.shape.iter())
            .map(|((units, chunk), &len)| (units * chunk).min(len) as u64)
            .product();
        cells * bytes_per_window(&self.reduction, &self.output)
    }
}

fn widest_span(weights: &Weights, chunk: usize) -> usize {
    let pieces = weights.pieces(0..weights.len(), chunk);
    pieces
        .iter()
        .map(|(_, segments)| span(segments).len())
        .max()
        .unwrap_or(0)
}

fn bytes_per_window(reduction: &Reduction, output: &ArraySpec) -> u64 {
    // Accumulated, finished (value, count and validity), as elements, as a padded chunk, encoded.
    (reduction.bytes_per_target() + 17 + 3 * output.data_type.size()) as u64
}

fn batches(
    units: &ChunkGrid,
    reduction: &Reduction,
    output: &ArraySpec,
    mappings: &[Mapping],
    source: &ChunkGrid,
    limits: &Limits,
) -> BatchGrid {
    let windows_per_unit: usize = units.chunk().iter().product();
    let unit_cost = windows_per_unit as u64 * bytes_per_window(reduction, output);
    let wanted = match limits.batch_windows {
        Some(windows) => windows.div_ceil(windows_per_unit),
        // A batch may take a quarter of the memory, so that the next one can start beside it.
        None => UNITS_PER_BATCH.min((limits.memory / 4 / unit_cost.max(1)) as usize),
    };
    // A batch as large as a source chunk reads that chunk once.
    let at_least: Vec<usize> = mappings
        .iter()
        .zip(source.chunk())
        .zip(units.chunk())
        .map(|((mapping, &chunk), &unit)| {
            let targets = chunk * mapping.len() / mapping.source_len().max(1);
            targets.div_ceil(unit).max(1)
        })
        .collect();
    BatchGrid::grow(units.clone(), wanted.max(1), &at_least)
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
    if job.output.chunks.values().any(|&len| len == 0) {
        return wrong("chunks", "0".to_owned(), "a chunk has at least one cell");
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

/// The variables to reduce, those to copy because they were named, and notes.
fn select(
    job: &Job,
    dimensions: &[Arc<Dimension>],
) -> Result<(Vec<Variable>, Vec<Variable>, Vec<String>)> {
    let has = |variable: &Variable, dimension: &Arc<Dimension>| {
        variable
            .dimensions()
            .iter()
            .any(|name| name == dimension.name())
    };
    let mut notes: Vec<String> = dimensions
        .iter()
        .filter(|dimension| dimension.n_empty() > 0)
        .map(|dimension| {
            format!(
                "{} of {} windows along `{}` hold no source cell",
                dimension.n_empty(),
                dimension.target().len(),
                dimension.name()
            )
        })
        .collect();
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
