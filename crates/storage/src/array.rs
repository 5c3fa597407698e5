//! The metadata document of an array, in either Zarr format.

use crate::{DataType, Error, Result, Scalar};
use serde_json::{Map, Value};

/// The version of the Zarr specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Zarr v2: `.zarray`, `.zattrs`, `.zgroup`, `.zmetadata`.
    V2,
    /// Zarr v3: `zarr.json`.
    V3,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::V2 => "2",
            Self::V3 => "3",
        })
    }
}

/// What the metadata of an array say, read without interpreting codecs.
#[derive(Debug, Clone)]
pub(crate) struct ArrayDocument {
    pub(crate) format: Format,
    pub(crate) shape: Vec<usize>,
    /// Cells of one object: of a shard where the array is sharded.
    pub(crate) chunk: Vec<usize>,
    /// `None` for types that are no numbers.
    pub(crate) data_type: Option<DataType>,
    pub(crate) data_type_name: String,
    pub(crate) fill_value: Value,
    pub(crate) dimensions: Vec<String>,
    pub(crate) attributes: Map<String, Value>,
    /// The document itself, without the attributes.
    pub(crate) raw: Map<String, Value>,
}

const DIMENSIONS: &str = "_ARRAY_DIMENSIONS";

impl ArrayDocument {
    /// Reads `.zarray` and `.zattrs`.
    pub(crate) fn v2(key: &str, array: Value, attributes: Option<Value>) -> Result<Self> {
        let raw = object(key, array)?;
        let reader = Reader { key, raw: &raw };
        reader.expect_format(2)?;
        let shape = reader.lengths(raw.get("shape"), "shape")?;
        let chunk = reader.lengths(raw.get("chunks"), "chunks")?;
        let mut attributes = match attributes {
            None => Map::new(),
            Some(attributes) => object(&key.replace(".zarray", ".zattrs"), attributes)?,
        };
        let dimensions = match attributes.shift_remove(DIMENSIONS) {
            None => unnamed(shape.len()),
            Some(names) => reader.names(&names, shape.len())?,
        };
        let data_type_name = match raw.get("dtype") {
            Some(Value::String(name)) => name.clone(),
            Some(Value::Array(_)) => "structured".to_owned(),
            _ => return Err(reader.wrong("`dtype` is missing or no string")),
        };
        let fill_value = raw.get("fill_value").cloned().unwrap_or(Value::Null);
        let data_type = DataType::from_name(&data_type_name);
        Self {
            format: Format::V2,
            shape,
            chunk,
            data_type,
            data_type_name,
            fill_value,
            dimensions,
            attributes,
            raw,
        }
        .checked(key)
    }

    /// Reads the `zarr.json` of an array.
    pub(crate) fn v3(key: &str, document: Value) -> Result<Self> {
        let mut raw = object(key, document)?;
        let attributes = match raw.shift_remove("attributes") {
            None | Some(Value::Null) => Map::new(),
            Some(attributes) => object(key, attributes)?,
        };
        let reader = Reader { key, raw: &raw };
        reader.expect_format(3)?;
        let shape = reader.lengths(raw.get("shape"), "shape")?;
        let grid = raw.get("chunk_grid").unwrap_or(&Value::Null);
        if grid.get("name").and_then(Value::as_str) != Some("regular") {
            return Err(reader.wrong("its `chunk_grid` is not regular"));
        }
        let chunk = grid.get("configuration").and_then(|c| c.get("chunk_shape"));
        let chunk = reader.lengths(chunk, "chunk_shape")?;
        let dimensions = match raw.get("dimension_names") {
            None | Some(Value::Null) => unnamed(shape.len()),
            Some(names) => reader.names(names, shape.len())?,
        };
        let data_type_name = match raw.get("data_type") {
            Some(Value::String(name)) => name.clone(),
            Some(Value::Object(other)) => other
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or("unnamed")
                .to_owned(),
            _ => return Err(reader.wrong("`data_type` is missing")),
        };
        let Some(fill_value) = raw.get("fill_value").cloned() else {
            return Err(reader.wrong("`fill_value` is missing"));
        };
        let data_type = DataType::from_name(&data_type_name);
        Self {
            format: Format::V3,
            shape,
            chunk,
            data_type,
            data_type_name,
            fill_value,
            dimensions,
            attributes,
            raw,
        }
        .checked(key)
    }

    fn checked(self, key: &str) -> Result<Self> {
        let reader = Reader {
            key,
            raw: &self.raw,
        };
        if self.chunk.len() != self.shape.len() {
            return Err(reader.wrong(&format!(
                "it has {} dimensions and chunks of {}",
                self.shape.len(),
                self.chunk.len()
            )));
        }
        if self.chunk.contains(&0) {
            return Err(reader.wrong("a chunk length is 0"));
        }
        let cells = |lens: &[usize]| lens.iter().try_fold(8_usize, |n, &len| n.checked_mul(len));
        if cells(&self.shape).is_none() || cells(&self.chunk).is_none() {
            return Err(reader.wrong("its size overflows"));
        }
        if let Some(data_type) = self.data_type
            && !self.fill_value.is_null()
            && !Scalar::from_json(&self.fill_value, data_type).is_some_and(|v| v.fits(data_type))
        {
            return Err(reader.wrong(&format!(
                "the fill value {} is no {data_type}",
                self.fill_value
            )));
        }
        Ok(self)
    }

    /// Key of a chunk below the array: `0.1` in v2, `c/0/1` in v3, or as the metadata say.
    pub(crate) fn chunk_key(&self, index: &[usize]) -> String {
        let encoding = self.raw.get("chunk_key_encoding").unwrap_or(&Value::Null);
        let is_v2 = match self.format {
            Format::V2 => true,
            Format::V3 => encoding.get("name").and_then(Value::as_str) == Some("v2"),
        };
        let stated = match self.format {
            Format::V2 => self.raw.get("dimension_separator"),
            Format::V3 => encoding
                .get("configuration")
                .and_then(|c| c.get("separator")),
        };
        let default = if is_v2 { "." } else { "/" };
        let separator = stated.and_then(Value::as_str).unwrap_or(default);
        let index: Vec<String> = index.iter().map(ToString::to_string).collect();
        match (is_v2, index.is_empty()) {
            (true, true) => "0".to_owned(),
            (true, false) => index.join(separator),
            (false, true) => "c".to_owned(),
            (false, false) => format!("c{separator}{}", index.join(separator)),
        }
    }

    /// What an absent chunk holds; zero where the metadata do not say.
    pub(crate) fn fill(&self) -> Option<Scalar> {
        self.data_type
            .and_then(|data_type| Scalar::from_json(&self.fill_value, data_type))
    }
}

fn unnamed(rank: usize) -> Vec<String> {
    (0..rank).map(|i| format!("dim_{i}")).collect()
}

pub(crate) fn object(key: &str, value: Value) -> Result<Map<String, Value>> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(Error::Metadata {
            key: key.to_owned(),
            reason: "it is no JSON object".to_owned(),
        }),
    }
}

struct Reader<'a> {
    key: &'a str,
    raw: &'a Map<String, Value>,
}

impl Reader<'_> {
    fn wrong(&self, reason: &str) -> Error {
        Error::Metadata {
            key: self.key.to_owned(),
            reason: reason.to_owned(),
        }
    }

    fn expect_format(&self, expected: u64) -> Result<()> {
        match self.raw.get("zarr_format") {
            Some(found) if found.as_u64() == Some(expected) => Ok(()),
            found => Err(self.wrong(&format!(
                "`zarr_format` is {}, not {expected}",
                found.unwrap_or(&Value::Null)
            ))),
        }
    }

    fn lengths(&self, value: Option<&Value>, what: &str) -> Result<Vec<usize>> {
        let wrong = || self.wrong(&format!("`{what}` is no list of whole numbers"));
        let list = value.and_then(Value::as_array).ok_or_else(wrong)?;
        if list.len() > 32 {
            return Err(self.wrong("it has more than 32 dimensions"));
        }
        let length = |v: &Value| v.as_u64().and_then(|v| v.try_into().ok()).ok_or_else(wrong);
        list.iter().map(length).collect()
    }

    fn names(&self, value: &Value, rank: usize) -> Result<Vec<String>> {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        if list.len() != rank {
            return Err(self.wrong(&format!(
                "it has {rank} dimensions and {} dimension names",
                list.len()
            )));
        }
        let named = list.iter().enumerate().map(|(i, name)| match name {
            Value::String(name) => Ok(name.clone()),
            Value::Null => Ok(format!("dim_{i}")),
            _ => Err(self.wrong("a dimension name is no string")),
        });
        named.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_wrong_is_said() {
        let good = json!({"zarr_format": 2, "shape": [4], "chunks": [2], "dtype": "<f4",
            "fill_value": null, "order": "C", "filters": null, "compressor": null});
        assert!(ArrayDocument::v2("x", good.clone(), None).is_ok());
        for (field, value, reason) in [
            ("zarr_format", json!(1), "zarr_format"),
            ("shape", json!([-4]), "shape"),
            ("shape", json!([4.5]), "shape"),
            ("shape", json!([4, 4]), "chunks of 1"),
            ("shape", json!([u64::MAX]), "overflows"),
            ("chunks", json!([0]), "0"),
            ("dtype", json!(4), "dtype"),
            ("fill_value", json!("text"), "fill value"),
        ] {
            let mut bad = good.clone();
            bad[field] = value;
            let error = ArrayDocument::v2("x/.zarray", bad, None)
                .unwrap_err()
                .to_string();
            assert!(
                error.contains(reason) && error.contains("x/.zarray"),
                "{error}"
            );
        }
        let names = json!({"_ARRAY_DIMENSIONS": ["a", "b"]});
        assert!(ArrayDocument::v2("x", good, Some(names)).is_err());
    }
}
