# SPDX-License-Identifier: Apache-2.0
"""Undoes what a test did to the machine when stdin ends, however the test ended.

"swap FILE" and "group FOLDER" are lines of stdin, each written before the thing is made; the last
is undone first.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

SYSTEM_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def drop_group(folder: Path) -> None:
    deadline = time.monotonic() + 20
    while folder.is_dir() and time.monotonic() < deadline:
        for process in (folder / "cgroup.procs").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        try:
            folder.rmdir()
        except OSError:
            time.sleep(0.02)  # until those killed are gone


def drop_swap(file: Path) -> None:
    swapoff = shutil.which("swapoff", path=SYSTEM_PATH)
    if swapoff and str(file) in Path("/proc/swaps").read_text():
        subprocess.run([swapoff, file], check=False)
    file.unlink(missing_ok=True)


def main() -> int:
    made = [line.rstrip("\n").split(" ", 1) for line in sys.stdin]
    failed = 0
    for kind, path in reversed(made):
        try:
            {"group": drop_group, "swap": drop_swap}[kind](Path(path))
        except OSError as error:
            print(f"undo {kind} {path}: {error}", file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
