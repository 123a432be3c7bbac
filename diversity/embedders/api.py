"""How is a text embedded by somebody else's server? Through litellm, in modest batches."""

from collections.abc import Sequence

import numpy as np

from diversity import llm
from diversity.arrays import Bool, Float32

AT_ONCE = 128


class ApiEmbedder:
    """An embedding model behind an API.

    Parameters
    ----------
    model : str
        A litellm model, such as ``openai/text-embedding-3-small``.
    api_base : str, optional
        Another address that speaks the provider's protocol.
    """

    def __init__(self, model: str, api_base: str | None = None) -> None:
        self.name = f"api:{model}"
        self._model = model
        self._api_base = api_base

    def encode(self, texts: Sequence[str]) -> Float32:
        """Embed texts; the provider counts and bills them."""
        batches = [texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE)]
        return np.concatenate(
            [llm.embed_texts(self._model, batch, self._api_base) for batch in batches]
        )

    def truncated(self, texts: Sequence[str]) -> Bool:
        """Tell that no text is known to be cut: providers refuse what is too long."""
        return np.zeros(len(texts), bool)
