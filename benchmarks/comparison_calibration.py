"""Does a comparison claim what is there, and nothing else?

    python benchmarks/comparison_calibration.py --data FOLDER --part type_i shares ...

Each part writes its own section of the JSON:

* `type_i`: rows of clinc150 are split at random again and again. How often is p at most 0.05 for
  each score, and how often is anything at all claimed after Holm?
* `shares`: the same for clusters and for words (q at most 0.05).
* `power`: near-duplicates planted in one of two halves of clinc150; 75 topics against 150.
* `length`: the same texts against their first halves, with and without matched lengths.
* `size`: 500 rows against 5,000 of the same distribution.
* `entropy`: how far the entropy that is dealt follows the exact one.

`benchmarks/comparison_speed.py` times it.
"""

import argparse
import json
import os
import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.public import FOLDER
from diversity import Store, analyze, compare, prepare, samples
from diversity.comparison.clusters import cluster_shares
from diversity.comparison.concluding import claimed, more_diverse
from diversity.comparison.phrases import phrase_shares
from diversity.comparison.pool import dealt
from diversity.comparison.shuffled_spectra import SpectrumPool
from diversity.comparison.testing import MEANINGS, compared_steps
from diversity.dataset import from_frame
from diversity.progress import finish
from diversity.scores.embedding import EmbeddingSample, vendi_1

LADDER = "cases/diversity_ladder_intents.parquet"
CLINC = "clinc150/data.parquet"
N_READ = 5_000
SIDE = 150
SMALLER_SIDES = (20, 100, 500, 2_500)


def main():
    arguments = parse_arguments()
    if lacking := [name for name in (LADDER, CLINC) if not (arguments.data / name).exists()]:
        print(f"left out: there is no {lacking[0]} in --data")
        return
    report = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
    store = Store(arguments.store) if arguments.store else None
    for part in arguments.part:
        load = os.getloadavg()[0]
        started = time.perf_counter()
        found = PARTS[part](arguments, store)
        took = {"seconds": round(time.perf_counter() - started, 1), "load_before": round(load, 1)}
        report["machine"] = f"{platform.machine()}, {os.cpu_count()} cores"
        report["python"] = platform.python_version()
        report[part] = found | took
        arguments.out.write_text(json.dumps(report, indent=1) + "\n")
        print(part, json.dumps(report[part], indent=1))


def type_i(arguments, store):
    """Split rows at random and count what is found although there is nothing."""
    analysis, panel = prepared(clinc(arguments, N_READ), store)
    random = np.random.default_rng(1)
    small, found_any, claims = dict.fromkeys(MEANINGS, 0), 0, dict.fromkeys(MEANINGS, 0)
    for seed in range(arguments.shuffles):
        rows = random.permutation(len(analysis))[: 2 * SIDE]
        groups = {"a": np.sort(rows[:SIDE]), "b": np.sort(rows[SIDE:])}
        scores = finish(
            compared_steps(analysis, panel, groups, panel.budget(*groups.values()), 499, seed)
        )
        pairs = {name: score.pairs[0] for name, score in scores.items()}
        for name, pair in pairs.items():
            small[name] += pair.p is not None and pair.p <= 0.05
            claims[name] += claimed(pair)
        found_any += any(map(claimed, pairs.values()))
    n = arguments.shuffles
    return {
        "n_shuffles": n,
        "n_records_a_side": SIDE,
        "n_deals": 499,
        "share_with_p_at_most_5_percent": {name: times / n for name, times in small.items()},
        "standard_error": round(float(np.sqrt(0.05 * 0.95 / n)), 4),
        "family_wise_after_holm": found_any / n,
    }


def shares(arguments, store):
    """Split rows at random and count clusters and words with q at most 0.05."""
    analysis, panel = prepared(clinc(arguments, N_READ), store)
    random = np.random.default_rng(2)
    found = {
        f"{few}_against_{N_READ - few}": any_found(analysis, panel, few, arguments.shuffles, random)
        for few in SMALLER_SIDES
    }
    return {
        "n_shuffles": arguments.shuffles,
        "n_clusters": analysis.clustering.n_clusters,
        "any_with_q_at_most_5_percent": found,
    }


def any_found(analysis, panel, few, n_shuffles, random):
    """Tell in which share of splits some cluster, or some word, is found to differ."""
    clusters, phrases = 0, 0
    for _ in range(n_shuffles):
        rows = random.permutation(len(analysis))
        groups = {"a": np.sort(rows[:few]), "b": np.sort(rows[few:])}
        clusters += any(one.q <= 0.05 for one in cluster_shares(analysis, groups))
        phrases += any(one.q <= 0.05 for one in phrase_shares(analysis, panel, groups))
    return {"clusters": clusters / n_shuffles, "phrases": phrases / n_shuffles}


def power(arguments, store):
    """Plant near-duplicates in one of two halves; compare 75 topics with 150."""
    return {"planted": planted(arguments, store), "topics": topics(arguments, store)}


def planted(arguments, store):
    rows = clinc(arguments, 4_000).drop_duplicates("text").reset_index(drop=True)
    half = len(rows) // 2
    random = np.random.default_rng(3)
    second = rows[half:].reset_index(drop=True)
    n = len(second) // 10
    second.loc[len(second) - n :, "text"] = [f"{text} please" for text in second["text"][:n]]
    both = pd.concat([rows[:half].assign(arm="plain"), second.assign(arm="planted")])
    analysis, panel = prepared(both.sample(frac=1, random_state=random.integers(99)), store)
    found = compare(analysis, "arm", panel=panel)
    return claims_of(found) | {
        "n_records": [group.n_records for group in found.groups],
        "near_duplicate_share": {g.name: g.near_duplicate_share for g in found.groups},
        "clusters_with_q_at_most_5_percent": sum(one.q <= 0.05 for one in found.clusters),
    }


def topics(arguments, store):
    rows = pd.read_parquet(arguments.data / LADDER)
    rows = rows[rows["prompt"].isin(["topics-075", "topics-150"])]
    analysis, panel = prepared(rows, store)
    return claims_of(compare(analysis, "prompt", panel=panel))


def length(arguments, store):
    """Compare texts with their own first halves."""
    rows = pd.read_json(samples_path(), lines=True)[["text"]]
    halves = [" ".join(text.split()[: len(text.split()) // 2]) for text in rows["text"]]
    both = pd.concat([rows.assign(arm="whole"), rows.assign(text=halves, arm="half")])
    analysis, panel = prepared(both, store)
    raw = compare(analysis, "arm", panel=panel)
    matched = compare(analysis, "arm", match_length=True, store=store)
    return {
        "raw": claims_of(raw) | {"warned": raw.confounders["length"]["warning"]},
        "matched": claims_of(matched) | {"ratio": matched.confounders["length"]["ratio"]},
    }


def size(arguments, store):
    """Compare 500 rows with 5,000 of the same distribution, ten times."""
    rows = clinc(arguments, 5_500)
    analysis, panel = prepared(rows, store)
    random = np.random.default_rng(4)
    claims = []
    for seed in range(10):
        order = random.permutation(len(rows))
        groups = {"few": np.sort(order[:500]), "many": np.sort(order[500:])}
        found = compare(analysis, groups, panel=panel, random_state=seed)
        claims.append(claims_of(found)["claimed"])
    return {"n_runs": len(claims), "claimed": claims}


def entropy(arguments, store):
    """Deal records of clinc150 and of the sample, and compare with exact entropies."""
    clinc150 = prepared(clinc(arguments, 1_000), store)[0].embeddings.vectors
    sample = samples.vectors()
    sets = {"clinc150_150_a_side": clinc150[:300], "clinc150_500_a_side": clinc150,
            "sample_250_a_side": sample[:500]}  # fmt: skip
    found = {}
    for name, vectors in sets.items():
        orders = dealt(len(vectors), 200, (5,))
        exact = [exact_difference(vectors, order) for order in orders]
        found[name] = np.corrcoef(SpectrumPool(vectors).deals(orders)[:, 0], exact)[0, 1]
    return {"n_deals": 200, "correlation": {name: round(r, 4) for name, r in found.items()}}


def exact_difference(vectors, order):
    sides = [EmbeddingSample(vectors[rows].astype(np.float64)) for rows in np.split(order, 2)]
    one, other = (vendi_1(side, interval=False).value for side in sides)
    return np.log(one / other)


def claims_of(comparison):
    pairs = {name: score.pairs[0] for name, score in comparison.scores.items()}
    return {
        "claimed": {
            name: more_diverse(name, pair) for name, pair in pairs.items() if claimed(pair)
        },
        "conclusion": list(comparison.conclusion),
    }


def prepared(rows, store):
    analysis = analyze(from_frame(rows.reset_index(drop=True), "text"), None, store, with_map=False)
    vectors, labels = analysis.embeddings.vectors, analysis.clustering.labels
    return analysis, prepare(analysis.dataset.texts.tolist(), vectors, labels)


def clinc(arguments, n):
    rows = pd.read_parquet(arguments.data / CLINC)
    return rows.sample(n, random_state=0).reset_index(drop=True)


def samples_path():
    return Path(samples.__file__).parent / f"{samples.NAME}.jsonl.gz"


PARTS = {
    "type_i": type_i, "shares": shares, "power": power, "length": length, "size": size,
    "entropy": entropy,
}  # fmt: skip


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=FOLDER, metavar="FOLDER")
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--shuffles", type=int, default=500)
    parser.add_argument("--store", help="where vectors are kept; by default nowhere")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
