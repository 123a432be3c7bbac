"""Which models can embed? One file each; `load_embedder` finds one by name."""

from diversity.embedding import DEFAULT_MODEL, Embedder
from diversity.errors import ModelUnavailableError

API_PREFIX = "api:"


def load_embedder(name: str = DEFAULT_MODEL) -> Embedder:
    """Load an embedding model.

    Parameters
    ----------
    name : str, default="sentence-transformers/all-MiniLM-L6-v2"
        * a sentence-transformers model, by its name on the hub or a folder;
        * ``api:MODEL``, any embedding model that litellm can call, such as
          ``api:openai/text-embedding-3-small`` (its key comes from the environment);
        * ``hashing``, which needs no model: it sees shared words, not meaning.

    Returns
    -------
    Embedder
        The default model runs on OpenVINO where that is installed and agrees with the published
        vectors, else on sentence-transformers.

    Raises
    ------
    ModelUnavailableError
        If the model cannot be had here.
    """
    if name == "hashing":
        from diversity.embedders.hashing import HashingEmbedder

        return HashingEmbedder()
    if name.startswith(API_PREFIX):
        from diversity.embedders.api import ApiEmbedder

        return ApiEmbedder(name.removeprefix(API_PREFIX))
    if name == DEFAULT_MODEL:
        return _default()
    from diversity.embedders.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(name)


def _default() -> Embedder:
    from diversity.embedders import minilm
    from diversity.embedders.openvino import OpenVinoEmbedder
    from diversity.embedders.sentence_transformer import SentenceTransformerEmbedder

    folder = minilm.installed_folder()
    if folder is None:
        return SentenceTransformerEmbedder(DEFAULT_MODEL)
    try:
        return minilm.checked(OpenVinoEmbedder(DEFAULT_MODEL, folder))
    except (ImportError, ModelUnavailableError):
        return SentenceTransformerEmbedder(DEFAULT_MODEL, folder)
