"""Why do the groups differ? Clusters and words that one has more of, and records they share."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from diversity.comparison.values import Separation
from diversity.exemplars import central
from diversity.wording import percent, signed
from pages.ui.compare_job import Compared
from pages.ui.compare_map import BESIDE_MOST, WHOLE, show_texts
from pages.ui.compare_parts import listing
from pages.ui.view import View

ALL, APART, ONLY, SHARED = "All", "Clearly apart", "In one group only", "Shared"
MOST_CARDS = 24
EXAMPLES = 4
LEAKS = 8


def show_clusters(view: View, found: Compared) -> None:
    """Show clusters as cards, the clearest difference first, and one of them side by side."""
    clusters = found.comparison.clusters
    if not clusters:
        st.info("All compared records are noise: there are no clusters to compare.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        kind = st.segmented_control(
            "Which clusters", [ALL, APART, ONLY, SHARED], default=ALL, key="compare_kind",
            required=True, label_visibility="collapsed",
        )  # fmt: skip
        kept = {one.label: one.name for one in clusters if _is(kind, one)}
        opened = st.selectbox(
            "Records of a cluster", kept, index=None, width=380,
            format_func=lambda label: kept[label],
            placeholder="Open a cluster to read its records", label_visibility="collapsed",
            key=f"compare_opened_{found.name}_{kind}",
        )  # fmt: skip
    if opened is not None:
        _show_examples(view, found, opened)
    more = f", the clearest {MOST_CARDS} shown" if len(kept) > MOST_CARDS else ""
    st.text(f"{len(kept)} of {len(clusters)} clusters{more}")
    cards = [_card(one, found) for one in clusters if one.label in kept]
    st.html(f'<div class="de-cards">{"".join(cards[:MOST_CARDS])}</div>')


def show_words(_view: View, found: Compared) -> None:
    """Show words and pairs of words that one group uses more than another."""
    phrases = found.comparison.phrases
    if not phrases:
        st.info("No word stands in enough texts to be compared.")
        return
    n_clear = sum(one.q <= 0.05 for one in phrases)
    st.text(f"{n_clear} of the {len(phrases)} clearest have q at most 0.05")
    names = found.comparison.names
    rows = [
        [escape(one.name), *(percent(one.shares[name]) for name in names), *_odds(one)]
        for one in phrases
    ]
    st.html(listing(["", *map(escape, names), "log odds", "q", ""], rows))


def show_leaks(view: View, found: Compared) -> None:
    """Show near-duplicates across groups."""
    rows = [
        [escape(leak.a), escape(leak.b), percent(leak.of_a), percent(leak.of_b)]
        for leak in found.comparison.leaks
    ]
    st.html(listing(["", "and", "of the first", "of the second"], rows))
    st.caption("Share of records that repeat one of the other group, to the letter or nearly.")
    pairs = [pair for leak in found.comparison.leaks for pair in leak.examples][:LEAKS]
    if pairs:
        one, other = st.columns(2)
        show_texts(one, view, [a for a, _ in pairs])
        show_texts(other, view, [b for _, b in pairs])


def _is(kind: str | None, one: Separation) -> bool:
    held = [share > 0 for share in one.shares.values()]
    if kind == APART:
        return one.q <= 0.05
    if kind == ONLY:
        return sum(held) == 1
    return all(held) if kind == SHARED else True


def _card(one: Separation, found: Compared) -> str:
    total = sum(one.shares.values()) or 1.0
    bar = "".join(
        f'<i style="width:{100 * share / total:.1f}%;background:{found.colors[name]}"></i>'
        for name, share in one.shares.items()
    )
    shares = "".join(
        f"<span>{escape(name)} <b>{percent(share)}</b></span>" for name, share in one.shares.items()
    )
    odds, q, sides = _odds(one)
    clear = ' class="de-card de-clear"' if one.q <= 0.05 else ' class="de-card"'
    return (
        f'<div{clear}><strong>{escape(one.name)}</strong><div class="de-bar">{bar}</div>'
        f'<div class="de-shares">{shares}</div>'
        f"<small>{sides}: log odds {odds} · q {q}</small></div>"
    )


def _odds(one: Separation) -> Sequence[str]:
    low, high = one.interval
    odds = f"{signed(one.log_odds)} ({signed(low)} to {signed(high)})"
    return odds, f"{one.q:.3f}", escape(f"{one.a} against {one.b}")


def _show_examples(view: View, found: Compared, label: int) -> None:
    """Show central records of a cluster, group beside group."""
    vectors, labels = view.analysis.embeddings.vectors, found.comparison.labels
    columns = st.columns(min(len(found.groups), BESIDE_MOST))
    for nth, (name, rows) in enumerate(found.groups.items()):
        column = columns[nth % len(columns)]
        inside = rows[labels[rows] == label]
        column.text(f"{name}: {len(inside):,} of {len(rows):,} records")
        places = central(vectors[inside], np.zeros(len(inside), np.int32), 0, EXAMPLES)
        show_texts(column, view, inside[places].tolist(), height=180)
    if found.comparison.about["match_length"]:
        st.caption(WHOLE)
