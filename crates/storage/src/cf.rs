//! What CF and xarray attributes mean: axes, missing data, packing, roles of variables.

use crate::{
    DataType, Error, Result, Scalar,
    array::{ArrayDocument, Format},
};
use rsmp_grid::AxisKind;
use serde_json::{Map, Value};

/// CF packing: value = stored × `scale` + `offset` (CF conventions, section 8.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Packing {
    /// `scale_factor`, 1 where absent.
    pub scale: f64,
    /// `add_offset`, 0 where absent.
    pub offset: f64,
}

/// Attributes that describe how values are stored, not what they are.
pub const STORAGE_ATTRIBUTES: [&str; 5] = [
    "_FillValue",
    "missing_value",
    "scale_factor",
    "add_offset",
    "_Unsigned",
];

pub(crate) fn packing(key: &str, attributes: &Map<String, Value>) -> Result<Option<Packing>> {
    let number = |name: &str, default: f64| match attributes.get(name) {
        None => Ok(default),
        // Some writers store numbers as lists of one.
        Some(value) => value
            .as_array()
            .map_or(Some(value), |list| list.first())
            .and_then(Value::as_f64)
            .filter(|v| v.is_finite())
            .ok_or_else(|| Error::Metadata {
                key: key.to_owned(),
                reason: format!("the attribute `{name}` is {value}, no finite number"),
            }),
    };
    let packing = Packing {
        scale: number("scale_factor", 1.0)?,
        offset: number("add_offset", 0.0)?,
    };
    if packing.scale == 0.0 {
        let reason = "the attribute `scale_factor` is 0".to_owned();
        return Err(Error::Metadata {
            key: key.to_owned(),
            reason,
        });
    }
    let packed = attributes.contains_key("scale_factor") || attributes.contains_key("add_offset");
    Ok(packed.then_some(packing))
}

/// The type that stored elements are to be read as: `_Unsigned` turns the signedness of integers.
pub(crate) fn read_as(stored: DataType, attributes: &Map<String, Value>) -> DataType {
    let unsigned = match attributes.get("_Unsigned") {
        Some(Value::String(word)) => Some(word.eq_ignore_ascii_case("true")),
        Some(Value::Bool(unsigned)) => Some(*unsigned),
        _ => None,
    };
    if unsigned == Some(stored.is_signed()) {
        stored.other_sign()
    } else {
        stored
    }
}

pub(crate) fn missing_marks(document: &ArrayDocument) -> Vec<Scalar> {
    let Some(stored) = document.data_type else {
        return Vec::new();
    };
    let stated = ["_FillValue", "missing_value"]
        .into_iter()
        .filter_map(|name| document.attributes.get(name));
    let mut marks: Vec<Scalar> = stated
        .flat_map(|value| {
            value
                .as_array()
                .map_or(std::slice::from_ref(value), Vec::as_slice)
        })
        .filter_map(|value| Scalar::from_json(value, stored))
        .collect();
    // xarray writes `_FillValue` of Zarr v2 arrays into the fill value alone; in a mask both values count.
    if document.format == Format::V2 && stored != DataType::Bool {
        marks.extend(document.fill());
    }
    let read_as = read_as(stored, &document.attributes);
    let mut known = Vec::new();
    for mark in marks
        .into_iter()
        .filter_map(|mark| mark.as_stored(stored, read_as))
    {
        if !mark.as_f64().is_nan() && !known.contains(&mark) {
            known.push(mark);
        }
    }
    known
}

/// The kind of axis that a coordinate variable is, by CF sections 4.1 to 4.4: `standard_name`, `units`,
/// `axis`, and for longitude and latitude without units by name.
///
/// [`AxisKind::X`] and [`AxisKind::Y`] are longitude and latitude in degrees; projected x and y in metres
/// are [`AxisKind::Other`].
pub fn axis_kind(name: &str, attributes: &Map<String, Value>) -> AxisKind {
    let text = |key: &str| {
        attributes
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let units = text("units");
    match text("standard_name") {
        "latitude" | "grid_latitude" => return AxisKind::Y,
        "longitude" | "grid_longitude" => return AxisKind::X,
        "time" => return AxisKind::T,
        _ => {}
    }
    match units {
        "degrees_north" | "degree_north" | "degree_N" | "degrees_N" | "degreeN" | "degreesN" => {
            return AxisKind::Y;
        }
        "degrees_east" | "degree_east" | "degree_E" | "degrees_E" | "degreeE" | "degreesE" => {
            return AxisKind::X;
        }
        _ => {}
    }
    if units.contains(" since ") || text("axis") == "T" {
        return AxisKind::T;
    }
    if text("axis") == "Z" || attributes.contains_key("positive") {
        return AxisKind::Z;
    }
    let angle = matches!(units, "" | "degree" | "degrees" | "deg");
    match name.to_ascii_lowercase().as_str() {
        "lat" | "latitude" if angle => AxisKind::Y,
        "lon" | "longitude" if angle => AxisKind::X,
        _ => AxisKind::Other,
    }
}

/// The kind of axis that a general name asks for.
pub(crate) fn kind_of_alias(name: &str) -> Option<AxisKind> {
    Some(match name {
        "lat" | "latitude" | "y" => AxisKind::Y,
        "lon" | "longitude" | "x" => AxisKind::X,
        "time" | "t" => AxisKind::T,
        _ => return None,
    })
}

/// Names of other variables that the attributes refer to as their coordinates, bounds or grid mapping.
pub(crate) fn references(attributes: &Map<String, Value>) -> impl Iterator<Item = &str> {
    ["bounds", "climatology", "coordinates", "grid_mapping"]
        .into_iter()
        .filter_map(|name| attributes.get(name).and_then(Value::as_str))
        .flat_map(str::split_whitespace)
        // The extended `grid_mapping: "crs: x y"` names variables with and without a colon.
        .map(|word| word.trim_end_matches(':'))
}

/// The missing-data mark that netCDF gives a type by default.
pub fn default_mark(data_type: DataType) -> Scalar {
    match data_type {
        DataType::Bool => Scalar::Int(0),
        DataType::Int8 => Scalar::Int(-127),
        DataType::Int16 => Scalar::Int(-32767),
        DataType::Int32 => Scalar::Int(-2_147_483_647),
        DataType::Int64 => Scalar::Int(-9_223_372_036_854_775_806),
        DataType::UInt8 => Scalar::Int(255),
        DataType::UInt16 => Scalar::Int(65535),
        DataType::UInt32 => Scalar::Int(4_294_967_295),
        DataType::UInt64 => Scalar::UInt(18_446_744_073_709_551_614),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Scalar::Float(f64::NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn axes_are_recognised_by_standard_name_units_axis_and_name() {
        let kind = |name: &str, attributes: Value| axis_kind(name, &map(&attributes));
        assert_eq!(kind("Y", json!({"units": "degree_north"})), AxisKind::Y);
        assert_eq!(
            kind("nav", json!({"standard_name": "longitude"})),
            AxisKind::X
        );
        assert_eq!(kind("lon", json!({})), AxisKind::X);
        assert_eq!(
            kind("x", json!({"units": "m", "axis": "X"})),
            AxisKind::Other
        );
        assert_eq!(
            kind("t", json!({"units": "days since 2000-01-01"})),
            AxisKind::T
        );
        assert_eq!(kind("depth", json!({"positive": "down"})), AxisKind::Z);
        assert_eq!(
            kind("level", json!({"units": "millibars"})),
            AxisKind::Other
        );
    }

    #[test]
    fn packing_that_is_no_number_is_an_error() {
        assert_eq!(packing("k", &map(&json!({}))).unwrap(), None);
        assert_eq!(
            packing("k", &map(&json!({"scale_factor": [-0.5]}))).unwrap(),
            Some(Packing {
                scale: -0.5,
                offset: 0.0
            })
        );
        for bad in [json!({"scale_factor": "0.1"}), json!({"scale_factor": 0})] {
            assert!(packing("k", &map(&bad)).is_err());
        }
    }
}
