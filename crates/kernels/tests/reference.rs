//! Every method and type against a plain loop over the cells of each window, pieces in any cut.

#![cfg(test)]

use ndarray::{ArrayD, IxDyn};
use proptest::prelude::*;
use rsmp_kernels::{Element, Method, Number, Packing, Reduced, Reduction, Weights};

/// Reduces `field` cut in `pieces`, each piece in an accumulator of its own, merged in order.
fn reduce<T: Element>(
    field: &ArrayD<T>,
    weights: &[Weights],
    reduction: &Reduction,
    pieces: &[usize],
) -> Reduced {
    let targets: Vec<_> = weights.iter().map(|w| 0..w.len()).collect();
    let mut all = reduction.accumulator(&targets);
    let cuts: Vec<_> = weights
        .iter()
        .zip(pieces)
        .map(|(w, &piece)| w.pieces(0..w.len(), piece))
        .collect();
    let mut chosen = vec![0; cuts.len()];
    if cuts.iter().any(Vec::is_empty) {
        return reduction.finish(all, weights).unwrap();
    }
    loop {
        let block = field.slice_each_axis(|axis| {
            let i = axis.axis.index();
            let start = cuts[i][chosen[i]].0 * pieces[i];
            ndarray::Slice::from(start..(start + pieces[i]).min(axis.len))
        });
        let segments: Vec<_> = chosen
            .iter()
            .zip(&cuts)
            .map(|(&i, cut)| cut[i].1.as_slice())
            .collect();
        let mut part = reduction.accumulator(&targets);
        part.push(&T::block(block), weights, &segments).unwrap();
        all.merge(part).unwrap();
        let Some(axis) = (0..cuts.len())
            .rev()
            .find(|&a| chosen[a] + 1 < cuts[a].len())
        else {
            return reduction.finish(all, weights).unwrap();
        };
        chosen[axis] += 1;
        chosen[axis + 1..].fill(0);
    }
}

/// The same by definition: the cells of a window in index order, in 128-bit or double arithmetic.
fn expected<T: Element>(
    field: &ArrayD<T>,
    weights: &[Weights],
    cell_weights: &[Vec<f64>],
    reduction: &Reduction,
) -> Vec<Option<f64>> {
    let [rows, columns] = weights else {
        panic!("two axes")
    };
    let mut out = Vec::new();
    for r in 0..rows.len() {
        for c in 0..columns.len() {
            let cells: Vec<(T, f64)> = rows
                .cells(r)
                .flat_map(|i| columns.cells(c).map(move |j| (i, j)))
                .map(|(i, j)| {
                    (
                        field[IxDyn(&[i, j])],
                        cell_weights[0][i] * cell_weights[1][j],
                    )
                })
                .collect();
            let valid: Vec<(f64, f64)> = cells
                .iter()
                .filter(|(v, _)| {
                    !v.is_nan() && !reduction.missing.iter().any(|m| m.as_f64() == v.to_f64())
                })
                .map(|(v, w)| {
                    let p = reduction.packing.unwrap_or(Packing {
                        scale: 1.0,
                        offset: 0.0,
                    });
                    (v.to_f64() * p.scale + p.offset, *w)
                })
                .collect();
            let share = valid.len() as f64 / cells.len() as f64;
            let n = valid.len() as f64;
            let values = || valid.iter().map(|(v, _)| *v);
            let value = match reduction.method {
                Method::Mean => values().sum::<f64>() / n,
                Method::AreaMean => {
                    valid.iter().map(|(v, w)| v * w).sum::<f64>()
                        / valid.iter().map(|(_, w)| w).sum::<f64>()
                }
                Method::Sum => values().sum(),
                Method::Count => n,
                Method::Min => values().fold(f64::INFINITY, f64::min),
                Method::Max => values().fold(f64::NEG_INFINITY, f64::max),
                Method::First => values().next().unwrap_or(f64::NAN),
                Method::Last => values().next_back().unwrap_or(f64::NAN),
                other => panic!("no reference for {other}"),
            };
            let keep = match reduction.method {
                Method::Count => true,
                Method::AreaMean => n > 0.0,
                _ => n > 0.0 && share >= reduction.min_valid,
            };
            out.push(keep.then_some(value));
        }
    }
    out
}

#[derive(Debug, Clone)]
struct Case {
    shape: [usize; 2],
    runs: [Vec<(usize, usize)>; 2],
    pieces: [usize; 2],
    values: Vec<i16>,
    min_valid: f64,
    negative_scale: bool,
}

fn axis() -> impl Strategy<Value = (usize, Vec<(usize, usize)>, usize)> {
    (1usize..14).prop_flat_map(|len| {
        (
            Just(len),
            prop::collection::vec((0..len, 0..=len), 1..6),
            1..=len + 2,
        )
    })
}

fn case() -> impl Strategy<Value = Case> {
    (axis(), axis()).prop_flat_map(|(rows, columns)| {
        let cells = rows.0 * columns.0;
        (
            prop::collection::vec(-3i16..20, cells),
            0usize..=4,
            any::<bool>(),
        )
            .prop_map(move |(values, quarter, negative_scale)| Case {
                shape: [rows.0, columns.0],
                runs: [rows.1.clone(), columns.1.clone()],
                pieces: [rows.2, columns.2],
                values,
                min_valid: quarter as f64 / 4.0,
                negative_scale,
            })
    })
}

fn check<T: Element>(case: &Case, packing: Option<Packing>) -> Result<(), TestCaseError> {
    // -3 and -2 mark missing data; unsigned types see them as large numbers that mark nothing.
    let field = ArrayD::from_shape_vec(
        IxDyn(&case.shape),
        case.values
            .iter()
            .map(|&v| T::from_f64(f64::from(v).max(T::LOWEST.to_f64())).unwrap())
            .collect(),
    )
    .unwrap();
    let cell_weights: Vec<Vec<f64>> = case
        .shape
        .iter()
        .map(|&n| (0..n).map(|i| 0.5 + (i % 3) as f64).collect())
        .collect();
    for method in Method::ALL.into_iter().filter(|m| *m != Method::Nearest) {
        let reduction = Reduction {
            missing: vec![Number::I64(-3), Number::I64(-2)],
            packing,
            min_valid: if method == Method::AreaMean || method == Method::Count {
                0.0
            } else {
                case.min_valid
            },
            ..Reduction::new(method, T::TYPE)
        };
        let weights: Vec<Weights> = (0..2)
            .map(|i| {
                let plain = Weights::windows(case.shape[i], case.runs[i].iter().copied()).unwrap();
                if method == Method::AreaMean {
                    plain.with_cell_weights(&cell_weights[i]).unwrap()
                } else {
                    plain
                }
            })
            .collect();
        let found = reduce(&field, &weights, &reduction, &case.pieces);
        let expected = expected(&field, &weights, &cell_weights, &reduction);
        prop_assert_eq!(found.len(), expected.len());
        for (i, expected) in expected.into_iter().enumerate() {
            match (found.get(i), expected) {
                (Some(a), Some(b)) => prop_assert!(
                    (a - b).abs() <= 1e-12 * b.abs().max(1.0),
                    "{method} of {}: {a} for {b}",
                    T::TYPE
                ),
                (a, b) => prop_assert_eq!(a, b, "{} of {}", method, T::TYPE),
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_method_of_every_type_is_what_its_definition_says(case in case()) {
        let packing = Packing { scale: if case.negative_scale { -0.5 } else { 0.25 }, offset: 10.0 };
        check::<i8>(&case, None)?;
        check::<i16>(&case, Some(packing))?;
        check::<i32>(&case, None)?;
        check::<i64>(&case, None)?;
        check::<u8>(&case, Some(packing))?;
        check::<u16>(&case, None)?;
        check::<u32>(&case, None)?;
        check::<u64>(&case, None)?;
        check::<f32>(&case, None)?;
        check::<f64>(&case, Some(packing))?;
        check::<half::f16>(&case, None)?;
    }
}

#[test]
fn three_axes_reduce_at_once() {
    let field = ArrayD::from_shape_fn(IxDyn(&[2, 3, 4]), |i| {
        (i[0] * 100 + i[1] * 10 + i[2]) as f32
    });
    let weights = [
        Weights::windows(2, [(0, 2)]).unwrap(),
        Weights::identity(3),
        Weights::windows(4, [(0, 2), (2, 2)]).unwrap(),
    ];
    let reduced = reduce(
        &field,
        &weights,
        &Reduction::new(Method::Mean, f32::TYPE),
        &[1, 2, 3],
    );
    assert_eq!(reduced.to_f64(), [50.5, 52.5, 60.5, 62.5, 70.5, 72.5]);
}

#[test]
fn a_column_major_block_gives_the_same() {
    let c = ArrayD::from_shape_fn(IxDyn(&[3, 4]), |i| (i[0] * 4 + i[1]) as f64);
    let mut f = ArrayD::zeros(ndarray::ShapeBuilder::f(IxDyn(&[3, 4])));
    f.assign(&c);
    let weights = [
        Weights::windows(3, [(0, 3)]).unwrap(),
        Weights::windows(4, [(1, 2)]).unwrap(),
    ];
    let reduction = Reduction::new(Method::Last, f64::TYPE);
    assert_eq!(
        reduce(&c, &weights, &reduction, &[3, 4]),
        reduce(&f, &weights, &reduction, &[3, 4])
    );
}

#[test]
fn doubles_of_any_number_are_summed_to_the_last_digit() {
    // Plain double sums lose the ones beside 1e16.
    let field = ArrayD::from_shape_fn(IxDyn(&[1, 1001]), |i| match i[1] {
        0 => 1e16,
        1000 => -1e16,
        _ => 1.0,
    });
    let weights = [
        Weights::identity(1),
        Weights::windows(1001, [(0, 1001)]).unwrap(),
    ];
    let sum = reduce(
        &field,
        &weights,
        &Reduction::new(Method::Sum, f64::TYPE),
        &[1, 300],
    );
    assert_eq!(sum.to_f64(), [999.0]);
}

#[test]
fn infinities_are_values() {
    let field = ArrayD::from_shape_vec(IxDyn(&[1, 3]), vec![f64::INFINITY, 1.0, 2.0]).unwrap();
    let weights = [Weights::identity(1), Weights::windows(3, [(0, 3)]).unwrap()];
    for method in [Method::Mean, Method::Sum, Method::Max] {
        let found = reduce(
            &field,
            &weights,
            &Reduction::new(method, f64::TYPE),
            &[1, 2],
        );
        assert_eq!(found.to_f64(), [f64::INFINITY], "{method}");
    }
}

#[test]
fn big_integers_stay_exact() {
    let big = (1_i64 << 60) + 1;
    let field = ArrayD::from_shape_vec(IxDyn(&[1, 2]), vec![big, -1]).unwrap();
    let weights = [Weights::identity(1), Weights::windows(2, [(0, 2)]).unwrap()];
    let max = reduce(
        &field,
        &weights,
        &Reduction::new(Method::Max, i64::TYPE),
        &[1, 1],
    );
    assert_eq!(max.to_elements::<i64>(i64::MIN), Ok(vec![big]));
    let sum = reduce(
        &field,
        &weights,
        &Reduction::new(Method::Sum, i64::TYPE),
        &[1, 1],
    );
    assert_eq!(sum.to_elements::<i64>(i64::MIN), Ok(vec![big - 1]));
}

#[test]
fn arguments_that_do_not_fit_are_errors() {
    let field = ArrayD::<f32>::zeros(IxDyn(&[2, 2]));
    let weights = [Weights::identity(2), Weights::windows(9, [(0, 9)]).unwrap()];
    let pieces: Vec<_> = weights.iter().map(|w| w.pieces(0..w.len(), 9)).collect();
    let segments: Vec<_> = pieces.iter().map(|p| p[0].1.as_slice()).collect();
    let mut mean = Reduction::new(Method::Mean, f32::TYPE).accumulator(&[0..2, 0..1]);
    let block = f32::block(field.view());
    assert!(
        mean.push(&block, &weights, &segments).is_err(),
        "segment beyond the block"
    );
    assert!(
        mean.push(&block, &weights[..1], &segments).is_err(),
        "weights of one axis missing"
    );
    let doubles = ArrayD::<f64>::zeros(IxDyn(&[2, 9]));
    assert!(
        mean.push(&f64::block(doubles.view()), &weights, &segments)
            .is_err(),
        "other type"
    );
    let max = Reduction::new(Method::Max, f32::TYPE).accumulator(&[0..2, 0..1]);
    assert!(mean.merge(max).is_err(), "other method");
}
