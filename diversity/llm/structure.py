"""Can the model be held to a form by the provider itself? Then it is told which."""

from typing import Any

from pydantic import BaseModel

from diversity.llm.library import litellm


def response_format(model: str, answer: type[BaseModel]) -> dict[str, Any] | None:
    """Describe the form of an answer as a JSON schema, where litellm says the model takes one.

    Parameters
    ----------
    model : str
    answer : type of pydantic model
        A form with freely named fields (a dict) is described but not enforced to the letter:
        providers refuse to.

    Returns
    -------
    dict or None
    """
    if not litellm().supports_response_schema(model=model):
        return None
    schema = answer.model_json_schema()
    strict = _closed(schema)
    described = {"name": answer.__name__, "schema": schema, "strict": strict}
    return {"type": "json_schema", "json_schema": described}


def _closed(schema: Any) -> bool:  # noqa: ANN401  (any part of a schema)
    """Close every object of a schema against further names; tell whether all could be."""
    if isinstance(schema, list):
        return all([_closed(part) for part in schema])
    if not isinstance(schema, dict):
        return True
    inside = all([_closed(part) for part in schema.values()])
    if schema.get("type") != "object" or isinstance(schema.get("properties"), str):
        return inside
    if "additionalProperties" in schema or "properties" not in schema:
        return False
    schema["additionalProperties"] = False
    schema["required"] = list(schema["properties"])
    return inside
