# SPDX-License-Identifier: Apache-2.0
"""What each command prints and how it ends, when all is well."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import stat
import struct
import subprocess
import termios

from conftest import PROGRAM, Papr, lines_of

KEY = "The spare key is under the blue flowerpot"
TULIP = "The guest network is called tulip"


def test_a_search_finds_what_was_meant_and_says_where_the_answer_came_from(papr: Papr) -> None:
    papr.json("add", "--id", "key", "--metadata", "place=garden", KEY)
    papr.json("add", "--id", "wifi", TULIP)
    answer = papr.json("search", "how do I get into the house", "-k", "2")
    assert list(answer) == [
        *("query", "hits", "answered_by", "placement"),
        *("degraded", "reason", "latency_ms", "actions", "verification"),
    ]
    assert answer["query"] == "how do I get into the house"
    assert [hit["id"] for hit in answer["hits"]] == ["key", "wifi"]
    first = answer["hits"][0]
    assert list(first) == ["id", "content", "score", "metadata", "user_id"]
    assert first["content"] == KEY
    assert first["metadata"] == {"place": "garden"}
    assert 1 >= first["score"] > answer["hits"][1]["score"] >= -1
    assert (answer["answered_by"], answer["placement"]) == ("local", "cpu")
    assert (answer["degraded"], answer["reason"], answer["actions"]) == (False, None, [])
    assert answer["latency_ms"] > 0
    verified = answer["verification"]
    assert (verified["verdict"], verified["placement"]) == ("good", "cpu")
    assert verified["problem"] is None
    assert 0 < verified["warm_ms"] <= verified["budget_ms"]


def test_people_get_one_line_a_hit_on_stdout_and_the_rest_on_stderr(papr: Papr) -> None:
    papr.json("add", "a text\nwith a line break and an \x1b[31mescape")
    done = papr.run("search", "text")
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert "\x1b" not in done.stdout
    assert "answered by local on cpu" in done.stderr
    quiet = papr.run("--quiet", "search", "text")
    assert quiet.stdout == done.stdout
    assert quiet.stderr == ""


def test_the_summary_says_how_much_of_the_time_went_into_loading(papr: Papr) -> None:
    papr.json("add", KEY)
    said = papr.run("search", "key").stderr
    found = re.search(
        r"1 hit in ([\d.]+) ms, ([\d.]+) of them to load the model, answered by", said
    )
    assert found, said
    assert 0 < float(found[2]) < float(found[1])


def test_global_options_may_stand_before_or_after_the_command(papr: Papr) -> None:
    papr.json("add", KEY)
    before = papr.run("--json", "list")
    after = papr.run("list", "--json")
    assert before.returncode == after.returncode == 0
    assert before.stdout == after.stdout


def test_the_same_text_again_is_one_memory_and_the_same_id_replaces(papr: Papr) -> None:
    first = papr.json("add", KEY)
    assert (first["added"], first["updated"]) == (True, False)
    again = papr.json("add", KEY)
    assert again == {"id": first["id"], "added": False, "updated": False, "truncated": False}
    changed = papr.json("add", "--id", first["id"], TULIP)
    assert (changed["added"], changed["updated"]) == (False, True)
    memories = papr.json("list")
    assert memories["count"] == 1
    assert memories["memories"][0]["content"] == TULIP


def test_list_shows_the_newest_first_and_counts_all(papr: Papr) -> None:
    rows = [{"id": f"{i:02}", "content": f"text {i}"} for i in range(30)]
    papr.json("import", "-", stdin=lines_of(rows))
    shown = papr.json("list", "--limit", "3")
    assert list(shown) == ["memories", "count"]
    assert list(shown["memories"][0]) == ["id", "content", "metadata", "user_id", "created_at"]
    assert (len(shown["memories"]), shown["count"]) == (3, 30)
    assert len(papr.json("list", "--all")["memories"]) == 30
    papr.json("add", "--id", "newest", KEY)
    assert papr.json("list", "--limit", "1")["memories"][0]["id"] == "newest"


def test_delete_forgets_one_memory_and_says_when_there_is_none(papr: Papr) -> None:
    papr.json("add", "--id", "key", KEY)
    assert papr.json("delete", "key") == {"id": "key", "deleted": True}
    assert papr.json("list")["count"] == 0
    assert papr.json("search", "house")["hits"] == []
    assert papr.error("delete", "key", exit_code=1)["code"] == "not_found"


def test_user_and_metadata_filters_are_honoured(papr: Papr) -> None:
    papr.json("add", "--id", "a", "--user", "ada", "--metadata", "place=garden", KEY)
    papr.json("add", "--id", "b", "--user", "bob", "--metadata", "place=house", KEY + "!")

    def found(*arguments: str) -> list[str]:
        return [hit["id"] for hit in papr.json("search", "key", *arguments)["hits"]]

    assert sorted(found()) == ["a", "b"]
    assert found("--user", "ada") == ["a"]
    assert found("--filter", "place=house") == ["b"]
    assert found("--filter", "place=house", "--user", "ada") == []
    listed = papr.json("list", "--user", "bob")
    assert [row["id"] for row in listed["memories"]] == ["b"]
    assert listed["count"] == 1


def test_adding_the_same_text_again_replaces_its_metadata(papr: Papr) -> None:
    papr.json("add", "--metadata", "place=garden", KEY)
    assert papr.json("add", KEY)["updated"] is True
    assert [row["metadata"] for row in papr.json("list")["memories"]] == [{}]
    papr.json("add", "--user", "ada", KEY)
    assert papr.json("list")["count"] == 2


def test_a_filter_matches_whole_texts_numbers_literals_and_members_of_lists(papr: Papr) -> None:
    metadata = {"place": "Garden", "n": 2.0, "open": True, "tags": ["a", 7], "deep": {"n": 1}}
    papr.json("import", "-", stdin=lines_of([{"content": KEY, "metadata": metadata}]))

    def finds(*filters: str) -> bool:
        options = [word for one in filters for word in ("--filter", one)]
        return bool(papr.json("search", "key", *options)["hits"])

    for one in ("place=Garden", "n=2", "open=true", "tags=a", "tags=7"):
        assert finds(one), one
    for one in ("place=garden", "place=Gard", "n=3", "open=false", "tags=b", "deep.n=1"):
        assert not finds(one), one
    assert finds("n=2", "tags=a")
    assert not finds("n=2", "tags=b")


def test_when_nothing_matches_the_way_out_is_that_of_what_was_asked(papr: Papr) -> None:
    papr.json("add", "--id", "a", KEY)
    for options, asked in (
        (["--user", "bob"], "this --user;"),
        (["--filter", "x=1"], "this --filter;"),
        (["--user", "bob", "--filter", "x=1"], "this --user and --filter;"),
    ):
        said = papr.run("search", "key", *options).stderr
        assert f"nothing matches {asked} `papr list`" in said
        assert "papr import" not in said
    papr.json("delete", "a")
    assert "`papr add` and `papr import` fill the store" in papr.run("search", "key").stderr


def test_hits_and_rows_of_the_list_name_their_user_or_null(papr: Papr) -> None:
    papr.json("add", "--id", "a", "--user", "ada", KEY)
    papr.json("add", "--id", "b", TULIP)
    for rows in (papr.json("search", "key")["hits"], papr.json("list")["memories"]):
        assert {row["id"]: row["user_id"] for row in rows} == {"a": "ada", "b": None}


def on_terminal(papr: Papr, columns: int, *arguments: object) -> str:
    """What the program prints when its standard output is a terminal of this width."""
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    done = subprocess.run(
        [str(PROGRAM), *map(str, arguments)],
        env=papr.environment,
        stdout=terminal,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(terminal)
    printed = b""
    with contextlib.suppress(OSError):  # how Linux says that the other end is closed
        while part := os.read(reader, 65536):
            printed += part
    os.close(reader)
    assert done.returncode == 0, done.stderr
    return printed.decode().replace("\r\n", "\n")


def test_only_a_terminal_gets_its_lines_cut_to_its_width(papr: Papr) -> None:
    text = "the key " + "x" * 1000
    papr.json("add", "--id", "long " * 20 + "id", text)
    for command in (("search", "key"), ("list",)):
        piped = papr.run(*command).stdout
        assert piped.endswith(text + "\n") and piped.count("\n") == 1
        shown = on_terminal(papr, 160, *command)
        assert shown.endswith("…\n") and shown.count("\n") == 1
        assert len(shown) == 161
    assert papr.run("delete", "long " * 20 + "id").stdout == f"deleted {'long ' * 20}id\n"


def test_a_long_text_is_kept_whole_and_its_cut_is_said(papr: Papr) -> None:
    text = "word " * 2000 + "end"
    assert papr.json("add", "--id", "long", text)["truncated"] is True
    assert papr.json("list")["memories"][0]["content"] == text
    report = papr.json("import", "-", stdin=lines_of([{"content": text, "id": "other"}]))
    assert report["truncated"] == 1


def test_model_info_names_inputs_outputs_and_where_it_runs(papr: Papr) -> None:
    info = papr.json("model", "info")
    assert list(info) == [
        *("path", "kind", "functions", "inputs", "outputs", "dim", "max_tokens"),
        *("fingerprint", "backend", "placement"),
    ]
    assert info["kind"] == "mlprogram"
    assert info["dim"] == 384
    assert info["max_tokens"] == 512
    assert [tensor["name"] for tensor in info["inputs"]] == ["input_ids", "attention_mask"]
    assert info["inputs"][0] == {
        "name": "input_ids",
        "shape": [[1, 64], [1, 512]],
        "type": "int32",
    }
    assert "sentence_embedding" in [tensor["name"] for tensor in info["outputs"]]
    assert (info["backend"], info["placement"]) == ("openvino", "cpu")
    assert len(info["fingerprint"]) == 64
    assert info["path"] in papr.run("model", "info").stdout


def test_model_bench_reports_milliseconds_and_memory(papr: Papr) -> None:
    result = papr.json("model", "bench", "--threads", "1", "--duration", "300ms")
    assert list(result) == [
        *("threads", "precision", "tokens_mean", "runs", "p50_ms", "p99_ms"),
        *("texts_per_s", "cold_ms", "rss_bytes"),
    ]
    assert result["threads"] == 1
    assert result["precision"] == "f32"
    assert 0 < result["p50_ms"] <= result["p99_ms"]
    assert result["runs"] > 0
    assert result["rss_bytes"] > 10_000_000


def test_model_bench_in_bf16_says_how_far_its_vectors_are_from_f32(papr: Papr) -> None:
    bench = ("model", "bench", "--duration", "100ms", "--precision", "bf16")
    result = papr.json(*bench)
    assert result["precision"] == "bf16"
    assert list(result)[-1] == "cosine_to_f32"
    assert 0.99 < result["cosine_to_f32"] <= 1
    assert "to f32" in papr.run(*bench).stdout


def test_the_store_and_its_folder_are_for_their_owner_only(papr: Papr) -> None:
    store = papr.home / "deep" / "er" / "memories.sqlite"
    papr.json("add", KEY, "--store", store)
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700


def test_without_a_store_given_the_users_data_folder_is_used(papr: Papr) -> None:
    done = papr.run("add", KEY, environment={"PAPR_STORE": "", "XDG_DATA_HOME": ""})
    assert done.returncode == 0, done.stderr
    found = [path.name for path in papr.home.rglob("memories.sqlite")]
    assert found == ["memories.sqlite"]


def test_a_compiled_model_is_kept_in_the_users_cache_folder_for_its_owner_only(papr: Papr) -> None:
    events = papr.home / "events.jsonl"
    own = {"XDG_CACHE_HOME": "", "PAPR_EVENTS_FILE": str(events)}
    assert papr.run("add", KEY, environment=own).returncode == 0
    folder = papr.home / ".cache" / "papr" / "compiled-models"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (entry,) = (folder / "entries").iterdir()
    inode = entry.stat().st_ino
    events.unlink()  # what is kept late is told to nobody: the client was closed before
    assert papr.run("search", "house", environment=own).returncode == 0
    assert "compiled_model" not in events.read_text()
    assert [path.stat().st_ino for path in (folder / "entries").iterdir()] == [inode]
