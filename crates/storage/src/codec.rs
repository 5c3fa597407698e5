//! Chunks to bytes and back: the one place that calls the codecs of `zarrs`.

use crate::{
    Error, Result,
    array::{ArrayDocument, Format},
};
use serde_json::Value;
use std::{borrow::Cow, num::NonZeroU64, sync::Arc};
use zarrs::array::{Array, ArrayBytes, ArrayMetadata, ArrayToBytesCodecTraits, CodecOptions};

/// The codec chain of one array.
pub(crate) struct Codec {
    /// Metadata and codecs only; its storage is nothing.
    array: Array<()>,
    chunk: Vec<NonZeroU64>,
    options: CodecOptions,
}

impl Codec {
    /// Makes the chain, or says which part of the metadata is not supported.
    pub(crate) fn new(document: &ArrayDocument) -> Result<Self, String> {
        let raw = Value::Object(document.raw.clone());
        let metadata = match document.format {
            Format::V2 => serde_json::from_value(raw).map(ArrayMetadata::V2),
            Format::V3 => serde_json::from_value(raw).map(ArrayMetadata::V3),
        };
        let metadata = metadata.map_err(|error| error.to_string())?;
        let array = Array::new_with_metadata(Arc::new(()), "/", metadata)
            .map_err(|error| error.to_string())?;
        let chunk: Option<Vec<_>> = document
            .chunk
            .iter()
            .map(|&len| NonZeroU64::new(len as u64))
            .collect();
        let chunk = chunk.ok_or_else(|| "a chunk length is 0".to_owned())?;
        // One chunk per task: the caller has as many tasks as cores.
        let options = CodecOptions::default().with_concurrent_target(1);
        Ok(Self {
            array,
            chunk,
            options,
        })
    }

    /// Elements of a chunk, native-endian, in C order.
    pub(crate) fn decode<'a>(&self, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, String> {
        let decoded = self.array.codecs().decode(
            Cow::Borrowed(bytes),
            &self.chunk,
            self.array.data_type(),
            self.array.fill_value(),
            &self.options,
        );
        let fixed = decoded.map_err(|error| error.to_string())?.into_fixed();
        fixed.map_err(|error| error.to_string())
    }

    /// The stored form of the elements of a chunk.
    pub(crate) fn encode(&self, elements: Vec<u8>) -> Result<Vec<u8>, String> {
        let encoded = self.array.codecs().encode(
            ArrayBytes::new_flen(elements),
            &self.chunk,
            self.array.data_type(),
            self.array.fill_value(),
            &self.options,
        );
        encoded
            .map(Cow::into_owned)
            .map_err(|error| error.to_string())
    }

    /// One element of the fill value, native-endian.
    pub(crate) fn fill(&self) -> &[u8] {
        self.array.fill_value().as_ne_bytes()
    }
}

impl std::fmt::Debug for Codec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Codec")
            .field("chunk", &self.chunk)
            .finish_non_exhaustive()
    }
}

/// The compression of an array, in terms that both Zarr formats share.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Compression {
    /// None at all.
    None,
    /// Zstandard.
    Zstd {
        /// Level, 1 to 22.
        level: i32,
    },
    /// Deflate in a zlib envelope; Zarr v2 only.
    Zlib {
        /// Level, 0 to 9.
        level: u32,
    },
    /// Deflate in a gzip envelope.
    Gzip {
        /// Level, 0 to 9.
        level: u32,
    },
    /// Blosc.
    Blosc {
        /// Compressor inside: `lz4`, `lz4hc`, `blosclz`, `zstd`, `zlib`.
        cname: String,
        /// Level, 0 to 9.
        level: u32,
        /// 0 none, 1 by byte, 2 by bit.
        shuffle: u8,
    },
}

const SHUFFLES: [&str; 3] = ["noshuffle", "shuffle", "bitshuffle"];

impl Compression {
    /// The default of a format: zstd 3 for v3, blosc-lz4 with shuffle for v2.
    pub fn default_for(format: Format) -> Self {
        match format {
            Format::V2 => Self::Blosc {
                cname: "lz4".to_owned(),
                level: 5,
                shuffle: 1,
            },
            Format::V3 => Self::Zstd { level: 3 },
        }
    }

    /// The compression that a document states; `None` when it is another than those listed here.
    pub(crate) fn of(document: &ArrayDocument) -> Option<Self> {
        match document.format {
            Format::V2 => match document.raw.get("compressor") {
                None | Some(Value::Null) => Some(Self::None),
                Some(codec) => Self::from_parts(codec.get("id")?.as_str()?, codec),
            },
            Format::V3 => Self::from_v3(document.raw.get("codecs")?.as_array()?),
        }
    }

    fn from_v3(codecs: &[Value]) -> Option<Self> {
        let name = |codec: &Value| codec.get("name").and_then(Value::as_str).map(str::to_owned);
        let mut found = Self::None;
        for codec in codecs {
            let settings = codec.get("configuration").unwrap_or(&Value::Null);
            match name(codec)?.as_str() {
                "sharding_indexed" => {
                    found = Self::from_v3(settings.get("codecs")?.as_array()?)?;
                }
                "bytes" | "transpose" | "crc32c" => {}
                compressor => found = Self::from_parts(compressor, settings)?,
            }
        }
        Some(found)
    }

    fn from_parts(name: &str, settings: &Value) -> Option<Self> {
        let level = |key: &str| settings.get(key).and_then(Value::as_i64);
        Some(match name {
            "zstd" => Self::Zstd {
                level: level("level")?.try_into().ok()?,
            },
            "zlib" | "numcodecs.zlib" => Self::Zlib {
                level: level("level")?.try_into().ok()?,
            },
            "gzip" => Self::Gzip {
                level: level("level")?.try_into().ok()?,
            },
            "blosc" => {
                let shuffle = match settings.get("shuffle") {
                    Some(Value::String(word)) => SHUFFLES.iter().position(|s| s == word)? as u8,
                    Some(number) => u8::try_from(number.as_i64()?).unwrap_or(1),
                    None => 1,
                };
                Self::Blosc {
                    cname: settings.get("cname")?.as_str()?.to_owned(),
                    level: level("clevel")?.try_into().ok()?,
                    shuffle,
                }
            }
            _ => return None,
        })
    }

    /// True when the format has this codec.
    pub fn fits(&self, format: Format) -> bool {
        !matches!((self, format), (Self::Zlib { .. }, Format::V3))
    }

    /// Says why not when the format lacks this codec.
    ///
    /// # Errors
    /// [`Error::Codec`].
    pub fn check(&self, format: Format) -> Result<()> {
        if self.fits(format) {
            return Ok(());
        }
        Err(Error::Codec {
            codec: self.to_string(),
            reason: format!("Zarr v{format} has no such codec; gzip or zstd would do"),
        })
    }

    /// The `compressor` of a v2 document.
    pub(crate) fn to_v2(&self) -> Value {
        match self {
            Self::None => Value::Null,
            Self::Zstd { level } => serde_json::json!({"id": "zstd", "level": level}),
            Self::Zlib { level } => serde_json::json!({"id": "zlib", "level": level}),
            Self::Gzip { level } => serde_json::json!({"id": "gzip", "level": level}),
            Self::Blosc {
                cname,
                level,
                shuffle,
            } => serde_json::json!({
                "id": "blosc", "cname": cname, "clevel": level, "shuffle": shuffle, "blocksize": 0
            }),
        }
    }

    /// The bytes-to-bytes `codecs` of a v3 document.
    pub(crate) fn to_v3(&self, element_size: usize) -> Vec<Value> {
        let (name, configuration) = match self {
            Self::None => return Vec::new(),
            Self::Zstd { level } => (
                "zstd",
                serde_json::json!({"level": level, "checksum": false}),
            ),
            Self::Zlib { level } => ("numcodecs.zlib", serde_json::json!({"level": level})),
            Self::Gzip { level } => ("gzip", serde_json::json!({"level": level})),
            Self::Blosc {
                cname,
                level,
                shuffle,
            } => (
                "blosc",
                serde_json::json!({
                    "typesize": element_size, "cname": cname, "clevel": level,
                    "shuffle": SHUFFLES[usize::from(*shuffle).min(2)], "blocksize": 0
                }),
            ),
        };
        vec![serde_json::json!({"name": name, "configuration": configuration})]
    }
}

impl std::fmt::Display for Compression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Zstd { level } => write!(f, "zstd:{level}"),
            Self::Zlib { level } => write!(f, "zlib:{level}"),
            Self::Gzip { level } => write!(f, "gzip:{level}"),
            Self::Blosc { cname, level, .. } => write!(f, "blosc-{cname}:{level}"),
        }
    }
}

impl std::str::FromStr for Compression {
    type Err = Error;

    /// Reads `none`, `zstd`, `zstd:LEVEL`, `gzip:LEVEL`, `zlib:LEVEL`, `blosc-lz4` or `blosc-NAME:LEVEL`.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = |reason: &str| Error::Codec {
            codec: text.to_owned(),
            reason: reason.to_owned(),
        };
        let (name, level) = match text.split_once(':') {
            None => (text, None),
            Some((name, level)) => (
                name,
                Some(
                    level
                        .parse::<u32>()
                        .map_err(|_| wrong("its level is no number"))?,
                ),
            ),
        };
        let at_most = |level: u32, most: u32| {
            if level <= most {
                Ok(level)
            } else {
                Err(wrong(&format!("its level is above {most}")))
            }
        };
        match name {
            "none" if level.is_none() => Ok(Self::None),
            "zstd" => Ok(Self::Zstd {
                level: at_most(level.unwrap_or(3), 22)? as i32,
            }),
            "zlib" => Ok(Self::Zlib {
                level: at_most(level.unwrap_or(1), 9)?,
            }),
            "gzip" => Ok(Self::Gzip {
                level: at_most(level.unwrap_or(1), 9)?,
            }),
            _ => match name.strip_prefix("blosc-") {
                Some(cname @ ("lz4" | "lz4hc" | "blosclz" | "zstd" | "zlib")) => Ok(Self::Blosc {
                    cname: cname.to_owned(),
                    level: at_most(level.unwrap_or(5), 9)?,
                    shuffle: 1,
                }),
                _ => Err(wrong(
                    "known are none, zstd:LEVEL, gzip:LEVEL, zlib:LEVEL and blosc-lz4, blosc-lz4hc, \
                     blosc-blosclz, blosc-zstd, blosc-zlib with or without :LEVEL",
                )),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_wrong_ones_are_explained() {
        for word in [
            "none",
            "zstd:3",
            "gzip:1",
            "zlib:9",
            "blosc-lz4:5",
            "blosc-zstd:1",
        ] {
            assert_eq!(word.parse::<Compression>().unwrap().to_string(), word);
        }
        assert_eq!(
            "zstd".parse::<Compression>().unwrap(),
            Compression::Zstd { level: 3 }
        );
        for (word, reason) in [
            ("lzma", "known are"),
            ("zstd:x", "no number"),
            ("gzip:10", "above 9"),
            ("none:1", "known"),
        ] {
            let error = word.parse::<Compression>().unwrap_err().to_string();
            assert!(error.contains(word) && error.contains(reason), "{error}");
        }
    }
}
