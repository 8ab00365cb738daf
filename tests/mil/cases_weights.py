# SPDX-License-Identifier: Apache-2.0
"""Cases of compressed weights, in the forms of iOS 16 and of iOS 18."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
from mil_case import case, ct, half, ints, mb, types

iOS16, iOS18 = ct.target.iOS16, ct.target.iOS18
random = np.random.default_rng(18)


def of_type(values: np.ndarray, name: str) -> np.ndarray:
    return values.astype(types.nptype_from_builtin(getattr(types, name)))


def numbers(name: str, *shape: int) -> np.ndarray:
    """Random numbers over the whole range of a type."""
    bits = int(name.lstrip("uint"))
    low = 0 if name.startswith("u") else -(2 ** (bits - 1))
    return of_type(random.integers(low, low + 2**bits, shape), name)


def plain(values: np.ndarray) -> np.ndarray:
    return np.asarray(values).astype(np.float64)


def weight_case(op: str, opset: Any, build: Callable, weight: np.ndarray) -> None:
    """`build()` is a constant whose value is `weight`: added to zeros, it is what comes out."""
    zeros = np.zeros_like(weight, np.float16)
    case(op, {"x": zeros}, lambda x: mb.add(x=x, y=build()), lambda x: x + weight, opset=opset)


def used_case(op: str, opset: Any, build: Callable, weight: np.ndarray) -> None:
    """The constant as the matrix of a product, and as a table that rows are taken from."""
    rows, columns = weight.shape
    case(op, {"x": half(3, columns)}, lambda x: mb.linear(x=x, weight=build()),
         lambda x: x @ weight.T, opset=opset)  # fmt: skip
    for transposed in (False, True):
        case(op, {"x": half(3, columns if transposed else rows)},
             lambda x, t=transposed: mb.matmul(x=x, y=build(), transpose_y=t),
             lambda x, t=transposed: x @ (weight.T if t else weight),
             opset=opset)  # fmt: skip
    case(op, {"i": ints(2, 0, rows - 1)}, lambda i: mb.gather(x=build(), indices=i, axis=0),
         lambda i: weight[i], opset=opset)  # fmt: skip


# iOS 16: one scale, or one for each place of an axis.
AFFINE = "constexpr_affine_dequantize"
for name, shape, axis in [
    ("uint8", (16, 32), None), ("int8", (16, 32), 0), ("uint8", (16, 32), 1),
    ("uint8", (6, 4, 3, 3), 0), ("int8", (5,), 0),
]:  # fmt: skip
    data = numbers(name, *shape)
    count = () if axis is None else (shape[axis],)
    scale = half(*(count or (1,)), low=0.001, high=0.02).reshape(count)
    zero = numbers(name, *count)
    along = [1] * len(shape)
    along[axis or 0] = -1
    weight = (plain(data) - plain(zero).reshape(along)) * plain(scale).reshape(along)

    def affine(data=data, zero=zero, scale=scale, axis=axis):
        return mb.constexpr_affine_dequantize(
            quantized_data=data, zero_point=zero[()], scale=scale[()], axis=np.int32(axis or 0)
        )

    weight_case(AFFINE, iOS16, affine, weight)
    if len(shape) == 2:
        used_case(AFFINE, iOS16, affine, weight)
    if len(shape) == 4:
        case(AFFINE, {"x": half(1, 4, 5, 5)}, lambda x, w=affine: mb.conv(x=x, weight=w()),
             lambda x, w=weight: np.einsum(
                 "nchwij,ocij->nohw",
                 np.lib.stride_tricks.sliding_window_view(x, (3, 3), (2, 3)), w),
             opset=iOS16)  # fmt: skip

# iOS 18: a scale for each block of any axis.
BLOCKWISE = "constexpr_blockwise_shift_scale"
for name, shape, blocks, offset in [
    ("int8", (16, 32), (16, 1), None), ("uint8", (16, 32), (16, 1), "uint8"),
    ("int4", (16, 64), (16, 1), None), ("uint4", (16, 64), (16, 1), "uint4"),
    ("int4", (16, 64), (16, 2), "int4"), ("uint4", (16, 64), (16, 2), "float"),
    ("int8", (16, 32), (1, 1), "int8"), ("uint8", (16, 32), (4, 8), "uint8"),
    ("int4", (8, 3), (8, 3), None), ("int8", (4, 4, 6), (2, 1, 3), "float"),
    ("uint4", (7, 3), (7, 1), None),
]:  # fmt: skip
    data = numbers(name, *shape)
    scale = half(*blocks, low=0.001, high=0.02)
    shift = None
    if offset is not None:
        shift = half(*blocks) if offset == "float" else numbers(offset, *blocks)
    wide = [scale, np.zeros(blocks) if shift is None else plain(shift)]
    for at, (length, count) in enumerate(zip(shape, blocks)):
        wide = [np.repeat(one, length // count, at) for one in wide]
    weight = plain(wide[0]) * (plain(data) - wide[1])

    def blockwise(data=data, scale=scale, shift=shift):
        more = {} if shift is None else {"offset": shift}
        return mb.constexpr_blockwise_shift_scale(data=data, scale=scale, **more)

    weight_case(BLOCKWISE, iOS18, blockwise, weight)
    if len(shape) == 2:
        used_case(BLOCKWISE, iOS18, blockwise, weight)

for opset in (iOS16, iOS18):
    for values in (half(4, 5), half(3)):
        weight = values.astype(np.float32)
        case(
            "constexpr_cast",
            {"x": np.zeros_like(weight)},
            lambda x, values=values: mb.add(
                x=x, y=mb.constexpr_cast(source_val=values, output_dtype="fp32")
            ),
            lambda x, weight=weight: x + weight,
            opset=opset,
        )


def packed(values: np.ndarray, bits: int) -> np.ndarray:
    """One after the other, from the lowest bit of the first byte on."""
    every = (values.reshape(-1, 1) >> np.arange(bits)) & 1
    return np.packbits(every.astype(np.uint8).ravel(), bitorder="little")


LUT = "constexpr_lut_to_dense"
for bits, shape in [(1, (5, 7)), (2, (9, 6)), (4, (6, 8)), (6, (10, 7)), (8, (32, 20))]:
    indices, palette = random.integers(0, 2**bits, shape), half(2**bits)

    def of_ios16(bits=bits, shape=shape, indices=indices, palette=palette):
        return mb.constexpr_lut_to_dense(
            indices=packed(indices, bits), lut=palette, shape=np.array(shape, np.uint32)
        )

    weight_case(LUT, iOS16, of_ios16, palette[indices])


def looked_up(indices: np.ndarray, lut: np.ndarray, axis: int) -> np.ndarray:
    length = lut.shape[-1]
    shape = list(indices.shape)
    shape[axis] *= length
    made = np.zeros(shape, lut.dtype)
    for place in np.ndindex(*indices.shape):
        block = tuple(p * n // m for p, n, m in zip(place, lut.shape, indices.shape))
        first = list(place)
        first[axis] *= length
        for i in range(length):
            made[(*first[:axis], first[axis] + i, *first[axis + 1 :])] = lut[block][
                int(indices[place]), i
            ]
    return made


for name, shape, blocks, length, axis in [
    ("uint1", (5, 7), (1, 1), 1, 0), ("uint2", (6, 2), (2, 1), 1, 0),
    ("uint3", (4, 6), (1, 3), 1, 0), ("uint4", (8, 8), (4, 2), 1, 0),
    ("uint6", (16, 10), (1, 1), 1, 0), ("uint8", (32, 20), (2, 1), 1, 0),
    ("uint2", (4, 6), (2, 1), 3, 0), ("uint4", (4, 6), (1, 2), 2, 1),
    ("uint3", (2, 4, 6), (1, 2, 1), 2, 1),
]:  # fmt: skip
    indices = numbers(name, *shape)
    lut = half(*blocks, 2 ** int(name[4:]), length)

    def of_ios18(indices=indices, lut=lut, length=length, axis=axis):
        more = {} if length == 1 else {"vector_axis": np.int32(axis)}
        return mb.constexpr_lut_to_dense(indices=indices, lut=lut, **more)

    weight_case(LUT, iOS18, of_ios18, looked_up(indices, lut, axis))

SPARSE = "constexpr_sparse_to_dense"
SHAPE = (6, 11)
MASK = random.integers(0, 2, SHAPE)
COUNT = int(MASK.sum())
VALUES = half(COUNT, low=0.5, high=2)
BIT_MASK = of_type(MASK, "uint1")


def spread(values: np.ndarray, mask: np.ndarray = MASK) -> np.ndarray:
    made = np.zeros(mask.shape)
    made[mask != 0] = values
    return made


weight_case(
    SPARSE,
    iOS16,
    lambda: mb.constexpr_sparse_to_dense(
        nonzero_data=VALUES, mask=packed(MASK, 1), shape=np.array(SHAPE, np.uint32)
    ),
    spread(VALUES).astype(np.float32),
)
weight_case(
    SPARSE,
    iOS18,
    lambda: mb.constexpr_sparse_to_dense(nonzero_data=VALUES, mask=BIT_MASK),
    spread(VALUES).astype(np.float32),
)

# Two at once: palettes, or scales, of what is sparse; and a palette of quantised entries.
for length, axis in [(1, 0), (2, 0), (3, 1)]:
    indices, lut = numbers("uint2", COUNT), half(1, 1, 4, length)
    dense = looked_up(of_type(spread(indices), "uint2"), lut, axis)
    kept = np.repeat(MASK, length, axis)

    def of_palette(indices=indices, lut=lut, length=length, axis=axis):
        more = {} if length == 1 else {"vector_axis": np.int32(axis)}
        mask, data = mb.constexpr_lut_to_sparse(
            indices_mask=BIT_MASK, indices_nonzero_data=indices, lut=lut, **more
        )
        return mb.constexpr_sparse_to_dense(nonzero_data=data, mask=mask)

    weight_case("constexpr_lut_to_sparse", iOS18, of_palette, dense.astype(np.float32) * kept)

for name, offset in [("int8", "int8"), ("int4", None), ("uint4", "uint4")]:
    data, scale = numbers(name, COUNT), half(6, 1, low=0.001, high=0.02)
    shift = None if offset is None else numbers(offset, 6, 1)
    weight = spread(plain(data)) - (0 if shift is None else plain(shift))

    def of_scales(data=data, scale=scale, shift=shift):
        more = {} if shift is None else {"offset": shift}
        mask, values = mb.constexpr_sparse_blockwise_shift_scale(
            data_mask=BIT_MASK, nonzero_data=data, scale=scale, **more
        )
        return mb.constexpr_sparse_to_dense(nonzero_data=values, mask=mask)

    weight_case("constexpr_sparse_blockwise_shift_scale", iOS18, of_scales,
                weight * plain(scale) * MASK)  # fmt: skip

ENTRIES, INDICES = numbers("int8", 1, 1, 16, 1), numbers("uint4", 8, 12)
SCALE = half(8, 1, low=0.001, high=0.02)
weight_case(
    BLOCKWISE,
    iOS18,
    lambda: mb.constexpr_blockwise_shift_scale(
        data=mb.constexpr_lut_to_dense(indices=INDICES, lut=ENTRIES), scale=SCALE
    ),
    plain(looked_up(INDICES, ENTRIES, 0)) * plain(SCALE),
)
QUANTISED = numbers("int8", COUNT)
weight_case(
    BLOCKWISE,
    iOS18,
    lambda: mb.constexpr_blockwise_shift_scale(
        data=mb.constexpr_sparse_to_dense(nonzero_data=QUANTISED, mask=BIT_MASK),
        scale=half(6, 1),
    ),
    spread(plain(QUANTISED)) * plain(half(6, 1)),
)
