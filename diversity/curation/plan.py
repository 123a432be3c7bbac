"""In what order is which step taken? A plan: frozen, named, and one readable text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from diversity.curation.rows import write_rows
from diversity.curation.steps import KIND_OF, KINDS, USUAL, DropDuplicates, Step
from diversity.errors import PlanError

if TYPE_CHECKING:
    import yaml

MAX_LENGTH = 20_000_000
MOST_STEPS = 100
OFF = "skip"


@dataclass(frozen=True)
class Plan:
    """Steps in order; each can be switched off without being taken out.

    Parameters
    ----------
    steps : tuple of Step
    off : frozenset of int, default=frozenset()
        Positions of the steps that are passed over.
    name : str, default=""

    Examples
    --------
    >>> plan = Plan.parse("steps: [{drop_duplicates: {by: exact}}, {cap: {column: topic, n: 50}}]")
    >>> plan.steps[1]
    Cap(column='topic', n=50, keep='first')
    >>> plan == Plan.parse(plan.as_yaml()) == Plan.parse(plan.as_json())
    True
    """

    steps: tuple[Step, ...] = ()
    off: frozenset[int] = frozenset()
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.steps) > MOST_STEPS:
            raise PlanError(f"A plan has at most {MOST_STEPS} steps.")
        object.__setattr__(self, "off", frozenset(self.off) & frozenset(range(len(self.steps))))

    def __len__(self) -> int:
        return len(self.steps)

    @classmethod
    def parse(cls, text: str) -> "Plan":
        """Read a plan from YAML or JSON.

        Raises
        ------
        PlanError
            Says which step is wrong and how. No other exception leaves.
        """
        return cls.from_values(_values(text))

    @classmethod
    def from_values(cls, values: object) -> "Plan":
        """Make a plan of plain values: what `as_values` gives, or a bare list of steps."""
        given = values if isinstance(values, Mapping) else {"steps": values}
        if unknown := set(given) - {"name", "steps"}:
            raise PlanError(f"A plan has no field {min(map(str, unknown))!r}.", "name, steps.")
        steps, name = given.get("steps", []), given.get("name", "")
        if not isinstance(steps, list | tuple) or not isinstance(name, str):
            raise PlanError("A plan is a list of steps, with a name if you like.")
        made = [_step(position, value) for position, value in enumerate(steps)]
        off = frozenset(position for position, (_, is_off) in enumerate(made) if is_off)
        return cls(tuple(step for step, _ in made), off, name)

    def as_values(self) -> dict[str, Any]:
        """Say it in plain values, defaults left out."""
        steps = [
            {KIND_OF[type(step)]: parameters(step)} | ({OFF: True} if i in self.off else {})
            for i, step in enumerate(self.steps)
        ]
        return ({"name": self.name} if self.name else {}) | {"steps": steps}

    def as_yaml(self) -> str:
        """Write it for people."""
        import yaml

        text: str = yaml.safe_dump(self.as_values(), sort_keys=False, width=96)
        return text

    def as_json(self) -> str:
        """Write it on one line."""
        return json.dumps(self.as_values(), separators=(",", ":"))

    @property
    def active(self) -> tuple[int, ...]:
        """Positions of the steps that are taken."""
        return tuple(i for i in range(len(self.steps)) if i not in self.off)

    def with_(self, step: Step) -> "Plan":
        """Add a step at the end."""
        return replace(self, steps=(*self.steps, step))

    def without(self, position: int) -> "Plan":
        """Take a step out."""
        return self._arranged([i for i in range(len(self.steps)) if i != position])

    def changed(self, position: int, step: Step) -> "Plan":
        """Put another step in the place of one."""
        steps = list(self.steps)
        steps[position] = step
        return replace(self, steps=tuple(steps))

    def moved(self, position: int, by: int) -> "Plan":
        """Move a step down by so many places (up if negative), as far as there are any."""
        order = [i for i in range(len(self.steps)) if i != position]
        order.insert(min(max(position + by, 0), len(order)), position)
        return self._arranged(order)

    def switched(self, position: int) -> "Plan":
        """Switch a step off, or on again."""
        return replace(self, off=self.off ^ {position})

    def _arranged(self, order: list[int]) -> "Plan":
        off = frozenset(place for place, i in enumerate(order) if i in self.off)
        return replace(self, steps=tuple(self.steps[i] for i in order), off=off)


def parameters(step: Step) -> dict[str, Any]:
    """Return the parameters of a step that differ from their defaults, as plain values."""
    found = {field.name: getattr(step, field.name) for field in fields(step)}
    defaults = {field.name: field.default for field in fields(step)}
    if isinstance(step, DropDuplicates):
        defaults["threshold"] = USUAL[step.by]
    return {name: _plain(name, value) for name, value in found.items() if value != defaults[name]}


def _plain(name: str, value: object) -> object:
    if name == "rows":
        return write_rows(np.array(value, dtype=np.int64))
    return dict(value) if isinstance(value, tuple) else value


def _step(position: int, value: object) -> tuple[Step, bool]:
    try:
        return _read_step(value)
    except PlanError as error:
        raise PlanError(f"Step {position + 1}: {error.message}", error.hint) from error


def _read_step(value: object) -> tuple[Step, bool]:
    if isinstance(value, str):
        value = {value: {}}
    if not isinstance(value, Mapping):
        raise PlanError("a step is its kind with its parameters.", "cap: {column: topic, n: 50}")
    kinds = [kind for kind in value if kind != OFF]
    is_off = value.get(OFF, False)
    if len(kinds) != 1 or not isinstance(is_off, bool):
        raise PlanError("a step has one kind, and skip: true if it is passed over.")
    return _made(kinds[0], value[kinds[0]]), is_off


def _made(
    kind: Any,  # noqa: ANN401  (whatever stood there)
    given: object,
) -> Step:
    if kind not in KINDS:
        raise PlanError(f"there is no step {kind!r}.", f"There are {', '.join(KINDS)}.")
    known = [field.name for field in fields(KINDS[kind])]
    if given is None:
        given = {}
    if not isinstance(given, Mapping):
        given = {known[0]: given}
    if unknown := [name for name in given if name not in known]:
        raise PlanError(f"{kind} has no parameter {unknown[0]!r}.", f"It has {', '.join(known)}.")
    try:
        return KINDS[kind](**given)
    except TypeError as error:
        missing = [name for name in known if f"'{name}'" in str(error)]
        raise PlanError(f"{kind} needs {' and '.join(missing) or 'more parameters'}.") from error


def _values(text: str) -> object:
    if len(text) > MAX_LENGTH:
        raise PlanError(f"A plan has at most {MAX_LENGTH:,} characters.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _from_yaml(text)


def _from_yaml(text: str) -> object:
    import yaml

    try:
        return yaml.load(text, _plain_yaml())
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise PlanError(f"This is no plan in YAML or JSON{where}: {problem}.") from error


def _plain_yaml() -> "type[yaml.SafeLoader]":
    import yaml

    class PlainLoader(yaml.SafeLoader):  # type: ignore[misc]  # yaml has no types
        """Refuses references, with which a small text can unfold to gigabytes."""

        def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401  (as inherited)
            if self.check_event(yaml.AliasEvent):
                mark = self.peek_event().start_mark
                raise yaml.composer.ComposerError(None, None, "references are not allowed", mark)
            return super().compose_node(parent, index)

    return PlainLoader
