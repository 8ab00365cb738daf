# SPDX-License-Identifier: Apache-2.0
"""Real pressure: a limited cgroup of our own, a program that grows in it, a monitor beside it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from conftest import PATIENCE_S, Program

HOG = os.environ["PAPR_PRESSURE_HOG"]
WATCH = os.environ["PAPR_PRESSURE_WATCH"]
LIMIT_MB = 200
CALM_MB = 40
WARN_MB = 140  # of the limit 30 % are left
CRITICAL_MB = 178  # 11 %
BEYOND_MB = 300  # of which 100 have to be swapped out
# Stalls are told as a share of the last 10 s, so they fade: from 100 % to 10 % in 23 s.
STALLS_FADE_S = 60
LATE_S = 1.0


class Scene:
    """A monitor and a hog in one group, and what the monitor has told."""

    def __init__(self, group: Path, home: Path) -> None:
        self.hog = Program([HOG], group, home)
        self.watch = Program([WATCH], group, home)
        self.levels: list[str] = []
        self.hold(CALM_MB)
        self.watch.tell("start")
        first = self._told(PATIENCE_S)
        if first["level"] != "normal":
            pytest.skip(f"this machine is under pressure already: {first['reason']}")

    def hold(self, megabytes: int) -> int:
        """Returns when it began, in nanoseconds."""
        began_at = time.monotonic_ns()
        self.hog.tell(f"hold {megabytes}")
        assert self.hog.next() == f"held {megabytes}\n"
        return began_at

    def touch(self) -> None:
        self.hog.tell("touch")
        assert self.hog.next().startswith("touched")

    def _told(self, patience_s: float) -> dict:
        told = json.loads(self.watch.next(patience_s))
        if not told["asked"] and self.levels[-1:] != [told["level"]]:
            self.levels.append(told["level"])
        return told

    def wait_for(self, level: str, patience_s: float = PATIENCE_S) -> dict:
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            told = self._told(max(0.1, deadline - time.monotonic()))
            if told["level"] == level:
                return told
        pytest.fail(f"not {level} within {patience_s} s, but {self.levels}")

    def ask(self) -> dict:
        self.watch.tell("read")
        while not (told := self._told(PATIENCE_S))["asked"]:
            pass
        return told


@pytest.fixture
def scene(group: Path, tmp_path: Path) -> Scene:
    return Scene(group, tmp_path / "home")


@pytest.fixture
def swapping_scene(swap: None, group: Path, tmp_path: Path) -> Scene:
    return Scene(group, tmp_path / "home")


def late_s(told: dict, began_at: int, what: str) -> float:
    """Since the hog was told to change, so how long it took to is in it."""
    seconds = (told["told_at"] - began_at) / 1e9
    print(f"{what}: told after {1000 * seconds:.0f} ms: {told['reason']}")
    return seconds


def counters() -> tuple[int, int]:
    lines = dict(line.split() for line in Path("/proc/vmstat").read_text().splitlines())
    return int(lines["pswpin"]), int(lines["pswpout"])


def test_the_limit_of_the_own_group_is_seen_coming_and_going(scene: Scene) -> None:
    began_at = scene.hold(WARN_MB)
    assert late_s(scene.wait_for("warn"), began_at, "warn") < LATE_S
    began_at = scene.hold(CRITICAL_MB)
    critical = scene.wait_for("critical")
    assert late_s(critical, began_at, "critical") < LATE_S
    assert critical["free_percent"] <= 20
    began_at = scene.hold(CALM_MB)
    late_s(scene.wait_for("normal"), began_at, "normal, of which 500 are asked for")
    assert [level for level in scene.levels if level != "warn"] == ["normal", "critical", "normal"]
    assert scene.levels[:2] == ["normal", "warn"]


def test_swapping_is_critical_counted_as_the_kernel_counts_and_then_over(
    swapping_scene: Scene,
) -> None:
    scene = swapping_scene
    ins_before, outs_before = counters()
    scene.hold(WARN_MB)
    scene.wait_for("warn")
    began_at = scene.hold(BEYOND_MB)
    assert late_s(scene.wait_for("critical"), began_at, "critical, swapping") < LATE_S
    scene.touch()
    # Others may swap as well: equal in a moment in which nobody does.
    for _ in range(50):
        before = counters()
        told = scene.ask()
        if before == counters():
            break
    assert (told["swap_ins"], told["swap_outs"]) == before
    pages_beyond = (BEYOND_MB - LIMIT_MB) << 20 >> 12
    print(f"swapped: {before[0] - ins_before} pages in, {before[1] - outs_before} out")
    assert before[1] - outs_before >= pages_beyond * 0.9
    assert before[0] - ins_before >= pages_beyond * 0.9
    began_at = scene.hold(CALM_MB)
    late_s(scene.wait_for("normal", STALLS_FADE_S), began_at, "normal")
    assert [level for level in scene.levels if level != "warn"] == ["normal", "critical", "normal"]
