# SPDX-License-Identifier: Apache-2.0
"""Ends a run with the table of what was measured."""

from __future__ import annotations

from mil_case import MEASURED


def pytest_terminal_summary(terminalreporter) -> None:
    if MEASURED:
        terminalreporter.write_line(f"{'op':40} answers  error    allowed")
    for op, count, worst, allowed in MEASURED:
        terminalreporter.write_line(f"{op:40} {count:7}  {worst:.1e}  {allowed:.0e}")
