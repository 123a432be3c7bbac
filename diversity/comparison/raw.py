"""What are the scores over every record of a group? Read them with care: size alone moves them."""

import time
from collections.abc import Mapping
from types import MappingProxyType

from diversity.analysis import Analysis
from diversity.arrays import Int64
from diversity.comparison.shuffled_labels import REPEATS
from diversity.comparison.values import Raw
from diversity.progress import Progress, Steps
from diversity.scores import NAMES, Panel, Score
from diversity.scores.exact import score_exact
from diversity.scores.pairwise import NAMES as PAIRED

MOST_PAIRED = 20_000
"""Scores that look at all pairs take 20 s at so many records, and four times that at twice."""


def raw_steps(analysis: Analysis, panel: Panel, groups: Mapping[str, Int64]) -> Steps[Raw]:
    """Score all records of each group, with no budget and whole texts.

    Parameters
    ----------
    analysis : Analysis
    panel : Panel
        The whole texts of the dataset, prepared.
    groups : mapping of str to row numbers

    Returns
    -------
    mapping of str to mapping of str to Score
        For each score, each group; mode ``exact``. Scores that look at all pairs are undefined in
        a group of more than 20,000 records.
    """
    found: dict[str, dict[str, Score]] = {name: {} for name in (*NAMES, REPEATS)}
    started = time.perf_counter()
    for done, (group, rows) in enumerate(groups.items()):
        elapsed_s = time.perf_counter() - started
        yield Progress("scoring all records", done, len(groups), elapsed_s)
        for name, score in _scores(analysis, panel, rows).items():
            found[name][group] = score
    return MappingProxyType(found)


def _scores(analysis: Analysis, panel: Panel, rows: Int64) -> dict[str, Score]:
    wanted = [name for name in NAMES if name not in PAIRED or len(rows) <= MOST_PAIRED]
    scores = score_exact(panel, rows, wanted)
    for name in NAMES:
        if name not in scores:
            scores[name] = _too_many(name, rows)
    scores[REPEATS] = Score(
        REPEATS, analysis.duplicates.near_share(rows), None, len(rows), None, "exact"
    )
    return scores


def _too_many(name: str, rows: Int64) -> Score:
    reason = f"it looks at all pairs, too many for {len(rows):,} records"
    return Score(name, None, None, len(rows), None, "exact", reason=reason)
