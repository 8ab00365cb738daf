// SPDX-License-Identifier: Apache-2.0
#include "text_cutter.h"

#include <gtest/gtest.h>

#include <string>

namespace papr {
namespace {

constexpr CutRule kBert{.before_space = true, .before_line = true, .before_ideograph = true};
constexpr CutRule kSpacesOnly{.before_space = true};
constexpr CutRule kNowhere{};

TEST(NextCut, IsTheFirstSpaceAtOrAfterTheGivenByte) {
  EXPECT_EQ(next_cut("one two three", 2, kSpacesOnly), 3U);
  EXPECT_EQ(next_cut("one two three", 3, kSpacesOnly), 3U);
  EXPECT_EQ(next_cut("one two three", 4, kSpacesOnly), 7U);
}

TEST(NextCut, IsTheEndWhereNoSafePlaceIsLeft) {
  EXPECT_EQ(next_cut("one two three", 8, kSpacesOnly), 13U);
  EXPECT_EQ(next_cut("one two three", 99, kSpacesOnly), 13U);
  EXPECT_EQ(next_cut("one two three", 1, kNowhere), 13U);
  EXPECT_EQ(next_cut("", 0, kBert), 0U);
}

TEST(NextCut, NeverKeepsNothing) { EXPECT_EQ(next_cut(" one two", 0, kBert), 4U); }

TEST(NextCut, FallsOnlyOnTheFirstOfARunOfSpaces) {
  EXPECT_EQ(next_cut("one   two three", 4, kSpacesOnly), 9U);
}

TEST(NextCut, NeverFollowsACharacterThatSomeNormaliserTakesForSpace) {
  for (const std::string space :
       {"\t", "\n", "\x0b", "\x1f", "\x7f", "\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x80",
        "\xE2\x80\x8A", "\xE2\x80\x8B", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF",
        "\xE2\x81\x9F", "\xE3\x80\x80", "\xEF\xBB\xBF"}) {
    const std::string text = "a" + space + " b c";
    EXPECT_EQ(next_cut(text, 1, kSpacesOnly), text.size() - 2) << testing::PrintToString(space);
  }
}

TEST(NextCut, FollowsLettersOfEveryLength) {
  for (const std::string letter : {"z", "\xC3\xA9", "\xE0\xA4\xB9", "\xF0\x9F\x98\x80"}) {
    EXPECT_EQ(next_cut(letter + " b", 1, kSpacesOnly), letter.size());
  }
}

TEST(NextCut, TakesLineEndsAndIdeographsOnlyWhereTheRuleDoes) {
  EXPECT_EQ(next_cut("one\ntwo\tthree four", 1, kBert), 3U);
  EXPECT_EQ(next_cut("one\ntwo\tthree four", 1, kSpacesOnly), 13U);
  EXPECT_EQ(next_cut("kana\xE6\xBC\xA2\xE5\xAD\x97", 1, kBert), 4U);
  EXPECT_EQ(next_cut("kana\xE6\xBC\xA2\xE5\xAD\x97", 5, kBert), 7U);
  EXPECT_EQ(next_cut("kana\xE6\xBC\xA2\xE5\xAD\x97", 1, kSpacesOnly), 10U);
}

TEST(NextCut, KnowsTheBordersOfTheIdeographs) {
  const auto cuts_before = [](std::string character) {
    return next_cut("a" + character + "b", 1, kBert) == 1U;
  };
  EXPECT_FALSE(cuts_before("\xE3\x8F\xBF"));  // U+33FF
  EXPECT_TRUE(cuts_before("\xE3\x90\x80"));   // U+3400
  EXPECT_TRUE(cuts_before("\xE4\xB6\xB5"));   // U+4DB5
  EXPECT_FALSE(cuts_before("\xE4\xB6\xB6"));  // U+4DB6
  EXPECT_FALSE(cuts_before("\xE4\xB7\xBF"));  // U+4DFF
  EXPECT_TRUE(cuts_before("\xE4\xB8\x80"));   // U+4E00
  EXPECT_TRUE(cuts_before("\xE9\xBE\xA5"));   // U+9FA5
  EXPECT_FALSE(cuts_before("\xE9\xBE\xA6"));  // U+9FA6
}

TEST(NextCut, NeverSplitsACharacter) {
  const std::string text = "\xE3\x81\x82\xE3\x82\xA2 \xE6\xBC\xA2\xF0\x9F\x98\x80 \xC3\xA9";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const std::size_t cut = next_cut(text, at, kBert);
    ASSERT_GE(cut, at);
    if (cut < text.size()) {
      EXPECT_NE(static_cast<unsigned char>(text[cut]) & 0xC0U, 0x80U) << at;
    }
  }
}

}  // namespace
}  // namespace papr
