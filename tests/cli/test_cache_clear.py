# SPDX-License-Identifier: Apache-2.0
"""`papr cache clear` over a folder that stands for ~/Library/Caches."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import fake_caches
import pytest
from conftest import Papr

OUR_ID = fake_caches.OUR_ID
LEAKED = "encoder_0D9F3C1E-72A4-4B8E-9C55-1F0A2B3C4D5E.mlmodelc"


def tree(folder: Path) -> list[tuple[str, int, int]]:
    rows = [(str(path), path.lstat().st_ino, path.lstat().st_mode) for path in folder.rglob("*")]
    return sorted(rows)


def test_temporary_models_are_listed_and_go_only_when_asked_for(
    papr: Papr, fake: fake_caches.FakeCaches, tmp_path: Path
) -> None:
    temporary = tmp_path / "T"
    leaked = fake_caches.add_entry(temporary, "leaked", 90_000).rename(temporary / LEAKED)
    fake_caches.age(leaked, 25 * 3600)
    folders = ("--caches-dir", fake.caches, "--temporary-dir", temporary)
    listed = papr.json("cache", "list", *folders)["places"]
    assert [place["class"] for place in listed if place["path"] == str(temporary)] == ["temporary"]
    papr.json("cache", "clear", *folders)
    assert leaked.exists()
    dry = papr.json("cache", "clear", "--temporary", "--dry-run", *folders)
    assert leaked.exists()
    report = papr.json("cache", "clear", "--temporary", *folders)
    assert not leaked.exists()
    assert report["cleared"] == dry["cleared"]
    assert [one["path"] for one in report["cleared"]] == [str(leaked)]
    assert all(path.exists() for path in fake.other_app + fake.shared)


def test_the_cache_of_one_app_goes_for_its_developer(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    before = set(fake.all)
    report = papr.json("cache", "clear", "--app", "com.example.notes", "--caches-dir", fake.caches)
    assert [one["path"] for one in report["cleared"]] == [str(fake.other_app[0])]
    assert {path for path in before if not path.exists()} == {fake.other_app[0]}
    again = papr.error(
        "cache", "clear", "--app", "com.example.notes", "--caches-dir", fake.caches, exit_code=1
    )
    assert again["code"] == "not_found"
    apples = papr.run("cache", "clear", "--app", "com.apple.Photos", "--caches-dir", fake.caches)
    assert apples.returncode == 2
    both = papr.run("cache", "clear", "--app", "a", "--temporary", "--caches-dir", fake.caches)
    assert both.returncode == 2


def test_clear_takes_ours_and_unused_legacy_and_says_why_the_rest_stays(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    going = [*fake.own, *fake.legacy_unused]
    expected = fake_caches.disk_bytes(*going)
    report = papr.json("cache", "clear", "--caches-dir", fake.caches)
    assert list(report) == ["dry_run", "freed_bytes", "cleared", "kept", "errors"]
    assert report["dry_run"] is False
    assert report["errors"] == []
    assert sorted(one["path"] for one in report["cleared"]) == sorted(map(str, going))
    assert report["freed_bytes"] == expected == sum(one["bytes"] for one in report["cleared"])
    assert [path for path in fake.all if not path.exists()] == going
    kept = {one["class"]: one["why"] for one in report["kept"]}
    assert sorted(kept) == ["interpreter", "legacy", "other_app", "shared"]
    assert kept["legacy"] == "used within the last 10 minutes"
    assert (fake.caches / "com.example.no-models" / "Cache.db").exists()


def test_a_dry_run_says_the_same_and_changes_nothing(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    before = tree(papr.home)
    dry = papr.json("cache", "clear", "--dry-run", "--caches-dir", fake.caches)
    assert tree(papr.home) == before
    real = papr.json("cache", "clear", "--caches-dir", fake.caches)
    assert dry.pop("dry_run") is True
    assert real.pop("dry_run") is False
    assert dry == real


def test_the_headline_is_the_seeds(papr: Papr, fake: fake_caches.FakeCaches) -> None:
    dry = papr.run("cache", "clear", "--dry-run", "--caches-dir", fake.caches)
    assert re.search(r"^would free \d+\.\d kB; nothing was changed$", dry.stderr, re.MULTILINE)
    done = papr.run("cache", "clear", "--caches-dir", fake.caches)
    assert done.returncode == 0
    headline = done.stderr.splitlines()[-1]
    assert re.fullmatch(r"✅ CoreML cache cleared successfully \(\d+\.\d kB freed\)", headline)
    assert str(fake.own[0]) in done.stdout
    again = papr.run("cache", "clear", "--caches-dir", fake.caches)
    assert again.returncode == 0
    assert again.stderr.splitlines()[-1] == "nothing to clear"
    assert "used within the last 10 minutes" in again.stderr


def test_what_was_compiled_since_a_clear_is_kept_for_the_cool_down(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    papr.json("cache", "clear", "--caches-dir", fake.caches)
    new = fake_caches.add_entry(fake.own[0].parent, "compiled since", 1000)
    command = ("cache", "clear", "--caches-dir", fake.caches)
    cooling = papr.run("--json", *command)
    assert cooling.returncode == 3
    report = json.loads(cooling.stdout)
    assert report["cleared"] == []
    assert any("cool-down" in one["why"] for one in report["kept"])
    assert "--force" in papr.run(*command).stderr
    assert new.exists()
    assert papr.run(*command, "--force").returncode == 0
    assert not new.exists()
    fake_caches.add_entry(fake.own[0].parent, "and again", 1000)
    short = papr.run(*command, environment={"PAPR_CACHE_COOLDOWN": "0s"})
    assert short.returncode == 0


def state_file(papr: Papr) -> Path:
    if sys.platform == "darwin":
        return papr.home / "Library" / "Application Support" / "papr" / "state.json"
    return papr.home / ".local" / "share" / "papr" / "state.json"


def test_while_a_process_of_ours_has_a_model_loaded_all_stays_even_with_force(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    # This process stands for the one with the model: it lives as long as the test.
    state = state_file(papr)
    state.parent.mkdir(parents=True)
    loaded = {"pid": os.getpid(), "started": "", "model": "m", "at_risk": False}
    state.write_text(json.dumps({"guard": {"processes": [loaded]}}))
    command = ("cache", "clear", "--caches-dir", fake.caches, "--force")
    dry = papr.run("--json", *command, "--dry-run")
    assert "clear_wanted" not in state.read_text()
    done = papr.run("--json", *command)
    assert (dry.returncode, done.returncode) == (3, 3)
    report = json.loads(done.stdout)
    assert json.loads(dry.stdout) == report | {"dry_run": True}
    assert list(report) == ["dry_run", "freed_bytes", "cleared", "kept", "errors"]
    assert report["cleared"] == []
    assert all(path.exists() for path in fake.all)
    why = {one["path"]: one["why"] for one in report["kept"]}
    assert {why[str(path)] for path in (*fake.own, *fake.legacy_unused)} == {
        "a process of ours has a model loaded; its next start clears first"
    }
    assert json.loads(state.read_text())["guard"]["clear_wanted"] is True
    assert "has a model loaded" in papr.run(*command).stderr.splitlines()[-1]


def test_a_clear_is_in_the_events_and_lets_swap_count_anew(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    pressure = papr.home / "pressure.json"
    pressure.write_text('{"swap_ins": 300000000, "swap_outs": 300000000}')
    events = papr.home / "events"
    environment = {
        "PAPR_EVENTS_FILE": str(events),
        "PAPR_PRESSURE_SOURCE": f"file:{pressure}",
    }
    command = ("cache", "clear", "--caches-dir", fake.caches)
    assert papr.run(*command, "--dry-run", environment=environment).returncode == 0
    assert events.read_text() == ""
    done = papr.run(*command, environment=environment)
    assert done.returncode == 0
    assert done.stderr.count("cleared successfully") == 1
    told = [json.loads(line) for line in events.read_text().splitlines()]
    assert [one["event"] for one in told] == ["cache_clear_started", "cache_cleared"]
    assert told[1]["entries"] == len([*fake.own, *fake.legacy_unused])
    (baseline,) = json.loads(state_file(papr).read_text())["pressure"]["swap_baselines"].values()
    assert baseline == {"swap_ins": 300000000, "swap_outs": 300000000}


def test_the_cool_down_is_that_of_the_guard(papr: Papr, fake: fake_caches.FakeCaches) -> None:
    """One record for all who clear: a load's own clear counts for a person's, and the reverse."""
    command = ("--json", "cache", "clear", "--caches-dir", fake.caches)
    assert papr.run(*command).returncode == 0
    state = json.loads(state_file(papr).read_text())
    assert state["guard"]["precaution_clear"]["at"] > 0
    assert list(state["cache"]) == ["entries"]


def test_nothing_to_clear_starts_no_cool_down(papr: Papr, fake: fake_caches.FakeCaches) -> None:
    command = ("--json", "cache", "clear", "--caches-dir", fake.caches)
    assert papr.run(*command).returncode == 0
    state_file(papr).unlink()
    assert papr.run(*command).returncode == 0
    new = fake_caches.add_entry(fake.own[0].parent, "compiled since", 1000)
    assert papr.run(*command).returncode == 0
    assert not new.exists()


def test_the_caches_folder_is_that_of_the_environment_unless_it_is_named(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    environment = {"PAPR_CACHES_DIR": str(fake.caches)}
    listed = papr.run("--json", "cache", "list", environment=environment)
    assert len(json.loads(listed.stdout)["places"]) == 7
    size = papr.run("--json", "cache", "size", environment=environment)
    assert json.loads(size.stdout)["own_bytes"] == fake_caches.disk_bytes(*fake.own)
    other = fake_caches.make(papr.home / "other" / "Caches")
    command = ("--json", "cache", "clear")
    papr.run(*command, "--caches-dir", other.caches, environment=environment)
    assert fake.own[0].exists()
    assert not other.own[0].exists()
    done = papr.run(*command, "--force", environment=environment)
    assert done.returncode == 0
    assert not fake.own[0].exists()


def test_the_identity_is_configurable_but_never_an_interpreters(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    notes = fake.other_app[0]
    command = ("--json", "cache", "clear", "--caches-dir", fake.caches)
    python = papr.run(*command, "--app-id", "org.python.python")
    cleared = {one["path"] for one in json.loads(python.stdout)["cleared"]}
    assert cleared == {str(path) for path in fake.legacy_unused}
    assert notes.exists()
    assert fake.own[0].exists()
    named = papr.run(*command, "--force", environment={"PAPR_APP_ID": "com.example.notes"})
    assert [one["path"] for one in json.loads(named.stdout)["cleared"]] == [str(notes)]
    refused = papr.error(*command[1:], "--app-id", "com.apple.Safari", exit_code=2)
    assert "Apple" in refused["message"]
    assert papr.error(*command[1:], "--app-id", "../x", exit_code=2)["code"] == "invalid_argument"


def test_without_a_caches_folder_there_is_nothing_and_that_is_said(papr: Papr) -> None:
    if sys.platform == "darwin":
        pytest.skip("macOS has a caches folder")
    listed = papr.run("--json", "cache", "list", environment={"XDG_CACHE_HOME": ""})
    assert json.loads(listed.stdout)["places"] == []
    assert papr.json("cache", "size")["bytes"] == 0
    assert papr.json("cache", "clear")["cleared"] == []
    done = papr.run("cache", "clear")
    assert done.returncode == 0
    assert "no Core ML caches on this system" in done.stderr
    assert list(papr.home.iterdir()) == []


def test_what_papr_compiled_is_listed_and_goes_when_told(papr: Papr) -> None:
    own = {"XDG_CACHE_HOME": ""}
    assert papr.run("add", "a key", environment=own).returncode == 0
    listed = json.loads(papr.run("--json", "cache", "list", environment=own).stdout)
    (place,) = (one for one in listed["places"] if "compiled-models" in one["path"])
    assert (place["class"], place["entries"], place["clearable"]) == ("compiled", 1, True)
    assert place["bytes"] > 1_000_000
    command = ("--json", "cache", "clear", "--compiled")
    would = json.loads(papr.run(*command, "--dry-run", environment=own).stdout)
    (entry,) = Path(place["path"]).iterdir()
    done = json.loads(papr.run(*command, environment=own).stdout)
    assert would["cleared"] == done["cleared"] == [{"path": str(entry), "bytes": place["bytes"]}]
    assert not entry.exists()
    again = papr.run("cache", "clear", "--compiled", environment=own)
    assert again.returncode == 0
    assert "nothing to clear" in again.stderr


def test_mistakes_are_usage_errors_and_a_missing_folder_a_failure(papr: Papr) -> None:
    missing = papr.home / "nowhere"
    for action in ("list", "size", "clear"):
        error = papr.error("cache", action, "--caches-dir", missing, exit_code=1)
        assert error["code"] == "not_found"
        assert str(missing) in error["message"]
    assert papr.run("cache").returncode == 2
    assert papr.run("cache", "list", "--caches-dir", "").returncode == 2
    assert papr.run("cache", "list", "--force").returncode == 2
    done = papr.run("--json", "cache", "clear", environment={"PAPR_CACHE_COOLDOWN": "soon"})
    assert done.returncode == 2
    assert "PAPR_CACHE_COOLDOWN" in done.stdout


def test_an_entry_that_cannot_be_moved_is_an_error_and_the_rest_goes(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere; unit tests mount something in the way instead")
    place = fake.own[0].parent
    place.chmod(0o500)
    try:
        done = papr.run("--json", "cache", "clear", "--caches-dir", fake.caches)
    finally:
        place.chmod(0o700)
    assert done.returncode == 3
    report = json.loads(done.stdout)
    assert {one["path"] for one in report["errors"]} == {str(path) for path in fake.own[:2]}
    assert fake.own[0].exists()
    assert not fake.own[2].exists()
    assert not fake.legacy_unused[0].exists()


def test_an_entry_that_another_process_has_open_stays(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    with next(fake.own[0].rglob("H16C.e5")).open("rb"):
        report = papr.json("cache", "clear", "--caches-dir", fake.caches)
    assert fake.own[0].exists()
    assert not fake.own[1].exists()
    why = {one["path"]: one["why"] for one in report["kept"]}
    assert why[str(fake.own[0])] == "open in another program"


def test_names_that_would_spoil_a_terminal_are_shown_harmless(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    place = fake.own[0].parent
    (place / os.fsdecode(b"bad\xff\n\x1b[31mname")).mkdir()
    done = papr.run("cache", "clear", "--caches-dir", fake.caches)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert list(place.iterdir()) == []
