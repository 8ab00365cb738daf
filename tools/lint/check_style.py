#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the formatters and linters made by others: clang-format, ruff, shellcheck."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import tree

BIN = Path(sys.executable).parent  # The venv's, where clang-format and ruff are pinned.
TOOLS = ("clang-format", "ruff-check", "ruff-format", "shellcheck")


def program(name):
    return str(BIN / name) if (BIN / name).is_file() else shutil.which(name)


def command(tool, root, mend):
    """The command line of a tool, and the files it is to look at."""
    if tool == "clang-format":
        how = ["-i"] if mend else ["--dry-run", "--Werror"]
        return ["clang-format", *how], tree.files(root, tree.CPP)
    if tool == "ruff-check":
        how = ["--fix"] if mend else []
        return ["ruff", "check", "--quiet", "--no-cache", *how], tree.files(root, {".py"})
    if tool == "ruff-format":
        how = [] if mend else ["--check"]
        return ["ruff", "format", "--quiet", "--no-cache", *how], tree.files(root, {".py"})
    return ["shellcheck", "--severity=style"], tree.shell_scripts(root)


def check(tool, root, mend):
    argv, paths = command(tool, root, mend)
    if not paths:
        return 0
    found = program(argv[0])
    if found is None:
        print(f"{argv[0]} is missing: tools/setup.py build dev lint")
        return 1
    files = [str(path.relative_to(root)) for path in paths]
    return subprocess.run([found, *argv[1:], *files], cwd=root, check=False).returncode


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--mend", action="store_true", help="change the files instead")
    arguments = parser.parse_args()
    sys.exit(check(arguments.tool, arguments.root.resolve(), arguments.mend))
