#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a folder that stands for ~/Library/Caches, with caches of every class in it.

    tests/fake_caches.py /tmp/try/Library/Caches --own 40 --legacy 20
    papr cache list --caches-dir /tmp/try/Library/Caches

Sizes are in MB. Containers of sandboxed apps are beside the caches folder, as on a Mac.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

BUNDLES = "com.apple.e5rt.e5bundlecache"
OUR_ID = "ai.papr.ondevice"
BUILD = "24E214"
OLD_BUILD = "24D60"
HOUR_S = 3600
MB = 1_000_000


def age(path: Path, seconds: float) -> None:
    """Sets every time at and below `path` to so long ago."""
    for below in (*path.rglob("*"), path):
        when = time.time() - seconds
        os.utime(below, (when, when), follow_symlinks=False)


def add_entry(place: Path, name: str, size_bytes: int, age_s: float = HOUR_S) -> Path:
    """One compiled model as the runtime lays it out; `name` is hashed, as there."""
    digest = hashlib.sha256(name.encode()).hexdigest().upper()
    entry = place / digest
    bundle = entry / f"{digest[:16]}.bundle"
    bundle.mkdir(parents=True)
    (entry / "model.milhash").write_text(digest)
    block = digest.encode() * 1024
    with (bundle / "H16C.e5").open("wb") as file:
        for start in range(0, size_bytes, len(block)):
            file.write(block[: size_bytes - start])
    age(entry, age_s)
    return entry


@dataclass
class FakeCaches:
    """Where everything lies. Lists hold entries, in the order in which they were made."""

    caches: Path
    own: list[Path] = field(default_factory=list)
    interpreter: list[Path] = field(default_factory=list)
    legacy_unused: list[Path] = field(default_factory=list)
    legacy_used: list[Path] = field(default_factory=list)
    other_app: list[Path] = field(default_factory=list)
    shared: list[Path] = field(default_factory=list)

    @property
    def all(self) -> list[Path]:
        return [
            *(*self.own, *self.interpreter, *self.legacy_unused),
            *(*self.legacy_used, *self.other_app, *self.shared),
        ]


def make(caches: Path, own_bytes: int = 400_000, legacy_bytes: int = 200_000) -> FakeCaches:
    """Every class once or more. Of our own place there are two builds."""
    fake = FakeCaches(caches)
    containers = caches.parent / "Containers"
    boxed = "com.example.photos"
    own = caches / OUR_ID / BUNDLES
    fake.own = [
        add_entry(own / BUILD, "own encoder", own_bytes // 2),
        add_entry(own / BUILD, "own reranker", own_bytes // 4),
        add_entry(own / OLD_BUILD, "own encoder, older build", own_bytes // 4, 90 * 24 * HOUR_S),
    ]
    python = caches / "org.python.python" / BUNDLES / BUILD
    fake.interpreter = [add_entry(python, "some script's model", 50_000)]
    legacy = caches / "com.apple.CoreML"
    fake.legacy_unused = [
        add_entry(legacy, "legacy a", legacy_bytes // 2, 3 * 24 * HOUR_S),
        add_entry(legacy, "legacy b", legacy_bytes // 2),
    ]
    fake.legacy_used = [add_entry(legacy, "legacy in use", 30_000, 60)]
    fake.other_app = [
        add_entry(caches / "com.example.notes" / BUNDLES / BUILD, "notes", 60_000),
        add_entry(
            containers / boxed / "Data/Library/Caches" / boxed / BUNDLES / BUILD, "photos", 70_000
        ),
    ]
    fake.shared = [add_entry(caches / BUNDLES / BUILD, "of all apps", 80_000)]
    (caches / "com.example.no-models").mkdir()
    (caches / "com.example.no-models" / "Cache.db").write_bytes(b"precious" * 1000)
    return fake


def disk_bytes(*paths: Path) -> int:
    """What `du` would say, by another way than the program's."""
    done = subprocess.run(
        ["du", "-skc", *map(str, paths)], capture_output=True, text=True, check=True
    )
    return int(done.stdout.splitlines()[-1].split()[0]) * 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("caches", type=Path, help="the folder to make; must not be there yet")
    parser.add_argument("--own", type=float, default=0.4, metavar="MB")
    parser.add_argument("--legacy", type=float, default=0.2, metavar="MB")
    arguments = parser.parse_args()
    for folder in (arguments.caches, arguments.caches.absolute().parent / "Containers"):
        if folder.exists():
            parser.error(f"{folder} is there already")
    if min(arguments.own, arguments.legacy) < 0:
        parser.error("a size is negative")
    make(arguments.caches.absolute(), int(arguments.own * MB), int(arguments.legacy * MB))
    print(arguments.caches)
