#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles every public header alone, with each compiler that is there."""

import argparse
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tree

COMPILERS = ("g++", "clang++-19", "clang++")
FLAGS = ["-fsyntax-only", "-x", "c++", "-std=c++23", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow"]


def compilers():
    """g++ and one clang++; on macOS g++ is a clang++ by another name, which does no harm."""
    found = [name for name in COMPILERS if shutil.which(name)]
    return found[:2] if "clang++-19" in found else found


def compile_alone(compiler, root, header):
    # Through a file that includes it: compiled itself, it would warn of `#pragma once`.
    source = f'#include "{header.relative_to(root / "include")}"\n'
    argv = [compiler, *FLAGS, "-Werror", "-I", str(root / "include"), "-"]
    done = subprocess.run(argv, input=source, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return [f"{header.relative_to(root)}: does not compile alone with {compiler}\n{done.stderr}"]


def check(root, jobs):
    work = [
        (one, root, header)
        for header in tree.files(root, {".h"}, ("include",))
        for one in compilers()
    ]
    if not compilers():
        return ["no C++ compiler found"]
    with ThreadPoolExecutor(jobs) as pool:
        return [line for found in pool.map(lambda job: compile_alone(*job), work) for line in found]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    sys.exit(tree.report(check(arguments.root.resolve(), arguments.jobs)))
