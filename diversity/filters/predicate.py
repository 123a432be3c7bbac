"""What is a question about a record, and how are questions joined?

Two predicates are equal when they read the same. Whatever a user can mistype (a reversed range, a
broken pattern, a similarity of 45) raises `FilterError` when the predicate is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from diversity.errors import FilterError

MAX_DEPTH = 32


class Predicate:
    """A question with the answer yes or no for every record; ``str()`` is its canonical text."""

    @cached_property
    def _text(self) -> str:
        return self._write()

    @property
    def depth(self) -> int:
        """How many `Not`, `AnyOf` and `AllOf` are stacked here; 0 for a plain predicate."""
        return 0

    def negated(self) -> "Predicate":
        """Ask the opposite."""
        return Not(self)

    def _write(self) -> str:
        raise NotImplementedError

    def _write_negated(self) -> str:
        return f"not {self}"

    def __str__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash((type(self), str(self)))


@dataclass(frozen=True, eq=False)
class Not(Predicate):
    """Exactly the records the predicate leaves out, those with a missing value among them."""

    predicate: Predicate

    def __post_init__(self) -> None:
        _check_depth(self)

    @property
    def depth(self) -> int:
        """How deeply predicates are stacked here."""
        return 1 + self.predicate.depth

    def negated(self) -> Predicate:
        """Ask the opposite of the opposite."""
        return self.predicate

    def _write(self) -> str:
        return self.predicate._write_negated()


class _Several(Predicate):
    predicates: tuple[Predicate, ...]
    word = ""

    def __post_init__(self) -> None:
        set_field(self, "predicates", tuple(_flat(self.predicates, type(self))))
        if len(self.predicates) < 2:
            raise ValueError(f"{type(self).__name__} joins two predicates or more")
        _check_depth(self)

    @property
    def depth(self) -> int:
        """How deeply predicates are stacked here."""
        return 1 + max(predicate.depth for predicate in self.predicates)

    def _write(self) -> str:
        return f"({f' {self.word} '.join(map(str, self.predicates))})"


@dataclass(frozen=True, eq=False)
class AnyOf(_Several):
    """One of the predicates holds, or several."""

    predicates: tuple[Predicate, ...]
    word = "or"


@dataclass(frozen=True, eq=False)
class AllOf(_Several):
    """All predicates hold: the conjunction inside an `AnyOf` or a `Not`."""

    predicates: tuple[Predicate, ...]
    word = "and"


def set_field(predicate: Predicate, field: str, value: object) -> None:
    """Write a field of a frozen predicate while it is made."""
    object.__setattr__(predicate, field, value)


def _flat(predicates: Iterable[Predicate], kind: type[_Several]) -> Iterable[Predicate]:
    """Take apart the predicates of a kind: (a and (b and c)) is (a and b and c)."""
    for predicate in predicates:
        if isinstance(predicate, kind):
            yield from predicate.predicates
        else:
            yield predicate


def _check_depth(predicate: Predicate) -> None:
    if predicate.depth > MAX_DEPTH:
        raise FilterError(f"The conditions are nested more than {MAX_DEPTH} deep.")
