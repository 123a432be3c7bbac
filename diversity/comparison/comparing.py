"""How do the groups of a dataset compare? The one function that puts the parts together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from diversity import samples
from diversity.analysis import Analysis, analyze_steps
from diversity.arrays import Bool, Int64
from diversity.clustering import NOISE
from diversity.comparison.against import against_steps
from diversity.comparison.anchors import anchors
from diversity.comparison.choosing import check, groups_of, remarks
from diversity.comparison.clusters import cluster_shares
from diversity.comparison.concluding import conclusions, confounders
from diversity.comparison.leaks import leaks
from diversity.comparison.lengths import cut_to_match
from diversity.comparison.phrases import phrase_shares
from diversity.comparison.raw import raw_steps
from diversity.comparison.testing import MEANINGS, compared_steps
from diversity.comparison.values import Comparison, Group
from diversity.comparison.within import within_steps
from diversity.errors import ComparisonError
from diversity.progress import Progress, Steps, finish
from diversity.scores import Panel
from diversity.scores.live import prepare_steps
from diversity.scores.significance import LEVEL
from diversity.store import Store

N_DEALS = 500
GIVEN = "given vectors"


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
    _check_reference(reference, chosen)
    notes = remarks(chosen, asked)
    if LEVEL * (1 + n_deals) < len(MEANINGS):
        notes.append(
            f"{n_deals} deals are too few: adjusted for {len(MEANINGS)} scores no p-value can be "
            f"below {LEVEL}. Take {math.ceil(len(MEANINGS) / LEVEL) - 1} or more."
        )
    whole, whole_panel = analysis, panel
    if match_length:
        analysis, more = yield from _matched_steps(analysis, chosen, store)
        notes += more
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
        "within": within,
        "reference": reference,
        "fingerprint": analysis.fingerprint,
    }
    found = yield from _compared_steps(analysis, panel, chosen, about, tuple(notes))
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
    about: Mapping[str, Any],
    notes: tuple[str, ...],
) -> Steps[Comparison]:
    budget = panel.budget(*groups.values())
    scores = yield from compared_steps(
        analysis, panel, groups, budget, about["n_deals"], about["random_state"]
    )
    inside = held = None
    if about["within"]:
        inside = yield from within_steps(
            analysis, panel, groups, about["within"], about["n_deals"], about["random_state"]
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
        notes=notes,
        within=inside,
        reference=held,
        anchors=anchors(panel, groups, budget),
        labels=analysis.clustering.labels,
    )


def _check_reference(name: str | None, groups: Mapping[str, Int64]) -> None:
    if name is not None and name not in groups:
        raise ComparisonError(
            f"The reference {name!r} is not one of the groups.",
            f"The groups are {', '.join(map(repr, groups))}.",
        )


def _matched_steps(
    analysis: Analysis, groups: Mapping[str, Int64], store: Store | None
) -> Steps[tuple[Analysis, list[str]]]:
    """Cut texts to equal lengths and analyze them anew."""
    yield Progress("matching lengths", 0, 0, 0.0)
    dataset, n_cut = cut_to_match(analysis.dataset, groups)
    notes = [f"{n_cut:,} texts were cut so that all groups have one distribution of lengths."]
    given = analysis.embeddings.vectors if _is_given(analysis) else None
    if given is not None:
        notes.append(
            "The vectors were not made here, so they are still those of the whole texts: scores "
            "of vectors and clusters are not matched in length."
        )
    settings = replace(analysis.settings, vector_column=None)
    again = yield from analyze_steps(dataset, settings, store, vectors=given, with_map=False)
    return again, notes


def _is_given(analysis: Analysis) -> bool:
    """Tell whether the vectors come from somewhere else than the model of the settings."""
    if analysis.settings.vector_column is not None:
        return True
    if analysis.embeddings.model != GIVEN:
        return False
    ours, vectors = samples.vectors(), analysis.embeddings.vectors
    return ours.shape != vectors.shape or not np.allclose(ours, vectors, atol=1e-5)


def _described(analysis: Analysis, panel: Panel, name: str, rows: Int64, places: Int64) -> Group:
    return Group(
        name=name,
        n_records=len(rows),
        duplicate_share=analysis.duplicates.exact_share(rows),
        near_duplicate_share=analysis.duplicates.near_share(rows),
        noise_share=float((analysis.clustering.labels[rows] == NOISE).mean()),
        mean_words=float(panel.tokens.lengths[places[rows]].mean()),
    )
