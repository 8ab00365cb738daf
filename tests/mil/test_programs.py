# SPDX-License-Identifier: Apache-2.0
"""Programs as a whole: those with several functions, and those that are refused."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
from mil_case import ct, half, ints, mb, types

PROGRAM = os.environ["PAPR_PROGRAM"]
X = half(2, 3)


def save(build: Callable[[Any], Any], package: Path, opset: Any = ct.target.iOS18) -> Path:
    """A program of one input "x", [2, 3] of float16."""
    program = mb.program(input_specs=[mb.TensorSpec((2, 3), types.fp16)], opset_version=opset)(
        lambda x: build(x)
    )
    model = ct.convert(
        program,
        convert_to="mlprogram",
        minimum_deployment_target=opset,
        pass_pipeline=ct.PassPipeline.EMPTY,
        skip_model_load=True,
    )
    model.save(str(package))
    return package


def run(package: Path, folder: Path, *more: str) -> dict:
    np.save(folder / "x.npy", X)
    done = subprocess.run(
        [PROGRAM, "--json", "model", "run", package, f"x={folder}/x.npy", "--out", folder, *more],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return json.loads(done.stdout)


@pytest.fixture
def two_functions(tmp_path: Path) -> Path:
    descriptor = ct.utils.MultiFunctionDescriptor()
    for name, add in (("one", 1), ("two", 2)):
        package = save(
            lambda x, add=add: mb.add(x=x, y=np.float16(add)), tmp_path / f"{name}.mlpackage"
        )
        descriptor.add_function(str(package), "main", name)
    descriptor.default_function_name = "two"
    both = tmp_path / "both.mlpackage"
    ct.utils.save_multifunction(descriptor, str(both))
    return both


@pytest.mark.parametrize(("arguments", "name", "added"), [
    ([], "two", 2), (["--function", "one"], "one", 1), (["--function", "two"], "two", 2),
])  # fmt: skip
def test_the_named_function_answers_or_the_default_one(
    two_functions: Path, tmp_path: Path, arguments: list[str], name: str, added: int
) -> None:
    said = run(two_functions, tmp_path, *arguments)
    assert said["function"] == name
    answer = np.load(said["outputs"][0]["file"])
    assert answer.dtype == np.float16
    assert np.array_equal(answer, X + np.float16(added))


def test_another_function_is_refused_with_those_that_there_are(
    two_functions: Path, tmp_path: Path
) -> None:
    error = run(two_functions, tmp_path, "--function", "three")["error"]
    assert error["code"] == "not_found"
    assert 'no function "three"; there are: "one", "two"' in error["message"]


def test_outputs_that_differ_in_capitals_alone_get_a_file_each(tmp_path: Path) -> None:
    package = save(
        lambda x: (mb.add(x=x, y=np.float16(1), name="A"), mb.add(x=x, y=np.float16(2), name="a")),
        tmp_path / "alike.mlpackage",
    )
    outputs = run(package, tmp_path)["outputs"]
    assert [Path(output["file"]).name for output in outputs] == ["A.npy", "a-2.npy"]
    for output, added in zip(outputs, (1, 2), strict=True):
        assert np.array_equal(np.load(output["file"]), X + np.float16(added))


def test_a_prediction_that_fails_says_what_it_takes_and_names_no_source_of_openvino(
    tmp_path: Path,
) -> None:
    package = save(
        lambda x: mb.reshape(x=x, shape=mb.cast(x=mb.slice_by_size(
            x=mb.reshape(x=x, shape=[6]), begin=[0], size=[2]), dtype="int32")),
        tmp_path / "net.mlpackage",
    )  # fmt: skip
    error = run(package, tmp_path)["error"]
    assert "src/" not in error["message"]
    assert "x [2, 3] float16" in error["remedy"]


def test_a_state_begins_with_zeros_and_is_what_was_written_last(tmp_path: Path) -> None:
    specs = [mb.TensorSpec((2, 3), types.fp16), mb.StateTensorSpec((2, 3), types.fp16)]

    @mb.program(input_specs=specs, opset_version=ct.target.iOS18)
    def program(x, cache):
        before = mb.read_state(input=cache)
        once = mb.coreml_update_state(state=cache, value=mb.add(x=before, y=x))
        twice = mb.coreml_update_state(state=cache, value=mb.add(x=once, y=x))
        return mb.add(x=twice, y=before)

    package = tmp_path / "decoder.mlpackage"
    ct.convert(
        program,
        convert_to="mlprogram",
        minimum_deployment_target=ct.target.iOS18,
        pass_pipeline=ct.PassPipeline.EMPTY,
        skip_model_load=True,
    ).save(str(package))
    for _ in range(2):
        answer = np.load(run(package, tmp_path)["outputs"][0]["file"])
        assert np.array_equal(answer, X * np.float16(2))


REFUSED: list[tuple[str, Callable[[Any], Any], str, str]] = [
    ("an op", lambda x: mb.random_uniform(shape=ints(2, 3), name="dice"), "dice", "as an input"),
    (
        "an operand's value",
        lambda x: mb.resize_bilinear(
            x=mb.expand_dims(x=x, axes=[0]), target_size_height=4, target_size_width=4,
            sampling_mode="OFFSET_CORNERS", name="grow",
        ),
        "grow",
        "docs/mil_ops.md",
    ),
    (
        "a loop",
        lambda x: mb.while_loop(
            _cond=lambda y: mb.less(x=mb.reduce_sum(x=y), y=np.float16(9)),
            _body=lambda y: mb.add(x=y, y=np.float16(1)), loop_vars=(x,), name="again",
        ),
        "again",
        "rounds",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "build", "name", "remedy"), REFUSED)
def test_what_is_not_known_is_refused_by_its_name_with_what_to_do(
    tmp_path: Path, what: str, build: Callable, name: str, remedy: str
) -> None:
    error = run(save(build, tmp_path / "net.mlpackage"), tmp_path)["error"]
    assert error["code"] == "unsupported", what
    assert f'"{name}' in error["message"]
    assert remedy in error["remedy"]
    assert not list(tmp_path.glob("[!x]*.npy"))
