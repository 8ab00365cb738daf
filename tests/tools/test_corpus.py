# SPDX-License-Identifier: Apache-2.0
"""On pieces recorded from `apt-cache dumpavail` (Debian 12, Ubuntu's form of it), and on manual
pages as man(7), mdoc(7) and perl write them."""

import gzip
import json

import pytest

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


MAN = (
    '.\\" a comment\n.TH LS 1\n.SH NAME\nls, dir \\- list \\fIdirectory\\fR contents\n'
    ".SH SYNOPSIS\n"
)
MDOC = (
    ".Dd May 1, 2024\n.Dt FS_USAGE 1\n.Os\n.Sh NAME\n.Nm fs_usage ,\n.Nm other\n"
    ".Nd report system calls and page faults related to filesystem\nactivity in real-time\n"
    ".Sh SYNOPSIS\n.Nm fs_usage\n"
)
PERL = (
    '.de Sp \\" Vertical space\n.if t .sp .5v\n..\n.TH "Foo::Bar 3pm"\n.SH "NAME"\n'
    'Foo::Bar \\- says \\*(L"hi\\*(R" in \\s-1XML\\s0 and \\*(C+, \\(aqx\\(aq\n.SH "SYNOPSIS"\n'
)
BOLD = (
    '.SH NAME\n.B "zless"\n\\- view compressed files \\- page by page\n'
    ".PP\nMore of it - and more.\n"
)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (MAN, ("ls", "list directory contents")),
        (
            MDOC,
            (
                "fs_usage",
                "report system calls and page faults related to filesystem activity in real-time",
            ),
        ),
        (PERL, ("Foo::Bar", "says \"hi\" in XML and C++, 'x'")),
        (BOLD, ("zless", "view compressed files - page by page")),
    ],
)
def test_what_a_manual_page_calls_itself_is_read_of_every_form(page, said):
    assert corpus.parse_name_section(page) == said


@pytest.mark.parametrize(
    "page",
    [
        "",
        ".so man1/ls.1\n",
        ".SH NAME\n",
        ".SH NAME\nls\n.SH OPTIONS\na \\- b\n",
        ".Sh NAME\n.Nd x\n",
    ],
)
def test_a_page_that_does_not_say_what_it_is_is_left_out(page):
    assert corpus.parse_name_section(page) is None
    assert corpus.memories_of_manual([("1", page)], 10) == []


def test_commands_come_first_and_a_page_under_two_names_counts_once():
    pages = [("3pm", PERL), ("1", MAN), ("1", MAN), ("8", BOLD)]
    memories = corpus.memories_of_manual(pages, 10)
    assert {one["id"] for one in memories} == {"man:ls(1)", "man:zless(8)", "man:Foo::Bar(3pm)"}
    assert memories[-1] == {
        "id": "man:Foo::Bar(3pm)",
        "content": "Foo::Bar: says \"hi\" in XML and C++, 'x'",
        "metadata": {"page": "Foo::Bar", "section": "3pm"},
    }
    assert len(corpus.memories_of_manual(pages, 2)) == 2


def test_pages_are_read_packed_or_not_and_what_is_no_page_is_passed_over(tmp_path):
    for folder in ("man1", "mann", "cat1"):
        (tmp_path / folder).mkdir()
    (tmp_path / "man1" / "ls.1").write_text(MAN)
    (tmp_path / "man1" / "zless.1.gz").write_bytes(gzip.compress(BOLD.encode()))
    (tmp_path / "mann" / "latin.n").write_bytes(b".SH NAME\nlatin \\- caf\xe9\n")
    (tmp_path / "man1" / "broken.1.gz").write_bytes(b"no gzip")
    (tmp_path / "man1" / "whatis").write_text(MAN)
    (tmp_path / "man1" / "gone.1").symlink_to(tmp_path / "nowhere")
    (tmp_path / "cat1" / "ls.1").write_text(MAN)
    found = list(corpus.manual_pages([tmp_path, tmp_path / "none"]))
    assert [(section, corpus.parse_name_section(text)) for section, text in found] == [
        ("1", ("ls", "list directory contents")),
        ("1", ("zless", "view compressed files - page by page")),
        ("n", ("latin", "caf\ufffd")),
    ]


def test_a_mac_is_asked_where_its_pages_are_and_xcode_too(tmp_path, monkeypatch):
    for name, says in (("manpath", "/a/man:/b/man"), ("xcode-select", "/b/man\n/sdk/man")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{says}'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    folders = [str(folder) for folder in corpus.manual_folders()]
    assert folders[:3] == ["/a/man", "/b/man", "/sdk/man"]
    assert "/usr/share/man" in folders
