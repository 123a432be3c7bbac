"""How long does writing a million records take, and how much memory on top of them?

Each format is written in a process of its own, from half of two million records in random order
(the costly case: a selection). ``python benchmarks/export.py`` writes benchmarks/export.json.
"""

import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

N_ROWS = 1_000_000
SUFFIXES = (".jsonl", ".csv", ".parquet")
ZIP = ".zip"
WORDS = np.array(["solar", "naïve", '"quoted"', "energy", "line\nbreak", "the", "of"], object)
OUT = Path(__file__).with_suffix(".json")


def records(n_rows):
    generator = np.random.default_rng(0)
    texts = [" ".join(row) for row in WORDS[generator.integers(0, len(WORDS), (n_rows, 12))]]
    return pd.DataFrame(
        {
            "text": pd.Series(texts, dtype="str"),
            "prompt": pd.Series([f"p{i % 7}" for i in range(n_rows)], dtype="str"),
            "turn": generator.integers(0, 10**9, n_rows),
            "score": generator.random(n_rows),
            "kept": generator.random(n_rows) > 0.5,
        }
    )


def resident_mb(which):
    """Read from Linux how much memory is in use (VmRSS), or was at most (VmHWM)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{which}:")[1].split()[0]) / 1024


def measure(suffix):
    from diversity.export.formats import format_of
    from diversity.export.packed import packed
    from diversity.export.sheet import sheet
    from diversity.export.write import _write
    from diversity.progress import finish

    rows = np.random.default_rng(1).permutation(2 * N_ROWS)[:N_ROWS]
    cells = sheet(records(2 * N_ROWS), rows)
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak until here
    before, cpu, wall = resident_mb("VmRSS"), time.process_time(), time.perf_counter()

    def write(path):
        return _write(format_of(path), path, cells, "writing", guard=True)

    with tempfile.TemporaryDirectory() as folder:
        if suffix == ZIP:  # what the dashboard's download does, JSON Lines in it
            with packed(write, "out.jsonl") as content:
                size = content.seek(0, 2)
        else:
            path = Path(folder) / f"out{suffix}"
            finish(write(path))
            size = path.stat().st_size
    return {
        "seconds": round(time.perf_counter() - wall, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "more_peak_mb": round(resident_mb("VmHWM") - before),
        "file_mb": round(size / 2**20, 1),
    }


def main():
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
        return
    measured = {}
    for suffix in (*SUFFIXES, ZIP):
        done = subprocess.run(
            [sys.executable, __file__, suffix], capture_output=True, text=True, check=True
        )
        measured[suffix] = json.loads(done.stdout)
        print(suffix, measured[suffix])
    machine = {"python": platform.python_version(), "load": Path("/proc/loadavg").read_text()[:4]}
    found = {"n_rows": N_ROWS, "machine": machine, "formats": measured}
    OUT.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
