"""Which clustering finds the topics people gave their texts?

Labelled texts are embedded by the default model and clustered without their labels; agreement is
adjusted mutual information (1 for the same partition, 0 for chance), over all records with the
noise as one more cluster, and over the records in clusters. The built-in sample is always among
the sets, labelled by its 50 topics; the public sets in `SETS` are where ``--data`` has them.

    python benchmarks/clustering.py --data FOLDER
"""

import argparse
import json
import platform
import time
from functools import cache
from importlib.metadata import version
from itertools import product
from pathlib import Path

import numpy as np
from hdbscan import HDBSCAN
from sklearn.metrics import adjusted_mutual_info_score

from benchmarks.public import FOLDER
from diversity import samples
from diversity.clustering import N_NEIGHBORS, KMeans, cluster
from diversity.dataset import read
from diversity.embedders import load_embedder
from diversity.embedding import embed
from diversity.layout import lay_out, principal_axes
from diversity.neighbors import nearest, nearest_distinct
from diversity.progress import finish
from diversity.projection import Umap
from diversity.store import Store

SETS = {
    "diversity_ladder_intents": ("cases/diversity_ladder_intents.parquet", "text", "label"),
    "banking77": ("banking77/data.parquet", "text", "category"),
    "clinc150": ("clinc150/data.parquet", "text", "intent"),
}


class Labelled:
    """Texts with a topic each, their vectors, and every layout asked for once."""

    def __init__(self, name, texts, topics, store):
        self.name = name
        self.topics = np.unique(np.asarray(topics, dtype=str), return_inverse=True)[1]
        self.vectors = embed(list(texts), load_embedder(), store).vectors
        self.neighbors = nearest(self.vectors)

    @cache  # noqa: B019  one short-lived object a file
    def layout(self, n_neighbors, n_dimensions, min_dist, random_state):
        """Lay the distinct texts out; returns places, the way back, and seconds."""
        start = time.perf_counter()
        rows, inverse, neighbors = nearest_distinct(self.vectors, self.neighbors, n_neighbors - 1)
        places = finish(
            lay_out(
                neighbors,
                principal_axes(self.vectors[rows], n_dimensions),
                n_neighbors=n_neighbors,
                min_dist=min_dist,
                random_state=random_state,
                stage="layout",
            )
        )
        return places, inverse, time.perf_counter() - start

    def axes(self, n_dimensions):
        """Project the distinct texts onto their principal axes; returns the same."""
        start = time.perf_counter()
        rows, inverse, _ = nearest_distinct(self.vectors, self.neighbors, 1)
        places = principal_axes(self.vectors[rows], n_dimensions)
        return places, inverse, time.perf_counter() - start


def main():
    arguments = parse_arguments()
    store = Store(arguments.store)
    results = {}
    for labelled in read_sets(arguments.data, store):
        rows = [measure(labelled, name, run) for name, run in candidates(labelled)]
        results[labelled.name] = {
            "n_records": len(labelled.topics),
            "n_topics": int(labelled.topics.max()) + 1,
            "candidates": rows,
        }
        show(labelled.name, results[labelled.name])
    about = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "umap-learn": version("umap-learn"),
    }
    arguments.out.write_text(json.dumps(about | {"sets": results}, indent=1) + "\n")


def candidates(labelled):
    """List (name, function of no arguments returning labels and seconds)."""

    def dense(part=3.0, samples=5, kind="eom", layout=()):
        chosen = (N_NEIGHBORS, 5, 0.0, 0)
        layout = (*layout, *chosen[len(layout) :])
        return lambda: search(*labelled.layout(*layout), part, samples, kind)

    yield f"default: {N_NEIGHBORS} neighbors, 5-d, size √n/3, min_samples 5", dense()
    for size in (1.5, 2, 2.5, 4.5, 6):
        yield f"size √n/{size}", dense(part=size)
    yield "min_samples 1", dense(samples=1)
    yield "min_samples = size", dense(samples=None)
    yield "leaf clusters", dense(kind="leaf")
    for n_neighbors, seed, size in product((15, 30), (0, 1, 2), (3, 2)):
        layout = (n_neighbors, 5, 0.0, seed)
        yield f"{n_neighbors} neighbors, seed {seed}, size √n/{size}", dense(size, layout=layout)
    yield "layout 2-d", dense(layout=(N_NEIGHBORS, 2))
    yield "layout 10-d", dense(layout=(N_NEIGHBORS, 10))
    yield "on the map itself", dense(layout=(Umap().n_neighbors, 2, Umap().min_dist))
    yield "on 50 principal axes", lambda: search(*labelled.axes(50), 3.0, 5, "eom")
    yield "k-means, k = √(n/2)", partition(labelled, round((len(labelled.topics) / 2) ** 0.5))
    yield "k-means, true k", partition(labelled, int(labelled.topics.max()) + 1)


def search(places, inverse, layout_s, part, samples, kind):
    start = time.perf_counter()
    found = HDBSCAN(
        min_cluster_size=max(5, round(len(places) ** 0.5 / part)),
        min_samples=samples,
        cluster_selection_method=kind,
        core_dist_n_jobs=1,
    ).fit(places)
    return found.labels_[inverse], layout_s + time.perf_counter() - start


def partition(labelled, n_clusters):
    def run():
        start = time.perf_counter()
        found = cluster(labelled.vectors, labelled.neighbors, KMeans(n_clusters))
        return found.labels, time.perf_counter() - start

    return run


def measure(labelled, name, run):
    labels, seconds = run()
    inside = labels >= 0
    return {
        "candidate": name,
        "ami": round(adjusted_mutual_info_score(labelled.topics, labels), 3),
        "ami_without_noise": round(
            adjusted_mutual_info_score(labelled.topics[inside], labels[inside]), 3
        ),
        "noise_share": round(float(1 - inside.mean()), 3),
        "n_clusters": int(labels.max()) + 1,
        "seconds": round(seconds, 2),
    }


def show(name, result):
    print(f"\n{name}: {result['n_records']} records, {result['n_topics']} topics")
    for row in result["candidates"]:
        print(
            f"{row['candidate']:54} {row['ami']:6} {row['ami_without_noise']:6} "
            f"{row['noise_share']:6} {row['n_clusters']:4} {row['seconds']:6}",
            flush=True,
        )


def read_sets(folder, store):
    sample = samples.load().records
    yield Labelled("sample", sample["text"], sample["id"].str.extract(r"(t\d\d)")[0], store)
    for name, (path, text, label) in SETS.items():
        if not (folder / path).exists():
            print(f"{name} is left out: there is no {path} in --data")
            continue
        records = read(folder / path, text).records
        yield Labelled(name, records[text], records[label], store)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=FOLDER, metavar="FOLDER", help="where the public sets are"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--store", default=".bench-store", help="where vectors are kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
