"""``python -m diversity.warming`` compiles once what would else be compiled while somebody waits.

numba keeps the result on disk; after it, the first picture and the first score take no longer
than any other. `make` runs it when it sets up.
"""

import numpy as np

from diversity import samples
from diversity.analysis import analyze
from diversity.projection import warm_up
from diversity.scores import prepare


def warm() -> None:
    """Take the sample once through everything that compiles."""
    warm_up()
    found = analyze(samples.load(), vectors=samples.vectors())
    texts = found.dataset.texts.tolist()
    panel = prepare(texts, found.embeddings.vectors, found.clustering.labels)
    half = np.arange(len(texts)) % 2 == 0
    panel.scores(half)
    panel.null(panel.budget(half), n_draws=2)


if __name__ == "__main__":
    warm()
