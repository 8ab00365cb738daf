# SPDX-License-Identifier: Apache-2.0
"""`papr serve` as its clients see it: real model, real store, real sockets, real signals."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import PROGRAM, Papr

KEY = "The spare key is under the blue flowerpot"
TULIP = "The guest network is called tulip"


class Server:
    """A running `papr --json serve`."""

    def __init__(
        self, papr: Papr, *arguments: object, program: Sequence[object] = (PROGRAM,)
    ) -> None:
        self.process = subprocess.Popen(
            [
                *map(str, program),
                *("--json", "serve", "--listen", "127.0.0.1:0"),
                *map(str, arguments),
            ],
            env=papr.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.started = json.loads(self.process.stdout.readline())
        assert "listening" in self.started, self.started
        self.address = urlsplit(self.started["listening"])
        self.token = Path(self.started["token_file"]).read_text().strip()

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict]:
        connection = http.client.HTTPConnection(
            self.address.hostname, self.address.port, timeout=60
        )
        usual = {"X-API-Key": self.token, "Content-Type": "application/json"}
        connection.request(method, path, body, usual | (headers or {}))
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer

    def search(self, path: str = "/v1/memory/search", **body: object) -> tuple[int, dict]:
        return self.request("POST", path, json.dumps(body).encode())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code, and all that it has printed since it listens."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out + err


@contextmanager
def serving(
    papr: Papr, *arguments: object, program: Sequence[object] = (PROGRAM,)
) -> Iterator[Server]:
    server = Server(papr, *arguments, program=program)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


@pytest.fixture
def filled(papr: Papr) -> Papr:
    papr.json("add", "--id", "key", "--user", "ada", "--metadata", "place=garden", KEY)
    papr.json("add", "--id", "wifi", "--user", "bob", TULIP)
    return papr


def ids_of(answer: dict) -> list[str]:
    return [memory["id"] for memory in answer["data"]["memories"]]


def test_a_search_is_answered_as_the_papr_api_would(filled: Papr) -> None:
    with serving(filled) as server:
        status, answer = server.search(query="how do I get into the house")
        assert status == 200
        assert list(answer) == ["code", "status", "data", "error", "details", "search_id"]
        assert (answer["code"], answer["status"], answer["error"]) == (200, "success", None)
        assert answer["data"]["nodes"] == []
        assert ids_of(answer) == ["key", "wifi"]
        first = answer["data"]["memories"][0]
        assert (first["content"], first["user_id"], first["type"]) == (KEY, "ada", "text")
        assert first["metadata"] == {"place": "garden"}
        local = filled.json("search", "how do I get into the house")["hits"][0]
        assert first["similarity_score"] == pytest.approx(local["score"], abs=1e-9)


def test_filters_are_honoured_or_refused(filled: Papr) -> None:
    with serving(filled) as server:
        assert ids_of(server.search(query="key", user_id="bob")[1]) == ["wifi"]
        assert ids_of(server.search(query="key", external_user_id="ada")[1]) == ["key"]
        assert ids_of(server.search(query="key", metadata={"place": "garden"})[1]) == ["key"]
        custom = {
            "customMetadata": {"place": "garden"}
        }  # as clients send names that are not the API's
        assert ids_of(server.search(query="key", metadata=custom)[1]) == ["key"]
        status, answer = server.search(query="key", namespace_id="elsewhere")
        assert (status, answer["error"]) == (404, "No relevant items found")
        status, answer = server.search(query="key", search_acl={"read": ["user:ada"]})
        assert (status, answer["detail"][0]["loc"]) == (422, ["body", "search_acl"])
        status, answer = server.search("/v1/memory/search?max_memories=5", query="key")
        assert (status, answer["detail"][0]["loc"]) == (422, ["query", "max_memories"])


def test_nobody_gets_in_without_the_token_or_under_another_name(filled: Papr) -> None:
    with serving(filled) as server:
        assert server.request("GET", "/")[0] == 200
        assert server.request("GET", "/", headers={"X-API-Key": "wrong"})[0] == 401
        bearer = {"X-API-Key": "", "Authorization": f"Bearer {server.token}"}
        assert server.request("GET", "/", headers=bearer)[0] == 200
        assert server.request("GET", "/", headers={"Host": "evil.example"})[0] == 403
        assert server.request("GET", "/", headers={"Origin": "http://evil.example"})[0] == 403


def test_what_is_written_while_it_runs_is_found(filled: Papr) -> None:
    with serving(filled) as server:
        filled.json("add", "--id", "cat", "The cat sleeps on the piano")
        assert ids_of(server.search(query="where is the cat")[1])[0] == "cat"


def test_parallel_searches_all_get_their_own_answer(filled: Papr) -> None:
    asked = [("spare key of the house", "key"), ("name of the guest network", "wifi")] * 16
    with serving(filled) as server, ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda one: server.search(query=one[0]), asked)
        for (_, expected), (status, answer) in zip(asked, answers, strict=True):
            assert (status, ids_of(answer)[0]) == (200, expected)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_within_a_second(filled: Papr, number: signal.Signals) -> None:
    with serving(filled) as server:
        assert server.search(query="key")[0] == 200
        address = (server.address.hostname, server.address.port)
        # Neither who is silent nor who dawdles holds it up.
        with socket.create_connection(address), socket.create_connection(address) as slow:
            slow.sendall(b"POST /v1/memory/search HTTP/1.1\r\nHost:")
            before = time.monotonic()
            code, _ = server.stop(number)
            assert time.monotonic() - before < 1
        assert code == 0


def test_with_a_model_that_hangs_each_search_ends_and_others_get_their_turn(filled: Papr) -> None:
    stuck = filled.home / "stuck"
    program = (os.environ["PAPR_DRILL"], f"stuck={stuck}")
    with serving(filled, "--search-limit", "700ms", program=program) as server:
        assert server.search(query="key")[0] == 200
        stuck.touch()
        # Twice as many as there are workers, each of which is held for as long as the limit.
        with ThreadPoolExecutor(16) as pool:
            before = time.monotonic()
            answers = list(pool.map(lambda _: server.search(query="my secret wish"), range(16)))
            assert time.monotonic() - before < 5
        for status, answer in answers:
            assert status == 504
            assert (answer["code"], answer["status"], answer["data"]) == (504, "error", None)
            assert "took too long" in answer["error"]
            assert "wish" not in json.dumps(answer)
        assert server.request("GET", "/")[0] == 200
        before = time.monotonic()
        code, _ = server.stop()
        assert time.monotonic() - before < 2
        assert code == 0


def test_a_signal_ends_it_although_a_search_hangs(filled: Papr) -> None:
    stuck = filled.home / "stuck"
    program = (os.environ["PAPR_DRILL"], f"stuck={stuck}")
    with serving(filled, program=program) as server:
        stuck.touch()
        body = b'{"query": "key"}'
        request = (
            f"POST /v1/memory/search HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {server.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        address = (server.address.hostname, server.address.port)
        with socket.create_connection(address) as client:
            client.sendall(request.encode() + body)
            # Answered after it, so the search is running then.
            assert server.request("GET", "/")[0] == 200
            before = time.monotonic()
            code, _ = server.stop()
            assert time.monotonic() - before < 8
        assert code == 3


def test_a_search_limit_that_is_none_is_wrong_usage(filled: Papr) -> None:
    for limit in ("0s", "soon"):
        error = filled.error("serve", "--search-limit", limit, exit_code=2)
        assert "--search-limit" in error["message"]


def test_nothing_that_was_asked_and_no_token_is_printed(filled: Papr) -> None:
    with serving(filled) as server:
        server.search(query="my secret wish")
        server.search(query=["my secret wish"])
        server.request("GET", "/my-secret-path", headers={"X-API-Key": "my-secret-key"})
        token = server.token
        code, printed = server.stop()
        assert code == 0
        assert printed == ""
        assert token not in json.dumps(server.started)


def test_two_servers_on_one_token_file_share_it(filled: Papr) -> None:
    file = filled.home / "deep" / "er" / "token"
    with serving(filled, "--token-file", file) as one, serving(filled, "--token-file", file) as two:
        assert one.address.port != two.address.port
        assert one.token == two.token
        assert one.search(query="key")[0] == two.search(query="key")[0] == 200
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_token_lies_in_the_data_folder_unless_told_otherwise(filled: Papr) -> None:
    with serving(filled) as server:
        file = Path(server.started["token_file"])
        assert file.name == "serve-token"
        assert file.is_relative_to(filled.home)
        assert len(server.token) == 64


def test_a_token_that_others_may_read_is_refused_with_a_remedy(filled: Papr) -> None:
    file = filled.home / "token"
    file.write_text("a" * 64)
    file.chmod(0o644)
    error = filled.error("serve", "--listen", "127.0.0.1:0", "--token-file", file, exit_code=1)
    assert error["code"] == "denied"
    assert "chmod 600" in error["remedy"]


def test_a_port_that_is_taken_is_an_error_that_says_so(filled: Papr) -> None:
    with serving(filled) as server:
        error = filled.error("serve", "--listen", server.address.netloc, exit_code=1)
        assert error["code"] == "unavailable"
        assert server.address.netloc in error["message"]
        assert "port 0" in error["remedy"]


def test_wrong_usage_is_told_before_anything_is_opened(papr: Papr) -> None:
    assert papr.error("serve", "--listen", "8377", exit_code=2)["code"] == "invalid_argument"
    error = papr.error("serve", "--listen", "127.0.0.1:0", exit_code=1)
    assert (error["code"], str(papr.store) in error["message"]) == ("not_found", True)
    assert not papr.store.exists()


def test_people_are_told_where_it_listens_and_how_to_use_it(filled: Papr) -> None:
    command = [str(PROGRAM), "serve", "--listen", "0.0.0.0:0"]
    process = subprocess.Popen(
        command, env=filled.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        lines = []
        while not lines or "export" not in lines[-1]:
            lines.append(process.stderr.readline())
            assert lines[-1], lines
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    text = "".join(lines)
    assert out == ""
    assert process.returncode == 0
    assert "plain HTTP" in text
    assert "listening on http://0.0.0.0:" in text
    assert "2 memories" in text
    assert 'PAPR_MEMORY_API_KEY="$(cat ' in text
