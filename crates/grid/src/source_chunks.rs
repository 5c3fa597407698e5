//! Which chunks of the source a stretch of target cells needs.

use std::ops::Range;

use crate::mapping::Mapping;

/// Lists the chunks along one dimension that hold a source cell of these target cells.
///
/// The chunk indices are distinct and rise. Target cells past the end of the mapping and empty runs need
/// nothing; a run across the seam needs chunks at both ends. The work grows with runs and chunks, not
/// with cells.
///
/// # Panics
/// If `chunk` is 0.
///
/// # Example
/// ```
/// # use rsmp_grid::{Mapping, Run, source_chunks};
/// let runs = vec![Run { start: 8, len: 4 }, Run { start: 2, len: 1 }];
/// let mapping = Mapping::Runs { runs, ring: 10 };
/// assert_eq!(source_chunks(&mapping, 0..1, 3), [0, 2, 3]);
/// ```
pub fn source_chunks(mapping: &Mapping, targets: Range<usize>, chunk: usize) -> Vec<usize> {
    assert!(chunk > 0, "a chunk length of 0");
    let end = targets.end.min(mapping.len());
    let targets = targets.start.min(end)..end;
    let mut spans: Vec<Range<usize>> = match mapping {
        Mapping::Identity(_) => vec![targets],
        Mapping::Runs { runs, ring } => {
            let runs = runs[targets].iter();
            runs.flat_map(|run| run.pieces(*ring)).collect()
        }
    };
    spans.retain(|span| !span.is_empty());
    for span in &mut spans {
        *span = span.start / chunk..(span.end - 1) / chunk + 1;
    }
    spans.sort_unstable_by_key(|span| span.start);
    let mut chunks = Vec::new();
    let mut next = 0;
    for span in spans {
        chunks.extend(span.start.max(next)..span.end);
        next = next.max(span.end);
    }
    chunks
}

#[cfg(test)]
mod tests;
