# SPDX-License-Identifier: Apache-2.0
"""`papr model check`: what it says of sound, slow and broken models."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from conftest import DRILL, Papr

Answer = TypeVar("Answer")

KEYS = [
    "path",
    "backend",
    "cold_load_ms",
    "warm_load_ms",
    "verdict",
    "placement",
    "on_accelerator",
    "first_ms",
    "warm_ms",
    "budget_ms",
    "problem",
    "advice",
]


def check_with(papr: Papr, mishap: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(DRILL), mishap, "--json", "model", "check", str(papr.model)],
        env=papr.environment | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def wait_for(ask: Callable[[], Answer], patience_s: float = 30) -> Answer:
    """The first answer that is true."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not come")


def has_ended(pid: str) -> bool:
    """Gone, or waiting for a first process of this machine that never asks for it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_sound_model_is_good_and_its_times_are_told(papr: Papr) -> None:
    done = papr.run(
        "--json", "model", "check", papr.model, environment={"PAPR_LATENCY_BUDGET": "10s"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout)
    assert list(seen) == KEYS
    assert seen["verdict"] == "good"
    assert seen["advice"] is None
    assert seen["budget_ms"] == 10_000
    assert 0 < seen["warm_ms"] <= seen["first_ms"] * 10
    if sys.platform != "darwin":
        assert seen["warm_load_ms"] < seen["cold_load_ms"]
    shown = papr.run("model", "check", papr.model, environment={"PAPR_LATENCY_BUDGET": "10s"})
    assert "verdict      good" in shown.stdout


def test_a_load_that_nothing_was_kept_for_is_not_called_one(papr: Papr, tmp_path: Path) -> None:
    (tmp_path / "no-folder").write_text("in the way")
    done = papr.run(
        *("--json", "model", "check", papr.model),
        environment={"PAPR_LATENCY_BUDGET": "10s", "XDG_CACHE_HOME": str(tmp_path / "no-folder")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["warm_load_ms"] is None


def test_a_slow_model_is_degraded_and_says_what_to_do(papr: Papr) -> None:
    done = check_with(papr, "run-slow=100ms", PAPR_LATENCY_BUDGET="50ms")
    assert done.returncode == 3, done.stdout + done.stderr
    seen = json.loads(done.stdout)
    assert seen["verdict"] == "slow"
    assert seen["warm_ms"] >= 100
    assert "PAPR_ALLOW_CPU=1" in seen["advice"]


@pytest.mark.parametrize("mishap", ["zeros", "nan", "short"])
def test_a_wrong_output_is_named(papr: Papr, mishap: str) -> None:
    done = check_with(papr, mishap)
    assert done.returncode == 3
    seen = json.loads(done.stdout)
    assert seen["verdict"] == "wrong_output"
    assert seen["problem"]


def test_what_keeps_a_model_from_running_is_an_error_with_a_remedy(
    papr: Papr, tmp_path: Path
) -> None:
    assert papr.error("model", "check", tmp_path / "no.mlpackage", exit_code=1)["remedy"]
    broken = tmp_path / "broken.mlpackage"
    shutil.copytree(papr.model, broken)
    weights = next(broken.rglob("weight.bin"))
    weights.write_bytes(weights.read_bytes()[:1000])
    error = papr.error("model", "check", broken, exit_code=1)
    assert (error["code"], bool(error["remedy"])) == ("corrupt", True)
    failed = check_with(papr, "fail=ANECCompile() FAILED")
    assert failed.returncode == 1
    assert "ANECCompile() FAILED" in json.loads(failed.stdout)["error"]["message"]


def test_a_model_that_ends_its_process_is_told_of_and_ends_no_other(papr: Papr) -> None:
    for mishap in ("die", "run-die"):
        done = check_with(papr, mishap)
        assert done.returncode == 1, done.stdout + done.stderr
        error = json.loads(done.stdout)["error"]
        assert error["code"] == "unavailable"
        assert "in a child process: the child died: killed" in error["message"]
        assert "papr cache clear --compiled" in error["remedy"]


def test_a_model_that_hangs_is_given_up_at_the_limit(papr: Papr) -> None:
    command = [str(DRILL), "hang", "--json", "model", "check", "--limit", "500ms", str(papr.model)]
    done = subprocess.run(
        command, env=papr.environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "timeout"
    assert "--limit" in error["remedy"]
    assert papr.error("model", "check", "--limit", "soon", exit_code=2)["code"] == (
        "invalid_argument"
    )


def test_the_child_goes_when_its_parent_is_killed(papr: Papr) -> None:
    command = [str(DRILL), "hang", "model", "check", str(papr.model)]
    parent = subprocess.Popen(command, env=papr.environment, stderr=subprocess.DEVNULL)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    if not children.exists():
        parent.kill()
        parent.wait()
        pytest.skip("this system does not tell the children of a process")
    try:
        child = wait_for(lambda: children.read_text().split())[0]
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: has_ended(child))


def test_each_operation_is_listed_with_its_share_of_the_work(papr: Papr) -> None:
    lenient = {"PAPR_LATENCY_BUDGET": "10s"}
    done = papr.run("--json", "model", "check", "--ops", papr.model, environment=lenient)
    assert done.returncode == 0, done.stdout + done.stderr
    operations = json.loads(done.stdout)["operations"]
    assert {"type", "name", "weight", "preferred", "supported"} == set(operations[0])
    assert sum(one["weight"] or 0 for one in operations) == pytest.approx(1)
    if sys.platform != "darwin":
        assert any(one["type"] == "FullyConnected" for one in operations)
        assert all(one["preferred"] == "cpu" for one in operations)
    shown = papr.run("model", "check", "--ops", papr.model, environment=lenient).stdout
    assert re.search(r"^operations   \d+; \d+ on cpu \(100.0 % of the work\)$", shown, re.MULTILINE)
    assert "could run on" in shown


@pytest.mark.parametrize("mishap", ["die", "run-die", "hang"])
def test_a_search_can_have_a_model_tried_in_a_child_first(
    papr: Papr, tmp_path: Path, mishap: str
) -> None:
    assert papr.run("add", "the key is under the flowerpot").returncode == 0
    calm = tmp_path / "calm.json"
    calm.write_text('{"free_percent": 70}')
    environment = papr.environment | {
        "PAPR_PROBE_IN_CHILD": "1",
        "PAPR_PRESSURE_SOURCE": f"file:{calm}",
    }

    def search(course: str) -> subprocess.CompletedProcess[str]:
        command = [str(DRILL), course, "--json", "search", "key", "--deadline", "20s"]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    if mishap == "hang":  # for half an hour; the search does not wait for it
        done = subprocess.run(
            [str(DRILL), "hang", "--json", "search", "key", "--deadline", "500ms"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, done.stdout + done.stderr
        return
    done = search(mishap)  # each child dies, so the model is given up and nobody else died
    assert done.returncode == 1, done.stdout + done.stderr
    assert "in a child process" in json.loads(done.stdout)["error"]["message"]
    done = search("none")
    assert done.returncode in (0, 3), done.stdout + done.stderr
    assert json.loads(done.stdout)["hits"]


def test_compute_units_that_do_not_exist_are_told_of_and_not_used(papr: Papr) -> None:
    for units, warned in (("CPU_AND_NE", False), ("NPU", True)):
        done = papr.run(
            *("--json", "model", "check", papr.model),
            environment={"PAPR_LATENCY_BUDGET": "10s", "PAPR_COREML_COMPUTE_UNITS": units},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert ("ALL is used instead" in done.stderr) is warned
