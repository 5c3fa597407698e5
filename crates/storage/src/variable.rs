//! A variable: an array of a dataset, chunk by chunk.

use crate::{
    Compression, DataType, Error, Format, Location, Result, Scalar,
    array::ArrayDocument,
    cf::{self, Packing},
    codec::Codec,
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use rsmp_grid::ChunkGrid;
use serde_json::{Map, Value};
use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

/// Chunks of a small array that are read at the same time.
const READS: usize = 16;

/// Largest array that is read whole, such as a coordinate.
const READ_LIMIT: usize = 1 << 30;

/// An array of a dataset. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Variable {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    location: Location,
    name: String,
    document: ArrayDocument,
    /// Made at the first use, so that an array of an unsupported type or codec does not hinder the others.
    codec: OnceLock<Result<Codec, String>>,
}

impl Variable {
    pub(crate) fn new(location: &Location, name: &str, document: ArrayDocument) -> Self {
        let (location, name) = (location.clone(), name.to_owned());
        Self {
            inner: Arc::new(Inner {
                location,
                name,
                document,
                codec: OnceLock::new(),
            }),
        }
    }

    /// Name of the variable.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Format that it is stored in.
    pub fn format(&self) -> Format {
        self.inner.document.format
    }

    /// Length of each dimension.
    pub fn shape(&self) -> &[usize] {
        &self.inner.document.shape
    }

    /// Name of each dimension; `dim_0`, `dim_1`, … where the metadata give none.
    pub fn dimensions(&self) -> &[String] {
        &self.inner.document.dimensions
    }

    /// Length of a chunk in each dimension: of the shard where the array is sharded, as one object holds it.
    pub fn chunk_shape(&self) -> &[usize] {
        &self.inner.document.chunk
    }

    /// Length of the chunks inside a shard; `None` where the array is not sharded.
    pub fn inner_chunk_shape(&self) -> Option<Vec<usize>> {
        let codecs = self.inner.document.raw.get("codecs")?.as_array()?;
        let is_sharding =
            |codec: &&Value| codec.get("name").and_then(Value::as_str) == Some("sharding_indexed");
        let sharding = codecs.iter().find(is_sharding)?;
        let lens = sharding
            .get("configuration")?
            .get("chunk_shape")?
            .as_array()?;
        lens.iter()
            .map(|len| len.as_u64()?.try_into().ok())
            .collect()
    }

    /// The grid of chunks.
    ///
    /// # Errors
    /// [`Error::Metadata`] when the numbers of the metadata overflow.
    pub fn chunk_grid(&self) -> Result<ChunkGrid> {
        ChunkGrid::try_new(self.shape().to_vec(), self.chunk_shape().to_vec()).map_err(|error| {
            Error::Metadata {
                key: self.inner.location.describe(self.name()),
                reason: error.to_string(),
            }
        })
    }

    /// The attributes, without those that Zarr itself needs.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.inner.document.attributes
    }

    /// The numeric type of the stored elements; where the attribute `_Unsigned` says so (the netCDF users'
    /// guide), signed integers are unsigned and the reverse.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for text, times and other types that are no numbers.
    pub fn data_type(&self) -> Result<DataType> {
        let stored = self.inner.document.data_type;
        let stored = stored.ok_or_else(|| self.unsupported("data type", self.data_type_name()))?;
        Ok(cf::read_as(stored, self.attributes()))
    }

    /// The name of the type: numpy's for numbers, for all others as the metadata spell it.
    pub fn data_type_name(&self) -> &str {
        let document = &self.inner.document;
        document
            .data_type
            .map_or(&document.data_type_name, |data_type| data_type.name())
    }

    /// What an absent chunk holds; `None` where the metadata do not say, which reads as zero.
    pub fn fill_value(&self) -> Option<Scalar> {
        self.inner.document.fill()
    }

    /// The compression, when it is one that this crate can also write.
    pub fn compression(&self) -> Option<Compression> {
        Compression::of(&self.inner.document)
    }

    /// The codecs as the metadata state them: compressor and filters of v2, `codecs` of v3.
    pub fn codecs(&self) -> Value {
        let raw = &self.inner.document.raw;
        match self.format() {
            Format::V2 => serde_json::json!({
                "compressor": raw.get("compressor"), "filters": raw.get("filters"),
            }),
            Format::V3 => raw.get("codecs").cloned().unwrap_or_default(),
        }
    }

    /// Stored numbers that mean missing data, beside NaN: `_FillValue`, `missing_value`, and in Zarr v2
    /// written by xarray the fill value.
    pub fn missing_marks(&self) -> Vec<Scalar> {
        cf::missing_marks(&self.inner.document)
    }

    /// The CF packing, `None` when stored numbers are the values.
    ///
    /// # Errors
    /// [`Error::Metadata`] when `scale_factor` or `add_offset` is no finite number, or the scale is 0.
    pub fn packing(&self) -> Result<Option<Packing>> {
        let key = self.inner.location.describe(self.name());
        cf::packing(&key, self.attributes())
    }

    /// True when the numeric type and every codec of the array are supported.
    ///
    /// # Errors
    /// [`Error::Unsupported`] that says what is not.
    pub fn check_supported(&self) -> Result<()> {
        self.data_type()?;
        self.codec().map(|_| ())
    }

    fn codec(&self) -> Result<&Codec> {
        let made = self
            .inner
            .codec
            .get_or_init(|| Codec::new(&self.inner.document));
        made.as_ref().map_err(|detail| {
            let detail = format!("{detail}; its codecs are {}", self.codecs());
            self.unsupported("codec or layout", &detail)
        })
    }

    fn unsupported(&self, what: &'static str, detail: &str) -> Error {
        Error::Unsupported {
            what,
            variable: self.name().to_owned(),
            location: self.inner.location.to_string(),
            detail: detail.to_owned(),
        }
    }

    /// Key of a chunk, relative to the dataset.
    pub(crate) fn relative_chunk_key(&self, index: &[usize]) -> String {
        format!("{}/{}", self.name(), self.inner.document.chunk_key(index))
    }

    fn chunk_key(&self, index: &[usize]) -> Result<object_store::path::Path> {
        self.inner.location.key(&self.relative_chunk_key(index))
    }

    /// The stored bytes of a chunk, `None` when it is absent, which means fill value throughout.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Length`] when it cannot be read, [`Error::Unsupported`] as above.
    pub async fn fetch(&self, index: &[usize]) -> Result<Option<Bytes>> {
        let (location, key) = (&self.inner.location, self.chunk_key(index)?);
        match location.get(&key).await? {
            // A remote store may lose an object for a moment; absence means data, so it is asked twice.
            None if location.is_remote() => location.get(&key).await,
            found => Ok(found),
        }
    }

    /// The elements of a chunk, in C order and of the whole chunk shape also at the edges.
    ///
    /// # Errors
    /// [`Error::Chunk`], with the name of the chunk, when the bytes are cut, corrupt or of the wrong size.
    pub fn decode<'a>(&self, index: &[usize], bytes: &'a [u8]) -> Result<Elements<'a>> {
        let corrupt = |reason: String| Error::Chunk {
            variable: self.name().to_owned(),
            index: index.to_vec(),
            key: self
                .chunk_key(index)
                .map(|key| self.inner.location.name_of(&key))
                .unwrap_or_default(),
            reason,
        };
        let decoded = self.codec()?.decode(bytes).map_err(corrupt)?;
        let expected = self.chunk_shape().iter().product::<usize>() * self.data_type()?.size();
        if decoded.len() != expected {
            return Err(corrupt(format!(
                "it decodes to {} bytes, not {expected}",
                decoded.len()
            )));
        }
        Ok(Elements::new(decoded))
    }

    /// The elements of an absent chunk: the fill value throughout.
    ///
    /// # Errors
    /// [`Error::Unsupported`] as above.
    pub fn absent(&self) -> Result<Elements<'static>> {
        let cells = self.chunk_shape().iter().product();
        Ok(Elements::new(Cow::Owned(
            self.codec()?.fill().repeat(cells),
        )))
    }

    /// All elements of a small array, native-endian, in C order.
    ///
    /// # Errors
    /// Any of [`fetch`](Self::fetch) and [`decode`](Self::decode).
    pub async fn read(&self) -> Result<Vec<u8>> {
        let size = self.data_type()?.size();
        let grid = self.chunk_grid()?;
        let bytes = self.shape().iter().product::<usize>() * size;
        if bytes > READ_LIMIT {
            return Err(Error::Metadata {
                key: self.inner.location.describe(self.name()),
                reason: format!("{bytes} bytes are more than can be read whole ({READ_LIMIT})"),
            });
        }
        let mut all = vec![0; bytes];
        let chunks = futures::stream::iter(0..grid.len()).map(|ordinal| {
            let index = grid.index_of(ordinal);
            async move {
                let bytes = self.fetch(&index).await?;
                Ok::<_, Error>((index, bytes))
            }
        });
        let mut chunks = chunks.buffer_unordered(READS);
        while let Some((index, bytes)) = chunks.try_next().await? {
            let elements = match &bytes {
                Some(bytes) => self.decode(&index, bytes)?,
                None => self.absent()?,
            };
            let region = grid.region(&index);
            let from = Within {
                shape: self.chunk_shape(),
                start: &vec![0; region.len()],
            };
            let starts: Vec<usize> = region.iter().map(|range| range.start).collect();
            let to = Within {
                shape: self.shape(),
                start: &starts,
            };
            let lens: Vec<usize> = region.iter().map(ExactSizeIterator::len).collect();
            copy_box(elements.as_bytes(), &from, &mut all, &to, &lens, size);
        }
        Ok(all)
    }

    /// All elements of a small array as doubles: unpacked, NaN where missing.
    ///
    /// # Errors
    /// Any of [`read`](Self::read) and [`packing`](Self::packing).
    pub async fn values(&self) -> Result<Vec<f64>> {
        self.unpacked(&self.missing_marks()).await
    }

    /// All elements of a coordinate or its bounds, where CF allows no missing data and fill values that a
    /// library chose mean nothing.
    pub(crate) async fn coordinate_values(&self) -> Result<Vec<f64>> {
        self.unpacked(&[]).await
    }

    async fn unpacked(&self, marks: &[Scalar]) -> Result<Vec<f64>> {
        let bytes = self.read().await?;
        let (data_type, packing) = (self.data_type()?, self.packing()?);
        // Elements compare with the mark as their own type holds it.
        let marks: Vec<f64> = marks
            .iter()
            .map(|mark| data_type.round(mark.as_f64()))
            .collect();
        let unpack = |value: f64| {
            if marks.contains(&value) {
                return f64::NAN;
            }
            packing.map_or(value, |packing| value * packing.scale + packing.offset)
        };
        Ok(doubles(&bytes, data_type).into_iter().map(unpack).collect())
    }

    /// Number and total size of the objects that hold the array, metadata included.
    ///
    /// # Errors
    /// [`Error::Store`] when the store cannot list them.
    pub async fn stored(&self) -> Result<(usize, u64)> {
        self.inner.location.stored(self.name()).await
    }

    pub(crate) fn document(&self) -> &ArrayDocument {
        &self.inner.document
    }
}

/// Native-endian elements in C order, aligned for their type.
#[derive(Debug)]
pub struct Elements<'a>(Storage<'a>);

#[derive(Debug)]
enum Storage<'a> {
    Bytes(Cow<'a, [u8]>),
    Realigned(Vec<u64>, usize),
}

impl<'a> Elements<'a> {
    fn new(bytes: Cow<'a, [u8]>) -> Self {
        // Decoders and allocators give aligned memory; a slice of a received body may start anywhere.
        if bytes.as_ptr().align_offset(size_of::<u64>()) == 0 {
            return Self(Storage::Bytes(bytes));
        }
        let mut aligned = vec![0_u64; bytes.len().div_ceil(size_of::<u64>())];
        bytemuck::cast_slice_mut(&mut aligned)[..bytes.len()].copy_from_slice(&bytes);
        Self(Storage::Realigned(aligned, bytes.len()))
    }

    /// The elements as bytes, aligned to eight.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Storage::Bytes(bytes) => bytes,
            Storage::Realigned(words, len) => &bytemuck::cast_slice(words)[..*len],
        }
    }
}

/// A box inside an array of `shape`, from `start`.
pub(crate) struct Within<'a> {
    pub(crate) shape: &'a [usize],
    pub(crate) start: &'a [usize],
}

/// Copies a box of `lens` cells of `size` bytes from one C-ordered array to another.
pub(crate) fn copy_box(
    from: &[u8],
    from_box: &Within<'_>,
    to: &mut [u8],
    to_box: &Within<'_>,
    lens: &[usize],
    size: usize,
) {
    let offset = |at: &Within<'_>, row: &[usize]| {
        at.shape
            .iter()
            .zip(at.start)
            .zip(row)
            .fold(0, |n, ((&len, &start), &i)| n * len + start + i)
    };
    if lens.contains(&0) {
        return;
    }
    let run = lens.last().copied().unwrap_or(1) * size;
    let rows: usize = lens.iter().rev().skip(1).product();
    let mut row = vec![0; lens.len()];
    for _ in 0..rows {
        let (source, target) = (offset(from_box, &row) * size, offset(to_box, &row) * size);
        to[target..target + run].copy_from_slice(&from[source..source + run]);
        for axis in (0..lens.len().saturating_sub(1)).rev() {
            row[axis] += 1;
            if row[axis] < lens[axis] {
                break;
            }
            row[axis] = 0;
        }
    }
}

fn doubles(bytes: &[u8], data_type: DataType) -> Vec<f64> {
    macro_rules! cast {
        ($ty:ty) => {
            bytes
                .as_chunks::<{ size_of::<$ty>() }>()
                .0
                .iter()
                .map(|b| <$ty>::from_ne_bytes(*b) as f64)
                .collect()
        };
    }
    match data_type {
        DataType::Bool | DataType::UInt8 => cast!(u8),
        DataType::Int8 => cast!(i8),
        DataType::Int16 => cast!(i16),
        DataType::Int32 => cast!(i32),
        DataType::Int64 => cast!(i64),
        DataType::UInt16 => cast!(u16),
        DataType::UInt32 => cast!(u32),
        DataType::UInt64 => cast!(u64),
        DataType::Float16 => {
            let halves = bytes.as_chunks::<2>().0.iter();
            halves
                .map(|b| half::f16::from_ne_bytes(*b).to_f64())
                .collect()
        }
        DataType::Float32 => cast!(f32),
        DataType::Float64 => cast!(f64),
    }
}
