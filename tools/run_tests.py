#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs ctest on a preset and says why tests were skipped; ctest's own summary stays last.

ctest names the tests that did not run but not their reasons, which GoogleTest and pytest print
into output that ctest keeps to itself. They are read from its JUnit file.
"""

import argparse
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUMMARY = re.compile(r"^\d+% tests passed")
# GoogleTest: "path.cpp:12: Skipped\nreason\n"; pytest -rs: "SKIPPED [1] path.py:3: reason".
GTEST_SKIP = re.compile(r"^\S+:\d+: Skipped\n(.+)$", re.MULTILINE)
OWN_SKIP = re.compile(r"^skipped: (.+)$", re.MULTILINE)  # a program of ours that exits with 77
# What a test counts to show how much it has tried: "crash points: clear over leftovers: 15".
CRASH_POINTS = re.compile(r"^ *crash points: (?!all )(.+): (\d+)$", re.MULTILINE)
# What a check says that it looked at: "Core ML on GNUstep: 30 tests, 40 error rows".
CHECKED = re.compile(r"^(?:Core ML [\w ]+|Objective-C\+\+): .+$", re.MULTILINE)
TABLE_ROW = re.compile(r"^\|.*\|$", re.MULTILINE)
PYTEST_SKIP = re.compile(r"^SKIPPED \[\d+\] (\S+?):?\d*: (.+)$", re.MULTILINE)


def skips_of(junit):
    """(test, reason) of every skip in ctest's JUnit text, also of those inside a passed test."""
    found = []
    for case in ElementTree.fromstring(junit).iter("testcase"):
        name, output = case.get("name", ""), case.findtext("system-out") or ""
        reasons = [reason.strip() for reason in GTEST_SKIP.findall(output)]
        reasons += OWN_SKIP.findall(output)
        inner = [(f"{name}: {place}", reason) for place, reason in PYTEST_SKIP.findall(output)]
        skipped = case.find("skipped")
        if skipped is not None and not reasons:
            reasons = [skipped.get("message") or "no reason given"]
        found += [(name, reason) for reason in reasons] + inner
    return found


def crash_points_of(junit):
    """How many moments each test of what survives a death has tried, by what it does."""
    points = {}
    for case in ElementTree.fromstring(junit).iter("testcase"):
        for what, count in CRASH_POINTS.findall(case.findtext("system-out") or ""):
            points[what] = int(count)
    return points


def checked_of(junit):
    """What the checks of code for macOS say that they looked at."""
    cases = ElementTree.fromstring(junit).iter("testcase")
    return [line for case in cases for line in CHECKED.findall(case.findtext("system-out") or "")]


def tables_of(junit):
    """The lines of tables that tests print, by test."""
    tables = {}
    for case in ElementTree.fromstring(junit).iter("testcase"):
        if rows := TABLE_ROW.findall(case.findtext("system-out") or ""):
            tables[case.get("name", "")] = rows
    return tables


def run(preset, jobs, extra):
    junit = ROOT / "build" / preset / "tests.xml"
    junit.unlink(missing_ok=True)
    argv = ["ctest", "--preset", preset, "-j", str(jobs), "--output-junit", str(junit)]
    argv += ["--test-output-size-passed", "100000", *extra]
    summary, reached = [], False
    with subprocess.Popen(
        argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, errors="replace"
    ) as ctest:
        for line in ctest.stdout:
            reached = reached or SUMMARY.match(line) is not None
            if reached:
                summary.append(line)
            else:
                print(line, end="", flush=True)
    report = junit.read_text(errors="replace") if junit.is_file() else "<testsuite/>"
    for name, rows in tables_of(report).items():
        print(f"{name}:", *rows, sep="\n", end="\n\n")
    if points := crash_points_of(report):
        print(f"{sum(points.values())} crash points: ", end="")
        print(", ".join(f"{count} {what}" for what, count in points.items()), end="\n\n")
    if checked := checked_of(report):
        print(*checked, sep="\n", end="\n\n")
    skips = skips_of(report)
    if skips:
        print(f"{len(skips)} skipped, because:")
        for name, reason in skips:
            print(f"  {name}: {reason}")
        print()
    print("".join(summary), end="")
    return ctest.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", required=True)
    parser.add_argument("--jobs", type=int, default=2)
    arguments, extra = parser.parse_known_args()
    return run(arguments.preset, arguments.jobs, extra)


if __name__ == "__main__":
    sys.exit(main())
