#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One command for a real Mac: builds, tests, and records what only a Mac can show.
set -eu

usage() {
  cat <<'TEXT'
Usage: tools/mac_report.sh [OPTIONS]

Builds, tests, and then records on this Mac: readings of memory pressure, where caches lie, loads
cold and warm, where models run, and how long searches take, at ease and with memory said to be
short. Writes report.json and report.html, to be attached to an issue as they are.

  --out DIR        where to (default: build/mac-report)
  --skip-tests     build, and do not test; the report says so
  --quick          measure each once, to see that a report can be made
  --program FILE   take this papr; build and test nothing
  --models DIR     take the packages in there; build none
  --anyway         go on where this is no Mac; the report says that it proves nothing
  -h, --help       print this and exit

Needs what `make build` needs: Xcode's command line tools, Homebrew, make and python3. Nothing of
yours is changed: what papr writes while it is measured goes to a folder of the report's own.
Exit codes: 0 all well, 1 a build, a test or a step failed, 2 wrong usage or no Mac, 3 a model is
slow or its output is wrong. The report is written in all cases but 2.
TEXT
}

# What was wrong, and what to do.
refuse() {
  printf 'tools/mac_report.sh: %s\n%s\n' "$1" "$2" >&2
  exit 2
}

out='' anyway='' program='' models='' quick='' test=yes
while [ $# -gt 0 ]; do
  case $1 in
    --out | --program | --models)
      if [ $# -lt 2 ] || [ -z "$2" ]; then refuse "$1: nothing follows it" "see --help"; fi
      case $2 in
        /*) value=$2 ;;
        *) value=$PWD/$2 ;;
      esac
      case $1 in
        --out) out=$value ;;
        --program) program=$value ;;
        --models) models=$value ;;
      esac
      shift
      ;;
    --skip-tests) test='' ;;
    --quick) quick=yes ;;
    --anyway) anyway=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) refuse "$1: no such option" "see --help" ;;
  esac
  shift
done

system=$(uname -s)
if [ "$system" != Darwin ] && [ -z "$anyway" ]; then
  refuse "this is $system, and the report is of what only a Mac can show" \
    "run it on a Mac; --anyway tries it here, and the report says that it proves nothing"
fi

if [ -n "$program" ] && [ ! -x "$program" ]; then
  refuse "--program $program: no such program" "name a papr that was built, as build/release/papr"
fi

CDPATH='' cd -- "$(dirname -- "$0")/.."
out=${out:-$PWD/build/mac-report}
mkdir -p "$out"
for name in report.json report.html tests.xml build.log build.exit test.log test.exit; do
  rm -f "$out/$name"
done

# step NAME COMMAND...: shows what it says, keeps it in NAME.log, and goes on when it fails.
steps='' code=0
step() {
  name=$1
  shift
  printf '\n== %s\n' "$*"
  start=$(date +%s)
  {
    ended=0
    "$@" || ended=$?
    echo "$ended" >"$out/$name.exit"
  } 2>&1 | tee "$out/$name.log"
  code=$(cat "$out/$name.exit")
  steps="$steps --step $name:$code:$(($(date +%s) - start))"
  [ "$code" -eq 0 ] || printf '== make %s: exit %s; the report will say so\n' "$name" "$code"
}

if [ -z "$program" ]; then
  rm -f build/release/tests.xml # Of an earlier run.
  step build make build
  if [ -n "$test" ] && [ "$code" -eq 0 ]; then step test make test; fi
fi

python=build/venv/bin/python # Missing where even the set-up failed.
[ -x "$python" ] || python=${PYTHON:-python3}
# shellcheck disable=SC2086 # Each step is three words of ours.
PYTHONPATH=tools exec "$python" -m mac_report --out "$out" $steps \
  ${quick:+--quick} ${program:+--program "$program"} ${models:+--models "$models"}
