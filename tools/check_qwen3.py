#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds a package of Qwen3's shape with random weights, has `papr model run` predict with it, and
holds the answer against NumPy's.

Prints how far apart they are, and how much memory the prediction took; ends with 1 when the cosine
is below 0.99999 or a value is more than 1e-4 off. Two layers of halves are 400 MB on the disk, in a
temporary folder unless --keep names one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Callable

import numpy as np

LEAST_COSINE = 0.99999
LARGEST_ERROR = 1e-4
TOKENS = 16


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papr", type=Path, required=True, metavar="PROGRAM")
    parser.add_argument(
        "--weights",
        default="fp16,int8,int4",
        help="kinds, with commas: fp16, int8, int4, palette6, pruned (default: fp16,int8,int4)",
    )
    parser.add_argument("--layers", type=int, default=2, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave package and arrays there")
    return parser.parse_args(arguments)


def texts(vocabulary: int) -> tuple[np.ndarray, np.ndarray]:
    """Two texts of random tokens, the second shorter and padded."""
    ids = np.random.default_rng(3).integers(0, vocabulary, (2, TOKENS)).astype(np.int32)
    mask = np.ones_like(ids)
    mask[1, TOKENS * 2 // 3 :] = 0
    return ids, mask


def predict(program: Path, package: Path, folder: Path) -> tuple[np.ndarray, float, dict]:
    """The answer, the most memory that the program had in MB, and what it said."""
    command = [
        *(program, "--json", "model", "run", package, f"input_ids={folder}/ids.npy"),
        *(f"attention_mask={folder}/mask.npy", "--out", folder),
    ]
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(said.strip())
    scale = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kB here
    return np.load(folder / "embedding.npy"), usage.ru_maxrss / scale, json.loads(said)


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """In a process of its own, whose memory goes with it: on Linux the most memory that a program
    had is never less than what the process that started it had."""
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


def build(kind: str, layers: int, folder: Path) -> Path:
    import coreml_package
    import qwen3_program

    weights = qwen3_program.Weights(qwen3_program.QwenConfig(layers=layers), kind)
    package = folder / f"qwen3-{kind}.mlpackage"
    coreml_package.write_package(qwen3_program.convert(weights), package)
    ids, mask = texts(weights.config.vocabulary)
    np.save(folder / "ids.npy", ids)
    np.save(folder / "mask.npy", mask)
    return package


def reference(kind: str, layers: int, folder: Path) -> np.ndarray:
    import qwen3_program
    from qwen3_reference import Reference

    weights = qwen3_program.Weights(qwen3_program.QwenConfig(layers=layers), kind)
    return Reference(weights).embed(np.load(folder / "ids.npy"), np.load(folder / "mask.npy"))


def check(options: argparse.Namespace, kind: str, folder: Path) -> bool:
    package = apart(build, kind, options.layers, folder)
    got, peak_mb, said = predict(options.papr, package, folder)
    want = apart(reference, kind, options.layers, folder)
    cosine = float((got * want).sum(1).min())
    error = float(np.abs(got - want).max())
    size_mb = sum(path.stat().st_size for path in package.rglob("*") if path.is_file()) / 1e6
    good = cosine >= LEAST_COSINE and error <= LARGEST_ERROR and got.shape == want.shape
    print(
        f"{kind:8}  {options.layers} layers of {got.shape[1]}  cosine {cosine:.8f}  largest error "
        f"{error:.1e}  package {size_mb:.0f} MB  memory {peak_mb:.0f} MB  load "
        f"{said['load_seconds']:.2f} s  run {said['seconds']:.2f} s  {'good' if good else 'BAD'}",
        flush=True,
    )
    return good


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    good = True
    for kind in options.weights.split(","):
        with tempfile.TemporaryDirectory(prefix="qwen3-") as temporary:
            folder = options.keep or Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            good = check(options, kind, folder) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
