# SPDX-License-Identifier: Apache-2.0
"""Each op that docs/mil_ops.md says is known, in a real package, against NumPy.

A package computes in float16: its inputs and constants are halves here too, so both sides start
from the same numbers. `papr` then computes in float32 and gives float32, which never rounds to a
half in between; NumPy computes in float64, or in float32 where the op is to be exact. What may be
between them is what the document says of the op, as a share of the largest magnitude.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import cases_elementwise
import cases_free
import cases_layers
import cases_order
import cases_planes
import cases_shapes
import cases_weights
import numpy as np
import pytest
from mil_case import CASES, MEASURED, Case, ct, write_package

# isort: split
from coremltools.converters.mil.mil.ops.registry import SSAOpRegistry

MODULES = (
    cases_elementwise,
    cases_free,
    cases_layers,
    cases_order,
    cases_planes,
    cases_shapes,
    cases_weights,
)
PROGRAM = os.environ["PAPR_PROGRAM"]
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "mil_ops.md"
ROW = re.compile(r"^\| `(\w+)` \| (exact|within \S+|not supported) \|", re.MULTILINE)
# Of every program: const is what all the others are given, the other only lives in coremltools.
NO_OPS = {"const", "_const_symbolic"}
# They are no ops on arrays: test_programs.py has them.
OF_PROGRAMS = ["read_state", "write_state"]


def allowed_errors() -> dict[str, float | None]:
    """By op: 0 exact, None not supported."""
    allowed: dict[str, float | None] = {}
    for op, answer in ROW.findall(DOCUMENT.read_text(encoding="utf-8")):
        if answer == "not supported":
            allowed[op] = None
        else:
            allowed[op] = 0.0 if answer == "exact" else float(answer.removeprefix("within "))
    return allowed


ALLOWED = allowed_errors()
KNOWN = sorted(op for op, error in ALLOWED.items() if error is not None and op not in OF_PROGRAMS)


def test_every_op_of_coremltools_is_in_the_document() -> None:
    wanted = {ct.target.iOS15, ct.target.iOS16, ct.target.iOS17, ct.target.iOS18}
    ops = {op for op, versions in SSAOpRegistry.core_ops.items() if wanted & set(versions)}
    assert ops - NO_OPS <= set(ALLOWED)
    assert set(ALLOWED) - ops == {"write_state"}  # which coremltools writes of its own accord


def test_every_known_op_has_a_case_and_no_other_has() -> None:
    assert MODULES
    assert sorted({one.op for one in CASES}) == KNOWN


def error_of(got: np.ndarray, want: np.ndarray) -> float:
    """The largest difference as a share of the largest magnitude; infinite where they cannot be
    compared."""
    want = np.asarray(want)
    if got.shape != want.shape or not np.array_equal(np.isnan(got), np.isnan(want)):
        return float("inf")
    same = (got == want) | np.isnan(want)
    if same.all():
        return 0.0
    difference = np.abs(got.astype(np.float64) - want)[~same].max()
    return float(difference / max(np.abs(want[np.isfinite(want)]).max(initial=0), 1e-30))


def answers_of(one: Case, exact: bool) -> list[np.ndarray]:
    wide = np.float32 if exact else np.float64
    given = {
        name: array.astype(wide) if array.dtype.kind == "f" else array
        for name, array in one.inputs.items()
    }
    answer = one.answer(*given.values())
    return list(answer) if isinstance(answer, (list, tuple)) else [answer]


def run(package: Path, inputs: dict[str, np.ndarray], folder: Path) -> dict[str, np.ndarray]:
    arguments = []
    for name, array in inputs.items():
        np.save(folder / f"{name}.npy", array)
        arguments.append(f"{name}={folder}/{name}.npy")
    done = subprocess.run(
        [PROGRAM, "--json", "model", "run", package, *arguments, "--out", folder / "out"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        output["name"]: np.load(output["file"]) for output in json.loads(done.stdout)["outputs"]
    }


@pytest.mark.parametrize("op", KNOWN)
def test_the_answer_is_that_of_numpy(op: str, tmp_path: Path) -> None:
    allowed = ALLOWED[op] or 0.0
    of_opset: dict[int, list[Case]] = {}
    for one in CASES:
        if one.op == op:
            of_opset.setdefault(one.opset, []).append(one)
    worst, count, wrong = 0.0, 0, []
    for opset, cases in of_opset.items():
        folder = tmp_path / str(int(opset))
        folder.mkdir()
        inputs, outputs = write_package(cases, folder / "op.mlpackage")
        got = run(folder / "op.mlpackage", inputs, folder)
        for number, one in enumerate(cases):
            answers = answers_of(one, exact=allowed == 0)
            assert len(answers) == outputs[number]
            for place, answer in enumerate(answers):
                value = got[f"o{number}_{place}"]
                error = error_of(value, answer)
                worst, count = max(worst, error), count + 1
                if error > allowed:
                    wrong.append(
                        f"{opset} case {number} output {place}: {error}\n{value}\n{answer}"
                    )
    MEASURED.append((op, count, worst, allowed))
    assert not wrong, "\n".join(wrong)
