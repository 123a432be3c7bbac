"""How does a run of the cluster-agent look in a terminal, and as JSON?"""

import math
from collections import Counter
from typing import Any

from diversity.agent import (
    ENDINGS,
    AgentProgress,
    Agreement,
    Difference,
    Estimate,
    GroupScore,
    Measure,
    Run,
    agree,
    compare_groups,
)
from diversity.usage import Usage
from diversity.wording import cut, duration, listed, number, percent

WIDEST_NAME = 40
MOST_SHOWN = 3
MOST_PAIRS = 10
HEADINGS = ("", "rounds", "D", "²D (effective groups)", "C", "C/K", "invalid", "violations")


def as_json(run: Run, other: Run | None = None) -> dict[str, Any]:
    """Return the result of a run without its rounds; an infinite end of an interval is null.

    Parameters
    ----------
    run : Run
    other : Run, optional
        Of another judge over the same rounds: how far the two agree is added.
    """
    agreement = {"agreement": vars(agree(other, run))} if other and run.rounds else {}
    return {
        "judge": run.label,
        "is_llm": run.is_llm,
        "ending": run.ending,
        "settings": vars(run.settings),
        "criteria": run.criteria.as_json() if run.criteria else None,
        "prompts": dict(run.prompts),
        "groups": {name: _group(score) for name, score in run.scores.items()},
        "skipped": dict(run.skipped),
        "differences": [_difference(one) for one in compare_groups(run)],
        "usage": vars(run.usage),
        **agreement,
    }


def estimate_as_json(cost: Estimate) -> dict[str, Any]:
    """Return an estimate as plain values."""
    return {**vars(cost), "assumptions": list(cost.assumptions)}


def estimate_table(cost: Estimate) -> str:
    """Say what a run may cost at most."""
    money = "price unknown" if cost.usd is None else f"{cost.usd:.2f} USD"
    return "\n".join(
        [
            "At most:",
            f"  {cost.calls:,} calls, {cost.n_rounds:,} rounds",
            f"  {cost.tokens_in:,} tokens in, {cost.tokens_out:,} out",
            f"  {money}",
            f"  {duration(60 * cost.minutes)}",
            "What this rests on:",
            *(f"  - {assumption}" for assumption in cost.assumptions),
        ]
    )


def run_table(run: Run, other: Run | None = None) -> str:
    """Lay the scores out, a group a line, and say how far another judge agrees."""
    rows = [HEADINGS, *(_row(name, score) for name, score in run.scores.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])])
             for row in rows]  # fmt: skip
    k = run.settings.per_round
    return "\n".join(
        [
            *(line.rstrip() for line in lines),
            *_differences(run),
            "",
            f"Judge: {run.label}. {ENDINGS[run.ending].capitalize()}. Spent: {spent(run.usage)}.",
            f"D = mean C/S at K = {k}, in [{1 / k:g}, {k}]; compare it at one K only. "
            "In brackets: 95 % intervals over rounds.",
            *_broken_rules(run),
            *(_agreement(agree(other, run)) if other and run.rounds else ()),
            *(
                f"Not judged: {cut(name, WIDEST_NAME)}, {n:,} records are fewer than K."
                for name, n in run.skipped.items()
            ),
        ]
    )


def progress_line(progress: AgentProgress) -> str:
    """Say in one line how far a run is, what it shows so far, and what it costs."""
    run = progress.run
    parts = [progress.stage, f"{progress.done:,} of {progress.total:,}"]
    if run.rounds:
        parts += _live(run)
    parts.append(spent(run.usage))
    if progress.left_s is not None and progress.done:
        parts.append(f"at most {duration(progress.left_s)} left")
    return " · ".join(parts)


def spent(usage: Usage) -> str:
    """Say what was spent.

    Examples
    --------
    >>> spent(Usage(20, 5, tokens_in=9000, tokens_out=1000, usd=0.0123, cached_usd=0.004))
    '20 calls (5 more from the ledger, paid 0.004 USD before), 10,000 tokens, 0.0123 USD'
    >>> spent(Usage(calls=1, usd=None)), spent(Usage())
    ('1 call, 0 tokens, price unknown', 'no calls')
    """
    if not usage.calls and not usage.cached_calls:
        return "no calls"
    calls = "1 call" if usage.calls == 1 else f"{usage.calls:,} calls"
    before = f", paid {usage.cached_usd:.3g} USD before" if usage.cached_usd else ""
    cached = f" ({usage.cached_calls:,} more from the ledger{before})" if usage.cached_calls else ""
    money = "price unknown" if usage.usd is None else f"{usage.usd:.3g} USD"
    return f"{calls}{cached}, {usage.tokens_in + usage.tokens_out:,} tokens, {money}"


def _differences(run: Run) -> list[str]:
    found = sorted(compare_groups(run), key=lambda one: one.p_value)
    if not found:
        return []
    lines = [
        f"{cut(one.first, WIDEST_NAME)} against {cut(one.second, WIDEST_NAME)}: "
        f"ratio of ²D {_measure(one.ratio)}, "
        f"difference of D {_measure(one.d)}, p = {one.p_adjusted:.3g}"
        for one in found[:MOST_PAIRS]
    ]
    more = len(found) - MOST_PAIRS
    rest = [f"and {more} more pairs, in the JSON"] if more > 0 else []
    return ["", "Paired by round, p adjusted by Holm over all pairs:", *lines, *rest]


def _agreement(found: Agreement) -> list[str]:
    """Say how far two judges agree."""
    first, second = found.judges
    shares = listed([percent(share) for share in found.together])
    ends = f" [{', '.join(map(number, found.interval))}]" if found.interval else ""
    order = "" if found.order is None else f", order of the groups (tau) {number(found.order)}"
    return [
        "",
        f"Agreement of {cut(first, WIDEST_NAME)} and {cut(second, WIDEST_NAME)}:",
        f"{found.n_pairs:,} pairs in {found.n_rounds:,} rounds, "
        f"kappa {number(found.kappa)}{ends}, Rand index {number(found.rand_index)}{order}; "
        f"put together {shares} of the pairs.",
    ]


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "first": one.first,
        "second": one.second,
        "D": _as_json(one.d),
        "ratio": _as_json(one.ratio),
        "p_value": one.p_value,
        "p_adjusted": one.p_adjusted,
        "rounds": one.n_rounds,
    }


def _broken_rules(run: Run) -> list[str]:
    found = Counter[str]()
    for score in run.scores.values():
        found.update(score.violations)
    said = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in found.most_common())
    return [f"Violations: {said}; docs/agent.md says what is made of each."] if said else []


def _live(run: Run) -> list[str]:
    scores = run.scores
    shown = sorted(scores, key=lambda name: -scores[name].effective_groups.relative_width)
    parts = [_width(name if len(scores) > 1 else "", scores[name]) for name in shown[:MOST_SHOWN]]
    return [*parts, f"{len(shown) - MOST_SHOWN} more groups"] if len(shown) > MOST_SHOWN else parts


def _width(name: str, score: GroupScore) -> str:
    title = f"{cut(name, WIDEST_NAME)}: " if name else ""
    return f"{title}D {_measure(score.d)}, ²D {_measure(score.effective_groups)}"


def _group(score: GroupScore) -> dict[str, Any]:
    return {
        "rounds": score.n_rounds,
        "rounds_left_out": score.n_left_out,
        "D": _as_json(score.d),
        "effective_groups": _as_json(score.effective_groups),
        "clusters_per_round": score.clusters_per_round,
        "clusters_share": score.clusters_share,
        "entropy": score.entropy,
        "invalid_share": score.invalid_share,
        "violations": dict(score.violations),
    }


def _as_json(measure: Measure) -> dict[str, Any]:
    ends = measure.interval
    interval = None if ends is None else [end if math.isfinite(end) else None for end in ends]
    reason = {"reason": measure.reason} if measure.reason else {}
    return {"value": measure.value, "interval": interval, **reason}


def _row(name: str, score: GroupScore) -> tuple[str, ...]:
    return (
        cut(name, WIDEST_NAME),
        f"{score.n_rounds:,}",
        _measure(score.d),
        _measure(score.effective_groups),
        number(score.clusters_per_round),
        number(score.clusters_share),
        "–" if score.invalid_share is None else f"{score.invalid_share:.1%}",
        f"{sum(score.violations.values()):,}",
    )


def _measure(measure: Measure) -> str:
    if measure.interval is None:
        return number(measure.value)
    low, high = (number(end) for end in measure.interval)
    return f"{number(measure.value)} [{low}, {high}]"
