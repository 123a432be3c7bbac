"""How do the steps of a plan and their effect look in a terminal?"""

from diversity.cli.tables import ARROWS
from diversity.curation import Effect, Measure, Outcome, describe
from diversity.wording import cut, number

WIDE = 60


def steps_table(outcome: Outcome) -> str:
    """Lay out what each step dropped, and what is left."""
    lines = [f"{'':4}{'':{WIDE}}{'dropped':>10}{'left':>10}", _line("", "all records", "", outcome)]
    for change in outcome.changes:
        said = cut(describe(outcome.plan.steps[change.position]), WIDE - 1)
        dropped = f"{change.n_dropped - change.n_added:,}"
        number = f"{change.position + 1}."
        lines.append(f"{number:4}{said:{WIDE}}{dropped:>10}{change.n_after:>10,}")
        lines += [f"    {note}" for note in change.notes]
    return "\n".join(lines)


def effect_table(effect: Effect) -> str:
    """Lay out the measures before and after, beside random subsets of the same size."""
    header = f"{'':26}{'before':>10}{'after':>10}{'random':>20}{'beats':>8}"
    lines = [header, *map(_measure, effect.measures), "", _legend(effect)]
    return "\n".join(lines)


def _line(number: str, said: str, dropped: str, outcome: Outcome) -> str:
    return f"{number:4}{said:{WIDE}}{dropped:>10}{outcome.n_records:>10,}"


def _measure(measure: Measure) -> str:
    name = f"{measure.name} {ARROWS[measure.direction]}{' *' if measure.optimised else ''}"
    null, percentile = measure.null, measure.percentile
    random = f"{number(null.mean)} ± {number(null.spread)}" if null else "–"
    beats = "–" if percentile is None else f"{percentile:.0%}"
    return f"{name:26}{number(measure.before):>10}{number(measure.after):>10}{random:>20}{beats:>8}"


def _legend(effect: Effect) -> str:
    draws = max((measure.null.n_draws for measure in effect.measures if measure.null), default=0)
    lines = [
        "↑ more is more diverse, ↓ less is. Scores at one budget: "
        f"{effect.budget.n_records:,} records, {effect.budget.n_tokens:,} words.",
        f"random: mean ± standard deviation of {draws} random subsets of {effect.n_after:,} "
        "records; beats: the share of them that is less diverse.",
    ]
    if any(measure.optimised for measure in effect.measures):
        lines.append("* A step worked on this very number; judge by the others.")
    return "\n".join(lines)
