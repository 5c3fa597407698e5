#![allow(clippy::unwrap_used, reason = "a test that cannot set up must fail")]

use proptest::prelude::*;

use crate::{ChunkGrid, Error};

fn grid(shape: &[usize], chunk: &[usize]) -> Result<ChunkGrid, Error> {
    ChunkGrid::try_new(shape.to_vec(), chunk.to_vec())
}

#[test]
fn faults_are_told_apart() {
    let rank = grid(&[4, 4], &[2]);
    assert_eq!(
        rank,
        Err(Error::Rank {
            expected: 2,
            found: 1
        })
    );
    let zero = grid(&[4, 0], &[2, 0]);
    assert!(matches!(zero, Err(Error::ZeroChunk { dimension: 1, .. })));
    let many = grid(&[usize::MAX, 3], &[1, 1]);
    assert!(matches!(many, Err(Error::TooManyChunks { .. })));
}

#[test]
fn no_cells_no_chunks_and_scalars_one() {
    let none = grid(&[usize::MAX, usize::MAX, 0], &[1, 1, 5]).unwrap();
    assert!(none.is_empty());
    assert_eq!(none.counts()[2], 0);
    assert_eq!(none.touching(&[0..1, 0..1, 0..9])[2], 0..0);
    let scalar = grid(&[], &[]).unwrap();
    assert_eq!(scalar.len(), 1);
    assert!(scalar.index_of(0).is_empty());
    assert_eq!(scalar.ordinal_of(&[]), 0);
    assert!(scalar.region(&[]).is_empty());
}

#[test]
fn a_chunk_longer_than_counting_goes_is_fine() {
    let one = grid(&[10], &[usize::MAX]).unwrap();
    assert_eq!(one.region(&[0])[0], 0..10);
}

#[test]
#[should_panic(expected = "chunk [3] of [3]")]
fn an_index_past_the_grid_panics() {
    grid(&[10], &[4]).unwrap().region(&[3]);
}

proptest! {
    #[test]
    fn ordinals_and_indices_are_one_to_one(
        dims in prop::collection::vec((0_usize..30, 1_usize..9), 0..4),
    ) {
        let (shape, chunk): (Vec<_>, Vec<_>) = dims.into_iter().unzip();
        let grid = grid(&shape, &chunk).unwrap();
        let mut cells = 0;
        for ordinal in 0..grid.len() {
            let index = grid.index_of(ordinal);
            prop_assert_eq!(grid.ordinal_of(&index), ordinal);
            let region = grid.region(&index);
            prop_assert!(region.iter().all(|r| !r.is_empty()));
            let touching: Vec<_> = index.iter().map(|&i| i..i + 1).collect();
            prop_assert_eq!(grid.touching(&region), touching);
            cells += region.iter().map(ExactSizeIterator::len).product::<usize>();
        }
        prop_assert_eq!(cells, shape.iter().product::<usize>());
    }

    #[test]
    fn touching_is_as_cell_by_cell(n in 0_usize..50, chunk in 1_usize..9, a in 0_usize..60, b in 0_usize..60) {
        let grid = grid(&[n], &[chunk]).unwrap();
        let cells = a.min(b)..a.max(b);
        let mut expected: Vec<usize> = cells.clone().filter(|&c| c < n).map(|c| c / chunk).collect();
        expected.dedup();
        let touching = grid.touching(&[cells]);
        prop_assert_eq!(touching[0].clone().collect::<Vec<_>>(), expected);
    }
}
