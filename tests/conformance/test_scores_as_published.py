"""The paper mode gives what the reference implementations gave (see `_meta` in the JSON)."""

import json
import math
import re
import time
import zlib
from pathlib import Path

import numpy as np
import pytest

from diversity.errors import UndefinedScoreError
from diversity.scores import paper, score

CASES = json.loads((Path(__file__).parent / "metric_cases.json").read_text())["cases"]
CORPORA = ("A_basic", "B_templated", "C_edge", "D_identical", "E_disjoint")
SHAIB = "cshaib_diversity_0.3.1/full"
LEXICAL = 'lexical(tokens = " ".join(texts).lower().split())'
DCSCORE = "dcscore (BlueWhaleLab@eab8bf4)"
PAIRS = "emb_diversity_0.1.0 (defaults)"
COMPRESSED = {"rel": 1e-12} if zlib.ZLIB_RUNTIME_VERSION == "1.2.13" else {"rel": 0.02}


def reference(case: str, implementation: str) -> dict:
    return CASES[case]["reference"][implementation]


def vectors(case: str) -> np.ndarray:
    return np.array(CASES[case]["embeddings"], dtype=float)


@pytest.mark.parametrize("case", CORPORA)
def test_ngram_diversity_is_the_reference_at_every_order(case):
    for order in (1, 2, 3, 4):
        expected = reference(case, SHAIB)[f"ngram_diversity_score(num_n={order})"]
        got = paper.ngram_diversity(CASES[case]["texts"], order)
        assert got == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("case", CORPORA)
@pytest.mark.parametrize("compressor", ["gzip", "xz"])
def test_the_compression_ratio_is_the_reference_with_its_double_gzip(case, compressor):
    expected = reference(case, SHAIB)[f"compression_ratio({compressor})"]
    got = paper.compression_ratio(CASES[case]["texts"], compressor)
    assert got == pytest.approx(expected, **COMPRESSED)


@pytest.mark.parametrize("case", CORPORA)
def test_self_repetition_is_the_reference_at_every_order(case):
    for order in (2, 3, 4):
        expected = reference(case, SHAIB)[f"self_repetition_score(n={order})"]
        got = paper.self_repetition(CASES[case]["texts"], order)
        assert got == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("case", CORPORA)
def test_the_old_self_repetition_is_the_reference_before_march_2025(case):
    legacy = reference(case, "cshaib legacy (unrounded)")
    expected = float(next(v for k, v in legacy.items() if k.startswith("self_repetition")))
    got = paper.self_repetition(CASES[case]["texts"], legacy=True)
    assert got == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("case", CORPORA)
def test_mattr_and_hdd_are_the_reference(case):
    expected, texts = reference(case, LEXICAL), CASES[case]["texts"]
    assert paper.mattr(texts) == pytest.approx(expected["ld.mattr(50)"], rel=1e-12)
    assert paper.mattr(texts, 10) == pytest.approx(expected["ld.mattr(10)"], rel=1e-12)
    assert paper.hdd(texts) == pytest.approx(expected["ld.hdd"], rel=1e-12)


@pytest.mark.parametrize("case", CORPORA)
def test_vendi_is_the_reference_at_orders_one_two_and_infinity(case):
    expected = reference(case, "vendi_score_0.0.3")
    for order, key in ((1, "q=1"), (2, "q=2"), (math.inf, 'q="inf"')):
        got = paper.vendi(vectors(case), order)
        assert got == pytest.approx(expected[f"score_dual {key}"], rel=1e-9)


@pytest.mark.parametrize("case", CORPORA)
def test_dcscore_is_the_reference_with_and_without_unit_rows(case):
    expected = reference(case, DCSCORE)
    for temperature, name in ((1, "1"), (0.1, "0.1"), (0.02, "0.02")):
        got = paper.dcscore(vectors(case), temperature)
        assert got == pytest.approx(expected[f"by_texts-style (normalised), tau={name}"], rel=1e-9)
    for temperature in (1, 0.1):
        got = paper.dcscore(vectors(case), temperature, normalize=False)
        key = f"by_embedding cs (NOT normalised), tau={temperature}"
        assert got == pytest.approx(expected[key], rel=1e-9)


@pytest.mark.parametrize("case", CORPORA)
def test_distances_are_the_reference(case):
    expected = reference(case, PAIRS)
    clique = reference(case, "cshaib_embedding (formula, unrounded)")
    assert paper.mean_distance(vectors(case)) == pytest.approx(expected["mean_pw_dist"], abs=1e-9)
    assert paper.chamfer(vectors(case)) == pytest.approx(expected["chamfer_dist"], abs=1e-9)
    got = paper.remote_clique(vectors(case))
    assert got == pytest.approx(clique["remote_clique (includes self-distance 0)"], abs=1e-9)


@pytest.mark.parametrize(("key", "expected"), CASES["N_novelsum"]["reference"].items())
def test_novelsum_is_the_reference_at_every_power(key, expected):
    found = re.match(r"(\w+): neighbors=2 .*density_power=([\d.]+) distance_power=(\d)", key)
    case, density_power, distance_power = found.groups()
    got = paper.novelsum(
        vectors(case), n_neighbors=2,
        density_power=float(density_power), distance_power=float(distance_power),
    )  # fmt: skip
    assert got == pytest.approx(expected, rel=1e-5)


def test_hill_numbers_are_the_reference_at_every_order():
    expected = CASES["H_hill"]["reference"]["scikit-bio 0.7.4"]
    counts = np.array(CASES["H_hill"]["counts"])
    labels = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    scores = score(["x"] * len(labels), labels=labels, mode="paper")
    for order in (0, 1, 2):
        assert scores[f"hill_{order}"].value == pytest.approx(expected[f"hill(order={order})"])
    assert scores["coverage"].value == pytest.approx(expected["goods_coverage"], rel=1e-12)


@pytest.mark.parametrize("corpus", CASES["Z_degenerate"]["reference"]["cshaib_diversity_0.3.1"])
def test_degenerate_corpora_do_what_the_reference_does(corpus):
    texts = json.loads(corpus)
    expected = CASES["Z_degenerate"]["reference"]["cshaib_diversity_0.3.1"][corpus]
    functions = {
        "ngram_diversity_score(4)": paper.ngram_diversity,
        "compression_ratio(gzip)": paper.compression_ratio,
        "self_repetition_score(4)": paper.self_repetition,
    }
    for name, function in functions.items():
        if isinstance(expected[name], str):
            with pytest.raises(UndefinedScoreError):
                function(texts)
        else:
            assert round(function(texts), 3) == expected[name]


def test_the_compression_ratio_does_not_depend_on_the_time_of_day(monkeypatch):
    ratios = set()
    for second in range(1_790_000_000, 1_790_000_300, 7):
        monkeypatch.setattr(time, "time", lambda now=second: now)
        ratios.add(paper.compression_ratio(["a b c d e"]))
    assert len(ratios) == 1


@pytest.mark.parametrize("case", CORPORA)
def test_the_paper_mode_hands_out_these_values_without_intervals(case):
    scores = score(CASES[case]["texts"], vectors(case).astype(np.float32), mode="paper")
    expected = reference(case, SHAIB)["self_repetition_score(n=4)"]
    assert scores["self_repetition"].value == pytest.approx(expected, rel=1e-12)
    assert scores["vendi_2"].value == pytest.approx(paper.vendi(vectors(case), 2), rel=1e-6)
    assert all(s.mode == "paper" and s.interval is None and s.reason for s in scores.values())
    assert scores["distinct_2"].value is None
