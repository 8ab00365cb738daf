// SPDX-License-Identifier: Apache-2.0
#include "text_line.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

TEST(OneLine, EscapeSequencesAndLineBreaksDoNotReachTheTerminal) {
  EXPECT_EQ(one_line("a\x1b[31mb\r\nc\t \td\x7f", 80), "a [31mb c d");
  EXPECT_EQ(one_line("a\xC2\x9B"
                     "b",
                     80),
            "a b");
}

TEST(OneLine, MarksThatTurnTheDirectionOrAreNotSeenAreLeftOut) {
  EXPECT_EQ(one_line("a\u202Eb\u2066c\u200Bd\uFEFFe\u2060f"), "abcdef");
  EXPECT_EQ(one_line("\u200D \u2013 \u20AC"), "\u200D \u2013 \u20AC");
}

TEST(OneLine, CutsBetweenCodePointsAndSaysSo) {
  EXPECT_EQ(one_line("äöüß", 4), "äöüß");
  EXPECT_EQ(one_line("äöüß", 2), "äö…");
  EXPECT_EQ(one_line("one two", 4), "one…");
  EXPECT_EQ(one_line("", 4), "");
}

TEST(OneLine, WhatIsNotUtf8BecomesAReplacementCharacter) {
  EXPECT_EQ(one_line("a\xFF"
                     "b\xC2",
                     80),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(one_line("\xF0\x9F", 80), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace papr
