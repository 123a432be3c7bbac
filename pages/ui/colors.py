"""Which colour does a category have, on every page and under every filter?

Eleven hues found by search, the nearest two 0.073 apart in OKLab under normal sight and under
simulated protanopia, deuteranopia and tritanopia (the seven chromatic colours of Okabe & Ito:
0.076). Each has a contrast of at least 1.8 on white and 2.6 on the dark theme's background.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

PALETTE = (
    "#3f7fd9",
    "#e8850c",
    "#69d1b1",
    "#c70d67",
    "#c698f5",
    "#176644",
    "#e1bd18",
    "#f05a6e",
    "#3843dd",
    "#87599c",
    "#9f6f02",
)
NOISE = "#8b93a1"
OTHER = "#5d6675"
NEUTRAL_NAMES = ("Noise", "Missing")


class LegendEntry(NamedTuple):
    """One row of a legend: what it is called, how it looks, how many records it holds."""

    name: str
    color: str
    n_records: int


def assign(values: Sequence[str], counts: Sequence[int], top: int = len(PALETTE)) -> dict[str, str]:
    """Give the largest categories a hue each, and grey to the rest.

    Parameters
    ----------
    values : sequence of str
        Names of the categories, each once.
    counts : sequence of int
        How many records each holds in the *whole* dataset. Counts under a filter would make
        colours jump.
    top : int, default=11
        How many categories get a hue, at most 11.

    Returns
    -------
    dict of str to str
        A hex colour for every name. "Noise" and "Missing" are always `NOISE`; names beyond the
        `top` are `OTHER`. Equal counts go by name, so the order of the input does not matter.

    Examples
    --------
    >>> assign(["refund", "Noise", "greeting"], [5, 100, 9])
    {'refund': '#e8850c', 'Noise': '#8b93a1', 'greeting': '#3f7fd9'}
    """
    ranked = _ranked(values, counts)
    hues = dict(zip(ranked, PALETTE[:top], strict=False))
    return {name: NOISE if name in NEUTRAL_NAMES else hues.get(name, OTHER) for name in values}


def categories(
    values: Sequence[str] | npt.NDArray[np.object_], top: int = len(PALETTE)
) -> tuple[npt.NDArray[np.uint8], list[LegendEntry]]:
    """Turn one name per record into an index per record and a legend; see `categories_of`.

    Examples
    --------
    >>> indices, legend = categories(["b", "a", "b", "Noise"])
    >>> indices.tolist(), [entry.name for entry in legend]
    ([0, 1, 0, 2], ['b', 'a', 'Noise'])
    """
    codes, names = pd.factorize(np.asarray(values, dtype=object))
    return categories_of(codes, names.tolist(), top)


def categories_of(
    codes: npt.NDArray[np.integer[Any]],
    names: Sequence[str],
    top: int = len(PALETTE),
    *,
    in_order: bool = False,
) -> tuple[npt.NDArray[np.uint8], list[LegendEntry]]:
    """Turn one number per record into an index per record and a legend.

    Parameters
    ----------
    codes : ndarray of integers, shape (n_records,)
        Position of each record's category in `names`.
    names : sequence of str
        Each once.
    top : int, default=11
        How many categories get a row of their own, at most 11; the others share "Other".
    in_order : bool, default=False
        Whether the first names get the hues, not the largest: for categories still growing.

    Returns
    -------
    indices : ndarray of shape (n_records,), uint8
        Row of the legend each record belongs to.
    legend : list of LegendEntry
        Largest first, then "Other (k)" over k categories, then "Noise" and "Missing". The counts
        add up to n_records.
    """
    counts = np.bincount(codes, minlength=len(names)).tolist()
    weights = list(range(len(names), 0, -1)) if in_order else counts
    colors = assign(names, weights, top)
    total = dict(zip(names, counts, strict=True))
    shown = [name for name in _ranked(names, weights) if colors[name] != OTHER]
    rest = [name for name in names if colors[name] == OTHER]
    legend = [LegendEntry(name, colors[name], total[name]) for name in shown]
    row = {name: i for i, name in enumerate(shown)}
    if rest:
        row |= dict.fromkeys(rest, len(legend))
        legend.append(LegendEntry(f"Other ({len(rest)})", OTHER, sum(total[n] for n in rest)))
    for name in NEUTRAL_NAMES:
        if total.get(name):
            row[name] = len(legend)
            legend.append(LegendEntry(name, NOISE, total[name]))
    of_name = np.array([row.get(name, 0) for name in names], dtype=np.uint8)
    return of_name[codes], legend


def _ranked(values: Sequence[str], counts: Sequence[int]) -> list[str]:
    pairs = sorted(zip(values, counts, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [name for name, _ in pairs if name not in NEUTRAL_NAMES]
