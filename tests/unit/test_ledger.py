"""What was paid for is kept, whoever asks and whenever the process dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from diversity.errors import StoreError
from diversity.ledger import Entry, Ledger


def entry(text="yes"):
    return Entry("model", text, "stop", 10, 2, 0.5)


def test_an_answer_is_there_when_the_file_is_opened_again(tmp_path):
    path = tmp_path / "folder" / "calls.sqlite"
    with Ledger(path) as ledger:
        ledger.put("a", entry())
    assert Ledger(path).get("a") == entry()


def test_an_unknown_price_stays_unknown(tmp_path):
    ledger = Ledger(tmp_path / "calls.sqlite")
    kept = ledger.put("a", Entry("model", "", "refused", 0, 0, None))
    assert kept.usd is None


def test_the_first_answer_counts(tmp_path):
    ledger = Ledger(tmp_path / "calls.sqlite")
    ledger.put("a", entry("first"))
    assert ledger.put("a", entry("second")).text == "first"
    assert len(ledger) == 1


def test_threads_share_it(tmp_path):
    ledger = Ledger(tmp_path / "calls.sqlite")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: ledger.put(str(i), entry(str(i))), range(200)))
        texts = list(pool.map(lambda i: ledger.get(str(i)).text, range(200)))
    assert texts == [str(i) for i in range(200)]


WRITER = """
import sys
from diversity.ledger import Entry, Ledger
ledger = Ledger(sys.argv[1])
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    ledger.put(str(number), Entry("model", "x" * 2000, "stop", 1, 1, None))
    print(number, flush=True)
"""


def writer(path, start, end):
    command = [sys.executable, "-c", WRITER, str(path), str(start), str(end)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_share_it(tmp_path):
    path = tmp_path / "calls.sqlite"
    processes = [writer(path, 0, 60), writer(path, 30, 90)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0]
    assert len(Ledger(path)) == 90


def test_a_new_ledger_may_be_opened_many_times_at_the_same_moment(tmp_path):
    together = threading.Barrier(6)

    def use(path):
        together.wait()
        with Ledger(path) as ledger:
            ledger.put(str(threading.get_ident()), entry())

    with ThreadPoolExecutor(6) as pool:
        for number in range(12):
            list(pool.map(use, [tmp_path / f"{number}.sqlite"] * 6))


def test_a_killed_process_loses_nothing_that_was_written(tmp_path):
    path = tmp_path / "calls.sqlite"
    written = -1
    for wait_s in (0.05, 0.11, 0.02):
        with writer(path, written + 1, written + 100_000) as process:
            process.stdout.readline()
            time.sleep(wait_s)
            os.kill(process.pid, signal.SIGKILL)
            said = process.stdout.read().split()
        written = max(written, *(int(number) for number in said[:-1] or ["0"]))
        ledger = Ledger(path)
        assert all(ledger.get(str(number)) is not None for number in range(written + 1))
        ledger.close()


def test_a_file_that_is_no_ledger_is_named(tmp_path):
    path = tmp_path / "calls.sqlite"
    path.write_bytes(b"not a database, but long enough to be one" * 50)
    with pytest.raises(StoreError, match=r"calls\.sqlite cannot be used"):
        Ledger(path).get("a")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be used"):
        Ledger(tmp_path / "file" / "calls.sqlite").put("a", entry())
