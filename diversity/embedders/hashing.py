"""How can tests embed without a model? By hashing words: shared words, not shared meaning."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diversity.arrays import Bool, Float32

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class HashingEmbedder:
    """The honest stand-in for a model: signed feature hashing of lower-cased words.

    Parameters
    ----------
    n_dimensions : int, default=256
        Buckets the words are hashed into.

    References
    ----------
    Weinberger et al. 2009, Feature Hashing for Large Scale Multitask Learning.
    """

    n_dimensions: int = 256

    @property
    def name(self) -> str:
        """The name the cache goes by."""
        return f"hashing-{self.n_dimensions}"

    def encode(self, texts: Sequence[str]) -> Float32:
        """Embed texts; equal bags of words get equal vectors."""
        vectors = np.zeros((len(texts), self.n_dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in WORD.findall(text.casefold()):
                code = zlib.crc32(word.encode("utf-8", "surrogatepass"))
                vectors[row, code % self.n_dimensions] += 1 if code & 0x80000000 else -1
        wordless = ~vectors.any(axis=1)
        vectors[wordless, 0] = 1
        return vectors

    def truncated(self, texts: Sequence[str]) -> Bool:
        """Tell that every text is read whole."""
        return np.zeros(len(texts), bool)
