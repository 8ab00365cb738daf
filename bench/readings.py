# SPDX-License-Identifier: Apache-2.0
"""One reading of memory pressure: each of our sources beside the seed's way, in one run.

The seed is Python: for each check it runs `memory_pressure -Q` and `vm_stat` through subprocess and
searches what they print. Here both it and our source `macos-tools` run programs that do nothing but
print recorded outputs, so that their times are the least that the real tools could take.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import time
from pathlib import Path

TOOLS = ("memory_pressure", "vm_stat", "sysctl")
NATIVE = ("linux", "macos")
SEED = "seed"
WANTED_TIMES = 500  # cheaper than the seed's way, of a reading where the system itself is asked
SEED_CHECKS = 40  # in each round


def seeds_check(environment: dict[str, str]) -> tuple[float, int, int]:
    """Free percent, swapins and swapouts, as the seed comes by them."""

    def output_of(*command: str) -> str:
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=2, check=True
        ).stdout

    free = re.search(r"free percentage: (\d+)%", output_of("memory_pressure", "-Q"))
    counters = output_of("vm_stat")
    ins, outs = (re.search(rf"{name}:\s+(\d+)", counters) for name in ("Swapins", "Swapouts"))
    return float(free[1]), int(ins[1]), int(outs[1])


def seeds_check_us(environment: dict[str, str]) -> float:
    times = []
    for _ in range(SEED_CHECKS):
        start = time.perf_counter()
        seeds_check(environment)
        times.append((time.perf_counter() - start) * 1e6)
    return statistics.median(times)


def lay_out(folder: Path, recorded: Path, tool: Path) -> dict[str, str]:
    """An environment in which the macOS tools are programs that print recorded outputs."""
    shutil.rmtree(folder, ignore_errors=True)
    for kind, file in (
        ("memory_pressure", "quiet-apple-silicon-16gb-66pct-2026-09-01.txt"),
        ("vm_stat", "macos27.0-26A428-mte-32gb-heavy-swap-before.txt"),
        ("sysctl", "swapusage-macos27-heavy-used9689.txt"),
    ):
        outputs = folder / "outputs"
        outputs.mkdir(parents=True, exist_ok=True)
        shutil.copy(recorded / kind / file, outputs / f"{kind}.txt")
    for name in TOOLS:
        (folder / name).symlink_to(tool)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "FAKE_MAC_DIR": str(folder / "outputs")}


def measure(programs: Path, folder: Path, recorded: Path, rounds: int) -> dict[str, list[float]]:
    """Microseconds by source and round. A source that this machine lacks is left out."""
    environment = lay_out(folder, recorded, programs / "papr_recorded_tool")
    calm = folder / "calm.json"
    calm.write_text('{"free_percent": 61}')
    sources = ("none", f"file:{calm}", *NATIVE, "macos-tools")
    bench = [programs / "papr_reading_bench", *sources]
    if seeds_check(environment) != (66.0, 1024615, 3028624):
        raise ValueError("the seed's way does not read what was recorded")
    results: dict[str, list[float]] = {}
    for _ in range(rounds):  # Interleaved: a noisy minute hits all of them alike.
        output = subprocess.run(
            list(map(str, bench)), env=environment, capture_output=True, text=True, check=True
        )
        for source, us in json.loads(output.stdout).items():
            if us is not None:
                results.setdefault(source, []).append(us)
        results.setdefault(SEED, []).append(seeds_check_us(environment))
    return results


def print_table(results: dict[str, list[float]]) -> None:
    rounds = len(results[SEED])
    print(f"\nOne reading of memory pressure, medians of {rounds} rounds")
    print(f"{'':<38}{'µs':>9}{'the seed costs':>18}")
    seed = statistics.median(results[SEED])
    for source, times in sorted(results.items(), key=lambda row: statistics.median(row[1])):
        us = statistics.median(times)
        name = "the seed's way: two subprocesses" if source == SEED else f"source {source}"
        print(f"{name:<38}{us:>9.2f}{seed / us:>17,.{0 if seed > 10 * us else 1}f}x")
    print("The seed's and macos-tools' programs only print what was recorded: a lower bound.")
    for source in filter(results.__contains__, NATIVE):
        times = seed / statistics.median(results[source])
        verdict = "met" if times >= WANTED_TIMES else "NOT met"
        print(f"Source {source} is to be {WANTED_TIMES}x cheaper than the seed's way: {verdict}")
