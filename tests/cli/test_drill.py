# SPDX-License-Identifier: Apache-2.0
"""Each row of the drill's table: what it must give, and in what time."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import DRILL, LATE_MS, MINILM, PROGRAM, Papr, lines_of

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import drill

PATIENT_MS = (
    60_000  # where lateness is not what is tried: sanitizers and other tests slow a load down
)
TEXTS = [
    "strace: a system call tracer that shows the files a program opens",
    "testdisk: get lost files back",
    "klavaro: a typing tutor for children",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A store, and a remote with one of its own."""
    home = tmp_path_factory.mktemp("drill")
    papr = Papr(home)
    papr.json("import", "-", stdin=lines_of([{"content": text} for text in TEXTS]))
    remote_home = home / "other machine"
    remote_home.mkdir()
    other = Papr(remote_home)
    other.json("import", "-", stdin=lines_of([{"content": text} for text in TEXTS]))
    with drill.remote(PROGRAM, MINILM, other.store, home / "remote") as cloud:
        yield drill.Site(DRILL, MINILM, papr.store, cloud)


@pytest.mark.parametrize(
    "row", drill.ROWS, ids=lambda row: f"{row.level}, {row.name}, {row.source}"
)
def test_row(site, row, tmp_path):
    if row.mishap == "none":
        row = replace(row, deadline_ms=PATIENT_MS)
    outcome = drill.run(row, site, tmp_path / "row")
    assert outcome.exit_code == row.exit_code, outcome.answer
    assert row.says in outcome.reason
    assert outcome.latency_ms <= row.deadline_ms + LATE_MS
    if row.answered_by is None:
        assert outcome.answer["error"]["remedy"]
    else:
        assert outcome.answer["answered_by"] == row.answered_by
        assert outcome.answer["degraded"] == (row.answered_by == "cloud")
        assert "strace" in outcome.answer["hits"][0]["content"]
    assert bool(outcome.freed_bytes) == row.clears
    if row.clears:
        # Ours is gone, all of it and nothing else.
        assert outcome.freed_bytes == pytest.approx(drill.OWN_MB * 1e6, rel=0.01)
    left = sum(f.stat().st_size for f in (tmp_path / "row" / "Caches").rglob("*") if f.is_file())
    assert left > drill.LEGACY_MB * 1e6
    seen = [event["level"] for event in outcome.named("pressure_seen")]
    assert seen == ([] if row.level == "normal" else [row.level])


def test_people_read_the_five_lines_of_the_design_in_order(site, tmp_path):
    row = drill.Row("memory is short", "warn", remote=False, deadline_ms=PATIENT_MS)
    done = drill.start(row, site, tmp_path / "row")
    assert done.returncode == 0, done.stderr
    first_five = re.sub(r"\([\d.]+ MB freed\)", "(SIZE freed)", done.stderr).splitlines()[:5]
    assert first_five == [
        "⚠️  Memory pressure detected: Low free memory (35.2%)",
        "   Clearing CoreML cache as precaution...",
        "✅ CoreML cache cleared successfully (SIZE freed)",
        "Loading CoreML model...",
        "✅ CoreML model loaded successfully",
    ]


@pytest.mark.parametrize(
    ("mishap", "level", "advice"),
    [
        (drill.NO_MEMORY, "critical", "close what needs much memory"),
        (drill.BAD_IMAGE, "normal", "build or fetch the model anew"),
        ("hang", "normal", "give this machine more time with PAPR_HEDGE_AFTER"),
    ],
)
def test_a_degraded_answer_says_why_what_was_done_and_what_helps(
    site, tmp_path, mishap, level, advice
):
    row = next(row for row in drill.ROWS if row.mishap == mishap and row.remote)
    done = drill.start(replace(row, level=level), site, tmp_path / "row")
    assert done.returncode == 3, done.stderr
    seen, helps, summary = done.stderr.splitlines()[-3:]
    assert seen.startswith("⚠️  Degraded: ") and row.says in seen
    assert helps.startswith(f"   What helps: {advice}")
    assert "answered by the Papr API; " in summary and "asked the Papr API" in summary


def test_neither_key_nor_query_nor_content_is_written_anywhere(site, tmp_path, tmp_path_factory):
    """By any search above, by the remote that answered, or by one more; stores are for that."""
    key = site.cloud["PAPR_MEMORY_API_KEY"]
    folder = tmp_path / "row"
    loud = [row for row in drill.ROWS if row.mishap.startswith("fail=") or row.level == "warn"]
    for row in loud:
        outcome = drill.run(row, site, folder)
        told = json.dumps(outcome.events) + json.dumps(outcome.answer.get("error", ""))
        assert [s for s in (drill.QUERY, key, *TEXTS) if s in told + outcome.remarks] == []
    kept_there = {site.store.name + end for end in ("", "-wal", "-shm")} | {"token"}
    files = [file for file in tmp_path_factory.getbasetemp().rglob("*") if file.is_file()]
    assert any(file.name == "events.jsonl" and file.stat().st_size for file in files)
    for file in files:
        if file.name not in kept_there and "Caches" not in file.parts:
            written = file.read_bytes()
            found = [s for s in (drill.QUERY, key, *TEXTS) if s.encode() in written]
            assert found == [], file


def test_loads_that_nobody_waited_for_are_no_crashes(site, tmp_path):
    hangs = drill.Row("hangs", "normal", mishap="hang", deadline_ms=500)
    good = drill.Row("all is well", "normal", deadline_ms=PATIENT_MS)
    for row in (hangs, hangs, good):
        outcome = drill.run(row, site, tmp_path / "row", anew=False)
    assert outcome.answer["answered_by"] == "local", outcome.answer
    assert not outcome.answer["degraded"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_loads_that_somebody_interrupted_are_no_crashes(site, tmp_path, how):
    hangs = drill.Row("hangs", "normal", mishap="hang", remote=False)
    folder = tmp_path / "row"
    for _ in range(2):
        process = subprocess.Popen(
            [DRILL, "hang", "search", "tea"],
            env=drill.situation(hangs, site, folder),
            stderr=subprocess.PIPE,
            text=True,
        )
        assert "Loading" in process.stderr.readline()
        process.send_signal(how)
        assert process.wait(timeout=30) == -how
    outcome = drill.run(
        drill.Row("all is well", "normal", deadline_ms=PATIENT_MS), site, folder, anew=False
    )
    assert outcome.answer["answered_by"] == "local", outcome.answer
    assert not outcome.answer["degraded"]


def test_a_search_that_nobody_can_answer_ends_at_its_deadline(site, tmp_path):
    row = drill.Row("hangs", "critical", mishap="hang", remote=False, deadline_ms=500)
    outcome = drill.run(row, site, tmp_path / "row")
    assert outcome.answer["error"]["code"] == "timeout"
    assert 500 <= outcome.latency_ms <= 550
