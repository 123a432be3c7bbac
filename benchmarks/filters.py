"""How long does a filter take on a million records?

Times every kind of predicate, the reading of its text, and the counting of facets: the first time
and under each later filter. Texts come from a Parquet file, repeated; everything else is drawn at
random. Each number is the best of five runs, in milliseconds, on one thread.

    OMP_NUM_THREADS=1 python benchmarks/filters.py --data utterances.parquet:utterance
"""

import argparse
import json
import math
import os
import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.public import read_texts
from diversity.filters import Context, Filter, spread

N_RECORDS, N_DIMENSIONS, N_CLUSTERS = 1_000_000, 384, 300
CORNERS = [(math.cos(a) / 3 + 0.5, math.sin(a) / 3 + 0.5) for a in np.linspace(0, 6.2, 100)]
OUTLINE = ", ".join(f"{x:.3f} {y:.3f}" for x, y in CORNERS)
FILTERS = [
    'group = "b"',
    'group in ("a", "b", "c") and number > 50',
    "number = 3",
    "0.2 <= share < 0.4",
    "day between 2024-02-01 and 2024-03-01",
    "day_as_text between 2024-02-01 and 2024-03-01",
    'category = "b"',
    "flag = true",
    "mixed = 3",
    "cluster in (3, 5, 8)",
    "length >= 50",
    'text contains "solar"',
    'text contains "e"',
    "text matches /sol(ar|e)/",
    "text matches /sol(ar|e)/i",
    "text matches /(.*a.*){20}b.*c.*(d|e)+x{3,50}y/i",
    "near record 17 above 0.9",
    f"inside polygon ({OUTLINE})",
    "row in (5 to 5000)",
]
FACETS = [
    *("group", "number", "share", "day", "day_as_text", "category", "flag"),
    *("cluster", "length", "text", "identifier"),
]


def main() -> None:
    arguments = parse_arguments()
    context = make_context(arguments.data)
    inside = Filter.parse('group in ("a", "b")').mask(context)
    report = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}, one thread",
        "n_records": len(context),
        "mask_ms": {text[:60]: timed(lambda text=text: mask(text, context)) for text in FILTERS},
        "load": [round(load, 1) for load in os.getloadavg()],
        "facets_first_ms": {
            column: timed(lambda column=column: spread(context, column)) for column in FACETS
        },
        "facets_ms": {
            column: timed(lambda spread=spread: spread.facets(inside))
            for column, spread in ((column, spread(context, column)) for column in FACETS)
        },
        "parse_ms": {
            "one predicate": timed(lambda: Filter.parse('group = "b"')),
            "an outline of 100 corners": timed(lambda: Filter.parse(f"inside polygon ({OUTLINE})")),
            "100,000 characters": timed(lambda: Filter.parse("a in (" + "1, " * 33_000 + "1)")),
        },
    }
    written = json.dumps(report, indent=2)
    print(written)
    Path(arguments.out).write_text(written + "\n")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="", help="PATH.parquet:COLUMN")
    parser.add_argument("--out", default=str(Path(__file__).with_suffix(".json")))
    return parser.parse_args()


def make_context(data: str) -> Context:
    random = np.random.default_rng(0)
    texts = pd.Series(read_texts(data)[0], dtype="str")
    texts = pd.concat([texts] * -(-N_RECORDS // len(texts)), ignore_index=True)[:N_RECORDS]
    vectors = random.standard_normal((N_RECORDS, N_DIMENSIONS), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Context(
        make_records(random),
        texts,
        labels=random.integers(-1, N_CLUSTERS, N_RECORDS).astype(np.int32),
        vectors=vectors,
        coordinates=random.random((N_RECORDS, 2), dtype=np.float32),
    )


def make_records(random: np.random.Generator) -> pd.DataFrame:
    number = random.integers(0, 100, N_RECORDS)
    seconds = pd.to_timedelta(random.integers(0, 366 * 86_400, N_RECORDS), unit="s")
    day = pd.Series(pd.Timestamp("2024-01-01") + seconds)
    group = pd.Series(random.choice(list("abcdefgh"), N_RECORDS), dtype="str")
    mixed = number.astype(object)
    mixed[0] = "unknown"
    return pd.DataFrame(
        {
            "group": group,
            "number": number,
            "share": random.random(N_RECORDS),
            "day": day,
            "day_as_text": day.dt.strftime("%Y-%m-%d"),
            "category": group.astype("category"),
            "flag": number % 2 == 0,
            "mixed": mixed,
            "identifier": pd.Series(np.arange(N_RECORDS)).astype("str"),
        }
    )


def mask(text: str, context: Context) -> int:
    return int(Filter.parse(text).mask(context).sum())


def timed(work, repeats: int = 5) -> float:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return round(min(seconds) * 1e3, 2)


if __name__ == "__main__":
    main()
