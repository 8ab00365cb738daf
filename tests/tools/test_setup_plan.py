# SPDX-License-Identifier: Apache-2.0
import re
from pathlib import Path

import pytest
from packaging.markers import Marker

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


@pytest.mark.parametrize("macos", ["14.0", "14.6.1", "26.1", ""])
def test_macos_uses_homebrew(macos):
    assert plan.system_of("Darwin", "arm64", "", macos) == "homebrew"
    assert plan.system_of("Darwin", "x86_64", "", macos) == "homebrew"


def test_a_macos_without_what_is_called_is_refused():
    with pytest.raises(plan.Unsupported, match=r"macOS 13\.7\.8 is too old"):
        plan.system_of("Darwin", "arm64", "", "13.7.8")


def test_a_program_for_intel_on_apple_silicon_is_told_how_to_start_the_other():
    with pytest.raises(plan.Unsupported, match="arch -arm64 make demo"):
        plan.system_of("Darwin", "x86_64", "", "15.1", translated=True)


OWN, INTEL = "/opt/homebrew/bin/brew", "/usr/local/bin/brew"


@pytest.mark.parametrize(
    ("machine", "own", "in_path", "brew", "wrong"),
    [
        ("arm64", OWN, OWN, OWN, ""),
        ("arm64", OWN, None, OWN, ""),
        ("arm64", OWN, INTEL, OWN, ""),
        ("arm64", None, "/Users/a/homebrew/bin/brew", "/Users/a/homebrew/bin/brew", ""),
        ("arm64", None, INTEL, None, "is the Homebrew for Intel"),
        ("arm64", None, None, None, "https://brew.sh"),
        ("x86_64", INTEL, INTEL, INTEL, ""),
        ("x86_64", INTEL, None, INTEL, ""),
        ("x86_64", None, None, None, "Homebrew is missing"),
    ],
)
def test_the_homebrew_of_this_kind_of_mac_is_used_or_it_is_said_what_is_wrong(
    machine, own, in_path, brew, wrong
):
    found, said = plan.brew_of(machine, own, in_path)
    assert found == brew
    assert wrong in said and bool(said) == (brew is None)


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
        "unless x3.2 | x3.1: x@3.2\n"
    )
    assert plan.parse_requirements(text) == [
        plan.Requirement(("g++",), why="compiler"),
        plan.Requirement(("a", "b")),
        plan.Requirement(("cargo-web", "cargo"), ("cargo",), (1, 85), "Rust"),
        plan.Requirement(("x@3.2",), ("x3.2", "x3.1")),
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


def test_every_python_that_will_do_spares_a_mac_another_one():
    (python,) = [
        one
        for one in plan.parse_requirements((LISTS / "homebrew.txt").read_text())
        if one.alternatives[0].startswith("python@")
    ]
    assert python.unless == plan.PYTHON_NAMES
    assert python.alternatives[0].replace("@", "") in plan.PYTHON_NAMES


def test_what_has_no_wheel_for_a_mac_is_not_asked_for_there():
    markers = {
        line.split("==")[0]: line.partition(";")[2].strip()
        for name in ("python.txt", "python-dev.txt")
        for line in (LISTS / name).read_text().splitlines()
        if ";" in line
    }
    intel = {"sys_platform": "darwin", "platform_machine": "x86_64"}
    apple = {"sys_platform": "darwin", "platform_machine": "arm64"}
    linux = {"sys_platform": "linux", "platform_machine": "x86_64"}
    wanted = {
        name: [Marker(marker).evaluate(system) for system in (linux, apple, intel)]
        for name, marker in markers.items()
    }
    assert wanted == {"openvino": [True, False, False], "onnxruntime": [True, True, False]}
