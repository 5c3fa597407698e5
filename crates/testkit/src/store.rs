//! A group of arrays, as the objects of either Zarr format.

use crate::{Array, Form, Metadata, Order, array::indices, bytes::cells, codec::crc32c};
use rsmp_storage::{DataType, Location};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, path::Path};

/// A store that can be written anywhere.
#[derive(Debug, Clone)]
pub struct Store {
    form: Form,
    attributes: Map<String, Value>,
    arrays: Vec<Array>,
}

impl Store {
    /// A store without arrays.
    pub fn new(form: Form) -> Self {
        Self {
            form,
            attributes: Map::new(),
            arrays: Vec::new(),
        }
    }

    /// With one more array.
    #[must_use]
    pub fn with(mut self, array: Array) -> Self {
        self.arrays.push(array);
        self
    }

    /// With a global attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.to_owned(), value.into());
        self
    }

    /// Every object of the store: its key below the root and its bytes.
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        let mut objects = self.documents();
        for array in &self.arrays {
            let grid: Vec<usize> = array
                .shape
                .iter()
                .zip(&array.chunk)
                .map(|(n, len)| n.div_ceil(*len))
                .collect();
            for index in indices(&grid).filter(|index| !array.absent.contains(index)) {
                let key = format!("{}/{}", array.name, self.key(&index));
                objects.insert(key, self.chunk(array, &index));
            }
        }
        objects
    }

    /// Writes the store into a folder, which it makes.
    ///
    /// # Errors
    /// Of the file system.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        write(folder, &self.objects())
    }

    /// The store in memory.
    ///
    /// # Panics
    /// When memory refuses an object, which it does not.
    pub async fn in_memory(&self) -> Location {
        let location = Location::in_memory();
        for (key, bytes) in self.objects() {
            let put = match location.key(&key) {
                Ok(key) => location.create(&key, bytes.into()).await,
                Err(error) => Err(error),
            };
            assert!(put.is_ok(), "{key}: {put:?}");
        }
        location
    }

    fn key(&self, index: &[usize]) -> String {
        let parts: Vec<String> = index.iter().map(ToString::to_string).collect();
        let separator = self.form.separator.to_string();
        match (self.form.format, parts.is_empty()) {
            (2, true) => "0".to_owned(),
            (2, false) => parts.join(&separator),
            (_, true) => "c".to_owned(),
            (_, false) => format!("c{separator}{}", parts.join(&separator)),
        }
    }

    fn axes(&self, rank: usize) -> Vec<usize> {
        match self.form.order {
            Order::C => (0..rank).collect(),
            Order::F => (0..rank).rev().collect(),
        }
    }

    fn chunk(&self, array: &Array, index: &[usize]) -> Vec<u8> {
        let start: Vec<usize> = index
            .iter()
            .zip(&array.chunk)
            .map(|(i, len)| i * len)
            .collect();
        let axes = self.axes(start.len());
        let wrapped = |start: &[usize], lens: &[usize]| {
            self.form
                .codec
                .wrap(cells(array, start, lens, &axes, self.form.big_endian))
        };
        let Some(inner) = self.inner(array) else {
            return wrapped(&start, &array.chunk);
        };
        // A shard: inner chunks one after the other, then offset and length of each, then a checksum.
        let (mut shard, mut table) = (Vec::new(), Vec::new());
        let grid: Vec<usize> = array
            .chunk
            .iter()
            .zip(&inner)
            .map(|(n, len)| n / len)
            .collect();
        for at in indices(&grid) {
            let corner: Vec<usize> = start
                .iter()
                .zip(&at)
                .zip(&inner)
                .map(|((s, i), len)| s + i * len)
                .collect();
            let bytes = wrapped(&corner, &inner);
            table.extend((shard.len() as u64).to_le_bytes());
            table.extend((bytes.len() as u64).to_le_bytes());
            shard.extend(bytes);
        }
        let sum = crc32c(&table).to_le_bytes();
        [shard.as_slice(), &table, &sum].concat()
    }

    /// The inner chunk, where the array can be sharded.
    fn inner(&self, array: &Array) -> Option<Vec<usize>> {
        let parts = self.form.shards?;
        let divides = array.chunk.iter().all(|len| len % parts == 0) && !array.chunk.is_empty();
        divides.then(|| array.chunk.iter().map(|len| len / parts).collect())
    }

    fn documents(&self) -> BTreeMap<String, Vec<u8>> {
        let mut documents = Map::new();
        let consolidated = self.form.metadata == Metadata::Consolidated;
        if self.form.format == 2 {
            for array in &self.arrays {
                documents.insert(format!("{}/.zarray", array.name), self.v2(array));
                documents.insert(format!("{}/.zattrs", array.name), array.v2_attributes());
            }
            documents.insert(".zattrs".to_owned(), Value::Object(self.attributes.clone()));
            documents.insert(".zgroup".to_owned(), json!({"zarr_format": 2}));
            if consolidated {
                let all = json!({"zarr_consolidated_format": 1, "metadata": documents});
                documents.insert(".zmetadata".to_owned(), all);
            }
        } else {
            let mut all = Map::new();
            for array in &self.arrays {
                all.insert(array.name.clone(), self.v3(array));
                documents.insert(format!("{}/zarr.json", array.name), self.v3(array));
            }
            let mut root =
                json!({"zarr_format": 3, "node_type": "group", "attributes": self.attributes});
            if consolidated {
                root["consolidated_metadata"] =
                    json!({"kind": "inline", "must_understand": false, "metadata": all});
            }
            documents.insert("zarr.json".to_owned(), root);
        }
        documents
            .into_iter()
            .map(|(key, value)| (key, value.to_string().into()))
            .collect()
    }

    fn v2(&self, array: &Array) -> Value {
        let name = array.data_type.v2_name();
        let name = if self.form.big_endian {
            name.replace('<', ">")
        } else {
            name
        };
        json!({
            "zarr_format": 2, "shape": array.shape, "chunks": array.chunk, "dtype": name,
            "fill_value": array.fill, "filters": null, "compressor": self.form.codec.to_v2(),
            "order": if self.form.order == Order::F { "F" } else { "C" },
            "dimension_separator": self.form.separator.to_string(),
        })
    }

    fn v3(&self, array: &Array) -> Value {
        let rank = array.shape.len();
        let endian = if self.form.big_endian {
            "big"
        } else {
            "little"
        };
        let mut codecs = Vec::new();
        if self.form.order == Order::F && rank > 0 {
            codecs.push(json!({"name": "transpose", "configuration": {"order": self.axes(rank)}}));
        }
        codecs.push(json!({"name": "bytes", "configuration": {"endian": endian}}));
        codecs.extend(self.form.codec.to_v3());
        if let Some(inner) = self.inner(array) {
            let index = [
                json!({"name": "bytes", "configuration": {"endian": "little"}}),
                json!({"name": "crc32c"}),
            ];
            codecs = vec![json!({"name": "sharding_indexed", "configuration": {
                "chunk_shape": inner, "codecs": codecs, "index_codecs": index,
                "index_location": "end",
            }})];
        }
        let fill = match (&array.fill, array.data_type) {
            (Value::Null, DataType::Bool) => json!(false),
            (Value::Null, _) => json!(0),
            (fill, _) => fill.clone(),
        };
        json!({
            "zarr_format": 3, "node_type": "array", "shape": array.shape,
            "data_type": array.data_type.name(), "fill_value": fill, "codecs": codecs,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": array.chunk}},
            "chunk_key_encoding":
                {"name": "default", "configuration": {"separator": self.form.separator.to_string()}},
            "attributes": array.attributes, "dimension_names": array.dimensions,
        })
    }
}

#[allow(clippy::disallowed_methods, reason = "made stores are files of a test")]
fn write(folder: &Path, objects: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    for (key, bytes) in objects {
        let path = folder.join(key);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
