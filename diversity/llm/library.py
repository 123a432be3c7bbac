"""How is litellm woken? Late, for it takes seconds; silent; and without asking the network."""

import importlib
import logging
import os
from functools import cache
from types import ModuleType
from typing import Any

from diversity.errors import LLMError
from diversity.llm import bounds

LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx", "httpcore", "openai")


@cache
def litellm() -> ModuleType:
    """Import litellm once (about 3 s of processor time) and keep it from printing.

    Its price list is the one it ships: without the variable it would fetch another at import. Nor
    may it fetch tokenizers to count with. Its loggers would write requests, addresses and answers
    to the terminal.
    """
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    module = importlib.import_module("litellm")
    vars(module).update(
        suppress_debug_info=True, telemetry=False, disable_hf_tokenizer_download=True
    )
    _bound(module)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return module


def model_name(model: str, api_base: str | None = None) -> str:
    """Write a model's name with its provider.

    Raises
    ------
    LLMError
        If litellm knows no provider for it and there is no address either, or the address is none.
    """
    if api_base and not api_base.startswith(("http://", "https://")):
        raise LLMError(
            "The address of the API begins with neither http:// nor https://.",
            "Write it whole, such as http://localhost:8000/v1.",
        )
    try:
        litellm().get_llm_provider(model=model)
    except Exception:
        # the kind of error differs with the version; whatever it is, the name was not understood
        if api_base and model.strip():
            return f"openai/{model}"
        raise LLMError(
            f"No provider is known for the model {model!r}.",
            "Name it with its provider, such as openai/gpt-4o-mini or ollama_chat/llama3.1.",
        ) from None
    return model


def missing_keys(model: str) -> list[str]:
    """Name the variables that a model needs and that are not set."""
    missing = litellm().validate_environment(model=model)["missing_keys"]
    return [str(name) for name in missing]


def _bound(module: ModuleType) -> None:
    """Give every connection that litellm opens the bounds of `diversity.llm.bounds`.

    It has no setting for that: what speaks OpenAI's protocol through OpenAI's own library takes
    the client session, the rest makes its clients in one method.
    """
    handler = importlib.import_module("litellm.llms.custom_httpx.http_handler").HTTPHandler
    create = handler.create_client

    def create_bounded(self: Any) -> Any:  # noqa: ANN401  (litellm has no types)
        client = create(self)
        client.event_hooks = bounds.hooks()
        return client

    handler.create_client = create_bounded
    module.client_session = handler().client  # type: ignore[attr-defined]
