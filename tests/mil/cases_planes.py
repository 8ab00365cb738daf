# SPDX-License-Identifier: Apache-2.0
"""Cases of convolutions, poolings and resizing."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
from mil_case import case, ct, half, ints, mb
from plane_answers import (
    Pads,
    convolved,
    length,
    linear,
    mean_of_inside,
    nearest,
    opened,
    same_pads,
    sampled,
    spread,
    windows,
)

H = np.float16
X1, X2, X3 = half(2, 4, 9), half(2, 4, 7, 8), half(1, 4, 4, 5, 6)


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


for x, sizes, strides in [
    (X1, [4], [2]),
    (X1, [3], [1]),
    (X2, [3, 5], [2, 2]),
    (X2, [2, 4], [1, 3]),
]:
    cut = tuple(opened(n, k, s) for n, k, s in zip(x.shape[2:], sizes, strides))
    transposed_case(x, half(4, 3, *sizes), cut, strides=strides, pad_type="same")
transposed_case(X2, half(4, 2, 3, 3), (opened(7, 3, 2), opened(8, 3, 2)), strides=[2, 2], groups=2,
                pad_type="same")  # fmt: skip
transposed_case(X1, half(4, 3, 4), (opened(9, 4, 2, 17),), strides=[2], pad_type="same",
                output_shape=[2, 3, 17])  # fmt: skip
# A kernel shorter than its stride leaves zeros behind.
case(
    "conv_transpose",
    {"x": X1},
    lambda x: mb.conv_transpose(x=x, weight=half(4, 3, 1), strides=[3], pad_type="same"),
    lambda x: np.pad(spread(x, half(4, 3, 1).astype(x.dtype), [3]), ((0, 0), (0, 0), (0, 2))),
)


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


for op, f in [("max_pool", np.max), ("avg_pool", np.mean), ("l2_pool", length)]:
    pool_case(op, X1, [3], [NONE], f)
    pool_case(op, X2, [3, 2], [NONE, NONE], f, strides=[2, 2])
    if op != "l2_pool":
        pool_case(op, X3, [2, 2, 3], [NONE, NONE, NONE], f)
    pool_case(op, X2, [3, 3], [(1, 1), (0, 2)], f, pad_type="custom", pad=[1, 1, 0, 2])
    pool_case(op, X2, [3, 2], same_pads((7, 8), [3, 2], [2, 2], False), f, pad_type="same",
              strides=[2, 2])  # fmt: skip
pool_case("max_pool", X2, [3, 3], same_pads((7, 8), [3, 3], [2, 2], False), np.max,
          pad_type="same", strides=[2, 2])  # fmt: skip
pool_case("max_pool", X2, [2, 3], [(0, 1), (0, 1)], np.max, ceil_mode=True, strides=[2, 2],
          pad_type="custom", pad=[0, 0, 0, 0])  # fmt: skip
pool_case("max_pool", X1, [3], [(1, 2)], np.max, ceil_mode=True, strides=[3], pad_type="custom",
          pad=[1, 1])  # fmt: skip


case(
    "avg_pool",
    {"x": X2},
    lambda x: mb.avg_pool(
        x=x, kernel_sizes=[3, 3], pad_type="custom", pad=[1, 1, 0, 2],
        exclude_padding_from_average=True,
    ),
    mean_of_inside,
)  # fmt: skip
# With ceil_mode a window that reaches out of the plane counts what it has of it.
case(
    "avg_pool",
    {"x": X2},
    lambda x: mb.avg_pool(x=x, kernel_sizes=[3, 3], strides=[3, 2], pad_type="valid",
                          ceil_mode=True),
    lambda x: mean_of_inside(x, ((0, 2), (0, 1)), (3, 2)),
)  # fmt: skip
case(
    "avg_pool",
    {"x": X2},
    lambda x: mb.avg_pool(
        x=x, kernel_sizes=[3, 3], strides=[3, 2], pad_type="custom", pad=[1, 1, 1, 1],
        ceil_mode=True, exclude_padding_from_average=True,
    ),
    lambda x: mean_of_inside(x, ((1, 1), (1, 2)), (3, 2)),
)  # fmt: skip


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
ROWS = half(1, 14, 3)
for made in (2, 4, 8):
    case(
        "resize_nearest_neighbor",
        {"x": ROWS},
        lambda x, made=made: mb.resize_nearest_neighbor(
            x=x, target_size_height=made, target_size_width=7
        ),
        lambda x, made=made: nearest(x, (made, 7)),
    )
    case(
        "upsample_nearest_neighbor",
        {"x": ROWS},
        lambda x, made=made: mb.upsample_nearest_neighbor(
            x=x, scale_factor_height=np.float32(made / 14 + 1e-6), scale_factor_width=1.0
        ),
        lambda x, made=made: nearest(x, (made, 3)),
    )
# 2.3 is a little less than that: as floats 2.3 * 10 is 23 all the same.
case(
    "upsample_nearest_neighbor",
    {"x": half(1, 10, 3)},
    lambda x: mb.upsample_nearest_neighbor(x=x, scale_factor_height=np.float32(2.3)),
    lambda x: nearest(x, (23, 3)),
)
case(
    "upsample_bilinear",
    {"x": half(1, 10, 3)},
    lambda x: mb.upsample_bilinear(x=x, scale_factor_height=np.float32(2.3)),
    lambda x: linear(x, (23, 3), "STRICT_ALIGN_CORNERS"),
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
for made in (2, 4, 8):
    case(
        "resize",
        {"x": ROWS, "s": ints(made, 0)},
        lambda x, s: mb.resize(
            x=x, shape=s, resized_dims=two, interpolation_mode="NEAREST_NEIGHBOR"
        ),
        lambda x, s, made=made: nearest(x, (made, 3)),
        opset=iOS17,
    )


for padding, align in [("constant", True), ("border", True), ("reflection", True),
                       ("constant", False), ("border", False)]:  # fmt: skip
    case(
        "resample",
        {"x": half(2, 1, 5, 6), "g": half(2, 3, 4, 2, low=-1.25, high=1.25)},
        lambda x, g, padding=padding, align=align: mb.resample(
            x=x, coordinates=g, sampling_mode="bilinear", padding_mode=padding,
            padding_value=H(0), coordinates_mode="normalized_minus_one_to_one",
            align_corners=align,
        ),
        lambda x, g, padding=padding, align=align: sampled(x, g, padding, align),
    )  # fmt: skip
