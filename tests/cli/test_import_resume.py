# SPDX-License-Identifier: Apache-2.0
"""An import that is killed at any moment loses no committed row and goes on where it was."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess

from conftest import PROGRAM, Papr, lines_of

ROWS = [{"id": f"row-{i}", "content": f"the {i}th thing worth knowing"} for i in range(1500)]


def committed(papr: Papr) -> set[str]:
    """What a reader of the store sees now."""
    if not papr.store.exists():
        return set()
    done = papr.run("--json", "list", "--all")
    return {row["id"] for row in json.loads(done.stdout).get("memories", [])}


def test_kill_9_at_any_moment_loses_no_committed_row(papr: Papr) -> None:
    file = papr.home / "rows.jsonl"
    file.write_text(lines_of(ROWS))
    chance = random.Random(20261123)
    seen: set[str] = set()
    for _ in range(8):
        process = subprocess.Popen(
            [str(PROGRAM), "import", str(file)],
            env=papr.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wanted = len(seen) + chance.randint(0, 150)
        while process.poll() is None:
            now = committed(papr)
            assert seen <= now
            seen = now
            if len(seen) >= wanted:
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        after = committed(papr)
        assert seen <= after
        seen = after
    report = papr.json("import", file)
    assert report["unchanged"] >= len(seen)
    assert report["added"] + report["unchanged"] == len(ROWS)
    assert committed(papr) == {row["id"] for row in ROWS}
    assert sqlite3.connect(papr.store).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_second_import_of_the_same_file_changes_nothing(papr: Papr) -> None:
    file = papr.home / "rows.jsonl"
    file.write_text(lines_of(ROWS[:300]))
    assert papr.json("import", file)["added"] == 300
    again = papr.json("import", file)
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 300)


def test_a_changed_line_updates_its_row_only(papr: Papr) -> None:
    file = papr.home / "rows.jsonl"
    file.write_text(lines_of(ROWS[:10]))
    papr.json("import", file)
    file.write_text(lines_of([*ROWS[:9], {"id": "row-9", "content": "something else"}]))
    report = papr.json("import", file)
    assert (report["added"], report["updated"], report["unchanged"]) == (0, 1, 9)
