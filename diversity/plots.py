"""Which figures say the most? Plotly figures made from values, and from nothing else."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

ROW_PX = 26
MARGIN_PX = 56
DASHES = ("solid", "dash", "dot", "dashdot")
MARKS = ("circle", "square", "diamond", "cross")
CURVE_PX = 260


def stacked_bars(
    rows: Sequence[str], parts: Mapping[str, Sequence[int]], colors: Mapping[str, str]
) -> "Figure":
    """Draw one bar a row, cut into parts.

    Parameters
    ----------
    rows : sequence of str
        What each bar is, from top to bottom. Shown as plain text.
    parts : mapping of str to sequence of int
        For each part, its count in each row.
    colors : mapping of str to str
        Colour of each part.

    Returns
    -------
    Figure
        As high as it has rows, without a background of its own.
    """
    from plotly import graph_objects

    places = list(range(len(rows)))
    figure = graph_objects.Figure([
        graph_objects.Bar(
            y=places, x=list(counts), name=plain(part), orientation="h",
            marker_color=colors.get(part), customdata=[plain(row) for row in rows],
            hovertemplate=f"%{{customdata}}<br>{plain(part)}: %{{x:,}}<extra></extra>",
        )
        for part, counts in parts.items()
    ])  # fmt: skip
    figure.update_layout(
        barmode="stack",
        height=ROW_PX * len(rows) + MARGIN_PX,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        bargap=0.35,
    )
    figure.update_xaxes(side="top", showgrid=False, zeroline=False, showticklabels=False)
    figure.update_yaxes(
        autorange="reversed",
        tickvals=places,
        ticktext=[plain(row) for row in rows],
        automargin=True,
    )
    return figure


def curves(
    points: Mapping[str, Sequence[tuple[float, float]]],
    colors: Mapping[str, str],
    x_title: str,
    y_title: str,
) -> "Figure":
    """Draw one curve a group over shared axes, each with a dash and a mark of its own.

    Parameters
    ----------
    points : mapping of str to sequence of (x, y)
    colors : mapping of str to str
        Colour of each curve.
    x_title, y_title : str
    """
    from plotly import graph_objects

    figure = graph_objects.Figure([
        graph_objects.Scatter(
            x=[x for x, _ in curve], y=[y for _, y in curve], name=plain(name),
            mode="lines+markers", marker_symbol=MARKS[number % len(MARKS)],
            line={"color": colors[name], "dash": DASHES[number % len(DASHES)]},
        )
        for number, (name, curve) in enumerate(points.items())
    ])  # fmt: skip
    figure.update_layout(
        height=280,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    figure.update_xaxes(title=x_title, showgrid=False, zeroline=False)
    figure.update_yaxes(title=y_title, zeroline=False)
    return figure


def banded_curve(
    places: Sequence[float],
    values: Sequence[float],
    band: tuple[Sequence[float], Sequence[float]],
    titles: tuple[str, str],
    *,
    logarithmic: bool = False,
) -> "Figure":
    """Draw one curve with the band of its intervals.

    Parameters
    ----------
    places, values : sequence of float
        Of the same length, places rising.
    band : (sequence of float, sequence of float)
        Lower and upper ends.
    titles : (str, str)
        Of the axes.
    logarithmic : bool, default=False
        Whether places stand on a logarithmic axis.
    """
    from plotly import graph_objects

    low, high = band
    figure = graph_objects.Figure([
        graph_objects.Scatter(
            x=[*places, *reversed(places)], y=[*high, *reversed(low)], fill="toself",
            fillcolor="rgba(63,127,217,0.18)", line_width=0, hoverinfo="skip",
        ),
        graph_objects.Scatter(
            x=list(places), y=list(values), mode="lines+markers", line_color="#3f7fd9",
            hovertemplate="%{x:,}: %{y:.3f}<extra></extra>",
        ),
    ])  # fmt: skip
    figure.update_layout(
        showlegend=False,
        height=CURVE_PX,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    figure.update_xaxes(title=plain(titles[0]), type="log" if logarithmic else "linear",
                        dtick="D2" if logarithmic else None)  # fmt: skip
    figure.update_yaxes(title=plain(titles[1]), zeroline=False)
    return figure


def plain(text: str, longest: int = 60) -> str:
    """Write a text so that plotly, which reads tags in every label, shows it as it is.

    Tags are escaped, and what would be filled in by a number is parted.

    Examples
    --------
    >>> plain("<b>bold</b> & more")
    '&lt;b&gt;bold&lt;/b&gt; &amp; more'
    >>> plain("50 %{x}")
    '50 % {x}'
    """
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    cut = cut.replace("%{", "% {")
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
