# SPDX-License-Identifier: Apache-2.0
"""tools/check_macos_build.py on a project with planted faults, and what macos_sdk.py decides."""

import pytest

import check_macos_build as macos
import macos_sdk

TOOLCHAIN = macos.ROOT / "cmake" / "macos-cross.cmake"
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(planted LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_COMPILE_WARNING_AS_ERROR ON)
foreach(name good header call link newer)
  add_executable(${name} ${name}_posix.cpp)
endforeach()
find_package(SQLite3 3.37 REQUIRED)
target_link_libraries(good PRIVATE SQLite::SQLite3)
"""
SOURCES = {
    # TargetConditionals.h is macOS's; an error here would be one of the SDK.
    "good": """#include <TargetConditionals.h>
        #include <mach/mach.h>
        #include <sqlite3.h>
        #include <expected>
        #include <string>
        static_assert(TARGET_OS_OSX);
        int main(int count, char**) {
          const std::string text = std::to_string(count);
          return text.size() + sqlite3_libversion_number() + mach_task_self() == 0; }""",
    "header": """#include <sys/epoll.h>
        int main() { return epoll_create1(0); }""",
    "call": """#include <unistd.h>
        int main() { int ends[2]; return pipe2(ends, 0); }""",
    "link": """extern "C" int malloc_trim(unsigned long);
        int main() { return malloc_trim(0); }""",
    "newer": """#include <spawn.h>
        int main() {
          posix_spawn_file_actions_t actions{};
          return posix_spawn_file_actions_addchdir(&actions, "/"); }""",
}


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """What the check says of a project with one sound program and faulty ones."""
    try:
        macos_sdk.make()
    except macos_sdk.Missing as missing:
        pytest.skip(str(missing))
    source = tmp_path_factory.mktemp("planted")
    (source / "CMakeLists.txt").write_text(PROJECT)
    for name, text in SOURCES.items():
        (source / f"{name}_posix.cpp").write_text(text)
    folder = source / "build"
    configure = ["cmake", "-S", source, "-B", folder, "-G", "Ninja", "--toolchain", TOOLCHAIN]
    outcome = macos.build(configure, folder, 2)
    assert not outcome.built
    assert (folder / "good").is_file()
    return outcome.words


def test_a_header_that_only_linux_has_is_an_error(words):
    assert "fatal error: 'sys/epoll.h' file not found" in words


def test_a_call_that_only_linux_has_is_an_error(words):
    assert "error: use of undeclared identifier 'pipe2'" in words


def test_a_symbol_that_macos_lacks_is_an_error_though_it_is_declared(words):
    assert "undefined symbol: malloc_trim" in words


def test_a_call_that_came_after_the_oldest_macos_is_an_error(words):
    assert "'posix_spawn_file_actions_addchdir' is only available on macOS 26.0 or newer" in words


def test_a_sound_program_is_not_spoken_of(words):
    assert "good" not in words


def test_a_project_that_does_not_configure_fails_with_the_words_of_cmake(tmp_path):
    (tmp_path / "CMakeLists.txt").write_text("message(FATAL_ERROR planted)")
    outcome = macos.build(["cmake", "-S", tmp_path, "-B", tmp_path / "b"], tmp_path / "b", 1)
    assert not outcome.built
    assert "planted" in outcome.words


def test_of_a_failed_build_only_the_words_are_kept_and_not_all_of_a_thousand():
    output = "[1/9] Building x.o\nFAILED: x.o\n/usr/lib/llvm-19/bin/clang++ -c x.cpp\n"
    output += "x.cpp:1:1: error: no\n    1 | no\nninja: build stopped\n"
    assert macos.words_of(output) == "x.cpp:1:1: error: no\n    1 | no"
    lines = macos.words_of("word\n" * 1000).splitlines()
    assert len(lines) == macos.LONGEST_LINES + 1
    assert lines[-1] == f"({1000 - macos.LONGEST_LINES} lines more)"


def test_a_machine_without_the_packages_is_told_which(tmp_path, monkeypatch):
    monkeypatch.setattr(macos_sdk, "ZIG", tmp_path)
    wanted = {"clang-19": tmp_path / "clang++", "lld-19": tmp_path}
    with pytest.raises(macos_sdk.Missing, match=r"clang-19, ziglang \(PyPI\); run make setup"):
        macos_sdk.make(tmp_path / "sdk", wanted)
    assert not (tmp_path / "sdk").exists()


def test_the_check_skips_with_the_reason(monkeypatch, capsys):
    def missing():
        raise macos_sdk.Missing("not installed: lld-19")

    monkeypatch.setattr(macos_sdk, "make", missing)
    monkeypatch.setattr("sys.argv", ["check"])
    assert macos.main() == macos.SKIPPED
    assert capsys.readouterr().out == "skipped: not installed: lld-19\n"


def test_symbols_are_spelled_as_macos_spells_them():
    text = "0004ebf0 T _ZNSt3__14coutE@@LIBCPP_1\n000 V _ZTIi\n         U malloc\n"
    assert macos_sdk.parse_nm(text) == {"__ZNSt3__14coutE", "__ZTIi"}


def test_libcxx_waits_with_the_numbers_of_macos():
    linux = {"__ZNSt3__120__libcpp_atomic_waitEPVKvi", "__ZNSt3__1lsEi"}
    assert macos_sdk.as_on_macos(linux) == {
        "__ZNSt3__120__libcpp_atomic_waitEPVKvx",
        "__ZNSt3__1lsEi",
    }


def test_functions_of_a_c_header_are_found_and_prose_is_not():
    header = "/* int papr_no(\n   int papr_prose(int); */\ntypedef struct papr_x papr_x;\n"
    header += (
        "int papr_open(const char* text,\n              papr_x** out);\nvoid papr_close(papr_x*);"
    )
    assert macos_sdk.declared_functions(header) == {"_papr_open", "_papr_close"}


def test_a_class_of_a_cxx_header_has_its_table_and_its_other_constructors():
    ast = '"mangledName": "__ZN1n1AC1Ei"\n"mangledName": "__ZN1n1AD1Ev"\n"mangledName": "_main"'
    assert macos_sdk.mangled_names(ast, "n") == {
        "__ZN1n1AC1Ei",
        "__ZN1n1AC2Ei",
        "__ZN1n1AD1Ev",
        "__ZN1n1AD2Ev",
        "__ZTVN1n1AE",
        "__ZTIN1n1AE",
    }


def test_a_stub_lists_its_symbols_in_order():
    text = macos_sdk.stub_text("/usr/lib/libx.dylib", {"_b", "_a$x"})
    assert "install-name: '/usr/lib/libx.dylib'" in text
    assert "symbols: [ '_a$x', '_b' ]" in text


def test_settings_of_libcxx_that_are_not_understood_are_not_guessed_at():
    line = "#define _LIBCPP_HAS_NO_VENDOR_AVAILABILITY_ANNOTATIONS\n"
    assert macos_sdk.with_availability(f"a\n{line}b\n") == "a\nb\n"
    with pytest.raises(ValueError, match="__config_site has changed"):
        macos_sdk.with_availability("a\n")
