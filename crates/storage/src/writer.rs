//! Writing a dataset: chunks first, metadata last.

use crate::{
    Compression, DataType, Error, Format, Location, Result, Scalar, Variable,
    array::ArrayDocument,
    codec::Codec,
    destination::Destination,
    variable::{Within, copy_box},
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use rsmp_grid::ChunkGrid;
use serde_json::{Map, Value, json};
use std::{ops::Range, sync::Arc};

/// Objects that are copied or deleted at the same time.
const PARALLEL: usize = 16;

/// What a new array is to be.
#[derive(Debug, Clone)]
pub struct ArraySpec {
    /// Its name.
    pub name: String,
    /// Name of each dimension.
    pub dimensions: Vec<String>,
    /// Length of each dimension.
    pub shape: Vec<usize>,
    /// Length of a chunk in each dimension.
    pub chunk: Vec<usize>,
    /// Type of the elements.
    pub data_type: DataType,
    /// The mark of missing data, which is also what an absent chunk holds; `None` for arrays without
    /// missing data.
    pub missing: Option<Scalar>,
    /// Compression of the chunks.
    pub compression: Compression,
    /// Attributes.
    pub attributes: Map<String, Value>,
}

/// A dataset that is being written. Until [`finish`](Self::finish) nothing there can be opened.
#[derive(Debug)]
pub struct Writer {
    destination: Arc<Destination>,
    format: Format,
    /// Per array its documents: name within the array's directory and content.
    arrays: Vec<(String, ArrayDocument)>,
}

impl Writer {
    /// Prepares a location for a new dataset; writes nothing.
    ///
    /// # Errors
    /// [`Error::Exists`] when anything is there already, an empty directory excepted; [`Error::Location`]
    /// for one that can only be read.
    pub async fn create(location: &Location, format: Format) -> Result<Self> {
        let destination = Arc::new(Destination::claim(location).await?);
        Ok(Self {
            destination,
            format,
            arrays: Vec::new(),
        })
    }

    /// Where the dataset will be.
    pub fn location(&self) -> &Location {
        self.destination.location()
    }

    /// Takes away everything that this writer has written, and nothing else.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails.
    pub async fn abort(self) -> Result<()> {
        self.destination.abort().await
    }

    /// Adds an array, whose chunks can then be written in any order.
    ///
    /// # Errors
    /// [`Error::Codec`] for a compression that the format lacks, [`Error::Encode`] for a specification
    /// that makes no array.
    pub fn add(&mut self, spec: ArraySpec) -> Result<ArrayWriter> {
        spec.compression.check(self.format)?;
        let document = document(self.format, &spec)?;
        let wrong = |reason: String| Error::Encode {
            variable: spec.name.clone(),
            reason,
        };
        let codec = Codec::new(&document).map_err(wrong)?;
        let grid = ChunkGrid::try_new(spec.shape.clone(), spec.chunk.clone())
            .map_err(|error| wrong(error.to_string()))?;
        self.arrays.push((spec.name.clone(), document.clone()));
        let destination = Arc::clone(&self.destination);
        Ok(ArrayWriter {
            inner: Arc::new(Inner {
                destination,
                skips_fill: spec.missing.is_some(),
                name: spec.name,
                data_type: spec.data_type,
                grid,
                document,
                codec,
            }),
        })
    }

    /// Copies an array with its attributes: byte for byte where the formats agree, else decoded and
    /// encoded again.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when it would have to be decoded and cannot.
    pub async fn copy(&mut self, variable: &Variable) -> Result<()> {
        if variable.format() == self.format {
            self.copy_chunks(variable).await?;
            self.arrays
                .push((variable.name().to_owned(), variable.document().clone()));
            return Ok(());
        }
        variable.check_supported()?;
        // As stored: `_Unsigned` is copied with the other attributes.
        let Some(data_type) = variable.document().data_type else {
            return Ok(());
        };
        let default = || Compression::default_for(self.format);
        let compression = variable.compression().filter(|c| c.fits(self.format));
        let mut attributes = variable.attributes().clone();
        let stated = attributes.shift_remove("_FillValue");
        let stated = stated.and_then(|value| Scalar::from_json(&value, data_type));
        let implied = variable
            .fill_value()
            .filter(|_| variable.format() == Format::V2);
        let array = self.add(ArraySpec {
            name: variable.name().to_owned(),
            dimensions: variable.dimensions().to_vec(),
            shape: variable.shape().to_vec(),
            chunk: variable.chunk_shape().to_vec(),
            data_type,
            missing: stated.or(implied),
            compression: compression.unwrap_or_else(default),
            attributes,
        })?;
        let grid = array.grid();
        let chunks = futures::stream::iter(0..grid.len())
            .map(|ordinal| Ok::<_, Error>(grid.index_of(ordinal)));
        let copy = |index: Vec<usize>| {
            let array = array.clone();
            async move {
                let bytes = variable.fetch(&index).await?;
                let elements = match &bytes {
                    Some(bytes) => variable.decode(&index, bytes)?,
                    None => variable.absent()?,
                };
                let encoded = array.encode_padded(elements.as_bytes().to_vec())?;
                match encoded {
                    Some(encoded) => array.put(&index, encoded).await,
                    None => Ok(()),
                }
            }
        };
        chunks.try_for_each_concurrent(PARALLEL, copy).await
    }

    /// Copies the stored bytes of every chunk; also from stores that cannot be listed.
    async fn copy_chunks(&self, variable: &Variable) -> Result<()> {
        let grid = variable.chunk_grid()?;
        let indices = (0..grid.len()).map(|ordinal| Ok::<_, Error>(grid.index_of(ordinal)));
        let copy = |index: Vec<usize>| async move {
            match variable.fetch(&index).await? {
                Some(bytes) => {
                    self.destination
                        .put(&variable.relative_chunk_key(&index), bytes)
                        .await
                }
                None => Ok(()),
            }
        };
        futures::stream::iter(indices)
            .try_for_each_concurrent(PARALLEL, copy)
            .await
    }

    /// Writes the metadata: arrays, then the group, the document that makes it a dataset last.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails.
    pub async fn finish(&self, attributes: &Map<String, Value>) -> Result<()> {
        let mut documents = Vec::new();
        match self.format {
            Format::V2 => {
                let group = json!({"zarr_format": 2});
                for (name, array) in &self.arrays {
                    let mut attributes = array.attributes.clone();
                    attributes.insert("_ARRAY_DIMENSIONS".to_owned(), json!(array.dimensions));
                    documents.push((format!("{name}/.zarray"), Value::Object(array.raw.clone())));
                    documents.push((format!("{name}/.zattrs"), Value::Object(attributes)));
                }
                documents.push((".zattrs".to_owned(), Value::Object(attributes.clone())));
                documents.push((".zgroup".to_owned(), group));
                let all: Map<String, Value> = documents.iter().cloned().collect();
                let consolidated = json!({"zarr_consolidated_format": 1, "metadata": all});
                documents.push((".zmetadata".to_owned(), consolidated));
            }
            Format::V3 => {
                let mut all = Map::new();
                for (name, array) in &self.arrays {
                    let mut raw = array.raw.clone();
                    raw.insert(
                        "attributes".to_owned(),
                        Value::Object(array.attributes.clone()),
                    );
                    all.insert(name.clone(), Value::Object(raw.clone()));
                    documents.push((format!("{name}/zarr.json"), Value::Object(raw)));
                }
                let root = json!({
                    "zarr_format": 3,
                    "node_type": "group",
                    "attributes": attributes,
                    "consolidated_metadata":
                        {"kind": "inline", "must_understand": false, "metadata": all},
                });
                documents.push(("zarr.json".to_owned(), root));
            }
        }
        for (relative, document) in documents {
            let text = format!("{document:#}\n");
            self.destination.put(&relative, text.into()).await?;
        }
        Ok(())
    }
}

fn document(format: Format, spec: &ArraySpec) -> Result<ArrayDocument> {
    let wrong = |error: Error| Error::Encode {
        variable: spec.name.clone(),
        reason: error.to_string(),
    };
    let mut attributes = spec.attributes.clone();
    let missing = spec.missing;
    let made = match format {
        Format::V2 => {
            // NaN has no place in JSON attributes; readers of v2 take the fill value.
            if let Some(mark) = missing.filter(|mark| mark.as_f64().is_finite()) {
                attributes.insert("_FillValue".to_owned(), mark.to_json());
            }
            attributes.insert("_ARRAY_DIMENSIONS".to_owned(), json!(spec.dimensions));
            let array = json!({
                "zarr_format": 2,
                "shape": spec.shape,
                "chunks": spec.chunk,
                "dtype": spec.data_type.v2_name(),
                "fill_value": missing.map(Scalar::to_json),
                "order": "C",
                "filters": null,
                "dimension_separator": ".",
                "compressor": spec.compression.to_v2(),
            });
            ArrayDocument::v2(&spec.name, array, Some(Value::Object(attributes)))
        }
        Format::V3 => {
            if let Some(mark) = missing {
                let value = if spec.data_type.is_float() {
                    Scalar::Float(mark.as_f64()).to_v3_attribute()
                } else {
                    mark.to_json()
                };
                attributes.insert("_FillValue".to_owned(), value);
            }
            let fill = match (missing, spec.data_type) {
                (mark, DataType::Bool) => {
                    Value::Bool(mark.is_some_and(|mark| mark.as_f64() != 0.0))
                }
                (Some(mark), _) => mark.to_json(),
                (None, _) => 0.into(),
            };
            let mut codecs = vec![match spec.data_type.size() {
                1 => json!({"name": "bytes"}),
                _ => json!({"name": "bytes", "configuration": {"endian": "little"}}),
            }];
            codecs.extend(spec.compression.to_v3(spec.data_type.size()));
            let array = json!({
                "zarr_format": 3,
                "node_type": "array",
                "shape": spec.shape,
                "data_type": spec.data_type.name(),
                "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": spec.chunk}},
                "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
                "fill_value": fill,
                "codecs": codecs,
                "attributes": attributes,
                "dimension_names": spec.dimensions,
                "storage_transformers": [],
            });
            ArrayDocument::v3(&spec.name, array)
        }
    };
    made.map_err(wrong)
}

/// Writes the chunks of one array. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ArrayWriter {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    destination: Arc<Destination>,
    /// Whether a chunk of fill value alone needs no object. Without a mark of missing data the fill value
    /// is nobody's word: Zarr v2 leaves absent chunks undefined then.
    skips_fill: bool,
    name: String,
    data_type: DataType,
    grid: ChunkGrid,
    document: ArrayDocument,
    codec: Codec,
}

impl ArrayWriter {
    /// The grid of chunks.
    pub fn grid(&self) -> &ChunkGrid {
        &self.inner.grid
    }

    /// The stored form of the part of `elements` that lies in one chunk; `None` when all of it is fill
    /// value, for which no object is needed.
    ///
    /// `elements` are native-endian, in C order, of the box `region` of the array, which has to hold the
    /// whole chunk as far as the array goes.
    ///
    /// # Errors
    /// [`Error::Encode`] when the codec fails or the box does not hold the chunk.
    pub fn encode(
        &self,
        index: &[usize],
        region: &[Range<usize>],
        elements: &[u8],
    ) -> Result<Option<Bytes>> {
        let size = self.inner.data_type.size();
        let chunk = self.inner.grid.region(index);
        let fits = chunk
            .iter()
            .zip(region)
            .all(|(c, r)| r.start <= c.start && c.end <= r.end);
        let cells: usize = region.iter().map(ExactSizeIterator::len).product();
        if chunk.len() != region.len() || !fits || elements.len() != cells * size {
            return Err(self.wrong(format!("{region:?} does not hold chunk {index:?}")));
        }
        let whole: usize = self.inner.grid.chunk().iter().product();
        let mut padded = self.inner.codec.fill().repeat(whole);
        let lens: Vec<usize> = chunk.iter().map(ExactSizeIterator::len).collect();
        let shape: Vec<usize> = region.iter().map(ExactSizeIterator::len).collect();
        let start: Vec<usize> = chunk
            .iter()
            .zip(region)
            .map(|(c, r)| c.start - r.start)
            .collect();
        let from = Within {
            shape: &shape,
            start: &start,
        };
        let to = Within {
            shape: self.inner.grid.chunk(),
            start: &vec![0; lens.len()],
        };
        copy_box(elements, &from, &mut padded, &to, &lens, size);
        self.encode_padded(padded)
    }

    fn encode_padded(&self, elements: Vec<u8>) -> Result<Option<Bytes>> {
        let fill = self.inner.codec.fill();
        let is_fill = || {
            elements
                .chunks_exact(fill.len())
                .all(|element| element == fill)
        };
        if self.inner.skips_fill && is_fill() {
            return Ok(None);
        }
        let encoded = self
            .inner
            .codec
            .encode(elements)
            .map_err(|reason| self.wrong(reason))?;
        Ok(Some(encoded.into()))
    }

    fn wrong(&self, reason: String) -> Error {
        Error::Encode {
            variable: self.inner.name.clone(),
            reason,
        }
    }

    /// Writes the stored form of a chunk.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails.
    pub async fn put(&self, index: &[usize], encoded: Bytes) -> Result<()> {
        let key = format!(
            "{}/{}",
            self.inner.name,
            self.inner.document.chunk_key(index)
        );
        self.inner.destination.put(&key, encoded).await
    }

    /// Writes a whole small array: native-endian elements in C order.
    ///
    /// # Errors
    /// Any of [`encode`](Self::encode) and [`put`](Self::put).
    pub async fn write(&self, elements: &[u8]) -> Result<()> {
        let grid = self.grid();
        let region: Vec<Range<usize>> = grid.shape().iter().map(|&len| 0..len).collect();
        for ordinal in 0..grid.len() {
            let index = grid.index_of(ordinal);
            if let Some(encoded) = self.encode(&index, &region, elements)? {
                self.put(&index, encoded).await?;
            }
        }
        Ok(())
    }
}
