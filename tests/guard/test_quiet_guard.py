# SPDX-License-Identifier: Apache-2.0
"""Off macOS, by default, the guard opens no file, starts no thread and no process."""

import os
import re
import shutil
import subprocess

import pytest

# What opens, starts or connects; what a heap or a clock asks for is not in it.
FORBIDDEN = re.compile(
    r"^(?:\d+ +)?(open\w*|creat|stat\w*|newfstatat|access\w*|faccessat\w*|readlink\w*|mkdir\w*"
    r"|clone\w*|v?fork|execve\w*|socket|pipe2?|eventfd2?|inotify\w*)\("
)


def calls_between_the_marks(log: str) -> list[str]:
    lines = log.splitlines()
    begin = next(i for i, line in enumerate(lines) if 'write(1, "begin' in line)
    end = next(i for i, line in enumerate(lines) if 'write(1, "end' in line)
    return lines[begin + 1 : end]


def test_the_guard_asks_nothing_of_the_system(tmp_path):
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    log = tmp_path / "calls"
    done = subprocess.run(
        [strace, "-f", "-o", log, os.environ["PAPR_QUIET_GUARD"]],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    text = log.read_text() if log.exists() else ""
    if "begin" not in text:
        pytest.skip(f"strace cannot trace here: {done.stderr.strip()[:200]}")
    assert done.returncode == 0, done.stderr
    # That the pattern knows what it looks for: the program's own start is full of it.
    before = text.split('write(1, "begin')[0].splitlines()
    assert any(FORBIDDEN.match(line) for line in before)
    assert [line for line in calls_between_the_marks(text) if FORBIDDEN.match(line)] == []
