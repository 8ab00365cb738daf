#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that each rule can fail: plants one violation in a small sound tree and expects the rule
to name it, after it has found nothing in the sound one."""

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SPDX = "// SPDX-License-Identifier: Apache-2.0\n"

RESULT = SPDX + "#pragma once\n\n#include <string>\n\nnamespace papr {\nstd::string f();\n}\n"
SOUND = {
    "include/papr/result.h": RESULT,
    "include/papr/model.h": SPDX + '#pragma once\n\n#include "papr/result.h"\n',
    "src/base/clock.h": SPDX + '#pragma once\n\n#include "papr/result.h"\n',
    "src/base/clock.cpp": SPDX + '#include "clock.h"\n\n#include <cstdlib>\n',
    "src/base/fake_clock.h": SPDX + '#pragma once\n\n#include "clock.h"\n',
    "src/base/wait_for_test.h": SPDX + '#pragma once\n\n#include "fake_clock.h"\n',
    "src/base/clock_test.cpp": SPDX
    + '#include "clock.h"\n\n#include "fake_clock.h"\n#include "wait_for_test.h"\n',
    "src/base/CMakeLists.txt": "papr_module(base SOURCES clock.cpp)\n",
    "src/pressure/psi.cpp": SPDX + '#include "../base/clock.h"\n#include "papr/result.h"\n',
    "src/coreml_cache/clear.h": SPDX + "#pragma once\n",
    "src/model/load.h": SPDX + '#pragma once\n\n#include "../coreml_cache/clear.h"\n',
    "src/model/CMakeLists.txt": "add_subdirectory(openvino)\ntarget_link_libraries(x papr::base)\n",
    "src/model/openvino/op.h": SPDX + '#pragma once\n\n#include "Model.pb.h"\n',
    "src/model/coreml/call.h": SPDX + "#pragma once\n",
    "src/embed/pool.cpp": SPDX + '#include "../model/load.h"\n#include "papr_rust.h"\n',
    "src/embed/CMakeLists.txt": "papr_module(embed SOURCES pool.cpp LINKS papr::model)\n",
    "src/cli/main.cpp": SPDX + '#include <cstdio>\n\nint main() { std::puts("hello"); }\n',
    "rust/papr_rust.h": "/* SPDX-License-Identifier: Apache-2.0 */\n",
    "fuzz/fuzz_op.cpp": SPDX + '#include "../src/model/openvino/op.h"\n',
    "examples/search.cpp": SPDX + '#include "papr/model.h"\n\nint main() {}\n',
    "README.md": "<!-- examples/search.cpp -->\n```cpp\n"
    '#include "papr/model.h"\n\nint main() {}\n```\n',
    "tools/a.py": '# SPDX-License-Identifier: Apache-2.0\n"""Nothing."""\n',
    "tools/a.sh": '#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\necho "$1"\n',
}

LAYERS = ["check_layers.py"]
SOURCES = ["check_sources.py"]
README = ["check_readme.py"]
HEADERS = ["check_headers.py"]
STYLE = "check_style.py"

# (rule, file, what is added to it or becomes of it, what the rule must say)
APPEND, REPLACE = "append", "replace"
PLANTED = [
    (LAYERS, "src/base/clock.cpp", APPEND, '#include "../model/load.h"\n', "base must not use model"),
    (LAYERS, "src/pressure/psi.cpp", APPEND, '#include "../coreml_cache/clear.h"\n',
     "pressure must not use coreml_cache"),
    (LAYERS, "src/coreml_cache/clear.h", APPEND, '#include "../pressure/psi.cpp"\n',
     "coreml_cache must not use pressure"),
    (LAYERS, "src/base/clock.cpp", APPEND, '#include "papr/model.h"\n', "base must not use model"),
    (LAYERS, "src/embed/pool.cpp", APPEND, '#include "../model/openvino/op.h"\n',
     "embed must not use openvino"),
    (LAYERS, "src/model/load.h", APPEND, '#include "openvino/op.h"\n', "model must not use openvino"),
    (LAYERS, "src/model/load.h", APPEND, '#include "coreml/call.h"\n', "model must not use coreml"),
    (LAYERS, "src/model/openvino/op.h", APPEND, '#include "../coreml/call.h"\n',
     "openvino must not use coreml"),
    (LAYERS, "src/base/clock_test.cpp", APPEND, '#include "../model/load.h"\n',
     "base must not use model"),
    (LAYERS, "src/base/clock.cpp", APPEND, '#include "fake_clock.h"\n', "is for tests"),
    (LAYERS, "src/base/clock.cpp", APPEND, '#include "wait_for_test.h"\n', "is for tests"),
    (LAYERS, "src/base/fake_clock.h", APPEND, '#include "wait_for_test.h"\n', "is for tests"),
    (LAYERS, "src/base/clock.cpp", APPEND, '#include "gone.h"\n', '"gone.h" is not in the tree'),
    (LAYERS, "src/news/a.cpp", REPLACE, SPDX, "src/news/a.cpp: of no module"),
    (LAYERS, "include/papr/new.h", REPLACE, SPDX, "include/papr/new.h: of no module"),
    (LAYERS, "include/papr/result.h", APPEND, "#include <fmt/core.h>\n", "only the standard library"),
    (LAYERS, "include/papr/result.h", APPEND, '#include "../src/base/clock.h"\n',
     "only the standard library"),
    (LAYERS, "examples/search.cpp", APPEND, '#include "../src/base/clock.h"\n', "only papr/*.h"),
    (LAYERS, "src/base/CMakeLists.txt", APPEND, "target_link_libraries(b papr::model)\n",
     "base must not link model"),
    (LAYERS, "src/embed/CMakeLists.txt", APPEND, "add_subdirectory(../model/openvino o)\n",
     "only src/model/CMakeLists.txt"),
    (SOURCES, "src/base/clock.cpp", APPEND, "#ifdef __linux__\n#endif\n", "clock.cpp:5: only CMake"),
    (SOURCES, "src/base/clock.cpp", APPEND, "#if 1 && defined(__APPLE__)\n#endif\n", "only CMake"),
    (SOURCES, "include/papr/result.h", APPEND, "#  elif _WIN32\n", "only CMake"),
    (SOURCES, "src/base/clock.cpp", REPLACE, "int i;\n", "clock.cpp:1: the first line must say"),
    (SOURCES, "tools/a.sh", REPLACE, "#!/bin/sh\n", "a.sh:1: the first line must say"),
    (SOURCES, "tools/a.py", REPLACE, "i = 1\n", "a.py:1: the first line must say"),
    (SOURCES, "src/base/clock.cpp", APPEND, "\n" * 400, "lines, more than 350"),
    (SOURCES, "src/base/clock.cpp", APPEND, "void g() { std::cout << 1; }\n", "never prints"),
    (SOURCES, "src/base/clock.cpp", APPEND, 'void g() { printf("a"); }\n', "never prints"),
    (SOURCES, "src/base/clock.cpp", APPEND, "void g() { std::abort(); }\n", "never ends the process"),
    (SOURCES, "src/base/clock.cpp", APPEND, "// TO" + "DO: later\n", "clock.cpp:5: do it"),
    (README, "examples/search.cpp", APPEND, "// changed\n", "differs from examples/search.cpp"),
    (README, "README.md", REPLACE, "# papr\n", "no ```cpp block"),
    (README, "README.md", REPLACE, None, "README.md is missing"),
    (HEADERS, "include/papr/result.h", REPLACE, RESULT.replace("#include <string>", ""),
     "result.h: does not compile alone with g++"),
    ([STYLE, "clang-format"], "src/base/clock.cpp", APPEND, "int  i ;\n", "clang-format"),
    ([STYLE, "ruff-check"], "tools/a.py", APPEND, "import os\n", "F401"),
    ([STYLE, "ruff-format"], "tools/a.py", APPEND, "i=1\n", "Would reformat"),
    ([STYLE, "shellcheck"], "tools/a.sh", APPEND, "echo $1\n", "SC2086"),
    (["check_tidy.py"], "src/base/clock.cpp", APPEND, "int* p = 0;\n", "modernize-use-nullptr"),
    (["check_tidy.py"], "src/base/clock.cpp", APPEND,
     "#include <expected>\nstd::expected<int, int> g();\nvoid h() { g(); }\n",
     "bugprone-unused-return-value"),
]  # fmt: skip


def plant(root, name=None, how=None, text=None):
    files = dict(SOUND)
    if name is not None:
        files[name] = (files.get(name, "") if how == APPEND else "") + (text or "")
        if text is None:
            del files[name]
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    for config in (".clang-format", ".clang-tidy", "ruff.toml"):
        (root / config).write_text((ROOT / config).read_text())
    build = root / "build" / "release"
    build.mkdir(parents=True)
    source = str(root / "src" / "base" / "clock.cpp")
    command = f"c++ -std=c++23 -I{root}/include -c {source}"
    entry = {"directory": str(build), "file": source, "command": command}
    (build / "compile_commands.json").write_text(json.dumps([entry]))


def outcome(rule, *planted):
    """Exit code and output of a rule on a tree of its own."""
    with tempfile.TemporaryDirectory(prefix="papr-lint-") as folder:
        root = Path(folder).resolve()
        plant(root, *planted)
        argv = [sys.executable, str(HERE / rule[0]), *rule[1:], "--root", str(root)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def try_one(case):
    rule, *planted, said = case
    code, output = outcome(rule, *planted)
    if code == 1 and said in output:
        return None
    return f"{' '.join(rule)} on {planted[:2]}: wanted exit 1 and {said!r}, got {code}:\n{output}"


def try_sound(rule):
    code, output = outcome(rule)
    return f"{' '.join(rule)} on a sound tree: {output}" if code else None


def main():
    rules = [list(rule) for rule in dict.fromkeys(tuple(case[0]) for case in PLANTED)]
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(try_sound, rules), *pool.map(try_one, PLANTED)]
    problems = [one for one in found if one]
    for problem in problems:
        print(problem)
    verdict = "BROKEN" if problems else "ok    "
    print(f"lint: {verdict}  {len(rules)} rules tried on {len(PLANTED)} planted violations")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
