#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the backend on Core ML against what PyObjC knows of Core ML, without a Mac.

Its files are compiled for arm64 and x86_64, each selector in the objects has to be one of Core ML,
Foundation or NSObject, and each declaration of the Core ML that the tests run on has to be the real
one's. Exit 77 where the packages for it are not installed.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import apple_headers
import macos_frameworks
import macos_sdk

SOURCES = macos_sdk.ROOT / "src" / "model" / "coreml"
FAKE = macos_sdk.ROOT / "tests" / "coreml_gnustep" / "fake"
ARCHITECTURES = ("arm64", "x86_64")
CLANG = macos_sdk.LLVM / "bin" / "clang++"
# As for a Mac, with every warning that could tell of a wrong call.
FLAGS = (
    "-std=c++23", "-fno-objc-arc", "-fblocks", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow",
    "-Wconversion", "-Wno-missing-field-initializers", "-Wunguarded-availability", "-Werror",
)  # fmt: skip
# Declarations that differ in these alone are the same.
NO_DIFFERENCE = re.compile(
    r"_Nullable|_Nonnull|_Null_unspecified|__strong|__autoreleasing|\b__kindof\b|\s"
)
SKIPPED = 77  # ctest's SKIP_RETURN_CODE, as in Automake


# --- deciding: text in, names out ---------------------------------------------------------------


def used_selectors(objdump):
    """Those in the output of `llvm-objdump --macho --section=__TEXT,__objc_methname`."""
    return set(re.findall(r"^[0-9a-f]+\s+(\S+)$", objdump, re.MULTILINE))


def declared_selectors(header):
    """Those of the methods in the text of an Objective-C header."""
    found = set()
    for method in re.findall(
        r"^[-+]\s*\([^;]*?\)\s*(\w[^;]*?)(?:\s*[A-Z_]+\(.*?\))*;", header, re.MULTILINE
    ):
        parts = re.findall(r"(\w+:)", method)
        found.add("".join(parts) if parts else re.match(r"\w+", method)[0])
    return found


def documents(text):
    """The JSON documents that clang prints one after the other."""
    decoder, at = json.JSONDecoder(), text.find("{")
    while at >= 0:
        document, end = decoder.raw_decode(text, at)
        yield document
        at = text.find("{", end)


def owner_of(node):
    return node["interface"]["name"] if node["kind"] == "ObjCCategoryDecl" else node["name"]


def declarations(ast):
    """({(class, sign, selector): types}, {constant: value or None}) in clang's JSON."""
    methods, constants = {}, {}
    for node in documents(ast):
        if node["kind"] in ("ObjCInterfaceDecl", "ObjCCategoryDecl", "ObjCProtocolDecl"):
            for one in node.get("inner", []):
                if one["kind"] != "ObjCMethodDecl":
                    continue
                arguments = [
                    part["type"]["qualType"]
                    for part in one.get("inner", [])
                    if part["kind"] == "ParmVarDecl"
                ]
                sign = "-" if one["instance"] else "+"
                types = (one["returnType"]["qualType"], *arguments)
                key = owner_of(node), sign, one["name"]
                methods[key] = tuple(NO_DIFFERENCE.sub("", text) for text in types)
        if node["kind"] == "EnumDecl":
            for one in node.get("inner", []):
                if one["kind"] == "EnumConstantDecl":
                    constants[one["name"]] = value_in(one)
    return methods, constants


def value_in(node):
    """The value that clang worked out for a constant."""
    if "value" in node:
        return int(node["value"])
    return next((value_in(inner) for inner in node.get("inner", [])), None)


def differences(real, ours):
    """What our declarations say that the real ones do not."""
    (real_methods, real_constants), (methods, constants) = real, ours
    problems = []
    for key, types in methods.items():
        name = f"{key[1]}[{key[0]} {key[2]}]"
        if key not in real_methods:
            problems.append(f"{name}: Core ML has no such method")
        elif types != real_methods[key]:
            problems.append(f"{name}: {types}, and Core ML has {real_methods[key]}")
    for name, value in constants.items():
        if name not in real_constants:
            problems.append(f"{name}: Core ML has no such constant")
        elif value != real_constants[name]:
            problems.append(f"{name}: {value}, and Core ML has {real_constants[name]}")
    return problems


# --- acting -------------------------------------------------------------------------------------


class Failed(Exception):
    """What the compiler said."""


def run(argv):
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(done.stderr)
    return done.stdout


def for_macos(architecture):
    sdk = macos_sdk.SDK
    return [CLANG, "-target", f"{architecture}-apple-macos14", "-isysroot", sdk,
            "-stdlib++-isystem", sdk / "usr/include/c++/v1",
            "-isystem", sdk / macos_sdk.HOMEBREW / "include",
            "-I", macos_sdk.ROOT / "include"]  # fmt: skip


def compile_file(source, architecture, made):
    """Compiles a file of the backend, or a copy of one that lies elsewhere."""
    places = ["-iquote", SOURCES, "-c", source, "-o", made]
    run([*for_macos(architecture), *FLAGS, *places])


def selectors_in(made):
    objdump = macos_sdk.LLVM / "bin" / "llvm-objdump"
    return used_selectors(run([objdump, "--macho", "--section=__TEXT,__objc_methname", made]))


def known_selectors():
    known = declared_selectors((macos_sdk.SDK / "usr/include/objc/NSObject.h").read_text())
    for source in (macos_frameworks.FOUNDATION, macos_frameworks.CORE_ML):
        definitions = macos_frameworks.definitions_of(macos_sdk.PYOBJC, source)
        known |= apple_headers.selectors(definitions)
    return known | declared_selectors(apple_headers.FOUNDATION_BASE)


def declarations_in(folder, *options):
    """Core ML as the header that is found first declares it. For macOS in both cases: clang 19
    cannot print it for GCC's runtime."""
    probe = Path(folder) / "probe.mm"
    probe.write_text("#import <CoreML/CoreML.h>\n")
    dump = ["-fsyntax-only", "-Xclang", "-ast-dump=json", "-Xclang", "-ast-dump-filter=ML"]
    return declarations(run([*for_macos("arm64"), *options, "-fblocks", *dump, probe]))


def check(folder):
    """Prints what was looked at; what is wrong."""
    problems, used = [], set()
    sources = sorted(SOURCES.glob("*.mm"))
    for architecture in ARCHITECTURES:
        for source in sources:
            made = Path(folder) / f"{architecture}-{source.stem}.o"
            try:
                compile_file(source, architecture, made)
                used |= selectors_in(made)
            except Failed as failed:
                problems.append(f"{source.name} for {architecture}:\n{failed}")
    unknown = sorted(used - known_selectors())
    problems += [f"{name}: no selector of Core ML or Foundation" for name in unknown]
    real, ours = declarations_in(folder), declarations_in(folder, "-I", FAKE)
    problems += differences(real, ours)
    print(f"Core ML headers: {len(sources)} files compiled for {' and '.join(ARCHITECTURES)}, "
          f"{len(used)} selectors, {len(unknown)} unknown; of the Core ML of ours "
          f"{len(ours[0])} methods and {len(ours[1])} constants compared")  # fmt: skip
    return problems


def main():
    try:
        macos_sdk.make()
    except macos_sdk.Missing as missing:
        print(f"skipped: {missing}")
        return SKIPPED
    if not macos_frameworks.there(macos_sdk.SDK):
        print("skipped: PyObjC's packages are missing; run make setup")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="papr-coreml-") as folder:
        problems = check(folder)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
