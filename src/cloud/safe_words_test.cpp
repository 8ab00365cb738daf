// SPDX-License-Identifier: Apache-2.0
#include "safe_words.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace papr {
namespace {

std::string safe(std::string_view words, const std::vector<std::string>& secrets = {}) {
  return safe_words(words, secrets);
}

TEST(SafeWords, PlainOnesStayAsTheyAre) {
  EXPECT_EQ(safe("Input should be \"10\" or more \xE2\x80\x93 \xC3\xBC"),
            "Input should be \"10\" or more \xE2\x80\x93 \xC3\xBC");
  EXPECT_EQ(safe(""), "");
}

TEST(SafeWords, BecomeOneLineWithoutWhatATerminalWouldObey) {
  EXPECT_EQ(safe(" a\r\n\tb\x1B[31m c\x7F\xC2\x9B d\xE2\x80\xAE"
                 "e\xE2\x80\xA8\xEF\xBB\xBF f \n"),
            "a b [31m c d e f");
  EXPECT_EQ(safe(std::string("a\0b", 3)), "a b");
}

TEST(SafeWords, BytesThatAreNoUtf8AreShownAsQuestionMarks) {
  EXPECT_EQ(safe("a\xFF\xC3"
                 "b\xE2\x82"),
            "a??b??");
}

TEST(SafeWords, AreCutAtACharacter) {
  std::string long_words(199, 'a');
  long_words += "\xC3\xBC and more";
  EXPECT_EQ(safe(long_words), std::string(199, 'a') + "...");
  EXPECT_EQ(safe(std::string(200, 'a')), std::string(200, 'a'));
}

TEST(SafeWords, HideAWholeSecretInAnyCaseAndSpacing) {
  const std::vector<std::string> secrets = {"sk-Abc123", "where did\n I put the tea?"};
  EXPECT_EQ(safe("no key SK-ABC123!", secrets), "no key [hidden]!");
  EXPECT_EQ(safe("Invalid: 'Where did I put  the tea?'", secrets), "Invalid: '[hidden]'");
}

TEST(SafeWords, HideAPieceOfASecretThatWasCut) {
  const std::vector<std::string> secrets = {"sk-0123456789abcdef"};
  EXPECT_EQ(safe("key 0123456789... is bad", secrets), "key [hidden]... is bad");
  EXPECT_EQ(safe("key sk-01234", secrets), "key [hidden]");
}

TEST(SafeWords, AShortSecretIsHiddenAsAWord) {
  const std::vector<std::string> secrets = {"is", "tea", "cats"};
  EXPECT_EQ(safe("This is no tea, tease concatsuit", secrets),
            "This [hidden] no [hidden], tease con[hidden]uit");
}

TEST(SafeWords, HideTheSingleWordsOfAQuery) {
  const std::vector<std::string> secrets = {"is my Cancer test, back?"};
  EXPECT_EQ(safe("no match for 'cancer' or TEST.", secrets),
            "no match for '[hidden]' or [hidden].");
  EXPECT_EQ(safe("is my request tested backwards?", secrets), "is my request tested backwards?");
}

TEST(SafeWords, WordsThatTheQueryHasNotStayReadable) {
  const std::string said = "Memory limit reached: upgrade your plan or wait until next month";
  EXPECT_EQ(safe(said, {"sk-0123456789abcdef", "where did I put the silver teapot"}), said);
}

TEST(SafeWords, ASecretOfOtherLettersIsHiddenByWholeCharacters) {
  const std::vector<std::string> secrets = {"\xF0\x9F\x8D\xB5\xF0\x9F\x8D\xB6\xF0\x9F\x8D\xB7"};
  EXPECT_EQ(safe("got \xF0\x9F\x8D\xB5\xF0\x9F\x8D\xB6 \xF0\x9F\x8D\xB8", secrets),
            "got [hidden] \xF0\x9F\x8D\xB8");
}

TEST(SafeWords, ALongQueryTakesNoTimeThatMatters) {
  std::string query;
  for (int i = 0; query.size() < 1'000'000; ++i) query += std::to_string(i) + ' ';
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(safe("x" + query.substr(500'000, 9000), {query}), "x[hidden]");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace papr
