"""What does curation find of what was planted? Copies, near-copies, off-topic and blank rows.

The sample's 1,000 passages, shuffled with planted rows whose kind is known: copies to the letter
(other case and white space), near-copies (one word in 20 replaced, taken out, or one sentence
moved), off-topic rows (code, tables of numbers, keyboard noise) and blank ones. A row counts as
found if it, or in the case of a copy its original, is dropped: one of the pair must go and one must
stay. ``python benchmarks/planted.py`` writes benchmarks/planted.json.
"""

import argparse
import json
import os
import platform
from pathlib import Path

import numpy as np
import pandas as pd

from diversity import analyze, samples
from diversity.analysis import Settings
from diversity.curation import Plan, curate, material
from diversity.dataset import from_frame

N_EACH, N_OFF, N_BLANK, EVERY = 100, 60, 25, 20
PLANS = {
    "drop_duplicates (near, 0.95: the default)": "[drop_duplicates]",
    "near, 0.9": "[{drop_duplicates: {threshold: 0.9}}]",
    "lexical, 0.7 (the default of its kind)": "[{drop_duplicates: {by: lexical}}]",
    "exact": "[{drop_duplicates: {by: exact}}]",
    "near 0.95, then lexical 0.7": "[drop_duplicates, {drop_duplicates: {by: lexical}}]",
}


def main():
    arguments = parse_arguments()
    planted = rows(np.random.default_rng(arguments.seed))
    dataset = from_frame(planted, "text")
    settings = Settings(embedder=arguments.embedder) if arguments.embedder else Settings()
    analysis = analyze(dataset, settings, with_map=False)
    asked, kept = material(analysis), dataset.records
    report = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "model": Path(analysis.embeddings.model).name,
        "rows": planted["kind"].value_counts().to_dict(),
        "blank": {"planted": N_BLANK, "left_out_when_read": len(planted) - len(kept)},
        "duplicates": {name: judged(asked, kept, steps) for name, steps in PLANS.items()},
        "off_topic": off_topic(analysis, kept),
    }
    print(json.dumps(report, indent=1))
    arguments.out.write_text(json.dumps(report, indent=1) + "\n")


def rows(generator):
    """Plant rows among the sample's and shuffle them; `of` names what a copy is a copy of."""
    texts = samples.load().texts.tolist()
    chosen = generator.permutation(len(texts))
    groups = iter(np.array_split(chosen[: 4 * N_EACH], 4))
    made = [("original", text, place) for place, text in enumerate(texts)]
    for kind, change in (
        ("copy", recased), ("replaced", replaced), ("shortened", shortened), ("moved", moved),
    ):  # fmt: skip
        made += [(kind, change(texts[place], generator), place) for place in next(groups).tolist()]
    made += [("off_topic", text, -1) for text in strange(generator)]
    made += [("blank", " \n" * (n % 3), -1) for n in range(N_BLANK)]
    order = generator.permutation(len(made))
    return pd.DataFrame([made[i] for i in order], columns=["kind", "text", "of"])


def recased(text, generator):
    return "  ".join(text.upper().split(" ")) if generator.random() < 0.5 else f"\n{text.lower()} "


def replaced(text, generator):
    words = text.split()
    others = samples.load().texts.iloc[int(generator.integers(1000))].split()
    for place in generator.permutation(len(words))[: max(1, len(words) // EVERY)]:
        words[place] = str(generator.choice(others))
    return " ".join(words)


def shortened(text, generator):
    words = text.split()
    gone = set(generator.permutation(len(words))[: max(1, len(words) // EVERY)].tolist())
    return " ".join(word for place, word in enumerate(words) if place not in gone)


def moved(text, generator):
    sentences = text.split(". ")
    sentences.insert(0, sentences.pop())
    return ". ".join(sentences)


def strange(generator):
    letters = np.array(list("asdfghjklqwertyuiop  "))
    for n in range(N_OFF // 3):
        columns = ", ".join(f"c{i}" for i in range(1 + n % 7))
        yield f"SELECT {columns} FROM t{n} WHERE id IN ({n}, {n * 7}) ORDER BY c0 LIMIT {n * 10};"
        yield " | ".join(f"{value:.3f}" for value in generator.random(30))
        yield "".join(generator.choice(letters, 200))


def judged(asked, records, steps):
    """Count per kind the copies that are gone, and how many rows went that repeat nothing."""
    kept = curate(asked, Plan.parse(f"steps: {steps}")).kept()
    frame = records.assign(kept=kept)
    stays = frame[frame["of"] >= 0].groupby("of")["kept"].sum()
    copies = frame[frame["kind"].isin(["copy", "replaced", "shortened", "moved"])]
    found = copies["of"].map(stays) == 1
    single = frame[~frame["of"].isin(copies["of"]) | (frame["of"] < 0)]
    wrongly = int((~single["kept"]).sum()) + int((copies["of"].map(stays) == 0).sum())
    n_dropped = int((~kept).sum())
    return {
        "recall": {kind: share(found[copies["kind"] == kind]) for kind in copies["kind"].unique()},
        "recall_all": share(found),
        "n_dropped": n_dropped,
        "precision": round(1 - wrongly / n_dropped, 4) if n_dropped else None,
        "off_topic_rows_that_repeat_one_another": int((~single["kept"] & (single["of"] < 0)).sum()),
    }


def off_topic(analysis, records):
    """Ask how well standing outside all clusters, and being far from all, tell off-topic rows."""
    strange = (records["kind"] == "off_topic").to_numpy()
    noise = analysis.clustering.labels < 0
    nearest = analysis.neighbors.similarities[:, :5].mean(axis=1)
    loneliest = np.argsort(nearest, kind="stable")[: strange.sum()]
    return {
        "planted": int(strange.sum()),
        "noise_recall": share(noise[strange]),
        "noise_precision": share(strange[noise]),
        "clusters_of_their_own": sorted(
            int((analysis.clustering.labels == label).sum())
            for label in np.unique(analysis.clustering.labels[strange & ~noise])
            if strange[analysis.clustering.labels == label].all()
        ),
        "share_among_as_many_of_the_loneliest": share(strange[loneliest]),
    }


def share(found):
    return round(float(np.mean(found)), 4) if len(found) else None


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
