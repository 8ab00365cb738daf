# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of the report: each has a limit, and none of them can end the report."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

KEPT = 6000  # characters of an output, its end; enough for an error and what led to it
STOP_LIMIT_S = 15  # papr serve ends within 5 s


def end_group(process: subprocess.Popen) -> None:
    """Ends what was started, and all that it started: each runs in a session of its own."""
    # It may have ended, of which macOS says the second.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def parse_object(text: str) -> dict | None:
    """The one JSON object that `papr --json` prints; nothing where it is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def how_it_ended(code: int | None, limit_s: float) -> str:
    if code is None:
        return f"stopped after {limit_s:g} s"
    return f"signal {-code}" if code < 0 else f"exit {code}"


def run_step(
    name: str,
    argv: list,
    environment: dict[str, str],
    limit_s: float = 120,
    allowed: tuple[int, ...] = (0,),
    needed: bool = True,
) -> dict:
    """Runs one command to its end or its limit; what came of it, as it stands in the report.
    Where it is not `needed`, its failure is no fault of the report.

    Output goes to files: a child that is left behind can hold a pipe open for ever.
    """
    words = [str(word) for word in argv]
    step = {"name": name, "command": " ".join(words), "needed": needed, "exit_code": None}
    step["seconds"] = 0.0
    start = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(
                words,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        except OSError as error:
            said = error.strerror or str(error)
            return {**step, "ended": "not started", "ok": False, "output": "", "error": said}
        try:
            step["exit_code"] = process.wait(timeout=limit_s)
        except subprocess.TimeoutExpired:
            pass
        finally:
            end_group(process)
        step["seconds"] = round(time.monotonic() - start, 4)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    step["ended"] = how_it_ended(step["exit_code"], limit_s)
    step["ok"] = step["exit_code"] in allowed
    result = parse_object(texts[0])
    if result is not None:
        step["result"] = result
    # A result of JSON is kept whole; of a text its end is.
    step["output"] = "" if result is not None else texts[0][-KEPT:]
    step["error"] = texts[1][-KEPT:]
    return step


@contextmanager
def serving(program: Path, environment: dict[str, str], folder: Path, limit_s: float):
    """`papr serve` on a free port of loopback; gives its address and its token."""
    argv = [program, "--json", "serve", "--listen", "127.0.0.1:0"]
    log_path = folder / "serve.log"
    with log_path.open("w") as log:
        process = subprocess.Popen(
            [*map(str, argv), "--token-file", str(folder / "serve-token")],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        ready, _, _ = select.select([process.stdout], [], [], limit_s)
        started = parse_object(process.stdout.readline()) if ready else None
        if started is None or "listening" not in started:
            end_group(process)
            said = log_path.read_text(errors="replace")[-KEPT:].strip()
            raise OSError(f"papr serve did not start: {started or said or 'it says nothing'}")
        yield started["listening"], (folder / "serve-token").read_text().strip()
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            end_group(process)
        process.stdout.close()


def timed_searches(
    address: str, token: str, queries: list[str], count: int, limit_s: float
) -> list[float]:
    """Milliseconds of each of `count` searches, one after the other over one connection."""
    host = urlsplit(address)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=limit_s)
    headers = {"X-API-Key": token, "Content-Type": "application/json"}
    found = []
    try:
        for number in range(count):
            body = json.dumps({"query": queries[number % len(queries)]})
            start = time.perf_counter()
            connection.request("POST", "/v1/memory/search", body, headers)
            response = connection.getresponse()
            text = response.read()
            found.append(round((time.perf_counter() - start) * 1e3, 3))
            if response.status != 200:
                said = text[:300].decode(errors="replace")
                raise OSError(f"papr serve answered {response.status}: {said}")
    except http.client.HTTPException as error:
        raise OSError(f"papr serve: {type(error).__name__}: {error}") from error
    finally:
        connection.close()
    return found
