# SPDX-License-Identifier: Apache-2.0
"""Bad input: a clear message that names the thing and the remedy, the right exit code, no loss."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from conftest import MINILM, MODELS, PROGRAM, Papr, lines_of


def check(error: dict, code: str, *words: str) -> None:
    assert error["code"] == code
    for word in words:
        assert word in error["message"] + error["remedy"], error
    assert error["remedy"] != ""


def test_no_model_is_wrong_usage_and_says_how_to_name_one(papr: Papr) -> None:
    done = papr.run("--json", "search", "tea", environment={"PAPR_MODEL": ""})
    assert done.returncode == 2
    check(json.loads(done.stdout)["error"], "invalid_argument", "--model", "PAPR_MODEL")


def test_a_model_that_is_not_there_is_named(papr: Papr) -> None:
    error = papr.error("add", "tea", "--model", "/no/such.mlpackage", exit_code=1)
    check(error, "not_found", "/no/such.mlpackage")


@pytest.mark.parametrize("command", [["search", "tea"], ["add", "tea"], ["model", "info"]])
def test_a_folder_that_holds_one_package_is_told_from_it(papr: Papr, command: list[str]) -> None:
    folder = papr.home / "models"
    folder.mkdir()
    papr.json("add", "tea")
    (folder / "one.mlpackage").symlink_to(MINILM)
    error = papr.error(*command, "--model", folder, exit_code=1)
    check(error, "corrupt", f'did you mean "{folder}/one.mlpackage"?')
    (folder / "two.mlpackage").symlink_to(MINILM)
    assert "did you mean" not in papr.error(*command, "--model", folder, exit_code=1)["remedy"]


def test_no_path_is_said_twice(papr: Papr) -> None:
    empty = papr.home / "empty"
    empty.mkdir()
    for model in ("/no/such.mlpackage", empty, "/etc/passwd"):
        message = papr.error("add", "tea", "--model", model, exit_code=1)["message"]
        assert message.count(str(model)) == 1
    for store in ("/no/such.sqlite", "/etc/passwd"):
        error = papr.error("search", "tea", "--store", store, exit_code=1)
        assert (error["message"] + error["remedy"]).count(store) == 1


@pytest.mark.parametrize("kind", ["empty folder", "text file", "folder with junk"])
def test_what_is_not_a_model_is_refused_and_named(papr: Papr, kind: str) -> None:
    path = papr.home / "thing.mlpackage"
    if kind == "text file":
        path.write_text("hello")
    else:
        path.mkdir()
        if kind == "folder with junk":
            (path / "Manifest.json").write_text("{]")
    error = papr.error("model", "info", path, exit_code=1)
    assert error["code"] in ("corrupt", "invalid_argument", "not_found"), error
    check(error, error["code"], "thing.mlpackage")


def test_a_truncated_package_is_corrupt(papr: Papr) -> None:
    copy = papr.home / "model" / MINILM.name
    shutil.copytree(MINILM.parent, copy.parent)
    weights = next(copy.rglob("weight.bin"))
    os.truncate(weights, weights.stat().st_size // 2)
    check(papr.error("model", "info", copy, exit_code=1), "corrupt", "weight")


def test_a_model_without_its_tokenizer_says_where_it_belongs(papr: Papr) -> None:
    copy = papr.home / MINILM.name
    shutil.copytree(MINILM, copy)
    check(papr.error("add", "tea", "--model", copy, exit_code=1), "not_found", "tokenizer.json")


def test_a_mistyped_store_is_named_and_not_made(papr: Papr) -> None:
    for command in (["list"], ["delete", "a"], ["search", "tea"]):
        check(papr.error(*command, exit_code=1), "not_found", str(papr.store))
    assert not papr.store.exists()


def test_a_read_error_on_standard_input_is_not_the_end_of_it(papr: Papr) -> None:
    folder = os.open(papr.home, os.O_RDONLY)
    done = subprocess.run(
        [str(PROGRAM), "--json", "import", "-"],
        env=papr.environment,
        stdin=folder,
        capture_output=True,
        check=False,
    )
    os.close(folder)
    assert done.returncode == 1, done.stdout
    assert json.loads(done.stdout)["error"]["code"] == "unavailable"


def through_shell(papr: Papr, script: str, *arguments: object, stdin: str = "") -> dict:
    """What the program prints when `script` starts it as "$@"."""
    done = subprocess.run(
        ["sh", "-c", script, "sh", str(PROGRAM), "--json", *map(str, arguments)],
        env=papr.environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return json.loads(done.stdout)["error"]


def test_a_closed_standard_input_is_not_an_empty_one(papr: Papr) -> None:
    check(through_shell(papr, 'exec "$@" <&-', "import", "-"), "unavailable", "line 1")


def test_a_file_size_limit_is_told_as_a_full_disk(papr: Papr) -> None:
    papr.json("add", "--id", "first", "the key")
    rows = lines_of([{"content": f"row {i} " + "x " * 500} for i in range(2000)])
    error = through_shell(papr, 'ulimit -f 400; exec "$@"', "import", "-", stdin=rows)
    check(error, "disk_full", "memories.sqlite", "ulimit -f")
    assert "first" in [row["id"] for row in papr.json("list", "--all")["memories"]]


def test_a_store_that_is_a_link_to_nothing_is_told_as_what_it_is(papr: Papr) -> None:
    papr.store.symlink_to(papr.home / "gone.sqlite")
    for command in (["list"], ["delete", "a"], ["search", "tea"], ["add", "tea"]):
        error = papr.error(*command, exit_code=1)
        check(error, "not_found", str(papr.store), "link", "gone.sqlite")
        assert "papr add" not in error["remedy"]


def test_a_number_out_of_range_is_a_rejected_line(papr: Papr) -> None:
    text = '{"content":"good"}\n{"content":"bad","metadata":{"n":1e999}}\n'
    done = papr.run("--json", "import", "-", stdin=text)
    assert done.returncode == 3
    assert [row["line"] for row in json.loads(done.stdout)["rejected"]] == [2]


def test_a_store_made_with_another_model_is_refused_and_untouched(papr: Papr) -> None:
    papr.json("add", "--id", "key", "the key")
    before = papr.json("list")
    other = MODELS / "all-MiniLM-L6-v2-fp32" / MINILM.name
    for command in (["search", "tea"], ["add", "tea"], ["import", "-"]):
        error = papr.error(*command, "--model", other, exit_code=1)
        check(error, "mismatch", "--store")
    assert papr.json("list") == before


def test_a_locked_store_is_unavailable_and_nothing_is_lost(papr: Papr) -> None:
    papr.json("add", "--id", "key", "the key")
    holder = sqlite3.connect(papr.store, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    check(papr.error("add", "tea", exit_code=1), "unavailable", str(papr.store))
    holder.execute("ROLLBACK")
    holder.close()
    assert papr.json("list")["count"] == 1
    assert papr.json("add", "tea")["added"] is True


def test_a_store_that_is_not_one_is_refused_and_left_as_it_was(papr: Papr) -> None:
    papr.store.write_text("my diary, not a database" * 50)
    before = papr.store.read_bytes()
    check(papr.error("list", exit_code=1), "corrupt", str(papr.store))
    assert papr.store.read_bytes() == before


def test_a_full_disk_loses_no_committed_row(papr: Papr) -> None:
    disk = papr.home / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this user may not mount a small file system")
    try:
        store = disk / "memories.sqlite"
        papr.json("add", "--id", "first", "the key", "--store", store)
        rows = lines_of([{"id": str(i), "content": f"row {i} " + "x " * 500} for i in range(2000)])
        error = papr.error("import", "-", "--store", store, stdin=rows, exit_code=1)
        check(error, "disk_full", "memories.sqlite")
        listed = papr.json("list", "--all", "--store", store)
        assert "first" in [row["id"] for row in listed["memories"]]
        assert papr.json("search", "the key", "--store", store)["hits"][0]["id"] == "first"
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_an_import_of_which_nothing_was_taken_is_a_failure_and_still_names_each_line(
    papr: Papr,
) -> None:
    text = 'not json\n{"id":"x"}\n'
    done = papr.run("--json", "import", "-", stdin=text)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    check(report["error"], "invalid_argument", "none of its lines", "line 1", '"content"')
    assert [row["line"] for row in report["rejected"]] == [1, 2]
    human = papr.run("import", "-", stdin=text)
    assert human.returncode == 1
    assert "line 2: " in human.stderr and "papr import --help" in human.stderr
    assert papr.run("import", "-", stdin="\n").returncode == 0
    taken = '{"content": "tea"}\n'
    assert papr.run("import", "-", stdin=taken).returncode == 0
    assert papr.run("import", "-", stdin=taken + text).returncode == 3  # it was there already


def test_unreadable_lines_are_named_and_the_rest_is_imported(papr: Papr) -> None:
    good = [{"id": "a", "content": "tea"}, {"id": "b", "content": "coffee"}]
    text = json.dumps(good[0]) + "\nnot json\n\n" + '{"id":"x"}\n' + json.dumps(good[1]) + "\n"
    done = papr.run("--json", "import", "-", stdin=text)
    assert done.returncode == 3
    report = json.loads(done.stdout)
    assert list(report)[:4] == ["read", "added", "updated", "unchanged"]
    assert (report["read"], report["added"]) == (4, 2)
    assert [row["line"] for row in report["rejected"]] == [2, 4]
    assert all(row["error"] for row in report["rejected"])
    assert papr.json("list")["count"] == 2


def test_bad_utf8_in_a_corpus_is_a_rejected_line(papr: Papr) -> None:
    file = papr.home / "corpus.jsonl"
    file.write_bytes(b'{"content":"good"}\n{"content":"bad \xff\xfe"}\n')
    done = papr.run("import", file)
    assert done.returncode == 3
    assert "line 2" in done.stderr
    assert papr.json("list")["count"] == 1


def test_bad_utf8_in_a_query_is_refused(papr: Papr) -> None:
    papr.json("add", "tea")
    done = subprocess.run(
        [str(PROGRAM).encode(), b"--json", b"search", b"caf\xe9"],
        env=papr.environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    check(json.loads(done.stdout)["error"], "invalid_argument", "UTF-8")


@pytest.mark.parametrize(
    "arguments",
    [
        [b"add", b"--metadata", b"caf\xe9=tea", b"tea"],
        [b"add", b"--metadata", b"place=caf\xe9", b"tea"],
        [b"add", b"--id", b"caf\xe9", b"tea"],
        [b"add", b"--user", b"caf\xe9", b"tea"],
        [b"search", b"--user", b"caf\xe9", b"tea"],
        [b"search", b"--filter", b"place=caf\xe9", b"tea"],
        [b"list", b"--user", b"caf\xe9"],
    ],
)
def test_an_argument_that_is_not_utf8_is_wrong_usage_and_never_changed(
    papr: Papr, arguments: list[bytes]
) -> None:
    papr.json("add", "--id", "first", "tea")
    done = subprocess.run(
        [str(PROGRAM).encode(), b"--json", *arguments],
        env=papr.environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    check(json.loads(done.stdout)["error"], "invalid_argument", "UTF-8")
    assert [row["id"] for row in papr.json("list")["memories"]] == ["first"]


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_blank_text_is_wrong_usage(papr: Papr, text: str) -> None:
    papr.json("add", "tea")
    for command in ("search", "add"):
        check(papr.error(command, text, exit_code=2), "invalid_argument", "blank")


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "tea", "--frobnicate"],
        ["frobnicate"],
        ["--frobnicate"],
        ["--model"],
        ["help", "frobnicate"],
        ["search"],
        ["search", "tea", "-k", "0"],
        ["search", "tea", "-k", "many"],
        ["search", "tea", "--filter", "novalue"],
        ["search", "tea", "--filter", "a=1", "--filter", "a=2"],
        ["add", "tea", "--metadata", "a=1", "--metadata", "a=2"],
        ["model"],
        ["model", "bench", "--duration", "5"],
        ["list", "--limit", "-1"],
        ["list", "-k", "0"],
        ["list", "--user", ""],
        ["search", "tea", "--user", ""],
        ["list", "--limit", "3", "--all"],
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_hint(papr: Papr, arguments: list[str]) -> None:
    error = papr.error(*arguments, exit_code=2)
    assert error["code"] == "invalid_argument"
    assert error["message"] and error["remedy"]
    human = papr.run(*arguments)
    assert human.returncode == 2
    assert human.stdout == ""
    assert human.stderr.startswith("papr: ")


def test_an_input_file_that_is_missing_or_a_folder_is_named(papr: Papr) -> None:
    check(papr.error("import", "/no/such.jsonl", exit_code=1), "not_found", "/no/such.jsonl")
    check(papr.error("import", papr.home, exit_code=1), "invalid_argument", str(papr.home))


def test_a_closed_standard_output_is_a_failure(papr: Papr) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    papr.json("add", "--id", "a", "tea")
    papr.json("delete", "a")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [str(PROGRAM), "list"], env=papr.environment, stdout=full, check=False
        )
        listed = subprocess.run(
            [str(PROGRAM), "--json", "list"], env=papr.environment, stdout=full, check=False
        )
    assert done.returncode == 0  # An empty list prints nothing that could be lost.
    assert listed.returncode == 1
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", str(PROGRAM), "add", "tea"],
        env=papr.environment,
        check=False,
    )
    assert done.returncode == 1
    assert papr.json("list")["count"] == 1
