# SPDX-License-Identifier: Apache-2.0
"""A folder that clang and CMake take for a macOS SDK, made of what Debian and PyPI have.

The C headers and the symbols of macOS come from zig's package, the C++ headers from LLVM; those of
other libraries are links to this machine's. A library is a text stub (.tbd): the names that it
has, without code. So programs link, and a call that macOS lacks is an error, but what was linked
here cannot run. Of the frameworks Foundation and Core ML are there, where PyObjC's packages are:
tools/macos_frameworks.py.
"""

import fcntl
import hashlib
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import macos_frameworks
from macos_frameworks import stub_text

ROOT = Path(__file__).resolve().parent.parent
SDK = ROOT / "build" / "macos-sdk"
ZIG = ROOT / "build" / "zig"
PYOBJC = ROOT / "build" / "pyobjc"
RUST_HEADER = ROOT / "rust" / "papr_rust.h"
LLVM = Path("/usr/lib/llvm-19")
LIBRARIES = Path("/usr/lib/x86_64-linux-gnu")
HEADERS = (Path("/usr/include"), Path("/usr/include/x86_64-linux-gnu"))

# As on a Mac: SQLite and curl are macOS's own, the others are Homebrew's.
MACOS, HOMEBREW = "usr", "opt/homebrew"
LINKED_HEADERS = {
    MACOS: ("sqlite3.h", "sqlite3ext.h", "curl"),
    HOMEBREW: ("fmt", "nlohmann", "CLI", "toml++", "httplib.h", "openssl", "gtest"),
}
ZIG_FOLDERS = {
    "ziglang/lib/libc/include/any-darwin-any/": "usr/include",
    "ziglang/lib/libc/darwin/": "usr/lib",
}
# Apple builds SQLite without extensions.
NOT_IN_MACOS = {"_sqlite3_enable_load_extension", "_sqlite3_load_extension"}
LIBCXX_WAITS = re.compile(r"__libcpp_atomic_(?:wait|monitor)|__cxx_atomic_notify_(?:one|all)")
WANTED = {
    "clang-19": LLVM / "bin" / "clang++",
    "lld-19": LLVM / "bin" / "ld64.lld",
    "llvm-19": LLVM / "bin" / "llvm-ar",
    "libc++-19-dev": LLVM / "include" / "c++" / "v1" / "__config_site",
    "libc++abi-19-dev": LLVM / "lib" / "libc++abi.so.1",
}


class Missing(Exception):
    """What has to be installed before an SDK can be made."""


@dataclass(frozen=True)
class Stub:
    """A library of a Mac, and those of this machine that have the same symbols."""

    prefix: str
    name: str
    install_name: str
    twins: tuple[Path, ...]


STUBS = (
    Stub(
        MACOS,
        "libc++",
        "/usr/lib/libc++.1.dylib",
        (LLVM / "lib" / "libc++.so.1", LLVM / "lib" / "libc++abi.so.1"),
    ),
    Stub(MACOS, "libsqlite3", "/usr/lib/libsqlite3.dylib", (LIBRARIES / "libsqlite3.so",)),
    Stub(MACOS, "libcurl", "/usr/lib/libcurl.4.dylib", (LIBRARIES / "libcurl.so",)),
    Stub(HOMEBREW, "libcrypto", "@rpath/libcrypto.3.dylib", (LIBRARIES / "libcrypto.so",)),
    Stub(HOMEBREW, "libssl", "@rpath/libssl.3.dylib", (LIBRARIES / "libssl.so",)),
)
# Its C++ names hold those of the C++ library, so the stub is made from the header.
HTTPLIB = "opt/homebrew/include/httplib.h"
HTTPLIB_PC = """Name: cpp-httplib
Description: Stands for Homebrew's
Version: 0
Cflags: -I${pcfiledir}/../../include
Libs: -L${pcfiledir}/.. -lcpp-httplib
"""


# --- deciding: text in, text out ----------------------------------------------------------------


def parse_nm(text):
    """Symbols, as macOS spells them, of lines `ADDRESS TYPE NAME[@VERSION]` of `nm -D`."""
    fields = (line.split() for line in text.splitlines())
    return {"_" + field[2].split("@")[0] for field in fields if len(field) == 3}


def as_on_macos(symbols):
    """Symbols of this machine's library as macOS's has them.

    libc++ counts in 64 bits there, and in 32 on Linux, what atomics wait for: its header
    __atomic/contention_t.h.
    """
    waits = {name for name in symbols if LIBCXX_WAITS.search(name)}
    wider = {re.sub(r"i$", "x", name.replace("Ii", "Ix")) for name in waits}
    return (symbols - waits - NOT_IN_MACOS) | wider


def declared_functions(header):
    """Symbols, as macOS spells them, of the functions papr_* that a C header declares."""
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    found = re.findall(r"^\w[\w *]*?\b(papr_\w+)\(", code, re.MULTILINE)
    return {"_" + name for name in found}


def mangled_names(ast, namespace):
    """Symbols of what clang's JSON of a header declares in `namespace`, and those that belong to a
    class with a destructor: its table of virtual functions, its type, the other constructors."""
    start = rf"__ZNK?{len(namespace)}{namespace}"
    names = set(re.findall(rf'"mangledName": "({start}[^"]*)"', ast))
    classes = {name[len("__ZN") : -len("D1Ev")] for name in names if name.endswith("D1Ev")}
    names |= {re.sub(r"(C|D)1E", r"\g<1>2E", name) for name in names}
    return names | {f"{kind}N{name}E" for name in classes for kind in ("__ZTV", "__ZTI")}


def with_availability(config_site):
    """libc++'s settings without the line that says its dylib comes with the program: on a Mac it
    is the system's, and what an old one lacks is an error."""
    line = r"^#define _LIBCPP_HAS_NO_VENDOR_AVAILABILITY_ANNOTATIONS\n"
    text, count = re.subn(line, "", config_site, flags=re.MULTILINE)
    if count != 1:
        raise ValueError("libc++'s __config_site has changed")
    return text


# --- acting -------------------------------------------------------------------------------------


def zig_package():
    """Where tools/setup.py put zig's package, or None."""
    return next(iter(sorted(ZIG.glob("ziglang-*.whl"))), None)


def missing_packages(wanted):
    missing = [name for name, path in wanted.items() if not path.exists()]
    return missing if zig_package() else [*missing, "ziglang (PyPI)"]


def symbols_of(library):
    argv = ["nm", "-D", "--defined-only", str(library)]
    return parse_nm(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)


def unpack_zig(package, sdk):
    with zipfile.ZipFile(package) as opened:
        for name in opened.namelist():
            for start, folder in ZIG_FOLDERS.items():
                if name.startswith(start) and not name.endswith("/"):
                    path = sdk / folder / name[len(start) :]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(opened.read(name))
    for name in ("c", "dl", "m", "pthread"):  # as in Apple's SDK
        (sdk / "usr" / "lib" / f"lib{name}.tbd").symlink_to("libSystem.tbd")


def link_cxx_headers(sdk):
    folder = sdk / "usr" / "include" / "c++" / "v1"
    folder.mkdir(parents=True)
    for path in (LLVM / "include" / "c++" / "v1").iterdir():
        if path.name == "__config_site":
            (folder / path.name).write_text(with_availability(path.read_text()))
        else:
            (folder / path.name).symlink_to(path)


def linked_headers():
    """(where in the SDK, what on this machine); a header that is not there is not linked."""
    links = []
    for prefix, names in LINKED_HEADERS.items():
        for name in names:
            found = [place / name for place in HEADERS if (place / name).exists()]
            if len(found) > 1:  # a folder that Debian keeps in two places
                found = [path for folder in found for path in folder.iterdir()]
                links += [(f"{prefix}/include/{name}/{path.name}", path) for path in found]
            else:
                links += [(f"{prefix}/include/{name}", path) for path in found]
    return links


def write_stub(sdk, prefix, name, install_name, symbols):
    path = sdk / prefix / "lib" / f"{name}.tbd"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(stub_text(install_name, symbols))


def write_stubs(sdk):
    for stub in STUBS:
        if all(twin.exists() for twin in stub.twins):
            symbols = as_on_macos(set().union(*map(symbols_of, stub.twins)))
            write_stub(sdk, stub.prefix, stub.name, stub.install_name, symbols)
    rust = declared_functions(RUST_HEADER.read_text())
    write_stub(sdk, HOMEBREW, "libpapr_rust", "@rpath/libpapr_rust.dylib", rust)


def write_httplib(sdk):
    if not (sdk / HTTPLIB).exists():
        return
    argv = [str(LLVM / "bin" / "clang++"), "--target=x86_64-apple-macos14", "-std=c++20"]
    argv += ["-isysroot", str(sdk), "-stdlib++-isystem", str(sdk / "usr/include/c++/v1")]
    argv += ["-Xclang", "-ast-dump=json", "-Xclang", "-ast-dump-filter=httplib"]
    argv += ["-fsyntax-only", "-x", "c++", str(sdk / HTTPLIB)]
    ast = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    symbols = mangled_names(ast, "httplib")
    write_stub(sdk, HOMEBREW, "libcpp-httplib", "@rpath/libcpp-httplib.dylib", symbols)
    account = sdk / HOMEBREW / "lib" / "pkgconfig" / "cpp-httplib.pc"
    account.parent.mkdir(parents=True)
    account.write_text(HTTPLIB_PC)


def state_of_sources():
    """Differs when the SDK has to be made again."""
    pieces = [Path(__file__), RUST_HEADER, zig_package(), *WANTED.values()]
    pieces += [Path(macos_frameworks.__file__), Path(macos_frameworks.apple_headers.__file__)]
    pieces += macos_frameworks.archives(PYOBJC)
    pieces += [twin for stub in STUBS for twin in stub.twins]
    pieces += [path for _, path in linked_headers()]
    times = [(str(path), path.stat().st_mtime_ns) for path in pieces if path.exists()]
    return hashlib.sha256(repr(times).encode()).hexdigest()


def make(sdk=SDK, wanted=WANTED):
    """Makes the SDK unless it is there. Several processes may call this at once.

    Raises:
        Missing: it names the packages.
    """
    missing = missing_packages(wanted)
    if missing:
        raise Missing(f"not installed: {', '.join(missing)}; run make setup")
    sdk.parent.mkdir(parents=True, exist_ok=True)
    with sdk.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, state = sdk / "made_of.sha256", state_of_sources()
        if stamp.is_file() and stamp.read_text() == state:
            return
        shutil.rmtree(sdk, ignore_errors=True)
        unpack_zig(zig_package(), sdk)
        link_cxx_headers(sdk)
        for place, target in linked_headers():
            (sdk / place).parent.mkdir(parents=True, exist_ok=True)
            (sdk / place).symlink_to(target)
        write_stubs(sdk)
        write_httplib(sdk)
        if macos_frameworks.archives(PYOBJC):
            macos_frameworks.write(sdk, PYOBJC)
        stamp.write_text(state)  # Last, so that an interrupted run is taken up again.
