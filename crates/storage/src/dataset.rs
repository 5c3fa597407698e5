//! A dataset: a Zarr group with CF/xarray metadata.

use crate::{
    Error, Format, Location, Result, Variable,
    array::{ArrayDocument, object},
    cf,
};
use futures::{StreamExt, TryStreamExt};
use indexmap::IndexMap;
use rsmp_grid::{Axis, AxisKind, Precision};
use serde_json::{Map, Value};

/// Metadata documents that are read at the same time when they are not consolidated.
const READS: usize = 16;

/// A Zarr group, its attributes and its variables. Opening reads metadata alone.
///
/// # Example
/// ```no_run
/// # async fn example() -> Result<(), rsmp_storage::Error> {
/// use rsmp_storage::{Dataset, Location};
///
/// let dataset = Dataset::open(&Location::parse("sst.zarr")?).await?;
/// for variable in dataset.data_variables() {
///     println!("{} {:?} {:?}", variable.name(), variable.dimensions(), variable.shape());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Dataset {
    location: Location,
    format: Format,
    attributes: Map<String, Value>,
    variables: IndexMap<String, Variable>,
    consolidated: bool,
}

impl Dataset {
    /// Opens the group at a location: Zarr v3 or v2, with consolidated metadata (one request) or without.
    ///
    /// Nested groups are left aside.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NotAGroup`] or [`Error::Metadata`] when there is no such group;
    /// [`Error::Store`] when it cannot be read.
    pub async fn open(location: &Location) -> Result<Self> {
        let not_a_group = |reason: &str| Error::NotAGroup {
            location: location.to_string(),
            reason: reason.to_owned(),
        };
        if let Some(path) = location.local_path() {
            if !path.exists() {
                return Err(Error::NotFound {
                    location: location.to_string(),
                });
            }
            if !path.is_dir() {
                return Err(not_a_group("it is a file"));
            }
        }
        let dataset = if let Some(root) = location.document("zarr.json").await? {
            Self::open_v3(location, root).await?
        } else if let Some(consolidated) = location.document(".zmetadata").await? {
            Self::from_v2_consolidated(location, consolidated)?
        } else if location.document(".zgroup").await?.is_some() {
            Self::open_v2(location).await?
        } else if location.document(".zarray").await?.is_some() {
            return Err(not_a_group(
                "it is a single array; name the group that holds it",
            ));
        } else {
            return Err(not_a_group("it has no zarr.json, .zgroup or .zmetadata"));
        };
        dataset.dimensions()?;
        Ok(dataset)
    }

    async fn open_v3(location: &Location, root: Value) -> Result<Self> {
        let key = location.describe("zarr.json");
        let mut root = object(&key, root)?;
        if root.get("node_type").and_then(Value::as_str) == Some("array") {
            return Err(Error::NotAGroup {
                location: location.to_string(),
                reason: "it is a single array; name the group that holds it".to_owned(),
            });
        }
        let format = root.get("zarr_format").and_then(Value::as_u64);
        if format != Some(3) || root.get("node_type").and_then(Value::as_str) != Some("group") {
            let reason = "it is no Zarr v3 group: `zarr_format` has to be 3 and `node_type` group";
            return Err(Error::Metadata {
                key,
                reason: reason.to_owned(),
            });
        }
        let attributes = match root.shift_remove("attributes") {
            None | Some(Value::Null) => Map::new(),
            Some(attributes) => object(&key, attributes)?,
        };
        let inline = root
            .shift_remove("consolidated_metadata")
            .and_then(|mut consolidated| {
                consolidated
                    .get_mut("metadata")
                    .and_then(Value::as_object_mut)
                    .map(std::mem::take)
            });
        let consolidated = inline.is_some();
        let documents: Vec<(String, Value)> = if let Some(inline) = inline {
            inline.into_iter().collect()
        } else {
            let read = |name: String| async move {
                let document = location.document(&format!("{name}/zarr.json")).await?;
                Ok::<_, Error>(document.map(|document| (name, document)))
            };
            Self::each_directory(location, read).await?
        };
        let mut variables = IndexMap::new();
        for (name, document) in documents {
            let own = location.describe(&format!("{name}/zarr.json"));
            let is_array = match document.get("node_type").and_then(Value::as_str) {
                Some("array") => true,
                Some("group") => false,
                _ => {
                    let document = object(&own, document)?;
                    let found = document.get("node_type").unwrap_or(&Value::Null);
                    let reason = format!("`node_type` is {found}, not array or group");
                    return Err(Error::Metadata { key: own, reason });
                }
            };
            if is_own_name(&key, &name)? && is_array {
                let document = ArrayDocument::v3(&own, document)?;
                variables.insert(name.clone(), Variable::new(location, &name, document));
            }
        }
        let location = location.clone();
        Ok(Self {
            location,
            format: Format::V3,
            attributes,
            variables,
            consolidated,
        })
    }

    fn from_v2_consolidated(location: &Location, consolidated: Value) -> Result<Self> {
        let key = location.describe(".zmetadata");
        let mut documents = match object(&key, consolidated)?.shift_remove("metadata") {
            Some(metadata) => object(&key, metadata)?,
            None => {
                return Err(Error::Metadata {
                    key,
                    reason: "`metadata` is missing".to_owned(),
                });
            }
        };
        let names: Vec<String> = documents
            .keys()
            .filter_map(|key| Some(key.strip_suffix("/.zarray")?.to_owned()))
            .collect();
        let mut arrays = Vec::new();
        for name in names {
            if !is_own_name(&key, &name)? {
                continue;
            }
            if let Some(array) = documents.shift_remove(&format!("{name}/.zarray")) {
                let attributes = documents.shift_remove(&format!("{name}/.zattrs"));
                arrays.push((name, array, attributes));
            }
        }
        let root = documents
            .shift_remove(".zattrs")
            .map(|attributes| (key, attributes));
        Self::from_v2(location, arrays, root, true)
    }

    async fn open_v2(location: &Location) -> Result<Self> {
        let read = |name: String| async move {
            let Some(array) = location.document(&format!("{name}/.zarray")).await? else {
                return Ok(None);
            };
            let attributes = location.document(&format!("{name}/.zattrs")).await?;
            Ok::<_, Error>(Some((name, array, attributes)))
        };
        let arrays = Self::each_directory(location, read).await?;
        let root = location.document(".zattrs").await?;
        let root = root.map(|attributes| (location.describe(".zattrs"), attributes));
        Self::from_v2(location, arrays, root, false)
    }

    /// Makes the dataset of its documents: `.zarray` and `.zattrs` of each array, and the group's `.zattrs`
    /// with the name of the document that holds it.
    fn from_v2(
        location: &Location,
        arrays: Vec<(String, Value, Option<Value>)>,
        root: Option<(String, Value)>,
        consolidated: bool,
    ) -> Result<Self> {
        let mut variables = IndexMap::new();
        for (name, array, attributes) in arrays {
            let key = location.describe(&format!("{name}/.zarray"));
            let document = ArrayDocument::v2(&key, array, attributes)?;
            variables.insert(name.clone(), Variable::new(location, &name, document));
        }
        let attributes = match root {
            None => Map::new(),
            Some((key, attributes)) => object(&key, attributes)?,
        };
        let location = location.clone();
        Ok(Self {
            location,
            format: Format::V2,
            attributes,
            variables,
            consolidated,
        })
    }

    async fn each_directory<T, F: Future<Output = Result<Option<T>>>>(
        location: &Location,
        read: impl Fn(String) -> F,
    ) -> Result<Vec<T>> {
        let names = location.directories().await?;
        let found = futures::stream::iter(names).map(read).buffered(READS);
        found
            .try_filter_map(|found| async move { Ok(found) })
            .try_collect()
            .await
    }

    /// Where the dataset is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Format that it is stored in.
    pub fn format(&self) -> Format {
        self.format
    }

    /// True when all metadata came in one document.
    pub fn is_consolidated(&self) -> bool {
        self.consolidated
    }

    /// Global attributes.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// Every variable, coordinates included, in the order of the metadata.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.variables.values()
    }

    /// A variable by name.
    ///
    /// # Errors
    /// [`Error::UnknownVariable`], which lists those that there are.
    pub fn variable(&self, name: &str) -> Result<&Variable> {
        self.variables
            .get(name)
            .ok_or_else(|| Error::UnknownVariable {
                name: name.to_owned(),
                location: self.location.to_string(),
                known: self.data_variables().map(|v| v.name().to_owned()).collect(),
            })
    }

    /// The variables that are data: not the coordinate of a dimension, and not named by another variable as
    /// its coordinates, bounds or grid mapping.
    pub fn data_variables(&self) -> impl Iterator<Item = &Variable> {
        let named: Vec<&str> = self
            .variables()
            .map(Variable::attributes)
            .chain([&self.attributes])
            .flat_map(cf::references)
            .collect();
        self.variables().filter(move |variable| {
            self.coordinate(variable.name()).is_none() && !named.contains(&variable.name())
        })
    }

    /// Name and length of every dimension, in the order in which the variables name them.
    ///
    /// # Errors
    /// [`Error::Metadata`] when two variables disagree about a length.
    pub fn dimensions(&self) -> Result<IndexMap<String, usize>> {
        let mut dimensions = IndexMap::<String, usize>::new();
        for variable in self.variables() {
            for (name, &len) in variable.dimensions().iter().zip(variable.shape()) {
                // Made-up names of arrays without any are their own.
                let known = *dimensions.entry(name.clone()).or_insert(len);
                if known != len && !name.starts_with("dim_") {
                    return Err(Error::Metadata {
                        key: self.location.describe(variable.name()),
                        reason: format!(
                            "dimension `{name}` has length {len} here and {known} elsewhere"
                        ),
                    });
                }
            }
        }
        Ok(dimensions)
    }

    /// The coordinate variable of a dimension: of its name, along it alone.
    pub fn coordinate(&self, dimension: &str) -> Option<&Variable> {
        self.variables
            .get(dimension)
            .filter(|variable| variable.dimensions() == [dimension.to_owned()])
    }

    /// The kind of axis of a dimension, by its coordinate's metadata.
    pub fn axis_kind(&self, dimension: &str) -> AxisKind {
        self.coordinate(dimension).map_or(AxisKind::Other, |c| {
            cf::axis_kind(dimension, c.attributes())
        })
    }

    /// The dimension that a user means: the one of that name, else for `lat`, `latitude`, `y`, `lon`,
    /// `longitude`, `x`, `time` and `t` the only one of that kind.
    ///
    /// # Errors
    /// [`Error::UnknownDimension`], which lists those that there are, or [`Error::AmbiguousDimension`].
    pub fn resolve_dimension(&self, name: &str) -> Result<String> {
        let dimensions = self.dimensions()?;
        if dimensions.contains_key(name) {
            return Ok(name.to_owned());
        }
        let kind = cf::kind_of_alias(name);
        let mut candidates: Vec<String> = dimensions
            .keys()
            .filter(|d| Some(self.axis_kind(d)) == kind)
            .cloned()
            .collect();
        let (name, location) = (name.to_owned(), self.location.to_string());
        match candidates.len() {
            0 => {
                let known = dimensions.keys().cloned().collect();
                Err(Error::UnknownDimension {
                    name,
                    location,
                    known,
                })
            }
            1 => Ok(candidates.remove(0)),
            _ => Err(Error::AmbiguousDimension {
                name,
                location,
                candidates,
            }),
        }
    }

    /// Reads the coordinate of a dimension, with its CF bounds where it has them.
    ///
    /// # Errors
    /// [`Error::NoCoordinate`], or [`Error::Coordinate`] when the values make no axis: not strictly
    /// monotonic, missing, repeated.
    pub async fn axis(&self, dimension: &str) -> Result<Axis> {
        let location = || self.location.to_string();
        let wrong = |reason: String| Error::Coordinate {
            dimension: dimension.to_owned(),
            location: location(),
            reason,
        };
        let coordinate = self
            .coordinate(dimension)
            .ok_or_else(|| Error::NoCoordinate {
                dimension: dimension.to_owned(),
                location: location(),
            })?;
        let single = matches!(coordinate.data_type()?.name(), "float32" | "float16");
        let precision = if single {
            Precision::Single
        } else {
            Precision::Double
        };
        let kind = self.axis_kind(dimension);
        let centres = coordinate.coordinate_values().await?;
        let axis = match self.bounds(coordinate) {
            None => Axis::try_new(dimension, kind, centres, precision),
            Some(bounds) => {
                let ends = bounds.coordinate_values().await?;
                let bounds = ends.as_chunks::<2>().0.to_vec();
                Axis::try_with_bounds(dimension, kind, centres, bounds, precision)
            }
        };
        axis.map_err(|error| wrong(error.to_string()))
    }

    /// The variable that holds the CF bounds of a coordinate.
    pub fn bounds(&self, coordinate: &Variable) -> Option<&Variable> {
        let name = coordinate.attributes().get("bounds")?.as_str()?;
        let bounds = self.variables.get(name)?;
        (bounds.shape() == [coordinate.shape()[0], 2]).then_some(bounds)
    }
}

/// True for the name of a direct child, false for one in a nested group.
fn is_own_name(key: &str, name: &str) -> Result<bool> {
    let parts: Vec<&str> = name.split('/').collect();
    if parts.iter().any(|part| matches!(*part, "" | "." | "..")) || name.len() > 255 {
        return Err(Error::Metadata {
            key: key.to_owned(),
            reason: format!("`{}` is no name of an array", name.escape_debug()),
        });
    }
    Ok(parts.len() == 1)
}
