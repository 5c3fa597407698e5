"""Makes values.json: what windows of real data are, computed by numpy and never by rsmp.

    python make.py DATA values.json

DATA is a folder with the Zarr stores named below. Needs numpy, xarray, zarr (3 or later) and scipy.

The rules are those of docs/semantics.md, written a second time and as plainly as possible: every source
cell is given the number of its window, per dimension, from its coordinate; then each window is cut out
as an array of float64 and handed to a numpy function. Stored per case: the shape, the number of missing
windows, sum, sum of magnitudes, least and greatest of the others, and about 200 windows picked by a fixed
seed, the corners among them, as [index in C order, float64 or null].
"""

import itertools
import json
import sys
import warnings

import numpy as np
import scipy.interpolate
import xarray as xr

SAMPLES = 200


def edges_of(start, stop, step):
    n = max(int(np.ceil((stop - start) / step - 1e-9)), 1)
    return np.append(start + np.arange(n) * step, stop)


def tolerance(coordinate):
    """A thousandth of the spacing, or two float32 steps of single precision coordinates."""
    spacing = abs(np.diff(coordinate.astype("f8"))).min()
    steps = 2 * np.spacing(np.float32(abs(coordinate).max())) if coordinate.dtype == "f4" else 0
    return max(1e-3 * spacing, float(steps))


def onto_circle(values, start, tol):
    """Longitudes as numbers from start up to a circle more."""
    return start + np.mod(values - start + tol, 360.0) - tol


def windows(coordinate, spec, cyclic):
    """Indices of the source cells of each window, in output order."""
    tol, values = tolerance(coordinate), coordinate.astype("f8")
    if len(spec) == 1:
        return [np.flatnonzero(abs(values - spec[0]) <= tol)]
    start, stop, step = spec[:3]
    edges = edges_of(start, stop, step)
    if cyclic:
        values = onto_circle(values, start, tol)
    found = []
    for i, (low, high) in enumerate(zip(edges[:-1], edges[1:])):
        last = i == len(edges) - 2
        below = values <= high + tol if last else values < high - tol
        found.append(np.flatnonzero((values >= low - tol) & below))
    return found[::-1] if spec[3:] == ("invert",) else found


def nearest(coordinate, spec, cyclic):
    """The cell nearest to the middle of each window, the lower of two; none beyond half a cell."""
    tol, values = tolerance(coordinate), coordinate.astype("f8")
    edges = edges_of(*spec[:3])
    found = []
    for middle in (edges[:-1] + edges[1:]) / 2:
        around = values + 360 * np.round((middle - values) / 360) if cyclic else values
        distance = abs(around - middle)
        close = np.flatnonzero(distance <= distance.min() + tol)
        half = abs(np.diff(values)).min() / 2
        found.append(close[[np.argmin(around[close])]] if distance.min() <= half + tol else close[:0])
    return found


def check_nearest(coordinate, found, spec):
    """scipy's rule for ties, and xarray's answers where there is none, agree with `nearest`."""
    edges = edges_of(*spec[:3])
    middles = (edges[:-1] + edges[1:]) / 2
    values = coordinate.astype("f8")
    order = np.argsort(values)
    rule = scipy.interpolate.interp1d(
        values[order], order, kind="nearest", bounds_error=False, fill_value=(order[0], order[-1])
    )
    labels = xr.DataArray(np.arange(len(values)), coords={"x": values}, dims="x")
    picked = labels.sel(x=middles, method="nearest").values
    for middle, scipys, xarrays, ours in zip(middles, rule(middles), picked, found):
        gaps = np.sort(abs(values - middle))
        if len(ours) and gaps[1] - gaps[0] > 1e-3:
            assert int(scipys) == xarrays == ours[0]


def measure(coordinate, kind):
    """|sin of the upper minus sin of the lower bound| of latitudes, width of longitudes."""
    values = coordinate.astype("f8")
    half = np.diff(values) / 2
    low = values - np.append(half[:1], half)
    high = values + np.append(half, half[-1:])
    if kind == "y":
        low, high = (np.sin(np.radians(np.clip(v, -90, 90))) for v in (low, high))
    return abs(high - low)


def first_valid(cells, axis):
    """The first cell in index order that is not missing."""
    flat = cells.reshape(cells.shape[: cells.ndim - len(axis)] + (-1,))
    valid = ~np.isnan(flat)
    picked = np.take_along_axis(flat, valid.argmax(-1)[..., None], -1)[..., 0]
    return np.where(valid.any(-1), picked, np.nan)


def count(cells, axis):
    return (~np.isnan(cells)).sum(axis).astype("f8")


def total(cells, axis):
    return np.where(count(cells, axis) > 0, np.nansum(cells, axis), np.nan)


REDUCE = {
    "mean": np.nanmean, "min": np.nanmin, "max": np.nanmax, "sum": total, "count": count,
    "first": first_valid, "last": lambda c, axis: first_valid(np.flip(c, axis), axis),
    "nearest": first_valid,
}


def area_mean(cells, axis, weights):
    weights = np.where(np.isnan(cells), 0.0, np.broadcast_to(weights, cells.shape))
    whole = weights.sum(axis)
    return np.nansum(cells * weights, axis) / np.where(whole > 0, whole, np.nan)


def reduce(data, specs, kinds, method):
    """The windows of an array whose last dimensions are those of `specs`."""
    names = list(specs)
    axis = tuple(range(data.ndim - len(names), data.ndim))
    find = nearest if method == "nearest" else windows
    cells = [find(data[n].values, specs[n], kinds.get(n) == "x") for n in names]
    if method == "nearest":
        for n, found in zip(names, cells):
            if kinds.get(n) != "x":
                check_nearest(data[n].values, found, specs[n])
    weights = [measure(data[n].values, kinds.get(n)) for n in names]
    values = data.values.astype("f8")
    out = np.full(data.shape[: axis[0]] + tuple(len(c) for c in cells), np.nan)
    for at in itertools.product(*(range(len(c)) for c in cells)):
        index = [c[i] for c, i in zip(cells, at)]
        if not all(len(i) for i in index):
            continue
        window = values[(..., *np.ix_(*index))]
        if method == "area-mean":
            weight = np.multiply.outer(*(w[i] for w, i in zip(weights, index)))
            out[(..., *at)] = area_mean(window, axis, weight)
        else:
            out[(..., *at)] = REDUCE[method](window, axis)
    return out


LAT, LON = ("lat", (-90, 90, 1)), ("lon", (-180, 180, 1))
ERA = {"latitude": (-90, 90, 5), "longitude": (-180, 180, 5)}
ROUND = {"latitude": (-90, 90, 5), "longitude": (0, 360, 5)}
BASIN = {"Y": (-90, 90, 4), "X": (-180, 180, 6)}
THIRDS = {"lat": (-90, 90, 20 / 3), "lon": (-180, 180, 20 / 3)}
REGION = {"lat": (30.05, 60, 0.7), "lon": (-20, 41.3, 0.7)}
SEAM = {"lat": (-60, 60, 2.5), "lon": (150, 215, 2.5)}
COARSE = {"lat": (-90, 90, 3), "lon": (-180, 180, 3)}


def cases():
    """Name of the store, variable, method, windows by dimension."""
    degree = dict([LAT, LON])
    flipped = {"lat": (-90, 90, 1, "invert"), "lon": (-180, 180, 1)}
    for store in ["etopo20_v2", "etopo20_v3", "etopo20_desc_v2"]:
        yield store, "elevation", "mean", degree
        yield store, "elevation", "mean", flipped
        yield store, "elevation", "mean", THIRDS
        yield store, "elevation", "mean", REGION
    yield "etopo20_v3", "elevation", "mean", SEAM
    yield "etopo20_desc_v2", "elevation", "nearest", COARSE
    yield "etopo20_desc_v2", "elevation", "first", COARSE
    for store in ["etopo20_ocean_v2", "etopo20_ocean_v3_sharded"]:
        yield store, "elevation", "mean", degree
        for method in ["area-mean", "sum", "count", "min", "nearest"]:
            yield store, "elevation", method, COARSE
    for variable in ["u", "v", "z"]:
        yield "eraint_uvz_v2", variable, "mean", ERA
    yield "eraint_uvz_v2", "u", "mean", ROUND
    yield "eraint_uvz_v3", "u", "mean", ERA
    for method in ["area-mean", "min", "max", "last"]:
        yield "eraint_uvz_v3", "z", method, ERA
    yield "eraint_uvz_v2", "z", "mean", {"level": (850,), **ERA}
    for method in ["min", "max", "first", "last", "count", "mean", "nearest"]:
        yield "basin_mask_v2", "basin", method, BASIN


def sampled(flat, shape):
    """The corners and some 200 others."""
    corners = itertools.product(*({0, n - 1} for n in shape))
    picked = {int(np.ravel_multi_index(c, shape)) for c in corners}
    picked |= set(np.random.default_rng(20).integers(0, flat.size, SAMPLES).tolist())
    return [[i, None if np.isnan(flat[i]) else float(flat[i])] for i in sorted(picked)]


def spell(name, spec):
    return f"{name}=" + ":".join(str(part) for part in spec)


def main(folder, target):
    warnings.simplefilter("ignore", RuntimeWarning)
    stored = []
    for store, variable, method, specs in cases():
        data = xr.open_zarr(f"{folder}/{store}.zarr", decode_cf=False)
        raw = data[variable]
        packing = raw.attrs.get("scale_factor"), raw.attrs.get("add_offset")
        values = raw.values.astype("f8")
        values[values == raw.attrs["_FillValue"]] = np.nan
        if packing[0] is not None:
            values = values * packing[0] + packing[1]
        kinds = {
            n: {"degree_n": "y", "degrees_": "y"}.get(c.attrs.get("units", "")[:8])
            for n, c in data.coords.items()
        }
        kinds |= {n: "x" for n in kinds if n in ("lon", "longitude", "X")}
        out = reduce(raw.copy(data=values), specs, kinds, method)
        flat, valid = out.ravel(), out[~np.isnan(out)]
        stored.append({
            "store": store, "variable": variable, "method": method,
            "dim": [spell(n, s) for n, s in specs.items()],
            "shape": list(out.shape), "missing": int(np.isnan(flat).sum()),
            "sum": float(valid.sum()), "magnitude": float(abs(valid).sum()),
            "least": float(valid.min()), "greatest": float(valid.max()),
            "samples": sampled(flat, out.shape),
        })
        print(store, variable, method, out.shape, stored[-1]["missing"])
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in stored)
    with open(target, "w") as file:
        file.write(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
