# SPDX-License-Identifier: Apache-2.0
# Short names for what CMake's presets and tools/ do; works with GNU Make 3.81.

PYTHON ?= python3
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
VENV_PYTHON = build/venv/bin/python
# What Homebrew has installed is found where its folder is not in PATH, too (Apple silicon, Intel).
export PATH := $(PATH):/opt/homebrew/bin:/usr/local/bin
# By a shell, which looks into the PATH above: make 3.81 may look into the one it was started with.
CMAKE = PATH="$$PATH" cmake
COUNT ?= 5000
SECONDS_EACH ?= 60

.PRECIOUS: build/%/build.ninja
.PHONY: help setup build demo test bench lint format sanitize fuzz verify clean

help:
	@echo "make demo      install what is missing, build, search 5,000 real texts (COUNT=N), and drill"
	@echo "make test      install what is missing, build, run all tests"
	@echo "make build     the release build: build/release/papr"
	@echo "make bench     measure, side by side with ONNX Runtime and OpenVINO from Python"
	@echo "make lint      the house rules: layers, headers, format, clang-tidy, shell, Python"
	@echo "make format    lay out C++ and Python as lint wants it"
	@echo "make sanitize  all tests under ASan and UBSan, then under TSan"
	@echo "make fuzz      each fuzz target for a minute (SECONDS_EACH=N; FUZZ='vm_stat sysctl' for just these)"
	@echo "make verify    what takes longer: fuzzing, stress, the references again, both kinds of Mac"
	@echo "make setup     only install what is missing, for all of the above"
	@echo "make clean     remove build/"

setup:
	@$(PYTHON) tools/setup.py build demo dev lint macos

# CMake runs again by itself when a CMakeLists.txt changes, but not when the presets do.
build/%/build.ninja: CMakePresets.json
	@$(CMAKE) --preset $*
	@touch $@

build-%: build/%/build.ninja
	@$(CMAKE) --build --preset $* --parallel $(JOBS)

build:
	@$(PYTHON) tools/setup.py build
	@$(MAKE) --no-print-directory build-release

demo:
	@$(PYTHON) tools/setup.py build demo
	@$(MAKE) --no-print-directory build/release/build.ninja
	@$(CMAKE) --build --preset release --parallel $(JOBS) --target papr_program papr_drill
	@$(VENV_PYTHON) tools/demo.py --count $(COUNT)

test:
	@$(PYTHON) tools/setup.py build demo dev macos
	@$(MAKE) --no-print-directory build-release
	@$(VENV_PYTHON) tools/run_tests.py --preset release --jobs $(JOBS)

bench:
	@$(PYTHON) tools/setup.py build demo dev
	@$(MAKE) --no-print-directory build-release
	@$(VENV_PYTHON) bench/run.py

lint:
	@$(PYTHON) tools/setup.py build dev lint
	@$(VENV_PYTHON) tools/lint/self_test.py
	@$(VENV_PYTHON) tools/lint/lint.py --jobs $(JOBS)
	@$(MAKE) --no-print-directory build-release
	@$(VENV_PYTHON) tools/lint/lint.py --tidy --jobs $(JOBS)

format:
	@$(PYTHON) tools/setup.py build dev
	@$(VENV_PYTHON) tools/lint/check_style.py clang-format --mend
	@$(VENV_PYTHON) tools/lint/check_style.py ruff-check --mend
	@$(VENV_PYTHON) tools/lint/check_style.py ruff-format --mend

sanitize:
	@$(PYTHON) tools/setup.py build dev
	@$(MAKE) --no-print-directory build-asan build-tsan
	@$(VENV_PYTHON) tools/run_tests.py --preset asan --jobs $(JOBS)
	@$(VENV_PYTHON) tools/run_tests.py --preset tsan --jobs $(JOBS)

fuzz:
	@$(PYTHON) tools/setup.py build dev verify
	@$(MAKE) --no-print-directory build-fuzz
	@$(VENV_PYTHON) tools/verify.py --seconds $(SECONDS_EACH) --fuzz $(FUZZ)

verify:
	@$(PYTHON) tools/setup.py build dev lint verify macos
	@$(MAKE) --no-print-directory build-fuzz
	@$(VENV_PYTHON) tools/verify.py --seconds $(SECONDS_EACH)

clean:
	rm -rf build
