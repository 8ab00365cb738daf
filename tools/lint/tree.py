# SPDX-License-Identifier: Apache-2.0
"""The files that the rules look at. Every rule takes the root, so that it can be tried on a tree
made for it."""

import re

FOLDERS = ("include", "src", "tests", "fuzz", "bench", "examples", "rust", "python", "tools")
NOT_OURS = {"build", "target", "vendor", "corpus", "__pycache__"}
CPP = {".h", ".cpp", ".mm", ".c"}


def files(root, suffixes, folders=FOLDERS):
    """Files of ours below `root` with one of the suffixes, sorted."""
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root).parts
            if path.suffix in suffixes and path.is_file() and NOT_OURS.isdisjoint(inside):
                found.append(path)
    return found


def shell_scripts(root):
    """Files that start with a shell's #! line, wherever they are, and every *.sh."""
    candidates = [path for folder in (*FOLDERS, ".ci") for path in (root / folder).rglob("*")]
    found = []
    for path in sorted(candidates):
        if not path.is_file() or not NOT_OURS.isdisjoint(path.relative_to(root).parts):
            continue
        with path.open("rb") as opened:
            start = opened.readline(80)
        if path.suffix == ".sh" or re.match(rb"#!.*\b(ba|da)?sh\b", start):
            found.append(path)
    return found


def report(problems):
    """Prints each problem; the exit code of the rule."""
    for problem in problems:
        print(problem)
    return 1 if problems else 0
