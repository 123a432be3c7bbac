"""A server that speaks OpenAI's chat protocol over a real socket and behaves as it is told.

In a test::

    with serving(lambda request: said('{"yes": true}')) as server:
        model = LiteLLM("openai/judge", server.url)

By itself, for a browser or another process: ``python tests/llm_server.py --behave MODULE:NAME``.
"""

import argparse
import importlib
import json
import socket
import struct
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

KB = 1024


@dataclass(frozen=True)
class Request:
    """What was asked. `number` counts from 1; `messages` are those of the chat protocol."""

    number: int
    body: dict
    headers: dict
    at_s: float

    @property
    def messages(self):
        return self.body["messages"]

    @property
    def prompt(self):
        """The text of all turns."""
        return "\n".join(message["content"] for message in self.messages)


@dataclass(frozen=True)
class Reply:
    """How to answer.

    Parameters
    ----------
    text : str
        The answer's content.
    status : int
    after_s : float
        Wait before the first byte.
    drip_s : float
        Wait after each tenth of the body.
    cut : "before" | "within" | None
        Drop the connection there.
    finish : str
    refusal : str or None
    tokens : (int, int) or None
        Reported usage; None reports none.
    headers : dict
    body : str or None
        A whole body instead of one in the protocol.
    """

    text: str = ""
    status: int = 200
    after_s: float = 0.0
    drip_s: float = 0.0
    cut: str | None = None
    finish: str = "stop"
    refusal: str | None = None
    tokens: tuple | None = (100, 20)
    headers: dict = field(default_factory=dict)
    body: str | None = None


# the ready-made behaviours


def said(text, **how):
    return Reply(text if isinstance(text, str) else json.dumps(text), **how)


def prose_around(value):
    return Reply(f"Sure! Here are the groups.\n\n{json.dumps(value)}\n\nTell me if you need more.")


def fenced(value):
    return Reply(f"Here you are:\n```json\n{json.dumps(value, indent=1)}\n```\n")


def empty():
    return Reply("")


def too_many_requests(retry_after="1"):
    return failed(429, headers={"Retry-After": retry_after})


def failed(status=500, message="it broke", **how):
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}})
    return Reply(status=status, body=body, **how)


def silent(seconds=60.0):
    return Reply("too late", after_s=seconds)


def cut(where="within"):
    return Reply("x" * KB, cut=where)


def dripping(text, seconds=60.0):
    return Reply(text, drip_s=seconds / 10)


def refusing(text="I cannot help with that."):
    return Reply("", refusal=text)


def filtered():
    return Reply("", finish="content_filter")


def oversized(size=10_000_000):
    return Reply("x" * size)


class Server:
    """One listening server. `behave` maps a `Request` to a `Reply`; `requests` keeps all."""

    def __init__(self, behave, port=0):
        self.behave = behave
        self.requests = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._http = _Http(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def start(self):
        self._thread.start()

    def stop(self):
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def take(self, body, headers):
        with self._lock:
            request = Request(len(self.requests) + 1, body, headers, time.monotonic())
            self.requests.append(request)
        return request, self.behave(request)

    def wait(self, seconds):
        """Sleep, but not longer than the server lives."""
        self._closing.wait(seconds)


class _Http(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = True

    def handle_error(self, request, client_address):
        """Say nothing: clients that hang up are part of the tests."""


@contextmanager
def serving(behave, port=0):
    """Run a server while the block runs. `behave`: a function of a `Request`, or a list."""
    server = Server(_in_turn(behave) if isinstance(behave, list) else behave, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _in_turn(replies):
    """Give replies one after the other, the last one for ever."""
    return lambda request: replies[min(request.number, len(replies)) - 1]


def _handler(server):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self):
            length = int(self.headers["Content-Length"] or 0)
            body = json.loads(self.rfile.read(length))
            request, reply = server.take(body, dict(self.headers))
            server.wait(reply.after_s)
            if reply.cut == "before":
                self._drop()
                return
            content = (reply.body or _chat(request, reply)).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self._send(content, reply)

        def _send(self, content, reply):
            parts = 10 if reply.drip_s or reply.cut else 1
            step = -(-len(content) // parts)
            for start in range(0, len(content), step):
                self.wfile.write(content[start : start + step])
                if reply.cut == "within" and start >= len(content) // 2:
                    self._drop()
                    return
                server.wait(reply.drip_s)

        def _drop(self):
            self.close_connection = True
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

        def log_message(self, *_):
            """Keep quiet."""

    return Handler


def _chat(request, reply):
    message = {"role": "assistant", "content": reply.text}
    if reply.refusal is not None:
        message |= {"content": None, "refusal": reply.refusal}
    document = {
        "id": f"chat-{request.number}",
        "object": "chat.completion",
        "created": 0,
        "model": request.body.get("model", "judge"),
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
    }
    if reply.tokens:
        n_in, n_out = reply.tokens
        document["usage"] = {
            "prompt_tokens": n_in, "completion_tokens": n_out, "total_tokens": n_in + n_out
        }  # fmt: skip
    return json.dumps(document)


def main():
    """Serve until the process ends; print the address first."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--behave", default="tests.llm_server:empty_object", help="MODULE:FUNCTION")
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    module, _, name = chosen.behave.partition(":")
    with serving(getattr(importlib.import_module(module), name), chosen.port) as server:
        print(server.url, flush=True)  # noqa: T201  (the address is what the caller waits for)
        threading.Event().wait()


def empty_object(request):
    return said({})


if __name__ == "__main__":
    main()
