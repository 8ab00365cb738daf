#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures papr beside its peers in one run and writes the raw numbers to bench/results/.

One embedding (papr, ONNX Runtime, OpenVINO from Python; same texts, same threads, interleaved
rounds), the import rate, whole searches at two sizes, start to first answer, peak memory, loads of
models that were kept, one reading of memory pressure beside the seed's way, what the guard costs,
a clear beside rm -rf.
Uses build/release; `make bench` builds it first.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import clears  # noqa: E402  (beside this file)
import compiled_models  # noqa: E402
import readings  # noqa: E402

import corpus  # noqa: E402  (the folder of tools is only known here)

BUILD = ROOT / "build" / "release"
WORK = ROOT / "build" / "bench"
MODELS = ROOT / "build" / "models"
FP16 = MODELS / "all-MiniLM-L6-v2" / "all-MiniLM-L6-v2.mlpackage"
FP32 = MODELS / "all-MiniLM-L6-v2-fp32" / "all-MiniLM-L6-v2.mlpackage"
SIZES = (1_000, 10_000)
QUERIES = ROOT / "bench" / "queries.txt"


class Papr:
    """Runs the program with its folders below build/bench, so that a run leaves no trace."""

    def __init__(self, model: Path) -> None:
        self.environment = os.environ | {
            "PAPR_MODEL": str(model),
            "XDG_DATA_HOME": str(WORK / "data"),
            "XDG_CACHE_HOME": str(WORK / "cache"),
        }

    def json(self, *arguments: object) -> dict:
        command = [str(BUILD / "papr"), "--json", *map(str, arguments)]
        output = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True
        )
        return json.loads(output.stdout)

    def start_to_end_ms(self, *arguments: object) -> float:
        command = [str(BUILD / "papr"), "--json", *map(str, arguments)]
        start = time.perf_counter()
        subprocess.run(command, env=self.environment, capture_output=True, check=True)
        return (time.perf_counter() - start) * 1e3


def forget_pages(*paths: Path) -> None:
    """Asks the kernel to drop the files from its page cache, so that the next start is cold.

    OpenVINO's own libraries stay: other programs of the run have them open.
    """
    for path in paths:
        for file in [path] if path.is_file() else filter(Path.is_file, path.rglob("*")):
            with file.open("rb") as opened:
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def peer(name: str, threads: int, seconds: float) -> dict:
    command = [
        sys.executable,
        str(ROOT / "bench" / "peer.py"),
        name,
        *("--model", str(WORK / "all-MiniLM-L6-v2.onnx")),
        *("--tokenizer", str(FP32.parent / "tokenizer.json")),
        *("--texts", str(QUERIES)),
        *("--threads", str(threads)),
        *("--seconds", str(seconds)),
    ]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def one_embedding(threads: int, rounds: int, seconds: float) -> dict[str, list[dict]]:
    def ours(model: Path) -> dict:
        return Papr(model).json(
            *("model", "bench", "--texts", QUERIES),
            *("--threads", threads, "--duration", f"{seconds}s"),
        )

    ways = {
        "papr, fp16 weights, f32 arithmetic": lambda: ours(FP16),
        "papr, fp32 weights, f32 arithmetic": lambda: ours(FP32),
        "ONNX Runtime (Python), f32": lambda: peer("onnxruntime", threads, seconds),
        "OpenVINO (Python), f32": lambda: peer("openvino", threads, seconds),
    }
    results: dict[str, list[dict]] = {name: [] for name in ways}
    for _ in range(rounds):  # Interleaved: a noisy minute hits all of them alike.
        for name, measure in ways.items():
            results[name].append(measure())
    return results


def median(results: list[dict], key: str) -> float:
    return statistics.median(result[key] for result in results)


def import_and_search(threads: int) -> dict:
    texts = corpus.make(os.uname().sysname, max(SIZES))
    if len(texts) < max(SIZES):
        sys.exit(f"bench: the system lists {len(texts)} texts, not {max(SIZES)}: apt-get update")
    found: dict = {"rows": {}, "import": None}
    papr = Papr(FP16)
    for size in SIZES:
        lines = WORK / f"corpus-{size}.jsonl"
        lines.write_text(corpus.lines_of(texts[:size]), encoding="utf-8")
        store = WORK / f"store-{size}.sqlite"
        for suffix in ("", "-wal", "-shm"):
            Path(f"{store}{suffix}").unlink(missing_ok=True)
        found["import"] = papr.json("import", lines, "--store", store)
        bench = [BUILD / "bench" / "papr_search_bench", FP16, store, QUERIES, 400, threads]
        bench.append(WORK / "cache" / "papr" / "compiled-models")
        output = subprocess.run(list(map(str, bench)), capture_output=True, text=True, check=True)
        found["rows"][size] = json.loads(output.stdout)
    return found


def starts_ms(rounds: int) -> dict[str, list[float]]:
    store = WORK / f"store-{max(SIZES)}.sqlite"
    papr = Papr(FP16)
    search = ("search", "watch what files a program opens", "--store", store)
    results: dict[str, list[float]] = {"cold": [], "warm": []}
    for _ in range(rounds):
        forget_pages(FP16.parent, store, BUILD / "papr")
        results["cold"].append(papr.start_to_end_ms(*search))
        papr.start_to_end_ms(*search)
        results["warm"].append(papr.start_to_end_ms(*search))
    return results


def guard() -> dict:
    """What the guard costs in a search where all is well."""
    bench = [str(BUILD / "bench" / "papr_guard_bench")]
    return json.loads(subprocess.run(bench, capture_output=True, text=True, check=True).stdout)


def machine() -> dict:
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0].split(":", 1)[1].strip() if names else model
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform()}


def print_embedding(results: dict) -> None:
    threads, rounds = results["threads"], results["rounds"]
    print(f"\nOne embedding, batch 1, {threads} threads, medians of {rounds} rounds")
    print(f"{'':<38}{'p50 ms':>9}{'p99 ms':>9}{'against us':>12}")
    base = median(next(iter(results["one_embedding"].values())), "p50_ms")
    for name, rows in results["one_embedding"].items():
        p50, p99 = median(rows, "p50_ms"), median(rows, "p99_ms")
        print(f"{name:<38}{p50:>9.2f}{p99:>9.2f}{p50 / base:>11.2f}x")
    print("papr's time includes tokenising; its peers are given the token ids.")


def print_search(results: dict) -> None:
    done = results["import_and_search"]
    rate = done["import"]["added"] / done["import"]["seconds"]
    print(f"\nImport of {done['import']['added']:,} package descriptions: {rate:.0f} rows/s")
    for size, row in done["rows"].items():
        print(
            f"Search of {int(size):>6,} rows, warm: "
            f"p50 {row['p50_ms']:.2f} ms, p99 {row['p99_ms']:.2f} ms, "
            f"peak memory {row['peak_bytes'] / 1e6:.0f} MB"
        )
    for name, rows in results["start_to_first_answer_ms"].items():
        print(f"Start to first answer, {name}: {statistics.median(rows):.0f} ms")


def print_guard(results: dict) -> None:
    print()
    for kind, row in results["guard"]["search_us"].items():
        print(f"The guard in one warm, calm search, {kind}: {row['guard']:.1f} µs")
    print(f"Handing over to a thread and back: {results['guard']['hand_over_us']:.1f} µs")


def embedding_part(arguments: argparse.Namespace) -> dict:
    onnx = str(WORK / "all-MiniLM-L6-v2.onnx")
    subprocess.run([sys.executable, str(ROOT / "bench" / "onnx_model.py"), onnx], check=True)
    return {"one_embedding": one_embedding(arguments.threads, arguments.rounds, arguments.seconds)}


def search_part(arguments: argparse.Namespace) -> dict:
    return {
        "import_and_search": import_and_search(arguments.threads),
        "start_to_first_answer_ms": starts_ms(max(arguments.rounds, 5)),
    }


def readings_part(arguments: argparse.Namespace) -> dict:
    programs, recorded = BUILD / "bench", ROOT / "tests" / "data" / "macos_outputs"
    rounds = max(arguments.rounds, 5)
    return {"reading_us": readings.measure(programs, WORK / "readings", recorded, rounds)}


def compiled_models_part(arguments: argparse.Namespace) -> dict:
    program, work = BUILD / "bench" / "papr_compiled_models_bench", WORK / "compiled-models"
    packages = {"fp16": FP16, "fp32": FP32}
    rounds = max(arguments.rounds, 9)
    return {"compiled_models": compiled_models.measure(program, work, packages, rounds)}


def clears_part(arguments: argparse.Namespace) -> dict:
    return {"clears": clears.measure(BUILD, WORK / "clears", max(arguments.rounds, 5))}


PARTS = {
    "embedding": (embedding_part, print_embedding),
    "search": (search_part, print_search),
    "compiled_models": (
        compiled_models_part,
        lambda results: compiled_models.print_table(results["compiled_models"]),
    ),
    "readings": (readings_part, lambda results: readings.print_table(results["reading_us"])),
    "guard": (lambda _: {"guard": guard()}, print_guard),
    "clears": (clears_part, lambda results: clears.print_table(results["clears"])),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of one measurement")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS), help="print just these; no file"
    )
    arguments = parser.parse_args()

    WORK.mkdir(parents=True, exist_ok=True)
    results = {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "machine": machine(),
        "threads": arguments.threads,
        "rounds": arguments.rounds,
    }
    for name in arguments.only:
        results |= PARTS[name][0](arguments)
    for name in arguments.only:
        PARTS[name][1](results)
    if set(arguments.only) != set(PARTS):
        return
    target = ROOT / "bench" / "results" / f"{results['date']}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n")
    print(f"\nRaw numbers: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
