# SPDX-License-Identifier: Apache-2.0
"""A search gives what a scan of every row in double precision gives, over a real corpus."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import Papr, lines_of

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import corpus  # noqa: E402  (the folder of tools is only known here)

ROWS = 5000
TOP = 10
MAY_SWAP = 1e-6


def vectors_of(store: Path) -> tuple[list[str], np.ndarray]:
    """Ids and unit vectors, float64 [rows, dim], as they lie in the file."""
    rows = sqlite3.connect(store).execute(
        "SELECT id, vector FROM memories JOIN vectors USING (key) ORDER BY key"
    )
    ids, blobs = zip(*rows, strict=True)
    vectors = np.stack([np.frombuffer(blob, "<f4") for blob in blobs]).astype(np.float64)
    return list(ids), vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_search_equals_brute_force_in_double_precision(papr: Papr) -> None:
    try:
        rows = corpus.make(os.uname().sysname, ROWS)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no list of packages on this machine: {error}")
    assert papr.json("import", "-", stdin=lines_of(rows))["rejected"] == []
    ids, vectors = vectors_of(papr.store)

    queries = (ROOT / "bench" / "queries.txt").read_text().splitlines()[:6]
    for number, query in enumerate(queries):
        # The query's own vector, by way of a second store: the program prints none.
        other = papr.home / f"query-{number}.sqlite"
        papr.json("add", "--store", other, query)
        scores = vectors @ vectors_of(other)[1][0]
        best = np.argsort(-scores)
        hits = papr.json("search", query, "-k", TOP)["hits"]

        assert len(hits) == TOP
        for rank, hit in enumerate(hits):
            assert hit["score"] == pytest.approx(scores[ids.index(hit["id"])], abs=1e-9)
            assert hit["score"] == pytest.approx(scores[best[rank]], abs=MAY_SWAP)
