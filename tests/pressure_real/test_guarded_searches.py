# SPDX-License-Identifier: Apache-2.0
"""The same 300 searches without the guard and with it, under the same real pressure.

A searching program and a hog share a cgroup with a limit; another `papr serve`, outside of it, is
the machine that can answer instead. Prints one table and holds it to what the guard promises.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Program

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import drill  # noqa: E402, found only with the line above

HOG = os.environ["PAPR_PRESSURE_HOG"]
SEARCHES = os.environ["PAPR_GUARDED_SEARCHES"]
PAPR = Path(os.environ["PAPR_PROGRAM"])
PACKAGE = Path(os.environ["PAPR_MODELS_DIR"]) / "all-MiniLM-L6-v2"
PACKAGE_NAME = "all-MiniLM-L6-v2.mlpackage"

LIMIT_MB = 320
EVERY_S = 0.08  # a search, or as soon as the one before is over
DEADLINE_MS = 2000
LATE_MS = 50
BUDGET_MS = 150  # PAPR_LATENCY_BUDGET: what takes longer is not local's to answer
SUFFERS = 5  # times the calm p99: less, and there was no pressure to speak of
PATIENCE_S = 60
ROUNDS = 3


@dataclass(frozen=True)
class Phase:
    """`again`: before each search the hog gives all back and takes it once more."""

    searches: int
    hog_mb: int
    again: bool = False


# The program itself needs about 110 MB of the limit.
PHASES = (
    Phase(80, hog_mb=10),
    Phase(60, hog_mb=100),  # memory is short, nothing is swapped
    Phase(30, hog_mb=300, again=True),  # more than there is: the model is thrown out each time
    Phase(130, hog_mb=10),
)
SEARCH_COUNT = sum(phase.searches for phase in PHASES)


@dataclass(frozen=True)
class Search:
    """How one search went. `answered_by` is "error" where nobody answered."""

    latency_ms: float
    answered_by: str
    reason: str = ""


@dataclass(frozen=True)
class Run:
    name: str
    searches: list[Search]

    def percentile_ms(self, percent: int) -> float:
        """Nearest rank."""
        latencies = sorted(search.latency_ms for search in self.searches)
        return latencies[-(-len(latencies) * percent // 100) - 1]

    @property
    def worst_ms(self) -> float:
        return max(search.latency_ms for search in self.searches)

    def share(self, wanted) -> float:
        return sum(map(wanted, self.searches)) / len(self.searches)

    @property
    def share_late(self) -> float:
        return self.share(lambda search: search.latency_ms > DEADLINE_MS + LATE_MS)

    @property
    def share_local(self) -> float:
        return self.share(lambda search: search.answered_by == "local")

    def share_local_where(self, unguarded: Run) -> float:
        """Of the searches that took the unguarded run no longer than the budget."""
        kept = [
            mine.answered_by == "local"
            for mine, other in zip(self.searches, unguarded.searches, strict=True)
            if other.latency_ms <= BUDGET_MS
        ]
        return sum(kept) / len(kept)


def texts() -> list[str]:
    rows = map(json.loads, (ROOT / "tests" / "data" / "texts.jsonl").read_text().splitlines())
    return [row["text"] for row in rows if "text" in row and 4 < len(row["text"]) < 200]


QUERIES = [text for text in texts() if text.isascii() and text.isprintable()][:20]


class Site:
    """A store, its copy for the remote, and a model that nobody outside of the group has read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "memories.sqlite"
        lines = "".join(json.dumps({"content": text}) + "\n" for text in texts())
        subprocess.run(
            [PAPR, "--quiet", "import", "-"],
            env={
                **drill.plain_environment(folder),
                "PAPR_MODEL": str(PACKAGE / PACKAGE_NAME),
                "PAPR_STORE": str(self.store),
            },
            input=lines,
            text=True,
            check=True,
        )
        self.remote_store = folder / "remote.sqlite"
        shutil.copy(self.store, self.remote_store)
        # Pages of a file belong to the group that read them first, and only from that they are
        # taken when it is short of memory.
        shutil.copytree(PACKAGE, folder / "model")
        for file in (folder / "model").rglob("*"):
            if file.is_file():
                with file.open("rb") as opened:
                    os.fsync(opened.fileno())
                    os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def program(self, mode: str, group: Path, cloud: dict[str, str]) -> Program:
        home = Path(tempfile.mkdtemp(dir=self.folder))
        model = self.folder / "model" / PACKAGE_NAME
        return Program(
            [SEARCHES, mode, model, self.store, str(DEADLINE_MS)], group, home, env=cloud
        )


class Hog:
    def __init__(self, group: Path, home: Path) -> None:
        self.program = Program([HOG], group, home)

    def hold(self, megabytes: int) -> None:
        self.program.tell(f"hold {megabytes}")
        assert self.program.next(PATIENCE_S) == f"held {megabytes}\n"


def search(program: Program, query: str) -> Search:
    program.tell(query)
    answer = json.loads(program.next(PATIENCE_S))
    assert answer.get("hits", 1) > 0, "the store and its copy answer every query"
    return Search(
        answer["latency_ms"],
        answer.get("answered_by", "error"),
        answer.get("reason", "") or answer.get("error", ""),
    )


def warm_up(program: Program, answered_by: str) -> None:
    """Loads the model, and lets it plan for each length: none of that is in the numbers."""
    deadline = time.monotonic() + PATIENCE_S
    while search(program, QUERIES[0]).answered_by != answered_by:
        assert time.monotonic() < deadline, f"never answered by {answered_by}"
    for query in QUERIES:
        search(program, query)


def run_calm(name: str, program: Program, answered_by: str) -> Run:
    warm_up(program, answered_by)
    searches = []
    for number in range(SEARCH_COUNT):
        searches.append(search(program, QUERIES[number % len(QUERIES)]))
        time.sleep(EVERY_S)
    program.end()
    return Run(name, searches)


def run_under_pressure(name: str, program: Program, hog: Hog, answered_by: str = "local") -> Run:
    warm_up(program, answered_by)
    searches: list[Search] = []
    for phase in PHASES:
        hog.hold(phase.hog_mb)
        for _ in range(phase.searches):
            if phase.again:
                hog.hold(PHASES[0].hog_mb)
                hog.hold(phase.hog_mb)
            searches.append(search(program, QUERIES[len(searches) % len(QUERIES)]))
            time.sleep(EVERY_S)
    program.end()
    hog.program.end()
    return Run(name, searches)


def table(runs: list[Run], unguarded: Run, guarded: Run) -> str:
    headings = (
        f"{SEARCH_COUNT} searches", "p50", "p99", "worst", "local",
        f"local where unguarded ≤ {BUDGET_MS} ms", f"later than deadline + {LATE_MS} ms",
    )  # fmt: skip
    rows = [headings, ("-", *(["-:"] * (len(headings) - 1)))]
    for one in runs:
        times = (one.percentile_ms(50), one.percentile_ms(99), one.worst_ms)
        kept = f"{100 * one.share_local_where(unguarded):.1f} %" if one is guarded else ""
        rows.append(
            (
                one.name,
                *(f"{ms:.0f} ms" for ms in times),
                f"{100 * one.share_local:.1f} %",
                kept,
                f"{100 * one.share_late:.1f} %",
            )
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


@dataclass(frozen=True)
class Measured:
    calm: Run
    off: Run
    on: Run
    remote: Run

    @property
    def allowed_ms(self) -> float:
        """What p99 under pressure may be."""
        return 2 * self.calm.percentile_ms(99) + self.remote.percentile_ms(99)

    @property
    def over_ms(self) -> float:
        return self.on.percentile_ms(99) - self.allowed_ms

    @property
    def suffers(self) -> bool:
        return self.off.percentile_ms(99) >= SUFFERS * self.calm.percentile_ms(99)


def measure(site: Site, group: Path, folder: Path) -> Measured:
    with drill.remote(PAPR, PACKAGE / PACKAGE_NAME, site.remote_store, folder / "other") as cloud:

        def program(mode: str) -> Program:
            return site.program(mode, group, cloud)

        def hog() -> Hog:
            return Hog(group, folder / "hog")

        calm = run_calm("guard on, calm", program("on"), "local")
        off = run_under_pressure("guard off, under pressure", program("off"), hog())
        on = run_under_pressure("guard on, under pressure", program("on"), hog())
        # On the same two cores, so beside the same hog.
        remote = run_under_pressure("the remote alone", program("remote"), hog(), "cloud")
    measured = Measured(calm, off, on, remote)
    print(table([calm, off, on, remote], off, on))
    print(f"allowed under pressure, with the guard: p99 {measured.allowed_ms:.0f} ms")
    return measured


def test_the_guard_keeps_searches_fast_and_local(swap: None, group: Path, tmp_path: Path) -> None:
    site = Site(tmp_path)
    # A machine that is busy with other work is late by itself; what is slow is so each time.
    rounds: list[Measured] = []
    while len(rounds) < ROUNDS:
        rounds.append(measure(site, group, tmp_path))
        if rounds[-1].suffers and rounds[-1].over_ms <= 0:
            break  # the plan's own number; below it is held with what a busy machine adds
    suffering = [one for one in rounds if one.suffers]
    if not suffering:
        unguarded_ms = rounds[-1].off.percentile_ms(99)
        pytest.skip(f"no pressure to speak of: unguarded p99 {unguarded_ms:.0f} ms")
    best = min(suffering, key=lambda one: one.over_ms)
    assert best.calm.share_late == 0
    assert best.on.share_late <= 0.01
    assert best.over_ms <= LATE_MS
    assert best.on.percentile_ms(99) <= best.off.percentile_ms(99) / 2
    assert best.on.share_local_where(best.off) >= 0.8
