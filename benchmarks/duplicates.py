"""How long do near-duplicates take to find, how many are found, and does a threshold move live?

Lexical: documents of 60 words drawn from the words of a Parquet file, a part of them planted again
with one word in 20 changed; then every text of the file itself. Semantic: unit rows of a .npy file
or made-up clumps. Read the processor time on a shared machine.

    OMP_NUM_THREADS=1 python benchmarks/duplicates.py --data utterances.parquet:utterance
"""

import argparse
import json
import os
import platform
import time
from pathlib import Path

import numpy as np

from benchmarks.public import read_texts
from diversity.duplicates import find, first_with_same, lexical_pairs, semantic_pairs
from diversity.neighbors import nearest
from diversity.progress import finish

N_DOCUMENTS, N_PLANTED, N_WORDS, EVERY = 100_000, 5_000, 60, 20
THRESHOLDS = (0.8, 0.85, 0.9, 0.95)


def main():
    arguments = parse_arguments()
    texts, source = read_texts(arguments.data)
    finish(lexical_pairs(first_with_same(texts[:500]), texts[:500]))
    report = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "texts": source,
        "lexical_planted": planted(texts),
        "lexical_file": lexical_file(texts),
        "semantic": semantic(arguments.vectors),
    }
    arguments.out.write_text(json.dumps(report, indent=1) + "\n")


def planted(texts):
    """Plant near-copies, and count how many are found and how many others are."""
    generator = np.random.default_rng(0)
    words = np.unique(" ".join(texts[:50_000]).lower().split())
    documents = generator.choice(words, (N_DOCUMENTS - N_PLANTED, N_WORDS))
    copies = documents[:N_PLANTED].copy()
    for copy in copies:
        places = generator.permutation(N_WORDS)[: N_WORDS // EVERY]
        copy[places] = generator.choice(words, len(places))
    lines = [" ".join(line) for line in np.concatenate([documents, copies])]
    exact, pairs, times = found(lines)
    first = N_DOCUMENTS - N_PLANTED
    for least in (0.6, 0.7):
        stand_ins = pairs.stand_ins(least)
        hit = stand_ins[first:] == np.arange(N_PLANTED)
        times[f"recall_at_{least}"] = round(float(hit.mean()), 4)
        times[f"others_found_at_{least}"] = int((stand_ins[:first] != exact[:first]).sum())
    return times


def lexical_file(texts):
    exact, pairs, times = found(texts)
    rows = np.arange(len(texts))
    dropped = {str(least): int((pairs.stand_ins(least) != rows).sum()) for least in (0.6, 0.7, 0.8)}
    return times | {"n_exact": int((exact != rows).sum()), "n_dropped": dropped}


def found(texts):
    load, start, cpu_start = os.getloadavg()[0], time.perf_counter(), time.process_time()
    exact = first_with_same(texts)
    pairs = finish(lexical_pairs(exact, texts))
    return exact, pairs, {
        "n_records": len(texts),
        "wall_s": round(time.perf_counter() - start, 2),
        "cpu_s": round(time.process_time() - cpu_start, 2),
        "load": round(load, 1),
        "n_pairs": len(pairs),
    }  # fmt: skip


def semantic(path):
    vectors = np.load(path)[:N_DOCUMENTS] if path else clumps()
    neighbors = nearest(vectors)
    exact = np.arange(len(vectors), dtype=np.int32)
    cpu_start = time.process_time()
    pairs = finish(semantic_pairs(exact, vectors, neighbors))
    cpu_s = time.process_time() - cpu_start
    pairs.stand_ins(1.0)
    quality = np.random.default_rng(0).random(len(vectors))
    result = {
        "vectors": path.name if path else "made-up clumps",
        "n_records": len(vectors),
        "find_pairs_cpu_s": round(cpu_s, 2),
        "n_pairs": len(pairs),
        "floor": pairs.floor,
        "moves": [move(pairs, least, quality) for least in THRESHOLDS if least >= pairs.floor],
    }
    texts = list(map(str, exact.tolist()))
    same = find(texts, vectors, neighbors, 0.95).near == pairs.stand_ins(0.95)
    return result | {"as_find_at_0.95": round(float(same.mean()), 6)}


def move(pairs, least, quality):
    """Time a new threshold with a new preference, best of five."""
    times = {}
    for keep in ("first", "central", "best"):
        cpu, wall = [], []
        for _ in range(5):
            start, cpu_start = time.perf_counter(), time.process_time()
            stand_ins = pairs.stand_ins(least, pairs.preference(keep, least, quality=quality))
            n_dropped = int((stand_ins != np.arange(len(stand_ins))).sum())
            cpu.append(time.process_time() - cpu_start)
            wall.append(time.perf_counter() - start)
        times[keep] = {"wall_ms": round(min(wall) * 1e3, 1), "cpu_ms": round(min(cpu) * 1e3, 1)}
    return {"min_similarity": least, "n_dropped": n_dropped, **times}


def clumps():
    generator = np.random.default_rng(0)
    centres = generator.normal(size=(N_DOCUMENTS // 20, 384))
    rows = centres[generator.integers(len(centres), size=N_DOCUMENTS)]
    rows = rows + 0.4 * generator.normal(size=rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="", help="PATH.parquet:COLUMN")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
