#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the backend on Core ML on Linux, on a Core ML of ours, and says how much of it was run.

Built by clang 19 with GCC's Objective-C runtime, GNUstep's Foundation and the sanitizers for
addresses, leaks and undefined behaviour. Exit 77 where these are not installed.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "coreml-gnustep"
PROGRAM = "papr_coreml_gnustep_test"
LLVM = Path("/usr/lib/llvm-19/bin")
SOURCES = ROOT / "src" / "model" / "coreml"
SKIPPED = 77  # ctest's SKIP_RETURN_CODE, as in Automake
LEAST_PERCENT = 95.0
LONGEST = 10000  # of what is printed of a failed step; the end tells most
GCC = Path("/usr/lib/gcc/x86_64-linux-gnu")
WANTED = {
    "clang-19": LLVM / "clang++",
    "llvm-19": LLVM / "llvm-cov",
    "libclang-rt-19-dev": Path("/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.asan-x86_64.a"),
    "gobjc": next(GCC.glob("*/include/objc/objc.h"), GCC / "objc.h"),
    "libgnustep-base-dev": Path("/usr/include/GNUstep/Foundation/Foundation.h"),
    "libblocksruntime-dev": Path("/usr/include/Block.h"),
}
ENVIRONMENT = {
    "ASAN_OPTIONS": "fast_unwind_on_malloc=0",
    "LSAN_OPTIONS": f"suppressions={HERE / 'lsan.supp'}:print_suppressions=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}
# An else of @available: what runs here counts as every macOS.
UNAVAILABLE = re.compile(r"macOS [\d.]+ is the first")


class Failed(Exception):
    """A step that did not succeed, and what it said."""


def missing_packages(wanted=None):
    return [name for name, path in (wanted or WANTED).items() if not path.exists()]


# --- deciding: text in, numbers out -------------------------------------------------------------


def coverage_of(exported):
    """(lines, lines run, {file: [line numbers not run]}) of `llvm-cov export -format=lcov`."""
    lines = run = 0
    not_run, file = {}, ""
    for line in exported.splitlines():
        kind, _, value = line.partition(":")
        if kind == "SF":
            file = Path(value).name
        elif kind == "DA":
            number, count = map(int, value.split(",")[:2])
            lines += 1
            run += count > 0
            if count == 0:
                not_run.setdefault(file, []).append(number)
    return lines, run, not_run


def unreachable(text, numbers):
    """Those of the lines that only an older macOS would run: a failure that says so, or what comes
    after `if (@available(…)) return`."""
    source = text.splitlines()
    return [
        number
        for number in numbers
        if any(UNAVAILABLE.search(line) for line in source[number - 1 : number + 1])
        or ("return false" in source[number - 1] and "@available" in source[number - 2])
    ]


def ran(output):
    """(number of tests, error rows, loads) that the program says it ran."""
    patterns = (
        r"^\[  PASSED  \] (\d+) tests",
        r"^Core ML error rows: (\d+)$",
        r"^loads without a leak: (\d+)$",
    )
    found = [re.search(pattern, output, re.MULTILINE) for pattern in patterns]
    return [int(one[1]) if one else 0 for one in found]


# --- acting -------------------------------------------------------------------------------------


def run(argv, **options):
    """Standard output and error of a command that has to succeed."""
    done = subprocess.run(
        [str(word) for word in argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **options,
    )
    if done.returncode != 0:
        raise Failed(f"{Path(str(argv[0])).name}: exit {done.returncode}\n{done.stdout}")
    return done.stdout


def build(folder=BUILD, jobs=2):
    run(["cmake", "-S", HERE / "program", "-B", folder, "-G", "Ninja",
         f"-DCMAKE_CXX_COMPILER={LLVM / 'clang++'}"])  # fmt: skip
    run(["cmake", "--build", folder, "--parallel", jobs])
    return folder / PROGRAM


def run_program(program, profile=None, only="*"):
    environment = {**os.environ, **ENVIRONMENT, "LLVM_PROFILE_FILE": str(profile or os.devnull)}
    return run([program, f"--gtest_filter={only}"], env=environment, timeout=600)


def coverage(program, profile):
    merged = profile.with_suffix(".profdata")
    run([LLVM / "llvm-profdata", "merge", "-o", merged, profile])
    sources = sorted(SOURCES.glob("*.mm"))
    return run([LLVM / "llvm-cov", "export", "-format=lcov", f"-instr-profile={merged}", program,
                *sources])  # fmt: skip


def commands(folder=BUILD):
    """How each file is compiled, and how the program is linked: what a planted fault repeats."""
    text = run(["ninja", "-C", folder, "-t", "compdb"])
    entries = json.loads(text[text.index("[") :])
    compiled = {Path(one["file"]): shlex.split(one["command"]) for one in entries
                if one["output"].endswith(".o")}  # fmt: skip
    (link,) = [one["command"] for one in entries if one["output"] == PROGRAM]
    return compiled, [word for word in shlex.split(link) if word not in (":", "&&")]


def check():
    program, profile = build(), BUILD / "tests.profraw"
    tests, rows, loads = ran(run_program(program, profile))
    lines, run_lines, not_run = coverage_of(coverage(program, profile))
    percent = 100 * run_lines / lines
    print(f"Core ML on GNUstep: {tests} tests, {rows} error rows, {loads} loads without a leak")
    print(f"Objective-C++: {run_lines} of {lines} lines run, {percent:.1f} %")
    for file, numbers in not_run.items():
        older = unreachable((SOURCES / file).read_text(), numbers)
        listed = ", ".join(f"{number}{' (older macOS)' if number in older else ''}"
                           for number in numbers)  # fmt: skip
        print(f"  not run: {file}: {listed}")
    return tests > 0 and rows > 0 and loads >= 1000 and percent >= LEAST_PERCENT


def main():
    if missing := missing_packages():
        print(f"skipped: not installed: {', '.join(missing)}; run make setup")
        return SKIPPED
    try:
        return 0 if check() else 1
    except Failed as failed:
        print(str(failed)[-LONGEST:])
        return 1


if __name__ == "__main__":
    sys.exit(main())
