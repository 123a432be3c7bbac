"""What can be looked at before there is a file of one's own?

1,000 short passages that a language model wrote under four generation prompts, 250 each, over the
same 50 topics, with their vectors, so that the first map needs no model. README.md beside the data
says where it comes from, under which licence, and what it cannot show.
"""

import gzip
from importlib.resources import files
from pathlib import Path
from typing import cast

import numpy as np

from diversity.arrays import Float32, frozen
from diversity.dataset import Dataset, read_bytes
from diversity.store import Store

NAME = "generation_prompts"
MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_HERE = files(__package__)


def load() -> Dataset:
    """Read the sample.

    Returns
    -------
    Dataset
        1,000 records with the columns ``id``, ``prompt`` (which of the four generation prompts),
        ``topic``, ``style``, ``persona`` and ``text``.

    Examples
    --------
    >>> list(load().groups("prompt"))
    ['topic', 'topic-styles', 'topic-styles-persona', 'multi-topic-styles-persona']
    """
    content = _HERE.joinpath(f"{NAME}.jsonl.gz").read_bytes()
    return read_bytes(f"{NAME}.jsonl.gz", content, text="text")


def vectors() -> Float32:
    """Return the sample's embedding by `MODEL`.

    Returns
    -------
    Float32, shape (1000, 384)
        Row *i* belongs to record *i* of `load`; rows have length 1. Read-only.
    """
    with _HERE.joinpath(f"{NAME}.npy").open("rb") as stream:
        return frozen(cast(Float32, np.load(stream, allow_pickle=False)))


def stages() -> Store:
    """Return the finished stages of the sample's analysis, so that its map needs no work at all.

    Each goes by its fingerprint: a stage made by other settings or another version is not found,
    and is made anew.
    """
    return Store(Path(__file__).parent)


def recorded_run() -> str:
    """Return the rounds that a real language model judged over the sample, as a run's JSON.

    `diversity.agent.recorded_run` opens it.
    """
    content = _HERE.joinpath("recorded_run.json.gz").read_bytes()
    return gzip.decompress(content).decode("utf-8")


def about() -> str:
    """Return the sample's source, licence and limits, as Markdown."""
    return _HERE.joinpath("README.md").read_text(encoding="utf-8")
