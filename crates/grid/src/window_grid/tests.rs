#![allow(clippy::unwrap_used, reason = "a test that cannot set up must fail")]

use crate::{Mapping, Run, Window, WindowGrid};

fn grid() -> WindowGrid {
    let runs = vec![Run { start: 3, len: 2 }, Run { start: 1, len: 2 }];
    WindowGrid::new(vec![
        ("time".to_owned(), Mapping::Identity(2)),
        ("lon".to_owned(), Mapping::Runs { runs, ring: 4 }),
    ])
}

#[test]
fn windows_come_in_c_order() {
    let grid = grid();
    assert_eq!((grid.len(), grid.shape()), (4, vec![2, 2]));
    let windows: Vec<Window> = grid.iter().collect();
    let index: Vec<&[usize]> = windows.iter().map(|w| w.index.as_slice()).collect();
    assert_eq!(index, [[0, 0], [0, 1], [1, 0], [1, 1]]);
    assert_eq!(
        windows[2].cells,
        [Run { start: 1, len: 1 }, Run { start: 3, len: 2 }]
    );
    assert_eq!(windows[3], grid.window(3));
    assert_eq!(grid.iter().len(), 4);
}

#[test]
fn intervals_cover_unnamed_dimensions() {
    let grid = grid();
    let time: Vec<_> = grid.intervals("time").unwrap().collect();
    assert_eq!(
        time,
        [(0, Run { start: 0, len: 1 }), (1, Run { start: 1, len: 1 })]
    );
    assert_eq!(grid.intervals("lon").unwrap().len(), 2);
    assert!(grid.intervals("lat").is_none());
    assert_eq!(grid.mapping("lon").unwrap().source_len(), 4);
}

#[test]
fn no_dimensions_and_no_cells() {
    let scalar = WindowGrid::new(Vec::new());
    assert_eq!(scalar.iter().count(), 1);
    let none = WindowGrid::new(vec![
        ("a".to_owned(), Mapping::Identity(usize::MAX)),
        ("b".to_owned(), Mapping::Identity(usize::MAX)),
        ("c".to_owned(), Mapping::Identity(0)),
    ]);
    assert!(none.is_empty());
    assert_eq!(none.iter().count(), 0);
}

#[test]
fn windows_are_made_one_at_a_time() {
    let huge = WindowGrid::new(vec![
        ("a".to_owned(), Mapping::Identity(1 << 31)),
        ("b".to_owned(), Mapping::Identity(1 << 31)),
    ]);
    assert_eq!(huge.len(), 1 << 62);
    assert_eq!(huge.iter().nth(1).unwrap().index, [0, 1]);
    assert_eq!(huge.window((1 << 62) - 1).index, [(1 << 31) - 1; 2]);
}
