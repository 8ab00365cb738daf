# SPDX-License-Identifier: Apache-2.0
"""Cases of ops on each element: of one operand, of two, activations, casts, quantising."""

from __future__ import annotations

import math

import numpy as np
from mil_case import case, ct, half, ints, mb

H = np.float16
X = half(2, 3, 4)
POSITIVE = half(2, 3, 5, low=0.01, high=8)
WITHIN = half(3, 4, 2, low=-0.99, high=0.99)
HALVES = np.array([-2.5, -1.5, -0.5, -0.0, 0.0, 0.5, 1.5, 2.5, 2.25, -7.0], H)
FEW = np.array([[0, 1, -2, 0.5], [3, 0, -1, 2]], H)
erf = np.vectorize(math.erf)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


for op, x, answer in [
    ("abs", X, np.abs), ("acos", WITHIN, np.arccos), ("asin", WITHIN, np.arcsin),
    ("atan", X, np.arctan), ("atanh", WITHIN, np.arctanh), ("ceil", HALVES, np.ceil),
    ("cos", 4 * X, np.cos), ("cosh", X, np.cosh), ("erf", X, erf), ("exp", X, np.exp),
    ("exp2", X, np.exp2), ("floor", HALVES, np.floor), ("identity", X, lambda x: x),
    ("round", HALVES, np.round), ("sign", HALVES, np.sign), ("sin", 4 * X, np.sin),
    ("sinh", X, np.sinh), ("sqrt", POSITIVE, np.sqrt), ("square", X, np.square),
    ("tan", WITHIN, np.tan), ("tanh", 2 * X, np.tanh), ("relu", X, lambda x: np.maximum(x, 0)),
    ("relu6", 5 * X, lambda x: np.clip(x, 0, 6)), ("sigmoid", 4 * X, sigmoid),
    ("silu", 4 * X, lambda x: x * sigmoid(x)),
    ("softplus", 4 * X, lambda x: np.log1p(np.exp(x))),
    ("softsign", X, lambda x: x / (1 + np.abs(x))),
]:  # fmt: skip
    case(op, {"x": x}, getattr(mb, op), answer)
for op in ("abs", "sign", "square"):
    answer = {"abs": np.abs, "sign": np.sign, "square": np.square}[op]
    case(op, {"x": ints(-3, 0, 2, 40000 if op != "square" else 9)}, getattr(mb, op), answer)

SMALL = H(0.5)
case("inverse", {"x": POSITIVE}, lambda x: mb.inverse(x=x, epsilon=SMALL), lambda x: 1 / (x + 0.5))
case("log", {"x": POSITIVE}, lambda x: mb.log(x=x, epsilon=SMALL), lambda x: np.log(x + 0.5))
case("rsqrt", {"x": POSITIVE}, lambda x: mb.rsqrt(x=x, epsilon=SMALL), lambda x: (x + 0.5) ** -0.5)
case("log", {"x": POSITIVE}, lambda x: mb.log(x=x), np.log)
case("clip", {"x": X}, lambda x: mb.clip(x=x, alpha=H(-1), beta=H(0.5)), lambda x: x.clip(-1, 0.5))
case("threshold", {"x": X}, lambda x: mb.threshold(x=x, alpha=SMALL), lambda x: np.maximum(x, 0.5))

# Two operands of one shape, one that broadcasts, a constant, and integers.
OTHER = half(2, 3, 4, low=0.5, high=3)
WHOLE = {"x": ints(7, -7, 7, -7, 2**24 - 1, 0), "y": ints(2, 2, -2, -2, 3, 5)}
for op, answer in [
    ("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("maximum", np.maximum),
    ("minimum", np.minimum), ("mod", np.mod), ("floor_div", np.floor_divide),
]:  # fmt: skip
    build = getattr(mb, op)
    case(op, {"x": X, "y": OTHER}, build, answer)
    case(op, {"x": X, "y": half(4, low=1, high=2)}, build, answer)
    case(op, {"x": X}, lambda x, build=build: build(x=x, y=H(3)), lambda x, f=answer: f(x, 3))
    if op != "mul":
        case(op, WHOLE, build, answer)
case("mul", {"x": ints(7, -30000), "y": ints(-2, 30000)}, mb.mul, np.multiply)
for op, answer in [
    ("add", np.add), ("sub", np.subtract), ("maximum", np.maximum), ("minimum", np.minimum),
]:  # fmt: skip
    case(op, {"x": ints(2**30, 2**24 + 1), "y": ints(3, 2**24)}, getattr(mb, op), answer)
case("real_div", {"x": X, "y": OTHER}, mb.real_div, np.divide)
case("real_div", {"x": X}, lambda x: mb.real_div(x=x, y=H(3)), lambda x: x / np.float32(3))
case("pow", {"x": POSITIVE, "y": X[:, :, :1]}, mb.pow, np.power)
case("pow", {"x": X}, lambda x: mb.pow(x=x, y=H(2)), np.square)
case("pow", {"x": X}, lambda x: mb.pow(x=x, y=H(3)), lambda x: x**3)
for op in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
    build, answer = getattr(mb, op), getattr(np, op)
    case(op, {"x": FEW, "y": FEW[:, ::-1].copy()}, build, answer)
    case(op, {"x": FEW}, lambda x, build=build: build(x=x, y=H(1)), lambda x, f=answer: f(x, 1))
    case(op, {"x": ints(2**30, 5, -5), "y": ints(2**30 + 1, 5, 5)}, build, answer)
    case(op, {"x": ints(-(2**31), 2**31 - 1, 0), "y": ints(1, -1, -(2**31))}, build, answer)
    for edge in (2**24 - 1, 2**24, 2**24 + 1):
        case(
            op,
            {"x": ints(2**24 - 1, 2**24, 2**24 + 1, 2**24 + 2, -(2**31))},
            lambda x, build=build, edge=edge: build(x=x, y=np.int32(edge)),
            lambda x, f=answer, edge=edge: f(x, edge),
        )


def flags(x):
    return mb.not_equal(x=x, y=H(0))


for op, answer in [
    ("logical_and", np.logical_and), ("logical_or", np.logical_or),
    ("logical_xor", np.logical_xor),
]:  # fmt: skip
    build = getattr(mb, op)
    case(
        op,
        {"x": FEW, "y": FEW[:, ::-1].copy()},
        lambda x, y, build=build: build(x=flags(x), y=flags(y)),
        lambda x, y, f=answer: f(x != 0, y != 0),
    )
case("logical_not", {"x": FEW}, lambda x: mb.logical_not(x=flags(x)), lambda x: x == 0)
case(
    "select",
    {"c": FEW, "a": FEW, "b": half(4)},
    lambda c, a, b: mb.select(cond=flags(c), a=a, b=mb.add(x=b, y=np.zeros((2, 4), H))),
    lambda c, a, b: np.where(c != 0, a, b),
)
case(
    "select",
    {"c": FEW},
    lambda c: mb.select(cond=flags(c), a=np.full((2, 4), 7, np.int32), b=np.int32(-1)),
    lambda c: np.where(c != 0, 7, -1),
)
for dtype, answer in [
    ("int32", lambda x: np.trunc(x)), ("bool", lambda x: x != 0), ("fp32", lambda x: x),
]:  # fmt: skip
    case("cast", {"x": HALVES}, lambda x, dtype=dtype: mb.cast(x=x, dtype=dtype), answer)
case("cast", {"x": ints(-3, 0, 70000)}, lambda x: mb.cast(x=x, dtype="fp32"), lambda x: x)
case("cast", {"x": ints(-3, 0, 7)}, lambda x: mb.cast(x=x, dtype="bool"), lambda x: x != 0)
case(
    "cast",
    {"x": ints(-3, 0, 700)},
    lambda x: mb.cast(x=x, dtype="int16"),
    lambda x: x,
    opset=ct.target.iOS17,
)

A, B = H(0.3), H(0.7)
a, b = float(A), float(B)
C = half(3, low=0.1, high=1)
by_channel = C.astype(float).reshape(3, 1)
for op, arguments, answer in [
    ("clamped_relu", {"alpha": A, "beta": B}, lambda x: np.minimum(np.where(x < 0, a * x, x), b)),
    ("elu", {"alpha": A}, lambda x: np.where(x < 0, a * np.expm1(x), x)),
    ("leaky_relu", {"alpha": A}, lambda x: np.where(x < 0, a * x, x)),
    ("linear_activation", {"alpha": A, "beta": B}, lambda x: a * x + b),
    ("scaled_tanh", {"alpha": A, "beta": B}, lambda x: a * np.tanh(b * x)),
    ("sigmoid_hard", {"alpha": A, "beta": B}, lambda x: np.clip(a * x + b, 0, 1)),
    (
        "softplus_parametric",
        {"alpha": C, "beta": C},
        lambda x: by_channel * np.log1p(np.exp(by_channel * x)),
    ),
    ("thresholded_relu", {"alpha": A}, lambda x: np.where(x >= np.float32(A), x, 0)),
    ("gelu", {}, lambda x: x * (1 + erf(x / math.sqrt(2))) / 2),
    (
        "gelu",
        {"mode": "TANH_APPROXIMATION"},
        lambda x: x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2,
    ),
    ("gelu", {"mode": "SIGMOID_APPROXIMATION"}, lambda x: x * sigmoid(1.702 * x)),
    ("softmax", {}, lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True)),
    ("softmax", {"axis": 1}, lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True)),
]:
    build = getattr(mb, op)
    case(op, {"x": 2 * X}, lambda x, build=build, more=arguments: build(x=x, **more), answer)
case(
    "prelu",
    {"x": half(2, 3, 4, 5)},
    lambda x: mb.prelu(x=x, alpha=C),
    lambda x: np.where(x < 0, by_channel[..., None] * x, x),
)
case("thresholded_relu", {"x": FEW}, lambda x: mb.thresholded_relu(x=x, alpha=H(0.5)),
     lambda x: np.where(x >= 0.5, x, 0))  # fmt: skip

SCALE, ZERO = half(3, low=0.05, high=0.1), np.array([3, -2, 0], np.int8)
for_channel = (1, 3, 1)


def quantized(x: np.ndarray) -> np.ndarray:
    steps = np.round(x / SCALE.astype(np.float32).reshape(for_channel))
    return np.clip(steps + ZERO.reshape(for_channel), -128, 127)


case(
    "quantize",
    {"x": 4 * X},
    lambda x: mb.quantize(input=x, scale=SCALE, zero_point=ZERO, axis=1, output_dtype="int8"),
    quantized,
    opset=ct.target.iOS17,
)
case(
    "quantize",
    {"x": 4 * X},
    lambda x: mb.quantize(input=x, scale=H(0.25), output_dtype="uint8"),
    lambda x: np.clip(np.round(x / 0.25), 0, 255),
    opset=ct.target.iOS17,
)
case(
    "dequantize",
    {"x": ints(*np.arange(-12, 12)).reshape(2, 3, 4)},
    lambda x: mb.dequantize(input=mb.cast(x=x, dtype="int8"), scale=SCALE, zero_point=ZERO, axis=1),
    lambda x: (x - ZERO.reshape(for_channel)) * SCALE.astype(float).reshape(for_channel),
    opset=ct.target.iOS17,
)
