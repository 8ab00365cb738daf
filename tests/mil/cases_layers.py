# SPDX-License-Identifier: Apache-2.0
"""Cases of products, attention and normalising."""

from __future__ import annotations

import numpy as np
from mil_case import case, ct, half, ints, mb

H = np.float16
X = half(2, 3, 8)
WEIGHT, BIAS = half(5, 8), half(5)
EPSILON = H(0.01)

case("linear", {"x": X}, lambda x: mb.linear(x=x, weight=WEIGHT, bias=BIAS),
     lambda x: x @ WEIGHT.T.astype(float) + BIAS)  # fmt: skip
case("linear", {"x": half(3, 8)}, lambda x: mb.linear(x=x, weight=WEIGHT),
     lambda x: x @ WEIGHT.T.astype(float))  # fmt: skip
case("linear", {"x": X}, lambda x: mb.linear(x=x, weight=half(200, 8)),
     lambda x: x @ half(200, 8).T.astype(float))  # fmt: skip
case("linear", {"x": half(3, 8).astype(np.float32)},
     lambda x: mb.linear(x=mb.cast(x=x, dtype="fp16"), weight=WEIGHT, bias=BIAS),
     lambda x: x @ WEIGHT.T.astype(float) + BIAS, opset=ct.target.iOS15)  # fmt: skip
case("matmul", {"x": half(2, 1, 3, 4), "y": half(5, 4, 6)}, mb.matmul, np.matmul)
case(
    "matmul",
    {"x": half(2, 4, 3), "y": half(2, 6, 4)},
    lambda x, y: mb.matmul(x=x, y=y, transpose_x=True, transpose_y=True),
    lambda x, y: x.swapaxes(1, 2) @ y.swapaxes(1, 2),
)
case(
    "matmul",
    {"x": X},
    lambda x: mb.matmul(x=x, y=half(8, 6)),
    lambda x: x @ half(8, 6).astype(float),
)
for equation, first, second in [
    ("nchw,nwhu->nchu", (2, 3, 4, 5), (2, 5, 4, 6)),
    ("chw,whu->chu", (3, 4, 5), (5, 4, 6)),
]:
    case(
        "einsum",
        {"x": half(*first), "y": half(*second)},
        lambda x, y, equation=equation: mb.einsum(values=(x, y), equation=equation),
        lambda x, y, equation=equation: np.einsum(equation, x, y),
    )


def attended(q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | float = 0):
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]) + mask
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True) @ v


QKV = {"q": half(2, 4, 5, 16), "k": half(2, 4, 7, 16), "v": half(2, 4, 7, 12)}
SQUARE = {"q": half(2, 4, 6, 16), "k": half(2, 4, 6, 16) + H(0.5), "v": half(2, 4, 6, 16)}
attention = mb.scaled_dot_product_attention
for given in (QKV, SQUARE, {name: array[0] for name, array in SQUARE.items()}):
    case(
        "scaled_dot_product_attention",
        given,
        lambda q, k, v: attention(query=q, key=k, value=v),
        attended,
        opset=ct.target.iOS18,
    )
case(
    "scaled_dot_product_attention",
    {**QKV, "m": half(5, 7)},
    lambda q, k, v, m: attention(query=q, key=k, value=v, attn_mask=m),
    attended,
    opset=ct.target.iOS18,
)
case(
    "scaled_dot_product_attention",
    {**QKV, "m": ints(1, 0, 1, 1, 0, 1, 1).reshape(1, 1, 1, 7)},
    lambda q, k, v, m: attention(query=q, key=k, value=v, attn_mask=mb.cast(x=m, dtype="bool")),
    lambda q, k, v, m: attended(q, k, v, np.where(m != 0, 0, -np.inf)),
    opset=ct.target.iOS18,
)


def steps(x, h, c, weight, recurrent, bias):
    """[tokens, batch, in] → the states of each step, and the last of each."""
    made = []
    for now in x:
        gates = now @ weight.T.astype(float) + h @ recurrent.T.astype(float) + bias
        i, f, o, z = np.split(gates, 4, 1)
        c = c / (1 + np.exp(-f)) + np.tanh(z) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        made.append(h)
    return np.stack(made), h, c


def both_ways(x, h, c):
    there, there_h, there_c = steps(x, h[:, :3], c[:, :3], *THERE)
    back, back_h, back_c = steps(x[::-1], h[:, 3:], c[:, 3:], *BACK)
    pairs = [(there, back[::-1]), (there_h, back_h), (there_c, back_c)]
    return [np.concatenate(pair, -1) for pair in pairs]


THERE = half(12, 4), half(12, 3), half(12)
BACK = half(12, 4) * H(0.5), half(12, 3) * H(-0.5), half(12) * H(0.25)
parameters = dict(zip(("weight_ih", "weight_hh", "bias"), THERE))
parameters_back = dict(zip(("weight_ih_back", "weight_hh_back", "bias_back"), BACK))
LSTM = {"x": half(5, 2, 4), "h": half(2, 3), "c": half(2, 3)}
case(
    "lstm",
    LSTM,
    lambda x, h, c: mb.lstm(x=x, initial_h=h, initial_c=c, output_sequence=True, **parameters),
    lambda x, h, c: steps(x, h, c, *THERE),
    opset=ct.target.iOS17,
)
case(
    "lstm",
    LSTM,
    lambda x, h, c: mb.lstm(x=x, initial_h=h, initial_c=c, weight_ih=THERE[0], weight_hh=THERE[1]),
    lambda x, h, c: (lambda all_, last, cell: (last[None], last, cell))(
        *steps(x, h, c, *THERE[:2], 0)
    ),
    opset=ct.target.iOS17,
)
case(
    "lstm",
    {"x": half(5, 2, 4), "h": half(2, 6), "c": half(2, 6)},
    lambda x, h, c: mb.lstm(
        x=x, initial_h=h, initial_c=c, direction="bidirectional", output_sequence=True,
        **parameters, **parameters_back,
    ),
    both_ways,
    opset=ct.target.iOS17,
)  # fmt: skip


def normal(x: np.ndarray, axes: tuple[int, ...], epsilon: float) -> np.ndarray:
    mean = x.mean(axes, keepdims=True)
    return (x - mean) / np.sqrt(x.var(axes, keepdims=True) + epsilon)


GAMMA, BETA = half(8, low=0.5, high=2), half(8)
e = float(EPSILON)
case(
    "layer_norm",
    {"x": X},
    lambda x: mb.layer_norm(x=x, axes=[-1], gamma=GAMMA, beta=BETA, epsilon=EPSILON),
    lambda x: normal(x, (-1,), e) * GAMMA + BETA,
)
case("layer_norm", {"x": X}, lambda x: mb.layer_norm(x=x, axes=[1, 2], epsilon=EPSILON),
     lambda x: normal(x, (1, 2), e))  # fmt: skip
CHANNELS, SHIFT = half(4, low=0.5, high=2), half(4)
by_channel = (4, 1, 1)
PLANE = half(2, 4, 5, 6)
case(
    "layer_norm",
    {"x": PLANE},
    lambda x: mb.layer_norm(x=x, axes=[1], gamma=CHANNELS, beta=SHIFT, epsilon=EPSILON),
    lambda x: normal(x, (1,), e) * CHANNELS.reshape(by_channel) + SHIFT.reshape(by_channel),
)
# gamma and beta have the axes in the order of the tensor, whatever that of `axes` is.
PAIRS = half(5, 6, low=0.5, high=2)
case(
    "layer_norm",
    {"x": PLANE},
    lambda x: mb.layer_norm(x=x, axes=[3, 2], gamma=PAIRS, beta=-PAIRS, epsilon=EPSILON),
    lambda x: normal(x, (2, 3), e) * PAIRS - PAIRS,
)
case(
    "instance_norm",
    {"x": PLANE},
    lambda x: mb.instance_norm(x=x, gamma=CHANNELS, beta=SHIFT, epsilon=EPSILON),
    lambda x: normal(x, (2, 3), e) * CHANNELS.reshape(by_channel) + SHIFT.reshape(by_channel),
)
case("instance_norm", {"x": half(2, 4, 9)}, lambda x: mb.instance_norm(x=x, epsilon=EPSILON),
     lambda x: normal(x, (2,), e))  # fmt: skip
VARIANCE = half(4, low=0.25, high=3)


def batch_normal(x: np.ndarray, axes: int) -> np.ndarray:
    shape = (4, *[1] * axes)
    mean, variance = SHIFT.astype(float).reshape(shape), VARIANCE.astype(float).reshape(shape)
    return (x - mean) / np.sqrt(variance + e)


case(
    "batch_norm",
    {"x": PLANE},
    lambda x: mb.batch_norm(
        x=x, mean=SHIFT, variance=VARIANCE, gamma=CHANNELS, beta=SHIFT, epsilon=EPSILON
    ),
    lambda x: batch_normal(x, 2) * CHANNELS.reshape(by_channel) + SHIFT.reshape(by_channel),
)
case(
    "batch_norm",
    {"x": half(2, 4, 9)},
    lambda x: mb.batch_norm(x=x, mean=SHIFT, variance=VARIANCE, epsilon=EPSILON),
    lambda x: batch_normal(x, 1),
)
for x in (PLANE, PLANE[0]):
    case(
        "l2_norm",
        {"x": x},
        lambda x: mb.l2_norm(x=x, epsilon=EPSILON),
        lambda x: x / np.sqrt((x * x).sum((-1, -2, -3), keepdims=True) + e),
    )


def locally(x: np.ndarray, size: int, alpha: float, beta: float, k: float) -> np.ndarray:
    before = size // 2
    squares = np.pad(x * x, ((0, 0), (before, size - 1 - before), (0, 0), (0, 0)))
    sums = sum(squares[:, i : i + x.shape[1]] for i in range(size))
    return x / (k + alpha / size * sums) ** beta


case(
    "local_response_norm",
    {"x": PLANE},
    lambda x: mb.local_response_norm(x=x, size=3, alpha=H(0.5), beta=H(0.75), k=H(2)),
    lambda x: locally(x, 3, 0.5, 0.75, 2),
)
