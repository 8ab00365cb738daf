# SPDX-License-Identifier: Apache-2.0
"""What a program of qwen3_program computes, in NumPy, from the same weights."""

from __future__ import annotations

import numpy as np

from qwen3_program import Weights, projections, rotary_tables


class Reference:
    """In float64 but for the products, which are float32 with sums of NumPy's BLAS."""

    def __init__(self, weights: Weights) -> None:
        self.weights, self.config = weights, weights.config
        self.sizes = {name: (out, inner) for name, out, inner in projections(self.config)}

    def embed(self, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """[batch, tokens] twice, padding behind → [batch, hidden], rows of norm 1."""
        x = self.weights.table()[ids].astype(np.float64)
        before = np.tril(np.ones((ids.shape[1], ids.shape[1]), bool))
        seen = before[None, None] & (mask[:, None, None] != 0)
        for layer in range(self.config.layers):
            normal = self._rms_norm(x, f"{layer}.input", self.config.hidden)
            x = x + self._attention(normal, seen, layer)
            normal = self._rms_norm(x, f"{layer}.inner", self.config.hidden)
            gate = self._linear(normal, layer, "gate")
            up = gate / (1 + np.exp(-gate)) * self._linear(normal, layer, "up")
            x = x + self._linear(up, layer, "down")
        x = self._rms_norm(x, "final", self.config.hidden)
        last = x[np.arange(len(x)), mask.sum(1) - 1]
        return last / np.linalg.norm(last, axis=1, keepdims=True)

    def _attention(self, x: np.ndarray, seen: np.ndarray, layer: int) -> np.ndarray:
        heads, groups = self.config.heads, self.config.groups
        query = self._rotated(self._heads(self._linear(x, layer, "q"), heads, f"{layer}.q"))
        key = self._rotated(self._heads(self._linear(x, layer, "k"), groups, f"{layer}.k"))
        value = self._heads(self._linear(x, layer, "v"), groups, "")
        key, value = (np.repeat(one, heads // groups, axis=1) for one in (key, value))
        scores = query @ key.swapaxes(-1, -2) / np.sqrt(self.config.head_size)
        scores = np.where(seen, scores, -np.inf)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        context = shares / shares.sum(-1, keepdims=True) @ value
        return self._linear(context.transpose(0, 2, 1, 3).reshape(*x.shape[:2], -1), layer, "o")

    def _heads(self, x: np.ndarray, heads: int, norm: str) -> np.ndarray:
        x = x.reshape(*x.shape[:2], heads, self.config.head_size)
        if norm:
            x = self._rms_norm(x, norm, self.config.head_size)
        return x.transpose(0, 2, 1, 3)

    def _rotated(self, x: np.ndarray) -> np.ndarray:
        cosines, sines = rotary_tables(self.config, x.shape[2])
        first, second = np.split(x, 2, -1)
        return x * cosines.astype(float) + np.concatenate([-second, first], -1) * sines.astype(
            float
        )

    def _rms_norm(self, x: np.ndarray, name: str, size: int) -> np.ndarray:
        epsilon = float(np.float16(self.config.epsilon))
        scale = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon)
        return x * scale * self.weights.norm(name, size).astype(float)

    def _linear(self, x: np.ndarray, layer: int, name: str) -> np.ndarray:
        weight = self.weights.matrix(f"{layer}.{name}", *self.sizes[name]).exact
        return (x.astype(np.float32) @ weight.T).astype(np.float64)
