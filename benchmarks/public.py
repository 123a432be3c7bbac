"""Where are the public data sets that are measured on, and what stands in where they are absent?

They lie beside the project, in ``shared/data``; scripts take another place as ``--data``.
"""

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
UTTERANCES = FOLDER / "sgd_utterances" / "data.parquet"
N_WORDS, N_SENTENCES, LENGTH = 20_000, 200_000, 12


def read_texts(data: str = "") -> tuple[list[str], str]:
    """Read ``PATH.parquet:COLUMN``, the public utterances, or else made-up sentences.

    Returns the texts and what they are; the sentences are of Zipf-distributed words.
    """
    if not data and not UTTERANCES.exists():
        return _made_up(), "made-up sentences of Zipf-distributed words"
    path, column = data.rsplit(":", 1) if data else (UTTERANCES, "utterance")
    texts = pd.read_parquet(path, columns=[column])[column].dropna().astype(str).tolist()
    return texts, f"{Path(path).parent.name}/{Path(path).name}, column {column}"


def _made_up() -> list[str]:
    words = np.array([f"word{i}" for i in range(N_WORDS)])
    weights = 1 / np.arange(1, N_WORDS + 1)
    generator = np.random.default_rng(0)
    drawn = generator.choice(words, size=(N_SENTENCES, LENGTH), p=weights / weights.sum())
    return [" ".join(row) for row in drawn]
