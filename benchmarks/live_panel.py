"""How long does the panel of scores take after a filter changes?

Scores random halves of a dataset, as a filter would leave them, with and without intervals, and
says which part takes longest. Processor time adds up what all threads used; on a machine that is
busy with other work it is the steadier number.

    python benchmarks/live_panel.py --data utterances.parquet:utterance
"""

import argparse
import cProfile
import json
import pstats
import time
from pathlib import Path

import numpy as np
from interval_coverage import machine, read_texts

from diversity.scores import Panel, prepare
from diversity.scores.embedding import NAMES as SPECTRAL_NAMES
from diversity.scores.embedding import EmbeddingSample, score_embedding
from diversity.scores.pairwise import N_PAIRED, score_pairs
from diversity.scores.pairwise import NAMES as PAIR_NAMES
from diversity.scores.panel import single_threaded
from diversity.scores.text import NAMES as TEXT_NAMES
from diversity.scores.text import score_text

SIZES = (100_000, 1_000_000)
N_DIMENSIONS, N_CLUSTERS, N_FILTERS = 384, 300, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="", help="PATH.parquet:COLUMN")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--out", default=str(Path(__file__).with_suffix(".json")))
    arguments = parser.parse_args()
    texts, source = read_texts(arguments.data)
    results = {size: measure(texts, int(size)) for size in arguments.sizes.split(",")}
    report = {"machine": machine(), "texts": source, "n_dimensions": N_DIMENSIONS, "rows": results}
    print(json.dumps(report, indent=2))
    if arguments.out:
        Path(arguments.out).write_text(json.dumps(report, indent=2) + "\n")


def measure(texts: list[str], n_records: int) -> dict[str, object]:
    """Prepare a dataset, texts repeated where there are too few, and time its panel."""
    vectors, labels = clustered(n_records)
    started = time.perf_counter()
    panel = prepare([texts[i % len(texts)] for i in range(n_records)], vectors, labels)
    prepared_s = time.perf_counter() - started
    generator = np.random.default_rng(1)
    filters = [generator.random(n_records) < 0.5 for _ in range(N_FILTERS)]
    panel.scores(filters[0])
    return {
        "prepare_s": round(prepared_s, 1),
        "with_intervals": timed(panel, filters, interval=True),
        "without_intervals": timed(panel, filters, interval=False),
        "slowest_ms": slowest(panel, filters),
    }


def clustered(n_records: int) -> tuple[np.ndarray, np.ndarray]:
    """Make clustered unit vectors and their cluster labels."""
    generator = np.random.default_rng(0)
    weights = 1 / np.arange(1, N_CLUSTERS + 1)
    labels = generator.choice(N_CLUSTERS, n_records, p=weights / weights.sum()).astype(np.int32)
    centers = generator.standard_normal((N_CLUSTERS, N_DIMENSIONS), dtype=np.float32)
    vectors = generator.standard_normal((n_records, N_DIMENSIONS), dtype=np.float32)
    vectors += centers[labels]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, labels


def timed(panel: Panel, filters: list[np.ndarray], *, interval: bool) -> dict[str, float]:
    """Time one panel for each filter."""
    wall, cpu = [], []
    for mask in filters:
        started, used = time.perf_counter(), time.process_time()
        panel.scores(mask, interval=interval)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    return {
        "wall_ms_median": milliseconds(np.median(wall)),
        "wall_ms_best": milliseconds(min(wall)),
        "cpu_ms_median": milliseconds(np.median(cpu)),
    }


def slowest(panel: Panel, filters: list[np.ndarray]) -> dict[str, float]:
    """Profile the parts one after the other on one thread, and keep the six slowest functions."""
    budget = panel.budget(filters[0])
    with single_threaded(), cProfile.Profile() as profile:
        for mask in filters:
            rows = panel.permutation[mask[panel.permutation]]
            ends = np.cumsum(panel.tokens.lengths[rows])
            enough = rows[: int(np.searchsorted(ends, budget.n_tokens)) + 1]
            score_text(panel.text_sample(enough, budget.n_tokens), TEXT_NAMES, interval=True)
            sample = EmbeddingSample(panel.vectors[rows[: budget.n_records]].astype(float))
            score_embedding(sample, SPECTRAL_NAMES, interval=True)
            score_pairs(sample.vectors[:N_PAIRED], PAIR_NAMES, interval=True)
    stats = pstats.Stats(profile).stats
    own = sorted(((row[2], key[2]) for key, row in stats.items()), reverse=True)[:6]
    return {name: milliseconds(seconds / len(filters)) for seconds, name in own}


def milliseconds(seconds: float) -> float:
    return round(float(seconds) * 1e3, 1)


if __name__ == "__main__":
    main()
