//! Prints the variables and dimensions of a dataset and the axis of its first coordinate: of the path
//! given, else of a tiny store made in memory. `cargo run -p rsmp-storage --example inspect [PATH]`.
#![allow(clippy::print_stdout, reason = "an example shows its result")]

use rsmp_storage::{
    ArraySpec, Compression, DataType, Dataset, Error, Format, Location, Scalar, Writer,
};
use serde_json::{Map, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let location = match std::env::args().nth(1) {
        Some(path) => Location::parse(&path)?,
        None => tiny().await?,
    };
    let dataset = Dataset::open(&location).await?;
    println!("{location}: Zarr v{}", dataset.format());
    for variable in dataset.variables() {
        println!(
            "variable {}: {} {:?} {:?} in chunks of {:?}",
            variable.name(),
            variable.data_type_name(),
            variable.dimensions(),
            variable.shape(),
            variable.chunk_shape(),
        );
    }
    let dimensions = dataset.dimensions()?;
    for (name, len) in &dimensions {
        println!("dimension {name}: {len} cells");
    }
    let with_coordinate = dimensions.keys().find(|d| dataset.coordinate(d).is_some());
    if let Some(name) = with_coordinate {
        let axis = dataset.axis(name).await?;
        let (centres, bounds) = (axis.centres(), axis.bounds());
        println!("axis {name}: {:?}, {:?}", axis.kind(), axis.direction());
        println!("  first cell {} in {:?}", centres[0], bounds[0]);
        println!("  spacing {}", axis.spacing());
    }
    Ok(())
}

/// A field of 3 latitudes and 4 longitudes with one missing cell.
async fn tiny() -> Result<Location, Error> {
    let location = Location::in_memory();
    let mut writer = Writer::create(&location, Format::V3).await?;

    let mut field = [
        1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0,
    ];
    field[5] = f32::NAN;
    let depth = writer.add(ArraySpec {
        name: "depth".into(),
        dimensions: vec!["lat".into(), "lon".into()],
        shape: vec![3, 4],
        chunk: vec![2, 4],
        data_type: DataType::Float32,
        missing: Some(Scalar::Float(f64::NAN)),
        compression: Compression::Zstd { level: 3 },
        attributes: Map::from_iter([("units".into(), json!("m"))]),
    })?;
    depth.write(&field.map(f32::to_ne_bytes).concat()).await?;

    for (name, units, values) in [
        ("lat", "degrees_north", vec![60.0, 0.0, -60.0]),
        ("lon", "degrees_east", vec![0.0, 90.0, 180.0, 270.0]),
    ] {
        let coordinate = writer.add(ArraySpec {
            name: name.into(),
            dimensions: vec![name.into()],
            shape: vec![values.len()],
            chunk: vec![values.len()],
            data_type: DataType::Float64,
            missing: None,
            compression: Compression::None,
            attributes: Map::from_iter([("units".into(), json!(units))]),
        })?;
        let bytes: Vec<u8> = values.into_iter().flat_map(f64::to_ne_bytes).collect();
        coordinate.write(&bytes).await?;
    }
    writer.finish(&Map::new()).await?;
    Ok(location)
}
