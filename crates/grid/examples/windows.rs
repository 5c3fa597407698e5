//! Prints the windows of a small longitude axis, one of them across the seam.
#![allow(clippy::print_stdout, reason = "an example shows its result")]

use rsmp_grid::{Axis, AxisKind, Closed, DimSpec, Error, Precision, Target};

fn main() -> Result<(), Error> {
    let centres = (0..12).map(|i| f64::from(i) * 30.0).collect();
    let lon = Axis::try_new("lon", AxisKind::X, centres, Precision::Double)?;
    let spec: DimSpec = "lon=-45:90:45".parse()?;
    let target = Target::try_new(&spec)?;
    println!("{spec} on {} cells of {}", lon.len(), lon.name());
    for interval in target.intervals(&lon, Closed::Left)? {
        let cells = interval.cells.indices(lon.ring_len());
        let centres: Vec<f64> = cells.map(|i| lon.centres()[i]).collect();
        let [low, high] = interval.bounds;
        println!("{}: {low}..{high} holds {centres:?}", interval.target);
    }
    Ok(())
}
