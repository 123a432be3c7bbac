"""How long does a whole comparison take?

    python benchmarks/comparison_speed.py --data FOLDER

Two groups of 50,000 dialogue turns (who speaks), and the four groups of the built-in sample: every
score, 500 deals a pair, clusters, words and what is shared. What exists before a comparison is
asked for is at hand: vectors, clusters, numbered words. The JSON has the best and the median of
several runs, after one that compiles.
"""

import argparse
import json
import os
import platform
import statistics
import time
from pathlib import Path

import pandas as pd

from benchmarks.public import FOLDER
from diversity import Settings, Store, analyze, compare, prepare, samples
from diversity.dataset import from_frame

SGD = "sgd_utterances/data.parquet"
A_GROUP = 50_000


def main():
    arguments = parse_arguments()
    report = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
    }
    sample = analyze(samples.load(), vectors=samples.vectors(), with_map=False)
    report["sample_four_groups"] = timed(sample, "prompt", arguments.runs)
    if (arguments.data / SGD).exists():
        store = Store(arguments.store) if arguments.store else None
        report["two_groups_of_50000"] = timed(turns(arguments, store), "speaker", arguments.runs)
    arguments.out.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


def turns(arguments, store):
    rows = pd.read_parquet(arguments.data / SGD, columns=["utterance", "speaker"])
    rows = pd.concat([part[:A_GROUP] for _, part in rows.groupby("speaker")])
    return analyze(
        from_frame(rows, "utterance"), Settings(embedder="hashing"), store, with_map=False
    )


def timed(analysis, by, n_runs):
    vectors, labels = analysis.embeddings.vectors, analysis.clustering.labels
    panel = prepare(analysis.dataset.texts.tolist(), vectors, labels)
    compare(analysis, by, panel=panel, n_deals=20)
    load, wall, processor = os.getloadavg()[0], [], []
    for _ in range(n_runs):
        begun, used = time.perf_counter(), time.process_time()
        found = compare(analysis, by, panel=panel)
        wall.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
    return {
        "n_records": [group.n_records for group in found.groups],
        "budget": [found.budget.n_records, found.budget.n_tokens],
        "n_deals": found.about["n_deals"],
        "seconds": summed_up(wall),
        "processor_seconds": summed_up(processor),
        "load_before": round(load, 1),
    }


def summed_up(seconds):
    return {"best": round(min(seconds), 2), "median": round(statistics.median(seconds), 2)}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=FOLDER, metavar="FOLDER")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--store", help="where vectors are kept; by default nowhere")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
