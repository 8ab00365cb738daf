#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The README's C++ example is examples/search.cpp, which the tests compile and run.

The example is the fenced block after the line `<!-- examples/search.cpp -->`; the file's licence
line is left out of it.
"""

import argparse
import re
import sys
from pathlib import Path

import tree

MARKED = re.compile(r"<!-- (examples/[\w.]+) -->\s*```cpp\n(.*?)```", re.DOTALL)


def check(root):
    readme = root / "README.md"
    if not readme.is_file():
        # Before there is an example there is nothing to show.
        return ["README.md is missing"] if (root / "examples").is_dir() else []
    blocks = MARKED.findall(readme.read_text())
    if not blocks:
        return ["README.md: no ```cpp block after a line <!-- examples/search.cpp -->"]
    problems = []
    for name, shown in blocks:
        file = root / name
        if not file.is_file():
            problems.append(f"README.md: shows {name}, which is not there")
            continue
        lines = file.read_text().splitlines()
        held = [line for line in lines if "SPDX-License-Identifier" not in line]
        if shown.splitlines() != held:
            problems.append(f"README.md: the example differs from {name}")
    return problems


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    sys.exit(tree.report(check(parser.parse_args().root.resolve())))
