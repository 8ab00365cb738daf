# SPDX-License-Identifier: Apache-2.0
"""Cases of convolutions, poolings and resizing."""

from __future__ import annotations

import itertools
from typing import Any, Callable

import numpy as np
from mil_case import case, ct, half, ints, mb
from numpy.lib.stride_tricks import sliding_window_view

H = np.float16
X1, X2, X3 = half(2, 4, 9), half(2, 4, 7, 8), half(1, 4, 4, 5, 6)
Pads = list[tuple[int, int]]


def same_pads(shape: tuple[int, ...], sizes: list[int], strides: list[int], lower: bool) -> Pads:
    """So that the output has a place for each stride of the input."""
    pads = []
    for length, size, stride in zip(shape, sizes, strides):
        total = max((-(-length // stride) - 1) * stride + size - length, 0)
        small, large = total // 2, total - total // 2
        pads.append((large, small) if lower else (small, large))
    return pads


def windows(x: np.ndarray, sizes: list[int], strides: list[int], pads: Pads, fill: float = 0):
    """[n, c, *places, *sizes]"""
    x = np.pad(x, [(0, 0), (0, 0), *pads], constant_values=fill)
    all_of_them = sliding_window_view(x, sizes, tuple(range(2, x.ndim)))
    return all_of_them[(slice(None), slice(None), *(slice(None, None, s) for s in strides))]


def convolved(
    x: np.ndarray, weight: np.ndarray, strides: list[int], pads: Pads, dilations: list[int],
    groups: int = 1,
) -> np.ndarray:  # fmt: skip
    sizes = [(size - 1) * d + 1 for size, d in zip(weight.shape[2:], dilations)]
    parts = windows(x, sizes, strides, pads)
    parts = parts[(..., *(slice(None, None, d) for d in dilations))]
    axes = len(sizes)
    answers = []
    for part, kernel in zip(np.split(parts, groups, 1), np.split(weight, groups, 0)):
        inner = [1, *range(2 + axes, 2 + 2 * axes)]
        answers.append(np.tensordot(part, kernel, (inner, range(1, 2 + axes))))
    return np.moveaxis(np.concatenate(answers, -1), -1, 1)


def conv_case(x: np.ndarray, weight: np.ndarray, pads: Pads, bias: Any = None, **how: Any) -> None:
    axes = x.ndim - 2
    strides, dilations = how.get("strides", [1] * axes), how.get("dilations", [1] * axes)
    if bias is not None:
        how["bias"] = bias
    case(
        "conv",
        {"x": x},
        lambda x: mb.conv(x=x, weight=weight, **how),
        lambda x: convolved(
            x, weight.astype(x.dtype), strides, pads, dilations, how.get("groups", 1)
        )
        + (0 if bias is None else bias.astype(x.dtype).reshape(-1, *[1] * axes)),
    )


NONE = (0, 0)
conv_case(X1, half(6, 4, 3), [NONE], bias=half(6))
conv_case(X2, half(6, 4, 3, 2), [NONE, NONE])
conv_case(X2, half(6, 4, 1, 1), [NONE, NONE], bias=half(6), strides=[2, 1])
conv_case(X3, half(2, 4, 2, 2, 3), [NONE, NONE, NONE])
conv_case(X2, half(6, 4, 3, 3), [(1, 2), (0, 3)], pad_type="custom", pad=[1, 2, 0, 3],
          dilations=[2, 1])  # fmt: skip
for pad_type in ("same", "same_lower"):
    pads = same_pads((7, 8), [3, 2], [2, 2], pad_type == "same_lower")
    conv_case(X2, half(6, 4, 3, 2), pads, pad_type=pad_type, strides=[2, 2])
conv_case(X2, half(6, 2, 3, 3), [NONE, NONE], bias=half(6), groups=2)
conv_case(X2, half(4, 1, 3, 3), [NONE, NONE], groups=4)


def spread(x: np.ndarray, weight: np.ndarray, strides: list[int], groups: int = 1) -> np.ndarray:
    """A transposed convolution without padding: each place of `x` adds the kernel there."""
    plane, sizes = x.shape[2:], weight.shape[2:]
    made = [(n - 1) * s + k for n, s, k in zip(plane, strides, sizes)]
    out = weight.shape[1]
    answer = np.zeros((x.shape[0], out * groups, *made))
    each = x.shape[1] // groups
    for group, place in itertools.product(range(groups), itertools.product(*map(range, plane))):
        channels = slice(group * each, (group + 1) * each)
        values = np.tensordot(x[(slice(None), channels, *place)], weight[channels], (1, 0))
        at = tuple(slice(p * s, p * s + k) for p, s, k in zip(place, strides, sizes))
        answer[(slice(None), slice(group * out, (group + 1) * out), *at)] += values
    return answer


def transposed_case(x: np.ndarray, weight: np.ndarray, cut: tuple = (), **how: Any) -> None:
    strides = how.get("strides", [1] * (x.ndim - 2))
    case(
        "conv_transpose",
        {"x": x},
        lambda x: mb.conv_transpose(x=x, weight=weight, **how),
        lambda x: spread(x, weight.astype(x.dtype), strides, how.get("groups", 1))[(..., *cut)],
    )


transposed_case(X1, half(4, 3, 3))
transposed_case(X2, half(4, 3, 3, 2), strides=[2, 3])
transposed_case(X2, half(4, 3, 3, 3), (slice(1, -1), slice(0, -2)), pad_type="custom",
                pad=[1, 1, 0, 2], strides=[2, 2])  # fmt: skip
transposed_case(X2, half(4, 2, 2, 2), strides=[2, 2], groups=2)
transposed_case(X2, half(4, 3, 4, 4), (slice(1, -1), slice(1, -1)), strides=[2, 2],
                pad_type="custom", pad=[1, 1, 1, 1], output_shape=[2, 3, 14, 16])  # fmt: skip


def pool_case(
    op: str, x: np.ndarray, sizes: list[int], pads: Pads, f: Callable, **how: Any
) -> None:
    axes = tuple(range(-len(sizes), 0))
    strides = how.get("strides", [1] * len(sizes))
    fill = -np.inf if op == "max_pool" else 0
    case(
        op,
        {"x": x},
        lambda x: getattr(mb, op)(x=x, kernel_sizes=sizes, **{"pad_type": "valid", **how}),
        lambda x: f(windows(x, sizes, strides, pads, fill), axis=axes),
    )


def length(x: np.ndarray, axis: tuple[int, ...]) -> np.ndarray:
    return np.sqrt((x * x).sum(axis))


for op, f in [("max_pool", np.max), ("avg_pool", np.mean), ("l2_pool", length)]:
    pool_case(op, X1, [3], [NONE], f)
    pool_case(op, X2, [3, 2], [NONE, NONE], f, strides=[2, 2])
    if op != "l2_pool":
        pool_case(op, X3, [2, 2, 3], [NONE, NONE, NONE], f)
    pool_case(op, X2, [3, 3], [(1, 1), (0, 2)], f, pad_type="custom", pad=[1, 1, 0, 2])
pool_case("max_pool", X2, [3, 3], same_pads((7, 8), [3, 3], [2, 2], False), np.max,
          pad_type="same", strides=[2, 2])  # fmt: skip
pool_case("max_pool", X2, [2, 3], [(0, 1), (0, 1)], np.max, ceil_mode=True, strides=[2, 2],
          pad_type="custom", pad=[0, 0, 0, 0])  # fmt: skip


def mean_of_inside(x: np.ndarray) -> np.ndarray:
    pads = [(1, 1), (0, 2)]
    count = windows(np.ones_like(x), [3, 3], [1, 1], pads).sum((-1, -2))
    return windows(x, [3, 3], [1, 1], pads).sum((-1, -2)) / count


case(
    "avg_pool",
    {"x": X2},
    lambda x: mb.avg_pool(
        x=x, kernel_sizes=[3, 3], pad_type="custom", pad=[1, 1, 0, 2],
        exclude_padding_from_average=True,
    ),
    mean_of_inside,
)  # fmt: skip


def grid(length: int, made: int, mode: str) -> np.ndarray:
    places = np.arange(made)
    if mode == "STRICT_ALIGN_CORNERS":
        places = places * (length - 1) / max(made - 1, 1)
    elif mode == "UNALIGN_CORNERS":
        places = (places + 0.5) * length / made - 0.5
    else:
        places = places * length / made
    return np.clip(places, 0, length - 1)


def linear(x: np.ndarray, sizes: tuple[int, ...], mode: str) -> np.ndarray:
    for axis, made in zip(range(-len(sizes), 0), sizes):
        places = grid(x.shape[axis], made, mode)
        first = np.floor(places).astype(int)
        second = np.minimum(first + 1, x.shape[axis] - 1)
        share = (places - first).reshape(-1, *[1] * (-axis - 1))
        x = x.take(first, axis) * (1 - share) + x.take(second, axis) * share
    return x


def nearest(x: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    for axis, made in zip(range(-len(sizes), 0), sizes):
        x = x.take(np.arange(made) * x.shape[axis] // made, axis)
    return x


PLANE = half(2, 3, 4, 6)
for x in (PLANE, PLANE[0]):
    for mode in ("DEFAULT", "STRICT_ALIGN_CORNERS", "UNALIGN_CORNERS"):
        case(
            "resize_bilinear",
            {"x": x},
            lambda x, mode=mode: mb.resize_bilinear(
                x=x, target_size_height=7, target_size_width=3, sampling_mode=mode
            ),
            lambda x, mode=mode: linear(x, (7, 3), mode),
        )
    case(
        "resize_nearest_neighbor",
        {"x": x},
        lambda x: mb.resize_nearest_neighbor(x=x, target_size_height=7, target_size_width=4),
        lambda x: nearest(x, (7, 4)),
    )
    case(
        "upsample_nearest_neighbor",
        {"x": x},
        lambda x: mb.upsample_nearest_neighbor(x=x, scale_factor_height=2, scale_factor_width=3),
        lambda x: nearest(x, (8, 18)),
    )
for how, mode in [
    ({"align_corners": True}, "STRICT_ALIGN_CORNERS"),
    ({"align_corners": False}, "UNALIGN_CORNERS"),
    ({"align_corners": False, "half_pixel_centers": False}, "DEFAULT"),
]:
    case(
        "upsample_bilinear",
        {"x": PLANE},
        lambda x, how=how: mb.upsample_bilinear(
            x=x, scale_factor_height=2, scale_factor_width=3, **how
        ),
        lambda x, mode=mode: linear(x, (8, 18), mode),
    )
iOS17 = ct.target.iOS17
two = np.uint32(2)
case("resize", {"x": PLANE}, lambda x: mb.resize(x=x, shape=[1, 8, 5], resized_dims=two),
     lambda x: linear(x, (8, 5), "DEFAULT"), opset=iOS17)  # fmt: skip
case(
    "resize",
    {"x": PLANE},
    lambda x: mb.resize(x=x, shape=[0, 5], resized_dims=two, sampling_mode="UNALIGN_CORNERS"),
    lambda x: linear(x, (4, 5), "UNALIGN_CORNERS"),
    opset=iOS17,
)
case(
    "resize",
    {"x": PLANE, "s": ints(8, 12)},
    lambda x, s: mb.resize(x=x, shape=s, resized_dims=two, interpolation_mode="NEAREST_NEIGHBOR"),
    lambda x, s: nearest(x, (8, 12)),
    opset=iOS17,
)


def sampled(x: np.ndarray, places: np.ndarray, border: bool) -> np.ndarray:
    """Bilinear, of a plane of one channel, with corners aligned."""
    height, width = x.shape[2:]
    answer = np.zeros((x.shape[0], 1, *places.shape[1:3]))
    for n, row, column in np.ndindex(x.shape[0], *places.shape[1:3]):
        px = (places[n, row, column, 0] + 1) / 2 * (width - 1)
        py = (places[n, row, column, 1] + 1) / 2 * (height - 1)
        if border:
            px, py = np.clip(px, 0, width - 1), np.clip(py, 0, height - 1)
        for qy, qx in itertools.product(*((np.floor(p), np.floor(p) + 1) for p in (py, px))):
            share = (1 - abs(px - qx)) * (1 - abs(py - qy))
            if 0 <= qx < width and 0 <= qy < height:
                answer[n, 0, row, column] += share * x[n, 0, int(qy), int(qx)]
    return answer


for padding in ("constant", "border"):
    case(
        "resample",
        {"x": half(2, 1, 5, 6), "g": half(2, 3, 4, 2, low=-1.25, high=1.25)},
        lambda x, g, padding=padding: mb.resample(
            x=x, coordinates=g, sampling_mode="bilinear", padding_mode=padding,
            padding_value=H(0), coordinates_mode="normalized_minus_one_to_one",
            align_corners=True,
        ),
        lambda x, g, padding=padding: sampled(x, g, padding == "border"),
    )  # fmt: skip
