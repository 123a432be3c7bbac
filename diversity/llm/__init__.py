"""How is a language model called? Through litellm, and from here alone.

`LiteLLM` calls any model that litellm knows; `Scripted` answers from a list, for tests and for
trying things out. Both are a `ChatModel`: messages in, a validated answer out.

>>> from pydantic import BaseModel
>>> class Capital(BaseModel):
...     city: str
>>> model = Scripted(['Gladly! {"city": "Paris"}'])
>>> model.complete([{"role": "user", "content": "France?"}], Capital).answer
Capital(city='Paris')
"""

from diversity.llm.chat import ChatModel, Completion, Message
from diversity.llm.client import LiteLLM
from diversity.llm.embeddings import embed_texts
from diversity.llm.library import missing_keys, model_name
from diversity.llm.prices import Cap, Prices, count_tokens, price_of
from diversity.llm.scripted import Scripted
from diversity.usage import Usage

__all__ = [
    "Cap",
    "ChatModel",
    "Completion",
    "LiteLLM",
    "Message",
    "Prices",
    "Scripted",
    "Usage",
    "count_tokens",
    "embed_texts",
    "missing_keys",
    "model_name",
    "price_of",
]
