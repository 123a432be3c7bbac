"""What may stand in a step? Whatever is mistyped raises `PlanError` and says what was expected."""

from collections.abc import Mapping

from diversity.errors import PlanError

BEST = "best:"


def text(name: str, value: object, *, empty: bool = False) -> str:
    """Take a text, not empty unless that is allowed."""
    if not isinstance(value, str) or not (value or empty):
        raise PlanError(f"{name} is a text, not {value!r}.")
    return value


def count(name: str, value: object) -> None:
    """Refuse what is no whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise PlanError(f"{name} is a whole number from 0, not {value!r}.")


def number(name: str, value: object) -> float:
    """Take a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PlanError(f"{name} is a number, not {value!r}.")
    return float(value)


def one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    """Refuse what is none of the known words."""
    if value not in known:
        raise PlanError(f"{name} cannot be {value!r}.", f"It is one of {', '.join(known)}.")


def check_keep(keep: object, known: tuple[str, ...]) -> None:
    """Refuse what does not say which record stays."""
    if isinstance(keep, str) and keep.startswith(BEST) and len(keep) > len(BEST):
        return
    one_of("keep", keep, (*known, f"{BEST}COLUMN"))


def pairs_of(name: str, value: object) -> tuple[tuple[str, object], ...]:
    """Bring a mapping, or pairs, to pairs sorted by value."""
    items = list(value.items()) if isinstance(value, Mapping) else value
    if not isinstance(items, list | tuple):
        raise PlanError(f"{name} is a list of values with a number each, not {value!r}.")
    pairs: dict[str, object] = {}
    for item in items:
        if not isinstance(item, list | tuple) or len(item) != 2:
            raise PlanError(f"{name} holds pairs of a value and a number, not {item!r}.")
        pairs[str(item[0])] = item[1]
    return tuple(sorted(pairs.items()))
