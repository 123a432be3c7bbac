"""How long does each selector take, and what does its choice look like next to chance?

Chooses k of n records by every selector, and scores each choice with measures that most of them do
not optimise. Vectors are unit rows of a .npy file (``--vectors``) or made-up clumps of the same
shape; texts for compression come from a Parquet file (``--data``), repeated. The graph of neighbors
is made before, as an analysis holds it. Read the processor time on a shared machine.

    OMP_NUM_THREADS=1 python benchmarks/selection.py --data utterances.parquet:utterance
"""

import argparse
import json
import os
import platform
import time
from pathlib import Path

import numpy as np

from benchmarks.public import read_texts
from diversity.neighbors import nearest
from diversity.selection import REGISTRY, Inputs, make, represented, select

N_DIMENSIONS, N_CLUMPS = 384, 300


def main():
    arguments = parse_arguments()
    inputs = make_inputs(arguments)
    warm(inputs)
    rows = [measure(name, arguments.k, inputs) for name in REGISTRY if name in arguments.only]
    report = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "vectors": arguments.vectors.name if arguments.vectors else "made-up clumps",
        "n_records": inputs.n_records,
        "k": arguments.k,
        "rows": rows,
    }
    arguments.out.write_text(json.dumps(report, indent=1) + "\n")


def measure(name, k, inputs):
    load = os.getloadavg()[0]
    method = make(name, k)
    start, cpu_start = time.perf_counter(), time.process_time()
    rows = select(method, inputs)
    wall_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu_start
    _, similarities = represented(inputs.vectors, rows, np.arange(inputs.n_records))
    between = inputs.vectors[rows] @ inputs.vectors[rows].T
    np.fill_diagonal(between, -1)
    off = inputs.vectors[rows].mean(axis=0) - inputs.vectors.mean(axis=0)
    row = {
        "method": name,
        "wall_s": round(wall_s, 2),
        "cpu_s": round(cpu_s, 2),
        "load": round(load, 1),
        "mean_distance_to_chosen": round(float(1 - similarities.mean()), 4),
        "largest_distance_to_chosen": round(float(1 - similarities.min()), 4),
        "nearest_distance_among_chosen": round(float(1 - between.max(axis=1).mean()), 4),
        "mean_off_by": round(float(np.linalg.norm(off)), 4),
    }
    print(row, flush=True)
    return row


def warm(inputs):
    """Compile before anything is timed."""
    few = np.arange(200)
    small = Inputs(
        200, inputs.vectors[few], nearest(inputs.vectors[few]), inputs.labels[few],
        inputs.texts[:200],
    )  # fmt: skip
    for name in REGISTRY:
        select(make(name, 5), small)


def make_inputs(arguments):
    generator = np.random.default_rng(0)
    vectors, labels = read_vectors(arguments, generator)
    texts, _ = read_texts(arguments.data)
    texts = (texts * -(-len(vectors) // len(texts)))[: len(vectors)]
    return Inputs(
        n_records=len(vectors),
        vectors=vectors,
        neighbors=nearest(vectors),
        labels=labels,
        texts=texts,
        quality=generator.random(len(vectors)),
    )


def read_vectors(arguments, generator):
    if arguments.vectors:
        vectors = np.load(arguments.vectors)[: arguments.n]
        return vectors, generator.integers(N_CLUMPS, size=len(vectors))
    shares = 1 / np.arange(1, N_CLUMPS + 1)
    labels = generator.choice(N_CLUMPS, arguments.n, p=shares / shares.sum())
    spectrum = np.arange(1, N_DIMENSIONS + 1) ** -0.5
    centres = generator.normal(size=(N_CLUMPS, N_DIMENSIONS))
    noise = generator.normal(size=(arguments.n, N_DIMENSIONS))
    rows = (centres[labels] + 0.8 * noise) * spectrum
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), labels


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="", help="PATH.parquet:COLUMN")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--k", type=int, default=1_000)
    parser.add_argument("--only", nargs="+", default=list(REGISTRY))
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
