# SPDX-License-Identifier: Apache-2.0
"""The report that tools/mac_report.sh makes, of the real program, where no Mac is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MODELS, PROGRAM

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "mac_report.sh"


def make_report(folder: Path, models: Path) -> tuple[subprocess.CompletedProcess[str], dict, str]:
    (folder / "home").mkdir()
    done = subprocess.run(
        [
            *(SCRIPT, "--anyway", "--quick", "--out", folder / "out"),
            *("--program", PROGRAM, "--models", models),
        ],
        env=os.environ | {"PYTHON": sys.executable, "HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads((folder / "out" / "report.json").read_text())
    return done, report, (folder / "out" / "report.html").read_text()


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_a_report_of_the_real_program_has_every_part_and_says_that_it_is_of_no_mac(tmp_path):
    done, report, page = make_report(tmp_path, MODELS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert report["schema"] == 1
    said = [one["text"] for one in report["verdicts"]]
    assert said[0].startswith("This is from no Mac (Linux): it proves nothing about Core ML")
    assert said[0] in page and said[0] in done.stdout
    assert [step for step in report["steps"] if step["needed"] and not step["ok"]] == []
    for model in report["models"]:
        check = model["check"]
        assert check["placement"] == "cpu" and check["on_accelerator"] == "not_on"
        assert check["cold_load_ms"] > 0 and check["warm_load_ms"] > 0 and check["warm_ms"] > 0
        assert model["bench"]["p50_ms"] > 0
    assert [one["ended"] for one in report["errors"]] == ["exit 1"] * 3
    assert all("weight" in one["message"] and one["remedy"] for one in report["errors"])
    searched = [(one["model"], one["level"]) for one in report["searches"]]
    names = [model["name"] for model in report["models"]]
    assert searched == [(name, level) for name in names for level in ("normal", "warn", "critical")]
    for one in report["searches"]:
        assert [start["answered_by"] for start in one["starts"]] == ["local"]
        assert one["starts"][0]["latency_ms"] > one["starts"][0]["load_ms"] > 0
        assert len(one["served_ms"]) == 3
    assert [one["reading"]["source"] for one in report["pressure"]["linux"]] == ["linux"]
    assert report["caches"]["own"][0]["class"] == "compiled"
    assert any("compiled-models" in one["folder"] for one in report["caches"]["folders"])


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_a_model_that_is_not_there_is_reported_and_no_folder_of_this_machine_is_named(tmp_path):
    done, report, page = make_report(tmp_path, tmp_path / "none")
    assert done.returncode == 1
    failed = {step["name"]: step for step in report["steps"] if not step["ok"]}
    check = failed["check the demo model, any shape"]
    assert check["exit_code"] == 1
    assert check["result"]["error"]["code"] == "not_found"
    assert "<models>/all-MiniLM-L6-v2" in check["result"]["error"]["message"]
    assert report["searches"] == [] and len(report["pressure"]["linux"]) == 1
    assert str(tmp_path) not in page and str(tmp_path) not in json.dumps(report)
    assert list((tmp_path / "home").rglob("*")) == []  # Nothing was written to the user's home.
