# SPDX-License-Identifier: Apache-2.0
"""A BERT sentence encoder as a Core ML ML Program, written with coremltools' MIL builder.

No torch: the graph is spelled out here, so that what a package holds is known op by op.
Weights are named as Hugging Face names them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from quiet_coremltools import ct  # before what else imports coremltools

# isort: split
from coremltools.converters.mil import Builder as mb
from coremltools.converters.mil.mil import get_new_symbol, types

# Below this the smallest fp16 number would round to zero and 0/0 to NaN.
SMALLEST_DIVISOR = np.float32(1e-4)
# Added to the score of a padding token. Large enough for a softmax of 0, small enough for fp16.
MASKED_SCORE = np.float32(-30000.0)


@dataclass(frozen=True)
class BertConfig:
    """Sizes of the encoder. `hidden` is a multiple of `heads`."""

    hidden: int
    heads: int
    layers: int
    layer_norm_epsilon: float = 1e-12

    @property
    def head_size(self) -> int:
        return self.hidden // self.heads


@dataclass(frozen=True)
class InputShape:
    """Lengths of the axes [batch, tokens]; each is fixed or ranges from 1 to `longest`."""

    batch: int
    tokens: int
    flexible: bool

    @staticmethod
    def parse(text: str, longest_batch: int, longest_tokens: int) -> InputShape:
        """Reads "flexible" or "BATCHxTOKENS"."""
        if text == "flexible":
            return InputShape(longest_batch, longest_tokens, flexible=True)
        batch, _, tokens = text.partition("x")
        if not (batch.isdecimal() and tokens.isdecimal()) or int(batch) < 1 or int(tokens) < 1:
            raise ValueError(f'shape "{text}": neither "flexible" nor BATCHxTOKENS, such as 1x32')
        if int(tokens) > longest_tokens:
            raise ValueError(f'shape "{text}": the model takes at most {longest_tokens} tokens')
        return InputShape(int(batch), int(tokens), flexible=False)


class _Encoder:
    """Emits the graph. Lives for one call of `mb.program`'s function."""

    def __init__(self, config: BertConfig, weights: Mapping[str, np.ndarray], shape: InputShape):
        self.config, self.weights, self.shape = config, weights, shape

    def emit(self, input_ids: Any, attention_mask: Any) -> Any:
        self._set_shapes(input_ids)
        mask = mb.cast(x=attention_mask, dtype="fp32")
        masked = mb.mul(x=mb.sub(x=np.float32(1), y=mask), y=MASKED_SCORE)
        masked = mb.expand_dims(x=masked, axes=[1, 2])
        x = self._embeddings(input_ids)
        for layer in range(self.config.layers):
            prefix = f"encoder.layer.{layer}."
            x = self._attention(x, masked, prefix)
            x = self._feed_forward(x, prefix)
        return self._normalised(self._mean(x, mask))

    def _set_shapes(self, input_ids: Any) -> None:
        hidden, heads, head_size = self.config.hidden, self.config.heads, self.config.head_size
        if not self.shape.flexible:
            batch, tokens = self.shape.batch, self.shape.tokens
            self.split_shape: Any = [batch, tokens, heads, head_size]
            self.merged_shape: Any = [batch, tokens, hidden]
            return
        # What torch-converted models do: shapes are computed from the input's at run time.
        shape = mb.shape(x=input_ids)
        batch = mb.slice_by_index(x=shape, begin=[0], end=[1])
        self.tokens = mb.slice_by_index(x=shape, begin=[1], end=[2])
        tail = np.array([heads, head_size], np.int32)
        self.split_shape = mb.concat(values=[batch, self.tokens, tail], axis=0)
        self.merged_shape = mb.concat(
            values=[batch, self.tokens, np.array([hidden], np.int32)], axis=0
        )

    def _embeddings(self, input_ids: Any) -> Any:
        words = mb.gather(
            x=self.weights["embeddings.word_embeddings.weight"], indices=input_ids, axis=0
        )
        # One text, so every token is of type 0: its row is added to each position here.
        positions = (
            self.weights["embeddings.position_embeddings.weight"]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        ).astype(np.float32)
        if self.shape.flexible:
            end = mb.concat(values=[self.tokens, np.array([self.config.hidden], np.int32)], axis=0)
            positions = mb.slice_by_index(x=positions, begin=[0, 0], end=end)
            positions = mb.expand_dims(x=positions, axes=[0])
        else:
            positions = positions[None, : self.shape.tokens]
        return self._layer_norm(mb.add(x=words, y=positions), "embeddings.LayerNorm")

    def _attention(self, x: Any, masked: Any, prefix: str) -> Any:
        query, key, value = (
            self._split_heads(self._linear(x, f"{prefix}attention.self.{name}"))
            for name in ("query", "key", "value")
        )
        scores = mb.matmul(x=query, y=key, transpose_y=True)
        scores = mb.mul(x=scores, y=np.float32(1 / math.sqrt(self.config.head_size)))
        weights = mb.softmax(x=mb.add(x=scores, y=masked), axis=-1)
        context = mb.transpose(x=mb.matmul(x=weights, y=value), perm=[0, 2, 1, 3])
        context = mb.reshape(x=context, shape=self.merged_shape)
        context = self._linear(context, f"{prefix}attention.output.dense")
        return self._layer_norm(mb.add(x=x, y=context), f"{prefix}attention.output.LayerNorm")

    def _split_heads(self, x: Any) -> Any:
        return mb.transpose(x=mb.reshape(x=x, shape=self.split_shape), perm=[0, 2, 1, 3])

    def _feed_forward(self, x: Any, prefix: str) -> Any:
        inner = mb.gelu(x=self._linear(x, f"{prefix}intermediate.dense"), mode="EXACT")
        inner = self._linear(inner, f"{prefix}output.dense")
        return self._layer_norm(mb.add(x=x, y=inner), f"{prefix}output.LayerNorm")

    def _mean(self, x: Any, mask: Any) -> Any:
        kept = mb.mul(x=x, y=mb.expand_dims(x=mask, axes=[-1]))
        total = mb.reduce_sum(x=kept, axes=[1], keep_dims=False)
        count = mb.reduce_sum(x=mask, axes=[1], keep_dims=True)
        return mb.real_div(x=total, y=mb.maximum(x=count, y=SMALLEST_DIVISOR))

    def _normalised(self, x: Any) -> Any:
        norm = mb.reduce_l2_norm(x=x, axes=[-1], keep_dims=True)
        norm = mb.maximum(x=norm, y=SMALLEST_DIVISOR)
        return mb.real_div(x=x, y=norm, name="sentence_embedding")

    def _linear(self, x: Any, name: str) -> Any:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return mb.linear(x=x, weight=weight, bias=bias)

    def _layer_norm(self, x: Any, name: str) -> Any:
        return mb.layer_norm(
            x=x,
            axes=[-1],
            gamma=self.weights[f"{name}.weight"],
            beta=self.weights[f"{name}.bias"],
            epsilon=np.float32(self.config.layer_norm_epsilon),
        )


def convert(
    config: BertConfig,
    weights: Mapping[str, np.ndarray],
    shape: InputShape,
    precision: str,
    target: ct.target = ct.target.iOS16,
) -> ct.models.MLModel:
    """Builds the ML Program.

    Inputs: int32 `input_ids` and `attention_mask`, [batch, tokens]. Output: float32
    `sentence_embedding`, [batch, hidden], rows of L2 norm 1. `precision` is that of weights and
    arithmetic: "fp16" or "fp32".
    """
    if shape.flexible:
        axes: tuple[Any, Any] = (get_new_symbol(), get_new_symbol())
        default_tokens = min(32, shape.tokens)
        ranges = ct.Shape(
            (
                ct.RangeDim(1, shape.batch, default=1),
                ct.RangeDim(1, shape.tokens, default=default_tokens),
            )
        )
        inputs = [
            ct.TensorType(name, ranges, dtype=np.int32) for name in ("input_ids", "attention_mask")
        ]
    else:
        axes, inputs = (shape.batch, shape.tokens), None

    specs = [mb.TensorSpec(shape=axes, dtype=types.int32) for _ in range(2)]

    @mb.program(input_specs=specs, opset_version=target)
    def program(input_ids: Any, attention_mask: Any) -> Any:
        return _Encoder(config, weights, shape).emit(input_ids, attention_mask)

    return ct.convert(
        program,
        inputs=inputs,
        convert_to="mlprogram",
        minimum_deployment_target=target,
        compute_units=ct.ComputeUnit.CPU_ONLY,
        compute_precision=ct.precision.FLOAT16 if precision == "fp16" else ct.precision.FLOAT32,
        skip_model_load=True,
    )
