# SPDX-License-Identifier: Apache-2.0
"""papr model run: a prediction through files, and what is said of files that do not fit."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import MINILM, PROGRAM, Papr

IDS = np.array([[101, 7592, 2088, 102]], np.int32)
MASK = np.ones_like(IDS)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {"ids": IDS, "mask": MASK, "int64": IDS.astype(np.int64), "floats": IDS.astype("f4")}
    made |= {"big": IDS.astype(">i4"), "list": IDS[0], "beyond": IDS + 10**6}
    made |= {"columns": np.asfortranarray(np.ones((2, 4), np.int32))}
    paths = {}
    for name, array in made.items():
        paths[name] = tmp_path / f"{name}.npy"
        np.save(paths[name], array)
    paths["cut"] = tmp_path / "cut.npy"
    paths["cut"].write_bytes(paths["ids"].read_bytes()[:-1])
    return paths


def inputs(ids: Path, mask: Path) -> list[str]:
    return [f"input_ids={ids}", f"attention_mask={mask}"]


def test_the_vector_is_that_of_the_embedder(papr: Papr, files: dict[str, Path]) -> None:
    out = papr.home / "deep" / "out"
    done = papr.json("model", "run", MINILM, *inputs(files["ids"], files["mask"]), "--out", out)
    assert (done["function"], done["backend"], done["placement"]) == ("main", "openvino", "cpu")
    assert list(done) == [
        *("function", "backend", "placement", "load_seconds", "seconds", "outputs"),
    ]
    assert 0 < done["seconds"] < 60
    file = out / "sentence_embedding.npy"
    assert done["outputs"] == [
        {"name": "sentence_embedding", "shape": [1, 384], "type": "float32", "file": str(file)}
    ]
    vector = np.load(file)
    assert (vector.shape, vector.dtype) == ((1, 384), np.float32)
    assert abs(np.linalg.norm(vector) - 1) < 1e-3
    assert [path.name for path in out.iterdir()] == [file.name]


def test_people_are_told_where_it_went(papr: Papr, files: dict[str, Path]) -> None:
    out = papr.home / "out"
    done = papr.run("model", "run", MINILM, *inputs(files["ids"], files["mask"]), "--out", out)
    assert done.stdout == f"{out}/sentence_embedding.npy  [1, 384] float32\n"


@pytest.mark.parametrize(
    ("ids", "code", "words"),
    [
        ("int64", "unsupported", ['"<i8"', "astype"]),
        ("floats", "invalid_argument", ["float32", "int32", "astype"]),
        ("big", "unsupported", ["big-endian", 'astype("<i4")']),
        ("columns", "unsupported", ["Fortran", "ascontiguousarray"]),
        ("list", "invalid_argument", ["[4]", "[1..64, 1..512]"]),
        ("beyond", "invalid_argument", ["1000101", "30522 rows"]),
        ("cut", "corrupt", ["cut.npy", "numpy.save"]),
        ("missing", "not_found", ["missing.npy", "numpy.save"]),
    ],
)
def test_files_that_do_not_fit_are_refused_with_the_cure(
    papr: Papr, files: dict[str, Path], ids: str, code: str, words: list[str]
) -> None:
    out = papr.home / "out"
    given = inputs(files.get(ids, papr.home / "missing.npy"), files["mask"])
    exit_code = 2 if code == "invalid_argument" else 1
    error = papr.error("model", "run", MINILM, *given, "--out", out, exit_code=exit_code)
    assert error["code"] == code
    for word in words:
        assert word in error["message"] + error["remedy"], error
    assert error["remedy"] != ""
    assert not out.exists()


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ([], '"input_ids": missing'),
        (["ids={ids}"], 'input "ids"'),
        (["{ids}"], "not NAME=FILE"),
        (["input_ids={ids}", "input_ids={ids}"], "given twice"),
    ],
)
def test_wrong_names_are_answered_with_the_right_ones(
    papr: Papr, files: dict[str, Path], given: list[str], word: str
) -> None:
    named = [text.format(ids=files["ids"]) for text in given]
    error = papr.error("model", "run", MINILM, *named, "--out", papr.home / "out", exit_code=2)
    assert word in error["message"]
    assert "input_ids [1..64, 1..512] int32, attention_mask" in error["remedy"]


def test_a_function_that_is_not_there_is_named_with_those_that_are(
    papr: Papr, files: dict[str, Path]
) -> None:
    given = inputs(files["ids"], files["mask"])
    error = papr.error(
        *("model", "run", MINILM, *given, "--function", "encode", "--out", papr.home / "out"),
        exit_code=1,
    )
    assert error["code"] == "not_found"
    assert 'no function "encode"; there are: "main"' in error["message"]


def test_an_output_that_does_not_fit_the_disk_leaves_the_old_one(
    papr: Papr, files: dict[str, Path]
) -> None:
    out = papr.home / "out"
    out.mkdir()
    old = out / "sentence_embedding.npy"
    old.write_text("old")
    done = subprocess.run(
        [PROGRAM, "model", "run", MINILM, *inputs(files["ids"], files["mask"]), "--out", out],
        env=papr.environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert done.returncode != 0
    assert old.read_text() == "old"
