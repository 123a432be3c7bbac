"""``python -m diversity.warming`` compiles once what would else be compiled while somebody waits.

numba keeps the result on disk; after it, the first picture and the first score take no longer
than any other. `make` runs it when it sets up.
"""

import numpy as np

from diversity import samples
from diversity.analysis import Analysis, analyze
from diversity.comparison import compare
from diversity.curation import DropDuplicates, Plan, Select, curate
from diversity.projection import warm_up
from diversity.scores import prepare

FEW = 99
CHOICES = ("k_center", "coverage", "compression", "threshold", "herding")


def warm() -> None:
    """Take the sample once through everything that compiles."""
    warm_up()
    found = analyze(samples.load(), vectors=samples.vectors())
    scored(found)
    curated(found)
    compare(found, "prompt", sorted(found.dataset.groups("prompt"))[:2], n_deals=FEW)


def scored(found: Analysis) -> None:
    """Score a half of the records, as a filter does."""
    texts = found.dataset.texts.tolist()
    panel = prepare(texts, found.embeddings.vectors, found.clustering.labels)
    half = np.arange(len(texts)) % 2 == 0
    panel.scores(half)
    panel.null(panel.budget(half), n_draws=2)


def curated(found: Analysis) -> None:
    """Drop repeats in meaning and in wording, and choose a few records in every way."""
    repeats = (DropDuplicates("near"), DropDuplicates("lexical"))
    curate(found, Plan((*repeats, *(Select(name, FEW) for name in CHOICES))))


if __name__ == "__main__":
    warm()
