# SPDX-License-Identifier: Apache-2.0
"""The files of source `macos` and of PressureWake as a Mac compiles them, run here under the
address sanitizer on a kernel of ours."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import retarget

import macos_sdk

HERE = Path(__file__).resolve().parent
PRESSURE = macos_sdk.ROOT / "src" / "pressure"
SOURCES = (
    PRESSURE / "macos_kernel_macos.cpp",
    PRESSURE / "macos_source.cpp",
    PRESSURE / "macos_answers.cpp",
    PRESSURE / "vm_stat_output.cpp",
    PRESSURE / "pressure_wake_macos.cpp",
    HERE / "fake_darwin_for_test.cpp",
    HERE / "retargeted_for_test.cpp",
)
LEVEL, PRESSURE_LEVEL = "kern.memorystatus_level", "kern.memorystatus_vm_pressure_level"
GIB = 1 << 30
CALM = {
    LEVEL: "int:66",
    PRESSURE_LEVEL: "int:1",
    "vm.swapusage": f"swap:{3 * GIB},{2 * GIB}",
    "free_count": 1000,
    "active_count": 3000,
    "inactive_count": 2000,
    "speculative_count": 400,
    "wire_count": 1500,
    "compressor_page_count": 500,
    "pageins": 76117151,
    "pageouts": 2996313,
    "swapins": (1 << 32) + 7,
    "swapouts": 16,
}


@dataclass(frozen=True)
class Run:
    samples: list[dict]
    rights: tuple[int, int]  # taken, given back
    offered: list[int]
    sdk_words: int
    allocations: int


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    try:
        return retarget.build(SOURCES, tmp_path_factory.mktemp("retargeted"))
    except macos_sdk.Missing as missing:
        pytest.skip(str(missing))


def run(program, *words):
    argv = [program, *words]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout.splitlines()


@pytest.fixture
def mac(program):
    """Samples of a Mac that differs from a calm one as the arguments say."""

    def take(changes=None, **more):
        kernel = {**CALM, **(changes or {}), **more}
        lines = run(program, *(f"{name}={value}" for name, value in kernel.items()))
        *samples, end = map(json.loads, lines)
        rights = end["rights_taken"], end["rights_given_back"]
        return Run(samples, rights, end["offered"], end["sdk_words"], end["allocations"])

    return take


def test_all_that_the_kernel_says_is_read(mac):
    taken = mac()
    assert taken.samples == [
        {
            "page_size_bytes": 16384,
            "swap_used_bytes": 2 * GIB,
            "page_ins": 76117151,
            "page_outs": 2996313,
            "swap_ins": (1 << 32) + 7,
            "swap_outs": 16,
            "kernel_level": 1,
            "free_percent": 66,
        }
    ]
    assert taken.offered == [taken.sdk_words]


def test_nothing_is_allocated_where_all_succeeds(mac):
    assert mac(samples=100).allocations == 0
    assert mac(code=5).allocations > 0  # the text of its error


@pytest.mark.parametrize("size", [4096, 16384])
def test_the_page_is_that_of_the_kernel(mac, size):
    assert mac(page_size=size).samples[0]["page_size_bytes"] == size


@pytest.mark.parametrize(
    ("level", "read"),
    [(1, 1), (2, 2), (4, 4), (0, None), (3, None), (-1, None), (8, None), (393218, None)],
)
def test_a_level_is_one_of_three_or_not_known(mac, level, read):
    assert mac({PRESSURE_LEVEL: f"int:{level}"}).samples[0]["kernel_level"] == read


@pytest.mark.parametrize("error", [1, 2, 12])  # EPERM, ENOENT, ENOMEM
def test_a_refused_sysctl_leaves_its_value_unknown(mac, error):
    for name, key in ((PRESSURE_LEVEL, "kernel_level"), ("vm.swapusage", "swap_used_bytes")):
        (sample,) = mac({name: f"error:{error}"}).samples
        assert sample.pop(key) is None
        assert None not in sample.values()
    assert mac({LEVEL: f"error:{error}"}).samples[0]["free_percent"] == 75  # of the page counts


@pytest.mark.parametrize("name", [LEVEL, PRESSURE_LEVEL, "vm.swapusage"])
def test_an_answer_of_another_size_is_not_taken(mac, name):
    (sample,) = mac({name: "long:1"}).samples
    key = {PRESSURE_LEVEL: "kernel_level", "vm.swapusage": "swap_used_bytes"}.get(name)
    assert sample[key or "free_percent"] == (None if key else 75)


@pytest.mark.parametrize(("level", "percent"), [(0, 0), (100, 100), (101, 75), (-1, 75)])
def test_a_percentage_is_the_kernels_or_else_of_the_page_counts(mac, level, percent):
    assert mac({LEVEL: f"int:{level}"}).samples[0]["free_percent"] == percent


def test_more_swap_in_use_than_there_is_is_not_known(mac):
    assert mac({"vm.swapusage": "swap:4,5"}).samples[0]["swap_used_bytes"] is None
    assert mac({"vm.swapusage": "swap:0,0"}).samples[0]["swap_used_bytes"] == 0


def test_a_swap_usage_that_has_grown_is_read(mac):
    assert mac({"vm.swapusage": "longer_swap:9,4"}).samples[0]["swap_used_bytes"] == 4


def test_an_answer_that_has_no_room_is_not_taken(mac, program):
    run(program, "small_room")
    assert mac({"vm.swapusage": "huge_swap:9,4"}).samples[0]["swap_used_bytes"] is None


def test_a_kernel_that_has_more_is_asked_again_with_its_own_count(mac):
    taken = mac(too_large="62,80,104", words=104, samples=3)
    assert [sample["swap_ins"] for sample in taken.samples] == [(1 << 32) + 7] * 3
    assert taken.offered == [taken.sdk_words, 62, 80, 104, 104, 104]
    assert taken.rights == (6, 6)


@pytest.mark.parametrize("wanted", [0, 12, 1025, 4294967295])
def test_a_kernel_that_wants_what_cannot_be_is_asked_once(mac, wanted):
    taken = mac(too_large=wanted)
    assert len(taken.offered) == 1
    assert taken.samples[0]["swap_ins"] is None
    assert taken.samples[0]["free_percent"] == 66


def test_a_field_that_did_not_come_back_is_not_known(mac):
    assert None not in mac(words=38).samples[0].values()
    (sample,) = mac({LEVEL: "error:1"}, words=32).samples
    assert (sample["free_percent"], sample["swap_outs"]) == (None, 16)
    (sample,) = mac(words=24).samples
    assert (sample["swap_ins"], sample["page_outs"]) == (None, 2996313)
    (sample,) = mac(words=0).samples
    assert (sample["page_ins"], sample["kernel_level"]) == (None, 1)


@pytest.mark.parametrize("claims", [105, 1025, 4294967295])
def test_more_words_than_were_offered_are_not_believed(mac, claims):
    """Nor read: the sanitizer would see it."""
    whole = mac().samples
    assert mac(claims=claims).samples == whole
    assert mac(words=10, claims=claims).samples[0]["page_ins"] == 76117151


def test_after_a_retry_the_count_that_came_back_is_honoured(mac):
    taken = mac(too_large="104", words=24, samples=2)
    assert [sample["swap_ins"] for sample in taken.samples] == [None, None]
    assert [sample["page_outs"] for sample in taken.samples] == [2996313, 2996313]
    assert taken.offered == [taken.sdk_words, 104, 104]


def test_a_retry_that_fails_is_a_failure_of_the_statistics(mac):
    taken = mac(too_large="62,62", samples=1)
    assert taken.offered == [taken.sdk_words, 62]
    assert (taken.samples[0]["swap_ins"], taken.samples[0]["kernel_level"]) == (None, 1)
    assert taken.rights == (2, 2)


def test_where_nothing_speaks_of_pressure_the_error_names_each(mac):
    taken = mac({LEVEL: "error:1", PRESSURE_LEVEL: "error:2"}, code=5)
    message = taken.samples[0]["error"]
    for part in (LEVEL, PRESSURE_LEVEL, "host_statistics64: kern_return_t 5", "not permitted"):
        assert part in message
    assert taken.rights == (1, 1)


@pytest.mark.parametrize("changes", [{}, {"code": 5}, {"words": 0}, {"too_large": "62"}])
def test_every_right_that_was_taken_is_given_back(mac, changes):
    taken = mac(samples=100, **changes)
    assert taken.rights[0] == taken.rights[1] == len(taken.offered) >= 100


def test_a_right_that_cannot_be_had_or_given_back_is_a_failure_of_the_statistics(mac):
    taken = mac(no_host=1)
    assert taken.rights == (0, 0)
    assert taken.samples[0]["swap_ins"] is None
    assert mac(give_back_code=15).samples[0]["swap_ins"] is None


def test_a_wake_ends_with_its_stop_and_leaves_nothing(program):
    run(program, "wake")


def test_reads_past_the_end_of_an_answer_would_be_seen(program):
    assert b"__asan_report_load8" in program.read_bytes()
