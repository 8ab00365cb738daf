# SPDX-License-Identifier: Apache-2.0
"""What the Makefile and CMake's files do on a Mac, by the real files and a CMake that takes this
machine for one."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def configure(source, build, *options, **environment):
    argv = ["cmake", "-S", source, "-B", build, "-G", "Ninja", *options]
    kept = {name: value for name, value in os.environ.items() if name != "MACOSX_DEPLOYMENT_TARGET"}
    done = subprocess.run(
        [str(word) for word in argv],
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, re.sub(r"\s+", " ", done.stdout)


def as_a_mac(build, *options, **environment):
    """Configures the project up to its first library; gives what CMake says and remembers."""
    stop = ("-DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON", "-DPAPR_BUILD_TESTS=OFF")
    mac = ("-DCMAKE_HOST_APPLE=ON", "-DAPPLE=ON")
    _, said = configure(ROOT, build, *mac, *stop, *options, **environment)
    return said, (build / "CMakeCache.txt").read_text()


def test_a_mac_builds_for_the_oldest_macos_unless_told_otherwise(tmp_path):
    said, remembered = as_a_mac(tmp_path)
    assert "CMAKE_OSX_DEPLOYMENT_TARGET:STRING=14.0\n" in remembered
    assert "CMAKE_DISABLE_FIND_PACKAGE_fmt" in said  # it came so far
    said, remembered = as_a_mac(tmp_path, "-DCMAKE_OSX_DEPLOYMENT_TARGET=15.2")
    assert "CMAKE_OSX_DEPLOYMENT_TARGET:STRING=15.2\n" in remembered
    assert "CMAKE_DISABLE_FIND_PACKAGE_fmt" in said


def test_what_the_environment_says_of_the_oldest_macos_is_left_to_cmake(tmp_path):
    _, remembered = as_a_mac(tmp_path, MACOSX_DEPLOYMENT_TARGET="15.0")
    assert "CMAKE_OSX_DEPLOYMENT_TARGET:STRING=14.0\n" not in remembered


@pytest.mark.parametrize("older", ["13.7", "11"])
def test_an_older_macos_is_refused_with_the_remedy(tmp_path, older):
    said, _ = as_a_mac(tmp_path, f"-DCMAKE_OSX_DEPLOYMENT_TARGET={older}")
    assert (
        f"CMAKE_OSX_DEPLOYMENT_TARGET is {older}: papr-ondevice calls what macOS 14.0 has" in said
    )
    assert "-DCMAKE_OSX_DEPLOYMENT_TARGET=14.0 or newer" in said


@pytest.mark.skipif(sys.platform == "darwin", reason="this is a Mac")
def test_elsewhere_no_macos_is_named(tmp_path):
    configure(ROOT, tmp_path, "-DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON", "-DPAPR_BUILD_TESTS=OFF")
    assert "DEPLOYMENT_TARGET" not in (tmp_path / "CMakeCache.txt").read_text()


SERVE = """cmake_minimum_required(VERSION 3.25)
project(planted LANGUAGES NONE)
function(papr_module)
  message(STATUS "links ${ARGN}.")
endfunction()
function(papr_module_test)
endfunction()
function(target_compile_definitions)
endfunction()
include(SERVE/CMakeLists.txt)
"""
AS_HOMEBREW = "add_library(httplib::httplib INTERFACE IMPORTED)\n"
AS_DEBIAN = "Name: cpp-httplib\nDescription: planted\nVersion: 0.11\nCflags: -DPLANTED\n"


def test_the_http_library_is_found_by_the_account_that_each_system_gives_of_it(tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(SERVE.replace("SERVE", str(ROOT / "src" / "serve")))
    homebrew, debian = tmp_path / "homebrew", tmp_path / "debian"
    for folder in (homebrew / "lib" / "cmake" / "httplib", debian):
        folder.mkdir(parents=True)
    (homebrew / "lib" / "cmake" / "httplib" / "httplibConfig.cmake").write_text(AS_HOMEBREW)
    (debian / "cpp-httplib.pc").write_text(AS_DEBIAN)
    prefix = f"-DCMAKE_PREFIX_PATH={homebrew}"
    code, said = configure(tmp_path, tmp_path / "b1", prefix, PKG_CONFIG_LIBDIR=str(tmp_path))
    assert code == 0 and ";httplib::httplib;" in said
    code, said = configure(tmp_path, tmp_path / "b2", PKG_CONFIG_LIBDIR=str(debian))
    assert code == 0 and "PkgConfig::CPP_HTTPLIB;" in said
    code, said = configure(tmp_path, tmp_path / "b3", PKG_CONFIG_LIBDIR=str(tmp_path))
    assert code != 0 and "cpp-httplib" in said


@pytest.mark.parametrize("place", ["/opt/homebrew/bin", "/usr/local/bin"])
def test_make_finds_what_homebrew_has_where_its_folder_is_not_in_path(tmp_path, place):
    brew, few = tmp_path / "brew", tmp_path / "few"
    brew.mkdir()
    few.mkdir()
    for name in ("mkdir", "touch", "getconf"):
        (few / name).symlink_to(shutil.which(name))
    (brew / "cmake").write_text('#!/bin/sh\necho "cmake $*" >> calls\nmkdir -p build/debug\n')
    (brew / "cmake").chmod(0o755)
    makefile = (ROOT / "Makefile").read_text()
    assert makefile.count(place) == 1
    (tmp_path / "Makefile").write_text(makefile.replace(place, str(brew)))
    (tmp_path / "CMakePresets.json").touch()
    argv = [shutil.which("make"), "build-debug", "JOBS=3"]
    subprocess.run(argv, cwd=tmp_path, env={"PATH": str(few)}, check=True)
    assert (tmp_path / "calls").read_text().splitlines() == [
        "cmake --preset debug",
        "cmake --build --preset debug --parallel 3",
    ]
