"""How are numbers, shares, times and names written, on a page, in a terminal and in a report?"""

import math
from collections.abc import Sequence

UNKNOWN = "–"
ROUNDING = 1e-6


def number(value: float | None) -> str:
    """Write a number with two to four telling digits.

    Examples
    --------
    >>> number(0.12345), number(12.345), number(1234.5), number(0), number(-0.00412)
    ('0.123', '12.3', '1,234', '0', '-0.0041')
    >>> number(None), number(float("inf"))
    ('–', '∞')
    >>> number(9.4e-9)
    '0'
    """
    if value is None or math.isnan(value):
        return UNKNOWN
    size = abs(value)
    if math.isinf(size):
        return "∞" if value > 0 else "-∞"
    if size < ROUNDING:
        return "0"
    if size < 0.01:
        return f"{value:.2g}"
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 1 else f"{value:.3f}"


def signed(value: float) -> str:
    """Write a number with its sign.

    Examples
    --------
    >>> signed(0.5), signed(-2.0), signed(0)
    ('+0.500', '−2.00', '0')
    """
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value))}"


def percent(share: float) -> str:
    """Write a share; what is not nothing never reads as 0 %.

    Examples
    --------
    >>> percent(0), percent(0.0004), percent(0.034), percent(0.34)
    ('0 %', '< 0.1 %', '3.4 %', '34 %')
    """
    if 0 < share < 0.001:
        return "< 0.1 %"
    digits = 0 if share == 0 or share >= 0.1 else 1
    return f"{100 * share:.{digits}f} %"


def listed(names: Sequence[str]) -> str:
    """Write names one after the other.

    Examples
    --------
    >>> listed(["tea"]), listed(["tea", "rain", "bread"]), listed([])
    ('tea', 'tea, rain and bread', '')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def plain(text: str) -> str:
    r"""Put a space in place of everything that a terminal or a page would act on.

    Examples
    --------
    >>> plain("tea\x1b[31m\nrain")
    'tea [31m rain'
    """
    return "".join(c if c.isprintable() else " " for c in text)


def cut(text: str, width: int) -> str:
    r"""Write the beginning of a text in one line that no terminal takes for an order.

    Examples
    --------
    >>> cut("tea\nand rain", 20), cut("tea\nand rain", 6)
    ('tea and rain', 'tea a…')
    """
    shown = plain(text)
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def duration(seconds: float) -> str:
    """Say a time as a person would.

    Examples
    --------
    >>> duration(4), duration(75), duration(7300)
    ('4 s', '1 min 15 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
