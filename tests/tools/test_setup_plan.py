# SPDX-License-Identifier: Apache-2.0
import re
from pathlib import Path

import pytest

import setup_plan as plan

LISTS = Path(plan.__file__).parent / "requirements"

DEBIAN_12 = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'
UBUNTU_22 = 'PRETTY_NAME="Ubuntu 22.04.5 LTS"\nVERSION_ID="22.04"\nID=ubuntu\nID_LIKE=debian\n'
UBUNTU_24 = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n'
DEBIAN_SID = 'PRETTY_NAME="Debian GNU/Linux trixie/sid"\nID=debian\n'
MINT = 'PRETTY_NAME="Linux Mint 22"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n'
FEDORA = 'PRETTY_NAME="Fedora Linux 41"\nID=fedora\nVERSION_ID=41\n'


@pytest.mark.parametrize("release", [DEBIAN_12, UBUNTU_24, DEBIAN_SID, MINT])
def test_debian_its_children_and_unreleased_ones_use_apt(release):
    assert plan.system_of("Linux", "x86_64", release) == "debian"


def test_macos_uses_homebrew():
    assert plan.system_of("Darwin", "arm64", "") == "homebrew"


@pytest.mark.parametrize(
    ("kernel", "machine", "release", "said"),
    [
        ("Linux", "x86_64", FEDORA, "cannot set up Fedora Linux 41"),
        ("Linux", "x86_64", UBUNTU_22, "Ubuntu 22.04.5 LTS is too old"),
        ("Linux", "aarch64", DEBIAN_12, "no Linux wheel for aarch64"),
        ("FreeBSD", "amd64", "", "cannot set up FreeBSD"),
        ("Linux", "x86_64", "", "cannot set up Linux"),
    ],
)
def test_any_other_system_is_told_what_is_wanted(kernel, machine, release, said):
    with pytest.raises(plan.Unsupported, match=re.escape(said)):
        plan.system_of(kernel, machine, release)


def test_a_list_has_comments_alternatives_versions_and_conditions():
    text = (
        "# heading\n\ng++   # compiler\na | b\nunless cargo: cargo-web | cargo (>= 1.85) # Rust\n"
    )
    assert plan.parse_requirements(text) == [
        plan.Requirement(("g++",), why="compiler"),
        plan.Requirement(("a", "b")),
        plan.Requirement(("cargo-web", "cargo"), "cargo", (1, 85), "Rust"),
    ]


@pytest.mark.parametrize("line", ["g++ (12)", "a | b (>= x)", "unless : b (> 1)"])
def test_a_line_that_cannot_be_read_is_not_guessed_at(line):
    with pytest.raises(ValueError, match="not a requirement"):
        plan.parse_requirements(line)


def test_a_removed_package_with_its_settings_left_is_not_installed():
    text = "g++ installed\ncmake config-files\nlibgtest-dev not-installed\nninja-build installed\n"
    assert plan.parse_dpkg_query(text) == {"g++", "ninja-build"}


def test_a_package_without_a_candidate_is_not_offered():
    text = "g++:\n  Installed: (none)\n  Candidate: 4:12.2.0-3\n  Version table:\n"
    text += "     4:12.2.0-3 500\n        500 copy of the archive Packages\n"
    text += "virtual:\n  Installed: (none)\n  Candidate: (none)\n"
    assert plan.parse_apt_policy(text) == {"g++": "4:12.2.0-3"}


def test_the_first_alternative_offered_is_chosen_and_the_unknown_are_named():
    cargo = plan.Requirement(("cargo-web", "cargo"), oldest=(1, 85), why="Rust")
    missing = [cargo, plan.Requirement(("x", "y"))]
    offered = {"cargo": "1.90.0", "cargo-web": "1.96.0+dfsg1-1~deb12u2"}
    assert plan.choose(missing, offered) == (["cargo-web"], ["x | y"])
    assert plan.choose(missing, {"cargo": "1.85", "y": "3"}) == (["cargo", "y"], [])


def test_a_version_that_is_too_old_is_not_offered():
    cargo = plan.Requirement(("cargo-web", "cargo"), oldest=(1, 85), why="Rust")
    said = "cargo-web | cargo 1.85 or newer (Rust)"
    assert plan.choose([cargo], {"cargo": "0.66.0+ds1-1"}) == ([], [said])
    assert plan.choose([cargo], {"cargo": "1.75.0+dfsg0ubuntu1-0ubuntu7"}) == ([], [said])


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("1:19.1.7-3~deb12u1", (19, 1, 7)), ("1.96.0+dfsg1-1", (1, 96, 0)), ("12", (12,)), ("", ())],
)
def test_a_debian_version_is_compared_by_its_upstream_numbers(version, numbers):
    assert plan.numbers_of(version) == numbers


def test_a_machine_without_package_lists_is_told_from_one_with_them():
    assert plan.has_packages(
        "Total package names: 121033\nTotal distinct descriptions: 65616 (1 k)"
    )
    assert not plan.has_packages("Total distinct descriptions: 412 (9 k)")
    assert not plan.has_packages("")


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
def test_a_python_without_wheels_is_refused(version):
    assert not plan.python_fits(version)


def test_every_python_requirement_is_pinned_and_so_is_what_it_brings():
    constraints = plan.requirement_names((LISTS / "constraints.txt").read_text())
    for name in ("python.txt", "python-dev.txt", "python-macos-tools.txt"):
        lines = [
            line for line in (LISTS / name).read_text().splitlines() if line and line[0] != "#"
        ]
        pinned = plan.requirement_names("\n".join(lines))
        assert len(pinned) == len(lines)
        assert set(pinned) <= set(constraints)


@pytest.mark.parametrize(
    ("name", "files"),
    [("python-model.txt", 1), ("python-macos.txt", 1), ("python-macos-headers.txt", 2)],
)
def test_what_is_taken_apart_is_pinned_by_hash(name, files):
    assert len(plan.requirement_hashes((LISTS / name).read_text())) == files


def test_every_system_list_reads():
    for name in ("debian", "debian-lint", "debian-macos", "homebrew", "homebrew-lint"):
        wanted = plan.parse_requirements((LISTS / f"{name}.txt").read_text())
        assert wanted and all(all(one.alternatives) for one in wanted)
