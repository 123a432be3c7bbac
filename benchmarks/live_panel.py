"""How long does the panel of scores take after a filter changes?

Scores random filters that keep 5 %, 50 % and 100 % of a dataset, with and without intervals, and
says how long each part takes on one thread. Processor time adds up what all threads used; on a
machine that is busy with other work it is the steadier number.

    python benchmarks/live_panel.py --data utterances.parquet:utterance
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.interval_coverage import machine
from benchmarks.public import read_texts
from diversity.scores import NAMES, Budget, Panel, prepare, sampling
from diversity.scores.kernels import first_places

SIZES = (100_000, 1_000_000)
SHARES = (0.05, 0.5, 1.0)
N_DIMENSIONS, N_CLUSTERS, N_CALLS = 384, 300, 30
FIRST_CALL = """
import time, numpy
started = time.perf_counter()
from diversity.scores.live import warm
warm()
print(time.perf_counter() - started)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="", help="PATH.parquet:COLUMN")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--out", default=str(Path(__file__).with_suffix(".json")))
    arguments = parser.parse_args()
    texts, source = read_texts(arguments.data)
    report: dict[str, object] = {
        "machine": machine(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "texts": source,
        "n_dimensions": N_DIMENSIONS,
        "new_process": first_call(),
        "rows": {size: measure(texts, int(size)) for size in arguments.sizes.split(",")},
    }
    print(json.dumps(report, indent=2))
    if arguments.out:
        Path(arguments.out).write_text(json.dumps(report, indent=2) + "\n")


def first_call() -> dict[str, float]:
    """Time what a new process pays once, without and with kernels compiled earlier."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        took = [
            float(subprocess.check_output([sys.executable, "-c", FIRST_CALL], env=environment))
            for _ in range(2)
        ]
    return {"compiling_s": round(took[0], 2), "from_cache_s": round(took[1], 2)}


def measure(texts: list[str], n_records: int) -> dict[str, object]:
    """Prepare a dataset, texts repeated where there are too few, and time its panel."""
    vectors, labels = clustered(n_records)
    started = time.perf_counter()
    panel = prepare([texts[i % len(texts)] for i in range(n_records)], vectors, labels)
    prepared_s = time.perf_counter() - started
    panel.scores(np.ones(n_records, np.bool_))
    budget = Budget(panel.budget().n_records // 2, panel.budget().n_tokens // 2)
    return {
        "prepare_s": round(prepared_s, 1),
        "kept": {f"{share:.0%}": timed(panel, share) for share in SHARES},
        "parts_cpu_ms": parts(panel),
        "null_of_20_draws_ms": milliseconds(seconds(lambda: panel.null(budget))),
        "null_if_ready_ms": milliseconds(seconds(lambda: panel.null_if_ready(budget))),
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


def timed(panel: Panel, share: float) -> dict[str, float]:
    """Time the panel of different filters that keep a share of the records."""
    generator = np.random.default_rng(1)
    filters = [generator.random(panel.n_records) < share for _ in range(N_CALLS)]
    wall, cpu, bare = [], [], []
    for mask in filters:
        started, used = time.perf_counter(), time.process_time()
        panel.scores(mask)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
        bare.append(seconds(lambda mask=mask: panel.scores(mask, interval=False)))
    return {
        "wall_ms_median": milliseconds(np.median(wall)),
        "wall_ms_best": milliseconds(min(wall)),
        "cpu_ms_median": milliseconds(np.median(cpu)),
        "without_intervals_wall_ms_median": milliseconds(np.median(bare)),
    }


def parts(panel: Panel) -> dict[str, float]:
    """Time the parts one after the other on one thread, over a filter that keeps one half."""
    mask = np.random.default_rng(1).random(panel.n_records) < 0.5
    budget = panel.budget(mask)
    limits = (budget.n_records, budget.n_tokens)
    places = first_places(panel.permutation, mask, panel.tokens.lengths, *limits)
    sample = sampling.Sample(panel, budget, *places)
    steps = {
        "mask": lambda: (
            panel.budget(mask),
            first_places(panel.permutation, mask, panel.tokens.lengths, *limits),
        ),
        "text": lambda: sampling.text_scores(sample, NAMES, interval=True),
        "spectral": lambda: sampling.spectral_scores(sample, NAMES, interval=True),
        "pairs": lambda: sampling.pair_scores(sample, NAMES, interval=True),
        "groups": lambda: sampling.group_scores(sample, NAMES, interval=True),
    }
    with sampling.single_threaded():
        return {name: milliseconds(np.median(cpu_times(step))) for name, step in steps.items()}


def cpu_times(step: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(N_CALLS):
        used = time.thread_time()
        step()
        times.append(time.thread_time() - used)
    return times


def seconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def milliseconds(seconds: float) -> float:
    return round(float(seconds) * 1e3, 1)


if __name__ == "__main__":
    main()
