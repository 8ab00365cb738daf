# SPDX-License-Identifier: Apache-2.0
"""Off macOS, by default, the guard opens no file, starts no thread and no process."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

# What opens, looks at or changes files; what a heap or a clock asks for is in neither.
OF_FILES = re.compile(
    r"(open\w*|creat|\w*stat\w*|access\w*|faccessat\w*|readlink\w*|mkdir\w*|rename\w*|unlink\w*"
    r"|link\w*|symlink\w*|chmod|chdir|inotify\w*)\("
)
OF_PROCESSES = re.compile(r"(clone\w*|v?fork|execve\w*|socket\w*|pipe2?|eventfd2?)\(")
PROGRAM = os.environ["PAPR_QUIET_GUARD"]


def trace(folder: Path, *arguments: object) -> list[str]:
    """The calls between the marks, each without the number of its process."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    log = folder / "calls"
    done = subprocess.run(
        [strace, "-f", "-y", "-o", log, PROGRAM, *map(str, arguments)],
        env=os.environ | {"HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    text = log.read_text() if log.exists() else ""
    if '"begin' not in text:
        pytest.skip(f"strace cannot trace here: {done.stderr.strip()[:200]}")
    assert done.returncode == 0, done.stderr
    lines = [re.sub(r"^\d+ +", "", line) for line in text.splitlines()]
    begin = next(
        i for i, line in enumerate(lines) if line.startswith("write(1") and "begin" in line
    )
    end = next(i for i, line in enumerate(lines) if line.startswith("write(1") and "end" in line)
    # That the patterns know what they look for: the program's own start is full of it.
    assert any(OF_FILES.match(line) for line in lines[:begin])
    assert any(OF_PROCESSES.match(line) for line in lines[:begin])
    return lines[begin + 1 : end]


def files_of(calls: list[str]) -> set[str]:
    """What each call on files names, or has open."""
    touched = set()
    for line in filter(OF_FILES.match, calls):
        named = re.search(r'"([^"]*)"', line)
        opened = re.search(r"\d+<([^>]*)>", line)
        found = (named and named[1]) or (opened and opened[1])
        touched.add(found or line)
    return touched


def test_the_guard_asks_nothing_of_the_system(tmp_path: Path) -> None:
    calls = trace(tmp_path, "loader")
    assert files_of(calls) == set()
    assert [line for line in calls if OF_PROCESSES.match(line)] == []


def test_a_load_touches_the_package_alone(tmp_path: Path) -> None:
    calls = trace(tmp_path, "load")
    assert {
        path for path in files_of(calls) if not path.startswith("/nowhere/x.mlpackage")
    } == set()
    assert [line for line in calls if OF_PROCESSES.match(line)] == []


def test_a_search_touches_model_and_store_alone_and_leaves_no_state(tmp_path: Path) -> None:
    calls = trace(tmp_path, "search", tmp_path)
    own = tuple(
        str(tmp_path / name) for name in ("m.mlpackage", "memories.sqlite", "tokenizer.json")
    )
    touched = files_of(calls)
    assert any(path.startswith(own[1]) for path in touched)
    # SQLite looks whether a part of the way to the store is a link, and seeds its random numbers;
    # OpenSSL, which hashes the model, reads its settings.
    libraries = {str(folder) for folder in (tmp_path, *tmp_path.parents)} | {"/dev/urandom"}
    others = {path for path in touched - libraries if not path.endswith("/openssl.cnf")}
    assert {path for path in others if not path.startswith(own)} == set()
    # A load and a search have a thread each, so that a deadline holds; the guard has none.
    started = [line for line in calls if OF_PROCESSES.match(line) and "CLONE_THREAD" not in line]
    assert started == []
    assert not (tmp_path / "state").exists()
