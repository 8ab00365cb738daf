# SPDX-License-Identifier: Apache-2.0
"""papr model run: a prediction through files, and what is said of files that do not fit."""

from __future__ import annotations

import json
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
        ("int64", "unsupported", ['"<i8"', 'int64.int32.npy", numpy.asc', '"int32")']),
        ("floats", "invalid_argument", ["float32", 'floats.int32.npy", numpy', '"int32")']),
        ("big", "unsupported", ["big-endian", 'big.int32.npy", numpy']),
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


def test_the_remedy_of_a_file_mends_it_and_leaves_it_as_it_is(
    papr: Papr, files: dict[str, Path]
) -> None:
    out = papr.home / "out"
    for name in ("int64", "floats", "big"):
        odd = files[name].with_name(f'odd "{name}".npy')
        odd.write_bytes(files[name].read_bytes())
        before = odd.read_bytes()
        given = inputs(odd, files["mask"])
        done = papr.run("--json", "model", "run", MINILM, *given, "--out", out)
        remedy = json.loads(done.stdout)["error"]["remedy"]
        exec(remedy.partition(": ")[2], {"numpy": np})
        mended = odd.with_name(f'odd "{name}".int32.npy')
        papr.json("model", "run", MINILM, *inputs(mended, files["mask"]), "--out", out)
        assert odd.read_bytes() == before


def test_the_model_may_come_from_the_environment_and_without_a_folder_it_says_what_it_takes(
    papr: Papr, files: dict[str, Path]
) -> None:
    given = inputs(files["ids"], files["mask"])
    assert papr.json("model", "run", *given, "--out", papr.home / "out")["outputs"]
    assert "--out" in papr.error("model", "run", *given, exit_code=2)["message"]
    assert "input_ids [1..64, 1..512]" in papr.error("model", "run", exit_code=2)["remedy"]


def test_inputs_that_do_not_fit_together_are_told_with_their_shapes(
    papr: Papr, files: dict[str, Path]
) -> None:
    np.save(papr.home / "long.npy", np.ones((1, 5), np.int32))
    given = inputs(files["ids"], papr.home / "long.npy")
    error = papr.error("model", "run", MINILM, *given, "--out", papr.home / "out", exit_code=1)
    assert "given: input_ids [1, 4], attention_mask [1, 5]" in error["remedy"]
    assert "src/" not in error["message"]


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
