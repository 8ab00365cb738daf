# SPDX-License-Identifier: Apache-2.0
"""A decoder-only text embedder of Qwen3's shape as a Core ML ML Program, with random weights.

RMSNorm, rotary positions, grouped-query attention, SiLU: what a converted model of that family
consists of, op by op. Its linear weights are halves or compressed as coremltools compresses them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from quiet_coremltools import ct  # before what else imports coremltools

# isort: split
from coremltools.converters.mil import Builder as mb
from coremltools.converters.mil.mil import get_new_symbol, types

COMPRESSIONS = ("fp16", "int8", "int4", "palette6", "pruned")
LONGEST_BATCH, LONGEST_TOKENS = 4, 512
INT4_BLOCK = 32
HALF = np.float16


@dataclass(frozen=True)
class QwenConfig:
    """Sizes of Qwen3-Embedding-4B, but for its depth and its vocabulary."""

    hidden: int = 2560
    layers: int = 2
    heads: int = 32
    groups: int = 8  # of heads that share keys and values
    head_size: int = 128
    inner: int = 9728
    vocabulary: int = 4096
    rotary_base: float = 1e6
    epsilon: float = 1e-6


@dataclass(frozen=True)
class Matrix:
    """[out, in]. `exact` is what the package holds, as float32; `parts` are what it is made of."""

    compression: str
    parts: dict[str, np.ndarray]

    @property
    def exact(self) -> np.ndarray:
        parts = {name: part.astype(np.float32) for name, part in self.parts.items()}
        if self.compression == "int4":
            rows, blocks = self.parts["scale"].shape
            wide = parts["data"].reshape(rows, blocks, -1) * parts["scale"][..., None]
            return wide.reshape(rows, -1)
        if self.compression == "int8":
            return parts["data"] * parts["scale"]
        if self.compression == "palette6":
            return parts["lut"][0, 0, self.parts["indices"].astype(np.uint8), 0]
        return parts["data"]

    def emit(self) -> Any:
        """The constant in a program."""
        if self.compression in ("int8", "int4"):
            return mb.constexpr_blockwise_shift_scale(**self.parts)
        if self.compression == "palette6":
            return mb.constexpr_lut_to_dense(**self.parts)
        if self.compression == "pruned":
            data = self.parts["data"]
            mask = _as(data != 0, types.uint1)
            return mb.constexpr_sparse_to_dense(nonzero_data=data[data != 0], mask=mask)
        return self.parts["data"]


def _as(values: np.ndarray, type_: Any) -> np.ndarray:
    return values.astype(types.nptype_from_builtin(type_))


def compress(weight: np.ndarray, compression: str) -> Matrix:
    rows = weight.shape[0]
    if compression == "int8":
        scale = (np.abs(weight).max(1, keepdims=True) / 127).astype(HALF)
        data = np.round(weight / scale).clip(-127, 127).astype(np.int8)
        return Matrix(compression, {"data": data, "scale": scale})
    if compression == "int4":
        blocks = weight.reshape(rows, -1, INT4_BLOCK)
        scale = (np.abs(blocks).max(-1, keepdims=True) / 7).astype(HALF)
        data = np.round(blocks / scale).clip(-8, 7).reshape(weight.shape)
        return Matrix(compression, {"data": _as(data, types.int4), "scale": scale[..., 0]})
    if compression == "palette6":
        limit = np.abs(weight).max()
        indices = np.round((weight / limit + 1) * 31.5).clip(0, 63)
        lut = ((np.arange(64) / 31.5 - 1) * limit).astype(HALF).reshape(1, 1, 64, 1)
        return Matrix(compression, {"indices": _as(indices, types.uint6), "lut": lut})
    if compression == "pruned":
        kept = np.abs(weight) > np.median(np.abs(weight[:64]))
        return Matrix(compression, {"data": np.where(kept, weight, 0).astype(HALF)})
    return Matrix(compression, {"data": weight.astype(HALF)})


class Weights:
    """Random weights by name, made anew each time they are asked for: none is held."""

    def __init__(self, config: QwenConfig, compression: str) -> None:
        self.config, self.compression = config, compression

    def _random(self, name: str) -> np.random.Generator:
        return np.random.default_rng(list(name.encode()))

    def matrix(self, name: str, out: int, inner: int, compression: str = "") -> Matrix:
        weight = self._random(name).standard_normal((out, inner), np.float32)
        return compress(weight / np.float32(np.sqrt(inner)), compression or self.compression)

    def table(self) -> np.ndarray:
        shape = (self.config.vocabulary, self.config.hidden)
        return self._random("embeddings").standard_normal(shape, np.float32).astype(HALF)

    def norm(self, name: str, size: int) -> np.ndarray:
        return self._random(name).uniform(0.5, 1.5, size).astype(HALF)


def projections(config: QwenConfig) -> Iterator[tuple[str, int, int]]:
    """The matrices of a layer: name, out, in."""
    queries, keys = config.heads * config.head_size, config.groups * config.head_size
    yield from (("q", queries, config.hidden), ("k", keys, config.hidden))
    yield from (("v", keys, config.hidden), ("o", config.hidden, queries))
    yield from (("gate", config.inner, config.hidden), ("up", config.inner, config.hidden))
    yield "down", config.hidden, config.inner


def rotary_tables(config: QwenConfig, tokens: int) -> tuple[np.ndarray, np.ndarray]:
    """Cosines and sines, [tokens, head_size]."""
    rates = config.rotary_base ** -(np.arange(0, config.head_size, 2) / config.head_size)
    angles = np.arange(tokens)[:, None] * np.concatenate([rates, rates])
    return np.cos(angles).astype(HALF), np.sin(angles).astype(HALF)


class _Decoder:
    """Emits the graph. Lives for one call of `mb.program`'s function."""

    def __init__(self, weights: Weights) -> None:
        self.weights, self.config = weights, weights.config
        self.sizes = {name: (out, inner) for name, out, inner in projections(self.config)}

    def emit(self, input_ids: Any, attention_mask: Any) -> Any:
        self._set_shapes(input_ids)
        mask = self._mask(attention_mask)
        x = mb.gather(x=self.weights.table(), indices=input_ids, axis=0)
        for layer in range(self.config.layers):
            normal = self._rms_norm(x, f"{layer}.input", self.config.hidden)
            x = mb.add(x=x, y=self._attention(normal, mask, layer))
            normal = self._rms_norm(x, f"{layer}.inner", self.config.hidden)
            gate = mb.silu(x=self._linear(normal, layer, "gate"))
            up = mb.mul(x=gate, y=self._linear(normal, layer, "up"))
            x = mb.add(x=x, y=self._linear(up, layer, "down"))
        return self._last(self._rms_norm(x, "final", self.config.hidden), attention_mask)

    def _set_shapes(self, input_ids: Any) -> None:
        shape = mb.shape(x=input_ids)
        self.batch = mb.slice_by_index(x=shape, begin=[0], end=[1])
        self.tokens = mb.slice_by_index(x=shape, begin=[1], end=[2])
        end = mb.concat(values=[self.tokens, np.array([self.config.head_size], np.int32)], axis=0)
        self.cosines, self.sines = (
            mb.slice_by_index(x=table, begin=[0, 0], end=end)
            for table in rotary_tables(self.config, LONGEST_TOKENS)
        )

    def _shape(self, *axes: int) -> Any:
        return mb.concat(values=[self.batch, self.tokens, np.array(axes, np.int32)], axis=0)

    def _mask(self, attention_mask: Any) -> Any:
        """[batch, 1, tokens, tokens]: a token sees those up to itself that are no padding."""
        one = mb.squeeze(x=self.tokens)
        places = mb.range_1d(start=np.int32(0), end=one, step=np.int32(1))
        rows, columns = mb.expand_dims(x=places, axes=[1]), mb.expand_dims(x=places, axes=[0])
        before = mb.expand_dims(x=mb.greater_equal(x=rows, y=columns), axes=[0, 1])
        real = mb.expand_dims(x=mb.cast(x=attention_mask, dtype="bool"), axes=[1, 2])
        return mb.logical_and(x=before, y=real)

    def _attention(self, x: Any, mask: Any, layer: int) -> Any:
        config = self.config
        query = self._heads(self._linear(x, layer, "q"), config.heads, f"{layer}.q")
        key = self._heads(self._linear(x, layer, "k"), config.groups, f"{layer}.k")
        value = self._heads(self._linear(x, layer, "v"), config.groups, "")
        context = mb.scaled_dot_product_attention(
            query=self._rotated(query),
            key=self._repeated(self._rotated(key)),
            value=self._repeated(value),
            attn_mask=mask,
        )
        context = mb.transpose(x=context, perm=[0, 2, 1, 3])
        context = mb.reshape(x=context, shape=self._shape(config.heads * config.head_size))
        return self._linear(context, layer, "o")

    def _heads(self, x: Any, heads: int, norm: str) -> Any:
        x = mb.reshape(x=x, shape=self._shape(heads, self.config.head_size))
        if norm:
            x = self._rms_norm(x, norm, self.config.head_size)
        return mb.transpose(x=x, perm=[0, 2, 1, 3])

    def _rotated(self, x: Any) -> Any:
        first, second = mb.split(x=x, num_splits=2, axis=-1)
        turned = mb.concat(values=[mb.mul(x=second, y=HALF(-1)), first], axis=-1)
        return mb.add(x=mb.mul(x=x, y=self.cosines), y=mb.mul(x=turned, y=self.sines))

    def _repeated(self, x: Any) -> Any:
        times = self.config.heads // self.config.groups
        x = mb.tile(x=mb.expand_dims(x=x, axes=[2]), reps=[1, 1, times, 1, 1])
        heads, size = (np.array([n], np.int32) for n in (self.config.heads, self.config.head_size))
        shape = mb.concat(values=[self.batch, heads, self.tokens, size], axis=0)
        return mb.reshape(x=x, shape=shape)

    def _rms_norm(self, x: Any, name: str, size: int) -> Any:
        mean = mb.reduce_mean(x=mb.square(x=x), axes=[-1], keep_dims=True)
        scale = mb.rsqrt(x=mean, epsilon=HALF(self.config.epsilon))
        return mb.mul(x=mb.mul(x=x, y=scale), y=self.weights.norm(name, size))

    def _linear(self, x: Any, layer: int, name: str) -> Any:
        return mb.linear(
            x=x, weight=self.weights.matrix(f"{layer}.{name}", *self.sizes[name]).emit()
        )

    def _last(self, x: Any, attention_mask: Any) -> Any:
        """The last real token of each text, at norm 1."""
        count = mb.reduce_sum(x=attention_mask, axes=[1], keep_dims=True)
        place = mb.sub(x=count, y=np.int32(1))
        x = mb.squeeze(x=mb.gather(x=x, indices=place, axis=1, batch_dims=1), axes=[1])
        norm = mb.reduce_l2_norm(x=x, axes=[-1], keep_dims=True)
        return mb.cast(x=mb.real_div(x=x, y=norm), dtype="fp32", name="embedding")


def convert(weights: Weights) -> ct.models.MLModel:
    """Inputs: int32 `input_ids` and `attention_mask`, [batch, tokens], up to the longest of each.
    Output: float32 `embedding`, [batch, hidden], rows of L2 norm 1."""
    lengths = ct.Shape((ct.RangeDim(1, LONGEST_BATCH), ct.RangeDim(1, LONGEST_TOKENS, default=32)))
    names = ("input_ids", "attention_mask")
    axes = (get_new_symbol(), get_new_symbol())
    specs = [mb.TensorSpec(shape=axes, dtype=types.int32) for _ in names]

    @mb.program(input_specs=specs, opset_version=ct.target.iOS18)
    def program(input_ids: Any, attention_mask: Any) -> Any:
        return _Decoder(weights).emit(input_ids, attention_mask)

    return ct.convert(
        program,
        inputs=[ct.TensorType(name, lengths, dtype=np.int32) for name in names],
        convert_to="mlprogram",
        minimum_deployment_target=ct.target.iOS18,
        pass_pipeline=ct.PassPipeline.EMPTY,
        skip_model_load=True,
    )
