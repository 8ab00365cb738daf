#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Installs what the make targets need and is missing; silent and quick when nothing is.

    tools/setup.py build          what building and the demo need
    tools/setup.py build dev      and what tests and bench add
    tools/setup.py build dev lint and what lint adds; "verify" likewise
    tools/setup.py build macos    and what building for macOS on Linux adds, where it can be had

System packages come from apt or Homebrew, Python packages go into build/venv. The lists are in
tools/requirements. pip, apt and cargo are run as the user has configured them. Needs Python 3.9.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import setup_plan as plan

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "tools" / "requirements"
VENV = ROOT / "build" / "venv"
ZIG = ROOT / "build" / "zig"
PYOBJC = ROOT / "build" / "pyobjc"
APT_ASKS_NOTHING = ("env", "DEBIAN_FRONTEND=noninteractive")


class StepFailed(Exception):
    """What could not be done, and the command that repeats it."""


def say(text):
    print(f"setup: {text}", flush=True)


def run(what, argv, **options):
    """Runs a command whose failure ends the set-up."""
    try:
        code = subprocess.run(argv, check=False, **options).returncode
    except OSError as error:
        raise StepFailed(f"{what}: {error}") from error
    if code != 0:
        shown = " ".join(str(word) for word in argv)
        raise StepFailed(
            f"{what}: exit {code} (the reason is above; is the network there?)\n"
            f"setup: to repeat this step alone: {shown}"
        )


def output_of(argv):
    """Standard output of a query; empty when the program is missing or refuses."""
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def read_requirements(name):
    return plan.parse_requirements((LISTS / name).read_text())


def as_root(argv):
    if os.geteuid() == 0:
        return argv
    if shutil.which("sudo") is None:
        raise StepFailed(
            f"install system packages: not root and no sudo\nas root: {' '.join(argv)}"
        )
    return ["sudo", *argv]


# --- Debian, Ubuntu ---------------------------------------------------------------------------


def missing_debian_packages(wanted):
    names = sorted({name for one in wanted for name in one.alternatives})
    query = ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\\n", *names]
    installed = plan.parse_dpkg_query(output_of(query))
    return [one for one in wanted if not installed.intersection(one.alternatives)]


def candidates(names):
    return plan.parse_apt_policy(output_of(["env", "LC_ALL=C", "apt-cache", "policy", *names]))


def install_debian(wanted):
    missing = missing_debian_packages(wanted)
    if not missing:
        return
    names = sorted({name for one in missing for name in one.alternatives})
    chosen, unknown = plan.choose(missing, candidates(names))
    if unknown:
        say("apt-get update: the package lists are missing or old")
        run("update apt's lists", as_root([*APT_ASKS_NOTHING, "apt-get", "-qq", "update"]))
        chosen, unknown = plan.choose(missing, candidates(names))
    if unknown:
        raise StepFailed(
            "no apt source offers " + "; ".join(unknown) + "\nsetup: is the network there?"
        )
    apt_install(chosen)


def apt_install(names):
    say("apt-get install " + " ".join(names))
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    # apt's progress is long and of no use to a reader; its errors are on stderr.
    run("install packages", as_root([*APT_ASKS_NOTHING, *install]), stdout=subprocess.DEVNULL)


def need_package_lists(what):
    """A fresh container has none."""
    # Quick, where apt keeps its usual places.
    lists = Path("/var/lib/apt/lists").glob("*_Packages*")
    if any(lists) or plan.has_packages(output_of(["apt-cache", "stats"])):
        return
    say(f"apt-get update: {what}")
    run("update apt's lists", as_root(["apt-get", "-qq", "update"]))
    if not plan.has_packages(output_of(["apt-cache", "stats"])):
        raise StepFailed("apt knows no packages after apt-get update (is the network there?)")


# --- macOS --------------------------------------------------------------------------------------


def check_developer_tools():
    """The compiler and the SDK are Apple's; git and make come with them, but may be others."""
    folder = output_of(["xcode-select", "-p"]).strip()
    if not folder or not Path(folder).is_dir():
        raise StepFailed(
            "Xcode's Command Line Tools are missing: run `xcode-select --install`, then repeat"
        )


def find_brew(machine):
    """The brew of this kind of Mac. Where its folder is not in PATH it is from here on, so that
    what it installs is found; the Makefile does so, too."""
    own = Path(plan.HOMEBREW.get(machine, plan.HOMEBREW["arm64"])) / "bin" / "brew"
    brew, wrong = plan.brew_of(
        machine, str(own) if os.access(own, os.X_OK) else None, shutil.which("brew")
    )
    if brew is None:
        raise StepFailed(wrong)
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if (folder := str(Path(brew).parent)) not in path:
        os.environ["PATH"] = os.pathsep.join([*path, folder])
    return brew


def install_homebrew(brew, wanted):
    installed = set(output_of([brew, "list", "--formula", "-1"]).split())
    missing = [one.alternatives[0] for one in wanted if installed.isdisjoint(one.alternatives)]
    if missing:
        say("brew install " + " ".join(missing))
        run("install formulae", [brew, "install", "--quiet", *missing])


# --- Python -------------------------------------------------------------------------------------


def python_for_venv():
    """An interpreter of a version that every pinned wheel exists for."""
    if plan.python_fits(sys.version_info[:2]):
        return sys.executable
    for name in plan.PYTHON_NAMES:
        found = shutil.which(name)
        if found:
            return found
    have = ".".join(map(str, sys.version_info[:2]))
    raise StepFailed(
        f"want Python 3.11, 3.12 or 3.13 (the pinned wheels exist for these); have {have}"
    )


def ensure_venv():
    """Makes build/venv unless there is one whose interpreter runs and sees its own packages."""
    test = "import importlib.util as u; print(u.find_spec('pip') is not None)"
    if output_of([str(VENV / "bin" / "python"), "-c", test]).strip() == "True":
        return
    if VENV.exists() and not VENV.is_symlink():
        say("build/venv is broken: making it again")
        shutil.rmtree(VENV)
    say("python -m venv build/venv")
    run("make a venv", [python_for_venv(), "-m", "venv", str(VENV)])


def install_python(list_name):
    """Installs one requirement list. Its stamp lies in the venv, so both go together."""
    files = [LISTS / list_name, LISTS / "constraints.txt"]
    # The interpreter counts too: a newer one under the same name does not see what is installed.
    interpreter = str((VENV / "bin" / "python").resolve()).encode()
    digest = plan.digest_of([interpreter, *(file.read_bytes() for file in files)])
    stamp = VENV / f".{list_name}.sha256"
    if stamp.is_file() and stamp.read_text() == digest and (VENV / "bin" / "python").exists():
        return
    python = VENV / "bin" / "python"
    names = plan.requirement_names(files[0].read_text())
    say("pip install " + " ".join(names))
    argv = [str(python), "-m", "pip", "install", "-q", "--no-input", "--only-binary=:all:"]
    argv += ["--disable-pip-version-check", "--progress-bar=off", "-r", str(files[0])]
    if "--hash=" in files[0].read_text():
        argv += ["--no-deps", "--require-hashes"]
    else:
        argv += ["-c", str(files[1])]
    run("install Python packages", argv)
    stamp.write_text(digest)  # Last, so that an interrupted installation is taken up again.


# --- building for macOS on Linux ---------------------------------------------------------------


def download_zig():
    """Puts zig's package, 98 MB, into build/zig; tools/macos_sdk.py takes the headers out of it."""
    listed = LISTS / "python-macos.txt"
    digest, stamp = plan.digest_of([listed.read_bytes()]), ZIG / ".python-macos.txt.sha256"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    say("pip download " + " ".join(plan.requirement_names(listed.read_text())))
    shutil.rmtree(ZIG, ignore_errors=True)
    argv = [str(VENV / "bin" / "python"), "-m", "pip", "download", "-q", "--no-input"]
    argv += ["--disable-pip-version-check", "--progress-bar=off", "--only-binary=:all:"]
    argv += ["--no-deps", "--require-hashes", "-r", str(listed), "-d", str(ZIG)]
    run("download zig's package", argv)
    stamp.write_text(digest)  # Last, so that an interrupted download is taken up again.


def download_pyobjc():
    """Puts PyObjC's source packages, 3 MB, into build/pyobjc; tools/macos_frameworks.py takes what
    Apple's frameworks declare out of them."""
    listed = LISTS / "python-macos-headers.txt"
    digest = plan.digest_of([listed.read_bytes()])
    stamp = PYOBJC / ".python-macos-headers.txt.sha256"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    install_python("python-macos-tools.txt")
    wanted = plan.requirement_names(listed.read_text())
    say("unearth " + " ".join(wanted))
    shutil.rmtree(PYOBJC, ignore_errors=True)
    asked = [str(VENV / "bin" / "python"), "-m", "pip", "config", "get", "global.index-url"]
    index = output_of(asked).strip()
    for name in wanted:
        argv = [str(VENV / "bin" / "unearth"), "--no-binary", "--download", str(PYOBJC), name]
        argv += ["--index-url", index] if index else []
        run(f"download {name}", argv, stdout=subprocess.DEVNULL)
    hashes = plan.requirement_hashes(listed.read_text())
    for file in PYOBJC.iterdir():
        if hashlib.sha256(file.read_bytes()).hexdigest() not in hashes:
            raise StepFailed(f"download PyObjC: {file.name} is not the file that was pinned")
    stamp.write_text(digest)  # Last, so that an interrupted download is taken up again.


def install_offered(wanted):
    """Installs those that apt offers and says which it does not: one is no reason to go without
    the others. Lists are not fetched again for it, as that would be at every start."""
    missing = missing_debian_packages(wanted)
    if not missing:
        return
    need_package_lists("the names of packages")
    names = sorted({name for one in missing for name in one.alternatives})
    chosen, unknown = plan.choose(missing, candidates(names))
    if unknown:
        say("no apt source offers " + "; ".join(unknown))
    if chosen:
        apt_install(chosen)


def install_for_macos():
    """A machine without it builds and tests everything else, so failing is only said. Each check
    that goes without names what it lacks."""
    steps = {
        "packages": lambda: install_offered(read_requirements("debian-macos.txt")),
        "zig": download_zig,
        "PyObjC": download_pyobjc,
    }
    for name, step in steps.items():
        try:
            step()
        except StepFailed as failed:
            say(f"{failed}\nsetup: checks of what is built for macOS go without {name}")


# --- all of it ----------------------------------------------------------------------------------


def install_system(system, machine, purposes):
    files = [system] + [
        f"{system}-{purpose}" for purpose in ("lint", "verify") if purpose in purposes
    ]
    files = [name for name in files if (LISTS / f"{name}.txt").is_file()]
    if system == "homebrew":
        check_developer_tools()
        brew = find_brew(machine)
        # `brew list` takes a second, so what was found complete is remembered.
        stamp = ROOT / "build" / f".{'-'.join(files)}.sha256"
        lists = [(LISTS / f"{name}.txt").read_bytes() for name in files]
        digest = plan.digest_of([brew.encode(), *lists])
        if not (stamp.is_file() and stamp.read_text() == digest):
            install_homebrew(brew, wanted_of(files))
            stamp.parent.mkdir(exist_ok=True)
            stamp.write_text(digest)
        return
    install_debian(wanted_of(files))
    if "demo" in purposes:
        need_package_lists("the demo's texts are the descriptions of packages")


def wanted_of(files):
    """What the lists name, without what a program on PATH makes needless."""
    # CMake looks into ~/.cargo/bin too.
    path = os.environ.get("PATH", os.defpath) + os.pathsep + str(Path.home() / ".cargo" / "bin")
    wanted = [one for name in files for one in read_requirements(f"{name}.txt")]
    return [one for one in wanted if not any(shutil.which(name, path=path) for name in one.unless)]


def system_here():
    kernel, machine, release = os.uname().sysname, os.uname().machine, Path("/etc/os-release")
    if kernel == "Darwin":
        macos = output_of(["sw_vers", "-productVersion"]).strip()
        translated = output_of(["sysctl", "-n", "sysctl.proc_translated"]).strip() == "1"
        return plan.system_of(kernel, machine, "", macos, translated)
    return plan.system_of(kernel, machine, release.read_text() if release.is_file() else "")


def main():
    parser = argparse.ArgumentParser(description="Installs what is missing.")
    parser.add_argument("purposes", nargs="+", choices=plan.PURPOSES)
    purposes = parser.parse_args().purposes
    try:
        system = system_here()
        install_system(system, os.uname().machine, purposes)
        ensure_venv()
        install_python("python.txt")
        install_python("python-model.txt")
        if "dev" in purposes or "lint" in purposes:
            install_python("python-dev.txt")
        if "macos" in purposes and system == "debian":
            install_for_macos()
    except (StepFailed, plan.Unsupported) as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
