# SPDX-License-Identifier: Apache-2.0
"""Cases of reductions, sorting, gathering and scattering."""

from __future__ import annotations

import numpy as np
from mil_case import case, ct, half, ints, mb, unequal

H = np.float16
X = half(2, 3, 4)
POSITIVE = half(2, 3, 4, low=0.1, high=3)
SMALL = ints(1, -2, 3, -4, 5, 6).reshape(2, 3)

REDUCTIONS = {
    "reduce_l1_norm": lambda x, **how: np.abs(x).sum(**how),
    "reduce_l2_norm": lambda x, **how: np.sqrt((x * x).sum(**how)),
    "reduce_log_sum": lambda x, **how: np.log(x.sum(**how)),
    "reduce_log_sum_exp": lambda x, **how: np.log(np.exp(x).sum(**how)),
    "reduce_max": np.max,
    "reduce_mean": np.mean,
    "reduce_min": np.min,
    "reduce_prod": np.prod,
    "reduce_sum": np.sum,
    "reduce_sum_square": lambda x, **how: (x * x).sum(**how),
}
for op, answer in REDUCTIONS.items():
    build = getattr(mb, op)
    x = POSITIVE if op == "reduce_log_sum" else X
    for axes, keep in [((1,), True), ((-1, 0), False), (None, False)]:
        how = {} if axes is None else {"axes": list(axes)}
        case(
            op,
            {"x": x},
            lambda x, build=build, keep=keep, how=how: build(x=x, keep_dims=keep, **how),
            lambda x, f=answer, axes=axes, keep=keep: np.asarray(f(x, axis=axes, keepdims=keep)),
        )
for op in ("reduce_max", "reduce_min", "reduce_sum", "reduce_sum_square", "reduce_prod"):
    build = getattr(mb, op)
    case(
        op,
        {"x": SMALL},
        lambda x, build=build: build(x=x, axes=[1]),
        lambda x, f=REDUCTIONS[op]: f(x, axis=1),
    )
# What overflows unless the largest is taken out first.
case(
    "reduce_log_sum_exp",
    {"x": half(3, 5, low=80, high=200)},
    lambda x: mb.reduce_log_sum_exp(x=x, axes=[1]),
    lambda x: np.log(np.exp(x - 200).sum(1)) + 200,
)

TIES = np.array([[3, 1, 3, 1], [0, 0, 0, 0], [-1, 2, 2, -1]], H)
for op, answer in [("reduce_argmax", np.argmax), ("reduce_argmin", np.argmin)]:
    build = getattr(mb, op)
    for axis, keep in [(1, False), (0, True)]:
        case(
            op,
            {"x": TIES},
            lambda x, build=build, a=axis, k=keep: build(x=x, axis=a, keep_dims=k),
            lambda x, f=answer, a=axis, k=keep: f(x, axis=a, keepdims=k),
        )

U = unequal(3, 7)
for axis in (0, -1):
    case(
        "argsort",
        {"x": U},
        lambda x, a=axis: mb.argsort(x=x, axis=a, ascending=True),
        lambda x, a=axis: np.argsort(x, axis=a),
    )
case("argsort", {"x": U}, mb.argsort, lambda x: np.argsort(-x, axis=-1))
case("argsort", {"x": TIES}, mb.argsort, lambda x: np.argsort(-x, axis=-1, kind="stable"))


def best(x: np.ndarray, k: int, axis: int, ascending: bool) -> tuple[np.ndarray, np.ndarray]:
    places = np.argsort(x if ascending else -x, axis=axis, kind="stable")
    places = places.take(range(k), axis=axis)
    return np.take_along_axis(x, places, axis=axis), places


for k, axis, ascending in [(3, -1, False), (2, 0, True), (7, 1, True)]:
    case(
        "topk",
        {"x": U},
        lambda x, k=k, a=axis, up=ascending: mb.topk(x=x, k=k, axis=a, ascending=up),
        lambda x, k=k, a=axis, up=ascending: best(x, k, a, up),
    )
case("topk", {"x": ints(5, 2, 9, -4)}, lambda x: mb.topk(x=x, k=2), lambda x: best(x, 2, -1, False))
case(
    "topk",
    {"x": U},
    lambda x: mb.topk(x=x, k=2, return_indices=False),
    lambda x: best(x, 2, -1, False)[0],
    opset=ct.target.iOS17,
)
case(
    "topk",
    {"x": U},
    lambda x: mb.topk(x=x, k=7, output_indices_dtype="int32"),
    lambda x: best(x, 7, -1, False),
    opset=ct.target.iOS17,
)
case("non_zero", {"x": TIES}, mb.non_zero, lambda x: np.argwhere(x))
case("non_zero", {"x": ints(0, 3, 0, -1)}, mb.non_zero, lambda x: np.argwhere(x))

I2 = ints(2, 0, -1, 1).reshape(2, 2)
for axis in (0, 1, 2):
    case(
        "gather",
        {"x": half(3, 4, 5), "i": I2},
        lambda x, i, a=axis: mb.gather(x=x, indices=i, axis=a),
        lambda x, i, a=axis: np.take(x, i, axis=a),
    )
case("gather", {"x": ints(7, 8, 9), "i": I2}, lambda x, i: mb.gather(x=x, indices=i), np.take)
case("gather", {"x": X}, lambda x: mb.gather(x=x, indices=np.int32(1)), lambda x: x[1])
case(
    "gather",
    {"x": half(2, 3, 5), "i": I2},
    lambda x, i: mb.gather(x=x, indices=i, axis=2, batch_dims=1),
    lambda x, i: np.stack([np.take(x[b], i[b], axis=1) for b in range(2)]),
)
WIDE, iOS15 = half(3, 7).astype(np.float32), ct.target.iOS15
case("gather", {"x": WIDE, "i": I2}, lambda x, i: mb.gather(x=x, indices=i, axis=1),
     lambda x, i: np.take(x, i, axis=1), opset=iOS15)  # fmt: skip
case("topk", {"x": WIDE}, lambda x: mb.topk(x=x, k=3, axis=1), lambda x: best(x, 3, 1, False),
     opset=iOS15)  # fmt: skip
case("reduce_sum", {"x": WIDE}, lambda x: mb.reduce_sum(x=x, axes=[0]), lambda x: x.sum(0),
     opset=iOS15)  # fmt: skip
ALONG = ints(0, 2, 1, -1, 0, 0, 2, 2).reshape(2, 4)
case(
    "gather_along_axis",
    {"x": half(3, 4), "i": ALONG},
    lambda x, i: mb.gather_along_axis(x=x, indices=i, axis=0),
    lambda x, i: np.take_along_axis(x, i, 0),
)
case(
    "gather_along_axis",
    {"x": half(2, 5), "i": ALONG},
    lambda x, i: mb.gather_along_axis(x=x, indices=i, axis=1, validate_indices=False),
    lambda x, i: np.take_along_axis(x, i, 1),
    opset=ct.target.iOS17,
)
PAIRS = ints([0, 1], [2, -1], [-3, 0])
case(
    "gather_nd",
    {"x": half(3, 4, 2), "i": PAIRS},
    lambda x, i: mb.gather_nd(x=x, indices=i),
    lambda x, i: x[i[:, 0], i[:, 1]],
)
case(
    "gather_nd",
    {"x": half(2, 3, 4), "i": ints([[1], [2]], [[0], [-1]])},
    lambda x, i: mb.gather_nd(x=x, indices=i, batch_dims=1),
    lambda x, i: np.stack([x[b][i[b, :, 0]] for b in range(2)]),
)

# An index out of range takes the nearest place. MIL leaves open which, but it has to be one of x.
for i in ([[3, 0], [0, 0]], [[10**9, 0], [-(10**9), 1]]):
    clipped = np.clip(np.array(i), 0, 1)
    case(
        "gather_nd",
        {"x": half(2, 2), "i": ints(*i)},
        lambda x, i: mb.gather_nd(x=x, indices=i),
        lambda x, i, c=clipped: x[c[:, 0], c[:, 1]],
    )
    case(
        "gather_nd",
        {"x": half(2, 2)},
        lambda x, i=i: mb.gather_nd(x=mb.const(val=half(2, 2)), indices=ints(*i)),
        lambda x, c=clipped: x[c[:, 0], c[:, 1]],
    )

# Of a list of integers OpenVINO would read beside what it gathers from.
case(
    "gather",
    {"i": ints(1000, -1000, 2, -1)},
    lambda i: mb.gather(x=np.arange(1, 9, dtype=np.int32), indices=mb.add(x=i, y=np.int32(0))),
    lambda i: np.array([8, 1, 3, 8]),
)
case(
    "gather",
    {"x": ints(5, 6, 7), "i": ints(2**31 - 1)},
    lambda x, i: mb.gather(x=mb.add(x=x, y=np.int32(1)), indices=mb.squeeze(x=i)),
    lambda x, i: np.array(8),
)

MODES = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "max": np.maximum,
    "min": np.minimum,
}  # fmt: skip


def changed(x: np.ndarray, place: tuple, updates: np.ndarray, mode: str) -> np.ndarray:
    x = x.copy()
    if mode == "update":
        x[place] = updates
    else:
        MODES[mode].at(x, place, updates)
    return x


DATA = half(3, 4, low=1, high=3)
TWICE = ints(2, 0, 2, -2)  # a place twice: every update counts
ONCE = ints(2, 0)
PLACES = (ints([0, 1, 0], [3, -2, 2], [1, 1, 1]), ints([0, 1, 2], [3, -2, 0], [1, 3, 0]))
for mode in [*MODES, "update"]:
    rows = ONCE if mode == "update" else TWICE
    updates = half(len(rows), 4, low=0.5, high=2)
    case(
        "scatter",
        {"x": DATA, "i": rows, "u": updates},
        lambda x, i, u, mode=mode: mb.scatter(data=x, indices=i, updates=u, axis=0, mode=mode),
        lambda x, i, u, mode=mode: changed(x, (i,), u, mode),
    )
    case(
        "scatter_nd",
        {"x": DATA, "i": rows.reshape(-1, 1), "u": updates},
        lambda x, i, u, mode=mode: mb.scatter_nd(data=x, indices=i, updates=u, mode=mode),
        lambda x, i, u, mode=mode: changed(x, (i[:, 0],), u, mode),
    )
    case(
        "scatter_along_axis",
        {"x": DATA, "i": PLACES[mode == "update"], "u": half(3, 3, low=0.5, high=2)},
        lambda x, i, u, mode=mode: mb.scatter_along_axis(
            data=x, indices=i, updates=u, axis=1, mode=mode
        ),
        lambda x, i, u, mode=mode: changed(x, (np.arange(3)[:, None], i), u, mode),
    )
case(
    "scatter",
    {"x": half(2, 5, 3), "i": I2, "u": half(2, 2, 2, 3)},
    lambda x, i, u: mb.scatter(data=x, indices=i, updates=u, axis=1, mode="add"),
    lambda x, i, u: changed(x, (slice(None), i), u, "add"),
)
case(
    "scatter_nd",
    {"x": half(3, 4, 2), "i": PAIRS, "u": half(3, 2)},
    lambda x, i, u: mb.scatter_nd(data=x, indices=i, updates=u, mode="update"),
    lambda x, i, u: changed(x, (i[:, 0], i[:, 1]), u, "update"),
)
