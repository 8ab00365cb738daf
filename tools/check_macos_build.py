#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds for macOS on Linux, with presets macos-arm64 and macos-x86_64, and says what is wrong.

Everything is compiled and linked but Rust and OpenVINO, and the tests only with --tests; Core ML
only where PyObjC's packages are. What comes out cannot run: tools/macos_sdk.py says why. Exit 77
where the packages for it are not installed.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import macos_frameworks
import macos_sdk

ROOT = Path(__file__).resolve().parent.parent
PRESETS = ("macos-arm64", "macos-x86_64")
SKIPPED = 77  # ctest's SKIP_RETURN_CODE, as in Automake
LONGEST_LINES = 120
# Ninja's progress, and the command before a compiler's words.
NOISE = re.compile(r"\[\d+/\d+\] |ninja: |FAILED: |(?:: && )?/\S+/(?:clang(?:\+\+)?|cmake) ")


@dataclass(frozen=True)
class Outcome:
    """Whether it was built, and if not, what CMake, compiler and linker said."""

    built: bool
    words: str


def words_of(output):
    """What a person wants of a failed build's output: the errors, without the commands."""
    lines = [line for line in output.splitlines() if line.strip() and not NOISE.match(line)]
    if len(lines) > LONGEST_LINES:
        left_out = f"({len(lines) - LONGEST_LINES} lines more)"
        lines = [*lines[:LONGEST_LINES], left_out]
    return "\n".join(lines)


def run(argv):
    """(succeeded, output): both streams in one, as a terminal shows them."""
    words = [str(word) for word in argv]
    done = subprocess.run(
        words,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode == 0, done.stdout


def build(configure, folder, jobs):
    """Runs `configure`, which is to fill `folder`, and builds all of it, past the first error."""
    built, output = run(configure)
    if built:
        built, output = run(["cmake", "--build", folder, "--parallel", jobs, "--", "-k", "0"])
    return Outcome(built, "" if built else words_of(output))


def check(preset, jobs, tests):
    folder, start = ROOT / "build" / preset, time.monotonic()
    core_ml = "ON" if macos_frameworks.there(macos_sdk.SDK) else "OFF"
    configure = ["cmake", "--preset", preset, f"-DPAPR_WITH_COREML={core_ml}"]
    configure.append(f"-DPAPR_BUILD_TESTS={'ON' if tests else 'OFF'}")
    outcome = build(configure, folder, jobs)
    seconds = time.monotonic() - start
    if not outcome.built:
        print(f"{outcome.words}\n{preset}: FAILED, {seconds:.0f} s", flush=True)
        return False
    files = len(json.loads((folder / "compile_commands.json").read_text()))
    without = "" if core_ml == "ON" else ", Core ML left out (PyObjC's packages are missing)"
    print(f"{preset}: ok, {files} files compiled and linked{without}, {seconds:.0f} s", flush=True)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("presets", nargs="*", default=PRESETS, metavar="PRESET")
    parser.add_argument("--tests", action="store_true", help="the tests too")
    arguments = parser.parse_args()
    try:
        macos_sdk.make()
    except macos_sdk.Missing as missing:
        print(f"skipped: {missing}")
        return SKIPPED
    results = [check(preset, arguments.jobs, arguments.tests) for preset in arguments.presets]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
