#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what only a Mac can show into report.json and report.html; tools/mac_report.sh runs it.

Everything is asked of the built program with --json. What it writes goes to a home of the report's
own; the user's caches are only listed. Names of users, machines and other programs are left out.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import socket
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from mac_report import facts, page, parts, running

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = 1

# --- all of it ----------------------------------------------------------------------------------


def empty_report(make: list[dict]) -> dict:
    system = os.uname().sysname
    return {
        "schema": SCHEMA,
        "made_at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verdicts": [],
        "quick": False,
        "machine": {"system": system, "is_mac": system == "Darwin", "virtual": None, "facts": {}},
        "program": {},
        "make": make,
        "tests": None,
        "models": [],
        "errors": [],
        "searches": [],
        "pressure": {},
        "tool_outputs": {},
        "caches": {"before": None, "after": None, "own": None, "folders": []},
        "steps": [],
    }


def record(arguments: argparse.Namespace, recorder: parts.Recorder, report: dict) -> None:
    caches, packages = report["caches"], []

    def before() -> None:
        caches["before"] = parts.list_caches(recorder, "before", recorder.users)

    def after() -> None:
        caches["after"] = parts.list_caches(recorder, "after", recorder.users)
        caches["own"] = parts.list_caches(recorder, "of the report", recorder.own)
        parts.record_folders(recorder, report)

    wanted = {
        "tests": lambda: parts.record_tests(report, arguments.out),
        "machine": lambda: parts.record_machine(recorder, report),
        "pressure": lambda: parts.record_pressure(recorder, report),
        "caches before": before,
        "packages": lambda: packages.extend(parts.packages_of(recorder, arguments.models)),
        "models": lambda: parts.record_models(recorder, report, packages),
        "errors": lambda: parts.record_errors(recorder, report, packages),
        "searches": lambda: parts.record_searches(recorder, report, packages),
        "caches after": after,
    }
    for name, part in wanted.items():
        print(f"== {name}", flush=True)
        try:
            part()
        except Exception as error:  # Also of a fault of ours: the other parts are wanted.
            recorder.failed(name, error)


def names_of(arguments: argparse.Namespace, home: Path) -> list[tuple[str, str]]:
    """What stands in the report instead of folders of this machine."""
    models = arguments.models or ROOT / "build" / "models"
    named = [(arguments.program, "papr"), (home, "<report>"), (arguments.out, "<out>"),
             (models, "<models>"), (ROOT, "<papr-ondevice>"), (Path.home(), "~"),
             (Path(tempfile.gettempdir()), "$TMPDIR"),
             (Path(sys.executable), "python")]  # fmt: skip
    return [(str(form), to) for path, to in named for form in {path, path.resolve()}]


def made_step(text: str, out: Path) -> dict:
    """What the shell script did: NAME:EXIT:SECONDS, and the end of its log where it failed."""
    name, code, seconds = text.split(":")
    log = out / f"{name}.log"
    failed = code != "0" and log.is_file()
    said = log.read_text(errors="replace")[-running.KEPT :] if failed else ""
    return {"name": name, "exit_code": int(code), "seconds": int(seconds), "said": said}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "release" / "papr")
    parser.add_argument("--models", type=Path, metavar="DIR", help="take the packages in there")
    parser.add_argument("--quick", action="store_true", help="measure each once")
    parser.add_argument("--step", action="append", default=[], metavar="NAME:EXIT:SECONDS")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    report = empty_report([made_step(text, arguments.out) for text in arguments.step])
    report["quick"] = arguments.quick
    with tempfile.TemporaryDirectory(prefix="papr-mac-report-") as folder:
        home = Path(folder) / "home"
        recorder = parts.Recorder(arguments.program, home, arguments.quick)
        record(arguments, recorder, report)
        names = names_of(arguments, home)
    report["steps"] = recorder.steps
    report["verdicts"] = facts.verdicts_of(report)
    code = facts.exit_code_of(report)
    report = facts.redact(report, names, getpass.getuser(), socket.gethostname())
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    (arguments.out / "report.json").write_text(text, encoding="utf-8")
    (arguments.out / "report.html").write_text(page.page_of(report), encoding="utf-8")
    for one in report["verdicts"]:
        print(f"{page.MARKS[one['state']]} {one['text']}")
    print(f"\n{arguments.out / 'report.html'}\n{arguments.out / 'report.json'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
