#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The drill: one question asked in every sort of trouble, and a table of what came of it.

Another `papr serve` on loopback is the machine that answers instead; a folder of made-up caches
stands for ~/Library/Caches; pressure comes from a file or from recorded outputs of macOS's tools;
a load that fails, hangs or is slow is `papr_drill`, which is papr with a mishap at every load.
Run by `make demo`; tests/cli/test_drill.py holds each row to what it expects.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import fake_caches  # noqa: E402, found only with the line above

RECORDED = ROOT / "tests" / "data" / "macos_outputs"
FAKE_TOOLS = ROOT / "tests" / "fake_macos_tools"
QUERY = "watch what files a program opens"
OWN_MB, LEGACY_MB = 40, 20
NO_MEMORY = "fail=Program load failed - no memory (transient; retry under lower memory pressure)"
BAD_IMAGE = "fail=bad program image (model may be corrupt or incompatible)"


@dataclass(frozen=True)
class Row:
    """One situation, and what must come of it. `level` is what the source will say."""

    name: str
    level: str
    source: str = "file"  # or "macos-tools": recorded outputs
    mishap: str = "none"
    remote: bool = True
    deadline_ms: int = 3000
    exit_code: int = 0
    answered_by: str | None = "local"
    clears: bool = False
    says: str = ""  # in the reason, or in the error's message


ROWS = (
    Row("all is well", "normal"),
    Row("memory is short", "warn", clears=True),
    Row("memory is very short", "critical", clears=True),
    Row("all is well", "normal", source="macos-tools"),
    Row("memory is short", "warn", source="macos-tools", clears=True),
    Row("memory is very short", "critical", source="macos-tools", clears=True),
    Row(
        "the load fails",
        "normal",
        mishap=BAD_IMAGE,
        exit_code=3,
        answered_by="cloud",
        says="bad program image",
    ),
    Row(
        "no memory to load",
        "critical",
        mishap=NO_MEMORY,
        exit_code=3,
        answered_by="cloud",
        clears=True,
        says="no memory",
    ),
    Row(
        "the load hangs",
        "critical",
        mishap="hang",
        exit_code=3,
        answered_by="cloud",
        clears=True,
        says="still loading",
    ),
    Row(
        "the load takes 2 s",
        "critical",
        mishap="slow=2s",
        exit_code=3,
        answered_by="cloud",
        clears=True,
        says="still loading",
    ),
    Row(
        "no memory, no remote",
        "critical",
        mishap=NO_MEMORY,
        remote=False,
        deadline_ms=6000,  # three tries, with up to 3.75 s between them
        exit_code=1,
        answered_by=None,
        clears=True,
        says="no memory",
    ),
    Row(
        "hangs, no remote",
        "critical",
        mishap="hang",
        remote=False,
        deadline_ms=1000,
        exit_code=1,
        answered_by=None,
        clears=True,
        says="no answer within 1000 ms",
    ),
    Row("takes 1 s, no remote", "critical", mishap="slow=1s", remote=False, clears=True),
)


@dataclass(frozen=True)
class Outcome:
    """What one search gave: its exit code, its JSON, its remarks and the events that it wrote."""

    exit_code: int
    answer: dict
    remarks: str
    events: list[dict]

    @property
    def freed_bytes(self) -> int:
        return sum(event.get("freed_bytes", 0) for event in self.named("cache_cleared"))

    @property
    def reason(self) -> str:
        error = self.answer.get("error")
        return error["message"] if error else self.answer["reason"] or ""

    @property
    def latency_ms(self) -> float:
        ended = self.named("search_finished") + self.named("search_failed")
        return ended[-1]["latency_ms"]

    @property
    def actions(self) -> str:
        """What was done on the way, in short."""
        steps = ["clear"] if self.freed_bytes else []
        loads = len(self.named("load_started"))
        steps += [] if not loads else ["load"] if loads == 1 else [f"load x{loads}"]
        steps += ["ask API"] if self.answer.get("answered_by") == "cloud" else []
        return " → ".join(steps)

    def named(self, name: str) -> list[dict]:
        return [event for event in self.events if event["event"] == name]


@contextmanager
def remote(papr: Path, model: Path, store: Path, folder: Path):
    """`papr serve` on a free port of loopback; gives what a client of it has in its environment."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [papr, "--json", "serve", "--listen", "127.0.0.1:0", "--token-file", folder / "token"],
            env={
                **plain_environment(folder),
                "PAPR_MODEL": str(model),
                "PAPR_STORE": str(store),
                "PAPR_EVENTS_FILE": str(folder / "events.jsonl"),
            },
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        started = json.loads(process.stdout.readline() or "{}")
        if "listening" not in started:
            raise OSError(f"papr serve did not start: {started}")
        yield {
            "PAPR_BASE_URL": started["listening"],
            "PAPR_MEMORY_API_KEY": (folder / "token").read_text().strip(),
        }
    finally:
        process.terminate()
        process.wait(timeout=30)


def plain_environment(home: Path) -> dict[str, str]:
    """The environment without any setting of ours, and with a home of the drill's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAPR_")}
    return {**kept, "HOME": str(home), "XDG_DATA_HOME": str(home / "data")}


def pressure_of(row: Row, folder: Path) -> dict[str, str]:
    """The settings that make the source say what the row wants."""
    if row.source == "file":
        free = {"normal": 61.0, "warn": 35.2, "critical": 12.0}[row.level]
        file = folder / "pressure.json"
        file.write_text(json.dumps({"free_percent": free}))
        return {"PAPR_PRESSURE_SOURCE": f"file:{file}"}
    outputs = folder / "outputs"
    outputs.mkdir()
    shutil.copy(RECORDED / "sysctl" / "swapusage-zero.txt", outputs / "sysctl.txt")
    calm = RECORDED / "memory_pressure" / "apple-silicon-32gb-86pct-2026-05-24.txt"
    if row.level == "normal":
        shutil.copy(calm, outputs / "memory_pressure.txt")
        name = "apple-silicon-32gb-low-free-no-swap-2026-05-24.txt"
    else:
        # Recorded at 37 % free; of a critical moment there is no recording, so its form is used.
        name = "apple-silicon-16gb-real-pressure-2026-09-06-w35.txt"
        free = 37 if row.level == "warn" else 12
        text = calm.read_text().replace("free percentage: 86%", f"free percentage: {free}%")
        (outputs / "memory_pressure.txt").write_text(text)
    shutil.copy(RECORDED / "vm_stat" / name, outputs / "vm_stat.txt")
    return {
        "PAPR_PRESSURE_SOURCE": "macos-tools",
        "FAKE_MAC_DIR": str(outputs),
        "PATH": f"{FAKE_TOOLS}{os.pathsep}{os.environ['PATH']}",
    }


@dataclass(frozen=True)
class Site:
    """Where a drill takes place: program, model, store, and how the remote is reached."""

    papr_drill: Path
    model: Path
    store: Path
    cloud: dict[str, str]


def run(row: Row, site: Site, folder: Path, anew: bool = True) -> Outcome:
    """One search in the situation of the row; `anew`: as if none had been in `folder` before."""
    if anew:
        shutil.rmtree(folder, ignore_errors=True)
    done = start(row, site, folder, "--json")
    lines = (folder / "events.jsonl").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    return Outcome(done.returncode, json.loads(done.stdout), done.stderr, events)


def situation(row: Row, site: Site, folder: Path) -> dict[str, str]:
    """The environment of a program in that situation; `folder` is made when missing."""
    if not folder.exists():
        folder.mkdir(parents=True)
        fake_caches.make(folder / "Caches", OWN_MB * fake_caches.MB, LEGACY_MB * fake_caches.MB)
    environment = {
        **plain_environment(folder),
        **pressure_of(row, folder),
        **(site.cloud if row.remote else {}),
        "PAPR_MODEL": str(site.model),
        "PAPR_STORE": str(site.store),
        "PAPR_CACHES_DIR": str(folder / "Caches"),
        "PAPR_EVENTS_FILE": str(folder / "events.jsonl"),
    }
    if row.mishap == "none":
        # So that a machine which is busy with other work does not count as late.
        environment["PAPR_HEDGE_AFTER"] = f"{row.deadline_ms}ms"
    return environment


def start(row: Row, site: Site, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The program in that situation, with these options before its command."""
    return subprocess.run(
        [site.papr_drill, row.mishap, *options, "search", QUERY, "-k", "3",
         "--deadline", f"{row.deadline_ms}ms"],
        env=situation(row, site, folder), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def cells(row: Row, outcome: Outcome) -> tuple[str, ...]:
    """The row as it is printed."""
    answer = outcome.answer
    level = f"{row.level} ({'recorded' if row.source == 'macos-tools' else 'file'})"
    freed = f"{outcome.freed_bytes / 1e6:.0f} MB" if outcome.freed_bytes else "-"
    short = outcome.reason.split("; then:")[0]
    short = short.split('.mlpackage": ')[-1].removeprefix("search: ")
    return (
        row.name,
        level,
        outcome.actions,
        freed,
        answer.get("answered_by", f"error, exit {outcome.exit_code}"),
        {True: "yes", False: "no"}.get(answer.get("degraded"), "-"),
        f"{outcome.latency_ms:.0f} ms",
        short if len(short) <= 60 else short[:59] + "…",
    )


HEADINGS = (
    "situation", "level", "actions", "freed", "answered by", "degraded", "latency", "reason",
)  # fmt: skip


def table(rows: list[tuple[str, ...]]) -> str:
    """Aligned columns with Markdown's bars, to be read here and pasted there."""
    widths = [max(len(row[i]) for row in [HEADINGS, *rows]) for i in range(len(HEADINGS))]

    def line(row):
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        return "| " + " | ".join(padded) + " |"

    bars = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([line(HEADINGS), bars, *map(line, rows)])


def drill_all(programs: Path, model: Path, store: Path, folder: Path) -> str:
    """Every row, one after the other; gives the table. The remote has a copy of the store."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy = folder / "remote.sqlite"
    shutil.copy(store, copy)
    papr = programs / "papr"
    with remote(papr, model, copy, folder / "remote") as cloud:
        site = Site(programs / "papr_drill", model, store, cloud)
        return table([cells(row, run(row, site, folder / str(i))) for i, row in enumerate(ROWS)])
