# SPDX-License-Identifier: Apache-2.0
"""What `papr search` makes of every way in which the Papr API can behave, over real sockets."""

from __future__ import annotations

import json
import socket
import statistics
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, repeat

import pytest
from conftest import LATE_MS, PROGRAM, Papr

KEY = "sk-very-secret-key"
QUERY = "where did I put the silver teapot"
Step = Callable[[socket.socket], None]


def answer(status: int, body: str, headers: str = "") -> bytes:
    data = body.encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(data)}\r\n{headers}\r\n"
    return head.encode() + data


def envelope(code: int, words: str) -> str:
    return json.dumps({"code": code, "status": "error", "data": None, "error": words})


def memories(count: int, content: str) -> str:
    rows = [{"id": f"m{i}", "content": content} for i in range(count)]
    return json.dumps({"code": 200, "status": "success", "data": {"memories": rows}})


HIT = answer(200, memories(1, "The teapot is in the attic"))


def say(data: bytes) -> Step:
    return lambda peer: peer.sendall(data)


def say_and_hang(data: bytes) -> Step:
    def step(peer: socket.socket) -> None:
        peer.sendall(data)
        peer.recv(1)  # until the client has had enough

    return step


def reset(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Server:
    """Answers the first request with the first step, and so on; the last one for ever."""

    def __init__(self, script: tuple[Step, ...]) -> None:
        self.requests = 0
        self._steps = chain(script, repeat(script[-1]))
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        # One request a connection: the client asks anew after each that is closed.
        with peer:
            try:
                self._read_request(peer)
                self.requests += 1
                next(self._steps)(peer)
            except OSError:
                pass  # the client left

    @staticmethod
    def _read_request(peer: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += peer.recv(65536) or pytest.fail("a request without an end")
        head, _, body = data.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        while len(body) < int(fields[b"content-length"]):
            body += peer.recv(65536)


@contextmanager
def serving(*script: Step) -> Iterator[Server]:
    server = Server(script)
    try:
        yield server
    finally:
        server.close()


@dataclass
class Row:
    name: str
    script: tuple[Step, ...]
    exit_code: int
    error: str | None = None  # its code; None: an answer
    attempts: int = 1
    says: str = ""
    hits: int = 1
    deadline_ms: int = 5000
    at_least_ms: int = 0


SOON = "retry-after-ms: 20\r\n"
ROWS = [
    Row("answers", (say(HIT),), 0),
    Row("404 of a search", (say(answer(404, envelope(404, "No relevant items"))),), 0, hits=0),
    Row(
        "404 of another kind",
        (say(answer(404, '{"detail":"Not Found"}')),),
        1,
        "not_found",
        says="answered 404: Not Found",
    ),
    Row("401", (say(answer(401, envelope(401, f"{KEY} is bad"))),), 1, "denied", says="[hidden]"),
    Row("413", (say(answer(413, "")),), 1, "unsupported", says="answered 413"),
    Row(
        "429, then answers",
        (say(answer(429, "", "Retry-After: 0.05\r\n")), say(HIT)),
        0,
        attempts=2,
        at_least_ms=50,
    ),
    Row(
        "429 until after the deadline",
        (say(answer(429, "", "Retry-After: 30\r\n")),),
        1,
        "unavailable",
        says="no time for another",
        deadline_ms=500,
    ),
    Row(
        "500 three times",
        (say(answer(500, envelope(500, "Database down"), SOON)),),
        1,
        "unavailable",
        attempts=3,
        says="answered 500: Database down (3 attempts)",
        at_least_ms=40,
    ),
    Row("resets", (reset,), 1, "unavailable", attempts=3, says="(3 attempts)", at_least_ms=1100),
    Row("hangs", (say_and_hang(b""),), 1, "timeout", deadline_ms=400, at_least_ms=400),
    Row(
        "stalls inside the body",
        (say_and_hang(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"data"'),),
        1,
        "timeout",
        deadline_ms=400,
        at_least_ms=400,
    ),
    Row("sends garbage", (say(b"\xff\x00\x01SSH-2.0\r\n\r\n"),), 1, "corrupt"),
    Row("sends a web page", (say(answer(200, "<html>Log in</html>")),), 1, "corrupt"),
    Row(
        "sends 10 MB of valid JSON",
        (say(answer(200, memories(10, "x" * 1_000_000))),),
        1,
        "corrupt",
        says="longer than 4194304 bytes",
    ),
]


@dataclass
class Outcome:
    done: subprocess.CompletedProcess[str]
    took_ms: float

    @property
    def json(self) -> dict:
        return json.loads(self.done.stdout)


def search(papr: Papr, server: Server, *arguments: object) -> Outcome:
    environment = papr.environment | {
        "PAPR_BASE_URL": server.url,
        "PAPR_MEMORY_API_KEY": KEY,
        "PAPR_EVENTS_FILE": str(papr.home / "events"),
    }
    before = time.monotonic()
    done = subprocess.run(
        [str(PROGRAM), "--json", "search", *map(str, arguments), QUERY],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Outcome(done, (time.monotonic() - before) * 1000)


@pytest.fixture(scope="module")
def start_ms(tmp_path_factory: pytest.TempPathFactory) -> float:
    """What a search takes that has nothing to wait for: the start of the process."""
    papr = Papr(tmp_path_factory.mktemp("start"))
    with serving(say(HIT)) as server:
        return statistics.median(search(papr, server, "--cloud").took_ms for _ in range(5))


def check_says_no_secret(papr: Papr, outcome: Outcome) -> None:
    error = outcome.json.get("error", {})
    told = json.dumps(error) + outcome.done.stderr + (papr.home / "events").read_text()
    assert [word for word in (KEY, QUERY, "secret", "teapot") if word in told] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(papr: Papr, start_ms: float, row: Row) -> None:
    # A busy machine may be late once; what is always late is a mistake.
    at_most_ms = row.deadline_ms + LATE_MS + start_ms
    for _ in range(5):
        with serving(*row.script) as server:
            outcome = search(papr, server, "--cloud", "--deadline", f"{row.deadline_ms}ms")
        if outcome.took_ms <= at_most_ms:
            break
    assert outcome.took_ms <= at_most_ms
    assert outcome.took_ms >= row.at_least_ms
    assert outcome.done.returncode == row.exit_code, outcome.done.stdout
    assert server.requests == row.attempts
    check_says_no_secret(papr, outcome)
    if row.error is None:
        assert outcome.json["answered_by"] == "cloud"
        assert outcome.json["degraded"] is False
        assert len(outcome.json["hits"]) == row.hits
        counted = f"{row.attempts} attempt" + "s" * (row.attempts > 1)
        assert outcome.json["actions"] == [f"asked the Papr API ({counted})"]
    else:
        assert outcome.json["error"]["code"] == row.error
        assert row.says in outcome.json["error"]["message"]


def test_without_a_local_store_the_cloud_answers_and_the_answer_says_why(papr: Papr) -> None:
    with serving(say(HIT)) as server:
        outcome = search(papr, server)
    assert outcome.done.returncode == 3, outcome.done.stdout
    assert outcome.json["answered_by"] == "cloud"
    assert outcome.json["degraded"] is True
    assert outcome.json["reason"]
    assert not papr.store.exists()


def test_without_a_local_store_a_cloud_that_hangs_is_a_failure_in_time(
    papr: Papr, start_ms: float
) -> None:
    with serving(say_and_hang(b"")) as server:
        outcome = search(papr, server, "--deadline", "400ms")
    assert outcome.done.returncode == 1
    assert outcome.json["error"]["code"] == "timeout"
    assert 400 <= outcome.took_ms <= 400 + LATE_MS + start_ms + 100
    check_says_no_secret(papr, outcome)


def test_the_single_words_of_the_query_are_hidden_too(papr: Papr) -> None:
    with serving(say(answer(422, envelope(422, "'Silver' cannot be searched for")))) as server:
        outcome = search(papr, server, "--cloud")
    assert "'[hidden]' cannot be searched for" in outcome.json["error"]["message"]
    assert "silver" not in (outcome.done.stdout + (papr.home / "events").read_text()).lower()
