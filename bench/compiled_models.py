# SPDX-License-Identifier: Apache-2.0
"""A load whose compiled model was kept (docs/formats/compiled-models.md) beside one that compiles.

Each load is a process of its own, by turns: without a folder for compiled models; with one that is
empty, which is the first load ever; with one that has the model. Ready is the first prediction.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import time
from pathlib import Path

WAYS = ("compiled", "compiled and kept", "kept")
# Files that changed less than 2 s before they were read are read again by the next start.
REMEMBERED_AFTER_SECONDS = 2.2


def load(program: Path, package: Path, folder: Path | None) -> dict:
    command = [program, package, *([folder] if folder else [])]
    start = time.perf_counter()
    output = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return json.loads(output.stdout) | {"process_ms": (time.perf_counter() - start) * 1e3}


def bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measure(program: Path, work: Path, packages: dict[str, Path], rounds: int) -> dict[str, dict]:
    """By package: the loads of each way and the bytes on disk that keeping costs."""
    results = {}
    for name, package in packages.items():
        shutil.rmtree(work, ignore_errors=True)
        kept, empty = work / "kept", work / "empty"
        load(program, package, kept)
        time.sleep(REMEMBERED_AFTER_SECONDS)
        load(program, package, kept)
        loads: dict[str, list[dict]] = {way: [] for way in WAYS}
        for _ in range(rounds):  # Interleaved: a noisy minute hits all of them alike.
            shutil.rmtree(empty, ignore_errors=True)
            loads["compiled"].append(load(program, package, None))
            loads["compiled and kept"].append(load(program, package, empty))
            loads["kept"].append(load(program, package, kept))
        hashes = {one["hash"] for way in WAYS for one in loads[way]}
        if len(hashes) != 1:
            raise ValueError(f"{name}: what was kept does not answer as what was compiled")
        results[name] = {"loads": loads, "bytes": bytes_below(kept)}
    shutil.rmtree(work, ignore_errors=True)
    return results


def median(loads: list[dict], key: str) -> float:
    return statistics.median(one[key] for one in loads)


def print_table(results: dict[str, dict]) -> None:
    rounds = len(next(iter(results.values()))["loads"]["kept"])
    print(f"\nA load until its first prediction, in a new process, medians of {rounds} rounds")
    heads = ("load ms", "ready ms", "process ms", "warm ms", "peak MB")
    print(f"{'':<38}" + "".join(f"{head:>11}" for head in heads))
    for name, measured in results.items():
        for way, loads in measured["loads"].items():
            keys = ("load_ms", "ready_ms", "process_ms", "warm_ms")
            cells = [f"{median(loads, key):>11.1f}" for key in keys]
            print(
                f"{f'{name}, {way}':<38}{''.join(cells)}{median(loads, 'peak_bytes') / 1e6:>11.0f}"
            )
        ready = {way: median(loads, "ready_ms") for way, loads in measured["loads"].items()}
        ratio = ready["kept"] / ready["compiled"]
        print(
            f"{name}: ready in {ratio:.2f} of the time where it was kept, "
            f"for {measured['bytes'] / 1e6:.0f} MB of disk; answers are the same bit for bit"
        )
