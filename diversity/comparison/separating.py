"""From counts in each group to what sets the groups apart, the clearest first."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from diversity.arrays import Int64
from diversity.comparison.log_odds import Counts, added, log_odds
from diversity.comparison.values import Separation
from diversity.scores.significance import benjamini_hochberg

OTHERS = "all others"
Choice = Callable[[Int64], Sequence[int]]


def separations(
    counts: Mapping[str, Counts], tested: Int64, name_of: Callable[[int], str], choose: Choice
) -> list[tuple[int, Separation]]:
    """Set groups against each other in every feature.

    Parameters
    ----------
    counts : mapping of str to Counts
        For each group. Of two the first is set against the second; of more, each against all
        others, and the one that differs most is handed back.
    tested : ndarray of int64
        Features to try, chosen without regard to the groups.
    name_of : callable
        Names a feature that is handed back.
    choose : callable
        Picks what to hand back from the tested features in order of clearness.

    Returns
    -------
    list of (int, Separation)
        Features that were picked, with q-values over everything that was tried.
    """
    if not len(tested):
        return []
    sides = _versus(list(counts))
    tried = [log_odds(counts[a], added([counts[b] for b in bs])) for a, bs in sides]
    ratios, widths, p = (np.stack(part)[:, tested] for part in zip(*tried, strict=True))
    q = benjamini_hochberg(p.ravel()).reshape(p.shape)
    clearest = np.argmin(p, axis=0)
    places = np.arange(len(tested))
    order = np.lexsort((-np.abs(ratios[clearest, places]), p[clearest, places]))
    place_of = {int(feature): place for place, feature in enumerate(tested)}
    found = []
    for feature in choose(tested[order]):
        place = place_of[feature]
        side = int(clearest[place])
        ratio, width = float(ratios[side, place]), float(widths[side, place])
        a, others = sides[side]
        separation = Separation(
            name=name_of(feature),
            shares={name: float(c.found[feature] / c.total) for name, c in counts.items()},
            a=a,
            b=others[0] if len(others) == 1 else OTHERS,
            log_odds=ratio,
            interval=(ratio - width, ratio + width),
            q=float(q[side, place]),
        )
        found.append((feature, separation))
    return found


def _versus(names: list[str]) -> list[tuple[str, list[str]]]:
    if len(names) == 2:
        return [(names[0], names[1:])]
    return [(name, [other for other in names if other != name]) for name in names]
