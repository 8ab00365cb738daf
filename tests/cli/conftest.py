# SPDX-License-Identifier: Apache-2.0
"""Runs the built program as a user does: real model, real store, real exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import fake_caches

PROGRAM = Path(os.environ["PAPR_PROGRAM"])
MODELS = Path(os.environ["PAPR_MODELS_DIR"])
DRILL = Path(os.environ["PAPR_DRILL"])
# How late after its deadline an answer may be. Of a program that is several times slower than it
# will be, only that it ends is asked.
LATE_MS = 2000 if os.environ["PAPR_SANITIZED"] == "1" else 50
MINILM = MODELS / "all-MiniLM-L6-v2" / "all-MiniLM-L6-v2.mlpackage"


@dataclass
class Papr:
    """The program with its store and its home in a folder of the test's own."""

    home: Path
    model: Path = MINILM

    @property
    def store(self) -> Path:
        return self.home / "memories.sqlite"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name == "PATH" or name.endswith(("SAN_OPTIONS", "_SANITIZERS"))
        }
        return kept | {
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home.parent / "cache"),  # compiled once for all tests
            "PAPR_MODEL": str(self.model),
            "PAPR_STORE": str(self.store),
            "LC_ALL": "C.UTF-8",
        }

    def run(
        self, *arguments: object, stdin: str = "", environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PROGRAM), *map(str, arguments)],
            env=self.environment | (environment or {}),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def json(self, *arguments: object, stdin: str = "") -> dict:
        done = self.run("--json", *arguments, stdin=stdin)
        assert done.returncode in (0, 3), done.stdout + done.stderr
        return json.loads(done.stdout)

    def error(self, *arguments: object, exit_code: int, stdin: str = "") -> dict:
        """The error object of a call that must fail with this code, and must print one line."""
        done = self.run("--json", *arguments, stdin=stdin)
        assert done.returncode == exit_code, done.stdout + done.stderr
        assert done.stdout.count("\n") == 1
        return json.loads(done.stdout)["error"]


@pytest.fixture
def fake(tmp_path: Path) -> fake_caches.FakeCaches:
    return fake_caches.make(tmp_path / "Library" / "Caches")


@pytest.fixture
def papr(tmp_path: Path) -> Papr:
    return Papr(tmp_path)


def lines_of(rows: list[dict]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)
