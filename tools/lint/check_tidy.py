#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy with the checks of .clang-tidy over the files that a build folder compiles: what
is shipped, and with --all tests, benchmarks and fuzz targets too.

A file that passed is not looked at again until it, a header of ours that it includes, its compile
command, the checks or the program change; build/lint/ remembers that.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import check_layers
import tree

NAMES = ("clang-tidy-19", "clang-tidy")
SHIPPED = ("src", "include", "rust", "examples")
HOMEBREW = tuple(  # on Apple silicon, on Intel; it is not linked into PATH
    f"{folder}/opt/llvm@19/bin/clang-tidy" for folder in ("/opt/homebrew", "/usr/local")
)


def program():
    return next((found for name in (*NAMES, *HOMEBREW) if (found := shutil.which(name))), None)


def with_headers(root, path):
    """The file and all of ours that it includes, directly or not, sorted."""
    found, open_ends = set(), [path]
    while open_ends:
        file = open_ends.pop()
        if file in found or not file.is_file():
            continue
        found.add(file)
        for _, name in check_layers.INCLUDE.findall(file.read_text(errors="replace")):
            target = check_layers.resolve(root, file, name)
            if target is not None:
                open_ends.append(root / target)
    return sorted(found)


def key_of(root, entry, common):
    digest = hashlib.sha256(common)
    digest.update(entry["command"].encode())
    for file in with_headers(root, Path(entry["file"])):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def is_shipped(path):
    return path.parts[0] in SHIPPED and not path.stem.endswith("_test")


def work(root, build, everything):
    """Entries of compile_commands.json whose files are in the tree and not made by the build."""
    entries = json.loads((build / "compile_commands.json").read_text())
    ours = [root / folder for folder in tree.FOLDERS]
    return [
        entry
        for entry in sorted(entries, key=lambda entry: entry["file"])
        if any(Path(entry["file"]).is_relative_to(folder) for folder in ours)
        and (everything or is_shipped(Path(entry["file"]).relative_to(root)))
    ]


def tidy(argv):
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def check(root, build, jobs, everything):
    tool = program()
    if tool is None:
        return ["clang-tidy is missing: tools/setup.py build dev lint"]
    if not (build / "compile_commands.json").is_file():
        return [f"{build}/compile_commands.json is missing: make build"]
    version = subprocess.run([tool, "--version"], capture_output=True, check=True).stdout
    requirements = root / "tools" / "requirements" / "python.txt"  # OpenVINO's headers
    common = version + (root / ".clang-tidy").read_bytes()
    common += requirements.read_bytes() if requirements.is_file() else b""
    passed = root / "build" / "lint"
    passed.mkdir(parents=True, exist_ok=True)
    entries = work(root, build, everything)
    todo = [(entry, passed / key_of(root, entry, common)) for entry in entries]
    fresh = [(entry, mark) for entry, mark in todo if not mark.exists()]
    if not todo:
        return [f"{build}/compile_commands.json names no file of ours"]

    problems = []
    # g++ 12's <algorithm> uses what it deprecates, which clang takes for ours.
    options = ["--quiet", "--extra-arg=-Wno-deprecated-declarations", "-p", str(build)]
    argvs = [[tool, *options, entry["file"]] for entry, _ in fresh]
    with ThreadPoolExecutor(jobs) as pool:
        for (entry, mark), (code, out) in zip(fresh, pool.map(tidy, argvs)):
            if code == 0:
                mark.touch()
            else:
                print(out.strip(), flush=True)  # at once: the rest can take minutes
                problems.append(f"{entry['file']}: broken, as said above")
    print(f"clang-tidy: {len(fresh)} of {len(todo)} files looked at, the rest unchanged")
    return problems


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--build", type=Path, help="default: build/release below the root")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--all", action="store_true", help="tests, benchmarks, fuzz targets too")
    arguments = parser.parse_args()
    top = arguments.root.resolve()
    folder = (arguments.build or top / "build" / "release").resolve()
    sys.exit(tree.report(check(top, folder, arguments.jobs, arguments.all)))
