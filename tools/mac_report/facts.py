# SPDX-License-Identifier: Apache-2.0
"""What the report makes of what was recorded: pure functions, no disk and no clock."""

from __future__ import annotations

import re
import statistics
import xml.etree.ElementTree as ElementTree
from collections import Counter

import run_tests

# Classes of caches whose paths name no program of the user's.
OWN_CLASSES = ("own", "legacy", "shared", "system", "compiled")
# A program without a bundle is known to Core ML by the name of its process.
OUR_APPS = ("ai.papr.ondevice", "papr")
PLACE_KEYS = (
    "path",
    "class",
    "app",
    "os_build",
    "bytes",
    "entries",
    "newest_use",
    "clearable",
    "why",
)
FAILURE_LINES = 20
# Names of users that are words of the report too, so that only paths are cleaned of them.
PLAIN_WORDS = {"root", "runner", "admin", "user", "users", "papr", "test", "local", "cloud", "mac"}
# What belongs to a user below these goes by a name that only this user has.
USER_FOLDERS = re.compile(r"(/(?:Users|home)/)(?!Shared\b)[^/\s\"':,;]+")
USER_TEMPORARY = re.compile(r"(?:/private)?/var/folders/[^/\s\"']+/[^/\s\"']+")
AGREE_WITHIN_PERCENT = 5.0  # of free memory, between two sources that were read one after the other


def redact(value, names: list[tuple[str, str]], user: str, host: str):
    """The same value with `names` (what, instead) replaced in its texts, and no name of a user or
    a machine. Keys of objects stay: they are ours."""
    if isinstance(value, dict):
        return {key: redact(inner, names, user, host) for key, inner in value.items()}
    if isinstance(value, list):
        return [redact(inner, names, user, host) for inner in value]
    if not isinstance(value, str):
        return value
    # The longest first, as one may lie in another; and no "/rootless" for "/root".
    for what, instead in sorted(names, key=lambda pair: -len(pair[0])):
        if len(what) > 1:
            value = re.sub(re.escape(what) + r"(?![\w-])", lambda _, to=instead: to, value)
    value = USER_TEMPORARY.sub("$TMPDIR", value)
    value = USER_FOLDERS.sub(r"\1<user>", value)
    for word, instead in ((user, "<user>"), (host, "<host>"), (host.split(".")[0], "<host>")):
        if len(word) > 1 and word.lower() not in PLAIN_WORDS:
            value = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _, to=instead: to, value)
    return value


def is_ours(place: dict) -> bool:
    return place.get("class") in OWN_CLASSES or place.get("app") in OUR_APPS


def published_places(places: list[dict]) -> list[dict]:
    """The places of `papr cache list`; those of other programs are summed up without a name."""
    kept = [{key: place.get(key) for key in PLACE_KEYS} for place in places if is_ours(place)]
    others: dict[str, list[dict]] = {}
    for place in places:
        if not is_ours(place):
            others.setdefault(str(place.get("class")), []).append(place)
    for name, group in sorted(others.items()):
        row = dict.fromkeys(PLACE_KEYS)
        row["path"] = f"({len(group)} of this class, their names left out)"
        row["class"] = name
        for key in ("bytes", "entries"):
            row[key] = sum(place.get(key) or 0 for place in group)
        row["clearable"] = any(place.get("clearable") for place in group)
        kept.append(row)
    return kept


def tests_of(junit: str) -> dict:
    """Totals, failures with the end of what they said, and skips with their reasons."""
    passed, failed, skipped = 0, [], []
    reasons: dict[str, list[str]] = {}
    for name, reason in run_tests.skips_of(junit):
        reasons.setdefault(name, []).append(reason)
    for case in ElementTree.fromstring(junit).iter("testcase"):
        name, status = case.get("name", ""), case.get("status")
        output = case.findtext("system-out") or ""
        said = "\n".join(output.strip().splitlines()[-FAILURE_LINES:])
        seen = case.find("skipped")
        message = "" if seen is None else seen.get("message", "")
        # ctest lists a program that is not there as skipped, and fails because of it.
        missing = status == "notrun" and not message.startswith("SKIP_")
        if status == "disabled" or message == "Disabled":
            skipped.append({"name": name, "reason": "disabled"})
        elif case.find("failure") is not None or status == "fail" or missing:
            failed.append({"name": name, "seconds": float(case.get("time", 0)), "said": said})
        elif seen is not None:
            skipped.append({"name": name, "reason": "; ".join(reasons.get(name, [message]))})
        else:
            passed += 1
    total = passed + len(failed) + len(skipped)
    inside = [{"name": name, "reason": reason} for name, found in reasons.items() if ": " in name
              for reason in found]  # fmt: skip
    return {"total": total, "passed": passed, "failed": failed, "skipped": skipped,
            "skipped_inside": inside}  # fmt: skip


def devices_of(operations: list[dict]) -> str:
    """On what the operations of `papr model check --ops` run: " (120 ane, 3 cpu)"."""
    counts = Counter(str(one.get("preferred")) for one in operations if isinstance(one, dict))
    said = ", ".join(f"{count} {device}" for device, count in counts.most_common())
    return f" ({said})" if said else ""


def first_lines(output: str) -> str | None:
    """What a program says of its version, without what follows: xcodebuild says it in two lines."""
    lines = output.strip().split("\n\n")[0].splitlines()
    lines = lines[:2] if lines and lines[0].startswith("Xcode") else lines[:1]
    return ", ".join(line.strip() for line in lines) or None


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile, as `papr model bench` has it; share in [0, 1]."""
    ordered = sorted(values)
    return ordered[int(share * (len(ordered) - 1) + 0.5)]


def summary_of(values: list[float]) -> dict | None:
    if not values:
        return None
    return {"count": len(values), "p50_ms": round(percentile(values, 0.5), 3),
            "p90_ms": round(percentile(values, 0.9), 3),
            "worst_ms": round(max(values), 3)}  # fmt: skip


def load_ms_of(events: list[dict]) -> float | None:
    """How long the loads among the events of a search took together; None: nothing was loaded."""
    found = [event["seconds"] for event in events if event.get("event") == "load_finished"]
    return round(sum(found) * 1e3, 3) if found else None


def median_free_percent(readings: list[dict]) -> float | None:
    values = [one["reading"]["free_percent"] for one in readings
              if one.get("reading") and one["reading"].get("free_percent") is not None]  # fmt: skip
    return statistics.median(values) if values else None


# --- the lines at the top of the report -------------------------------------------------------


def verdict(state: str, text: str) -> dict:
    """`state`: "good", "bad", or "unknown", where nothing is proven either way."""
    return {"state": state, "text": text}


def of_machine(report: dict) -> dict:
    machine = report["machine"]
    if not machine["is_mac"]:
        return verdict("bad", f"This is from no Mac ({machine['system']}): it proves nothing about "
                       "Core ML, macOS or a Neural Engine")  # fmt: skip
    if machine["virtual"]:
        return verdict("unknown", "From a virtual Mac: what it lacks of a real one, a Neural "
                       "Engine mostly, this cannot show")  # fmt: skip
    return verdict("good", "From a real Mac")


def of_build_and_tests(report: dict) -> list[dict]:
    found = []
    for step in report["make"]:
        if step["name"] == "build" and step["exit_code"] != 0:
            found.append(verdict("bad", f"The build failed: exit {step['exit_code']}"))
    tests = report["tests"]
    if tests is None:
        made = [step["exit_code"] for step in report["make"] if step["name"] == "test"]
        said = (
            f"`make test` gave exit {made[0]} and no results" if made else "The tests were not run"
        )
        return [*found, verdict("bad" if made else "unknown", said)]
    counts = f"{tests['passed']} of {tests['total']} tests passed, {len(tests['skipped'])} skipped"
    if tests["failed"]:
        return [*found, verdict("bad", f"{counts}, {len(tests['failed'])} failed")]
    exits = [step["exit_code"] for step in report["make"] if step["name"] == "test"]
    if any(exits):
        return [*found, verdict("bad", f"{counts}, but `make test` gave exit {exits[0]}")]
    return [*found, verdict("good" if tests["passed"] else "bad", counts)]


def of_model(model: dict) -> list[dict]:
    name, check = model["name"], model["check"]
    if check is None:
        return [verdict("bad", f"{name}: could not be checked")]
    where = {"on": ("good", "runs on the Neural Engine"),
             "not_on": ("bad", "does not run on the Neural Engine")}  # fmt: skip
    state, said = where.get(
        check["on_accelerator"], ("unknown", "nobody knows whether it runs on the Neural Engine")
    )
    found = [verdict(state, f"{name}: {said} ({check['placement']}, by {check['backend']})")]
    if check["verdict"] == "wrong_output":
        found.append(verdict("bad", f"{name}: its output is wrong: {check['problem']}"))
    if check["warm_ms"] is None:
        return [*found, verdict("bad", f"{name}: made no warm prediction")]
    over = check["warm_ms"] > check["budget_ms"]
    text = f"{name}: {check['warm_ms']:.1f} ms a prediction, {'over' if over else 'under'} the "
    text += f"budget of {check['budget_ms']:.0f} ms"
    return [*found, verdict("bad" if over else "good", text)]


def of_sources(report: dict) -> list[dict]:
    found = []
    free = {name: median_free_percent(rows) for name, rows in report["pressure"].items()}
    for name, value in free.items():
        if value is None:
            found.append(verdict("bad", f"Memory pressure could not be read from {name}"))
    known = {name: value for name, value in free.items() if value is not None}
    if len(known) > 1:
        apart = max(known.values()) - min(known.values())
        said = f"{' and '.join(known)} are {apart:.1f} points of free memory apart"
        found.append(verdict("good" if apart <= AGREE_WITHIN_PERCENT else "bad", said))
    return found


def of_isolation(report: dict) -> list[dict]:
    """Core ML keeps its caches where it wants: whether those of the user grew by our loads."""
    caches = report["caches"]
    if not report["machine"]["is_mac"] or caches["before"] is None or caches["after"] is None:
        return []
    sizes = [sum(place["bytes"] or 0 for place in caches[when]
                 if place["class"] in ("own", "shared", "compiled") or place["app"] in OUR_APPS)
             for when in ("before", "after")]  # fmt: skip
    if sizes[1] == sizes[0]:
        return [verdict("good", "The caches of this user are as large as before")]
    change = (sizes[1] - sizes[0]) / 1e6
    return [verdict("unknown", f"The caches of this user changed by {change:+.1f} MB: Core ML did "
                    "not keep to the report's own folder, or another program ran")]  # fmt: skip


def of_own_caches(report: dict) -> list[dict]:
    """Whether papr takes for its own what Core ML keeps of its loads: only that can it clear."""
    own = report["caches"]["own"]
    if not report["machine"]["is_mac"] or own is None:
        return []
    made = [
        place for place in own if place["bytes"] and place["class"] not in ("compiled", "system")
    ]
    strange = [place["path"] for place in made if place["class"] != "own"]
    if strange:
        said = "What Core ML kept of our loads is not taken for ours: " + ", ".join(strange)
        return [verdict("bad", said)]
    if not made:
        return [verdict("unknown", "Core ML kept nothing of our loads where papr looks")]
    return [verdict("good", "What Core ML kept of our loads is where papr looks")]


def failed_steps(report: dict) -> list[str]:
    return [step["name"] for step in report["steps"] if step["needed"] and not step["ok"]]


def of_steps(report: dict) -> list[dict]:
    failed = failed_steps(report)
    if failed:
        return [verdict("bad", f"{len(failed)} of {len(report['steps'])} steps failed: "
                        + ", ".join(failed))]  # fmt: skip
    return [verdict("good", f"All {len(report['steps'])} steps went through")]


def verdicts_of(report: dict) -> list[dict]:
    found = [of_machine(report), *of_build_and_tests(report)]
    if report["quick"]:
        found.append(verdict("unknown", "Each was measured once (--quick): no numbers to quote"))
    for model in report["models"]:
        found += of_model(model)
    if not report["models"]:
        found.append(verdict("bad", "No model was checked"))
    return [*found, *of_sources(report), *of_own_caches(report), *of_isolation(report),
            *of_steps(report)]  # fmt: skip


def exit_code_of(report: dict) -> int:
    """1: a build, a test or a step failed; 3: a model is slow or wrong; 0 otherwise."""
    make_failed = any(step["exit_code"] != 0 for step in report["make"])
    tests_failed = bool(report["tests"] and report["tests"]["failed"])
    if make_failed or tests_failed or failed_steps(report):
        return 1
    checks = [model["check"] for model in report["models"]]
    return 0 if all(check and check["verdict"] == "good" for check in checks) else 3
