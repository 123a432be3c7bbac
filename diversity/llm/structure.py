"""In what form is a model asked, and can its provider hold it to the form of the answer?"""

import json
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pydantic import BaseModel

from diversity.llm.failures import Failure
from diversity.llm.library import litellm


@dataclass(frozen=True)
class Manner:
    """What goes with the messages where the server takes it.

    Parameters
    ----------
    structured : bool, default=True
        A description of the answer's form.
    limited : bool, default=True
        A limit to the answer's length; a server with a small window may have no room for it.
    """

    structured: bool = True
    limited: bool = True

    def plainer(self, failure: Failure) -> "Manner | None":
        """Leave away what a failure may be due to; None if there is nothing."""
        if failure.invalid and self.structured:
            return replace(self, structured=False)
        if failure.too_long and self.limited:
            return replace(self, limited=False)
        return None


def takes_schema(model: str) -> bool:
    """Tell whether litellm says that a model can be held to a JSON schema."""
    return bool(litellm().supports_response_schema(model=model))


@cache
def form_of(answer: type[BaseModel]) -> str:
    """Write the form of an answer as a JSON schema; made once, for it takes a millisecond."""
    return json.dumps(answer.model_json_schema(), sort_keys=True)


def response_format(answer: type[BaseModel]) -> dict[str, Any]:
    """Describe the form of an answer as a JSON schema.

    A form with freely named fields (a dict) is described but not enforced to the letter:
    providers refuse to.
    """
    schema = json.loads(form_of(answer))
    strict = _closed(schema)
    described = {"name": answer.__name__, "schema": schema, "strict": strict}
    return {"type": "json_schema", "json_schema": described}


def _closed(schema: Any) -> bool:  # noqa: ANN401  (any part of a schema)
    """Close every object of a schema against further names; tell whether all could be."""
    if isinstance(schema, list):
        return all([_closed(part) for part in schema])
    if not isinstance(schema, dict):
        return True
    if isinstance(schema.get("type"), str) or "$ref" in schema or "anyOf" in schema:
        schema.pop("default", None)
    inside = all([_closed(part) for part in schema.values()])
    if schema.get("type") != "object":
        return inside
    if "additionalProperties" in schema or "properties" not in schema:
        return False
    schema["additionalProperties"] = False
    schema["required"] = list(schema["properties"])
    return inside
