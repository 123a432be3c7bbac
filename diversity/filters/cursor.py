"""Where in a filter's text does the reading stand, and what may come next?"""

import difflib
from collections.abc import Callable

from diversity.errors import FilterError

from .predicate import Predicate
from .words import KEYWORDS, Token, tokens, trouble, write_value


class Cursor:
    """A place among the tokens of a text; every refusal names that place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.next = 0

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.next]

    def advance(self) -> Token:
        """Take the next token, whatever it is."""
        token = self.token
        self.next += 1
        return token

    def sees(self, kind: str, text: str | None = None) -> bool:
        """Say whether a token comes next, and leave it there."""
        return self.token.kind == kind and text in (None, self.token.text)

    def takes(self, text: str, kind: str = "keyword") -> bool:
        """Take a token if it comes next, and say whether it did."""
        seen = self.sees(kind, text)
        self.next += seen
        return seen

    def expect(self, kind: str, text: str, what: str = "") -> Token:
        """Take a token that has to come next."""
        if not self.sees(kind, text):
            raise self.expected(what or f"'{text}'")
        return self.advance()

    def make(self, at: Token, kind: Callable[..., Predicate], *arguments: object) -> Predicate:
        """Make a predicate, and show where it stands if its values are refused."""
        try:
            return kind(*arguments)
        except FilterError as error:
            raise trouble(self.text, at.at, error.message, error.hint) from error

    def expected(self, what: str, words: bool = False, reserved: bool = False) -> FilterError:
        """Build the error that says what should come next instead."""
        found = " ".join(self.token.text[:40].split()) or "the end"
        hint = ""
        if self.token.kind == "name" and words:
            near = difflib.get_close_matches(self.token.text.lower(), KEYWORDS, 1)
            hint = f"Did you mean '{near[0]}'?" if near else "Put a name with spaces in backticks."
        elif self.token.kind == "name" and what.startswith(("a value", "a text")):
            hint = f"Text stands in quotes: {write_value(self.token.text)}."
        elif self.token.kind == "keyword" and reserved:
            hint = f"A column of this name stands in backticks: `{self.token.text}`."
        return self.trouble(f"expected {what}, found {found}", hint)

    def trouble(self, problem: str, hint: str = "") -> FilterError:
        """Build the error that points at the next token."""
        return trouble(self.text, self.token.at, problem, hint)

    def words(self, where: str) -> str:
        """Take a text in quotes."""
        if self.sees("value") and isinstance(self.token.value, str):
            return str(self.advance().value)
        raise self.expected(f"a text in quotes {where}")

    def number(self, what: str) -> float:
        """Take a number."""
        value = self.token.value
        if self.sees("value") and isinstance(value, int | float) and not isinstance(value, bool):
            self.advance()
            return float(value)
        raise self.expected(f"a number for {what}" if len(what) == 1 else what)

    def value(self, what: str) -> Token:
        """Take any value."""
        if self.sees("value"):
            return self.advance()
        raise self.expected(what)

    def bound(self, where: str) -> Token:
        """Take a value that can bound a range."""
        if self.sees("value") and self.token.value is not None:
            return self.advance()
        raise self.expected(f"a number or a date {where}")
