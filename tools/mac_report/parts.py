# SPDX-License-Identifier: Apache-2.0
"""The parts of the report: each runs its commands and keeps what came of them."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

from mac_report import facts, running

ROOT = Path(__file__).resolve().parents[2]
# Folder below the models and how it is built: shapes that may vary are not for the Neural Engine.
MODELS = (
    ("demo model, any shape", "all-MiniLM-L6-v2", []),
    ("demo model, 1 x 32 tokens", "all-MiniLM-L6-v2-fixed32", ["--shape", "1x32"]),
)
LEVELS = {"normal": 61.0, "warn": 35.2, "critical": 12.0}  # percent free, as in tools/drill.py
READINGS, STARTS, SEARCHES, BENCH = 5, 3, 40, "3s"
QUICK = 1, 1, 4, "100ms"  # the same of a report that only shows that it can be made
LOAD_LIMIT_S = 900  # the first compile for a Neural Engine may take minutes

MAC_FACTS = {
    "macOS": ["sw_vers", "-productVersion"],
    "macOS build": ["sw_vers", "-buildVersion"],
    "hardware": ["sysctl", "-n", "hw.model"],
    "chip": ["sysctl", "-n", "machdep.cpu.brand_string"],
    "cores": ["sysctl", "-n", "hw.ncpu"],
    "memory, bytes": ["sysctl", "-n", "hw.memsize"],
    "virtual": ["sysctl", "-n", "kern.hv_vmm_present"],
    "Xcode": ["xcodebuild", "-version"],
    "developer folder": ["xcode-select", "-p"],
    "compiler": ["clang", "--version"],
}
OTHER_FACTS = {"kernel": ["uname", "-sr"], "compiler": ["c++", "--version"]}
BOTH_FACTS = {"architecture": ["uname", "-m"], "CMake": ["cmake", "--version"]}
# Kept as they are, for tests of what reads them: nobody has these of every macOS.
MAC_TOOLS = (
    ["memory_pressure", "-Q"],
    ["vm_stat"],
    ["sysctl", "vm.swapusage", "kern.memorystatus_vm_pressure_level", "kern.memorystatus_level",
     "hw.pagesize", "vm.pagesize"],
)  # fmt: skip


class Recorder:
    """Runs steps and keeps what came of each."""

    def __init__(self, program: Path, home: Path, quick: bool = False) -> None:
        self.program, self.home = program, home
        usual = (READINGS, STARTS, SEARCHES, BENCH)
        self.readings, self.starts, self.searches, self.bench = QUICK if quick else usual
        self.steps: list[dict] = []
        self.users = {k: v for k, v in os.environ.items() if not k.startswith("PAPR_")}
        # Core ML asks CFFIXED_USER_HOME where its caches go, and not HOME.
        self.own = {
            **{k: v for k, v in self.users.items() if not k.startswith("XDG_")},
            "HOME": str(home),
            "CFFIXED_USER_HOME": str(home),
            "PAPR_CACHES_DIR": str(home / "Library" / "Caches"),
            "PAPR_CLOUD": "never",
        }
        (home / "Library" / "Caches").mkdir(parents=True)

    def run(self, name: str, argv: list, settings: dict | None = None, **options) -> dict:
        environment = options.pop("environment", self.own) | (settings or {})
        print(f"   {name}", flush=True)
        self.steps.append(running.run_step(name, argv, environment, **options))
        return self.steps[-1]

    def json(self, name: str, arguments: list, settings: dict | None = None, **options):
        """The object that the program prints; nothing where the step failed."""
        step = self.run(name, [self.program, "--json", *arguments], settings, **options)
        if step["ok"] and "result" not in step:
            step["ok"], step["error"] = False, "no JSON object: " + step["output"][:200]
        return step.get("result") if step["ok"] else None

    def failed(self, name: str, error: Exception) -> None:
        """A part that ended early: what it had recorded is kept, and the report goes on."""
        said = f"{type(error).__name__}: {error}"
        self.steps.append({"name": name, "command": "", "needed": True, "exit_code": None,
                           "seconds": 0.0, "ended": "gave up", "ok": False, "output": "",
                           "error": said})  # fmt: skip


# --- the parts of the report -------------------------------------------------------------------


def record_machine(recorder: Recorder, report: dict) -> None:
    machine = report["machine"]
    wanted = MAC_FACTS if machine["is_mac"] else OTHER_FACTS
    for name, argv in (wanted | BOTH_FACTS).items():
        # Without Xcode proper there is no xcodebuild, and that is well.
        step = recorder.run(name, argv, needed=False, limit_s=60)
        machine["facts"][name] = facts.first_lines(step["output"]) if step["ok"] else None
    if machine["is_mac"]:
        present = machine["facts"].pop("virtual")
        machine["virtual"] = None if present is None else present == "1"
    commit = recorder.run("commit", ["git", "-C", ROOT, "rev-parse", "HEAD"], needed=False)
    state = recorder.run("tree", ["git", "-C", ROOT, "status", "--porcelain"], needed=False)
    version = recorder.run("version", [recorder.program, "--version"])
    report["program"] = {
        "version": version["output"].strip() or None,
        "commit": commit["output"].strip() or None,
        "modified": bool(state["output"].strip()) if state["ok"] else None,
    }
    state["output"] = ""  # Names of files that may be nobody's business.
    if machine["is_mac"]:
        signed = ["codesign", "--display", "--verbose=2", recorder.program]
        report["program"]["signature"] = recorder.run("signature", signed)["error"].strip()


def record_pressure(recorder: Recorder, report: dict) -> None:
    sources = ("macos", "macos-tools") if report["machine"]["is_mac"] else ("linux",)
    rows: dict[str, list[dict]] = {source: [] for source in sources}
    report["pressure"] = rows
    for number in range(
        1, recorder.readings + 1
    ):  # Interleaved, so that the sources can be compared.
        for source in sources:
            name = f"reading {number} from {source}"
            reading = recorder.json(name, ["pressure", "--source", source], limit_s=30)
            rows[source].append({"seconds": recorder.steps[-1]["seconds"], "reading": reading})
    for argv in MAC_TOOLS if report["machine"]["is_mac"] else ():
        step = recorder.run(" ".join(argv[:2]), argv, limit_s=30)
        report["tool_outputs"][step["command"]] = step["output"]


def list_caches(recorder: Recorder, when: str, environment: dict) -> list[dict] | None:
    """The places as they may be published; nothing where they could not be listed."""
    name = f"caches, {when}"
    found = recorder.json(name, ["cache", "list"], environment=environment, limit_s=300)
    # The step has the places with their names; the report has them once, and without.
    recorder.steps[-1].pop("result", None)
    return None if found is None else facts.published_places(found["places"])


def record_folders(recorder: Recorder, report: dict) -> None:
    """What came to be in the report's own home: where Core ML and papr put what they keep."""
    for folder, _, names in sorted(os.walk(recorder.home)):
        inside = Path(folder).relative_to(recorder.home)
        sizes = [(Path(folder) / name).lstat().st_size for name in names]
        if names and len(report["caches"]["folders"]) < 200:
            row = {"folder": str(inside), "files": len(names), "bytes": sum(sizes)}
            report["caches"]["folders"].append(row)


def packages_of(recorder: Recorder, models: Path | None) -> list[tuple[str, Path]]:
    """(name, package) of each model; built unless the user has named a folder of them."""
    folder, found = models or ROOT / "build" / "models", []
    for name, place, options in MODELS:
        if models is None:
            build = [sys.executable, ROOT / "tools" / "build_model.py", *options]
            recorder.run(f"build the {name}", [*build, "--out", folder / place], limit_s=600)
        found.append((name, folder / place / "all-MiniLM-L6-v2.mlpackage"))
    return found


def record_models(recorder: Recorder, report: dict, packages: list) -> None:
    usage = recorder.run("model check --help", [recorder.program, "model", "check", "--help"])
    ops = ["--ops"] if "--ops" in usage["output"] else []
    for name, package in packages:
        model = {"name": name, "check": None, "bench": None}
        report["models"].append(model)
        check = ["model", "check", *ops, package]
        # 3: it runs, and is slow or wrong; the verdict says so.
        model["check"] = recorder.json(
            f"check the {name}", check, limit_s=LOAD_LIMIT_S, allowed=(0, 3)
        )
        bench = ["model", "bench", "--duration", recorder.bench, package]
        model["bench"] = recorder.json(f"bench the {name}", bench, limit_s=LOAD_LIMIT_S)


def record_errors(recorder: Recorder, report: dict, packages: list) -> None:
    """What is said of packages that cannot run: the texts of Core ML are not written down
    anywhere, and papr acts on them."""

    def halve(weights: Path) -> None:
        os.truncate(weights, weights.stat().st_size // 2)

    def zero(weights: Path) -> None:
        weights.write_bytes(bytes(weights.stat().st_size))

    ways = {"half of the weights is missing": halve, "there are no weights": Path.unlink,
            "the file of weights is all zeros": zero}  # fmt: skip
    for number, (done, spoil) in enumerate(ways.items()):
        # A folder for each: what was compiled of one must not answer for another.
        spoilt = recorder.home / f"spoilt-{number}" / "spoilt.mlpackage"
        shutil.copytree(packages[-1][1], spoilt)
        spoil(next(spoilt.rglob("weight.bin")))
        argv = [recorder.program, "--json", "model", "check", spoilt]
        # Whatever comes of it is worth knowing, a death too; none is a fault of the report.
        step = recorder.run(f"check with {done}", argv, needed=False, limit_s=LOAD_LIMIT_S)
        shutil.rmtree(spoilt.parent)
        result = step.get("result", {})
        told = result.get("error") or {
            "code": result.get("verdict"),
            "message": result.get("problem"),
        }
        row = {key: told.get(key) for key in ("code", "message", "remedy")}
        report["errors"].append({"done": done, "ended": step["ended"], **row})


def record_starts(recorder: Recorder, name: str, settings: dict) -> list[dict]:
    """Searches by a program that starts anew for each: the load is in them."""
    found = []
    for number in range(1, recorder.starts + 1):
        events = recorder.home / "events.jsonl"
        events.unlink(missing_ok=True)
        answer = recorder.json(
            f"{name}, start {number}",
            ["search", report_queries()[number], "-k", "3"],
            settings | {"PAPR_EVENTS_FILE": str(events)},
            limit_s=LOAD_LIMIT_S,
            allowed=(0, 3),
        )
        if answer is None:
            continue
        keys = ("latency_ms", "answered_by", "placement", "degraded", "reason", "actions")
        row = {key: answer.get(key) for key in keys}
        lines = events.read_text(errors="replace").splitlines() if events.is_file() else []
        told = [event for event in map(running.parse_object, lines) if event]
        row["load_ms"] = facts.load_ms_of(told)
        row["verification"] = answer.get("verification")
        found.append(row)
    return found


def record_serving(recorder: Recorder, name: str, settings: dict) -> list[float]:
    """Searches of one program that stays: the model was loaded before the first."""
    start, step = time.monotonic(), f"{name}, {recorder.searches} searches of papr serve"
    print(f"   {step}", flush=True)
    try:
        serve = running.serving(recorder.program, recorder.own | settings, recorder.home, 60)
        with serve as (address, token):
            times = running.timed_searches(
                address, token, report_queries(), recorder.searches, limit_s=LOAD_LIMIT_S
            )
    except OSError as error:
        recorder.failed(step, error)
        return []
    seconds = round(time.monotonic() - start, 4)
    recorder.steps.append({"name": step, "command": "papr serve", "needed": True, "exit_code": 0,
                           "seconds": seconds, "ended": "exit 0", "ok": True, "output": "",
                           "error": ""})  # fmt: skip
    return times


def report_queries() -> list[str]:
    return (ROOT / "bench" / "queries.txt").read_text(encoding="utf-8").splitlines()


def record_searches(recorder: Recorder, report: dict, packages: list) -> None:
    texts = recorder.home / "texts.jsonl"
    lines = [json.dumps({"content": query}) + "\n" for query in report_queries()]
    texts.write_text("".join(lines), encoding="utf-8")
    drill = recorder.home / "pressure.json"
    for number, (name, package) in enumerate(packages):
        settings = {
            "PAPR_MODEL": str(package),
            "PAPR_STORE": str(recorder.home / f"store-{number}.sqlite"),
            "PAPR_PRESSURE_SOURCE": f"file:{drill}",
        }
        drill.write_text(json.dumps({"free_percent": LEVELS["normal"]}))
        imported = recorder.json(
            f"import for the {name}",
            ["import", texts],
            settings,
            limit_s=LOAD_LIMIT_S,
            allowed=(0, 3),
        )
        if imported is None:
            continue
        for level, free in LEVELS.items():
            drill.write_text(json.dumps({"free_percent": free}))
            what = f"{name} at {level}"
            starts = record_starts(recorder, what, settings)
            served = record_serving(recorder, what, settings)
            report["searches"].append({
                "model": name, "level": level, "free_percent": free, "starts": starts,
                "starts_ms": facts.summary_of([row["latency_ms"] for row in starts]),
                "first_served_ms": served[0] if served else None, "served_ms": served[1:],
                "served": facts.summary_of(served[1:]),
            })  # fmt: skip


def record_tests(report: dict, out: Path) -> None:
    """ctest's results of this run: the shell script has removed those of an earlier one."""
    found = ROOT / "build" / "release" / "tests.xml"
    if any(step["name"] == "test" for step in report["make"]) and found.is_file():
        shutil.copy(found, out / "tests.xml")
        report["tests"] = facts.tests_of(found.read_text(errors="replace"))
