# SPDX-License-Identifier: Apache-2.0
"""Nothing that fails, hangs or dies can end the report of a Mac."""

import json
import os
import re
import select
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from test_mac_report import JUNIT

from mac_report import __main__ as mac_report
from mac_report import parts, running

ROOT = Path(running.__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "mac_report.sh"


def python_step(code, **options):
    return running.run_step("x", [sys.executable, "-c", code], dict(os.environ), **options)


def test_a_step_that_fails_is_kept_with_what_it_said():
    step = python_step("import sys; print('before'); sys.exit('no memory')")
    assert (step["ok"], step["ended"], step["exit_code"]) == (False, "exit 1", 1)
    assert (step["output"], step["error"]) == ("before\n", "no memory\n")
    assert python_step("raise SystemExit(3)", allowed=(0, 3))["ok"]


def test_a_step_that_dies_is_told_from_one_that_fails():
    step = python_step("import os; os.kill(os.getpid(), 9)")
    assert (step["ok"], step["ended"]) == (False, "signal 9")


def test_a_program_that_is_not_there_is_a_step_too(tmp_path):
    step = running.run_step("x", [tmp_path / "papr"], dict(os.environ))
    assert (step["ok"], step["ended"]) == (False, "not started")
    assert "No such file" in step["error"]


def test_a_step_that_hangs_is_ended_with_all_that_it_started(tmp_path):
    # The child holds the other end of a pipe, which reads as ended once nobody has it open.
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    code = (
        "import os, subprocess, sys, threading\n"
        f"held = os.open({str(fifo)!r}, os.O_WRONLY)\n"
        "wait = 'import threading; threading.Event().wait()'\n"
        "subprocess.Popen([sys.executable, '-c', wait], pass_fds=[held])\n"
        "print('started', flush=True)\n"
        "threading.Event().wait()\n"
    )
    step = python_step(code, limit_s=2)
    assert (step["ok"], step["exit_code"]) == (False, None)
    assert (step["ended"], step["output"]) == ("stopped after 2 s", "started\n")
    ended, _, _ = select.select([reader], [], [], 10)
    assert ended == [reader]
    os.close(reader)


def test_only_the_end_of_a_long_output_is_kept_but_json_whole():
    step = python_step(f"print('x' * {running.KEPT} + 'end')")
    assert len(step["output"]) == running.KEPT and step["output"].endswith("end\n")
    step = python_step(f"import json; print(json.dumps({{'a': 'x' * {running.KEPT}}}))")
    assert len(step["result"]["a"]) == running.KEPT and step["output"] == ""


def recorder_of(tmp_path, script):
    program = tmp_path / "papr"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return parts.Recorder(program, tmp_path / "home")


def test_an_answer_that_is_no_json_fails_its_step(tmp_path):
    recorder = recorder_of(tmp_path, "echo '[1]'")
    assert recorder.json("list", ["cache", "list"]) is None
    assert recorder.steps[0]["error"].startswith("no JSON object: [1]")


def test_nothing_of_the_users_is_in_the_environment_of_a_step(tmp_path, monkeypatch):
    monkeypatch.setenv("PAPR_MEMORY_API_KEY", "secret")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "users"))
    names = ("PAPR_MEMORY_API_KEY", "XDG_DATA_HOME", "HOME", "CFFIXED_USER_HOME", "PAPR_CLOUD")
    recorder = recorder_of(tmp_path, "\n".join(f'echo "${name}"' for name in names))
    seen = recorder.run("environment", [recorder.program])["output"].splitlines()
    assert seen == ["", "", str(tmp_path / "home"), str(tmp_path / "home"), "never"]


def test_a_server_that_does_not_start_is_a_step_that_gave_up(tmp_path):
    recorder = recorder_of(tmp_path, "echo 'cannot bind' >&2; exit 1")
    assert parts.record_serving(recorder, "demo", {}) == []
    assert "papr serve did not start: cannot bind" in recorder.steps[0]["error"]


def test_a_server_that_refuses_a_search_gives_an_error_and_no_numbers():
    class Refuses(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(503)
            self.end_headers()
            self.wfile.write(b"no model")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Refuses) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with pytest.raises(OSError, match="answered 503: no model"):
            running.timed_searches(
                f"http://127.0.0.1:{server.server_port}", "token", ["x"], 1, limit_s=30
            )
        server.shutdown()
        thread.join()


def test_the_facts_of_a_mac_are_asked_of_its_own_tools(tmp_path, monkeypatch):
    tools = {
        "sw_vers": '[ "$1" = -buildVersion ] && echo 24F74 || echo 15.5',
        "sysctl": '[ "$2" = kern.hv_vmm_present ] && echo 1 || echo "$*"',
        "xcodebuild": "echo 'requires Xcode' >&2; exit 1",
        "codesign": "echo Signature=adhoc >&2",
        "memory_pressure": "echo 'free percentage: 61%'",
        "vm_stat": "echo 'Pages free: 3.'",
    }
    (tmp_path / "bin").mkdir()
    for name, script in tools.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    recorder = recorder_of(tmp_path, """echo '{"level":"normal","free_percent":61.0}'""")
    report = mac_report.empty_report([])
    report["machine"].update(system="Darwin", is_mac=True)
    parts.record_machine(recorder, report)
    parts.record_pressure(recorder, report)
    known = report["machine"]["facts"]
    assert (known["macOS"], known["macOS build"], known["Xcode"]) == ("15.5", "24F74", None)
    assert (known["hardware"], report["machine"]["virtual"]) == ("-n hw.model", True)
    assert report["program"]["signature"] == "Signature=adhoc"
    assert list(report["pressure"]) == ["macos", "macos-tools"]
    assert len(report["pressure"]["macos"]) == parts.READINGS
    assert list(report["tool_outputs"])[:2] == ["memory_pressure -Q", "vm_stat"]
    assert report["tool_outputs"]["vm_stat"] == "Pages free: 3.\n"
    needed = [step["name"] for step in recorder.steps if step["needed"] and not step["ok"]]
    assert needed == []


# --- the script ----------------------------------------------------------------------


def script(*options, path=SCRIPT, **variables):
    environment = os.environ | {"PYTHON": sys.executable} | variables
    return subprocess.run(
        [path, *map(str, options)], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_where_no_mac_is_the_script_refuses_and_says_what_to_do(tmp_path):
    done = script("--out", tmp_path / "out")
    assert done.returncode == 2
    assert "this is Linux" in done.stderr and "run it on a Mac; --anyway tries" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("options", "said"), [(["--fast"], "no such option"), (["--out"], "")])
def test_a_wrong_option_is_named(options, said):
    done = script(*options)
    assert done.returncode == 2
    assert options[0] in done.stderr and said in done.stderr and "--help" in done.stderr


def test_help_names_every_option():
    done = script("--help")
    assert done.returncode == 0
    for option in ("--out", "--skip-tests", "--quick", "--program", "--models", "--anyway"):
        assert f"\n  {option} " in done.stdout


@pytest.fixture
def tree(tmp_path):
    """The script in a project where make does as $FAKE_MAKE says, and no program is built."""
    tools = tmp_path / "tree" / "tools"
    shutil.copytree(ROOT / "tools" / "mac_report", tools / "mac_report")
    for name in ("mac_report.sh", "run_tests.py"):
        shutil.copy(ROOT / "tools" / name, tools)
    (tmp_path / "tree" / "bench").mkdir()
    shutil.copy(ROOT / "bench" / "queries.txt", tmp_path / "tree" / "bench")
    (tmp_path / "bin").mkdir()
    make = tmp_path / "bin" / "make"
    make.write_text('#!/bin/sh\necho "make $1"\neval "$FAKE_MAKE"\n')
    make.chmod(0o755)
    return tmp_path / "tree"


def report_in(tree, *options, make):
    path = f"{tree.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    (tree.parent / "home").mkdir()
    done = script(
        *("--anyway", "--quick", *options),
        path=tree / "tools" / "mac_report.sh",
        **{"PATH": path, "FAKE_MAKE": make, "HOME": str(tree.parent / "home"), "JUNIT": JUNIT},
    )
    out = tree / "build" / "mac-report"
    assert (out / "report.html").is_file(), done.stdout + done.stderr
    return done, json.loads((out / "report.json").read_text())


def test_a_build_that_fails_is_reported_and_nothing_is_tested(tree):
    done, report = report_in(tree, make=f"echo 'no compiler in {tree}' >&2; exit 2")
    assert done.returncode == 1
    assert [(step["name"], step["exit_code"]) for step in report["make"]] == [("build", 2)]
    assert "make build\nno compiler in <papr-ondevice>\n" in report["make"][0]["said"]
    assert "The build failed: exit 2" in [one["text"] for one in report["verdicts"]]
    assert report["tests"] is None
    assert "make build" in done.stdout  # Shown while it runs, too.


def test_tests_that_fail_are_reported_and_everything_else_is_recorded_still(tree):
    make = '[ "$1" = test ] || exit 0; mkdir -p build/release; '
    make += 'echo "$JUNIT" >build/release/tests.xml; exit 2'
    done, report = report_in(tree, make=make)
    assert done.returncode == 1
    assert [one["name"] for one in report["tests"]["failed"]] == ["A.Fails", "A.Hangs", "A.Missing"]
    assert (tree / "build" / "mac-report" / "tests.xml").read_text().strip() == JUNIT
    names = [step["name"] for step in report["steps"]]
    assert "version" in names and "caches, after" in names
    assert all(
        step["ended"] == "not started" for step in report["steps"] if step["name"] == "version"
    )


def test_results_of_an_earlier_run_are_not_taken_for_those_of_this_one(tree):
    (tree / "build" / "release").mkdir(parents=True)
    (tree / "build" / "release" / "tests.xml").write_text(JUNIT)
    done, report = report_in(tree, make='[ "$1" = build ]')
    assert done.returncode == 1
    assert report["tests"] is None
    assert not (tree / "build" / "mac-report" / "tests.xml").exists()


def test_tests_that_are_skipped_are_said_to_be_so(tree):
    _, report = report_in(tree, "--skip-tests", make="exit 0")
    assert [step["name"] for step in report["make"]] == ["build"]
    assert "The tests were not run" in [one["text"] for one in report["verdicts"]]


# --- the workflow -------------------------------------------------------------------------------


def test_the_workflow_keeps_the_report_also_of_a_bad_day_and_may_only_read():
    yaml = pytest.importorskip("yaml")
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "macos.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert job["timeout-minutes"] <= 120
    steps = job["steps"]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", one["uses"]) for one in steps if "uses" in one)
    assert "tools/mac_report.sh" in [one.get("run") for one in steps]
    assert steps[-1]["if"] == "always()"
    kept = [Path(line).name for line in steps[-1]["with"]["path"].split()]
    assert kept == ["report.json", "report.html", "tests.xml"]
