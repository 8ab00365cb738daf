#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the order of the modules: who may include whom, and whom CMake may link.

A module may use those that DEPENDS names and what they use in turn. Fakes are for tests, fuzz
targets and the simulator, what is named *_for_test.h for tests and fuzz targets alone; public
headers know only the standard library and each other.
"""

import argparse
import re
import sys
from pathlib import Path

import tree

# What each module uses directly. New module: add it here, below what it uses.
DEPENDS = {
    "base": set(),
    "rust": set(),
    "pressure": {"base"},
    "coreml_cache": {"base"},
    "store": {"base", "rust"},
    "cloud": {"base"},
    "model": {"pressure", "coreml_cache"},
    "openvino": {"base", "model"},
    "coreml": {"base", "model"},
    "embed": {"model", "rust"},
    "client": {"embed", "store", "cloud", "model"},
    "serve": {"client"},
    "lab": {"client"},
    "cli": {"client", "serve", "lab"},
    "c_api": {"client"},
    "python": {"client"},
}
# Whose a public header is.
PUBLIC = {
    "result.h": "base",
    "events.h": "base",
    "pressure.h": "pressure",
    "pressure_monitor.h": "pressure",
    "coreml_cache.h": "coreml_cache",
    "cloud.h": "cloud",
    "model.h": "model",
    "model_probe.h": "model",
    "coreml_guard.h": "model",
    "memory_store.h": "store",
    "client.h": "client",
}
# Modules in folders of model, each of them joined to it by model's own build file alone.
RUNTIMES = {"openvino", "coreml"}
# May use every module: they are above all of them. Only fuzz may reach into openvino.
ABOVE = {"tests", "fuzz", "bench"}
FOR_TEST = re.compile(r"_for_test\.h$")
FAKES = re.compile(r"(^|/)(fake_\w+|temporary_folder)\.h$")
INCLUDE = re.compile(r'^\s*#\s*(?:include|import)\s*([<"])([^>"]+)[>"]', re.MULTILINE)
LINK = re.compile(r"\bpapr(?:::|_)(\w+)")


def closure(module):
    """The module and all that it may use, directly or not."""
    found, open_ends = set(), [module]
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            open_ends += DEPENDS[name]
    return found


def owner(path):
    """The module of a file, by its path below the root; None where it has none that we know."""
    parts = path.parts
    if parts[:2] == ("src", "model") and len(parts) > 3 and parts[2] in RUNTIMES:
        return parts[2]
    if parts[:2] == ("include", "papr"):
        return PUBLIC.get(parts[2])
    name = parts[1] if parts[0] == "src" and len(parts) > 2 else parts[0]
    return name if name in DEPENDS or name in ABOVE or name == "examples" else None


def resolve(root, path, name):
    """The file of ours that an include names, below the root; None: it is not of the tree."""
    for start in (path.parent, root / "include", root / "src", root / "rust"):
        found = (start / name).resolve()
        if found.is_file() and found.is_relative_to(root):
            return found.relative_to(root)
    return None


def may_use(user, used):
    if user in ABOVE:
        return used != "openvino" or user == "fuzz"
    return used in closure(user)


def is_test(path):
    return re.search(r"_test\.\w+$", path.name) is not None or path.parts[0] in ABOVE


def problem_of(path, user, target):
    """What is wrong with a file of module `user` including `target`; None when nothing is."""
    used = owner(target)
    if used is None:
        return f"{target} is of no module that tools/lint/check_layers.py knows: add it there"
    if user == "examples":
        return None if target.parts[0] == "include" else "examples include only papr/*.h"
    if FOR_TEST.search(str(target)) and not is_test(path):
        return f"{target} is for tests"
    if FAKES.search(str(target)) and not (
        is_test(path) or FAKES.search(str(path)) or user == "lab"
    ):
        return f"{target} is for tests"
    if not may_use(user, used):
        return f"{user} must not use {used} ({target})"
    return None


def check_file(root, path):
    here = path.relative_to(root)
    user = owner(here)
    if user is None:
        return [f"{here}: of no module that tools/lint/check_layers.py knows: add it there"]
    problems = []
    for bracket, name in INCLUDE.findall(path.read_text(errors="replace")):
        target = resolve(root, path, name)
        if here.parts[0] == "include" and not (
            (target is not None and name.startswith("papr/")) or re.fullmatch(r"[a-z_]+", name)
        ):
            problem = f'public headers include only the standard library and papr/, not "{name}"'
        elif target is not None:
            problem = problem_of(here, user, target)
        else:
            # Made at build time, as the protobuf reader is; anything else would be a dead path.
            made = bracket == "<" or name.endswith(".pb.h") or here.parts[0] == "python"
            problem = (
                None if made else f'"{name}" is not in the tree; write <{name}> if it is not ours'
            )
        if problem:
            problems.append(f"{here}: {problem}")
    return problems


def check_build_file(root, path):
    here = path.relative_to(root)
    user = owner(here)
    text = re.sub(r"#.*", "", path.read_text())
    added = re.findall(r"add_subdirectory\(\s*([\w./]+)", text)
    if user != "model" and any(Path(folder).name in RUNTIMES for folder in added):
        return [f"{here}: only src/model/CMakeLists.txt adds a runtime"]
    if user not in DEPENDS:
        return []
    names = {"mil": "openvino"}  # the library of src/model/openvino
    used = {names.get(name, name) for name in LINK.findall(text)} & set(DEPENDS)
    # model's own build file is what joins a runtime to it.
    allowed = closure(user) | (RUNTIMES if user == "model" else set())
    return [f"{here}: {user} must not link {name}" for name in sorted(used - allowed)]


def check(root):
    problems = []
    for path in tree.files(
        root, tree.CPP, ("include", "src", "tests", "fuzz", "bench", "examples")
    ):
        problems += check_file(root, path)
    for path in sorted((root / "src").rglob("CMakeLists.txt")):
        problems += check_build_file(root, path)
    return problems


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    sys.exit(tree.report(check(parser.parse_args().root.resolve())))
