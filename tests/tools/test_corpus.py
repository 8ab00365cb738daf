# SPDX-License-Identifier: Apache-2.0
"""On pieces recorded from `apt-cache dumpavail` (Debian 12, Ubuntu's form of it) and `man -k .`."""

import json

import corpus

# Debian 12 without translations: the synopsis alone, tags over several lines.
STRACE = """Package: strace
Version: 6.1-0.1
Depends: libc6 (>= 2.34), libunwind8
Description: System call tracer
Homepage: https://strace.io
Description-md5: a6e8380fce2adad855bb56e32092b29f
Tag: admin::monitoring, devel::debugger, implemented-in::c,
 interface::commandline, role::program, scope::utility, use::monitor,
 works-with::software:running
Section: utils
Priority: optional
"""

# With translations: paragraphs are parted by a line with a dot.
HELLO = """Package: hello
Description-en: example package based on GNU hello
 The GNU hello program produces a familiar, friendly greeting.
 It allows non-programmers to use it.
 .
 Seriously, though: this is an example.
Description-md5: b7df6fe7ffb325083a3a60819a7df548
Section: devel
"""

NO_DESCRIPTION = "Package: empty\nVersion: 1\nSection: misc\n"
LIBRARY = "Package: libzzz-dev\nDescription: development files\nTag: role::devel-lib\n"
PLAIN = "Package: plain\nDescription: a thing without tags\n"


def packages(*stanzas, count=10):
    return corpus.memories_of_packages("\n".join(stanzas), count)


def test_a_package_becomes_a_memory_that_names_it():
    assert packages(STRACE) == [
        {
            "id": "deb:strace",
            "content": "strace: System call tracer. For: monitoring, monitor, running software.",
            "metadata": {
                "package": "strace",
                "section": "utils",
                "tags": [
                    "admin::monitoring",
                    "devel::debugger",
                    "implemented-in::c",
                    "interface::commandline",
                    "role::program",
                    "scope::utility",
                    "use::monitor",
                    "works-with::software:running",
                ],
                "homepage": "https://strace.io",
            },
        }
    ]


def test_a_long_description_is_one_line_with_its_paragraphs_joined():
    (memory,) = packages(HELLO)
    assert memory["content"] == (
        "hello: example package based on GNU hello. The GNU hello program produces a familiar, "
        "friendly greeting. It allows non-programmers to use it. Seriously, though: this is an "
        "example."
    )


def test_a_package_without_a_description_is_left_out():
    assert packages(NO_DESCRIPTION) == []
    assert packages("", "garbage without a colon\n more of it\n") == []


def test_programs_come_before_untagged_packages_and_parts_come_last():
    names = [one["metadata"]["package"] for one in packages(LIBRARY, PLAIN, STRACE)]
    assert names == ["strace", "plain", "libzzz-dev"]
    assert len(packages(LIBRARY, PLAIN, STRACE, count=2)) == 2


def test_the_order_of_the_input_does_not_change_the_choice():
    assert packages(LIBRARY, PLAIN, STRACE) == packages(STRACE, LIBRARY, PLAIN)


def test_of_two_versions_the_first_counts():
    (memory,) = packages(PLAIN, PLAIN.replace("a thing", "an older thing"))
    assert memory["content"] == "plain: a thing without tags."


def test_a_line_is_json_and_keeps_other_scripts_readable():
    odd = 'Package: odd\nDescription: "quotes", tab\there, 日本語 and \ufffd\n'
    text = corpus.lines_of(packages(odd))
    assert text.count("\n") == 1 and "日本語" in text
    assert json.loads(text)["content"] == 'odd: "quotes", tab\there, 日本語 and \ufffd.'


def test_manual_pages_of_both_forms_are_read_commands_first():
    text = (
        "ABORT (7)            - abort the current transaction\n"
        "afclip(1)                - Clips an audio file\n"
        "zless(1), zmore(1) - view compressed files - page by page\n"
        "nonsense line\n"
    )
    memories = corpus.memories_of_manual(text, 10)
    assert {one["id"]: one["content"] for one in memories} == {
        "man:ABORT(7)": "ABORT: abort the current transaction",
        "man:afclip(1)": "afclip: Clips an audio file",
        "man:zless(1)": "zless: view compressed files - page by page",
    }
    assert memories[-1]["id"] == "man:ABORT(7)"
    assert len(corpus.memories_of_manual(text, 2)) == 2
