from pathlib import Path

import numpy as np

from diversity.scores import NAMES, REGISTRY
from diversity.scores.document import as_markdown

PAGE = Path(__file__).parents[2] / "docs" / "scores.md"
EXPECTED = (
    *(f"distinct_{n}" for n in (1, 2, 3, 4)), "ngram_diversity", "compression_ratio",
    "self_repetition", "repeated_4gram_share", "mattr", "hdd", "vendi_1", "vendi_2", "vendi_inf",
    "mean_distance", "chamfer", "dcscore", "novelsum", "hill_0", "hill_1", "hill_2", "coverage",
)  # fmt: skip


def test_the_registry_names_every_score_once():
    assert NAMES == EXPECTED
    assert tuple(REGISTRY) == EXPECTED


def test_every_meaning_is_one_sentence_with_a_source():
    for name, meaning in REGISTRY.items():
        assert meaning.name == name
        assert meaning.meaning.endswith(".")
        assert meaning.source
        assert meaning.bounds[0] < meaning.bounds[1] or np.isinf(meaning.bounds[1])


def test_the_page_of_scores_is_the_one_the_registry_writes():
    assert PAGE.read_text(encoding="utf-8") == as_markdown()
