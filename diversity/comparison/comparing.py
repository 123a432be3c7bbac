"""How do the groups of a dataset compare? The one function that puts the parts together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from diversity.analysis import Analysis
from diversity.arrays import Bool, Int64
from diversity.clustering import NOISE
from diversity.comparison.against import against_steps
from diversity.comparison.anchors import anchors
from diversity.comparison.choosing import (
    check,
    check_reference,
    groups_of,
    remarks,
    without_value,
)
from diversity.comparison.clusters import cluster_shares
from diversity.comparison.concluding import conclusions, confounders
from diversity.comparison.leaks import leaks
from diversity.comparison.lengths import matched_steps
from diversity.comparison.phrases import phrase_shares
from diversity.comparison.raw import raw_steps
from diversity.comparison.tasks import Tasks, tasks_of
from diversity.comparison.testing import compared_steps, too_few_deals
from diversity.comparison.values import Comparison, Group
from diversity.comparison.within import within_steps
from diversity.progress import Progress, Steps, finish
from diversity.scores import Panel
from diversity.scores.live import prepare_steps
from diversity.store import Store

N_DEALS = 500


def compare(
    analysis: Analysis,
    by: str | Mapping[str, Int64],
    groups: Sequence[str] | None = None,
    *,
    within: str | None = None,
    reference: str | None = None,
    match_length: bool = False,
    raw: bool = False,
    where: Bool | None = None,
    n_deals: int = N_DEALS,
    random_state: int = 0,
    panel: Panel | None = None,
    store: Store | None = None,
) -> Comparison:
    """Compare groups and wait for the result; see `compare_steps`."""
    return finish(
        compare_steps(
            analysis, by, groups, within=within, reference=reference, match_length=match_length,
            raw=raw, where=where, n_deals=n_deals, random_state=random_state, panel=panel,
            store=store,
        )
    )  # fmt: skip


def compare_steps(
    analysis: Analysis,
    by: str | Mapping[str, Int64],
    groups: Sequence[str] | None = None,
    *,
    within: str | None = None,
    reference: str | None = None,
    match_length: bool = False,
    raw: bool = False,
    where: Bool | None = None,
    n_deals: int = N_DEALS,
    random_state: int = 0,
    panel: Panel | None = None,
    store: Store | None = None,
) -> Steps[Comparison]:
    """Compare groups of one dataset, reporting progress.

    Parameters
    ----------
    analysis : Analysis
    by : str or mapping of str to row numbers
        Column whose values are the groups, or the groups themselves.
    groups : sequence of str, optional
        Values to compare, in this order; all by default.
    within : str, optional
        Column of keys, such as the task that a record answers: scores are also taken within each
        of its values and averaged over them.
    reference : str, optional
        The group that the others are held against, such as real data.
    match_length : bool, default=False
        Cut texts so that all groups have one distribution of lengths, and analyze them anew.
    raw : bool, default=False
        Score also all records of each group, texts whole: O(n² d), 20 s for 20,000 records.
    where : ndarray of shape (n_records,), bool, optional
        Records that count.
    n_deals : int, default=500
        Random deals of the records of each pair; p-values cannot be below ``1 / (n_deals + 1)``.
    random_state : int, default=0
        Decides the deals.
    panel : Panel, optional
        The dataset prepared for scoring, if it is at hand.
    store : Store, optional
        Where a new analysis of texts that were cut keeps its vectors.

    Returns
    -------
    Comparison

    Raises
    ------
    MissingColumnError
    ComparisonError
        If there are no two groups to compare.
    """
    asked = groups_of(analysis, by, groups, where) if isinstance(by, str) else dict(by)
    chosen = check(asked)
    check_reference(reference, chosen)
    tasks = tasks_of(analysis.dataset, chosen, within) if within else None
    notes = [*remarks(chosen, asked), *too_few_deals(n_deals)]
    if isinstance(by, str) and groups is None:
        notes += without_value(analysis.dataset, by, chosen)
    whole, whole_panel, cut = analysis, panel, None
    if match_length:
        analysis, cut = yield from matched_steps(analysis, chosen, store)
        notes += cut.sentences()
        panel = None
    if panel is None:
        panel = yield from _prepared_steps(analysis)
    about = {
        "sources": [source.name for source in analysis.dataset.report.sources],
        "by": by if isinstance(by, str) else None,
        "n_records": sum(map(len, chosen.values())),
        "n_clusters": analysis.clustering.n_clusters,
        "embedder": analysis.embeddings.model,
        "n_deals": n_deals,
        "random_state": random_state,
        "match_length": match_length,
        "cut": cut.as_json() if cut else None,
        "within": within,
        "reference": reference,
        "fingerprint": analysis.fingerprint,
    }
    found = yield from _compared_steps(analysis, panel, chosen, tasks, about, tuple(notes))
    if not raw:
        return found
    if whole_panel is None:
        whole_panel = (yield from _prepared_steps(whole)) if match_length else panel
    return found.with_raw((yield from raw_steps(whole, whole_panel, chosen)))


def _prepared_steps(analysis: Analysis) -> Steps[Panel]:
    return (
        yield from prepare_steps(
            analysis.dataset.texts.tolist(),
            analysis.embeddings.vectors,
            analysis.clustering.labels,
        )
    )


def _compared_steps(
    analysis: Analysis,
    panel: Panel,
    groups: Mapping[str, Int64],
    tasks: Tasks | None,
    about: Mapping[str, Any],
    notes: tuple[str, ...],
) -> Steps[Comparison]:
    budget = panel.budget(*groups.values())
    scores = yield from compared_steps(
        analysis, panel, groups, budget, about["n_deals"], about["random_state"]
    )
    inside = held = None
    if tasks:
        inside = yield from within_steps(
            panel, list(groups), about["within"], tasks, about["n_deals"], about["random_state"]
        )
    if about["reference"]:
        held = yield from against_steps(
            analysis, panel, groups, about["reference"], about["random_state"]
        )
    yield Progress("looking for what separates the groups", 0, 0, 0.0)
    places = np.argsort(panel.permutation)
    described = tuple(
        _described(analysis, panel, name, rows, places) for name, rows in groups.items()
    )
    shared = leaks(analysis, groups)
    clusters = cluster_shares(analysis, groups)
    return Comparison(
        about=about,
        groups=described,
        budget=budget,
        scores=scores,
        clusters=clusters,
        phrases=phrase_shares(analysis, panel, groups),
        leaks=shared,
        confounders=confounders(described, shared, about["match_length"]),
        conclusion=conclusions(scores, described, shared, clusters),
        notes=(*notes, *(held.reasons() if held else ())),
        within=inside,
        reference=held,
        anchors=anchors(panel, groups, budget),
        labels=analysis.clustering.labels,
    )


def _described(analysis: Analysis, panel: Panel, name: str, rows: Int64, places: Int64) -> Group:
    return Group(
        name=name,
        n_records=len(rows),
        duplicate_share=analysis.duplicates.exact_share(rows),
        near_duplicate_share=analysis.duplicates.near_share(rows),
        noise_share=float((analysis.clustering.labels[rows] == NOISE).mean()),
        mean_words=float(panel.tokens.lengths[places[rows]].mean()),
    )
