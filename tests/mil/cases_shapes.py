# SPDX-License-Identifier: Apache-2.0
"""Cases of ops that move elements, or make tensors: shapes, slices, blocks, fillings."""

from __future__ import annotations

import numpy as np
from mil_case import case, ct, half, ints, mb

H = np.float16
X = half(2, 3, 4)
WIDE = half(2, 4, 6, 8)
NUMBERS = ints(*range(24)).reshape(2, 3, 4)
iOS17, iOS18 = ct.target.iOS17, ct.target.iOS18

case("concat", {"x": X, "y": half(2, 5, 4)}, lambda x, y: mb.concat(values=[x, y], axis=1),
     lambda x, y: np.concatenate([x, y], 1))  # fmt: skip
case("concat", {"x": NUMBERS}, lambda x: mb.concat(values=[x, x, x], axis=-1),
     lambda x: np.concatenate([x, x, x], -1))  # fmt: skip
case(
    "concat",
    {"x": X, "y": X + H(1)},
    lambda x, y: mb.concat(values=[x, y], axis=1, interleave=True),
    lambda x, y: np.stack([x, y], 2).reshape(2, 6, 4),
)
case(
    "concat",
    {"x": ints(5), "y": ints(7)},
    lambda x, y: mb.concat(values=[mb.squeeze(x=x), mb.squeeze(x=y)], axis=0),
    lambda x, y: np.concatenate([x, y]),
)
for axes, shape in [([0], (1, 2, 3, 4)), ([-1, 1], (2, 1, 3, 4, 1))]:
    case(
        "expand_dims",
        {"x": X},
        lambda x, axes=axes: mb.expand_dims(x=x, axes=axes),
        lambda x, shape=shape: x.reshape(shape),
    )
for axis, shape in [(1, (2, 12)), (2, (6, 4)), (-1, (6, 4)), (0, (1, 24))]:
    case(
        "flatten2d",
        {"x": X},
        lambda x, axis=axis: mb.flatten2d(x=x, axis=axis),
        lambda x, shape=shape: x.reshape(shape),
    )
for shape in [(4, 6), (2, -1), (0, -1, 2)]:
    made = tuple(X.shape[i] if n == 0 else n for i, n in enumerate(shape))
    case(
        "reshape",
        {"x": X},
        lambda x, shape=shape: mb.reshape(x=x, shape=shape),
        lambda x, made=made: x.reshape(made),
    )
# Since iOS 17 a 0 is of the axis as many before the last one, and needs no axis at all.
for shape, made in [
    ([0, -1], (3, 8)),
    ([1, 0, -1, 0], (1, 2, 3, 4)),
    ([0, 0, -1, 0, 0], (1, 1, 2, 3, 4)),
]:
    case(
        "reshape",
        {"x": X},
        lambda x, shape=shape: mb.reshape(x=x, shape=shape),
        lambda x, made=made: x.reshape(made),
        opset=iOS17,
    )
    case(
        "reshape",
        {"x": X, "s": ints(*shape)},
        lambda x, s: mb.reshape(x=x, shape=s),
        lambda x, s, made=made: x.reshape(made),
        opset=iOS17,
    )
case(
    "reshape_like",
    {"x": half(2, 3, 20), "a": X, "b": half(1, 5, 4)},
    lambda x, a, b: mb.reshape_like(
        x=x, ref_tensors=(a, b), begins=(0, 1), ends=(2, 0), end_masks=(False, True)
    ),
    lambda x, a, b: x.reshape(2, 3, 5, 4),
)
case("reverse", {"x": X}, lambda x: mb.reverse(x=x, axes=[1, -1]), lambda x: x[:, ::-1, ::-1])
case("reverse", {"x": NUMBERS}, mb.reverse, lambda x: x[::-1, ::-1, ::-1])
case(
    "reverse_sequence",
    {"x": half(3, 4), "n": ints(1, 3, 4)},
    lambda x, n: mb.reverse_sequence(x=x, lengths=n, seq_axis=1, batch_axis=0),
    lambda x, n: np.stack([np.r_[row[:k][::-1], row[k:]] for row, k in zip(x, n)]),
)
case("shape", {"x": X}, mb.shape, lambda x: np.array(x.shape))
case(
    "sliding_windows",
    {"x": half(2, 9, 3)},
    lambda x: mb.sliding_windows(x=x, axis=1, size=4, stride=2),
    lambda x: np.stack([x[:, at : at + 4] for at in (0, 2, 4)], 1),
)
case("split", {"x": X}, lambda x: mb.split(x=x, num_splits=2, axis=2), lambda x: np.split(x, 2, 2))
case(
    "split",
    {"x": X},
    lambda x: mb.split(x=x, split_sizes=[1, 2], axis=1),
    lambda x: np.split(x, [1], 1),
)
THIN = half(1, 3, 1, 2)
case("squeeze", {"x": THIN}, lambda x: mb.squeeze(x=x, axes=[-2]), lambda x: x.squeeze(2))
case("squeeze", {"x": THIN}, mb.squeeze, np.squeeze)
case("squeeze", {"x": THIN}, lambda x: mb.squeeze(x=x, axes=[0, 1]), lambda x: x[0])
case("squeeze", {"x": X}, mb.squeeze, lambda x: x)
for axis in (0, 1, -1):
    case(
        "stack",
        {"x": X, "y": X + H(1)},
        lambda x, y, axis=axis: mb.stack(values=[x, y], axis=axis),
        lambda x, y, axis=axis: np.stack([x, y], axis),
    )
case("tile", {"x": X}, lambda x: mb.tile(x=x, reps=[2, 1, 3]), lambda x: np.tile(x, (2, 1, 3)))
for perm in ([2, 0, 1], [-1, 1, 0]):
    case(
        "transpose",
        {"x": X},
        lambda x, perm=perm: mb.transpose(x=x, perm=perm),
        lambda x, perm=perm: x.transpose(perm),
    )

case("crop", {"x": WIDE}, lambda x: mb.crop(x=x, crop_height=[1, 2], crop_width=[0, 3]),
     lambda x: x[:, :, 1:-2, :-3])  # fmt: skip
ALL = [True, True, True]
for how, part in [
    ({"begin": [0, 1, 1], "end": [2, 3, 3]}, np.s_[0:2, 1:3, 1:3]),
    ({"begin": [0, 0, -3], "end": [2, 3, -1]}, np.s_[:, :, -3:-1]),
    ({"begin": [0, 0, 0], "end": [0, 0, 4], "stride": [1, 2, 3], "end_mask": [True, True, False]},
     np.s_[:, ::2, 0:4:3]),
    ({"begin": [0, -1, 0], "end": [0, 0, 0], "squeeze_mask": [False, True, False],
      "begin_mask": [True, False, True], "end_mask": [True, False, True]}, np.s_[:, -1]),
    ({"begin": [0, 0, 0], "end": [0, 0, 0], "stride": [1, -1, -2], "begin_mask": ALL,
      "end_mask": ALL}, np.s_[:, ::-1, ::-2]),
]:  # fmt: skip
    case(
        "slice_by_index",
        {"x": X},
        lambda x, how=how: mb.slice_by_index(x=x, **how),
        lambda x, part=part: x[part],
    )
    if min(how.get("stride", [1])) > 0:
        shape = X[part].shape
        case(
            "slice_update",
            {"x": X, "u": half(*shape)},
            lambda x, u, how=how: mb.slice_update(x=x, update=u, **how),
            lambda x, u, part=part: _replaced(x, u, part),
            opset=iOS18,
        )


def _replaced(x: np.ndarray, update: np.ndarray, part: tuple) -> np.ndarray:
    x = x.copy()
    x[part] = update
    return x


case(
    "slice_by_index",
    {"x": X, "b": ints(0, -2, 1), "e": ints(1, 9, -1)},
    lambda x, b, e: mb.slice_by_index(x=x, begin=b, end=e),
    lambda x, b, e: x[0:1, -2:, 1:-1],
)
# One element, at a place that is computed.
case(
    "slice_by_index",
    {"x": X, "b": ints(1, -1, 0), "e": ints(2, 0, 1)},
    lambda x, b, e: mb.slice_by_index(x=x, begin=b, end=e, squeeze_mask=[True] * 3),
    lambda x, b, e: x[1, -1, 0],
)
case(
    "slice_by_index",
    {"x": half(6), "b": ints(2), "e": ints(3)},
    lambda x, b, e: mb.slice_by_index(x=x, begin=b, end=e, squeeze_mask=[True]),
    lambda x, b, e: x[2],
)
LIST = half(5)
TWO_BY_FOUR = half(2, 4)
for x, update, begin, how, part in [
    (LIST, half(3), [1], {"end": [4]}, np.s_[1:4]),
    (LIST, half(2), [-2], {"end": [0], "end_mask": [True]}, np.s_[-2:]),
    (LIST, half(2), [3], {"end": [0], "stride": [-2], "end_mask": [True]}, np.s_[3::-2]),
    # A cache: one more place of its middle axis.
    (half(2, 5, 4), half(2, 1, 4), [0, 2, 0],
     {"end": [0, 3, 0], "begin_mask": [True, False, True], "end_mask": [True, False, True]},
     np.s_[:, 2:3]),
    (half(2, 5, 4), TWO_BY_FOUR, [0, -1, 0],
     {"end": [2, 0, 9], "squeeze_mask": [False, True, False]}, np.s_[:, -1]),
    (half(2, 5, 4), half(2, 2, 2), [0, 1, 1], {"end": [2, 4, 3], "stride": [1, 2, 1]},
     np.s_[:, 1:4:2, 1:3]),
]:  # fmt: skip
    case(
        "slice_update",
        {"x": x, "u": update, "b": ints(*begin)},
        lambda x, u, b, how=how: mb.slice_update(x=x, update=u, begin=b, **how),
        lambda x, u, b, part=part: _replaced(x, u, part),
        opset=iOS18,
    )
case(
    "slice_update",
    {"x": half(2, 5, 4), "u": half(2, 1, 4), "b": ints(3)},
    lambda x, u, b: mb.slice_update(
        x=x, update=u, begin=mb.concat(values=[[0], b, [0]], axis=0),
        end=mb.concat(values=[[2], mb.add(x=b, y=[1]), [2**31 - 1]], axis=0),
    ),
    lambda x, u, b: _replaced(x, u, np.s_[:, 3:4]),
    opset=iOS18,
)  # fmt: skip
case(
    "slice_update",
    {"x": X},
    lambda x: mb.slice_update(
        x=mb.fill_like(ref_tensor=x, value=H(0)), update=x, begin=[0, 0, 0], end=[0, 0, 0],
        begin_mask=ALL, end_mask=ALL,
    ),
    lambda x: x,
    opset=iOS18,
)  # fmt: skip
case(
    "slice_by_size",
    {"x": LIST},
    lambda x: mb.slice_by_size(x=x, begin=[-2], size=[2]),
    lambda x: x[-2:],
)
case(
    "slice_by_size",
    {"x": X, "b": ints(-1, -2, -3)},
    lambda x, b: mb.slice_by_size(x=x, begin=b, size=[1, 2, -1]),
    lambda x, b: x[1:, 1:, 1:],
)
case(
    "slice_by_size",
    {"x": X},
    lambda x: mb.slice_by_size(x=x, begin=[0, 1, 1], size=[2, 2, -1]),
    lambda x: x[0:2, 1:3, 1:],
)
case(
    "slice_by_size",
    {"x": X, "b": ints(1, 0, 2)},
    lambda x, b: mb.slice_by_size(x=x, begin=b, size=[1, 3, 2]),
    lambda x, b: x[1:2, :, 2:4],
)


def blocks(x: np.ndarray, size: int, depth_first: bool) -> np.ndarray:
    """Channels to the plane."""
    n, c, h, w = x.shape
    if depth_first:
        parts = x.reshape(n, c // size**2, size, size, h, w).transpose(0, 1, 4, 2, 5, 3)
    else:
        parts = x.reshape(n, size, size, c // size**2, h, w).transpose(0, 3, 4, 1, 5, 2)
    return parts.reshape(n, c // size**2, h * size, w * size)


def unblocks(x: np.ndarray, size: int, depth_first: bool) -> np.ndarray:
    n, c, h, w = x.shape
    parts = x.reshape(n, c, h // size, size, w // size, size)
    order = (0, 1, 3, 5, 2, 4) if depth_first else (0, 3, 5, 1, 2, 4)
    return parts.transpose(order).reshape(n, c * size**2, h // size, w // size)


DEEP = half(2, 8, 3, 2)
case("depth_to_space", {"x": DEEP}, lambda x: mb.depth_to_space(x=x, block_size=2),
     lambda x: blocks(x, 2, False))  # fmt: skip
case("pixel_shuffle", {"x": DEEP}, lambda x: mb.pixel_shuffle(x=x, upscale_factor=2),
     lambda x: blocks(x, 2, True))  # fmt: skip
case("space_to_depth", {"x": WIDE}, lambda x: mb.space_to_depth(x=x, block_size=2),
     lambda x: unblocks(x, 2, False))  # fmt: skip
case("pixel_unshuffle", {"x": WIDE},
     lambda x: mb.pixel_unshuffle(x=x, downscale_factor=np.uint32(2)),
     lambda x: unblocks(x, 2, True))  # fmt: skip


def to_batch(x: np.ndarray) -> np.ndarray:
    x = np.pad(x, ((0, 0), (0, 0), (0, 2), (1, 1)))
    n, c, h, w = x.shape
    parts = x.reshape(n, c, h // 2, 2, w // 2, 2).transpose(3, 5, 0, 1, 2, 4)
    return parts.reshape(4 * n, c, h // 2, w // 2)


case(
    "space_to_batch",
    {"x": WIDE},
    lambda x: mb.space_to_batch(x=x, block_shape=[2, 2], paddings=[[0, 2], [1, 1]]),
    to_batch,
)
case(
    "batch_to_space",
    {"x": half(8, 3, 2, 3)},
    lambda x: mb.batch_to_space(x=x, block_shape=[2, 2], crops=[[0, 1], [2, 0]]),
    lambda x: x.reshape(2, 2, 2, 3, 2, 3)
    .transpose(2, 3, 4, 0, 5, 1)
    .reshape(2, 3, 4, 6)[:, :, :-1, 2:],
)

case("band_part", {"x": X}, lambda x: mb.band_part(x=x, lower=1, upper=0),
     lambda x: np.tril(np.triu(x, -1), 0))  # fmt: skip
case("band_part", {"x": X}, lambda x: mb.band_part(x=x, lower=-1, upper=1), lambda x: np.tril(x, 1))
case("cumsum", {"x": X}, lambda x: mb.cumsum(x=x, axis=1), lambda x: x.cumsum(1))
case(
    "cumsum",
    {"x": NUMBERS},
    lambda x: mb.cumsum(x=x, axis=-1, exclusive=True, reverse=True),
    lambda x: x[..., ::-1].cumsum(-1)[..., ::-1] - x,
)
case("fill", {"x": ints(2, 3)}, lambda x: mb.fill(shape=x, value=H(1.5)),
     lambda x: np.full(tuple(x), 1.5))  # fmt: skip
case("fill", {"x": ints(1, 1)}, lambda x: mb.fill(shape=mb.add(x=x, y=np.int32(1)), value=7),
     lambda x: np.full((2, 2), 7))  # fmt: skip
case("fill_like", {"x": X}, lambda x: mb.fill_like(ref_tensor=x, value=H(-2)),
     lambda x: np.full(x.shape, -2))  # fmt: skip
PLACES = ints(0, 2, 3, 1)
case(
    "one_hot",
    {"i": PLACES},
    lambda i: mb.one_hot(indices=i, one_hot_vector_size=4, on_value=H(2), off_value=H(-1)),
    lambda i: np.where(np.eye(4)[i] != 0, 2, -1),
)
case("one_hot", {"i": PLACES}, lambda i: mb.one_hot(indices=i, one_hot_vector_size=4, axis=0),
     lambda i: np.eye(4, dtype=np.int32)[i].T)  # fmt: skip
case("pad", {"x": X}, lambda x: mb.pad(x=x, pad=[1, 2], constant_val=H(5)),
     lambda x: np.pad(x, ((0, 0), (0, 0), (1, 2)), constant_values=5))  # fmt: skip
for mode, name in [("constant", "constant"), ("reflect", "reflect"), ("replicate", "edge")]:
    case(
        "pad",
        {"x": X},
        lambda x, mode=mode: mb.pad(x=x, pad=[2, 1, 0, 3], mode=mode),
        lambda x, name=name: np.pad(x, ((0, 0), (2, 1), (0, 3)), mode=name),
    )


def scalar(x):
    return mb.squeeze(x=x)


case("range_1d", {"x": ints(3)}, lambda x: mb.range_1d(end=mb.squeeze(x=x), start=-1, step=2),
     lambda x: np.arange(-1, 3, 2))  # fmt: skip
for start, end, step in [(7, 1, -2), (3, 3, 1), (0, 5, -1), (5, 0, 2)]:
    case(
        "range_1d",
        {"x": ints(start, end, step)},
        lambda x: mb.range_1d(**dict(zip(("start", "end", "step"), map(scalar, mb.split(
            x=x, num_splits=3, axis=0))))),
        lambda x: np.arange(*x),
    )  # fmt: skip
case("range_1d", {"x": ints(1)}, lambda x: mb.range_1d(end=H(2), start=H(0), step=H(0.5)),
     lambda x: np.arange(0, 2, 0.5))  # fmt: skip
