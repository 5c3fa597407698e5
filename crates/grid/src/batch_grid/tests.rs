#![allow(clippy::unwrap_used, reason = "a test that cannot set up must fail")]

use proptest::prelude::*;

use crate::{BatchGrid, ChunkGrid, Error};

fn units(counts: &[usize]) -> ChunkGrid {
    ChunkGrid::try_new(counts.to_vec(), vec![1; counts.len()]).unwrap()
}

#[test]
fn blocks_grow_as_wished_then_from_the_last_dimension() {
    let table: [(usize, &[usize], &[usize]); 10] = [
        (1, &[1, 1, 1], &[1, 1, 1]),
        (0, &[1, 1, 1], &[1, 1, 1]),
        (4, &[1, 1, 1], &[1, 1, 4]),
        (4, &[1, 2, 2], &[1, 2, 2]),
        (3, &[1, 2, 2], &[1, 1, 3]),
        (40, &[1, 2, 2], &[1, 4, 10]),
        (1000, &[], &[10, 10, 10]),
        (10, &[5, 0, 0], &[5, 1, 2]),
        (99, &[99, 99, 99], &[1, 9, 10]),
        (usize::MAX, &[], &[10, 10, 10]),
    ];
    for (wanted, at_least, block) in table {
        let grid = BatchGrid::grow(units(&[10, 10, 10]), wanted, at_least);
        assert_eq!(grid.block(), block, "{wanted} {at_least:?}");
    }
}

#[test]
fn blocks_must_fit_the_rank() {
    let rank = BatchGrid::try_new(units(&[2, 2]), vec![1]);
    assert!(matches!(rank, Err(Error::Rank { .. })));
    let zero = BatchGrid::try_new(units(&[2, 2]), vec![1, 0]);
    assert!(matches!(zero, Err(Error::ZeroChunk { .. })));
}

#[test]
fn nothing_to_do_is_no_batch() {
    assert!(BatchGrid::grow(units(&[3, 0]), 10, &[]).is_empty());
    let scalar = BatchGrid::grow(units(&[]), 10, &[]);
    assert_eq!(scalar.len(), 1);
    assert!(scalar.units_of(0).is_empty());
}

proptest! {
    #[test]
    fn every_unit_is_in_one_batch(
        dims in prop::collection::vec((0_usize..12, 1_usize..5, 0_usize..6), 1..4),
        wanted in 0_usize..60,
    ) {
        let shape: Vec<usize> = dims.iter().map(|d| d.0).collect();
        let chunk: Vec<usize> = dims.iter().map(|d| d.1).collect();
        let at_least: Vec<usize> = dims.iter().map(|d| d.2).collect();
        let units = ChunkGrid::try_new(shape, chunk).unwrap();
        let batches = BatchGrid::grow(units.clone(), wanted, &at_least);
        prop_assert!(batches.block().iter().product::<usize>() <= wanted.max(1));
        prop_assert_eq!(batches.units(), &units);
        let mut seen = vec![0; units.len()];
        for batch in 0..batches.len() {
            let block = batches.units_of(batch);
            let cells = batches.region(batch);
            prop_assert_eq!(&units.touching(&cells), &block);
            for (ordinal, seen) in seen.iter_mut().enumerate() {
                let index = units.index_of(ordinal);
                if index.iter().zip(&block).all(|(i, range)| range.contains(i)) {
                    *seen += 1;
                }
            }
        }
        prop_assert!(seen.iter().all(|&n| n == 1));
    }
}
