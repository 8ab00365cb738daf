#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules on the text of single files: licence line, length, no operating system, no printing."""

import argparse
import re
import sys
from pathlib import Path

import tree

LONGEST_LINES = 350
# Longer files and why each is better whole.
LONGER = {}
# Files that may call _exit: each ends a process of its own making, never its caller's.
ENDS_ITS_FORK = {
    "src/base/subprocess_posix.cpp": "the fork whose exec failed",
    "src/model/probe_child_posix.cpp": "the child whose parent is gone",
}

SPDX = "SPDX-License-Identifier: Apache-2.0"
SYSTEMS = (
    r"__APPLE__|__MACH__|TARGET_OS_\w+|__linux__|__linux|__gnu_linux__|_WIN32|_WIN64|WIN32"
    r"|__unix__|__ANDROID__|__FreeBSD__|__OpenBSD__|__NetBSD__"
)
NAMES_A_SYSTEM = re.compile(rf"^\s*#\s*(?:if|ifdef|ifndef|elif)\b.*\b(?:{SYSTEMS})\b")
PRINTS = re.compile(
    r"\bstd::c(?:out|err|log)\b|\b(?:std::)?f?printf\s*\(|\bfmt::print\b|\b(?:std::)?puts\s*\("
)
ENDS = re.compile(r"(?<![\w.>:])(?:std::|::)?(?:exit|quick_exit|abort|terminate|_exit|_Exit)\s*\(")
LATER = re.compile(r"\b(?:TODO|FIXME|XXX)\b")


def code_lines(text):
    """The lines without comments and string contents, so that prose is not taken for code."""
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    for line in text.split("\n"):
        yield re.sub(r'"(?:[^"\\]|\\.)*"', '""', line.split("//", 1)[0])


def library(here):
    """Whether the file is of the library, which never prints and never ends the process."""
    apart = here.parts[:2] in {("src", "cli"), ("src", "lab")} or here.name.endswith("_test.cpp")
    apart = apart or "_for_test." in here.name  # a program that a test runs, what a test uses
    return here.parts[0] in ("src", "include") and not apart


def check_file(root, path):
    here, text = path.relative_to(root), path.read_text(errors="replace")
    lines = text.split("\n")
    problems = []
    first = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
    if SPDX not in first:
        problems.append(f"{here}:1: the first line must say {SPDX}")
    if len(lines) - 1 > LONGEST_LINES and str(here) not in LONGER:
        problems.append(
            f"{here}: {len(lines) - 1} lines, more than {LONGEST_LINES}: "
            "split it, or give the reason in tools/lint/check_sources.py"
        )
    for number, line in enumerate(lines, 1):
        if LATER.search(line) and here != Path("tools/lint/check_sources.py"):
            problems.append(f"{here}:{number}: do it or open an issue; no notes for later")
    if path.suffix in tree.CPP and here.parts[0] in ("src", "include"):
        for number, line in enumerate(code_lines(text), 1):
            if NAMES_A_SYSTEM.search(line):
                problems.append(f"{here}:{number}: only CMake names an operating system")
            if library(here) and PRINTS.search(line):
                problems.append(f"{here}:{number}: the library never prints")
            ends_its_fork = "_exit(" in line and str(here) in ENDS_ITS_FORK
            if library(here) and ENDS.search(line) and not ends_its_fork:
                problems.append(f"{here}:{number}: the library never ends the process")
    return problems


def check(root):
    paths = tree.files(root, tree.CPP | {".py", ".rs", ".sh"})
    return [problem for path in paths for problem in check_file(root, path)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    sys.exit(tree.report(check(parser.parse_args().root.resolve())))
