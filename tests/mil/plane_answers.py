# SPDX-License-Identifier: Apache-2.0
"""What NumPy says of planes: of windows over them, and of what is between their places."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

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


def opened(length: int, size: int, stride: int, made: int | None = None) -> slice:
    """With "same": what is left of a plane, an odd one too much cut off behind."""
    whole = (length - 1) * stride + size
    surplus = max(whole - (length * stride if made is None else made), 0)
    return slice(surplus // 2, whole - (surplus - surplus // 2))


def length(x: np.ndarray, axis: tuple[int, ...]) -> np.ndarray:
    return np.sqrt((x * x).sum(axis))


def mean_of_inside(
    x: np.ndarray, pads: tuple = ((1, 1), (0, 2)), strides: tuple[int, int] = (1, 1)
) -> np.ndarray:
    count = windows(np.ones_like(x), [3, 3], strides, pads).sum((-1, -2))
    return windows(x, [3, 3], strides, pads).sum((-1, -2)) / count


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


def inside(place: float, length: int, padding: str) -> float:
    if padding == "border":
        return float(np.clip(place, 0, length - 1))
    if padding == "reflection":
        return (length - 1) - abs((abs(place) % (2 * (length - 1))) - (length - 1))
    return place


def sampled(x: np.ndarray, places: np.ndarray, padding: str, align: bool) -> np.ndarray:
    """Bilinear, of a plane of one channel."""
    height, width = x.shape[2:]

    def pixel(place: float, length: int) -> float:
        at = (place + 1) / 2 * (length - 1) if align else ((place + 1) * length - 1) / 2
        return inside(at, length, padding)

    answer = np.zeros((x.shape[0], 1, *places.shape[1:3]))
    for n, row, column in np.ndindex(x.shape[0], *places.shape[1:3]):
        px = pixel(places[n, row, column, 0], width)
        py = pixel(places[n, row, column, 1], height)
        for qy, qx in itertools.product(*((np.floor(p), np.floor(p) + 1) for p in (py, px))):
            share = (1 - abs(px - qx)) * (1 - abs(py - qy))
            if 0 <= qx < width and 0 <= qy < height:
                answer[n, 0, row, column] += share * x[n, 0, int(qy), int(qx)]
    return answer
