//! Reduction kernels on one chunk of 1024 × 1024 cells, in source bytes per second, beside a plain scalar
//! loop and the speed at which one core reads the same memory.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use rsmp_kernels::{Element, Method, Number, Packing, Reduction, Segment, Weights};
use std::hint::black_box;

const SIDE: usize = 1024;

/// A fixed sequence of numbers from 0 to 1 (a 64-bit linear congruential generator, Knuth's constants).
fn noise() -> impl FnMut() -> f64 {
    let mut state = 42_u64;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn field<T: Element>(missing_share: f64, mark: T) -> Array2<T> {
    let mut next = noise();
    Array2::from_shape_simple_fn((SIDE, SIDE), || {
        let value = next();
        if value < missing_share {
            mark
        } else {
            T::from_f64(value * 1000.0).unwrap_or(mark)
        }
    })
}

/// Windows of `side` cells, the last one ragged.
fn windows(side: usize) -> Weights {
    let runs = (0..SIDE.div_ceil(side)).map(|i| (i * side, side.min(SIDE - i * side)));
    Weights::windows(SIDE, runs).unwrap_or_else(|_| Weights::identity(SIDE))
}

fn reduce<T: Element>(field: &Array2<T>, weights: &[Weights], reduction: &Reduction) -> usize {
    let n = weights[0].len();
    let mut accumulator = reduction.accumulator(&[0..n, 0..n]);
    let pieces: Vec<Vec<(usize, Vec<Segment>)>> = weights
        .iter()
        .map(|weights| weights.pieces(0..n, SIDE))
        .collect();
    let segments: Vec<&[Segment]> = pieces.iter().map(|p| p[0].1.as_slice()).collect();
    let block = T::block(field.view().into_dyn());
    let pushed = accumulator.push(&block, weights, &segments);
    pushed
        .and_then(|()| reduction.finish(accumulator, weights))
        .map_or(0, |r| r.n_missing())
}

/// The loop that anybody would write first.
fn scalar_mean(field: &Array2<f32>, side: usize) -> f64 {
    let mut total = 0.0;
    for window in field.exact_chunks((side, side)) {
        let (mut sum, mut n) = (0.0_f64, 0_u32);
        for &value in window {
            if !value.is_nan() {
                sum += f64::from(value);
                n += 1;
            }
        }
        total += sum / f64::from(n);
    }
    total
}

fn methods<T: Element>(c: &mut Criterion, share: f64, mark: T, packing: Option<Packing>) {
    let field = field(share, mark);
    let mut group = c.benchmark_group(format!("{} {:.0} % missing", T::TYPE, share * 100.0));
    group.throughput(Throughput::Bytes((SIDE * SIDE * size_of::<T>()) as u64));
    let marks = if mark.is_nan() {
        vec![]
    } else {
        vec![Number::F64(mark.to_f64())]
    };
    for method in [Method::Mean, Method::AreaMean, Method::Max, Method::First] {
        for side in [2, 16, 20, 256] {
            let mut weights = [windows(side), windows(side)];
            if method == Method::AreaMean {
                let ones = vec![1.5; SIDE];
                weights = weights.map(|w| w.clone().with_cell_weights(&ones).unwrap_or(w));
            }
            let reduction = Reduction {
                missing: marks.clone(),
                packing,
                ..Reduction::new(method, T::TYPE)
            };
            group.bench_function(BenchmarkId::new(method.name(), side), |b| {
                b.iter(|| reduce(black_box(&field), &weights, &reduction));
            });
        }
    }
    group.finish();
}

fn kernels(c: &mut Criterion) {
    methods::<f32>(c, 0.0, f32::NAN, None);
    methods::<f32>(c, 0.3, f32::NAN, None);
    methods::<f64>(c, 0.3, f64::NAN, None);
    methods::<i16>(
        c,
        0.3,
        -32768,
        Some(Packing {
            scale: -0.001,
            offset: 20.0,
        }),
    );

    let field = field::<f32>(0.3, f32::NAN);
    let mut group = c.benchmark_group("beside");
    group.throughput(Throughput::Bytes((SIDE * SIDE * size_of::<f32>()) as u64));
    group.bench_function("scalar mean 16", |b| {
        b.iter(|| scalar_mean(black_box(&field), 16));
    });
    group.bench_function("read memory", |b| {
        b.iter(|| {
            let words = black_box(&field).as_slice().unwrap_or_default();
            words.chunks_exact(16).fold([0_u32; 16], |mut sum, chunk| {
                for (sum, word) in sum.iter_mut().zip(chunk) {
                    *sum = sum.wrapping_add(word.to_bits());
                }
                sum
            })
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = kernels
}
criterion_main!(benches);
