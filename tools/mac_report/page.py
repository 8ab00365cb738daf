# SPDX-License-Identifier: Apache-2.0
"""Draws the report as one page that asks nothing of any other: report in, HTML out."""

from __future__ import annotations

import json
import math
from html import escape

from mac_report import facts
from mac_report.style import STYLE

MARKS = {"good": "✓", "bad": "✗", "unknown": "?"}
LEVEL_COLOURS = {"normal": "var(--good)", "warn": "var(--unknown)", "critical": "var(--bad)"}


def text(value) -> str:
    """Any value as escaped text; what is not known is a dash."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(text, value)) or "-"
    if isinstance(value, float):
        return escape(f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}")
    return escape(f"{value:,}" if isinstance(value, int) else str(value))


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def cell(value, of_numbers: bool) -> str:
    kind = " class=number" if of_numbers else " class=long" if len(str(value)) > 24 else ""
    return f"<td{kind}>{text(value)}</td>"


def table(headings: list[str], rows: list[list]) -> str:
    if not rows:
        return "<p class=none>Nothing was recorded.</p>"
    columns = range(len(headings))
    numbers = [any(is_number(row[i]) for row in rows) for i in columns]
    kinds = [" class=number" if number else "" for number in numbers]
    head = "".join(f"<th{kinds[i]}>{text(headings[i])}</th>" for i in columns)
    lines = ["".join(cell(row[i], numbers[i]) for i in columns) for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<div class=wide><table><tr>{head}</tr>{body}</table></div>"


def pre(said: str) -> str:
    return f"<pre>{text(said.strip())}</pre>"


def structure(value) -> str:
    """A list of objects as a table, anything else as the JSON that it is."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        keys = list(dict.fromkeys(key for one in value for key in one))
        return table(keys, [[one.get(key) for key in keys] for one in value])
    return pre(json.dumps(value, indent=1, ensure_ascii=False))


def section(title: str, *parts: str) -> str:
    return f"<section><h2>{text(title)}</h2>{''.join(parts)}</section>"


def folded(title: str, inner: str) -> str:
    return f"<details><summary>{text(title)}</summary>{inner}</details>"


def megabytes(count) -> float | None:
    return None if count is None else count / 1e6


# --- the drawing of latencies ------------------------------------------------------------------

WIDTH, LEFT, RIGHT, ROW = 440, 4, 10, 40  # in the drawing's own units


def bars_of(searches: list[dict]) -> list[tuple[str, str, list[float]]]:
    """(label, level, milliseconds) of each row of the drawing."""
    rows = []
    for one in searches:
        starts = [start["latency_ms"] for start in one["starts"]]
        rows.append((f"{one['level']}: a new start each", one["level"], starts))
        rows.append((f"{one['level']}: papr serve", one["level"], one["served_ms"]))
    return [row for row in rows if row[2]]


def drawing(searches: list[dict], name: str) -> str:
    """Every latency a dot on a logarithmic axis, and a stroke at the median."""
    rows = bars_of(searches)
    if not rows:
        return ""
    every = [max(value, 1e-3) for _, _, values in rows for value in values]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    high = max(high, low + 1)

    def x(value: float) -> float:
        share = (math.log10(max(value, 1e-3)) - low) / (high - low)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    height = ROW * len(rows) + 34
    parts = []
    for power in range(low, high + 1):
        at = x(10.0**power)
        parts.append(f'<line class=grid x1="{at}" x2="{at}" y1="6" y2="{height - 28}"/>')
        anchor = "start" if power == low else "end" if power == high else "middle"
        label = f"{10.0**power:g} ms"
        parts.append(f'<text x="{at}" y="{height - 12}" text-anchor="{anchor}">{label}</text>')
    for number, (label, level, values) in enumerate(rows):
        top = ROW * number + 20
        colour = LEVEL_COLOURS.get(level, "currentColor")
        middle = facts.percentile(values, 0.5)
        said = f"{text(label)}, {text(float(middle))} ms"
        parts.append(f'<text class=label x="{LEFT}" y="{top}">{said}</text>')
        dots = "".join(f'<circle cx="{x(value)}" cy="{top + 11}" r="3.5"/>' for value in values)
        parts.append(f'<g fill="{colour}" fill-opacity=".45">{dots}</g>')
        at = x(middle)
        parts.append(
            f'<line class=median stroke="{colour}" x1="{at}" x2="{at}" '
            f'y1="{top + 4}" y2="{top + 18}"/>'
        )
    title = f"How long searches took: {name}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )


# --- the sections ------------------------------------------------------------------------------


def top_of(report: dict) -> str:
    lines = "".join(
        f"<li class={one['state']}><b>{MARKS[one['state']]}</b> {text(one['text'])}</li>"
        for one in report["verdicts"]
    )
    warning = ""
    if not report["machine"]["is_mac"]:
        warning = "<p class=warning>Not from a Mac. This page shows what a report looks like.</p>"
    return f"{warning}<ul class=verdicts>{lines}</ul>"


def of_machine(report: dict) -> str:
    program = report["program"]
    rows = [[name, value] for name, value in report["machine"]["facts"].items()]
    rows.append(["virtual", report["machine"]["virtual"]])
    rows += [["papr", program.get("version")], ["commit", program.get("commit")],
             ["changed since that commit", program.get("modified")]]  # fmt: skip
    if "signature" in program:
        rows.append(["signature", program["signature"]])
    return section("Machine and program", table(["what", "value"], rows))


def of_tests(report: dict) -> str:
    parts = []
    for step in report["make"]:
        parts.append(f"<p>make {text(step['name'])}: exit {text(step['exit_code'])} after "
                     f"{text(step['seconds'])} s</p>")  # fmt: skip
        if step["said"]:
            parts.append(folded("The end of what it said", pre(step["said"])))
    tests = report["tests"]
    if tests is None:
        return section("Build and tests", *parts, "<p class=none>No tests were run.</p>")
    counts = [tests["total"], tests["passed"], len(tests["failed"]), len(tests["skipped"])]
    parts.append(table(["tests", "passed", "failed", "skipped"], [counts]))
    for failed in tests["failed"]:
        title = f"failed: {failed['name']} ({failed['seconds']:.1f} s)"
        parts.append(folded(title, pre(failed["said"])))
    skips = [[one["name"], one["reason"]] for one in tests["skipped"] + tests["skipped_inside"]]
    if skips:
        parts.append(folded(f"{len(skips)} skipped, and why", table(["test", "reason"], skips)))
    return section("Build and tests", *parts)


def of_models(report: dict) -> str:
    rows, speeds, others = [], [], []
    for model in report["models"]:
        check, bench = model["check"] or {}, model["bench"] or {}
        keys = ("verdict", "placement", "on_accelerator", "cold_load_ms", "warm_load_ms",
                "first_ms", "warm_ms", "budget_ms", "advice")  # fmt: skip
        rows.append([model["name"], *(check.get(key) for key in keys)])
        keys = ("p50_ms", "p99_ms", "texts_per_s", "cold_ms", "runs")
        speeds.append([model["name"], *(bench.get(key) for key in keys),
                       megabytes(bench.get("rss_bytes"))])  # fmt: skip
        for key, value in check.items():
            if isinstance(value, (list, dict)):  # What `--ops` adds.
                count = facts.devices_of(value) if key == "operations" else ""
                others.append(folded(f"{model['name']}: {key}{count}", structure(value)))
    headings = ["model", "verdict", "placement", "on the Neural Engine", "load cold, ms",
                "load kept, ms", "first call, ms", "warm call, ms", "budget, ms",
                "what to do"]  # fmt: skip
    faster = ["model", "p50, ms", "p99, ms", "texts/s", "first, ms", "texts", "peak, MB"]
    made = [[one["done"], one["ended"], one["code"], one["message"], one["remedy"]]
            for one in report["errors"]]  # fmt: skip
    others += ["<h3>Packages that were spoilt on purpose</h3>",
               table(["what was done", "end", "code", "message", "remedy"], made)]  # fmt: skip
    return section("Models: loads, placement, predictions", table(headings, rows),
                   "<h3>Embedding one text after the other</h3>", table(faster, speeds),
                   *others)  # fmt: skip


def of_searches(report: dict) -> str:
    parts = ["<p>Memory is said to be short by a file (a drill). A dot is a search, a stroke the "
             "median of its row.</p>"]  # fmt: skip
    for name in dict.fromkeys(one["model"] for one in report["searches"]):
        group = [one for one in report["searches"] if one["model"] == name]
        rows = []
        for one in group:
            starts, served = one["starts_ms"] or {}, one["served"] or {}
            rows.append([one["level"], starts.get("p50_ms"), starts.get("worst_ms"),
                         one["first_served_ms"], served.get("p50_ms"), served.get("p90_ms"),
                         served.get("worst_ms")])  # fmt: skip
        headings = ["level", "new start, p50 ms", "worst, ms", "papr serve, first ms",
                    "p50, ms", "p90, ms", "worst, ms"]  # fmt: skip
        done = [[one["level"], start["latency_ms"], start["load_ms"], start["placement"],
                 start["degraded"], "; ".join(start["actions"] or []), start["reason"]]
                for one in group for start in one["starts"]]  # fmt: skip
        what = ["level", "latency, ms", "load, ms", "placement", "degraded", "actions", "reason"]
        parts += [f"<h3>{text(name)}</h3>", drawing(group, name), table(headings, rows),
                  folded("Each start", table(what, done))]  # fmt: skip
    return section("Searches, at ease and with memory said to be short", *parts)


def of_pressure(report: dict) -> str:
    rows = []
    for source, readings in report["pressure"].items():
        for one in readings:
            seen = one["reading"] or {}
            keys = ("level", "free_percent", "kernel_level", "swap_used_gb", "reason")
            rows.append([source, seen.get("sampled_at"), *(seen.get(key) for key in keys),
                         one["seconds"] * 1e3])  # fmt: skip
    headings = ["source", "read at", "level", "free, %", "kernel's level", "swap, GB", "reason",
                "whole program, ms"]  # fmt: skip
    tools = [folded(name, pre(said))
             for name, said in report["tool_outputs"].items()]  # fmt: skip
    return section("Memory pressure, as it really was", table(headings, rows), *tools)


def of_caches(report: dict) -> str:
    headings = ["place", "class", "system build", "MB", "entries", "clearable", "why"]
    titles = {"before": "Of this user, before", "after": "Of this user, after",
              "own": "In the report's own home"}  # fmt: skip
    parts = []
    for key, title in titles.items():
        places = report["caches"][key]
        rows = [
            [
                place["path"],
                place["class"],
                place["os_build"],
                megabytes(place["bytes"]),
                place["entries"],
                place["clearable"],
                place["why"],
            ]
            for place in places or []
        ]
        none = "" if places != [] else "<p class=none>There are none.</p>"
        parts += [f"<h3>{title}</h3>", none or table(headings, rows)]
    folders = [[one["folder"], one["files"], megabytes(one["bytes"])]
               for one in report["caches"]["folders"]]  # fmt: skip
    parts.append(folded("What came to be in the report's own home",
                        table(["folder", "files", "MB"], folders)))  # fmt: skip
    return section("Caches of compiled models", *parts)


def of_steps(report: dict) -> str:
    rows, failures = [], []
    for step in report["steps"]:
        ended = step["ended"] + (
            "" if step["ok"] else " (failed)" if step["needed"] else " (optional)"
        )
        rows.append([step["name"], step["command"], ended, step["seconds"]])
        if not step["ok"]:
            told = step.get("result", {}).get("error")
            said = (structure(told) if told else "") or pre(step["error"] or step["output"])
            title = f"{step['name']}: {step['ended']}"
            failures.append(folded(title, said))
    headings = ["step", "what was run", "end", "seconds"]
    return section(f"Steps: {len(rows)}", *failures, folded("All of them", table(headings, rows)))


def page_of(report: dict) -> str:
    sections = (of_machine, of_tests, of_models, of_searches, of_pressure, of_caches, of_steps)
    body = "".join(part(report) for part in sections)
    return (
        "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width, initial-scale=1">'
        '<meta name=color-scheme content="light dark">'
        f"<title>papr-ondevice on a Mac</title><style>{STYLE}</style></head><body><main>"
        f"<h1>papr-ondevice on a Mac</h1><p class=made>{text(report['made_at'])}, form "
        f"{text(report['schema'])}; the same as JSON: report.json beside this page</p>"
        f"{top_of(report)}{body}</main></body></html>\n"
    )
