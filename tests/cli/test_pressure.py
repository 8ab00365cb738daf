# SPDX-License-Identifier: Apache-2.0
"""`papr pressure` as its users run it, on files and on fake macOS tools."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import PROGRAM, Papr

TESTS = Path(__file__).resolve().parents[1]
RECORDED = TESTS / "data" / "macos_outputs"
FAKE_TOOLS = TESTS / "fake_macos_tools"
KEYS = [
    *("level", "free_percent", "swap_used_gb", "page_ins", "page_outs", "reason", "source"),
    *("active", "kernel_level", "swap_ins", "swap_outs", "swap_in_pages_per_s"),
    *("swap_out_pages_per_s", "stall_percent_10s", "sampled_at"),
]


@dataclass
class Mac:
    """A folder of recorded outputs, and the environment in which the fake tools print them."""

    papr: Papr
    folder: Path

    def environment(self, tools: Path = FAKE_TOOLS, **misbehaving: str) -> dict[str, str]:
        faults = {f"FAKE_MAC_{name.upper()}": fault for name, fault in misbehaving.items()}
        path = f"{tools}:{os.environ['PATH']}"
        return {"PATH": path, "FAKE_MAC_DIR": str(self.folder), **faults}

    def read(self, tools: Path = FAKE_TOOLS, **misbehaving: str) -> dict:
        done = self.papr.run(
            *("--json", "pressure", "--source", "macos-tools"),
            environment=self.environment(tools, **misbehaving),
        )
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def mac(papr: Papr) -> Mac:
    folder = papr.home / "mac"
    folder.mkdir()
    for kind, file in (
        ("memory_pressure", "quiet-apple-silicon-16gb-66pct-2026-09-01.txt"),
        ("vm_stat", "macos27.0-26A428-mte-32gb-heavy-swap-before.txt"),
        ("sysctl", "swapusage-macos27-heavy-used9689.txt"),
    ):
        shutil.copy(RECORDED / kind / file, folder / f"{kind}.txt")
    with (folder / "sysctl.txt").open("a") as sysctl:
        sysctl.write("kern.memorystatus_vm_pressure_level: 1\nkern.memorystatus_level: 65\n")
    return Mac(papr, folder)


def drill(papr: Papr, reading: object) -> str:
    path = papr.home / "drill.json"
    path.write_text(reading if isinstance(reading, str) else json.dumps(reading))
    return f"file:{path}"


def test_off_macos_nothing_is_read_and_no_file_is_made(papr: Papr) -> None:
    reading = papr.json("pressure")
    assert list(reading) == KEYS
    assert (reading["level"], reading["reason"], reading["source"]) == (
        *("normal", "not macOS", "none"),
    )
    assert reading["active"] is False
    known = {"level", "reason", "source", "active", "sampled_at"}
    assert all(reading[key] is None for key in KEYS if key not in known)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", reading["sampled_at"])
    assert list(papr.home.iterdir()) == []


def test_the_macos_tools_are_read(mac: Mac) -> None:
    reading = mac.read()
    assert list(reading) == KEYS
    assert reading | {"sampled_at": "", "swap_used_gb": 0} == {
        "level": "normal",
        "free_percent": 66.0,
        "swap_used_gb": 0,
        "page_ins": 77347900,
        "page_outs": 115304,
        "reason": "Enough free memory (66.0%)",
        "source": "macos-tools",
        "active": False,
        "kernel_level": 1,
        "swap_ins": 1024615,
        "swap_outs": 3028624,
        "swap_in_pages_per_s": None,
        "swap_out_pages_per_s": None,
        "stall_percent_10s": None,
        "sampled_at": "",
    }
    assert reading["swap_used_gb"] == pytest.approx(10.1606, abs=0.0001)


def test_a_missing_tool_leaves_its_numbers_unknown(mac: Mac) -> None:
    tools = mac.folder / "tools"
    shutil.copytree(FAKE_TOOLS, tools)
    (tools / "vm_stat").unlink()
    reading = mac.read(tools)
    assert (reading["free_percent"], reading["swap_ins"]) == (66.0, None)
    (tools / "memory_pressure").unlink()
    assert mac.read(tools)["free_percent"] == 65.0


@pytest.mark.parametrize("fault", ["hang", "exit1", "flood", "silent"])
def test_a_tool_that_misbehaves_leaves_its_numbers_unknown(mac: Mac, fault: str) -> None:
    reading = mac.read(vm_stat=fault)
    assert (reading["free_percent"], reading["swap_ins"]) == (66.0, None)
    reading = mac.read(sysctl=fault)
    assert (reading["free_percent"], reading["swap_used_gb"]) == (66.0, None)
    reading = mac.read(sysctl=fault, memory_pressure=fault)
    assert (reading["free_percent"], reading["swap_ins"]) == (42.0, 1024615)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def check_no_child_is_left(mac: Mac) -> None:
    children = [int(pid) for pid in (mac.folder / "children").read_text().split()]
    assert children
    give_up = time.monotonic() + 30
    while any(map(is_running, children)) and time.monotonic() < give_up:
        time.sleep(0.01)
    assert not any(map(is_running, children))


def test_when_all_hang_it_takes_two_seconds_and_nothing_is_left_running(mac: Mac) -> None:
    start = time.monotonic()
    error = mac.read(memory_pressure="hang", vm_stat="hang", sysctl="hang")["error"]
    # 2 s is the contract, and one after the other would be 5.4; the rest is for a busy machine.
    assert time.monotonic() - start < 4.5
    assert error["code"] == "timeout"
    check_no_child_is_left(mac)


def test_a_child_that_a_tool_leaves_behind_is_ended_and_not_waited_for(mac: Mac) -> None:
    assert mac.read(vm_stat="child")["swap_ins"] == 1024615
    check_no_child_is_left(mac)


def test_when_no_tool_is_there_each_is_named_and_the_exit_code_is_1(papr: Papr) -> None:
    empty = papr.home / "empty"
    empty.mkdir()
    done = papr.run(
        *("--json", "pressure", "--source", "macos-tools"), environment={"PATH": str(empty)}
    )
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "not_found"
    for tool in ("memory_pressure", "vm_stat", "sysctl"):
        assert tool in error["message"]
    assert error["remedy"] != ""


def test_a_drill_file_is_what_the_kernel_would_say(papr: Papr) -> None:
    reading = papr.json("pressure", "--source", drill(papr, {"level": "critical"}))
    assert (reading["level"], reading["active"], reading["kernel_level"]) == ("critical", True, 4)
    reading = papr.json("pressure", "--source", drill(papr, {"free_percent": 35.2}))
    assert (reading["level"], reading["reason"]) == ("warn", "Low free memory (35.2%)")
    reading = papr.json(
        *("pressure", "--source", drill(papr, {"swap_ins": 201000000, "swap_outs": 223000000}))
    )
    assert (reading["level"], reading["active"]) == ("warn", False)
    assert reading["reason"] == "Heavy swap activity (201,000,000 pages in, 223,000,000 out)"


def test_a_reading_can_be_played_back(papr: Papr, mac: Mac) -> None:
    (mac.folder / "memory_pressure.txt").write_text("System-wide memory free percentage: 12%\n")
    first = mac.read()
    again = papr.json("pressure", "--source", drill(papr, first))
    assert first["level"] == "critical"
    changing = {"source": "", "sampled_at": ""}
    assert again | changing == first | changing


def test_people_read_what_it_is_and_what_it_means(papr: Papr) -> None:
    done = papr.run("pressure", "--source", drill(papr, {"free_percent": 35.2}))
    assert done.returncode == 0
    assert done.stdout == (
        "warn: Low free memory (35.2%); memory is short now: a model may load slowly or end up on "
        "the CPU\n  35.2% free; source file\n"
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    "content", [None, "", "{", "[]", '{"level":"high"}', '{"free_percent":-1}']
)
def test_a_named_source_that_cannot_be_read_is_a_failure(papr: Papr, content: str | None) -> None:
    source = f"file:{papr.home}/missing.json" if content is None else drill(papr, content)
    error = papr.error("pressure", "--source", source, exit_code=1)
    assert error["code"] == ("not_found" if content is None else "corrupt")
    assert source.removeprefix("file:") in error["message"]
    assert error["remedy"] != ""
    done = papr.run("--json", "pressure", environment={"PAPR_PRESSURE_SOURCE": source})
    assert done.returncode == 1
    assert papr.error("pressure", "--watch", "--source", source, exit_code=1) == error


def test_a_fifo_does_not_block(papr: Papr) -> None:
    fifo = papr.home / "fifo"
    os.mkfifo(fifo)
    assert papr.error("pressure", "--source", f"file:{fifo}", exit_code=1)["code"] == "unavailable"


def test_wrong_usage_is_said(papr: Papr) -> None:
    error = papr.error("pressure", "--source", "nonsense", exit_code=2)
    assert "nonsense" in error["message"]
    assert "file:PATH" in error["remedy"]
    for words in (["--interval", "1s"], ["--watch", "--interval", "fast"], ["--source", ""]):
        papr.error("pressure", *words, exit_code=2)
    papr.error("pressure", "--watch", "--interval", "0s", exit_code=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAPR_PRESSURE_SOURCE", "nonsense"),
        ("PAPR_PRESSURE_WARN_FREE_PERCENT", "forty"),
        ("PAPR_PRESSURE_CRITICAL_FREE_PERCENT", "101"),
        ("PAPR_PRESSURE_SWAP_PAGES", "-1"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named(papr: Papr, name: str, value: str) -> None:
    done = papr.run("--json", "pressure", environment={name: value})
    assert done.returncode == 2
    assert name in json.loads(done.stdout)["error"]["message"]


def test_settings_move_the_thresholds(papr: Papr) -> None:
    source = drill(papr, {"free_percent": 50, "swap_ins": 8})

    def level(**settings: str) -> str:
        environment = {f"PAPR_PRESSURE_{name}": value for name, value in settings.items()}
        return json.loads(
            papr.run("--json", "pressure", "--source", source, environment=environment).stdout
        )["level"]

    assert level() == "normal"
    assert level(WARN_FREE_PERCENT="50") == "warn"
    assert level(CRITICAL_FREE_PERCENT="50") == "critical"
    assert level(SWAP_PAGES="7") == "warn"
    assert level(SWAP_PAGES="8") == "normal"


class Watching:
    """`papr pressure --watch` while it runs."""

    def __init__(self, papr: Papr, *arguments: str, environment: dict[str, str] | None = None):
        self.process = subprocess.Popen(
            [str(PROGRAM), "pressure", "--watch", *arguments],
            env=papr.environment | (environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Watching:
        return self

    def __exit__(self, *unused: object) -> None:
        self.process.kill()
        self.process.communicate()

    def line(self) -> str:
        return self.process.stdout.readline()


def test_a_watch_prints_one_object_a_line_and_follows_the_file(papr: Papr) -> None:
    source = drill(papr, {"level": "normal"})
    with Watching(papr, "--json", "--interval", "10ms", "--source", source) as watching:
        first = json.loads(watching.line())
        assert (list(first), first["level"]) == (KEYS, "normal")
        drill(papr, {"level": "critical"})
        # It may be read while it is being written: then a line says that it cannot be.
        while (reading := json.loads(watching.line()))["level"] == "normal":
            pass
        assert reading["level"] == "critical"
        (papr.home / "drill.json").unlink()
        while (reading := json.loads(watching.line()))["level"] != "normal":
            pass
        assert "drill.json" in reading["reason"]


def test_a_watch_works_out_rates(papr: Papr, mac: Mac) -> None:
    text = (mac.folder / "vm_stat.txt").read_text()
    (mac.folder / "vm_stat-2.txt").write_text(text.replace("1024615.", "9024615."))
    arguments = ("--json", "--interval", "200ms", "--source", "macos-tools")
    with Watching(papr, *arguments, environment=mac.environment()) as watching:
        assert json.loads(watching.line())["swap_in_pages_per_s"] is None
        second = json.loads(watching.line())
        assert second["swap_in_pages_per_s"] > 1000
        assert second["swap_out_pages_per_s"] == 0
        assert (second["level"], second["active"]) == ("warn", True)
        assert second["reason"].startswith("Swapping now (")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_watch_at_once_and_well(papr: Papr, number: int) -> None:
    with Watching(papr, "--interval", "1h", "--source", "none") as watching:
        assert "not macOS" in watching.line()
        watching.process.send_signal(number)
        out, err = watching.process.communicate(timeout=60)
        assert (watching.process.returncode, out, err) == (0, "", "")


def test_a_watch_ends_well_when_nobody_listens_any_more(papr: Papr) -> None:
    with Watching(papr, "--interval", "10ms", "--source", "none") as watching:
        watching.line()
        watching.process.stdout.close()
        assert watching.process.wait(timeout=60) == 0
        assert watching.process.stderr.read() == ""


def test_a_watch_into_a_full_disk_is_a_failure(papr: Papr) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [str(PROGRAM), "pressure", "--watch", "--interval", "10ms", "--source", "none"],
            env=papr.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "standard output" in done.stderr
