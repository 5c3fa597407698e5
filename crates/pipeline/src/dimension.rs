//! One dimension of the job: what its windows are and which source cells they hold.

use crate::{Error, Job, Result};
use rsmp_grid::{Axis, AxisKind, DimSpec, Mapping, Order, Run, Target};
use rsmp_kernels::{Method, Weights};
use rsmp_storage::{Variable, cf};
use serde_json::{Map, Value};
use std::sync::Arc;

/// A dimension that is resampled.
#[derive(Debug)]
pub struct Dimension {
    axis: Axis,
    target: Target,
    mapping: Mapping,
    weights: Weights,
    /// Attributes of the output coordinate.
    attributes: Map<String, Value>,
    bounds_name: String,
}

impl Dimension {
    /// Reads the coordinate and finds the windows of one specification, whose name is already the
    /// dataset's own.
    pub(crate) async fn read(job: &Job, spec: &DimSpec) -> Result<Arc<Self>> {
        let name = &spec.dimension;
        if job.source.axis_kind(name) == AxisKind::T {
            return Err(Error::TimeAxis {
                dimension: name.clone(),
            });
        }
        let target = Target::try_new(spec)?;
        let axis = job.source.axis(name).await?;
        let runs = match job.method {
            Method::Nearest => target.nearest(&axis)?,
            _ => target.windows(&axis, job.closed)?,
        };
        let ring = axis.ring_len();
        let mut weights = Weights::windows(ring, runs.iter().map(|run| (run.start, run.len)))
            .map_err(Error::kernel(name))?;
        if job.method == Method::AreaMean {
            weights = weights
                .with_cell_weights(&axis.measures())
                .map_err(Error::kernel(name))?;
        }
        let source = job.source.coordinate(name).map(Variable::attributes);
        let mut attributes = source.cloned().unwrap_or_default();
        attributes.retain(|key, _| !cf::STORAGE_ATTRIBUTES.contains(&key.as_str()));
        let stated = attributes
            .get("bounds")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let bounds_name = stated.unwrap_or_else(|| format!("{name}_bnds"));
        let mapping = Mapping::Runs { runs, ring };
        Ok(Arc::new(Self {
            axis,
            target,
            mapping,
            weights,
            attributes,
            bounds_name,
        }))
    }

    /// Name of the dimension, as the source has it.
    pub fn name(&self) -> &str {
        self.target.dimension()
    }

    /// The source axis.
    pub fn axis(&self) -> &Axis {
        &self.axis
    }

    /// The target axis.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Which source cells each window holds.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// Number of windows that hold no source cell.
    pub fn n_empty(&self) -> usize {
        match &self.mapping {
            Mapping::Runs { runs, .. } => runs.iter().filter(|run: &&Run| run.is_empty()).count(),
            Mapping::Identity(_) => 0,
        }
    }

    pub(crate) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Values and attributes of the output coordinate.
    pub(crate) fn coordinate(&self) -> (Vec<f64>, Map<String, Value>) {
        let mut attributes = self.attributes.clone();
        if self.has_bounds() {
            attributes.insert("bounds".to_owned(), self.bounds_name.clone().into());
        } else {
            attributes.shift_remove("bounds");
        }
        (self.target.centres(), attributes)
    }

    pub(crate) fn has_bounds(&self) -> bool {
        !self.target.is_single()
    }

    pub(crate) fn bounds_name(&self) -> &str {
        &self.bounds_name
    }

    /// Bounds of each window; those of falling windows from high to low, as CF section 7.1 orders them.
    pub(crate) fn bounds(&self) -> Vec<f64> {
        let falling = self.target.order() == Order::Falling;
        let ordered = |[low, high]: [f64; 2]| if falling { [high, low] } else { [low, high] };
        self.target.bounds().into_iter().flat_map(ordered).collect()
    }
}
