//! Envelopes of compressors, filled with bytes that are not compressed.

use serde_json::{Value, json};

/// Longest stored block that every format takes.
const BLOCK: usize = 60_000;

/// How the bytes of a chunk are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Not at all.
    None,
    /// A zlib stream of stored blocks; Zarr v2 alone has it.
    Zlib,
    /// A gzip member of stored blocks.
    Gzip,
    /// A zstd frame of raw blocks.
    Zstd,
    /// A blosc buffer that says it was copied.
    Blosc,
    /// Four bytes of CRC-32C behind the bytes; Zarr v3 alone has it.
    Crc32c,
}

impl Codec {
    /// The bytes of a chunk as the codec stores them.
    pub(crate) fn wrap(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::None => bytes,
            Self::Zlib => {
                let sum = adler32(&bytes).to_be_bytes();
                [&[0x78, 0x01], stored(&bytes).as_slice(), &sum].concat()
            }
            Self::Gzip => {
                let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
                let sum = crc(&bytes, 0xEDB8_8320).to_le_bytes();
                let len = (bytes.len() as u32).to_le_bytes();
                [&header, stored(&bytes).as_slice(), &sum, &len].concat()
            }
            Self::Zstd => zstd(&bytes),
            Self::Blosc => {
                // Version, version of the inner format, flag "copied", element size of 1.
                let mut buffer = vec![2, 1, 2, 1];
                for number in [bytes.len(), bytes.len(), bytes.len() + 16] {
                    buffer.extend((number as u32).to_le_bytes());
                }
                buffer.extend(bytes);
                buffer
            }
            Self::Crc32c => {
                let sum = crc32c(&bytes).to_le_bytes();
                [bytes.as_slice(), &sum].concat()
            }
        }
    }

    /// The `compressor` of a v2 document.
    pub(crate) fn to_v2(self) -> Value {
        match self {
            Self::None | Self::Crc32c => Value::Null,
            Self::Zlib => json!({"id": "zlib", "level": 1}),
            Self::Gzip => json!({"id": "gzip", "level": 1}),
            Self::Zstd => json!({"id": "zstd", "level": 1}),
            Self::Blosc => json!({
                "id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 0, "blocksize": 0,
            }),
        }
    }

    /// The codecs behind `bytes` in a v3 document.
    pub(crate) fn to_v3(self) -> Vec<Value> {
        let (name, configuration) = match self {
            Self::None => return Vec::new(),
            Self::Crc32c => return vec![json!({"name": "crc32c"})],
            Self::Zlib => ("numcodecs.zlib", json!({"level": 1})),
            Self::Gzip => ("gzip", json!({"level": 1})),
            Self::Zstd => ("zstd", json!({"level": 1, "checksum": false})),
            Self::Blosc => (
                "blosc",
                json!({
                    "typesize": 1, "cname": "lz4", "clevel": 5, "shuffle": "noshuffle", "blocksize": 0,
                }),
            ),
        };
        vec![json!({"name": name, "configuration": configuration})]
    }
}

/// Deflate blocks of type "stored" (RFC 1951, 3.2.4).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let blocks = bytes.chunks(BLOCK);
    let last = blocks.len().saturating_sub(1);
    let mut out = Vec::new();
    for (i, block) in blocks.enumerate() {
        let len = block.len() as u16;
        out.push(u8::from(i == last));
        out.extend(len.to_le_bytes());
        out.extend((!len).to_le_bytes());
        out.extend(block);
    }
    out
}

/// A frame with a content size of four bytes, one segment and raw blocks (RFC 8878, 3.1.1).
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x28, 0xB5, 0x2F, 0xFD, 0xA0];
    out.extend((bytes.len() as u32).to_le_bytes());
    let blocks = bytes.chunks(BLOCK);
    let last = blocks.len().saturating_sub(1);
    for (i, block) in blocks.enumerate() {
        let header = ((block.len() as u32) << 3) | u32::from(i == last);
        out.extend(&header.to_le_bytes()[..3]);
        out.extend(block);
    }
    out
}

fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), &byte| {
        let low = (low + u32::from(byte)) % 65521;
        (low, (high + low) % 65521)
    });
    (high << 16) | low
}

/// The CRC-32C (Castagnoli) of some bytes.
pub fn crc32c(bytes: &[u8]) -> u32 {
    crc(bytes, 0x82F6_3B78)
}

fn crc(bytes: &[u8], polynomial: u32) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ polynomial
            } else {
                crc >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_the_published_ones() {
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
        assert_eq!(crc(b"123456789", 0xEDB8_8320), 0xCBF4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }
}
