# SPDX-License-Identifier: Apache-2.0
"""Our clear of a large cache beside `rm -rf` of an identical copy, and our survey beside `du`.

Each clear has a copy of its own, written in full and on the disk before the clock starts, by turns:
in process, as `papr cache clear --force`, and `rm -rf` of the same entries.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

PLACE = Path("Library/Caches/ai.papr.ondevice/com.apple.e5rt.e5bundlecache/24E214")
ENTRIES, FILES, BYTES = 50, 200, 100_000  # 10,000 files, 1 GB
SURVEYED_ENTRIES, SURVEYED_BYTES = 500, 100  # 100,000 files
WANTED_RATIO, WANTED_VISIBLE_MS = 2.0, 5.0
WAYS = ("in process", "papr cache clear --force", "rm -rf")


def make(home: Path, entries: int, file_bytes: int) -> Path:
    """Entries of 200 files each in our own place below `home`. Gives the caches folder."""
    content = os.urandom(file_bytes)
    for entry in range(entries):
        bundle = home / PLACE / f"{entry:04}" / f"{entry:04}.bundle"
        bundle.mkdir(parents=True)
        for file in range(FILES):
            (bundle / f"{file:04}.e5").write_bytes(content)
    return home / "Library" / "Caches"


def timed_ms(command: list[object], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), env=environment, capture_output=True, check=True)
    return (time.perf_counter() - start) * 1e3


def run_json(*command: object) -> dict:
    output = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return json.loads(output.stdout)


def clear_one(way: str, build: Path, home: Path) -> dict:
    caches = make(home, ENTRIES, BYTES)
    os.sync()  # Blocks that are not on the disk yet cost less to delete than those that are.
    environment = os.environ | {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    if way == "in process":
        result = run_json(build / "bench" / "papr_clear_bench", "clear", caches)
    elif way == "rm -rf":
        entries = sorted((home / PLACE).iterdir())
        result = {"ms": timed_ms(["rm", "-rf", *entries], environment)}
    else:
        clear = [build / "papr", "cache", "clear", "--force", "--caches-dir", caches]
        result = {"ms": timed_ms(clear, environment)}
    left = list((home / PLACE).iterdir())
    if left:
        raise ValueError(f"{way} left {len(left)} entries")
    os.sync()  # What the journal still has to write is not the next one's.
    shutil.rmtree(home)
    return result


def survey_both(build: Path, home: Path, rounds: int) -> dict[str, list[float]]:
    caches = make(home, SURVEYED_ENTRIES, SURVEYED_BYTES)
    os.sync()
    bench = build / "bench" / "papr_clear_bench"
    run_json(bench, "survey", caches)  # From here on all that is asked for is in memory.
    results: dict[str, list[float]] = {"survey": [], "du -s": []}
    for _ in range(rounds):
        results["survey"].append(run_json(bench, "survey", caches)["survey_ms"])
        results["du -s"].append(timed_ms(["du", "-s", caches], dict(os.environ)))
    shutil.rmtree(home)
    return results


def measure(build: Path, work: Path, rounds: int) -> dict:
    shutil.rmtree(work, ignore_errors=True)
    clears: dict[str, list[dict]] = {way: [] for way in WAYS}
    for _ in range(rounds):  # Interleaved: a noisy minute hits all of them alike.
        for way in WAYS:
            clears[way].append(clear_one(way, build, work / "home"))
    return {"clears": clears, "surveys_ms": survey_both(build, work / "home", rounds)}


def print_table(results: dict) -> None:
    clears = results["clears"]
    rounds = len(clears["rm -rf"])
    print(
        f"\nA clear of {ENTRIES * FILES:,} files, {ENTRIES * FILES * BYTES / 1e9:.0f} GB, "
        f"medians of {rounds} rounds"
    )
    base = statistics.median(row["ms"] for row in clears["rm -rf"])
    for way in WAYS:
        ms = statistics.median(row["ms"] for row in clears[way])
        print(f"{way:<38}{ms:>9.0f} ms{ms / base:>9.2f}x")
        if way != "rm -rf":
            verdict = "met" if ms <= WANTED_RATIO * base else "NOT met"
            print(f"  is to take at most {WANTED_RATIO:.0f}x the time of rm -rf: {verdict}")
    parts = {
        part: statistics.median(row[part] for row in clears["in process"])
        for part in ("survey_ms", "plan_ms", "clear_ms")
    }
    print("  of that: " + ", ".join(f"{part[:-3]} {ms:.0f} ms" for part, ms in parts.items()))
    visible = [row["visible_ms"] for row in clears["in process"]]
    verdict = "met" if max(visible) < WANTED_VISIBLE_MS else "NOT met"
    print(
        f"Half of it is gone to be seen for {statistics.median(visible):.2f} ms, at worst "
        f"{max(visible):.2f} ms; is to be below {WANTED_VISIBLE_MS:.0f} ms: {verdict}"
    )
    for name, times in results["surveys_ms"].items():
        seconds = statistics.median(times) / 1e3
        print(f"{name} of {SURVEYED_ENTRIES * FILES:,} files: {seconds:.2f} s")
