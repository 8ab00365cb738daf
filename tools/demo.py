#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demo: builds the model, imports real texts, searches them in plain English, then drills.

Run by `make demo` after the build. All that it makes is in build/models and build/demo.
"""

import argparse
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import corpus
import drill

ROOT = Path(__file__).resolve().parent.parent
PAPR = ROOT / "build" / "release" / "papr"
MODEL = ROOT / "build" / "models" / "all-MiniLM-L6-v2" / "all-MiniLM-L6-v2.mlpackage"
DEMO = ROOT / "build" / "demo"
STORE = DEMO / "memories.sqlite"

# None of them is worded as what it should find: no keyword search would answer them all.
QUERIES = (
    "watch what files a program opens",
    "my files are gone, get them back",
    "teach a child to type",
    "plan a diet and count calories",
    "how warm is my processor",
)
HITS = "3"
DEGRADED = 3  # papr's exit code for an answer that came another way than the wanted one


class StepFailed(Exception):
    pass


def run(argv, allowed=(0,), **options):
    try:
        code = subprocess.run([str(word) for word in argv], check=False, **options).returncode
    except OSError as error:
        raise StepFailed(f"{argv[0]}: {error}") from error
    if code not in allowed:
        raise StepFailed(f"{Path(argv[0]).name} {argv[1]}: exit {code} (the reason is above)")


@contextmanager
def timed(what):
    print(f"\n== {what}", flush=True)
    start = time.monotonic()
    yield
    print(f"== {time.monotonic() - start:.1f} s", flush=True)


def build_model():
    """Builds the package, unless it is there and nothing that it is made from has changed."""
    run([sys.executable, ROOT / "tools" / "build_model.py", "--out", MODEL.parent])
    size = sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file())
    print(f"{MODEL.relative_to(ROOT)}: {size / 1e6:.1f} MB")


def write_corpus(system, count):
    """The file of the texts, written once for each count."""
    path = DEMO / f"texts-{count}.jsonl"
    if not path.is_file():
        memories = corpus.make(system, count)
        if not memories:
            raise StepFailed(
                "the system's list is empty: apt-get update, or no manual is installed"
            )
        DEMO.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(corpus.lines_of(memories), encoding="utf-8")
        unfinished.replace(path)
    with path.open("rb") as lines:
        print(f"{path.relative_to(ROOT)}: {sum(1 for _ in lines)} texts")
    return path


def search(query, environment):
    print(f'\n$ papr search "{query}" -k {HITS}', flush=True)
    run([PAPR, "search", query, "-k", HITS], allowed=(0, DEGRADED), env=environment)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=5000, help="texts to import, 5000")
    count = parser.parse_args().count
    if count < 1:
        parser.error("--count: at least 1")
    system = os.uname().sysname
    source = "the manual of this Mac" if system == "Darwin" else "apt-cache dumpavail"
    environment = {
        **os.environ,
        "PAPR_MODEL": str(MODEL),
        "PAPR_STORE": str(STORE),
        "PAPR_CLOUD": "never",
    }
    try:
        with timed("The model: sentence-transformers/all-MiniLM-L6-v2 as a Core ML package"):
            build_model()
        with timed(f"The texts: {source}"):
            texts = write_corpus(system, count)
        with timed("The import (what is stored already is skipped)"):
            run([PAPR, "import", texts], allowed=(0, DEGRADED), env=environment)
        with timed("Five searches in plain English"):
            for query in QUERIES:
                search(query, environment)
        with timed(f'The drill: "{drill.QUERY}" in every sort of trouble'):
            print(drill.drill_all(PAPR.parent, MODEL, STORE, DEMO / "drill"), flush=True)
        if sys.stdin.isatty() and sys.stdout.isatty():
            query = input("\nNow yours (Enter to end): ").strip()
            if query:
                search(query, environment)
        print("\nGo on with (your own memories go to your data folder, not into build/):")
        print(f"  export PAPR_MODEL={MODEL}")
        print(f'  build/release/papr --store {STORE.relative_to(ROOT)} search "…"')
        print("  build/release/papr --help")
    except (StepFailed, OSError, subprocess.CalledProcessError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except (EOFError, KeyboardInterrupt):
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
