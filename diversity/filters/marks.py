"""Where in a text is what a filter searches for? Each match stands between two marks."""

from collections.abc import Iterable, Iterator, Sequence

from .about_columns import Contains, Matches
from .filter import Filter
from .predicate import AllOf, AnyOf, Predicate

LONGEST = 20_000
BEFORE = 12


def mark(
    texts: Sequence[str], filter: Filter, marks: tuple[str, str], columns: Iterable[str] = ("text",)
) -> list[str]:
    """Put marks around everything that a filter searches the texts for.

    Parameters
    ----------
    texts : sequence of str
        Only the first 20,000 characters of each are searched.
    filter : Filter
        Its `Contains` and `Matches`, alone or joined by ``and`` and ``or``; what is asked not to
        be there is not marked.
    marks : (str, str)
        What goes before and after each match.
    columns : iterable of str, default=("text",)
        The names by which the filter may call these texts.

    Returns
    -------
    list of str
        Unchanged where nothing is found.

    Examples
    --------
    >>> mark(["Solar power", "tides"], Filter.parse('text contains "solar"'), ("[", "]"))
    ['[Solar] power', 'tides']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    patterns = [_pattern(p) for p in _searches(filter.predicates, frozenset(columns))]
    if not patterns:
        return list(texts)
    opening, closing = marks
    heads = pa.array([text[:LONGEST] for text in texts], pa.large_string())
    whole = f"({'|'.join(patterns)})"
    try:
        found = pc.replace_substring_regex(heads, whole, f"{opening}\\1{closing}").to_pylist()
    except pa.ArrowException:  # each pattern is valid, but all of them together are too much
        return list(texts)
    nothing = opening + closing
    return [
        head.replace(nothing, "") + text[LONGEST:] for head, text in zip(found, texts, strict=True)
    ]


def excerpt(marked: str, opening: str, width: int = 90) -> str:
    """Cut a marked text to one line around its first mark; empty where there is none.

    Examples
    --------
    >>> excerpt("much is said of the [sun] and of the moon", "[", 28)
    '…said of the [sun] and of the…'
    """
    at = marked.find(opening)
    if at < 0:
        return ""
    start = max(0, at - BEFORE)
    line = " ".join(marked[start : start + width].split())
    return f"{'…' if start else ''}{line}{'…' if start + width < len(marked) else ''}"


def _searches(
    predicates: Sequence[Predicate], columns: frozenset[str]
) -> Iterator[Contains | Matches]:
    for predicate in predicates:
        if isinstance(predicate, AnyOf | AllOf):
            yield from _searches(predicate.predicates, columns)
        elif isinstance(predicate, Contains | Matches) and predicate.column in columns:
            yield predicate


def _pattern(search: Contains | Matches) -> str:
    if isinstance(search, Contains):
        literal = search.text.replace("\\E", "\\E\\\\E\\Q")
        return f"(?i:\\Q{literal}\\E)"
    return f"(?i:{search.pattern})" if search.ignore_case else f"(?:{search.pattern})"
