//! Coarsens a small field by two in each direction, from one store in memory to another.
//! `cargo run -p rsmp-pipeline --example coarsen`.
#![allow(clippy::print_stdout, reason = "an example shows its result")]

use rsmp_grid::Closed;
use rsmp_kernels::Method;
use rsmp_pipeline::{Job, Limits, OutputOptions, Plan, Stop};
use rsmp_storage::{
    ArraySpec, Compression, DataType, Dataset, Error, Format, Location, Scalar, Writer,
};
use serde_json::{Map, json};
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let destination = Location::in_memory();
    let job = Job {
        source: Dataset::open(&field().await?).await?,
        destination: destination.clone(),
        dimensions: vec!["lat=-90:90:90".parse()?, "lon=0:360:90".parse()?],
        variables: Vec::new(),
        method: Method::Mean,
        closed: Closed::Left,
        min_valid: 0.0,
        output: OutputOptions::default(),
        limits: Limits::default(),
        history: "2000-01-01T00:00:00Z coarsen: an example".into(),
    };
    let plan = Plan::new(&job).await?;
    println!(
        "{} windows in {} batches",
        plan.n_windows(),
        plan.n_batches()
    );
    for variable in plan.variables() {
        println!(
            "{}: {:?} -> {:?}, {} chunk reads, {} bytes to write",
            variable.name(),
            variable.source().shape(),
            variable.output().shape,
            variable.n_reads(),
            variable.bytes_to_write(),
        );
    }
    let report = plan.run(Arc::new(()), &Stop::default()).await?;
    println!("{} windows have a value", report.windows_valid);

    let result = Dataset::open(&destination).await?;
    let means = result.variable("field")?.values().await?;
    for row in means.chunks(4) {
        println!("{row:?}");
    }
    Ok(())
}

/// Values 0 to 31 on 4 x 8 cells of 45 degrees, the first of them missing.
async fn field() -> Result<Location, Error> {
    let location = Location::in_memory();
    let mut writer = Writer::create(&location, Format::V3).await?;
    let values = (0..32_u8).map(|i| if i == 0 { f32::NAN } else { f32::from(i) });
    let bytes: Vec<u8> = values.flat_map(f32::to_ne_bytes).collect();
    let array = writer.add(ArraySpec {
        name: "field".into(),
        dimensions: vec!["lat".into(), "lon".into()],
        shape: vec![4, 8],
        chunk: vec![3, 3],
        data_type: DataType::Float32,
        missing: Some(Scalar::Float(f64::NAN)),
        compression: Compression::Zstd { level: 3 },
        attributes: Map::from_iter([("units".into(), json!("K"))]),
    })?;
    array.write(&bytes).await?;
    for (name, units, first, len) in [
        ("lat", "degrees_north", -67.5, 4_u8),
        ("lon", "degrees_east", 22.5, 8),
    ] {
        let array = writer.add(ArraySpec {
            name: name.into(),
            dimensions: vec![name.into()],
            shape: vec![len.into()],
            chunk: vec![len.into()],
            data_type: DataType::Float64,
            missing: None,
            compression: Compression::None,
            attributes: Map::from_iter([("units".into(), json!(units))]),
        })?;
        let centres = (0..len).map(|i| first + 45.0 * f64::from(i));
        let bytes: Vec<u8> = centres.flat_map(f64::to_ne_bytes).collect();
        array.write(&bytes).await?;
    }
    writer.finish(&Map::new()).await?;
    Ok(location)
}
