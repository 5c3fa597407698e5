//! The plan of one variable: which source chunks make which destination chunks, and what that costs.

use crate::{Dimension, Job, Limits, Result, attributes, batch::span, layout};
use rsmp_grid::{AxisKind, BatchGrid, ChunkGrid, Mapping, source_chunks};
use rsmp_kernels::{Packing, Reduction, Weights};
use rsmp_storage::{ArraySpec, Compression, Format, Variable};
use std::{collections::HashMap, ops::Range, sync::Arc};

/// Destination chunks per batch unless a number of windows is given.
const UNITS_PER_BATCH: usize = 64;

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
    pub(crate) fn new(
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
        let compression = compression.unwrap_or_else(|| Compression::default_for(format));
        compression.check(format)?;
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
            compression,
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
