"""Do the scores put sets of known diversity in the right order?

The diversity ladder holds 1,500 requests an arm, drawn from 15, 30, 75 and 150 topics, and the
last arm again with every text twice and ten times. Every score is taken as a user gets it (matched
budget, default model and clusters); a step up the ladder is *right* if the more diverse arm scores
as more diverse, and its size is given in half-widths of the interval of the difference: above 1
the step is more than chance. Scores of clusters are taken again over other seeds of the layout.

    python benchmarks/orderings.py --data FOLDER
"""

import argparse
import json
import math
import platform
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.public import FOLDER
from diversity import Hdbscan, Settings, Store, analyze, read, scorecard
from diversity.scores import REGISTRY

LADDER = "cases/diversity_ladder_intents.parquet"
TOPICS = ("topics-015", "topics-030", "topics-075", "topics-150")
COPIES = ("dup-x10", "dup-x2", "topics-150")
SEEDS = range(5)


def main():
    arguments = parse_arguments()
    if not (arguments.data / LADDER).exists():
        print(f"left out: --data names no folder with {LADDER}")
        return
    dataset = read(arguments.data / LADDER, "text")
    with TemporaryDirectory() as folder:
        cards = [score(dataset, seed, Store(arguments.store or folder)) for seed in SEEDS]
    groups = cards[0].groups
    report = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "embedder": cards[0].dataset["embedder"],
        "n_clusters": cards[0].dataset["n_clusters"],
        "budget": vars(cards[0].budget),
        "topics": ladder(groups, TOPICS),
        "copies": ladder(groups, COPIES),
        "duplicate_share": {arm: groups[arm].duplicate_share for arm in COPIES},
        "noise_share": {arm: round(groups[arm].noise_share, 3) for arm in TOPICS},
        "seeds": {name: over_seeds(cards, name) for name in ("hill_1", "hill_2")},
    }
    for name in ("topics", "copies"):
        show(name, report[name])
    arguments.out.write_text(json.dumps(report, indent=1) + "\n")


def score(dataset, seed, store):
    settings = Settings(clustering=Hdbscan(random_state=seed))
    return scorecard(analyze(dataset, settings, store, with_map=False), by="prompt")


def ladder(groups, arms):
    """Judge every score along arms of rising diversity."""
    return {
        name: judge(name, [groups[arm].scores[name] for arm in arms], arms) for name in REGISTRY
    }


def judge(name, scores, arms):
    steps = [step(name, below, above) for below, above in pairwise(scores)]
    return {
        "direction": REGISTRY[name].direction,
        "values": {arm: rounded(one.value) for arm, one in zip(arms, scores, strict=True)},
        "intervals": [[rounded(end) for end in one.interval or ()] for one in scores],
        "right": all(one > 0 for one in steps),
        "steps_in_half_widths": [round(one, 2) for one in steps],
    }


def step(name, below, above):
    """Measure how far a score rises in diversity, in half-widths of the difference."""
    sign = 1 if REGISTRY[name].direction == "higher" else -1
    half = math.hypot(*((high - low) / 2 for low, high in (below.interval, above.interval)))
    rise = sign * (above.value - below.value)
    return rise / half if half else math.copysign(math.inf, rise) if rise else 0.0


def over_seeds(cards, name):
    """List the values along the topics for every seed of the layout."""
    return [{arm: rounded(card.groups[arm].scores[name].value) for arm in TOPICS} for card in cards]


def rounded(value):
    return None if value is None else float(f"{value:.4g}")


def show(title, scores):
    print(f"\n{title}")
    for name, found in scores.items():
        verdict = "right" if found["right"] else "WRONG"
        print(f"{name:22}{verdict:7}{[*found['values'].values()]} {found['steps_in_half_widths']}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=FOLDER, metavar="FOLDER", help="where the public sets are"
    )
    parser.add_argument("--store", help="where vectors are kept; by default nowhere")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
