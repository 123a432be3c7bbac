"""How is a figure drawn that needs no script and no library? As SVG, made from values alone."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from diversity.arrays import Float32
from diversity.wording import number

WIDTH, HEIGHT = 460, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 14, 10, 34
N_TICKS = 4
SQUARE = 300
POINT = 1.6

Point = tuple[float, float]


def lines(
    curves: Mapping[str, Sequence[Point]], colors: Mapping[str, str], x_title: str, y_title: str
) -> str:
    """Draw curves over one pair of axes.

    Parameters
    ----------
    curves : mapping of str to sequence of (x, y)
    colors : mapping of str to str
        Colour of each curve.
    x_title, y_title : str

    Returns
    -------
    str
        SVG with every name escaped; empty if there is nothing to draw.
    """
    points = [point for curve in curves.values() for point in curve]
    if not points:
        return ""
    xs, ys = (_range([point[axis] for point in points]) for axis in (0, 1))

    def place(point: Point) -> str:
        x = LEFT + (point[0] - xs[0]) / (xs[1] - xs[0]) * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - (point[1] - ys[0]) / (ys[1] - ys[0]) * (HEIGHT - TOP - BOTTOM)
        return f"{x:.1f},{y:.1f}"

    drawn = [_axes(xs, ys, x_title, y_title)]
    for nth, (name, curve) in enumerate(curves.items()):
        path = " ".join(place(point) for point in curve)
        dash = ("", "6 3", "2 3", "8 3 2 3")[nth % 4]
        drawn.append(
            f'<polyline points="{path}" fill="none" stroke="{colors[name]}" stroke-width="2" '
            f'stroke-dasharray="{dash}"><title>{escape(name)}</title></polyline>'
        )
        drawn += [
            f'<circle cx="{spot[0]}" cy="{spot[1]}" r="2.5" fill="{colors[name]}">'
            f"<title>{escape(name)}: {number(point[0])}, {number(point[1])}</title></circle>"
            for point in curve
            for spot in [place(point).split(",")]
        ]
    label = f"{y_title} against {x_title}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{''.join(drawn)}</svg>"
    )


def scatter(
    coordinates: Float32, bounds: tuple[Point, Point], color: str, behind: Float32 | None = None
) -> str:
    """Draw points within given bounds, so that several drawings share their axes.

    Parameters
    ----------
    coordinates : ndarray of shape (n, 2)
    bounds : (lowest x, highest x), (lowest y, highest y)
    color : str
    behind : ndarray of shape (m, 2), optional
        Points to draw in grey underneath.
    """
    parts = [_dots(behind, bounds, "#8b93a1", 0.25)] if behind is not None else []
    parts.append(_dots(coordinates, bounds, color, 0.7))
    return f'<svg viewBox="0 0 {SQUARE} {SQUARE}" role="img">{"".join(parts)}</svg>'


def _dots(coordinates: Float32, bounds: tuple[Point, Point], color: str, opacity: float) -> str:
    """Draw many points as one path: a dot is a line of no length with round ends."""
    if not len(coordinates):
        return ""
    span = max(high - low for low, high in bounds) or 1.0
    x = (coordinates[:, 0] - bounds[0][0]) / span * (SQUARE - 8) + 4
    y = SQUARE - 4 - (coordinates[:, 1] - bounds[1][0]) / span * (SQUARE - 8)
    path = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    return (
        f'<path d="{path}" stroke="{color}" stroke-width="{2 * POINT}" stroke-linecap="round" '
        f'stroke-opacity="{opacity}" fill="none"/>'
    )


def _axes(xs: Point, ys: Point, x_title: str, y_title: str) -> str:
    floor, end = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [
        f'<path d="M{LEFT} {TOP}V{floor}H{end}" fill="none" stroke="currentColor" opacity="0.4"/>'
    ]
    for share in np.linspace(0, 1, N_TICKS).tolist():
        x, y = LEFT + share * (end - LEFT), floor - share * (floor - TOP)
        parts.append(
            f'<text x="{x:.1f}" y="{floor + 14}" text-anchor="middle">'
            f"{number(xs[0] + share * (xs[1] - xs[0]))}</text>"
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
            f"{number(ys[0] + share * (ys[1] - ys[0]))}</text>"
        )
    parts.append(
        f'<text x="{(LEFT + end) / 2}" y="{HEIGHT - 4}" text-anchor="middle">'
        f"{escape(x_title)}</text>"
    )
    return f'<g class="axes"><title>{escape(y_title)}</title>{"".join(parts)}</g>'


def _range(values: Sequence[float]) -> Point:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)
