"""Every test has a home of its own and no network but this machine's."""

import importlib
import socket

import pytest

LOCAL = ("127.0.0.1", "localhost", "::1")


def pytest_sessionstart():
    """Import umap-learn before any thread does: it warns, and pytest sets its filters anew a test.

    A thread that imports it while the next test begins would find every warning an error.
    """
    importlib.import_module("umap")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Keep the store of the tests away from the user's."""
    monkeypatch.setenv("DIVERSITY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def local_only(self, address):
        if self.family != socket.AF_UNIX and address[0] not in LOCAL:
            raise OSError(f"the tests have no network: {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
