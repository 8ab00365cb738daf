# SPDX-License-Identifier: Apache-2.0
"""Runs code for macOS on Linux: clang's front end compiles it for macOS, with Darwin's headers,
structures and constants, and its back end makes Linux code of that.

It works because both systems call functions alike on x86_64 and LLVM's C++ library has the same
names on both. What the code wants of macOS itself has to be given: see fake_darwin_for_test.cpp.
Not for thread_local, C's structures (FILE, stat) or variadic functions of our own.
"""

import re
import subprocess
from pathlib import Path

import macos_sdk

CLANG = macos_sdk.LLVM / "bin" / "clang++"
SANITIZER = "-fsanitize=address"
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers")
FLAGS = ("-std=c++23", *WARNINGS, "-O1", "-g", "-fno-stack-protector")
# The sanitizer's own pass has to see Linux, so it runs in the back end.
FOR_MACOS = ("-target", "x86_64-apple-macos14", SANITIZER, "-Xclang", "-disable-llvm-passes")
LINUX = "x86_64-unknown-linux-gnu"


def as_linux(ir):
    """LLVM's text of a file for macOS as one for Linux: the target, the sections that Mach-O names,
    and the underscore that macOS puts before a name."""
    ir = re.sub(r"^target triple = .*", f'target triple = "{LINUX}"', ir, flags=re.MULTILINE)
    ir = re.sub(r'^(target datalayout = "e-m:)o', r"\1e", ir, flags=re.MULTILINE)
    ir = re.sub(r', section "__[A-Z]+,[^"]*"', "", ir)
    return re.sub(r'@"\\01_(\w+)[^"]*"', r"@\1", ir)


def run(*words):
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def compile_file(source, folder):
    """An object file for Linux of a C++ file for macOS, under the address sanitizer."""
    ir, made = folder / f"{source.stem}.ll", folder / f"{source.stem}.o"
    sdk = ("-isysroot", macos_sdk.SDK, "-stdlib++-isystem", macos_sdk.SDK / "usr/include/c++/v1")
    include = ("-I", macos_sdk.ROOT / "include")
    run(CLANG, *FOR_MACOS, *FLAGS, *sdk, *include, "-emit-llvm", "-S", source, "-o", ir)
    ir.write_text(as_linux(ir.read_text()))
    back_end = ("-c", "-O1", "-Wno-override-module", SANITIZER)
    run(CLANG, *back_end, "-x", "ir", ir, "-o", made)
    return made


def build(sources, folder):
    """A program for Linux of C++ files for macOS.

    Raises:
        macos_sdk.Missing: what has to be installed.
    """
    macos_sdk.make()
    program = Path(folder) / "retargeted"
    objects = [compile_file(source, Path(folder)) for source in sources]
    run(CLANG, "-stdlib=libc++", SANITIZER, *objects, "-o", program)
    return program
