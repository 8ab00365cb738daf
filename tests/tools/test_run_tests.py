# SPDX-License-Identifier: Apache-2.0
import run_tests

JUNIT = """<?xml version="1.0"?>
<testsuite tests="5">
 <testcase name="A.Skips" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
  <system-out>[ RUN      ] A.Skips
/src/a_test.cpp:12: Skipped
no disk to fill

[  SKIPPED ] A.Skips (0 ms)
</system-out></testcase>
 <testcase name="A.Passes" status="run"><system-out>
| what | came of it |
|-|-|
| a load hangs | cloud |
  crash points: clear over leftovers: 15
  crash points: put: 40
Core ML on GNUstep: 30 tests, 40 error rows
Objective-C++: 9 of 10 lines run, 90.0 %
  crash points: all clears: 55
[       OK ]</system-out></testcase>
 <testcase name="A.Missing" status="notrun"><skipped message="Disabled"/></testcase>
 <testcase name="A.Program" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>
  <system-out>skipped: no compiler</system-out></testcase>
 <testcase name="Tools" status="run"><system-out>..s
SKIPPED [1] tests/tools/test_x.py:3: no apt here
3 passed, 1 skipped</system-out></testcase>
</testsuite>"""


def test_every_skip_is_listed_with_its_reason():
    assert run_tests.skips_of(JUNIT) == [
        ("A.Skips", "no disk to fill"),
        ("A.Missing", "Disabled"),
        ("A.Program", "no compiler"),
        ("Tools: tests/tools/test_x.py", "no apt here"),
    ]


def test_crash_points_are_counted_once_each():
    assert run_tests.crash_points_of(JUNIT) == {"clear over leftovers": 15, "put": 40}


def test_what_the_checks_for_macos_looked_at_is_shown():
    assert run_tests.checked_of(JUNIT) == [
        "Core ML on GNUstep: 30 tests, 40 error rows",
        "Objective-C++: 9 of 10 lines run, 90.0 %",
    ]


def test_the_tables_that_tests_print_are_shown():
    assert run_tests.tables_of(JUNIT) == {
        "A.Passes": ["| what | came of it |", "|-|-|", "| a load hangs | cloud |"]
    }
