"""How is a text embedded by any sentence-transformers model, on this machine?"""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from diversity.arrays import Bool, Float32
from diversity.embedders.windows import longer_than
from diversity.errors import ModelUnavailableError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEmbedder:
    """A sentence-transformers model, loaded at its first use.

    Parameters
    ----------
    model : str
        Its name on the hub, or a folder.
    folder : path, optional
        Where its files are, if not in the hub's cache.
    """

    def __init__(self, model: str, folder: Path | None = None) -> None:
        self.name = model
        self._source = str(folder or model)

    def encode(self, texts: Sequence[str]) -> Float32:
        """Embed texts."""
        vectors = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, batch_size=32
        )
        return np.asarray(vectors, np.float32)

    def truncated(self, texts: Sequence[str]) -> Bool:
        """Tell which texts are longer than the model's window."""
        window = self._model.max_seq_length
        if window is None:
            return np.zeros(len(texts), bool)
        return longer_than(window, texts, lambda long: self._model.tokenizer(long)["input_ids"])

    @cached_property
    def _model(self) -> "SentenceTransformer":
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(self._source)
        except Exception as error:
            # whatever a model's own code raises means the same to the user
            raise ModelUnavailableError(
                f"The embedding model {self.name!r} cannot be loaded here: {_first_line(error)}",
                "Check its name and the network, or give a folder that holds it.",
            ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
