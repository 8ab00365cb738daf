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


def test_what_is_not_finite_is_remarked(tmp_path: Path) -> None:
    package = save(lambda x: mb.log(x=mb.mul(x=x, y=np.float16(0))), tmp_path / "log.mlpackage")
    np.save(tmp_path / "x.npy", X)
    done = subprocess.run(
        [PROGRAM, "model", "run", package, f"x={tmp_path}/x.npy", "--out", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "not finite" in done.stderr


def test_any_program_can_be_looked_into(two_functions: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "--json", "model", "info", two_functions],
        capture_output=True,
        text=True,
        check=False,
    )
    info = json.loads(done.stdout)
    assert info["functions"] == ["one", "two"]
    assert info["inputs"] == [{"name": "x", "shape": [2, 3], "type": "float16"}]
    assert (info["dim"], info["max_tokens"], info["fingerprint"]) == (None, None, None)


@pytest.mark.parametrize(
    "build",
    [
        lambda x: mb.layer_norm(x=x, axes=[1]),
        lambda x: mb.log(x=x),
        lambda x: mb.reduce_argmin(x=x, axis=1),
    ],
)
def test_a_sound_model_that_is_no_embedder_is_checked_good(
    build: Callable[[Any], Any], tmp_path: Path
) -> None:
    package = save(build, tmp_path / "net.mlpackage")
    done = subprocess.run(
        [PROGRAM, "--json", "model", "check", package, "--function", "main"],
        env=os.environ | {"HOME": str(tmp_path), "PAPR_LATENCY_BUDGET": "10s"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["verdict"] == "good"


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
    (
        "a sum over windows that are cut off",
        lambda x: mb.l2_pool(x=plane(x), kernel_sizes=[1, 2], strides=[1, 2], pad_type="valid",
                             ceil_mode=True, name="pool"),
        "pool",
        "docs/mil_ops.md",
    ),
    (
        "a mean that counts padding of windows that are cut off",
        lambda x: mb.avg_pool(x=plane(x), kernel_sizes=[2, 2], strides=[2, 2], pad_type="custom",
                              pad=[1, 1, 1, 1], ceil_mode=True, name="pool"),
        "pool",
        "docs/mil_ops.md",
    ),
    (
        "a window behind the plane",
        lambda x: mb.max_pool(x=plane(x), kernel_sizes=[1, 1], strides=[1, 4], pad_type="valid",
                              ceil_mode=True, name="pool"),
        "pool",
        "docs/mil_ops.md",
    ),
    (
        "a neighbourhood without a middle",
        lambda x: mb.local_response_norm(x=plane(x), size=2, name="norm"),
        "norm",
        "docs/mil_ops.md",
    ),
    (
        "a reflection at the edge of the outer pixels",
        lambda x: mb.resample(
            x=plane(x), coordinates=half(1, 2, 2, 2), sampling_mode="bilinear",
            padding_mode="reflection", padding_value=np.float16(0), align_corners=False,
            coordinates_mode="normalized_minus_one_to_one", name="mirror",
        ),
        "mirror",
        "docs/mil_ops.md",
    ),
    (
        "an output longer than its strides lead to",
        lambda x: mb.conv_transpose(
            x=plane(x), weight=half(1, 1, 1, 1), strides=[2, 2], output_shape=[1, 1, 5, 6],
            name="spread",
        ),
        "spread",
        "docs/mil_ops.md",
    ),
    *[(
        "computed indices that are to be checked",
        lambda x, op=op: op(x, computed(x, 0, 0)),
        "checked",
        "docs/mil_ops.md",
    ) for op in (
        lambda x, i: mb.gather(x=x, indices=i, validate_indices=True, name="checked"),
        lambda x, i: mb.gather_nd(x=x, indices=i, validate_indices=True, name="checked"),
        lambda x, i: mb.scatter(data=x, indices=i, updates=x, validate_indices=True,
                                name="checked"),
    )],
]  # fmt: skip


def plane(x: Any) -> Any:
    return mb.expand_dims(x=x, axes=[0, 1])


def computed(x: Any, *values: int) -> Any:
    """Integers that are known only when the program runs."""
    zero = mb.cast(x=mb.reduce_sum(x=mb.mul(x=x, y=np.float16(0))), dtype="int32")
    return mb.add(x=ints(*values), y=zero)


@pytest.mark.parametrize(("what", "build", "name", "remedy"), REFUSED)
def test_what_is_not_known_is_refused_by_its_name_with_what_to_do(
    tmp_path: Path, what: str, build: Callable, name: str, remedy: str
) -> None:
    error = run(save(build, tmp_path / "net.mlpackage"), tmp_path)["error"]
    assert error["code"] == "unsupported", what
    assert f'"{name}' in error["message"]
    assert remedy in error["remedy"]
    assert not list(tmp_path.glob("[!x]*.npy"))


FAILING: list[tuple[str, Callable[[Any], Any]]] = [
    (
        "an update shorter than the slice",
        lambda x: mb.slice_update(x=half(400000), update=half(3), begin=[1],
                                  end=computed(x, 399001)),
    ),
    (
        "a step of nothing",
        lambda x: mb.range_1d(start=0, end=10, step=mb.squeeze(x=computed(x, 0))),
    ),
    (
        "one index for two updates",
        lambda x: mb.scatter(
            data=half(3, 4), updates=half(2, 4),
            indices=mb.slice_by_size(x=ints(0, 1), begin=[0], size=computed(x, 1)),
        ),
    ),
    (
        "an index before the first place",
        lambda x: mb.scatter_along_axis(data=half(4), indices=computed(x, -(10**9)),
                                        updates=half(1)),
    ),
    (
        "a tuple of indices before the first place",
        lambda x: mb.scatter_nd(data=half(4, 3), updates=half(1, 3),
                                indices=mb.expand_dims(x=computed(x, -5), axes=[0])),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "build"), FAILING)
def test_what_cannot_be_computed_is_an_error_and_ends_no_process(
    tmp_path: Path, what: str, build: Callable
) -> None:
    error = run(save(build, tmp_path / "net.mlpackage"), tmp_path)["error"]
    assert error["code"] == "unavailable", what
