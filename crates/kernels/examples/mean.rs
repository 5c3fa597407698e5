//! Averages a field in 2 × 2 windows, in two pieces that are merged: `cargo run --example mean`.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use ndarray::{Array2, s};
use rsmp_kernels::{Element, Error, Method, Reduction, Weights};

fn main() -> Result<(), Error> {
    let field = Array2::from_shape_fn((4, 6), |(i, j)| {
        if (i, j) == (0, 0) {
            f32::NAN
        } else {
            (10 * i + j) as f32
        }
    });
    let weights = [
        Weights::windows(4, [(0, 2), (2, 2)])?,
        Weights::windows(6, [(0, 2), (2, 2), (4, 2)])?,
    ];
    let reduction = Reduction::new(Method::Mean, f32::TYPE);
    let mut means = reduction.accumulator(&[0..2, 0..3]);

    // The pieces could come from different chunks, threads or machines.
    let rows = weights[0].pieces(0..2, 4);
    for (number, columns) in weights[1].pieces(0..3, 3) {
        let piece = field.slice(s![.., number * 3..(number + 1) * 3]);
        let mut part = reduction.accumulator(&[0..2, 0..3]);
        part.push(
            &f32::block(piece.into_dyn()),
            &weights,
            &[&rows[0].1, &columns],
        )?;
        means.merge(part)?;
    }
    for row in reduction.finish(means, &weights)?.to_f64().chunks(3) {
        println!("{row:?}");
    }
    Ok(())
}
