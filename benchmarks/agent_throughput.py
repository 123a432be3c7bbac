"""Does a run of the cluster-agent keep its calls in flight, or does it wait for itself?

A server in a process of its own answers each call after half a second; 300 rounds over the
built-in sample are judged with 16 calls at once. The ideal is calls x 0.5 s / 16, as if the server
were never idle. The second run replays the first from the ledger.

    python benchmarks/agent_throughput.py
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from diversity import agent, samples
from diversity.ledger import Ledger
from diversity.llm import LiteLLM

ROOT = Path(__file__).parents[1]
OUT = Path(__file__).with_suffix(".json")
ANSWER_S, CONCURRENCY, N_ROUNDS = 0.5, 16, 300


def main() -> None:
    report = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}",
        "answer_s": ANSWER_S,
        "concurrency": CONCURRENCY,
        "n_rounds": N_ROUNDS,
        "import_litellm_s": timed(import_litellm),
    }
    dataset = samples.load()
    settings = agent.Settings(n_rounds=N_ROUNDS, target_width=None, concurrency=CONCURRENCY, by="")
    with tempfile.TemporaryDirectory() as folder, served() as address:
        for name in ("asked", "replayed"):
            model = LiteLLM("openai/judge", address, ledger=Ledger(f"{folder}/calls.sqlite"))
            report[name] = measured(dataset, agent.LLMJudge(model), settings)
    asked = report["asked"]
    asked["ideal_s"] = round(asked["calls"] * ANSWER_S / CONCURRENCY, 2)
    asked["ratio"] = round(asked["took_s"] / asked["ideal_s"], 3)
    report["load"] = [round(load, 1) for load in os.getloadavg()]
    written = json.dumps(report, indent=2)
    print(written)
    OUT.write_text(written + "\n")


def import_litellm() -> None:
    environment = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    subprocess.run([sys.executable, "-c", "import litellm"], check=True, env=environment)


def measured(dataset, judge, settings) -> dict:
    began_s, cpu_s = time.perf_counter(), time.process_time()
    run = agent.run(dataset, judge, settings, agent.PAPER)
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    usage = run.usage
    n_calls = usage.calls + usage.cached_calls
    return {
        "calls": usage.calls,
        "cached_calls": usage.cached_calls,
        "took_s": round(took_s, 2),
        "cpu_ms_a_call": round(1000 * cpu_s / n_calls, 2),
    }


class served:  # noqa: N801  (a context manager)
    """Run the slow judge in a process of its own."""

    def __enter__(self):
        behave = "tests.llm_judge:slowly"
        command = [sys.executable, str(ROOT / "tests" / "llm_server.py"), "--behave", behave]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        return self.process.stdout.readline().strip()

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def timed(work) -> float:
    began_s = time.perf_counter()
    work()
    return round(time.perf_counter() - began_s, 2)


if __name__ == "__main__":
    main()
