//! `rsmp demo`: makes a bathymetry-like store, downscales it, and says what to try next.

use crate::{
    cli::Demo,
    commands::downscale::{describe, execute, history, summary},
    machine,
    output::{bytes, print, tell},
    progress::Verbosity,
    terrain::Terrain,
};
use anyhow::{Context, Result};
use rayon::prelude::*;
use rsmp_grid::Closed;
use rsmp_kernels::Method;
use rsmp_pipeline::{Job, Limits, OutputOptions, Plan};
use rsmp_storage::{
    ArraySpec, ArrayWriter, Compression, DataType, Dataset, Format, Location, Scalar, Writer,
};
use serde_json::{Map, Value, json};
use std::{path::Path, process::ExitCode, time::Instant};

const N_LAT: usize = 7200;
const N_LON: usize = 14400;
const STEP: f64 = 180.0 / N_LAT as f64;
const CHUNK: usize = 1024;

pub(crate) async fn run(arguments: &Demo) -> Result<ExitCode> {
    let at = |name: &str| {
        let path = arguments.directory.join(name);
        path.to_str()
            .map(str::to_owned)
            .context("the directory is no valid text")
    };
    let (source, coarse) = (at("bathymetry.zarr")?, at("bathymetry_0.5deg.zarr")?);
    let location = Location::parse(&source)?;
    if Location::parse(&coarse)?.is_occupied().await? {
        return Err(rsmp_storage::Error::Exists { location: coarse }.into());
    }
    if location.is_occupied().await? {
        tell(&format!("{source} is there already and is used as it is"));
    } else {
        tell(&format!(
            "making {source}: {N_LAT} × {N_LON} float32, fractal terrain, land missing"
        ));
        let started = Instant::now();
        let mut writer = Writer::create(&location, Format::V2).await?;
        let made = tokio::select! {
            made = make(&mut writer) => made,
            _ = tokio::signal::ctrl_c() => Err(rsmp_pipeline::Error::Interrupted.into()),
        };
        if let Err(error) = made {
            writer.abort().await?;
            return Err(error);
        }
        let (objects, size) = Dataset::open(&location)
            .await?
            .variable("elevation")?
            .stored()
            .await?;
        tell(&format!(
            "made in {:.2} s: {objects} objects, {} stored, {} decoded",
            started.elapsed().as_secs_f64(),
            bytes(size),
            bytes((N_LAT * N_LON * size_of::<f32>()) as u64),
        ));
    }
    let job = Job {
        source: Dataset::open(&location).await?,
        destination: Location::parse(&coarse)?,
        dimensions: vec!["lat=-90:90:0.5".parse()?, "lon=-180:180:0.5".parse()?],
        variables: Vec::new(),
        method: Method::Mean,
        closed: Closed::Left,
        min_valid: 0.0,
        output: OutputOptions::default(),
        limits: Limits {
            workers: std::thread::available_parallelism()?.get(),
            memory: machine::available_memory() / 2,
            ..Limits::default()
        },
        history: history(),
    };
    tell(&format!(
        "\nrsmp downscale {source} {coarse} --dim lat=-90:90:0.5 --dim lon=-180:180:0.5"
    ));
    let plan = Plan::new(&job).await?;
    tell(describe(&job, &plan, Verbosity::Verbose).trim_end());
    let (report, elapsed, peak) = match execute(&plan, Verbosity::Normal).await? {
        Ok(done) => done,
        Err(code) => return Ok(code),
    };
    tell(&summary(&plan, &report, elapsed, peak));
    print(&next(&source, &coarse, &arguments.directory))?;
    Ok(ExitCode::SUCCESS)
}

fn next(source: &str, coarse: &str, directory: &Path) -> String {
    let other = directory.join("deepest.zarr");
    format!(
        "\nLook at the result:\n  \
           rsmp info {coarse}\n  \
           python -c \"import xarray; print(xarray.open_zarr('{coarse}'))\"\n\
         Try next:\n  \
           rsmp downscale {source} {} --dim lat=30:60:0.1 --dim lon=-30:10:0.1 --method min\n  \
           rsmp downscale {source} other.zarr --dim lat=-90:90:1 --dim lon=0:360:1 --dry-run\n",
        other.display()
    )
}

async fn make(writer: &mut Writer) -> Result<()> {
    let depth = writer.add(ArraySpec {
        name: "elevation".to_owned(),
        dimensions: vec!["lat".to_owned(), "lon".to_owned()],
        shape: vec![N_LAT, N_LON],
        chunk: vec![CHUNK, CHUNK],
        data_type: DataType::Float32,
        missing: Some(Scalar::Float(f64::NAN)),
        compression: Compression::default_for(Format::V2),
        attributes: attributes(&[
            ("long_name", "elevation of the ocean floor (made terrain)"),
            ("standard_name", "height_above_mean_sea_level"),
            ("units", "m"),
        ]),
    })?;
    let terrain = Terrain::new(N_LAT, N_LON);
    for band in 0..N_LAT.div_ceil(CHUNK) {
        write_band(&terrain, &depth, band).await?;
    }
    for (name, n, first, words) in [
        ("lat", N_LAT, -90.0, ["latitude", "degrees_north"]),
        ("lon", N_LON, -180.0, ["longitude", "degrees_east"]),
    ] {
        let centres = (0..n).map(|i| first + (i as f64 + 0.5) * STEP);
        let array = writer.add(ArraySpec {
            name: name.to_owned(),
            dimensions: vec![name.to_owned()],
            shape: vec![n],
            chunk: vec![n],
            data_type: DataType::Float64,
            missing: None,
            compression: Compression::None,
            attributes: attributes(&[("standard_name", words[0]), ("units", words[1])]),
        })?;
        array
            .write(&centres.flat_map(f64::to_ne_bytes).collect::<Vec<_>>())
            .await?;
    }
    let global = attributes(&[
        ("title", "Made bathymetry for trying rsmp"),
        ("Conventions", "CF-1.8"),
        ("history", &history()),
    ]);
    writer.finish(&global).await?;
    Ok(())
}

/// Makes and writes one row of chunks.
async fn write_band(terrain: &Terrain, array: &ArrayWriter, band: usize) -> Result<()> {
    let rows = band * CHUNK..((band + 1) * CHUNK).min(N_LAT);
    let elements: Vec<u8> = rows
        .clone()
        .into_par_iter()
        .flat_map_iter(|row| terrain.row(row).into_iter().flat_map(f32::to_ne_bytes))
        .collect();
    let region = [rows, 0..N_LON];
    let columns = array.grid().counts()[1];
    let encoded: Result<Vec<_>, _> = (0..columns)
        .into_par_iter()
        .map(|column| array.encode(&[band, column], &region, &elements))
        .collect();
    for (column, bytes) in encoded?.into_iter().enumerate() {
        if let Some(bytes) = bytes {
            array.put(&[band, column], bytes).await?;
        }
    }
    Ok(())
}

fn attributes(pairs: &[(&str, &str)]) -> Map<String, Value> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), json!(value)))
        .collect()
}
