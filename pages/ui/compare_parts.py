"""What are the tables of the Compare page made of? Cells and lists of HTML, all escaped."""

from collections.abc import Sequence
from html import escape

from diversity.comparison.concluding import claimed
from diversity.comparison.values import Difference
from diversity.wording import signed
from pages.ui import widgets


def difference_cells(pair: Difference) -> str:
    """Write a difference with its interval, and both p-values, as two cells."""
    if pair.difference is None:
        return f"<td>{widgets.hint('–', pair.reason)}</td><td></td>"
    interval = pair.interval
    ends = f"<small>{signed(interval[0])} to {signed(interval[1])}</small>" if interval else ""
    shown = f"<td>{signed(pair.difference)}{ends}</td>"
    if pair.p is None or pair.p_holm is None:
        return f"{shown}<td>{widgets.hint('–', pair.reason)}</td>"
    mark = '<b class="de-claim" title="more than chance">●</b> ' if claimed(pair) else ""
    return f"{shown}<td>{mark}{pair.p_holm:.3f}<small>{pair.p:.3f}</small></td>"


def listing(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a plain table of cells that are HTML already."""
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join(
        f"<tr><th>{row[0]}</th>{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>"
        for row in rows
    )
    return (
        f'<table class="de-scores de-compare"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def group_key(name: str, color: str) -> str:
    """Write the name of a group beside its colour, as HTML."""
    return f'<span class="de-key" style="background:{color}"></span>{escape(name)}'
