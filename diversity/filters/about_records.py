"""What can be asked of a record as a whole? Its meaning, its place on the map, its number."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from .about_columns import MAX_QUERY
from .checks import Point, check_polygons, row_of, similarity_of
from .predicate import Predicate, set_field
from .words import clean, write_number, write_text


@dataclass(frozen=True, eq=False)
class Like(Predicate):
    """The record means something similar to the query.

    Parameters
    ----------
    query : str
        What to search for, at most 10,000 characters.
    min_similarity : float
        Cosine similarity from which a record counts, in [-1, 1].
    """

    query: str
    min_similarity: float

    def __post_init__(self) -> None:
        set_field(self, "query", clean(self.query, MAX_QUERY))
        set_field(self, "min_similarity", similarity_of(self.min_similarity))

    def _write(self) -> str:
        return f"meaning like {write_text(self.query)} above {write_number(self.min_similarity)}"


@dataclass(frozen=True, eq=False)
class Near(Predicate):
    """The record is as similar to a given record, or more; that record itself always is.

    Parameters
    ----------
    row : int
        The record compared with, from 0.
    min_similarity : float
        Cosine similarity from which a record counts, in [-1, 1].
    """

    row: int
    min_similarity: float

    def __post_init__(self) -> None:
        set_field(self, "row", row_of(self.row))
        set_field(self, "min_similarity", similarity_of(self.min_similarity))

    def _write(self) -> str:
        return f"near record {self.row} above {write_number(self.min_similarity)}"


@dataclass(frozen=True, eq=False)
class Inside(Predicate):
    """The record lies on the map inside one of the polygons, or on its edge.

    Parameters
    ----------
    polygons : iterable of iterables of (x, y)
        Each with three corners or more, in map coordinates; the last corner joins the first.
    """

    polygons: tuple[tuple[Point, ...], ...]

    def __post_init__(self) -> None:
        polygons = tuple(
            tuple((float(x) + 0.0, float(y) + 0.0) for x, y in polygon) for polygon in self.polygons
        )
        check_polygons(polygons)
        set_field(self, "polygons", polygons)

    def _write(self) -> str:
        return "inside polygon " + ", ".join(_write_polygon(polygon) for polygon in self.polygons)


@dataclass(frozen=True, eq=False)
class Rows(Predicate):
    """The record is one of these rows, numbered from 0; kept sorted, each once."""

    rows: tuple[int, ...]

    def __post_init__(self) -> None:
        set_field(self, "rows", tuple(sorted({row_of(row) for row in self.rows})))

    def _write(self) -> str:
        return self._write_with("=", "in")

    def _write_negated(self) -> str:
        return self._write_with("!=", "not in")

    def _write_with(self, one: str, many: str) -> str:
        if len(self.rows) == 1:
            return f"row {one} {self.rows[0]}"
        return f"row {many} ({', '.join(_write_runs(self.rows))})"


def _write_polygon(polygon: tuple[Point, ...]) -> str:
    return f"({', '.join(f'{write_number(x)} {write_number(y)}' for x, y in polygon)})"


def _write_runs(rows: tuple[int, ...]) -> Iterable[str]:
    """Spell sorted rows, three or more in a row as ``9 to 120``."""
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(rows), 1) if b != a + 1), len(rows)]
    for start, stop in pairwise(breaks):
        run = rows[start:stop]
        if len(run) > 2:
            yield f"{run[0]} to {run[-1]}"
        else:
            yield from map(str, run)
