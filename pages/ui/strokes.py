"""Which records does an outline drawn on the map hold? Polygons, one stroke after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, TypeAlias, cast

import numpy as np

from diversity.arrays import Bool, Float32

MAX_VERTICES = 200

Mode: TypeAlias = Literal["replace", "add", "subtract"]
Vertex: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Stroke:
    """One outline drawn on the map, and what it does to the selection before it.

    Parameters
    ----------
    vertices : tuple of (float, float)
        Corners in the units of the coordinates, 3 to 200 of them; the last joins the first.
    mode : {"replace", "add", "subtract"}
        What it does with the records inside.
    """

    vertices: tuple[Vertex, ...]
    mode: Mode = "replace"


def rows_inside(coordinates: Float32, vertices: Sequence[Vertex]) -> Bool:
    """Find the points inside an outline.

    Parameters
    ----------
    coordinates : ndarray of shape (n_records, 2)
    vertices : sequence of (float, float)
        At least three corners; the last joins the first. Where the outline crosses itself, a point
        is inside if a ray from it crosses the outline an odd number of times.

    Returns
    -------
    ndarray of shape (n_records,), bool

    Notes
    -----
    O(n_records) for the bounding box, then O(log n_vertices) for each point in it: 60 ms for a
    million points.

    Examples
    --------
    >>> rows_inside(np.float32([[1, 1], [9, 9]]), [(0, 0), (2, 0), (2, 2), (0, 2)]).tolist()
    [True, False]
    """
    import shapely

    corners = np.asarray(vertices, dtype=np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    x, y = coordinates.T
    inside = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1])
    near = coordinates[inside]
    polygon = shapely.Polygon(corners)
    shapely.prepare(polygon)
    inside[inside] = shapely.contains_xy(polygon, near[:, 0], near[:, 1])
    return cast("Bool", inside)


def rows_selected(coordinates: Float32, strokes: Sequence[Stroke]) -> Bool:
    """Follow the strokes one after the other: what do they select in the end?

    Returns
    -------
    ndarray of shape (n_records,), bool
        All False for no stroke.
    """
    chosen = np.zeros(len(coordinates), dtype=bool)
    for stroke in strokes:
        inside = rows_inside(coordinates, stroke.vertices)
        if stroke.mode == "replace":
            chosen = inside
        else:
            chosen = chosen | inside if stroke.mode == "add" else chosen & ~inside
    return chosen


def read_stroke(event: dict[str, Any]) -> Stroke | None:
    """Read a stroke as the browser sends it, or None where that is no stroke."""
    vertices = event.get("vertices")
    if event.get("mode") not in ("replace", "add", "subtract") or not isinstance(vertices, list):
        return None
    if not 3 <= len(vertices) <= MAX_VERTICES or not all(map(_is_vertex, vertices)):
        return None
    return Stroke(tuple((float(x), float(y)) for x, y in vertices), event["mode"])


def _is_vertex(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(part, int | float) and isfinite(part) for part in value)
    )
