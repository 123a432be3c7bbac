"""How long from a file of 5,000 short texts to its map, when nothing is warm?

Each alternative runs in processes of its own, in turn: ours (``diversity map``, which also finds
clusters, their names and near-duplicates), plain sentence-transformers and umap-learn in a script
of five lines, and embedding-atlas up to the moment it serves its page. All use the same model
from this machine and read the same file. *First* is a process with no compiled code of numba on
disk, as after an installation; *later* finds what the first one left. Results of earlier runs are
never found. Beside the seconds on the wall stand those of the processor, which hardly depend on
what else the machine does.

    python benchmarks/cold_path.py --data FOLDER --atlas VENV/bin/embedding-atlas
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.public import FOLDER
from diversity.dataset import read
from diversity.embedders.minilm import installed_folder

N_RECORDS = 5_000
LIMIT_S = 400
PLAIN = """
import sys, pandas, umap
from sentence_transformers import SentenceTransformer
texts = pandas.read_parquet(sys.argv[1])["text"].tolist()
vectors = SentenceTransformer(sys.argv[2]).encode(texts)
umap.UMAP().fit_transform(vectors)
"""
PACKAGES = ("numpy", "numba", "umap-learn", "torch", "sentence-transformers", "openvino")
TARGETS = {"plain": 3, "atlas": 5}


def main():
    arguments = parse_arguments()
    if not (arguments.data / "banking77/data.parquet").exists():
        print("left out: --data names no folder with banking77/data.parquet")
        return
    with TemporaryDirectory() as folder:
        file = Path(folder, "texts.parquet")
        records = read(arguments.data / "banking77/data.parquet", "text").records
        records[["text"]].head(N_RECORDS).to_parquet(file)
        commands = alternatives(file, arguments.atlas)
        load = os.getloadavg()[0]
        seconds = time_all(commands, arguments.rounds)
    load = f"{load:.1f} before, {os.getloadavg()[0]:.1f} after"
    report = about(load, arguments.atlas) | {"n_records": N_RECORDS, "seconds": seconds}
    report["times_ours"] = {when: ratios(part) for when, part in seconds.items()}
    report["targets"] = TARGETS
    arguments.out.write_text(json.dumps(report, indent=1) + "\n")


def alternatives(file, atlas):
    """List name to (command, what it prints last or None if it ends by itself)."""
    model = str(installed_folder())
    ours = [sys.executable, "-m", "diversity", "map", str(file), "--text", "text"]
    commands = {
        "ours": ([*ours, "--out", str(file.with_name("map.parquet")), "--force"], None),
        "plain": ([sys.executable, "-c", PLAIN, str(file), model], None),
    }
    if atlas:
        command = [str(atlas), str(file), "--text", "text", "--model", model]
        commands["atlas"] = (command, "URL:")
    else:
        print("embedding-atlas is left out: --atlas names no program")
    return commands


def time_all(commands, n_rounds):
    """Run every alternative in turn, with and without the compiled code of the one before."""
    seconds = {
        when: {name: {"wall": [], "processor": []} for name in commands}
        for when in ("first", "later")
    }
    for _ in range(n_rounds):
        with TemporaryDirectory() as compiled:
            for when, runs in seconds.items():
                for name, (command, last) in commands.items():
                    wall, processor = time_one(command, last, Path(compiled, name))
                    runs[name]["wall"].append(round(wall, 1))
                    runs[name]["processor"].append(round(processor, 1))
                    print(f"{when:6} {name:6} {wall:6.1f} s {processor:6.1f} s", flush=True)
    return seconds


def time_one(command, last, compiled):
    """Time one process from its start to its end, or to the line that holds `last`.

    Returns seconds on the wall and seconds of the processor.
    """
    before = processor_s()
    with TemporaryDirectory() as home:
        environment = os.environ | {
            "DIVERSITY_HOME": home,
            "XDG_CACHE_HOME": home,
            "NUMBA_CACHE_DIR": str(compiled),
            "HF_HUB_OFFLINE": "1",
            "PYTHONUNBUFFERED": "1",
        }
        start = time.perf_counter()
        with subprocess.Popen(
            command,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            written = until(process, last)
            taken = time.perf_counter() - start
            if last and last in written[-1]:
                process.terminate()
            elif process.wait(LIMIT_S) or last:
                raise RuntimeError(f"{command[0]} failed:\n{''.join(written)}")
        return taken, processor_s() - before


def processor_s():
    """Sum up what the processes that have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def until(process, last):
    """Read what a process writes up to the line that holds `last`, else up to its end."""
    written = [""]
    for line in process.stdout:
        written.append(line)
        if last and last in line:
            break
    else:
        process.wait(LIMIT_S)
    return written


def ratios(seconds):
    return {
        name: {
            clock: round(statistics.median(runs[clock]) / statistics.median(ours), 2)
            for clock, ours in seconds["ours"].items()
        }
        for name, runs in seconds.items()
        if name != "ours"
    }


def about(load, atlas):
    return {
        "machine": f"{processor()}, {os.cpu_count()} cores, load {load}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES} | atlas_version(atlas),
    }


def processor():
    """Name the processor."""
    names = Path("/proc/cpuinfo")
    lines = names.read_text().splitlines() if names.exists() else []
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def atlas_version(atlas):
    if not atlas:
        return {}
    said = subprocess.run([str(atlas), "--version"], capture_output=True, text=True, check=True)
    return {"embedding-atlas": said.stdout.split()[-1]}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=FOLDER, metavar="FOLDER", help="where the public sets are"
    )
    parser.add_argument("--atlas", type=Path, help="the program embedding-atlas, if there is one")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
