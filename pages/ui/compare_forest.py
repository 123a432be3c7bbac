"""Which of two groups is more diverse, and is it clear? A small drawing a row: left one, right one.

The middle is no difference; a bar is the 95 % interval, a dot the difference. Each row has a scale
of its own, since scores have different units; it is turned so that a dot lies on the side of the
group that the score calls more diverse, whichever way the score runs.
"""

from collections.abc import Mapping
from html import escape

from diversity.comparison.concluding import claimed, more_diverse
from diversity.comparison.values import Difference

REACH = 46.0


def forest_head(pair: Difference, colors: Mapping[str, str]) -> str:
    """Write which side is whose, as HTML."""
    return (
        f'<span class="de-sides"><span class="de-key" style="background:{colors[pair.a]}"></span>'
        f'more diverse<span class="de-key" style="background:{colors[pair.b]}"></span></span>'
    )


def forest(name: str, pair: Difference, colors: Mapping[str, str]) -> str:
    """Draw one difference, as HTML.

    Parameters
    ----------
    name : str
        The score.
    pair : Difference
    colors : mapping of str to str
        Colour of each group.
    """
    if not pair.difference or pair.interval is None:
        return ""
    side = more_diverse(name, pair)
    other = pair.b if side == pair.a else pair.a
    sign = (-1 if side == pair.a else 1) * (1 if pair.difference > 0 else -1)
    ends = sorted(sign * end for end in pair.interval)
    reach = max(abs(pair.difference), *map(abs, ends))
    start, end, dot = (50 + REACH * place / reach for place in (*ends, sign * pair.difference))
    sure = claimed(pair)
    said = f"{side} is more diverse than {other}" + ("" if sure else ", not by more than chance")
    return (
        f'<div class="de-forest{" de-sure" if sure else ""}" role="img" title="{escape(said)}" '
        f'aria-label="{escape(said)}" style="color:{colors[side]}">'
        f'<s style="left:{start:.1f}%;width:{end - start:.1f}%"></s>'
        f'<b style="left:{dot:.1f}%"></b></div>'
    )
