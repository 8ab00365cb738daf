#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What takes longer than `make test` may: fuzzing with the engine, making the references again,
many processes that clear and use caches at once, building for macOS on x86_64.

Needs the build of preset "fuzz". What fuzzing finds goes to build/fuzz/found; each is to become a
file in fuzz/corpus, which `make test` replays.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUZZ = ROOT / "build" / "fuzz"
STRESS = FUZZ / "src" / "coreml_cache" / "stress" / "papr_cache_stress_test"
STRESS_SECONDS = 60
TINY_PACKAGE = ROOT / "build" / "models" / "tiny" / "tiny.mlpackage"


def fuzz_targets(folder):
    """Programs named fuzz_*, wherever the build has put them."""
    found = (path for path in folder.rglob("fuzz_*") if path.is_file() and not path.suffix)
    return sorted(path for path in found if os.access(path, os.X_OK))


def chosen(targets, names):
    """Those of these names, without "fuzz_"; all where no name is given.

    Raises:
        ValueError: no target has a name.
    """
    by_name = {target.name.removeprefix("fuzz_"): target for target in targets}
    if unknown := sorted(set(names) - set(by_name)):
        raise ValueError(f"no fuzz target {', '.join(unknown)}; there are: {', '.join(by_name)}")
    return [target for name, target in by_name.items() if not names or name in names]


def write_package_seeds(package, folder):
    """Whole files of a sound package: from nothing the engine would not get past the readers."""
    # In the order of fuzz_read_package.cpp's kNames, whose number is an input's first byte.
    data = "Data/com.apple.CoreML"
    for number, name in enumerate(
        ("Manifest.json", f"{data}/model.mlmodel", f"{data}/weights/weight.bin")
    ):
        (folder / Path(name).name).write_bytes(bytes([number]) + (package / name).read_bytes())


def fuzz(target, seconds):
    name = target.name.removeprefix("fuzz_")
    found, grown = FUZZ / "found" / name, FUZZ / "grown" / name
    for folder in (found, grown):
        folder.mkdir(parents=True, exist_ok=True)
    if name == "read_package":
        write_package_seeds(TINY_PACKAGE, grown)
    recorded = ROOT / "fuzz" / "corpus" / name
    argv = [target, f"-max_total_time={seconds}", "-rss_limit_mb=4096", "-print_final_stats=1"]
    argv += [f"-artifact_prefix={found}/", grown, *([recorded] if recorded.is_dir() else [])]
    log = FUZZ / f"{name}.log"
    with log.open("w") as out:
        words = [str(word) for word in argv]
        code = subprocess.run(words, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
    lines = log.read_text(errors="replace").splitlines()
    runs = next((line.split()[-1] for line in lines if "number_of_executed_units" in line), "?")
    print(f"verify: fuzz {name}: {'ok' if code == 0 else 'FAILED'}, {runs} runs in {seconds} s")
    if code != 0:
        print("\n".join(lines[-40:]))
        print(f"verify: the input is in {found.relative_to(ROOT)}, the log is {log}")
    return code == 0


def references_are_equal():
    reference = ROOT / "tools" / "make_reference.py"
    if not reference.is_file():
        return True
    argv = [sys.executable, str(reference), "--check"]
    equal = subprocess.run(argv, check=False).returncode == 0
    print(f"verify: references made again: {'equal' if equal else 'DIFFERENT'}")
    return equal


def stress_is_survived(seconds):
    """Prints how much was done, or all that the program said. It prints its seed."""
    environment = {**os.environ, "PAPR_STRESS_SECONDS": str(seconds)}
    ended = subprocess.run(
        [str(STRESS)], env=environment, capture_output=True, text=True, check=False
    )
    said = ended.stdout.splitlines()
    if ended.returncode != 0:
        print(ended.stdout + ended.stderr)
    done = [line.strip() for line in said if line.startswith("  stress: ")]
    state = "ok" if ended.returncode == 0 else "FAILED"
    print(f"verify: cache stress: {state}; " + "; ".join(done))
    return ended.returncode == 0


def macs_are_built_for():
    """Both kinds, with tests; `make test` builds for arm64 and without."""
    argv = [sys.executable, str(ROOT / "tools" / "check_macos_build.py"), "--tests"]
    code = subprocess.run(argv, check=False).returncode
    skipped = 77
    print(f"verify: macOS: {'ok' if code == 0 else 'FAILED' if code != skipped else '-'}")
    return code in (0, skipped)


def clang_tidy_finds_nothing():
    """In tests, benchmarks and fuzz targets; `make lint` looks at what is shipped."""
    argv = [sys.executable, str(ROOT / "tools" / "lint" / "check_tidy.py"), "--all"]
    code = subprocess.run([*argv, "--build", str(ROOT / "build" / "fuzz")], check=False).returncode
    print(f"verify: clang-tidy over all files: {'ok' if code == 0 else 'FAILED'}")
    return code == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="for each fuzz target, 60")
    parser.add_argument("--fuzz", nargs="*", metavar="NAME", help="only that; these, or all")
    arguments = parser.parse_args()
    targets = fuzz_targets(FUZZ)
    if not targets:
        sys.exit("verify: no fuzz target was built")
    try:
        targets = chosen(targets, arguments.fuzz or [])
    except ValueError as error:
        sys.exit(f"verify: {error}")
    sound = [fuzz(target, arguments.seconds) for target in targets]
    if arguments.fuzz is None:
        sound.append(stress_is_survived(STRESS_SECONDS))
        sound.append(references_are_equal())
        sound.append(macs_are_built_for())
        sound.append(clang_tidy_finds_nothing())
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
