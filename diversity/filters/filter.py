"""Which records are meant? One frozen conjunction of predicates, with one readable text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .about_records import Rows
from .grammar import MAX_LENGTH, read_predicates
from .predicate import AllOf, Not, Predicate

if TYPE_CHECKING:
    from diversity.arrays import Bool

    from .context import Context

_NEVER = Rows(())
_ALWAYS = _NEVER.negated()


@dataclass(frozen=True)
class Filter:
    """Every predicate holds; without predicates, every record passes.

    The text form stands in the URL, in export manifests, in reports and after ``--where``.

    Parameters
    ----------
    predicates : iterable of Predicate, default=()
        An `AllOf` among them is taken apart; of equal ones the first stays; one that always holds
        (`row not in ()`) goes.

    Examples
    --------
    >>> spoken = Filter.parse('speaker = "USER" and length > 50')
    >>> spoken.predicates
    (In(column='speaker', values=('USER',)), Range(column='length', low=50, high=None, \
low_open=True, high_open=False))
    >>> print(spoken.with_(Rows((1, 2, 3, 9))))
    speaker = "USER" and length > 50 and row in (1 to 3, 9)
    >>> print(spoken.negated())
    not (speaker = "USER" and length > 50)
    """

    predicates: tuple[Predicate, ...] = ()

    def __post_init__(self) -> None:
        asked = (part for part in _parts(self.predicates) if part != _ALWAYS)
        predicates = tuple(dict.fromkeys(asked))
        object.__setattr__(self, "predicates", predicates)

    @classmethod
    def parse(cls, text: str, max_length: int = MAX_LENGTH) -> "Filter":
        """Read the text form back.

        Parameters
        ----------
        text : str
            See ``docs/filters.md``. An empty text is the empty filter.
        max_length : int, default=100_000
            Longer texts are refused.

        Raises
        ------
        FilterError
            Shows with a caret where the text goes wrong. No other exception leaves.
        """
        return cls(read_predicates(text, max_length))

    def with_(self, *predicates: Predicate) -> "Filter":
        """Ask these as well."""
        return Filter((*self.predicates, *predicates))

    def without(self, *predicates: Predicate) -> "Filter":
        """Ask these no more; one that is not asked changes nothing."""
        return Filter(tuple(p for p in self.predicates if p not in predicates))

    def replace(self, old: Predicate, new: Predicate) -> "Filter":
        """Ask the new predicate in the place of the old one, or last if that is not asked."""
        if old not in self.predicates:
            return self.with_(new)
        return Filter(tuple(new if p == old else p for p in self.predicates))

    def about(self, column: str) -> tuple[Predicate, ...]:
        """Predicates, negated or not, that ask about this one column directly."""
        return tuple(p for p in self.predicates if column in _columns(p))

    def negated(self) -> "Filter":
        """Pass exactly the records left out here."""
        if not self.predicates:
            return NOTHING
        asked = self.predicates[0] if len(self) == 1 else AllOf(self.predicates)
        return Filter((asked.negated(),))

    def mask(self, context: "Context") -> "Bool":
        """Say for every record whether it passes.

        Parameters
        ----------
        context : Context
            The records and whatever else the predicates ask about.

        Returns
        -------
        ndarray of bool, shape (n,)
            Read-only.

        Raises
        ------
        FilterError
            If a predicate asks about what is not there, or about the wrong type.
        """
        from .evaluate import mask

        return mask(self.predicates, context)

    def __and__(self, other: "Filter") -> "Filter":
        return self.with_(*other.predicates)

    def __len__(self) -> int:
        return len(self.predicates)

    def __str__(self) -> str:
        return " and ".join(map(str, self.predicates))


def describe(filter: Filter) -> str:
    """Say in one line what a filter asks."""
    return str(filter)


def _parts(predicates: Iterable[Predicate]) -> Iterator[Predicate]:
    """Take ``not not`` and nested conjunctions apart."""
    for predicate in predicates:
        while isinstance(predicate, Not) and isinstance(predicate.predicate, Not):
            predicate = predicate.predicate.predicate
        if isinstance(predicate, AllOf):
            yield from _parts(predicate.predicates)
        else:
            yield predicate


def _columns(predicate: Predicate) -> Iterable[str]:
    asked = predicate.predicate if isinstance(predicate, Not) else predicate
    return (column,) if (column := getattr(asked, "column", None)) is not None else ()


NOTHING = Filter((_NEVER,))
"""The filter no record passes."""
