#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the house rules: each is a program in this folder that can be run alone.

tools/lint/lint.py          every rule that needs no build
tools/lint/lint.py --tidy   clang-tidy, which needs the release build
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
RULES = {
    "modules use only those below them": ["check_layers.py"],
    "licence line, length, no system names, no printing": ["check_sources.py"],
    "public headers compile alone": ["check_headers.py"],
    "the README shows examples/search.cpp": ["check_readme.py"],
    "clang-format": ["check_style.py", "clang-format"],
    "ruff check": ["check_style.py", "ruff-check"],
    "ruff format": ["check_style.py", "ruff-format"],
    "shellcheck": ["check_style.py", "shellcheck"],
}
TIDY = {"clang-tidy": ["check_tidy.py"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tidy", action="store_true", help="only clang-tidy")
    parser.add_argument("--jobs", default="2")
    arguments = parser.parse_args()
    broken = []
    for name, (script, *options) in (TIDY if arguments.tidy else RULES).items():
        if script in ("check_headers.py", "check_tidy.py"):
            options = [*options, "--jobs", arguments.jobs]
        start = time.monotonic()
        code = subprocess.run(
            [sys.executable, str(HERE / script), *options], check=False
        ).returncode
        verdict, seconds = "ok    " if code == 0 else "BROKEN", time.monotonic() - start
        print(f"lint: {verdict} {seconds:5.1f} s  {name}", flush=True)
        if code != 0:
            broken.append(name)
    if broken:
        print(f"lint: broken: {'; '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
