"""Do the 95 % intervals of D and 2D hold what they promise?

Draws rounds from populations whose Simpson diversity is known, groups them without error, and
counts how often the interval holds the truth: of 2D the inverse of the sum of squared shares, of D
its mean over 400,000 rounds. Beside it the plain interval (Student's, around the mean share of
pairs), and the same after early stopping at the default width.

    python benchmarks/agent_coverage.py --repeats 4000
"""

import argparse
import json
import platform
from pathlib import Path

import numpy as np
from scipy.special import stdtrit

from diversity.agent.mean_interval import interval_of_mean
from diversity.agent.settings import is_check

KINDS = {
    "uniform 10": np.full(10, 0.1),
    "uniform 50": np.full(50, 0.02),
    "uniform 500": np.full(500, 0.002),
    "Zipf 50": 1 / np.arange(1, 51),
    "Zipf 1000": 1 / np.arange(1, 1001),
    "half of one kind, 100 others": np.r_[0.5, np.full(100, 0.005)],
}
SIZES = (5, 10, 20)
N_ROUNDS = (5, 10, 20, 50, 100, 300)
PROMISED = (0.92, 0.98)
WIDTH, MOST_ROUNDS = 0.1, 300


def main():
    arguments = parse_arguments()
    report = {"python": platform.python_version(), "repeats": arguments.repeats, "fixed": []}
    for kind, shares in KINDS.items():
        for k in SIZES:
            truth = truths(shares, k)
            for n_rounds in N_ROUNDS:
                row = fixed(shares, k, n_rounds, truth, arguments.repeats)
                report["fixed"].append({"kind": kind, "K": k, "rounds": n_rounds, **row})
                show(report["fixed"][-1])
    report["within_promise"] = {
        score: {str(n): share_kept(report["fixed"], score, n) for n in N_ROUNDS}
        for score in ("2D", "D", "2D_plain")
    }
    report["stopped_early"] = [
        {"kind": kind, "K": k, **stopped(KINDS[kind], k, max(200, arguments.repeats // 4))}
        for kind in ("uniform 10", "uniform 50", "Zipf 1000")
        for k in SIZES
    ]
    print(
        json.dumps({name: report[name] for name in ("within_promise", "stopped_early")}, indent=1)
    )
    if arguments.out:
        arguments.out.write_text(json.dumps(report, indent=1) + "\n")


def truths(shares, k):
    """Know 2D exactly, D from many rounds."""
    shares = shares / shares.sum()
    d, _ = draw(shares, k, 400_000, np.random.default_rng(99))
    return {"2D": 1 / float(shares @ shares), "D": float(d.mean())}


def draw(shares, k, n, generator):
    """Draw rounds of K labels; return C²/K and the share of pairs together of each."""
    ends = np.cumsum(shares / shares.sum())
    labels = np.sort(np.searchsorted(ends[:-1], generator.random((n, k))), axis=1)
    n_kinds = 1 + (labels[:, 1:] != labels[:, :-1]).sum(axis=1)
    together = sum((labels[:, lag:] == labels[:, :-lag]).sum(axis=1) for lag in range(1, k))
    return n_kinds**2 / k, together / (k * (k - 1) / 2)


def fixed(shares, k, n_rounds, truth, repeats):
    """Count how often intervals over a fixed number of rounds hold the truth."""
    generator = np.random.default_rng([k, n_rounds])
    held = {"2D": 0, "D": 0, "2D_plain": 0}
    widths = []
    for _ in range(repeats):
        d, together = draw(shares, k, n_rounds, generator)
        low, high = interval_of_mean(together, 2 / (k * (k - 1)))
        held["2D"] += low <= 1 / truth["2D"] <= high
        widths.append((high - low) / 2 / max(together.mean(), 1e-9))
        low, high = interval_of_d(d, k)
        held["D"] += low <= truth["D"] <= high
        held["2D_plain"] += plain_holds(together, 1 / truth["2D"])
    coverage = {name: round(count / repeats, 4) for name, count in held.items()}
    return {**coverage, "relative_half_width": round(float(np.median(widths)), 3)}


def interval_of_d(d, k):
    span = k - 1 / k
    low, high = interval_of_mean((k - d) / span, (2 - 1 / k) / span)
    return k - span * high - 1e-9, k - span * low + 1e-9


def plain_holds(together, truth):
    reach = stdtrit(len(together) - 1, 0.975) * together.std(ddof=1) / len(together) ** 0.5
    return abs(together.mean() - truth) <= reach


def stopped(shares, k, repeats):
    """Stop as a run does: every ten rounds from thirty, when half the interval is narrow enough."""
    generator = np.random.default_rng(k)
    truth = float((shares / shares.sum()) @ (shares / shares.sum()))
    held, used = 0, []
    for _ in range(repeats):
        _, together = draw(shares, k, MOST_ROUNDS, generator)
        for n in range(1, MOST_ROUNDS + 1):
            if not is_check(n) and n < MOST_ROUNDS:
                continue
            low, high = interval_of_mean(together[:n], 2 / (k * (k - 1)))
            mean = together[:n].mean()
            if low > 0 and (1 / low - 1 / high) / 2 * mean <= WIDTH:
                break
        held += low <= truth <= high
        used.append(n)
    return {"2D": round(held / repeats, 4), "median_rounds": int(np.median(used))}


def share_kept(rows, score, n_rounds):
    """Share of the cases whose coverage is as promised."""
    chosen = [row[score] for row in rows if row["rounds"] == n_rounds]
    kept = sum(PROMISED[0] <= coverage <= PROMISED[1] for coverage in chosen)
    return f"{kept} of {len(chosen)}, from {min(chosen):.3f} to {max(chosen):.3f}"


def show(row):
    mark = "" if PROMISED[0] <= row["2D"] <= PROMISED[1] else "  <-- 2D"
    mark += "" if PROMISED[0] <= row["D"] <= PROMISED[1] else "  <-- D"
    print(*row.values(), mark, sep="\t")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=4_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
