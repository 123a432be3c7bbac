"""From how many records on does the approximate search pay?

Times exact and approximate search for 30 neighbors on the given vectors (``--vectors``, a .npy
file of unit rows) or on made-up clumps of the same shape, with one and with two threads. On a
shared machine read the processor time: wall time there says more about the neighbors next door.

    python benchmarks/neighbors.py --vectors utterances.npy --sizes 10000 50000 100000
"""

import argparse
import json
import platform
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from diversity.neighbors import nearest
from diversity.search import N_PROBES

EXACT, APPROXIMATE = 10**9, 0


def main():
    arguments = parse_arguments()
    vectors = read_vectors(arguments.vectors, max(arguments.sizes))
    rows = [
        measure(vectors[:size], way, n_threads)
        for n_threads in (1, 2)
        for size in arguments.sizes
        for way in (APPROXIMATE, EXACT)
        if way == APPROXIMATE or size <= arguments.exact_up_to
    ]
    source = arguments.vectors.name if arguments.vectors else "made-up clumps"
    result = {
        "machine": platform.machine(),
        "vectors": source,
        "n_dimensions": int(vectors.shape[1]),
        "n_probes": N_PROBES,
        "k": 30,
        "rows": rows,
    }
    arguments.out.write_text(json.dumps(result, indent=1) + "\n")


def measure(vectors, exact_below, n_threads):
    with threadpool_limits(n_threads):
        start, cpu_start = time.perf_counter(), time.process_time()
        neighbors = nearest(vectors, 30, exact_below=exact_below)
        seconds, cpu_s = time.perf_counter() - start, time.process_time() - cpu_start
    row = {
        "n_records": len(vectors),
        "threads": n_threads,
        "exact": neighbors.exact,
        "recall": round(neighbors.recall, 4),
        "wall_s": round(seconds, 2),
        "cpu_s": round(cpu_s, 2),
    }
    print(row, flush=True)
    return row


def read_vectors(path, n_records):
    if path:
        return np.load(path)[:n_records]
    generator = np.random.default_rng(0)
    centers = generator.normal(size=(n_records // 300, 384))
    rows = centers[generator.integers(len(centers), size=n_records)]
    rows += generator.normal(size=rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vectors", type=Path)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[5_000, 10_000, 20_000, 50_000, 100_000]
    )
    parser.add_argument("--exact-up-to", type=int, default=50_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
