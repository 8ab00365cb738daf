# SPDX-License-Identifier: Apache-2.0
"""The report of a Mac: what it makes of what was recorded, and how it is drawn."""

import json

import pytest

from mac_report import __main__ as mac_report
from mac_report import facts, page

# As CMake 3.25 writes it.
JUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)" tests="7" failures="2" disabled="1" skipped="2" hostname="adas-mac">
 <testcase name="A.Passes" time="0.008" status="run"><system-out>fine
SKIPPED [1] tests/x.py:3: no apt here</system-out></testcase>
 <testcase name="A.Fails" time="0.5" status="fail"><failure message=""/>
  <system-out>x_test.cpp:3: Failure
&lt;b&gt;no&lt;/b&gt;</system-out></testcase>
 <testcase name="A.Hangs" time="1.00196" status="fail"><failure message=""/>
  <system-out></system-out></testcase>
 <testcase name="A.Missing" time="0" status="notrun">
  <skipped message="Unable to find executable"/>
  <system-out>Unable to find executable: /x</system-out></testcase>
 <testcase name="A.Disabled" time="0" status="disabled"><system-out>Disabled</system-out></testcase>
 <testcase name="A.Skipped" time="0.003" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>
  <system-out>skipped: no compiler</system-out></testcase>
</testsuite>"""
GOOD = {
    "verdict": "good", "placement": "ane", "on_accelerator": "on", "backend": "coreml",
    "cold_load_ms": 2300.5, "warm_load_ms": 80.25, "first_ms": 9.5, "warm_ms": 2.0,
    "budget_ms": 150.0, "problem": None, "advice": None,
}  # fmt: skip


def report_of(**changes):
    """A report of a good day on a real Mac, and what is to differ from it."""
    report = mac_report.empty_report([{"name": "build", "exit_code": 0, "seconds": 9, "said": ""}])
    report["machine"] = {"system": "Darwin", "is_mac": True, "virtual": False, "facts": {}}
    report["tests"] = {"total": 2, "passed": 2, "failed": [], "skipped": [], "skipped_inside": []}
    report["models"] = [{"name": "demo", "check": dict(GOOD), "bench": None}]
    report["pressure"] = {
        source: [{"seconds": 0.01, "reading": {"free_percent": free, "level": "normal"}}]
        for source, free in (("macos", 61.0), ("macos-tools", 62.0))
    }
    start = {"latency_ms": 410.0, "load_ms": 300.0, "placement": "ane", "degraded": False,
             "actions": ["cleared 4.0 MB"], "reason": None}  # fmt: skip
    report["searches"] = [{"model": "demo", "level": "critical", "starts": [start],
                           "starts_ms": facts.summary_of([410.0]), "first_served_ms": 9.0,
                           "served_ms": [5.0, 6.0],
                           "served": facts.summary_of([5.0, 6.0])}]  # fmt: skip
    return {**report, **changes}


def states_of(report):
    return {one["text"]: one["state"] for one in facts.verdicts_of(report)}


# --- what it makes of outputs ------------------------------------------------------------------


def test_totals_failures_and_skips_are_those_of_ctest():
    found = facts.tests_of(JUNIT)
    assert (found["total"], found["passed"]) == (6, 1)
    assert [one["name"] for one in found["failed"]] == ["A.Fails", "A.Hangs", "A.Missing"]
    assert found["failed"][0]["said"] == "x_test.cpp:3: Failure\n<b>no</b>"
    assert found["skipped"] == [
        {"name": "A.Disabled", "reason": "disabled"},
        {"name": "A.Skipped", "reason": "no compiler"},
    ]
    assert found["skipped_inside"] == [{"name": "A.Passes: tests/x.py", "reason": "no apt here"}]


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("load /Users/ada/m", "load ~/m"),
        ("/Users/ada/src/papr/build/x.cpp:3", "<checkout>/build/x.cpp:3"),
        ("/private/var/folders/x1/abc_def/T/m_1.mlmodelc", "$TMPDIR/T/m_1.mlmodelc"),
        ("/Users/bob/x and /home/bob: no", "/Users/<user>/x and /home/<user>: no"),
        ("/Users/Shared/x", "/Users/Shared/x"),
        ("/Users/adalbert/x", "/Users/<user>/x"),
        ("Ada's machine adas-mac.local, user ada", "Ada's machine <host>, user <user>"),
        ("adamant readable", "adamant readable"),
    ],
)
def test_no_name_of_a_user_or_machine_is_published(said, published):
    names = [("/Users/ada", "~"), ("/Users/ada/src/papr", "<checkout>")]
    value = {"ada": [said, 3, None]}
    assert facts.redact(value, names, "ada", "adas-mac.local") == {"ada": [published, 3, None]}


def test_a_user_named_like_a_word_of_the_report_does_not_blank_it():
    assert facts.redact("papr as root in /home/papr", [], "papr", "papr") == (
        "papr as root in /home/<user>"
    )


def test_caches_of_other_programs_are_summed_up_without_their_names():
    places = [
        {"path": "/c/ai.papr.ondevice", "class": "own", "app": "ai.papr.ondevice", "bytes": 5,
         "entries": 1, "clearable": True, "why": "ours"},
        {"path": "/c/com.secret.notes", "class": "other_app", "app": "com.secret.notes",
         "bytes": 7, "entries": 2, "clearable": False, "why": "of com.secret.notes"},
        {"path": "/c/com.secret.photos", "class": "other_app", "app": "com.secret.photos",
         "bytes": None, "entries": 1, "clearable": False, "why": "of com.secret.photos"},
        {"path": "/c/papr", "class": "other_app", "app": "papr", "bytes": 9, "entries": 1},
        {"path": "/t/Secret_1.mlmodelc", "class": "temporary", "bytes": 3, "entries": 1},
    ]  # fmt: skip
    found = facts.published_places(places)
    assert "ecret" not in json.dumps(found)
    assert [(row["class"], row["bytes"], row["entries"]) for row in found] == [
        ("own", 5, 1),
        ("other_app", 9, 1),
        ("other_app", 7, 3),
        ("temporary", 3, 1),
    ]


def test_percentiles_are_nearest_rank_and_of_nothing_there_are_none():
    summary = facts.summary_of([4.0, 1.0, 2.0, 3.0, 100.0])
    assert summary == {"count": 5, "p50_ms": 3.0, "p90_ms": 100.0, "worst_ms": 100.0}
    assert facts.summary_of([]) is None


def test_loads_of_a_search_are_added_up():
    events = [{"event": "load_started"}, {"event": "load_finished", "seconds": 0.5}] * 2
    assert facts.load_ms_of(events) == 1000.0
    assert facts.load_ms_of([]) is None


def test_a_version_is_what_comes_before_the_licence():
    assert facts.first_lines("cmake version 4.0\n\nCMake suite\n") == "cmake version 4.0"
    assert facts.first_lines("Xcode 16.4\nBuild version 16F6\n") == "Xcode 16.4, Build version 16F6"
    assert facts.first_lines("") is None


# --- what it says at the top, and how it ends ----------------------------------------------------


def test_a_good_day_on_a_mac_has_nothing_but_good_lines():
    assert set(states_of(report_of()).values()) == {"good"}
    assert facts.exit_code_of(report_of()) == 0


STEP = {"name": "check", "command": "", "needed": True, "ok": False, "exit_code": 1, "seconds": 1,
        "ended": "exit 1", "output": "", "error": "no"}  # fmt: skip
OFF = {"system": "Linux", "is_mac": False, "virtual": None, "facts": {}}
VIRTUAL = {"system": "Darwin", "is_mac": True, "virtual": True, "facts": {}}
TEST_EXIT = [{"name": "test", "exit_code": 2, "seconds": 1, "said": ""}]


def model(**changes):
    return [{"name": "demo", "check": {**GOOD, **changes}, "bench": None}]


@pytest.mark.parametrize(
    ("changes", "state", "said", "exit_code"),
    [
        ({"machine": OFF}, "bad", "This is from no Mac (Linux): it proves nothing", 0),
        ({"machine": VIRTUAL}, "unknown", "From a virtual Mac", 0),
        ({"tests": None}, "unknown", "The tests were not run", 0),
        ({"tests": facts.tests_of(JUNIT)}, "bad", "1 of 6 tests passed, 2 skipped, 3 failed", 1),
        ({"make": TEST_EXIT}, "bad", "but `make test` gave exit 2", 1),
        ({"make": TEST_EXIT, "tests": None}, "bad", "`make test` gave exit 2 and no results", 1),
        ({"quick": True}, "unknown", "no numbers to quote", 0),
        ({"models": []}, "bad", "No model was checked", 0),
        (
            {"models": model(on_accelerator="not_on", placement="cpu")},
            *("bad", "demo: does not run on the Neural Engine (cpu, by coreml)", 0),
        ),
        ({"models": model(on_accelerator="unknown")}, "unknown", "demo: nobody knows whether", 0),
        (
            {"models": model(warm_ms=312.0, verdict="slow")},
            *("bad", "demo: 312.0 ms a prediction, over the budget of 150 ms", 3),
        ),
        (
            {"models": model(warm_ms=None, verdict="wrong_output", problem="all zero")},
            *("bad", "demo: its output is wrong: all zero", 3),
        ),
        (
            {"models": [{"name": "demo", "check": None, "bench": None}], "steps": [STEP]},
            *("bad", "demo: could not be checked", 1),
        ),
        ({"steps": [STEP]}, "bad", "1 of 1 steps failed: check", 1),
        ({"steps": [{**STEP, "needed": False}]}, "good", "All 1 steps went through", 0),
    ],
)
def test_what_is_not_proven_stands_at_the_top(changes, state, said, exit_code):
    report = report_of(**changes)
    found = [kind for text, kind in states_of(report).items() if said in text]
    assert found == [state]
    assert facts.exit_code_of(report) == exit_code


def test_sources_that_differ_and_those_that_cannot_be_read_are_named():
    report = report_of()
    report["pressure"]["macos"][0]["reading"]["free_percent"] = 30.0
    assert states_of(report)["macos and macos-tools are 32.0 points of free memory apart"] == "bad"
    report["pressure"]["macos"][0]["reading"] = None
    assert states_of(report)["Memory pressure could not be read from macos"] == "bad"


def place(size, **changes):
    return {"path": "~/c", "class": "own", "app": "ai.papr.ondevice", "bytes": size, "entries": 1,
            "os_build": "24F74", "clearable": True, "why": "ours", **changes}  # fmt: skip


def caches(**lists):
    return {"before": [], "after": [], "own": [place(7)], "folders": [], **lists}


@pytest.mark.parametrize(
    ("lists", "state", "said"),
    [
        ({}, "good", "The caches of this user are as large as before"),
        ({"after": [place(2_500_000)]}, "unknown", "changed by +2.5 MB"),
        (
            {"before": [place(9, **{"class": "other_app", "app": "papr"})]},
            *("unknown", "changed by -0.0 MB"),
        ),
        (
            {"after": [place(9, **{"class": "other_app", "app": None})]},
            "good",
            "as large as before",
        ),
        ({}, "good", "What Core ML kept of our loads is where papr looks"),
        ({"own": []}, "unknown", "Core ML kept nothing of our loads where papr looks"),
        (
            {"own": [place(7, **{"class": "other_app", "app": "papr"})]},
            *("bad", "What Core ML kept of our loads is not taken for ours: ~/c"),
        ),
    ],
)
def test_where_core_ml_keeps_caches_is_told(lists, state, said):
    found = states_of(report_of(caches=caches(**lists)))
    assert [kind for text, kind in found.items() if said in text] == [state]


# --- the page ------------------------------------------------------------------------

HOSTILE = "</pre><script>alert('1')</script>&\"<img src=x>"


def every_text_hostile(value):
    if isinstance(value, dict):
        return {key: every_text_hostile(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [every_text_hostile(inner) for inner in value]
    return HOSTILE if isinstance(value, str) else value


def full_report():
    report = report_of(tests=facts.tests_of(JUNIT), steps=[STEP], make=TEST_EXIT)
    report["program"] = {"version": "papr 0.1.0", "commit": "1234", "modified": False,
                         "signature": "adhoc"}  # fmt: skip
    report["machine"]["facts"] = {"macOS": "15.5"}
    report["tool_outputs"] = {"vm_stat": "Pages free: 3."}
    report["models"][0]["check"]["operations"] = [
        {"type": "ios16.linear", "preferred": "ane", "supported": ["cpu", "ane"]}
    ]
    report["errors"] = [{"done": "no weights", "ended": "exit 1", "code": "corrupt",
                         "message": "Could not open weights", "remedy": None}]  # fmt: skip
    report["models"][0]["check"]["extra"] = {"seed": 7}
    report["make"] = [{"name": "test", "exit_code": 2, "seconds": 1, "said": "Error 2"}]
    folders = [{"folder": "Library", "files": 1, "bytes": 3}]
    report["caches"] = caches(before=[place(2)], after=[place(2)], folders=folders)
    report["verdicts"] = facts.verdicts_of(report)
    return report


def test_text_of_others_cannot_become_markup():
    report = every_text_hostile(full_report())
    for one in report["verdicts"]:
        one["state"] = "bad"
    drawn = page.page_of(report)
    assert "<script" not in drawn and "<img" not in drawn
    assert "&lt;script&gt;" in drawn


def test_the_page_asks_nothing_of_any_other_and_has_both_colour_schemes():
    drawn = page.page_of(full_report())
    for word in ("http:", "https:", "src=", "href=", "url(", "@import", "<link", "<script"):
        assert word not in drawn
    assert "prefers-color-scheme: dark" in drawn and "width=device-width" in drawn


def test_everything_that_was_recorded_is_on_the_page():
    drawn = page.page_of(full_report())
    wanted = (
        *("15.5", "adhoc", "A.Fails", "no compiler", "Error 2", "Pages free", "cleared 4.0 MB"),
        *("operations (1 ane)", "ios16.linear", "cpu, ane", "seed", "Could not open weights"),
        *("critical: a new start each, 410 ms", "Library", "2,300"),
    )
    for said in wanted:
        assert said in drawn


def test_a_dot_is_drawn_for_each_search_inside_the_drawing():
    searches = report_of()["searches"]
    drawn = page.drawing(searches, "demo")
    assert drawn.count("<circle") == 3
    places = [float(part.split('"')[0]) for part in drawn.split('cx="')[1:]]
    assert all(0 <= place <= page.WIDTH for place in places)
    assert page.drawing([], "demo") == ""
    searches[0].update(starts=[], served_ms=[0.0])
    assert page.drawing(searches, "demo").count("<circle") == 1
