# SPDX-License-Identifier: Apache-2.0
"""The config file of the user, and what comes before it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from conftest import Papr


def write_config(papr: Papr, text: str) -> Path:
    folder = papr.home / ("Library/Application Support" if sys.platform == "darwin" else ".config")
    (folder / "papr").mkdir(parents=True, exist_ok=True)
    (folder / "papr" / "config.toml").write_text(text)
    return folder / "papr" / "config.toml"


def test_the_config_file_comes_after_option_and_environment(papr: Papr) -> None:
    drill = papr.home / "drill.json"
    drill.write_text('{"free_percent": 50}')
    source = f"file:{drill}"
    write_config(papr, f'pressure_source = "{source}"\npressure_warn_free_percent = 60\n')
    assert papr.json("pressure")["level"] == "warn"
    less = {"PAPR_PRESSURE_WARN_FREE_PERCENT": "40"}
    assert json.loads(papr.run("--json", "pressure", environment=less).stdout)["level"] == "normal"
    assert papr.json("pressure", "--source", "none")["source"] == "none"


def test_a_mistake_in_the_config_file_is_named_and_help_is_given_all_the_same(papr: Papr) -> None:
    config = write_config(papr, 'pressure_source = "none"\npresure_swap_pages = 1\n')
    done = papr.run("pressure")
    assert done.returncode == 2
    assert all(word in done.stderr for word in (str(config), "line 2", "presure_swap_pages"))
    assert papr.run("help").returncode == 0
    assert papr.run("pressure", "--help").returncode == 0
