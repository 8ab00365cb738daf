# SPDX-License-Identifier: Apache-2.0
"""A folder of built files that appears whole or not at all, built once for all who want it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

KEY_FILE = "built-from.sha256"


SHARED_SOURCES = ("bert_program.py", "coreml_package.py", "quiet_coremltools.py")


def key_of(script: str, *parts: str) -> str:
    """A hash of what a build depends on: `script`, what it imports of ours, and `parts`."""
    digest = hashlib.sha256()
    for source in (script, *(Path(__file__).with_name(name) for name in SHARED_SOURCES)):
        digest.update(Path(source).read_bytes())
    digest.update("\0".join(parts).encode())
    return digest.hexdigest()


def publish(folder: Path, key: str, build: Callable[[Path], None]) -> None:
    """Makes `folder` what `build(staging)` writes, unless it was built with this `key` already.

    Several processes may ask for the same folder: one builds, the others wait. Whoever has files
    of the old folder open keeps them.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.parent / f".{folder.name}.lock"):
        with contextlib.suppress(FileNotFoundError):
            if (folder / KEY_FILE).read_text(encoding="utf-8") == key:
                return
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            build(staging)
            (staging / KEY_FILE).write_text(key, encoding="utf-8")
            staging.chmod(0o755)
            _replace(folder, staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _replace(folder: Path, staging: Path) -> None:
    # rename() does not replace a folder that has files in it, so an old one is moved aside first.
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    try:
        with contextlib.suppress(FileNotFoundError):
            folder.rename(old)
        staging.rename(folder)
    finally:
        shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
