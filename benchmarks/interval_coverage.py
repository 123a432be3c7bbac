"""Do the 95 % intervals of the scores hold what they promise?

Draws many samples of one budget from a large population, takes the mean over the draws for the
truth, and counts how often the interval of a draw holds it. Texts come from a folder of public
data sets (``--data``, a Parquet file with a text column), or are made up where it is absent;
vectors are clustered at random, labels follow Zipf's law with one record in ten as noise.

    python benchmarks/interval_coverage.py --data utterances.parquet:utterance --draws 1000
"""

import argparse
import json
import platform
from pathlib import Path

import numpy as np

from benchmarks.public import read_texts
from diversity.scores import REGISTRY, Budget, Panel, Score, prepare

BUDGETS = {
    "default": Budget(n_records=4_000, n_tokens=200_000),
    "middle": Budget(n_records=1_000, n_tokens=30_000),
    "small": Budget(n_records=300, n_tokens=5_000),
}
N_VECTORS, N_DIMENSIONS, N_CLUSTERS = 100_000, 384, 300
PROMISED = (0.92, 0.98)


def main() -> None:
    arguments = parse_arguments()
    texts, source = read_texts(arguments.data)
    budgets = {name: BUDGETS[name] for name in arguments.budgets.split(",")}
    results = {
        name: {
            **simulate(prepare(texts), budget, arguments.draws, "text"),
            **simulate(clustered(arguments.random_state), budget, arguments.draws, "embedding"),
        }
        for name, budget in budgets.items()
    }
    for name, scores in results.items():
        show(name, scores)
    report = {
        "machine": machine(),
        "draws": arguments.draws,
        "texts": {"source": source, "n_records": len(texts)},
        "vectors": {"n_records": N_VECTORS, "n_dimensions": N_DIMENSIONS, "clusters": N_CLUSTERS},
        "budgets": {name: vars(budget) for name, budget in budgets.items()},
        "coverage": results,
    }
    if arguments.out:
        Path(arguments.out).write_text(json.dumps(report, indent=2) + "\n")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="", help="PATH.parquet:COLUMN")
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--budgets", default=",".join(BUDGETS))
    parser.add_argument("--random-state", type=int, default=0)
    parser.add_argument("--out", default=str(Path(__file__).with_suffix(".json")))
    return parser.parse_args()


def clustered(random_state: int) -> Panel:
    """Build clustered unit vectors of uneven direction, and Zipf-distributed labels with noise."""
    generator = np.random.default_rng(random_state)
    weights = 1 / np.arange(1, N_CLUSTERS + 1)
    labels = generator.choice(N_CLUSTERS, N_VECTORS, p=weights / weights.sum()).astype(np.int32)
    scale = np.arange(1, N_DIMENSIONS + 1) ** -0.4
    centers = generator.standard_normal((N_CLUSTERS, N_DIMENSIONS)) * scale
    vectors = centers[labels] + generator.standard_normal((N_VECTORS, N_DIMENSIONS)) * scale * 0.7
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels[generator.random(N_VECTORS) < 0.1] = -1
    return prepare([""] * N_VECTORS, vectors.astype(np.float32), labels)


def simulate(
    panel: Panel, budget: Budget, n_draws: int, family: str
) -> dict[str, dict[str, float]]:
    """Score many random samples and compare the intervals with the spread of the values."""
    generator = np.random.default_rng(1)
    names = [m.name for m in REGISTRY.values() if (m.family == "text") == (family == "text")]
    mean_length = max(1e-9, panel.tokens.lengths.mean())
    wanted = budget.n_records if family != "text" else int(budget.n_tokens / mean_length * 1.3) + 20
    draws: dict[str, list[Score]] = {name: [] for name in names}
    for _ in range(n_draws):
        rows = generator.choice(panel.n_records, wanted, replace=False)
        for name, score in panel.scores(rows, budget=budget, names=names).items():
            draws[name].append(score)
    return {name: summarize(scores) for name, scores in draws.items()}


def summarize(scores: list[Score]) -> dict[str, float]:
    """Count the intervals that hold the mean, and set their width against the spread."""
    values = np.array([np.nan if s.value is None else s.value for s in scores])
    ends = np.array([s.interval or (np.nan, np.nan) for s in scores])
    truth = np.nanmean(values)
    held = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
    defined = ~np.isnan(ends[:, 0])
    return {
        "coverage": round(float(held[defined].mean()), 4) if defined.any() else 0.0,
        "too_low": round(float((ends[defined, 1] < truth).mean()), 4),
        "too_high": round(float((ends[defined, 0] > truth).mean()), 4),
        "mean": float(f"{truth:.6g}"),
        "spread": float(f"{np.nanstd(values, ddof=1):.4g}"),
        "half_width_over_spread": round(
            float(np.nanmean(ends[:, 1] - ends[:, 0]) / 2 / np.nanstd(values, ddof=1)), 3
        ),
        "defined": round(float(defined.mean()), 4),
    }


def show(name: str, scores: dict[str, dict[str, float]]) -> None:
    print(name)
    for score, found in scores.items():
        kept = PROMISED[0] <= found["coverage"] <= PROMISED[1]
        print(
            f"  {score:22} {found['coverage']:.3f} {'' if kept else '<-- '}"
            f" low {found['too_low']:.3f} high {found['too_high']:.3f}"
            f" width/spread {found['half_width_over_spread']:.2f} mean {found['mean']:.5g}"
        )


def machine() -> str:
    """Name the processor, from the system's own description where Python does not know it."""
    cpus = Path("/proc/cpuinfo")
    if not platform.processor() and cpus.exists():
        models = [line for line in cpus.read_text().splitlines() if line.startswith("model name")]
        if models:
            return f"{models[0].split(':')[1].strip()}, {len(models)} processors"
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
