#![allow(clippy::unwrap_used, reason = "a test that cannot set up must fail")]

use proptest::prelude::*;

use crate::{Mapping, Run, source_chunks};

#[test]
fn identity_needs_its_own_chunks() {
    assert_eq!(source_chunks(&Mapping::Identity(10), 3..7, 4), [0, 1]);
    assert_eq!(source_chunks(&Mapping::Identity(10), 8..99, 4), [2]);
    assert!(source_chunks(&Mapping::Identity(10), 5..5, 4).is_empty());
    assert!(source_chunks(&Mapping::Identity(0), 0..1, 4).is_empty());
}

#[test]
fn a_run_across_the_seam_needs_both_ends() {
    let runs = vec![
        Run {
            start: 350,
            len: 20,
        },
        Run::default(),
    ];
    let mapping = Mapping::Runs { runs, ring: 360 };
    assert_eq!(source_chunks(&mapping, 0..2, 100), [0, 3]);
    assert!(source_chunks(&mapping, 1..2, 100).is_empty());
}

proptest! {
    #[test]
    fn as_cell_by_cell(
        ring in 1_usize..60,
        raw in prop::collection::vec((0_usize..60, 0_usize..60), 0..20),
        from in 0_usize..22,
        n in 0_usize..22,
        chunk in 1_usize..70,
    ) {
        let runs: Vec<Run> = raw
            .iter()
            .map(|(start, len)| Run { start: start % ring, len: len % (ring + 1) })
            .collect();
        let asked = from..from + n;
        let mut expected: Vec<usize> = runs
            .iter()
            .enumerate()
            .filter(|(i, _)| asked.contains(i))
            .flat_map(|(_, run)| (0..run.len).map(|k| (run.start + k) % ring / chunk))
            .collect();
        expected.sort_unstable();
        expected.dedup();
        let mapping = Mapping::Runs { runs, ring };
        prop_assert_eq!(source_chunks(&mapping, asked, chunk), expected);
    }
}
