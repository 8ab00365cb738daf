#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds a Core ML package of a few kB whose outputs can be worked out by hand.

The graph is that of the real model, the weights are not: token t stands for row t of WORDS, every
query is zero, so that attention takes the plain mean over the tokens of a text, and the feed
forward part adds nothing. The unit tests know the results; the fuzz target starts from it.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

from published_folder import key_of, publish

HIDDEN = 4
INNER = 4
LONGEST_BATCH = 4
LONGEST_TOKENS = 8
# Rows of mean 0 and variance 1, which a layer norm leaves alone; rows 1 to 3 are orthogonal.
WORDS = np.array([[-1, 1, -1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]], np.float32)


def make_weights(layers: int) -> dict[str, np.ndarray]:
    weights: dict[str, np.ndarray] = {}

    def linear(name: str, matrix: np.ndarray) -> None:
        weights[f"{name}.weight"] = matrix.astype(np.float32)
        weights[f"{name}.bias"] = np.zeros(matrix.shape[0], np.float32)

    def layer_norm(name: str) -> None:
        weights[f"{name}.weight"] = np.ones(HIDDEN, np.float32)
        weights[f"{name}.bias"] = np.zeros(HIDDEN, np.float32)

    weights["embeddings.word_embeddings.weight"] = WORDS
    weights["embeddings.position_embeddings.weight"] = np.zeros(
        (LONGEST_TOKENS, HIDDEN), np.float32
    )
    weights["embeddings.token_type_embeddings.weight"] = np.zeros((2, HIDDEN), np.float32)
    layer_norm("embeddings.LayerNorm")
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}."
        linear(f"{prefix}attention.self.query", np.zeros((HIDDEN, HIDDEN)))
        linear(f"{prefix}attention.self.key", np.eye(HIDDEN))
        linear(f"{prefix}attention.self.value", np.eye(HIDDEN))
        linear(f"{prefix}attention.output.dense", np.eye(HIDDEN))
        layer_norm(f"{prefix}attention.output.LayerNorm")
        linear(f"{prefix}intermediate.dense", np.ones((INNER, HIDDEN)))
        linear(f"{prefix}output.dense", np.zeros((HIDDEN, INNER)))
        layer_norm(f"{prefix}output.LayerNorm")
    return weights


def write_packages(folder: Path) -> None:
    # Slow to import, so only once it is known that there is something to build.
    import bert_program
    import coreml_package
    from quiet_coremltools import ct

    config = bert_program.BertConfig(hidden=HIDDEN, heads=2, layers=1)
    shape = bert_program.InputShape(LONGEST_BATCH, LONGEST_TOKENS, flexible=True)
    for name, target in (("tiny", ct.target.iOS16), ("tiny-ios18", ct.target.iOS18)):
        model = bert_program.convert(config, make_weights(config.layers), shape, "fp16", target)
        coreml_package.write_package(model, folder / f"{name}.mlpackage")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: build_tiny_package.py DIR   (writes tiny*.mlpackage to it)", file=sys.stderr)
        return 2
    versions = f"coremltools={version('coremltools')}"
    publish(Path(arguments[0]), key_of(__file__, versions), write_packages)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
