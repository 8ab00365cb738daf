# SPDX-License-Identifier: Apache-2.0
"""What a case of an op is, and how a package is made of the cases of one op."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from quiet_coremltools import ct

# isort: split
from coremltools.converters.mil import Builder as mb
from coremltools.converters.mil.mil import types

__all__ = ["CASES", "MEASURED", "Case", "case", "ct", "half", "ints", "mb", "types", "unequal"]

_TYPES = {"float16": types.fp16, "float32": types.fp32, "int32": types.int32}
Arrays = dict[str, np.ndarray]


@dataclass
class Case:
    """One use of an op: `build` adds it to a program, `answer` is what NumPy says."""

    op: str
    inputs: Arrays
    build: Callable[..., Any]
    answer: Callable[..., Any]
    opset: Any = ct.target.iOS16
    free_axes: dict[str, tuple[int, ...]] = field(default_factory=dict)


CASES: list[Case] = []
# Of each op that was run: answers, their largest error, and what is allowed.
MEASURED: list[tuple[str, int, float, float]] = []


def case(op: str, inputs: Arrays, build: Callable, answer: Callable, **more: Any) -> None:
    CASES.append(Case(op, inputs, build, answer, **more))


def _random(shape: tuple[int, ...]) -> np.random.Generator:
    return np.random.default_rng([len(shape), *shape])


def half(*shape: int, low: float = -2, high: float = 2) -> np.ndarray:
    """Random numbers in [low, high) that float16 holds exactly; the same for the same shape."""
    return _random(shape).uniform(low, high, shape).astype(np.float16)


def unequal(*shape: int) -> np.ndarray:
    """Small integers in some order, none twice, as float16."""
    count = int(np.prod(shape))
    return (_random(shape).permutation(count) - count // 2).reshape(shape).astype(np.float16)


def ints(*values: Any) -> np.ndarray:
    return np.array(values, np.int32)


def write_package(cases: list[Case], package: Path) -> tuple[Arrays, list[int]]:
    """A program with all `cases`, each output named o<case>_<output>. Returns its inputs and how
    many outputs each case has."""
    inputs: Arrays = {}
    specs = {}
    flexible: dict[str, Any] = {}
    for number, one in enumerate(cases):
        for name, array in one.inputs.items():
            full = f"i{number}_{name}"
            inputs[full] = array
            shape: list[Any] = list(array.shape)
            for axis in one.free_axes.get(name, ()):
                shape[axis] = ct.RangeDim(1, 64, default=array.shape[axis])
            if name in one.free_axes:
                flexible[full] = shape
            specs[full] = mb.TensorSpec(
                tuple(
                    ct.converters.mil.mil.get_new_symbol() if isinstance(d, ct.RangeDim) else d
                    for d in shape
                ),
                _TYPES[array.dtype.name],
            )
    counts: list[int] = []

    def body(*variables: Any) -> list[Any]:
        given = dict(zip(inputs, variables))
        results = []
        for number, one in enumerate(cases):
            made = one.build(**{name: given[f"i{number}_{name}"] for name in one.inputs})
            made = list(made) if isinstance(made, (list, tuple)) else [made]
            counts.append(len(made))
            for place, output in enumerate(made):
                results.append(_as_output(output, f"o{number}_{place}"))
        return results

    program = mb.program(input_specs=list(specs.values()), opset_version=cases[0].opset)(
        _with_parameters(body, list(inputs))
    )
    model = ct.convert(
        program,
        convert_to="mlprogram",
        minimum_deployment_target=cases[0].opset,
        pass_pipeline=ct.PassPipeline.EMPTY,
        inputs=[_input(name, inputs[name], flexible.get(name)) for name in inputs],
        skip_model_load=True,
    )
    model.save(str(package))
    return inputs, counts


def _input(name: str, array: np.ndarray, shape: list[Any] | None) -> Any:
    return ct.TensorType(name=name, shape=ct.Shape(shape or array.shape), dtype=array.dtype.type)


def _as_output(value: Any, name: str) -> Any:
    """As Core ML gives it: floats not rounded to halves again, what is no float as int32."""
    dtype = "fp32" if value.dtype in (types.fp16, types.fp32) else "int32"
    return mb.cast(x=value, dtype=dtype, name=name)


def _with_parameters(body: Callable, names: list[str]) -> Callable:
    """The Builder names a program's inputs as the function's parameters."""
    scope: dict[str, Any] = {"body": body}
    parameters = ", ".join(names)
    exec(f"def program({parameters}):\n    return body({parameters})", scope)
    return scope["program"]
