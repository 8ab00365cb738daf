# SPDX-License-Identifier: Apache-2.0
"""Cases whose inputs have axes of any length, as texts have: shapes are computed at run time."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
from mil_case import case, ct, half, ints, mb

H = np.float16
X = half(3, 5, 4)
FREE = (0, 1)


def free_case(op: str, build: Callable, answer: Callable, x: np.ndarray = X, **more: Any) -> None:
    axes = tuple(range(x.ndim))[: len(FREE)]
    case(op, {"x": x}, build, answer, free_axes={"x": axes}, **more)


def like(x, value: int = 0):
    """Integers of the shape of `x`."""
    return mb.fill(shape=mb.shape(x=x), value=np.int32(value))


def normal(x: np.ndarray) -> np.ndarray:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1)


def two_best(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    places = np.argsort(-x, 2, kind="stable")[:, :, :2]
    return np.take_along_axis(x, places, 2), places


free_case("argsort", lambda x: mb.argsort(x=x, axis=1), lambda x: np.argsort(-x, 1, kind="stable"))
free_case("band_part", lambda x: mb.band_part(x=x, lower=0, upper=-1), np.triu)
free_case("concat", lambda x: mb.concat(values=[x, x], axis=1), lambda x: np.concatenate([x, x], 1))
free_case(
    "concat",
    lambda x: mb.concat(values=[x, x], axis=1, interleave=True),
    lambda x: np.repeat(x, 2, 1),
)
free_case("cumsum", lambda x: mb.cumsum(x=x, axis=1), lambda x: x.cumsum(1))
free_case("expand_dims", lambda x: mb.expand_dims(x=x, axes=[1]), lambda x: x[:, None])
free_case("fill", lambda x: like(x, 7), lambda x: np.full(x.shape, 7))
free_case(
    "fill_like", lambda x: mb.fill_like(ref_tensor=x, value=H(2)), lambda x: np.full(x.shape, 2)
)
free_case("flatten2d", lambda x: mb.flatten2d(x=x, axis=2), lambda x: x.reshape(-1, 4))
free_case("gather", lambda x: mb.gather(x=x, indices=ints(1, -1), axis=1), lambda x: x[:, [1, -1]])
free_case(
    "gather_along_axis",
    lambda x: mb.gather_along_axis(x=x, indices=like(x, -1), axis=1),
    lambda x: np.repeat(x[:, -1:], 5, 1),
)
free_case("layer_norm", lambda x: mb.layer_norm(x=x, axes=[-1], epsilon=H(1)),
          normal)  # fmt: skip
free_case("linear", lambda x: mb.linear(x=x, weight=half(6, 4)),
          lambda x: x @ half(6, 4).T.astype(float))  # fmt: skip
free_case("non_zero", mb.non_zero, lambda x: np.argwhere(x))
free_case("reduce_log_sum_exp", lambda x: mb.reduce_log_sum_exp(x=x, axes=[1]),
          lambda x: np.log(np.exp(x).sum(1)))  # fmt: skip
free_case(
    "reshape",
    lambda x: mb.reshape(x=x, shape=[0, -1, 2]),
    lambda x: x.reshape(3, 10, 2),
)
free_case(
    "reshape",
    lambda x: mb.reshape(x=x, shape=[0, -1]),
    lambda x: x.reshape(5, 12),
    opset=ct.target.iOS17,
)
free_case("reverse", lambda x: mb.reverse(x=x, axes=[1]), lambda x: x[:, ::-1])
free_case("shape", mb.shape, lambda x: np.array(x.shape))
free_case(
    "scatter",
    lambda x: mb.scatter(
        data=mb.transpose(x=x, perm=[2, 0, 1]), indices=ints(3, 0),
        updates=mb.slice_by_index(x=mb.transpose(x=x, perm=[2, 0, 1]), begin=[0, 0, 0],
                                  end=[2, 0, 0], end_mask=[False, True, True]),
        axis=0, mode="update",
    ),
    lambda x: x.transpose(2, 0, 1)[[1, 1, 2, 0]],
)  # fmt: skip
free_case(
    "slice_by_size",
    lambda x: mb.slice_by_size(x=x, begin=[1, 2, 0], size=[-1, 2, 4]),
    lambda x: x[1:, 2:4],
)
case(
    "slice_update",
    {"x": X, "u": half(3, 1, 4), "b": ints(3)},
    lambda x, u, b: mb.slice_update(
        x=x, update=u, begin=mb.concat(values=[[0], b, [0]], axis=0),
        end=mb.concat(values=[[0], mb.add(x=b, y=[1]), [4]], axis=0),
        begin_mask=[True, False, False], end_mask=[True, False, False],
    ),
    lambda x, u, b: np.concatenate([x[:, :3], u, x[:, 4:]], 1),
    free_axes={"x": (0, 1), "u": (0,)},
    opset=ct.target.iOS18,
)  # fmt: skip
free_case(
    "scatter_along_axis",
    lambda x: mb.scatter_along_axis(data=x, indices=like(x, -1), updates=x, axis=1, mode="add"),
    lambda x: np.concatenate([x[:, :-1], x[:, -1:] + x.sum(1, keepdims=True)], 1),
)
free_case("softmax", lambda x: mb.softmax(x=x, axis=1),
          lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True))  # fmt: skip
case("squeeze", {"x": half(3, 1, 4)}, mb.squeeze, lambda x: x[:, 0], free_axes={"x": (0,)})
free_case("split", lambda x: mb.split(x=x, num_splits=2, axis=2), lambda x: np.split(x, 2, 2))
free_case("tile", lambda x: mb.tile(x=x, reps=[1, 2, 1]), lambda x: np.tile(x, (1, 2, 1)))
free_case("topk", lambda x: mb.topk(x=x, k=2, axis=2),
          two_best)  # fmt: skip
free_case(
    "range_1d",
    lambda x: mb.range_1d(
        start=np.int32(0), step=np.int32(1),
        end=mb.squeeze(x=mb.slice_by_index(x=mb.shape(x=x), begin=[1], end=[2])),
    ),
    lambda x: np.arange(5),
)  # fmt: skip
PIXELS = half(2, 3, 6, 8)
case(
    "conv",
    {"x": PIXELS},
    lambda x: mb.conv(x=x, weight=half(2, 3, 1, 1)),
    lambda x: np.einsum("nchw,oc->nohw", x, half(2, 3, 1, 1)[:, :, 0, 0].astype(float)),
    free_axes={"x": (2, 3)},
)
case(
    "max_pool",
    {"x": PIXELS},
    lambda x: mb.max_pool(x=x, kernel_sizes=[2, 2], strides=[2, 2], pad_type="valid"),
    lambda x: x.reshape(2, 3, 3, 2, 4, 2).max((3, 5)),
    free_axes={"x": (2, 3)},
)
case(
    "resize",
    {"x": PIXELS},
    lambda x: mb.resize(
        x=x, shape=ints(3, 4), resized_dims=np.uint32(2), interpolation_mode="NEAREST_NEIGHBOR"
    ),
    lambda x: x[:, :, ::2, ::2],
    free_axes={"x": (2, 3)},
    opset=ct.target.iOS17,
)
# Of planes of any size, and of a size that goes into the other so that floats fall short of it.
for made in (2, 4, 8):
    case(
        "resize_nearest_neighbor",
        {"x": half(1, 14, 6)},
        lambda x, made=made: mb.resize_nearest_neighbor(
            x=x, target_size_height=made, target_size_width=4
        ),
        lambda x, made=made: x[:, np.arange(made) * 14 // made][:, :, [0, 1, 3, 4]],
        free_axes={"x": (1, 2)},
    )
