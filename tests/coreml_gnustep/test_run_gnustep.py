# SPDX-License-Identifier: Apache-2.0
"""What run_gnustep.py reads out of the outputs of others, and when it is not content."""

from pathlib import Path

import pytest
import run_gnustep

LCOV = """SF:/src/a.mm
DA:1,5
DA:2,0
DA:3,0,x
end_of_record
SF:/src/b.mm
DA:7,1
end_of_record
"""
OUTPUT = "Core ML error rows: 40\nloads without a leak: 1000\n[  PASSED  ] 30 tests.\n"


def test_lines_are_counted_and_those_not_run_are_named():
    assert run_gnustep.coverage_of(LCOV) == (4, 2, {"a.mm": [2, 3]})


def test_what_an_older_macos_alone_would_run_is_told_apart():
    text = (
        "if (@available(macOS 15.0, *)) return yes;\nreturn false;\n\nf();\n\n"
        'return fail(e, "macOS 15 is the first");\n'
    )
    assert run_gnustep.unreachable(text, [2, 4, 6]) == [2, 6]


def test_what_was_tested_is_what_the_program_says():
    assert run_gnustep.ran(OUTPUT) == [30, 40, 1000]
    assert run_gnustep.ran("nothing") == [0, 0, 0]


@pytest.mark.parametrize(
    ("output", "lcov", "content"),
    [
        (OUTPUT, "SF:/a.mm\nDA:1,1\n", True),
        (OUTPUT, "SF:/coreml_model.mm\n" + "DA:1,1\n" * 94 + "DA:9,0\n" * 6, False),
        (OUTPUT.replace("1000", "999"), "SF:/a.mm\nDA:1,1\n", False),
        (OUTPUT.replace("rows: 40", "rows: 0"), "SF:/a.mm\nDA:1,1\n", False),
    ],
)
def test_too_few_lines_loads_or_rows_are_a_failure(monkeypatch, output, lcov, content):
    monkeypatch.setattr(run_gnustep, "build", lambda: Path("program"))
    monkeypatch.setattr(run_gnustep, "run_program", lambda program, profile: output)
    monkeypatch.setattr(run_gnustep, "coverage", lambda program, profile: lcov)
    assert run_gnustep.check() is content


def test_what_is_not_installed_is_named():
    wanted = {"there": Path("/"), "gone": Path("/no/such/file")}
    assert run_gnustep.missing_packages(wanted) == ["gone"]
