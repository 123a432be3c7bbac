"""What every embedder promises, and what the default model promises on top."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from diversity import samples
from diversity.embedders import load_embedder, minilm
from diversity.embedders.api import ApiEmbedder
from diversity.embedders.hashing import HashingEmbedder
from diversity.embedders.openvino import OpenVinoEmbedder
from diversity.embedders.sentence_transformer import SentenceTransformerEmbedder
from diversity.embedding import DEFAULT_MODEL, embed
from diversity.errors import LLMError, ModelUnavailableError

TEXTS = ["A bicycle has two wheels.", "短い文書です。", "ok", "word " * 600, "🎉", "\x00 null"]


class EmbeddingServer(BaseHTTPRequestHandler):
    """Speaks OpenAI's protocol; its vectors hold the length of the text."""

    lose_one = False
    status = 200

    def do_POST(self):
        texts = json.loads(self.rfile.read(int(self.headers["content-length"])))["input"]
        rows = [
            {"object": "embedding", "index": index, "embedding": [1.0, float(len(text))]}
            for index, text in enumerate(texts)
        ]
        rows = rows[::-1][: len(rows) - self.lose_one]
        answer = {"object": "list", "data": rows, "model": "m", "usage": {"total_tokens": 1}}
        body = json.dumps(answer).encode()
        self.send_response(self.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "canary-key")
    server = ThreadingHTTPServer(("127.0.0.1", 0), EmbeddingServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def plain():
    return SentenceTransformerEmbedder(DEFAULT_MODEL, minilm.installed_folder())


@pytest.fixture(scope="module")
def fast():
    return OpenVinoEmbedder(DEFAULT_MODEL, minilm.installed_folder())


@pytest.mark.parametrize("name", ["hashing", "plain", "fast"])
def test_one_finite_row_a_text_whatever_its_batch(name, request):
    embedder = HashingEmbedder() if name == "hashing" else request.getfixturevalue(name)
    together = embed(TEXTS, embedder).vectors
    alone = np.concatenate([embed([text], embedder).vectors for text in TEXTS])
    assert together.dtype == np.float32
    assert (together * alone).sum(axis=1).min() > 0.999


def test_both_engines_give_the_same_vectors_and_the_same_truncation(plain, fast):
    assert (embed(TEXTS, plain).vectors * embed(TEXTS, fast).vectors).sum(axis=1).min() > 0.9995
    assert plain.truncated(TEXTS).tolist() == fast.truncated(TEXTS).tolist()
    assert plain.truncated(TEXTS).tolist() == [False, False, False, True, False, False]


def test_the_default_model_reproduces_the_vectors_of_the_sample():
    texts = samples.load().texts[::50].tolist()
    similarity = (embed(texts, load_embedder()).vectors * samples.vectors()[::50]).sum(axis=1)
    assert similarity.min() > 0.9999


def test_an_engine_that_gives_other_vectors_is_refused():
    class Wrong(HashingEmbedder):
        def __init__(self):
            super().__init__(n_dimensions=384)

    with pytest.raises(ModelUnavailableError, match="does not reproduce"):
        minilm.checked(Wrong())


def test_foreign_weights_are_refused(monkeypatch):
    monkeypatch.setattr(minilm, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelUnavailableError, match="not those of all-MiniLM-L6-v2"):
        minilm.installed_folder()


@pytest.mark.filterwarnings("default")
def test_an_api_embeds_through_a_real_socket_in_the_order_asked(server):
    texts = [f"{'x' * n}" for n in range(1, 200)]
    vectors = ApiEmbedder("openai/some-model", server).encode(texts)
    assert vectors[:, 1].tolist() == list(range(1, 200))


@pytest.mark.filterwarnings("default")
def test_an_api_that_loses_a_vector_is_an_error(server, monkeypatch):
    monkeypatch.setattr(EmbeddingServer, "lose_one", True)
    with pytest.raises(LLMError, match="2 vectors for 3 texts"):
        ApiEmbedder("openai/some-model", server).encode(["a", "b", "c"])


@pytest.mark.filterwarnings("default")
def test_an_api_that_refuses_is_an_error_without_the_key(server, monkeypatch):
    monkeypatch.setattr(EmbeddingServer, "status", 401)
    with pytest.raises(LLMError) as caught:
        ApiEmbedder("openai/some-model", server).encode(["a"])
    assert "canary-key" not in str(caught.value)
