//! From words to a job: the only place where strings become types.

use crate::{
    cli::Downscale,
    config::{Chunks, Range, Resample, Settings, Size},
    exit::Usage,
    machine,
};
use anyhow::{Context, Result};
use rsmp_grid::{DimSpec, Extent, Order};
use rsmp_pipeline::{Job, Limits, OutputOptions};
use rsmp_storage::{DataType, Dataset, Format};
use std::collections::BTreeMap;

/// Chunks that are read ahead from local disk.
const LOCAL_REQUESTS: usize = 4;
/// Chunks that are read ahead where every request takes its time.
const REMOTE_REQUESTS: usize = 64;

/// The settings that flags give.
pub(crate) fn flags(arguments: &Downscale) -> Result<Settings> {
    let resample = arguments
        .dimensions
        .iter()
        .map(|text| {
            text.parse::<DimSpec>()
                .map(table)
                .map_err(anyhow::Error::from)
        })
        .collect::<Result<_>>()?;
    Ok(Settings {
        source: arguments.source.clone(),
        dest: arguments.dest.clone(),
        variables: arguments.variables.clone(),
        method: arguments.method.clone(),
        closed: arguments.closed.clone(),
        min_valid: arguments.min_valid,
        dtype: arguments.dtype.clone(),
        format: arguments.format,
        chunks: arguments.chunks.clone().map(Chunks::Text),
        codec: arguments.codec.clone(),
        batch_size: arguments.batch_size,
        workers: arguments.workers,
        memory: arguments.memory.clone().map(Size::Text),
        resample,
        ..Settings::default()
    })
}

/// A `--dim` flag as the table that it stands for, so that both take the same way down.
fn table(spec: DimSpec) -> Resample {
    Resample {
        range: match spec.extent {
            Extent::Range { start, stop } => Range::Ends([start, stop]),
            Extent::Value(value) => Range::Value(value),
        },
        step: spec.step,
        invert: spec.order == Order::Falling,
        dimension: spec.dimension,
    }
}

fn spec(table: &Resample) -> DimSpec {
    DimSpec {
        dimension: table.dimension.clone(),
        extent: match table.range {
            Range::Ends([start, stop]) => Extent::Range { start, stop },
            Range::Value(value) => Extent::Value(value),
        },
        step: table.step,
        order: if table.invert {
            Order::Falling
        } else {
            Order::Rising
        },
    }
}

fn chunks(text: &str) -> Result<BTreeMap<String, usize>> {
    let pair = |part: &str| {
        let (name, len) = part.split_once('=')?;
        Some((name.trim().to_owned(), len.trim().parse().ok()?))
    };
    let pairs: Option<_> = text.split(',').map(pair).collect();
    pairs.ok_or_else(|| {
        Usage::error(
            "--chunks",
            text,
            "write DIM=N,DIM=N, such as lat=512,lon=512",
        )
    })
}

/// Opens the source and makes the job.
pub(crate) async fn job(settings: &Settings, history: String) -> Result<Job> {
    let needed = |what: &'static str, value: &Option<String>| {
        value
            .clone()
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Usage::error(what, "", "give it on the command line or in the job file"))
    };
    let source = settings.location(&needed("the source", &settings.source)?)?;
    let destination = settings.location(&needed("the destination", &settings.dest)?)?;
    let method = settings
        .method
        .as_deref()
        .map(str::parse)
        .transpose()?
        .unwrap_or_default();
    let closed = settings
        .closed
        .as_deref()
        .map(str::parse)
        .transpose()?
        .unwrap_or_default();
    if !destination.is_writable() {
        let hint = "https:// can only be read; write to a path or to s3://";
        return Err(Usage::error(
            "the destination",
            &destination.to_string(),
            hint,
        ));
    }
    let remote = source.is_remote() || destination.is_remote();
    let limits = limits(
        settings,
        if remote {
            REMOTE_REQUESTS
        } else {
            LOCAL_REQUESTS
        },
    )?;
    let output = OutputOptions {
        data_type: settings.dtype.as_deref().map(data_type).transpose()?,
        format: settings.format.map(format).transpose()?,
        chunks: match &settings.chunks {
            None => BTreeMap::new(),
            Some(Chunks::Table(table)) => table.clone(),
            Some(Chunks::Text(text)) => chunks(text)?,
        },
        compression: settings.codec.as_deref().map(str::parse).transpose()?,
    };
    let dimensions = settings.resample.iter().map(spec).collect();
    Ok(Job {
        source: Dataset::open(&source).await?,
        destination,
        dimensions,
        variables: settings.variables.clone(),
        method,
        closed,
        min_valid: settings.min_valid.unwrap_or(0.0),
        output,
        limits,
        history,
    })
}

fn data_type(text: &str) -> Result<DataType> {
    DataType::from_name(text)
        .filter(|t| *t != DataType::Bool)
        .ok_or_else(|| {
            Usage::error(
                "--dtype",
                text,
                "known are int8 to int64, uint8 to uint64, float16, float32, float64",
            )
        })
}

fn format(number: u8) -> Result<Format> {
    match number {
        2 => Ok(Format::V2),
        3 => Ok(Format::V3),
        other => Err(Usage::error(
            "--format",
            &other.to_string(),
            "Zarr has the formats 2 and 3",
        )),
    }
}

fn limits(settings: &Settings, requests: usize) -> Result<Limits> {
    let memory = match &settings.memory {
        None => machine::available_memory() / 2,
        Some(Size::Bytes(bytes)) => *bytes,
        Some(Size::Text(text)) => text
            .parse::<bytesize::ByteSize>()
            .map_err(|_| Usage::error("--memory", text, "write a number of bytes, or 512MB, 2GiB"))
            .map(|size| size.as_u64())?,
    };
    let workers = match settings.workers {
        Some(workers) => workers,
        None => std::thread::available_parallelism()
            .context("cannot count the cores")?
            .get(),
    };
    let batch_windows = settings.batch_size;
    Ok(Limits {
        workers,
        memory,
        requests,
        batch_windows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunk_lengths_are_pairs() {
        assert_eq!(chunks("lat=512, lon=64").unwrap()["lon"], 64);
        for bad in ["lat", "lat=", "lat=-1", "lat=1;lon=2", ""] {
            assert!(
                chunks(bad).unwrap_err().to_string().contains("--chunks"),
                "{bad}"
            );
        }
    }
}
