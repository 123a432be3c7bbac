"""What did the model mean? Find the JSON in its answer and check it against the form asked for.

Only the form is mended, and every mending is named: text or a fence around the JSON, commas too
many, names spelled in another way (``sample indices`` for ``sample_indices``). Nothing of the
content is changed, added or left out.
"""

import json
import re
import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo

from diversity.llm.chat import A

MAX_CHARS = 1_000_000
MOST_STARTS = 100
MOST_COMPLAINTS = 8
_FENCE = re.compile(r"```[a-zA-Z]*\s*\n?(.*?)```", re.DOTALL)
_SPARE_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])', re.DOTALL)
_OPENING = re.compile(r"[\[{]")


class MalformedError(ValueError):
    """An answer has not the form asked for; the message can be sent back to the model."""


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that gives one name twice: JSON would keep the last and drop the first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _TwiceError(f"The name {twice[:80]!r} is given twice in one object.")
    return found


class _TwiceError(Exception):
    """Not a ValueError: the search for JSON must not go on within the object."""


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_distinct)


def parse(text: str, answer: type[A]) -> tuple[A, tuple[str, ...]]:
    """Read an answer.

    Parameters
    ----------
    text : str
        As the model wrote it. Of several pieces of JSON the last valid one counts.
    answer : type of pydantic model

    Returns
    -------
    answer : pydantic model
    mended : tuple of str
        What had to be overlooked.

    Raises
    ------
    MalformedError
        If no piece of it has the form; says what is wrong with the likeliest one.

    Examples
    --------
    >>> class Group(BaseModel):
    ...     sample_indices: list[int]
    >>> parse('Here it is: {"sample indices": [1, 2,]}', Group)
    (Group(sample_indices=[1, 2]), ('text around the JSON', 'spare commas', 'other names'))
    """
    if not text.strip():
        raise MalformedError("The answer is empty.")
    if len(text) > MAX_CHARS:
        raise MalformedError(f"The answer is longer than {MAX_CHARS:,} characters.")
    try:
        return _first_valid(text, answer)
    except _TwiceError as error:
        raise MalformedError(str(error)) from None


def _first_valid(text: str, answer: type[A]) -> tuple[A, tuple[str, ...]]:
    complaint = "There is no complete JSON in the answer."
    for value, mended in _pieces(text):
        try:
            fitted = _fitted(value, answer)
            mended += ("other names",) if fitted != value else ()
            return answer.model_validate(fitted), mended
        except ValidationError as error:
            complaint = _complaint(error)
        except RecursionError:
            complaint = "The JSON is nested too deeply."
    raise MalformedError(complaint)


def _pieces(text: str) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Read everything in a text that may be the JSON asked for, likeliest first."""
    whole = _loaded(text.strip())
    if whole is not None:
        yield whole
        return
    thought_out = text.rpartition("</think>")[2]
    for fenced in reversed(_FENCE.findall(thought_out)):
        piece = _loaded(fenced.strip())
        if piece is not None:
            yield piece[0], ("a fence around the JSON", *piece[1])
    for reading, mended in _readings(thought_out):
        for value in reversed(list(_embedded(reading))):
            yield value, ("text around the JSON", *mended)


def _loaded(text: str) -> tuple[Any, tuple[str, ...]] | None:
    """Load a text that is nothing but JSON."""
    for reading, mended in _readings(text):
        try:
            return _DECODER.decode(reading), mended
        except (ValueError, RecursionError):
            continue
    return None


def _readings(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield text, ()
    plain = _SPARE_COMMA.sub(lambda found: found[1] or "", text)
    if plain != text:
        yield plain, ("spare commas",)


def _embedded(text: str) -> Iterator[Any]:
    """Find objects and lists in prose, each as large as possible."""
    place = 0
    for _ in range(MOST_STARTS):
        opening = _OPENING.search(text, place)
        if not opening:
            return
        try:
            value, place = _DECODER.raw_decode(text, opening.start())
            yield value
        except (ValueError, RecursionError):
            place = opening.end()


def _fitted(value: Any, form: Any) -> Any:  # noqa: ANN401  (any JSON, any annotation)
    """Spell the names of fields as the form does; a bare list becomes the form's only list."""
    if isinstance(form, type) and issubclass(form, BaseModel):
        return _fitted_to_model(value, form)
    origin, inner = get_origin(form), get_args(form)
    if origin is Annotated:
        return _fitted(value, inner[0])
    if origin in (Union, types.UnionType):
        models = [kind for kind in inner if isinstance(kind, type) and issubclass(kind, BaseModel)]
        return _fitted(value, models[0]) if models else value
    if isinstance(value, list) and origin in (list, tuple) and inner:
        return [_fitted(item, inner[0]) for item in value]
    if isinstance(value, dict) and origin is dict:
        return {name: _fitted(item, inner[1]) for name, item in value.items()}
    return value


def _fitted_to_model(value: Any, form: type[BaseModel]) -> Any:  # noqa: ANN401  (any JSON)
    kinds, spelled = _spelling(form)
    if isinstance(value, list) and value and len(form.model_fields) == 1:
        value = {next(iter(kinds)): value}
    if not isinstance(value, dict):
        return value
    fitted: dict[str, Any] = {}
    for name, item in value.items():
        known = name if name in kinds else str(spelled.get(_plain(name), name))
        known = name if known in value else known
        fitted[known] = _fitted(item, kinds.get(known))
    return fitted


@cache
def _spelling(form: type[BaseModel]) -> tuple[dict[str, Any], dict[str, str]]:
    """Map the names of a form's fields to what they hold, and plain spellings to the names."""
    kinds = {
        name: field.annotation
        for field_name, field in form.model_fields.items()
        for name in _names(field_name, field)
    }
    return kinds, {_plain(name): name for name in kinds}


def _names(name: str, field: FieldInfo) -> list[str]:
    """List the names under which pydantic takes a field."""
    taken = field.validation_alias or field.alias or name
    choices = taken.choices if isinstance(taken, AliasChoices) else [taken]
    return [choice for choice in choices if isinstance(choice, str)] or [name]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _complaint(error: ValidationError) -> str:
    found = [
        f"{'.'.join(map(str, item['loc'])) or 'the answer'}: {item['msg']}"
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    more = [f"and {len(found) - MOST_COMPLAINTS} more"] if len(found) > MOST_COMPLAINTS else []
    return "; ".join([*found[:MOST_COMPLAINTS], *more])
