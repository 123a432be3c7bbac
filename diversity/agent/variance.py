"""What makes a score vary: the rounds, the criteria, or the records?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diversity.agent.comparing import require_equal, variance_of_mean
from diversity.agent.round_values import DEFAULT, Convention, values_of
from diversity.agent.runs import Run
from diversity.arrays import Float64
from diversity.errors import AgentError


@dataclass(frozen=True)
class VarianceSplit:
    """Where the variance of a score comes from, in units of the score squared.

    Parameters
    ----------
    rounds : float
        Of a run's mean, because it has only so many rounds; more rounds lower it.
    criteria : float or None
        Between sets of criteria; None where all runs share one set.
    records : float or None
        Between random parts of the records; None where all runs judge the same.
    n_runs : int
    """

    rounds: float
    criteria: float | None
    records: float | None
    n_runs: int


def split_variance(
    runs: Sequence[Run], group: str, convention: Convention = DEFAULT
) -> Mapping[str, VarianceSplit]:
    """Split the variance of D and of ²D over repeated runs.

    Parameters
    ----------
    runs : sequence of Run
        Of one judge and K; other criteria, other random parts (`Settings.n_records`), or both.
    group : str

    Returns
    -------
    dict of str to VarianceSplit
        Under ``"D"`` and ``"effective_groups"``.

    Raises
    ------
    AgentError
        For fewer than two runs, or runs of other judges or K.

    Notes
    -----
    The method of moments: the variance between the means of the levels of a factor, less what the
    variance of rounds within them explains, at least 0. With few levels it is a rough guess.
    """
    require_equal([run.judge for run in runs], "judges")
    require_equal([str(run.settings.per_round) for run in runs], "sizes of a round")
    if len(runs) < 2:
        raise AgentError("One run has nothing to be compared with.", "Repeat it.")
    values = [values_of(run.of_group(group), convention) for run in runs]
    if any(len(one) < 2 for one in values):
        raise AgentError(f"A run has fewer than two rounds of {group!r} that count.")
    criteria = [run.criteria.fingerprint if run.criteria else "" for run in runs]
    records = [f"{run.dataset} {run.settings.n_records} {_seed(run)}" for run in runs]
    means = {
        "D": ([one.d.mean() for one in values], [variance_of_mean(one.d) for one in values]),
        "effective_groups": (
            [1 / max(one.together.mean(), 1e-9) for one in values],
            [
                variance_of_mean(one.together) / max(one.together.mean(), 1e-9) ** 4
                for one in values
            ],
        ),
    }
    return {
        name: VarianceSplit(
            float(np.mean(errors)),
            _between(np.array(mean), np.array(errors), criteria),
            _between(np.array(mean), np.array(errors), records),
            len(runs),
        )
        for name, (mean, errors) in means.items()
    }


def _between(means: Float64, errors: Float64, levels: Sequence[str]) -> float | None:
    distinct = sorted(set(levels))
    if len(distinct) < 2:
        return None
    held = [np.array([level == one for level in levels]) for one in distinct]
    centers = np.array([means[mask].mean() for mask in held])
    noise = float(np.mean([errors[mask].sum() / mask.sum() ** 2 for mask in held]))
    return max(0.0, float(centers.var(ddof=1)) - noise)


def _seed(run: Run) -> int:
    return run.settings.random_state if run.settings.n_records is not None else 0
