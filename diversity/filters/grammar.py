"""What does a typed filter ask? Text in, predicates out, and every mistake shown with a caret.

::

    filter    = [any]
    any       = all {"or" all}
    all       = one {"and" one}
    one       = "not" one | "(" any ")" | test
    test      = column ["not"] ("in" | "between" | "contains" | "matches") ...
              | column ("=" | "!=" | "<" | "<=" | ">" | ">=") value
              | value ("<" | "<=" | ">" | ">=") column [... value]
              | column "is" ["not"] "null"
              | "meaning" "like" text "above" number | "near" "record" row "above" number
              | "inside" "polygon" "(" x y "," ... ")" {"," "(" ... ")"}
"""

from collections.abc import Callable

from diversity.errors import FilterError

from .about_columns import Contains, In, IsNull, Matches, Range
from .about_records import Inside, Like, Near, Rows
from .checks import Point
from .cursor import Cursor
from .predicate import MAX_DEPTH, AllOf, AnyOf, Not, Predicate
from .words import Scalar, Token, trouble

MAX_LENGTH = 100_000
MAX_ROWS = 1_000_000
_COMPARISONS = ("=", "!=", "<=", ">=", "<", ">")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def read_predicates(text: str, max_length: int = MAX_LENGTH) -> tuple[Predicate, ...]:
    """Read a filter's text.

    Parameters
    ----------
    text : str
        The text form; an empty one asks nothing.
    max_length : int, default=100_000
        Longer texts are refused. Raise it for trusted files that list many rows.

    Returns
    -------
    tuple of Predicate
        The conjunction, one predicate for each ``and`` at the top.

    Raises
    ------
    FilterError
        With the place of the first mistake.
    """
    if len(text) > max_length:
        raise FilterError(
            f"This filter has {len(text):,} characters; at most {max_length:,} are read.",
            "Outline an area with `inside polygon` instead of listing its rows.",
        )
    parser = _Parser(text)
    if parser.sees("end"):
        return ()
    predicate = parser.any_of()
    parser.expect("end", "", "'and', 'or' or the end")
    return (predicate,)


class _Parser(Cursor):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.n_rows = 0

    def any_of(self) -> Predicate:
        start = self.token
        parts = [self.all_of()]
        while self.takes("or"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else self.make(start, AnyOf, tuple(parts))

    def all_of(self) -> Predicate:
        start = self.token
        parts = [self.one()]
        while self.takes("and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else self.make(start, AllOf, tuple(parts))

    def one(self) -> Predicate:
        start = self.token
        if not (self.sees("keyword", "not") or self.sees("mark", "(")):
            return self.test()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.trouble(f"more than {MAX_DEPTH} conditions are nested here")
        if self.takes("not"):
            predicate = self.make(start, Not, self.one())
        else:
            self.advance()
            predicate = self.any_of()
            self.expect("mark", ")")
        self.depth -= 1
        return predicate

    def test(self) -> Predicate:
        for word, read in (("meaning", self.like), ("near", self.near), ("inside", self.inside)):
            if self.takes(word):
                return read()
        if self.sees("value"):
            return self.mirrored()
        if not self.sees("name"):
            raise self.expected("a column, such as `length`", reserved=True)
        column = self.advance()
        if self.token.kind == "mark" and self.token.text in _COMPARISONS:
            return self.comparison(column)
        if self.takes("is"):
            return self.negatable(self.takes("not"), column, self.null)
        negated = self.takes("not")
        for word, clause in self.clauses():
            if self.takes(word):
                return self.negatable(negated, column, clause)
        raise self.expected(f"a comparison after {column.text}", words=True)

    def clauses(self) -> tuple[tuple[str, Callable[[Token], Predicate]], ...]:
        return (
            ("in", self.one_of),
            ("between", self.between),
            ("contains", self.contains),
            ("matches", self.matches),
        )

    def negatable(
        self, negated: bool, column: Token, clause: Callable[[Token], Predicate]
    ) -> Predicate:
        predicate = clause(column)
        return self.make(column, Not, predicate) if negated else predicate

    def comparison(self, column: Token) -> Predicate:
        mark = self.advance().text
        if mark not in ("=", "!="):
            bound = self.bound(f"after '{mark}'")
            return self.make(bound, Range, column.value, *_range(mark, bound.value))
        predicate = self.equal(column, self.value(f"a value after '{mark}'"))
        return self.make(column, Not, predicate) if mark == "!=" else predicate

    def equal(self, column: Token, value: Token) -> Predicate:
        if column.value == "@row":
            return self.make(value, Rows, (value.value,))
        if value.value is None:
            return self.make(column, IsNull, column.value)
        return self.make(value, In, column.value, (value.value,))

    def mirrored(self) -> Predicate:
        first = self.bound("before a column")
        mark = self.bound_mark()
        if not self.sees("name"):
            raise self.expected("a column")
        column = self.advance()
        low, high, low_open, high_open = _range(_MIRRORED[mark], first.value)
        if self.sees("mark") and self.token.text in _MIRRORED:
            same_way = self.token.text[0] == mark[0]
            if not same_way:
                raise self.expected(f"'{mark[0]}' once more")
            second_mark = self.advance().text
            second = self.bound(f"after '{second_mark}'")
            low2, high2, low_open2, high_open2 = _range(second_mark, second.value)
            low, low_open = (low2, low_open2) if low is None else (low, low_open)
            high, high_open = (high2, high_open2) if high is None else (high, high_open)
        return self.make(first, Range, column.value, low, high, low_open, high_open)

    def null(self, column: Token) -> Predicate:
        if not (self.sees("value") and self.token.text.lower() == "null"):
            raise self.expected("'null' or 'not null' after 'is'")
        self.advance()
        return self.make(column, IsNull, column.value)

    def one_of(self, column: Token) -> Predicate:
        start = self.expect("mark", "(")
        rows = column.value == "@row"
        values: list[Scalar] = []
        while not self.sees("mark", ")"):
            if values:
                self.expect("mark", ",", "',' or ')'")
            values += self.rows() if rows else [self.value("a value").value]
        self.advance()
        if rows:
            return self.make(start, Rows, tuple(values))
        return self.make(start, In, column.value, tuple(values))

    def rows(self) -> list[Scalar]:
        first = self.value("a row number")
        if not self.takes("to"):
            return [first.value]
        last = self.value("a row number after 'to'")
        for end in (first, last):
            self.make(end, Rows, (end.value,))
        self.n_rows += last.value - first.value + 1
        if self.n_rows > MAX_ROWS or last.value < first.value:
            raise trouble(
                self.text,
                first.at,
                f"'to' counts up, over {MAX_ROWS:,} rows at most",
                "Write `row between 0 and 9` for any range.",
            )
        return list(range(first.value, last.value + 1))

    def between(self, column: Token) -> Predicate:
        low = self.bound("after 'between'")
        self.expect("keyword", "and")
        high = self.bound("after 'and'")
        return self.make(low, Range, column.value, low.value, high.value)

    def contains(self, column: Token) -> Predicate:
        return self.make(self.token, Contains, self.words("after 'contains'"), column.value)

    def matches(self, column: Token) -> Predicate:
        start = self.token
        if self.sees("pattern"):
            pattern, flags = self.advance().value
        else:
            pattern, flags = self.words("or a /pattern/ after 'matches'"), ""
            if self.sees("name", "i"):
                flags = self.advance().text
        if flags not in ("", "i"):
            raise trouble(self.text, start.at, f"'{flags}' is no flag; the only one is i")
        return self.make(start, Matches, pattern, flags == "i", column.value)

    def like(self) -> Predicate:
        self.expect("keyword", "like")
        start = self.token
        query = self.words("after 'like'")
        return self.make(start, Like, query, self.similarity())

    def near(self) -> Predicate:
        self.expect("keyword", "record")
        row = self.value("a row number after 'record'")
        self.make(row, Rows, (row.value,))
        return self.make(row, Near, row.value, self.similarity())

    def inside(self) -> Predicate:
        self.expect("keyword", "polygon")
        start = self.token
        polygons = [self.polygon()]
        while self.takes(",", "mark"):
            polygons.append(self.polygon())
        return self.make(start, Inside, tuple(polygons))

    def polygon(self) -> tuple[Point, ...]:
        self.expect("mark", "(")
        points = [(self.number("x"), self.number("y"))]
        while self.takes(",", "mark"):
            points.append((self.number("x"), self.number("y")))
        self.expect("mark", ")", "',' or ')'")
        return tuple(points)

    def similarity(self) -> float:
        self.expect("keyword", "above")
        return self.number("a similarity, such as 0.5,")

    def bound_mark(self) -> str:
        if self.sees("mark") and self.token.text in _MIRRORED:
            return self.advance().text
        raise self.expected("'<' or '<=' after the value")


def _range(mark: str, value: Scalar) -> tuple[Scalar, Scalar, bool, bool]:
    """Low, high, low open, high open of ``column mark value``."""
    if mark[0] == "<":
        return None, value, False, mark == "<"
    return value, None, mark == ">", False
