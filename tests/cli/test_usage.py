# SPDX-License-Identifier: Apache-2.0
"""What the help says, and what is said of a command line that cannot be run."""

from __future__ import annotations

import os

import pytest
from conftest import Papr

COMMANDS = [
    *("search", "add", "import", "list", "delete", "serve", "pressure", "help"),
    *(
        "model info",
        "model check",
        "model run",
        "model bench",
        "cache list",
        "cache size",
        "cache clear",
    ),
]


def test_help_teaches_and_version_tells(papr: Papr) -> None:
    top = papr.run("--help")
    assert top.returncode == 0
    assert top.stderr == ""
    for command in COMMANDS:
        assert f"\n  {command.split()[0]} " in top.stdout
    assert "PAPR_MODEL" in top.stdout
    version = papr.run("--version").stdout
    assert version.startswith("papr 0.")


def test_papr_alone_and_papr_help_print_the_help(papr: Papr) -> None:
    top = papr.run("--help")
    for arguments in ([], ["help"]):
        done = papr.run(*arguments)
        assert (done.returncode, done.stdout, done.stderr) == (0, top.stdout, "")


def test_a_script_that_names_no_command_is_told_so(papr: Papr) -> None:
    assert "needs a command" in papr.error(exit_code=2)["message"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_shows_its_own_options_and_those_of_every_command(
    papr: Papr, command: str
) -> None:
    done = papr.run(*command.split(), "--help")
    assert done.returncode == 0
    assert f"Usage: papr {command} " in done.stdout
    for option in ("--json", "--quiet", "--model PATH", "--store FILE"):
        assert f"\n  {option} " in done.stdout
    assert "First steps" not in done.stdout
    for raw in ("TEXT TEXT", "UINT", "INT in", "REQUIRED", "Excludes", "Needs"):
        assert raw not in done.stdout
    assert papr.run("help", *command.split()).stdout == done.stdout


def test_how_many_is_asked_for_in_one_way(papr: Papr) -> None:
    for command in ("search", "list"):
        assert "\n  -k,--limit N " in papr.run(command, "--help").stdout
    rows = "".join(f'{{"content": "text {i}"}}\n' for i in range(3))
    papr.json("import", "-", stdin=rows)
    assert len(papr.json("list", "-k", "2")["memories"]) == 2


@pytest.mark.parametrize("written", ["-k", "--limit"])
def test_an_option_is_named_as_it_was_written(papr: Papr, written: str) -> None:
    for command in (["search", "tea"], ["list"]):
        message = papr.error(*command, written, "0", exit_code=2)["message"]
        assert message.startswith(f"{written}: ")


@pytest.mark.parametrize(
    ("arguments", "message", "remedy"),
    [
        (["del"], 'no command "del"', 'did you mean "delete"? `papr --help` lists what there is'),
        (["frob"], 'no command "frob"', "`papr --help` lists what there is"),
        (["--frob"], 'no option "--frob"', "`papr --help` lists what there is"),
        (["help", "frob"], 'no command "frob"', "`papr --help` lists the commands"),
        (
            ["cache", "cl"],
            'papr cache: no command "cl"',
            'did you mean "clear"? `papr cache --help` lists what there is',
        ),
        (["model"], '"papr model" needs a command', "`papr model --help` lists them"),
    ],
)
def test_what_is_no_command_is_named(
    papr: Papr, arguments: list[str], message: str, remedy: str
) -> None:
    error = papr.error(*arguments, exit_code=2)
    assert (error["message"], error["remedy"]) == (message, remedy)


def test_help_says_what_a_filter_matches_and_what_adding_again_does(papr: Papr) -> None:
    search = papr.run("search", "--help").stdout
    for word in ("all must match", "whole text", "number", "member of the list"):
        assert word in search
    assert "without --metadata it ends up with none" in papr.run("add", "--help").stdout
    for command in ("add", "import"):
        text = papr.run(command, "--help").stdout
        assert "found by its beginning" in text and '"truncated"' in text


def test_an_events_file_that_nobody_reads_holds_up_no_search(papr):
    papr.json("add", "tea")
    pipe = papr.home / "pipe"
    os.mkfifo(pipe)
    environment = {"PAPR_EVENTS_FILE": str(pipe)}
    refused = papr.run("search", "tea", environment=environment)
    assert refused.returncode == 1
    assert "open events file" in refused.stderr
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert papr.run("search", "tea", environment=environment).returncode == 0
    finally:
        os.close(reader)
