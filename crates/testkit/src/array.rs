//! One array: values, shape, chunks, attributes.

use rsmp_storage::DataType;
use serde_json::{Map, Value, json};

/// An array of a made store. Values are what is stored: packed numbers and marks of missing data included.
#[derive(Debug, Clone)]
pub struct Array {
    pub(crate) name: String,
    pub(crate) dimensions: Vec<String>,
    pub(crate) shape: Vec<usize>,
    pub(crate) chunk: Vec<usize>,
    pub(crate) data_type: DataType,
    pub(crate) values: Vec<f64>,
    pub(crate) fill: Value,
    pub(crate) attributes: Map<String, Value>,
    pub(crate) absent: Vec<Vec<usize>>,
}

impl Array {
    /// An array of zeros in one chunk, with names and lengths of its dimensions, without a fill value.
    pub fn new(name: &str, dimensions: &[(&str, usize)], data_type: DataType) -> Self {
        let shape: Vec<usize> = dimensions.iter().map(|(_, len)| *len).collect();
        Self {
            name: name.to_owned(),
            dimensions: dimensions
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .collect(),
            chunk: shape.iter().map(|&len| len.max(1)).collect(),
            values: vec![0.0; shape.iter().product()],
            shape,
            data_type,
            fill: Value::Null,
            attributes: Map::new(),
            absent: Vec::new(),
        }
    }

    /// The float64 coordinate of a dimension; `lat`, `latitude`, `lon` and `longitude` get their CF units.
    pub fn coordinate(name: &str, centres: &[f64]) -> Self {
        let array = Self::new(name, &[(name, centres.len())], DataType::Float64)
            .values(|index| centres[index[0]]);
        match name {
            "lat" | "latitude" => array.attribute("units", "degrees_north"),
            "lon" | "longitude" => array.attribute("units", "degrees_east"),
            _ => array,
        }
    }

    /// The length of a chunk in each dimension.
    #[must_use]
    pub fn chunk(mut self, chunk: &[usize]) -> Self {
        self.chunk = chunk.to_vec();
        self
    }

    /// Another type of the stored numbers, which are rounded to it.
    #[must_use]
    pub fn data_type(mut self, data_type: DataType) -> Self {
        self.data_type = data_type;
        self
    }

    /// The stored number of every cell, from its index.
    #[must_use]
    pub fn values(mut self, value: impl Fn(&[usize]) -> f64) -> Self {
        self.values = indices(&self.shape).map(|index| value(&index)).collect();
        self
    }

    /// The fill value, as the document states it.
    #[must_use]
    pub fn fill(mut self, fill: impl Into<Value>) -> Self {
        self.fill = fill.into();
        self
    }

    /// An attribute, `_FillValue` and `scale_factor` among them.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.to_owned(), value.into());
        self
    }

    /// A chunk of this index has no object; its cells hold what the fill value says.
    ///
    /// Set after the values and the fill value, which it writes into them.
    #[must_use]
    pub fn absent(mut self, index: &[usize]) -> Self {
        let fill = fill_number(&self.fill);
        for (cell, value) in indices(&self.shape).zip(&mut self.values) {
            if cell
                .iter()
                .zip(&self.chunk)
                .map(|(i, len)| i / len)
                .eq(index.iter().copied())
            {
                *value = fill;
            }
        }
        self.absent.push(index.to_vec());
        self
    }

    /// The stored numbers in C order, as they were given: before they are rounded to the type.
    pub fn stored(&self) -> &[f64] {
        &self.values
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its lengths.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub(crate) fn v2_attributes(&self) -> Value {
        let mut attributes = self.attributes.clone();
        attributes.insert("_ARRAY_DIMENSIONS".to_owned(), json!(self.dimensions));
        Value::Object(attributes)
    }
}

/// The number that a fill value stands for.
pub(crate) fn fill_number(fill: &Value) -> f64 {
    match fill {
        Value::String(word) if word == "NaN" => f64::NAN,
        other => other.as_f64().unwrap_or(0.0),
    }
}

/// Every index of a shape, in C order.
pub(crate) fn indices(shape: &[usize]) -> impl Iterator<Item = Vec<usize>> + use<> {
    let shape = shape.to_vec();
    (0..shape.iter().product()).map(move |mut ordinal: usize| {
        let mut index = vec![0; shape.len()];
        for (i, len) in index.iter_mut().zip(&shape).rev() {
            *i = ordinal % len;
            ordinal /= len;
        }
        index
    })
}
