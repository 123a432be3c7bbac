"""Make the run that the package ships: rounds that a real language model judged over the sample.

    python benchmarks/make_sample_run.py --rounds PATH/rounds.jsonl

Each line of the file is a round as the model answered it: `ids` of the records shown, `clusters`
with `samples`, `reason` and `valid`, `drawn_from`, `judge` (which of its four sessions answered).
Rounds over one prompt keep its name; those over all are named by their K.
"""

import argparse
import gzip
import json
from pathlib import Path

from diversity import agent, samples
from diversity.agent.answers import Group, Verdict
from diversity.agent.rounds import answered, verified
from diversity.usage import Usage

JUDGE = "a large language model (recorded, November 2026)"
OUT = Path(samples.__file__).with_name("recorded_run.json.gz")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=Path, metavar="FILE")
    path = parser.parse_args().rounds
    if not path:
        print("left out: --rounds names no file; the shipped run stays as it is")
        return
    lines = path.read_text("utf-8").splitlines()
    dataset = samples.load()
    row_of = {name: row for row, name in enumerate(dataset.records["id"])}
    rounds = [a_round(json.loads(line), row_of) for line in lines]
    rows = sorted({row for held in rounds for row in held.rows})
    sizes = {name: len(found) for name, found in dataset.groups("prompt").items()}
    groups = dict.fromkeys(held.group for held in rounds)
    run = agent.Run(
        judge=JUDGE,
        is_llm=True,
        settings=agent.Settings(by="prompt", n_rounds=len(rounds), target_width=None),
        dataset=dataset.fingerprint,
        groups={name: sizes.get(name, len(dataset)) for name in sorted(groups)},
        criteria=agent.PAPER,
        rounds=tuple(sorted(rounds, key=lambda held: (held.group, held.number))),
        texts={row: dataset.texts[row] for row in rows},
        usage=Usage(usd=None),
        ending="rounds",
    )
    content = json.dumps(agent.run_as_json(run), ensure_ascii=False)
    OUT.write_bytes(gzip.compress(content.encode("utf-8"), mtime=0))


def a_round(line, row_of):
    """Take a round as it was answered: grouping and verification came in one answer."""
    rows = [row_of[name] for name in line["ids"]]
    groups = [
        Group(sample_indices=one["samples"], uniqueness_reasoning=one["reason"])
        for one in line["clusters"]
    ]
    held = answered(line["round"], group_of(line["drawn_from"]), rows, groups, Usage(usd=None))
    verdicts = [
        Verdict(cluster=str(number), valid=one["valid"])
        for number, one in enumerate(line["clusters"], 1)
    ]
    return verified(held, verdicts, Usage(usd=None))


def group_of(drawn_from):
    return f"all prompts, K = {drawn_from[3:]}" if drawn_from.startswith("ALL") else drawn_from


if __name__ == "__main__":
    main()
