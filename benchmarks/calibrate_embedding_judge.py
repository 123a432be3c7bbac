"""Fit the embedding judge to what a real language model put together, and measure the fit.

Takes the recorded run that the package ships, 48 rounds that a language model judged over the
built-in sample, and fits three weights and a threshold. Every figure is cross-validated: the rounds
are cut into 12 parts, and each is predicted from the other 11, five times over. Writes the
constants into the package, the figures beside this script, and the ROC curve into docs/.

    python benchmarks/calibrate_embedding_judge.py --data FOLDER
"""

import argparse
import json
import time
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, roc_auc_score, roc_curve

from benchmarks.public import FOLDER
from diversity import Store, agent, read, samples
from diversity.agent.embedding_judge import FEATURES, Calibration, EmbeddingJudge, cut, features
from diversity.agent.rounds import partition
from diversity.agent.traits import traits
from diversity.embedders import load_embedder
from diversity.embedding import embed

N_PARTS, N_SHUFFLES = 12, 5
PROMPTS = ("topic", "topic-styles", "topic-styles-persona", "multi-topic-styles-persona")
LADDER = "cases/diversity_ladder_intents.parquet"
TOPICS = ("topics-015", "topics-030", "topics-075", "topics-150")
COPIES = ("dup-x10", "dup-x2", "topics-150")
SEEDS, MANY = range(6), 6_000
CONSTANTS = Path(agent.__file__).with_name("embedding_judge.json")
HERE = Path(__file__).with_suffix(".json")
FIGURE = Path(__file__).parents[1] / "docs" / "embedding_judge_roc.svg"
AT = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)


def main():
    arguments = parse_arguments()
    dataset, vectors = samples.load(), samples.vectors()
    rounds = [held for held in agent.recorded_run().rounds if partition(held) is not None]
    described = [traits(text) for text in dataset.texts]
    scales = np.std([one.style for one in described], axis=0).round(4).tolist()
    boards = [board(held, vectors, described, scales) for held in rounds]
    calibration = fit(boards, scales)
    CONSTANTS.write_text(json.dumps(vars(calibration), indent=1) + "\n")
    report = {
        "rounds": len(rounds),
        "pairs": int(sum(len(one["together"]) for one in boards)),
        "share_together": rounded(np.concatenate([one["together"] for one in boards]).mean()),
        "calibration": vars(calibration),
        **cross_validated(boards, scales),
        "sample": on_the_sample(dataset, vectors, calibration),
    }
    if (arguments.data / LADDER).exists():
        store = Store(arguments.store) if arguments.store else None
        report["ladder"] = on_the_ladder(arguments.data / LADDER, calibration, store)
    HERE.write_text(json.dumps(report, indent=1) + "\n")
    FIGURE.write_text(drawn(report))
    print(json.dumps({name: part for name, part in report.items() if name != "roc"}, indent=1))


def board(held, vectors, described, scales):
    """Lay out a round: likenesses of its pairs, and which of them the judge put together."""
    rows = list(held.rows)
    labels = np.zeros(len(rows), int)
    for number, (places, valid) in enumerate(partition(held), 1):
        for place in places:
            labels[place] = number if valid else -place - 1
    upper = np.triu_indices(len(rows), 1)
    likeness = features(vectors[rows], [described[row] for row in rows], scales)
    together = np.array([labels[i] == labels[j] for i, j in combinations(range(len(rows)), 2)])
    return {"likeness": likeness, "pairs": likeness[upper], "together": together, "k": len(rows)}


def fit(boards, scales):
    """Fit the weights by logistic regression, then the threshold to the share put together."""
    pairs = np.concatenate([one["pairs"] for one in boards])
    together = np.concatenate([one["together"] for one in boards])
    spread = pairs.std(axis=0)
    model = LogisticRegression().fit(pairs / spread, together)
    weights = tuple(float(f"{weight:.4g}") for weight in model.coef_[0] / spread)
    plain = Calibration(float(f"{model.intercept_[0]:.4g}"), weights, 0.0, tuple(scales))
    grid = np.arange(-4, 2, 0.05)
    wanted = share_together([one["together"].mean() for one in boards])
    shares = [share_together(predicted_shares(boards, plain, t)) for t in grid]
    best = float(np.round(grid[int(np.argmin(np.abs(np.array(shares) - wanted)))], 2))
    return Calibration(plain.intercept, weights, best, tuple(scales))


def share_together(shares):
    """Average over rounds, as 2D does."""
    return float(np.mean(shares))


def predicted_shares(boards, calibration, threshold):
    return [predicted(one, calibration, threshold).mean() for one in boards]


def predicted(one, calibration, threshold):
    """Predict which pairs of a round are together after grouping."""
    odds = calibration.intercept + one["likeness"] @ np.array(calibration.weights)
    labels = cut(odds, threshold)
    return np.array([labels[i] == labels[j] for i, j in combinations(range(len(labels)), 2)])


def cross_validated(boards, scales):
    """Predict every round from others, several times over."""
    together = np.concatenate([one["together"] for one in boards])
    cosines = np.concatenate([one["pairs"][:, 0] for one in boards])
    found = {"auc": [], "kappa": [], "share": []}
    for shuffle in range(N_SHUFFLES):
        parts = np.random.default_rng(shuffle).permutation(len(boards)) % N_PARTS
        odds, grouped = [None] * len(boards), [None] * len(boards)
        for part in range(N_PARTS):
            fitted = fit([one for one, of in zip(boards, parts, strict=True) if of != part], scales)
            for place in np.flatnonzero(parts == part):
                one = boards[place]
                odds[place] = fitted.intercept + one["pairs"] @ np.array(fitted.weights)
                grouped[place] = predicted(one, fitted, fitted.threshold)
        scores = np.concatenate(odds)
        found["auc"].append(roc_auc_score(together, scores))
        found["kappa"].append(cohen_kappa_score(together, np.concatenate(grouped)))
        found["share"].append(np.mean([one.mean() for one in grouped]))
    per_round = bootstrap(boards, odds)
    return {
        "auc": rounded(np.mean(found["auc"])),
        "auc_interval": per_round,
        "auc_of_cosine_alone": rounded(roc_auc_score(together, cosines)),
        "auc_of_each": {
            name: rounded(auc_of(boards, number)) for number, name in enumerate(FEATURES)
        },
        "kappa_of_groups": rounded(np.mean(found["kappa"])),
        "share_put_together_by_groups": rounded(np.mean(found["share"])),
        "roc": {"this judge": roc(together, scores), "cosine alone": roc(together, cosines)},
    }


def auc_of(boards, number):
    values = np.concatenate([one["pairs"][:, number] for one in boards])
    area = roc_auc_score(np.concatenate([one["together"] for one in boards]), values)
    return max(area, 1 - area)


def bootstrap(boards, odds):
    """Draw rounds again, with replacement: pairs of one round are not independent."""
    generator = np.random.default_rng(0)
    areas = []
    for _ in range(500):
        drawn = generator.integers(len(boards), size=len(boards))
        together = np.concatenate([boards[i]["together"] for i in drawn])
        areas.append(roc_auc_score(together, np.concatenate([odds[i] for i in drawn])))
    return [rounded(end) for end in np.quantile(areas, (0.025, 0.975))]


def roc(together, scores):
    """Read the curve at a few false positive rates."""
    false, true, _ = roc_curve(together, scores)
    return {f"{at:g}": rounded(np.interp(at, false, true)) for at in AT}


def drawn(report):
    """Draw both ROC curves, through the figures of the report."""
    lines, legend = [], []
    for number, (name, curve) in enumerate(report["roc"].items()):
        color = ("#1f6feb", "#6e7781")[number]
        points = [(0, 0), *((float(at), share) for at, share in curve.items())]
        path = " ".join(f"{60 + 340 * x:.1f},{360 - 340 * y:.1f}" for x, y in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        area = report["auc" if number == 0 else "auc_of_cosine_alone"]
        place = f'x="210" y="{300 + 20 * number}" fill="{color}"'
        legend.append(f"<text {place}>{name}: AUC {area:.2f}</text>")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 410" font-family="sans-serif" '
        'font-size="13"><rect width="420" height="410" fill="white"/>'
        '<path d="M60 20V360H400" fill="none" stroke="#24292f"/>'
        '<path d="M60 360L400 20" stroke="#d0d7de" stroke-dasharray="4"/>'
        f"{''.join(lines)}{''.join(legend)}"
        '<text x="230" y="395" text-anchor="middle">share of pairs apart, taken for together</text>'
        '<text x="25" y="190" text-anchor="middle" transform="rotate(-90 25 190)">'
        "share of pairs together, found</text></svg>\n"
    )


def on_the_sample(dataset, vectors, calibration):
    """Score each prompt of the sample as the judge was asked to."""
    judge = EmbeddingJudge(vectors, calibration)
    run = agent.run(dataset, judge, agent.Settings(by="prompt", n_rounds=300, target_width=None))
    return {name: figures(run.scores[name]) for name in PROMPTS}


def on_the_ladder(path, calibration, store):
    """Score the arms of the diversity ladder for several draws, and time it, vectors given."""
    dataset = read(path, "text")
    vectors = embed(dataset.texts.tolist(), load_embedder(), store).vectors
    judge = EmbeddingJudge(vectors, calibration)
    draws = []
    for seed in SEEDS:
        settings = agent.Settings(by="prompt", n_rounds=300, target_width=None, random_state=seed)
        began_s = time.process_time()
        run = agent.run(dataset, judge, settings)
        draws.append({
            "processor_s": round(time.process_time() - began_s, 2),
            "topics_right": in_order(run, TOPICS),
            "copies_right": in_order(run, COPIES),
            "scores": {name: figures(run.scores[name]) for name in run.groups},
        })  # fmt: skip
    long = agent.run(dataset, judge, agent.Settings(by="prompt", n_rounds=MANY, target_width=None))
    return {
        "draws_of_300_rounds": draws,
        f"{MANY}_rounds": {name: figures(long.scores[name]) for name in long.groups},
    }


def in_order(run, arms):
    """Tell whether D, and whether 2D, rises along the arms."""
    values = [(run.scores[arm].d.value, run.scores[arm].effective_groups.value) for arm in arms]
    return {
        name: all(one[i] < other[i] for one, other in pairwise(values))
        for i, name in enumerate(("D", "2D"))
    }


def figures(score):
    return {
        "D": rounded(score.d.value),
        "D_interval": [rounded(end) for end in score.d.interval],
        "2D": rounded(score.effective_groups.value),
        "2D_interval": [rounded(end) for end in score.effective_groups.interval],
    }


def rounded(value):
    return float(f"{value:.4g}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=FOLDER, metavar="FOLDER", help="where the public sets are"
    )
    parser.add_argument("--store", help="where vectors are kept; by default nowhere")
    return parser.parse_args()


if __name__ == "__main__":
    main()
