# SPDX-License-Identifier: Apache-2.0
"""`papr cache list` and `size` over a folder that stands for ~/Library/Caches."""

from __future__ import annotations

import fake_caches
from conftest import Papr

OUR_ID = fake_caches.OUR_ID


def test_list_names_every_place_with_its_class_and_its_size(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    listed = papr.json("cache", "list", "--caches-dir", fake.caches)
    assert list(listed) == ["places", "unreadable_places"]
    assert listed["unreadable_places"] == 0
    places = listed["places"]
    assert list(places[0]) == [
        *("path", "class", "app", "os_build", "bytes", "entries", "newest_use"),
        *("clearable", "why", "read_whole"),
    ]
    own = [place for place in places if place["class"] == "own"]
    assert [place["os_build"] for place in own] == [fake_caches.OLD_BUILD, fake_caches.BUILD]
    assert {place["app"] for place in own} == {OUR_ID}
    assert sum(place["entries"] for place in own) == 3
    assert sum(place["bytes"] for place in own) == fake_caches.disk_bytes(*fake.own)
    by_class = {place["class"]: place for place in places}
    assert list(by_class) == ["own", "interpreter", "legacy", "other_app", "shared"]
    assert [name for name in by_class if by_class[name]["clearable"]] == ["own", "legacy"]
    assert by_class["legacy"]["why"].endswith("; not 1 of 3: used within the last 10 minutes")
    assert by_class["legacy"]["app"] is None
    assert by_class["legacy"]["os_build"] is None
    assert by_class["interpreter"]["app"] == "org.python.python"
    apps = sorted(place["app"] for place in places if place["class"] == "other_app")
    assert apps == ["com.example.notes", "com.example.photos"]
    assert all(place["why"] for place in places)
    assert all(place["newest_use"].endswith("Z") for place in places)


def test_each_entry_says_why_it_may_go_or_stays(papr: Papr, fake: fake_caches.FakeCaches) -> None:
    listed = papr.json("cache", "list", "--entries", "--caches-dir", fake.caches)
    by_class = {place["class"]: place for place in listed["places"]}
    items = by_class["legacy"]["items"]
    assert list(items[0]) == ["name", "bytes", "newest_use", "clearable", "why"]
    assert {item["name"]: item["clearable"] for item in items} == {
        **{path.name: True for path in fake.legacy_unused},
        **{path.name: False for path in fake.legacy_used},
    }
    assert [item["why"] for item in items if not item["clearable"]] == [
        "used within the last 10 minutes"
    ]
    assert all(item["why"] for place in listed["places"] for item in place["items"])
    shown = papr.run("cache", "list", "--entries", "--caches-dir", fake.caches).stdout
    assert fake.legacy_used[0].name + ": used within the last 10 minutes" in shown


def test_a_place_that_cannot_be_read_is_counted_and_named(
    papr: Papr, fake: fake_caches.FakeCaches
) -> None:
    folder = fake.caches / OUR_ID
    folder.rename(folder.with_name("moved"))
    folder.symlink_to("moved")
    listed = papr.json("cache", "list", "--caches-dir", fake.caches)
    assert listed["unreadable_places"] == 1
    unread = [place for place in listed["places"] if not place["read_whole"]]
    assert unread[0]["path"].startswith(str(folder))
    assert "a symbolic link, which is not followed" in unread[0]["why"]
    shown = papr.run("cache", "list", "--caches-dir", fake.caches)
    assert "1 of them not read whole" in shown.stderr


LEAKED = "encoder_0D9F3C1E-72A4-4B8E-9C55-1F0A2B3C4D5E.mlmodelc"


def test_people_get_a_table(papr: Papr, fake: fake_caches.FakeCaches) -> None:
    done = papr.run("cache", "list", "--caches-dir", fake.caches)
    assert done.returncode == 0
    head = done.stdout.splitlines()[0].split()
    assert head == ["CLASS", "SIZE", "ENTRIES", "NEWEST", "USE", "CLEARABLE", "PATH"]
    assert "of another program, com.example.notes" in done.stdout
    assert "in 7 places" in done.stderr


def test_size_is_what_is_ours_and_legacy_together(papr: Papr, fake: fake_caches.FakeCaches) -> None:
    size = papr.json("cache", "size", "--caches-dir", fake.caches)
    assert list(size) == ["bytes", "own_bytes", "legacy_bytes", "places"]
    assert size["own_bytes"] == fake_caches.disk_bytes(*fake.own)
    assert size["legacy_bytes"] == fake_caches.disk_bytes(*fake.legacy_unused, *fake.legacy_used)
    assert size["bytes"] == size["own_bytes"] + size["legacy_bytes"]
    assert {place["class"] for place in size["places"]} == {"own", "legacy"}
    assert "together" in papr.run("cache", "size", "--caches-dir", fake.caches).stdout
