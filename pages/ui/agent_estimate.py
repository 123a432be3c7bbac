"""What would a run cost? Calls, tokens, money and minutes, before anything is spent."""

import streamlit as st

from diversity.agent import Estimate
from diversity.dataset import Dataset
from diversity.errors import DiversityError
from diversity.wording import duration
from pages.ui import cached, widgets
from pages.ui.agent_keep import Asked


def show(dataset: Dataset, asked: Asked) -> bool:
    """Show the estimate, and tell whether the run can begin."""
    if not asked.judge:
        st.caption("Name a model to see what a run would cost.")
        return False
    try:
        estimate = cached.estimate_of(dataset, dataset.fingerprint, asked)
    except DiversityError as error:
        widgets.show_error(error)
        return False
    st.html(as_html(estimate))
    return True


def as_html(estimate: Estimate) -> str:
    """Write an estimate as a small table."""
    rounds = f"{estimate.n_rounds:,}"
    meaning = "At most: " + "; ".join(estimate.assumptions) + "."
    rows = [("Rounds", rounds)]
    if estimate.calls:
        rows += [
            ("Calls", f"{estimate.calls:,}"),
            ("Tokens in, out", f"{short(estimate.tokens_in)}, {short(estimate.tokens_out)}"),
            ("Money", "price unknown" if estimate.usd is None else f"{money(estimate.usd)} USD"),
        ]
    rows += [("Time", duration(60 * estimate.minutes))]
    if not estimate.calls:
        rows += [("Cost", "none")]
    cells = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in rows)
    head = widgets.hint("At most", meaning)
    return f'<table class="de-estimate"><caption>{head}</caption>{cells}</table>'


def in_words(estimate: Estimate) -> str:
    """Say in a line what a run, or naming the clusters, costs."""
    time = duration(60 * estimate.minutes)
    rounds = [f"{estimate.n_rounds:,} rounds"] if estimate.n_rounds else []
    if not estimate.calls:
        return ", ".join([*rounds, time, "no cost"])
    usd = "price unknown" if estimate.usd is None else f"{money(estimate.usd)} USD"
    return ", ".join([*rounds, f"{estimate.calls:,} calls", usd, time])


def money(usd: float) -> str:
    """Write money to the cent, or finer where it is less.

    Examples
    --------
    >>> money(12.345), money(0.00123), money(0)
    ('12.35', '0.0012', '0.00')
    """
    return f"{usd:,.2f}" if usd >= 0.01 or not usd else f"{usd:.2g}"


def short(count: int) -> str:
    """Write a large count in few digits.

    Examples
    --------
    >>> short(999), short(12_345), short(67_000_000)
    ('999', '12 k', '67 M')
    """
    if count < 1_000:
        return str(count)
    return f"{count / 1_000:,.0f} k" if count < 1_000_000 else f"{count / 1_000_000:,.3g} M"
