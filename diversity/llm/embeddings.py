"""How does an API embed texts?"""

from collections.abc import Sequence

import numpy as np

from diversity.arrays import Float32
from diversity.errors import LLMError
from diversity.llm.library import litellm


def embed_texts(model: str, texts: Sequence[str], api_base: str | None = None) -> Float32:
    """Embed texts by an API.

    Parameters
    ----------
    model : str
        A litellm model, such as ``openai/text-embedding-3-small``. Its key is litellm's business:
        it is read from the environment and never kept.
    texts : sequence of str
    api_base : str, optional
        Another address that speaks the provider's protocol.

    Returns
    -------
    float32 array of shape (len(texts), n_dimensions)

    Raises
    ------
    LLMError
        If the call fails after three tries, or answers with another number of vectors.
    """
    try:
        answer = litellm().embedding(
            model=model, input=list(texts), api_base=api_base, num_retries=3, timeout=120
        )
    except Exception as error:
        # litellm's errors have no common base of their own, and may quote the key: not chained
        raise LLMError(
            f"The embedding model {model!r} did not answer ({type(error).__name__}).",
            "Check the model's name, the key in the environment and the network.",
        ) from None
    rows = sorted(answer.data, key=lambda item: item["index"])
    if len(rows) != len(texts):
        raise LLMError(f"{model!r} gave {len(rows)} vectors for {len(texts)} texts.")
    return np.array([row["embedding"] for row in rows], np.float32)
