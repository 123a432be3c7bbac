"""How is litellm woken? Late, for it takes seconds; silent; and without asking the network."""

import importlib
import logging
import os
from functools import cache
from types import ModuleType

LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx", "httpcore", "openai")


@cache
def litellm() -> ModuleType:
    """Import litellm once (about 3 s of processor time) and keep it from printing.

    Its price list is the one it ships: without the variable it would fetch another at import. Its
    loggers would write requests, addresses and answers to the terminal.
    """
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    module = importlib.import_module("litellm")
    vars(module).update(suppress_debug_info=True, telemetry=False)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return module
