"""Do the steps of a manifest give its rows here too? Taken again, and told where they do not.

The rows of a manifest are in it, so they are the same everywhere. Its steps need a model, and may
give others where that, a version or the machine is another.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from diversity.analysis import Analysis
from diversity.curation import Outcome, Plan, curate_steps, material
from diversity.errors import DiversityError
from diversity.export.manifest import analysis_of, versions
from diversity.progress import Steps

SAME = "Its steps, taken again, give the same rows."
KEPT = "The rows are those of the manifest."


def again_steps(manifest: Mapping[str, Any], analysis: Analysis, expected: Outcome) -> Steps[str]:
    """Take the steps of a manifest again.

    Parameters
    ----------
    manifest : mapping
        From `read_manifest`.
    analysis : Analysis
        Of the records that it was made from; see `replay`.
    expected : Outcome
        Its rows, from `replay`.

    Returns
    -------
    str
        Whether they give the same rows in the same order; if not, how many others, and what is
        another here. A step that cannot be taken here, for want of tags or columns, is said too.
    """
    asked = material(analysis, random_state=manifest["analysis"]["random_state"])
    try:
        found = yield from curate_steps(asked, Plan.from_values(manifest["plan"]))
    except DiversityError as error:
        return f"Its steps could not be taken again: {error.message} {KEPT}"
    if found.fingerprint == expected.fingerprint:
        return SAME
    why = "; ".join(_others(manifest, analysis)) or "nothing that a manifest holds"
    return f"Its steps, taken again, give {_differing(expected, found)}. Other here: {why}. {KEPT}"


def _differing(expected: Outcome, found: Outcome) -> str:
    n_more = len(np.setdiff1d(found.rows, expected.rows))
    n_fewer = len(np.setdiff1d(expected.rows, found.rows))
    if not n_more and not n_fewer:
        return "the same rows in another order"
    return f"{n_more:,} rows that are not in it, and not {n_fewer:,} of its {len(expected.rows):,}"


def _others(manifest: Mapping[str, Any], analysis: Analysis) -> Iterator[str]:
    """Name what is another than when the manifest was made."""
    before, now = manifest["analysis"], analysis_of(analysis)
    for name in ("model", "n_clusters", "settings", "curation"):
        if before[name] != now[name]:
            yield f"{name} {_short(before[name])}, here {_short(now[name])}"
    for name, version in versions().items():
        if manifest["versions"].get(name) != version:
            yield f"{name} {manifest['versions'].get(name)}, here {version}"


def _short(value: object) -> str:
    return "others" if isinstance(value, dict) else str(value)
