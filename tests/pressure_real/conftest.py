# SPDX-License-Identifier: Apache-2.0
"""Real pressure: a limited cgroup of our own, a swap file, programs in the group."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from keeper import SYSTEM_PATH

SWAP_MB = 512
PATIENCE_S = 20


class Keeper:
    """The process that cleans up: it outlives this one, whatever kills it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("keeper.py")],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def will_undo(self, kind: str, path: Path) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{kind} {path}\n")
        self.process.stdin.flush()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    keeper = Keeper()
    yield keeper
    keeper.close()


def memory_hierarchy() -> tuple[int, Path]:
    """The version and the mount of the cgroups that count memory."""
    first = any(
        "memory" in line.split(":")[1].split(",")
        for line in Path("/proc/self/cgroup").read_text().splitlines()
    )
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        place, _, kind = line.partition(" - ")
        words = kind.split()
        if words[0] == "cgroup" and first and "memory" in words[2].split(","):
            return 1, Path(place.split()[4])
        if words[0] == "cgroup2" and not first:
            return 2, Path(place.split()[4])
    pytest.skip("no cgroup here counts memory")


@pytest.fixture
def group(request: pytest.FixtureRequest, keeper: Keeper) -> Path:
    """A cgroup that may hold as many megabytes as the module's LIMIT_MB says."""
    limit_mb = request.module.LIMIT_MB
    available_kb = next(
        int(line.split()[1])
        for line in Path("/proc/meminfo").read_text().splitlines()
        if line.startswith("MemAvailable:")
    )
    if available_kb < 1 << 20:
        pytest.skip("less than 1 GB of memory is available")
    version, mount = memory_hierarchy()
    folder = mount / f"papr_pressure_test_{os.getpid()}"
    limit = folder / ("memory.limit_in_bytes" if version == 1 else "memory.max")
    keeper.will_undo("group", folder)
    try:
        folder.mkdir()
        limit.write_text(str(limit_mb << 20))
    except OSError as error:
        pytest.skip(f"no limited cgroup can be made here: {error}")
    return folder


@pytest.fixture
def swap(keeper: Keeper, tmp_path: Path) -> None:
    """A swap file of our own."""
    mkswap, swapon = (shutil.which(name, path=SYSTEM_PATH) for name in ("mkswap", "swapon"))
    if mkswap is None or swapon is None:
        pytest.skip("mkswap and swapon are not installed")
    if shutil.disk_usage(tmp_path).free < 4 * SWAP_MB << 20:
        pytest.skip("too little room for a swap file")
    file = tmp_path / "swap"
    keeper.will_undo("swap", file)
    file.touch(mode=0o600)
    try:
        with file.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, SWAP_MB << 20)
    except OSError as error:
        pytest.skip(f"no swap file can be made here: {error}")
    for command in ([mkswap, file], [swapon, file]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"no swap can be had here: {done.stderr.strip()}")


class Program:
    """One of our programs in the group, spoken to in lines."""

    def __init__(
        self, command: list[str | Path], group: Path, home: Path, env: dict[str, str] | None = None
    ) -> None:
        self.lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"HOME": str(home)} | (env or {}),
        )
        # Neither does anything before its first line.
        (group / "cgroup.procs").write_text(str(self.process.pid))
        assert self.process.stdout is not None
        threading.Thread(target=self._collect, args=(self.process.stdout,), daemon=True).start()

    def _collect(self, output: IO[str]) -> None:
        for line in output:
            self.lines.put(line)

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def next(self, patience_s: float = PATIENCE_S) -> str:
        try:
            return self.lines.get(timeout=patience_s)
        except queue.Empty:
            pytest.fail(f"nothing for {patience_s} s; exit code {self.process.poll()}")

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=PATIENCE_S) == 0
