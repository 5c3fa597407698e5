//! `rsmp info`: what a store holds.

use crate::{
    cli::Info,
    config::Settings,
    output::{bytes, counted, number, print, shape},
};
use anyhow::Result;
use rsmp_grid::{Axis, AxisKind, Direction};
use rsmp_storage::{Dataset, Variable};
use serde_json::{Value, json};
use std::{fmt::Write, process::ExitCode};

pub(crate) async fn run(arguments: &Info) -> Result<ExitCode> {
    let config = arguments.config.as_deref();
    let settings = Settings::load(config, &arguments.remote, Settings::default())?;
    let dataset = Dataset::open(&settings.location(&arguments.source)?).await?;
    let facts = Facts::gather(&dataset).await?;
    let text = if arguments.json {
        format!("{:#}\n", facts.to_json())
    } else {
        facts.to_text()
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

struct Facts<'a> {
    dataset: &'a Dataset,
    dimensions: Vec<DimensionFacts>,
    variables: Vec<VariableFacts<'a>>,
}

struct DimensionFacts {
    name: String,
    len: usize,
    /// What the coordinate says, or why there is no axis.
    axis: Result<Axis, String>,
    units: String,
    calendar: Option<String>,
}

struct VariableFacts<'a> {
    variable: &'a Variable,
    is_data: bool,
    /// Number and size of the objects; `None` where the store cannot be listed.
    stored: Option<(usize, u64)>,
}

impl<'a> Facts<'a> {
    async fn gather(dataset: &'a Dataset) -> Result<Self> {
        let mut dimensions = Vec::new();
        for (name, len) in dataset.dimensions()? {
            let attribute = |key: &str| {
                let value = dataset.coordinate(&name)?.attributes().get(key)?;
                value.as_str().map(str::to_owned)
            };
            dimensions.push(DimensionFacts {
                units: attribute("units").unwrap_or_default(),
                calendar: attribute("calendar"),
                axis: match dataset.coordinate(&name) {
                    None => Err("no coordinate".to_owned()),
                    Some(_) => dataset.axis(&name).await.map_err(|error| error.to_string()),
                },
                name,
                len,
            });
        }
        let data: Vec<&str> = dataset.data_variables().map(Variable::name).collect();
        let mut variables = Vec::new();
        for variable in dataset.variables() {
            let stored = variable.stored().await.ok();
            let is_data = data.contains(&variable.name());
            variables.push(VariableFacts {
                variable,
                is_data,
                stored,
            });
        }
        variables.sort_by_key(|facts| !facts.is_data);
        Ok(Self {
            dataset,
            dimensions,
            variables,
        })
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        let metadata = if self.dataset.is_consolidated() {
            ""
        } else {
            "not "
        };
        let mut line = |written: std::fmt::Arguments<'_>| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{written}");
        };
        line(format_args!(
            "{}: Zarr v{}, metadata {metadata}consolidated",
            self.dataset.location(),
            self.dataset.format()
        ));
        for key in ["title", "institution", "source", "Conventions"] {
            if let Some(value) = self.dataset.attributes().get(key).and_then(Value::as_str) {
                line(format_args!("{key}: {value}"));
            }
        }
        line(format_args!("\ndimensions"));
        let width = self
            .dimensions
            .iter()
            .map(|d| d.name.len())
            .max()
            .unwrap_or(0);
        for dimension in &self.dimensions {
            line(format_args!(
                "  {:width$}  {}",
                dimension.name,
                dimension.to_text()
            ));
        }
        line(format_args!("\nvariables"));
        for facts in &self.variables {
            let variable = facts.variable;
            let role = if facts.is_data {
                ""
            } else {
                " · coordinate or auxiliary"
            };
            line(format_args!(
                "  {}({}){role}",
                variable.name(),
                variable.dimensions().join(", ")
            ));
            for detail in facts.details() {
                line(format_args!("      {detail}"));
            }
        }
        text
    }

    fn to_json(&self) -> Value {
        json!({
            "location": self.dataset.location().to_string(),
            "zarr_format": if self.dataset.format() == rsmp_storage::Format::V2 { 2 } else { 3 },
            "consolidated": self.dataset.is_consolidated(),
            "attributes": self.dataset.attributes(),
            "dimensions": self.dimensions.iter().map(DimensionFacts::to_json).collect::<Vec<_>>(),
            "variables": self.variables.iter().map(VariableFacts::to_json).collect::<Vec<_>>(),
        })
    }
}

impl DimensionFacts {
    fn to_text(&self) -> String {
        let mut text = format!("{:>7}", self.len);
        match &self.axis {
            Err(reason) => {
                let _ = write!(text, "  {reason}");
            }
            Ok(axis) => {
                let [first, last] = ends(axis);
                let _ = write!(text, "  {} … {}", number(first), number(last));
                if axis.len() > 1 {
                    let about = if is_regular(axis) {
                        "step"
                    } else {
                        "irregular, step about"
                    };
                    let _ = write!(
                        text,
                        ", {about} {}, {}",
                        number(axis.spacing()),
                        direction(axis)
                    );
                }
                if let Some(kind) = kind(axis.kind()) {
                    let _ = write!(text, ", {kind}");
                }
            }
        }
        if !self.units.is_empty() {
            let _ = write!(text, " ({})", self.units);
        }
        if let Some(calendar) = &self.calendar {
            let _ = write!(text, ", calendar {calendar}");
        }
        text
    }

    fn to_json(&self) -> Value {
        let mut facts = json!({"name": self.name, "length": self.len, "units": self.units});
        if let Some(calendar) = &self.calendar {
            facts["calendar"] = json!(calendar);
        }
        match &self.axis {
            Err(reason) => facts["problem"] = json!(reason),
            Ok(axis) => {
                let [first, last] = ends(axis);
                facts["first"] = json!(first);
                facts["last"] = json!(last);
                facts["spacing"] = json!(axis.spacing());
                facts["regular"] = json!(is_regular(axis));
                facts["direction"] = json!(direction(axis));
                facts["kind"] = json!(kind(axis.kind()));
                facts["cyclic"] = json!(axis.ring().is_some_and(|ring| {
                    (ring.len as f64 * axis.spacing() - ring.period).abs() < 0.5 * axis.spacing()
                }));
            }
        }
        facts
    }
}

impl VariableFacts<'_> {
    fn cells(&self) -> usize {
        self.variable.shape().iter().product()
    }

    fn decoded(&self) -> Option<u64> {
        let size = self.variable.data_type().ok()?.size();
        Some((self.cells() * size) as u64)
    }

    fn details(&self) -> Vec<String> {
        let variable = self.variable;
        let chunks = match variable.inner_chunk_shape() {
            None => format!("chunks of {}", shape(variable.chunk_shape())),
            Some(inner) => {
                format!(
                    "shards of {}, chunks of {}",
                    shape(variable.chunk_shape()),
                    shape(&inner)
                )
            }
        };
        let of = variable.data_type_name();
        let mut details = vec![format!("{of} {} in {chunks}", shape(variable.shape()))];
        let mut sizes = Vec::new();
        if let Some((objects, stored)) = self.stored {
            sizes.push(format!(
                "{} stored in {}",
                bytes(stored),
                counted(objects, "object", "objects")
            ));
        }
        sizes.extend(
            self.decoded()
                .map(|decoded| format!("{} decoded", bytes(decoded))),
        );
        sizes.push(format!("codec {}", codec(variable)));
        details.push(sizes.join(", "));
        let text = |key: &str| variable.attributes().get(key).and_then(Value::as_str);
        let name = text("long_name").or(text("standard_name"));
        if let Some(line) = match (name, text("units")) {
            (Some(name), Some(units)) => Some(format!("{name} ({units})")),
            (name, units) => name.or(units).map(str::to_owned),
        } {
            details.push(line);
        }
        if let Ok(Some(packing)) = variable.packing() {
            details.push(format!(
                "packed: stored × {} + {}",
                packing.scale, packing.offset
            ));
        }
        let marks: Vec<String> = variable
            .missing_marks()
            .iter()
            .map(|mark| mark.to_json().to_string())
            .collect();
        if !marks.is_empty() {
            details.push(format!("missing: {}", marks.join(", ")));
        }
        if let Err(error) = variable.check_supported() {
            details.push(format!("cannot be resampled: {error}"));
        }
        details
    }

    fn to_json(&self) -> Value {
        let variable = self.variable;
        let packing = variable.packing().ok().flatten();
        json!({
            "name": variable.name(),
            "role": if self.is_data { "data" } else { "auxiliary" },
            "dimensions": variable.dimensions(),
            "shape": variable.shape(),
            "chunks": variable.inner_chunk_shape().unwrap_or_else(|| variable.chunk_shape().to_vec()),
            "shards": variable.inner_chunk_shape().map(|_| variable.chunk_shape()),
            "type": variable.data_type_name(),
            "codecs": variable.codecs(),
            "fill_value": variable.fill_value().map(rsmp_storage::Scalar::to_json),
            "missing": variable.missing_marks().iter().map(|m| m.to_json()).collect::<Vec<_>>(),
            "packing": packing.map(|p| json!({"scale_factor": p.scale, "add_offset": p.offset})),
            "supported": variable.check_supported().is_ok(),
            "objects": self.stored.map(|(objects, _)| objects),
            "stored_bytes": self.stored.map(|(_, stored)| stored),
            "decoded_bytes": self.decoded(),
            "attributes": variable.attributes(),
        })
    }
}

fn codec(variable: &Variable) -> String {
    match variable.compression() {
        Some(compression) => compression.to_string(),
        None => variable.codecs().to_string(),
    }
}

fn ends(axis: &Axis) -> [f64; 2] {
    let centres = axis.centres();
    [centres.first(), centres.last()].map(|value| value.copied().unwrap_or(f64::NAN))
}

fn direction(axis: &Axis) -> &'static str {
    match axis.direction() {
        Direction::Rising => "rising",
        Direction::Falling => "falling",
    }
}

/// True when every step is the spacing, but for the rounding of stored coordinates.
fn is_regular(axis: &Axis) -> bool {
    let spacing = axis.spacing();
    axis.centres()
        .windows(2)
        .all(|pair| ((pair[1] - pair[0]).abs() - spacing).abs() < 1e-3 * spacing)
}

fn kind(kind: AxisKind) -> Option<&'static str> {
    match kind {
        AxisKind::X => Some("longitude"),
        AxisKind::Y => Some("latitude"),
        AxisKind::Z => Some("vertical"),
        AxisKind::T => Some("time"),
        AxisKind::Other => None,
    }
}
