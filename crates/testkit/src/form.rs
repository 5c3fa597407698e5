//! How a store is laid out.

use crate::Codec;

/// Order of the cells in a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The last dimension varies fastest.
    C,
    /// The first dimension varies fastest: `order` F of v2, `transpose` of v3.
    F,
}

/// Where the documents are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metadata {
    /// Beside the arrays and once more at the root.
    Consolidated,
    /// Beside the arrays alone.
    Apart,
}

/// How a store is laid out. The same values read the same from every form.
#[derive(Debug, Clone)]
pub struct Form {
    /// 2 or 3.
    pub format: u8,
    /// Where the documents are.
    pub metadata: Metadata,
    /// Whether numbers have their highest byte first.
    pub big_endian: bool,
    /// Order of the cells in a chunk.
    pub order: Order,
    /// Between the indices in the key of a chunk.
    pub separator: char,
    /// What wraps the bytes of a chunk; of an inner chunk where there are shards.
    pub codec: Codec,
    /// Inner chunks per shard and dimension, for v3; chunks of the array are then the shards.
    pub shards: Option<usize>,
}

impl Form {
    /// Zarr v2 with consolidated metadata, little-endian, C order, separator `.`, not compressed.
    pub fn v2() -> Self {
        Self {
            format: 2,
            metadata: Metadata::Consolidated,
            big_endian: false,
            order: Order::C,
            separator: '.',
            codec: Codec::None,
            shards: None,
        }
    }

    /// Zarr v3 with inline consolidated metadata, little-endian, C order, separator `/`, not compressed.
    pub fn v3() -> Self {
        Self {
            format: 3,
            separator: '/',
            ..Self::v2()
        }
    }
}
