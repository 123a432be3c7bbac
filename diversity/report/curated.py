"""What did a plan of curation do? One page: steps, scores before and after, losses, a map."""

from html import escape
from pathlib import Path

import numpy as np

from diversity.curation import Effect, Material, Measure, Outcome, describe
from diversity.curation.outcome import NOISE
from diversity.report.figures import maps
from diversity.report.parts import as_page, bullets, note, quoted, table, title
from diversity.wording import number, percent

COLORS = {"kept": "#3f7fd9", "dropped": "#e8850c"}
MOST_LOSSES = 30
EXAMPLES = 3
ARROWS = {"higher": "↑", "lower": "↓"}
HOW = (
    "Scores are at one budget, shares over all records. Random: mean ± standard deviation of "
    "random subsets as large as what is kept. Beats: the share of them that is less diverse. "
    "↑ more is more diverse, ↓ less is. * a step worked on this very number: judge by the others. "
    "Intervals are 95 %. Every record that goes has one reason, the last step that dropped it."
)


def curation_as_html(asked: Material, outcome: Outcome, effect: Effect | None) -> str:
    """Write what a plan did as a page of HTML, without script or request, everything escaped.

    Parameters
    ----------
    asked : Material
        The records.
    outcome : Outcome
        What the plan made of them.
    effect : Effect or None
        Its scores; left out where they are not there.
    """
    name = outcome.plan.name or "Curated subset"
    body = [
        f"<h1>{escape(name)}</h1>",
        note(_about(asked, outcome)),
        f'<p class="lead">{len(outcome.rows):,} of {outcome.n_records:,} records are kept.</p>',
        title("Steps"),
        *_steps(asked, outcome),
        *_scores(effect),
        *_losses(asked, outcome),
        *_map(asked, outcome),
        title("How to read this"),
        note(HOW),
    ]
    return as_page(name, body)


def report_beside(path: Path) -> Path:
    """Name the report that goes with what is written to a path."""
    return path.with_name(f"{path.stem if path.suffix else path.name}.report.html")


def _about(asked: Material, outcome: Outcome) -> str:
    analysis = asked.analysis
    names = ", ".join(Path(source.name).name for source in analysis.dataset.report.sources)
    return (
        f"{names}; model {Path(analysis.embeddings.model).name}, {analysis.clustering.n_clusters} "
        f"clusters; seed {asked.random_state}; fingerprint {outcome.fingerprint}."
    )


def _steps(asked: Material, outcome: Outcome) -> list[str]:
    if not outcome.changes:
        return [note("No step was taken.")]
    rows, notes = [], []
    for change in outcome.changes:
        said = describe(outcome.plan.steps[change.position])
        rows.append(
            [
                f"{change.position + 1}. {escape(said)}", f"{change.n_dropped:,}",
                f"{change.n_added:,}", f"{change.n_after:,}",
            ]
        )  # fmt: skip
        notes += [f"Step {change.position + 1}: {sentence}" for sentence in change.notes]
    examples = [_examples(asked, outcome, change.position) for change in outcome.changes]
    return [
        table(["", "dropped", "taken back", "left"], rows), bullets(notes, "note"),
        "<details><summary>Some of what each step dropped</summary>", *examples, "</details>",
    ]  # fmt: skip


def _examples(asked: Material, outcome: Outcome, position: int) -> str:
    rows = np.flatnonzero(outcome.dropped_by == position)
    shown = rows[np.linspace(0, len(rows) - 1, min(EXAMPLES, len(rows))).astype(np.int64)]
    if not len(rows):
        return ""
    texts = "".join(quoted(asked.analysis, row) for row in shown.tolist())
    return note(f"Step {position + 1}, {len(shown)} of {len(rows):,}:") + texts


def _scores(effect: Effect | None) -> list[str]:
    if effect is None:
        return []
    titles = [
        "", f"before<small>{effect.n_before:,}</small>", f"after<small>{effect.n_after:,}</small>",
        f"random<small>{effect.n_after:,}</small>", "beats",
    ]  # fmt: skip
    budget = effect.budget
    return [
        title("Before, after, random"),
        table(titles, list(map(_measure, effect.measures))),
        note(f"Budget: {budget.n_records:,} records, {budget.n_tokens:,} words."),
    ]


def _measure(measure: Measure) -> list[str]:
    null, share = measure.null, measure.percentile
    mark = " *" if measure.optimised else ""
    interval = measure.interval
    sure = f"<small>{number(interval[0])} – {number(interval[1])}</small>" if interval else ""
    return [
        f'<span title="{escape(measure.meaning)}">{escape(measure.label)} '
        f"{ARROWS[measure.direction]}{mark}</span>",
        number(measure.before),
        f"{number(measure.after)}{sure}",
        f"{number(null.mean)}<small>± {number(null.spread)}</small>" if null else "–",
        percent(share) if share is not None else "–",
    ]


def _losses(asked: Material, outcome: Outcome) -> list[str]:
    losses = outcome.losses(asked.groups("@cluster"), NOISE)
    rows = [
        [escape(loss.group), f"{loss.n_before:,}", f"{loss.n_after:,}", percent(loss.share)]
        for loss in losses[:MOST_LOSSES]
    ]
    emptied = sum(loss.n_after == 0 for loss in losses)
    more = f", the {MOST_LOSSES} that lost most shown" if len(losses) > MOST_LOSSES else ""
    said = f"{len(losses):,} groups{more}; {emptied:,} lost every record."
    return [
        title("What each cluster lost"), note(said),
        table(["", "before", "after", "dropped"], rows),
    ]  # fmt: skip


def _map(asked: Material, outcome: Outcome) -> list[str]:
    kept = outcome.kept()
    groups = {"kept": np.flatnonzero(kept), "dropped": np.flatnonzero(~kept)}
    shown = {name: rows for name, rows in groups.items() if len(rows)}
    return maps(asked.analysis, shown, COLORS, cut=False) if shown else []
