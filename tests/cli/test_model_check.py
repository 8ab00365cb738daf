# SPDX-License-Identifier: Apache-2.0
"""`papr model check`: what it says of sound, slow and broken models."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import DRILL, Papr

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
