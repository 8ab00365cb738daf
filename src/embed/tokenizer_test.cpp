// SPDX-License-Identifier: Apache-2.0
#include "tokenizer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../base/joining_thread.h"
#include "../base/temporary_folder.h"
#include "tiny_tokenizer_for_test.h"

namespace papr {
namespace {

using Ids = std::vector<std::int32_t>;

class TokenizerTest : public ::testing::Test {
 protected:
  Result<Tokenizer> open(const nlohmann::json& json, std::size_t max_tokens) const {
    return Tokenizer::open(folder_.write("tokenizer.json", json.dump()), max_tokens);
  }
  Result<Tokens> encode(std::string_view text, std::size_t max_tokens,
                        const nlohmann::json& json) const {
    const auto tokenizer = open(json, max_tokens);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    return tokenizer->encode(text);
  }

  TemporaryFolder folder_;
  nlohmann::json words_ = tiny_tokenizer({"one", "two", "three", "##s", "\xE6\xBC\xA2", "["});
};

TEST_F(TokenizerTest, AddsTheSpecialTokensAndSplitsWords) {
  const auto tokens = encode("One TWOS four", 16, words_);
  ASSERT_TRUE(tokens) << tokens.error().message;
  EXPECT_EQ(tokens->ids, (Ids{2, 4, 5, 7, 1, 3}));
  EXPECT_FALSE(tokens->truncated);
}

TEST_F(TokenizerTest, AnEmptyTextIsOnlySpecialTokens) {
  EXPECT_EQ(encode("", 16, words_)->ids, (Ids{2, 3}));
}

TEST_F(TokenizerTest, TheLargestIdCountsWordsAndWhatThePostProcessorAdds) {
  EXPECT_EQ(open(words_, 16)->largest_id(), 9);
  words_["post_processor"]["special_tokens"]["[SEP]"]["ids"] = {77};
  EXPECT_EQ(open(words_, 16)->largest_id(), 77);
}

TEST_F(TokenizerTest, TruncationKeepsTheSpecialTokensAndSaysSo) {
  const auto cut = encode("one two three one", 5, words_);
  EXPECT_EQ(cut->ids, (Ids{2, 4, 5, 6, 3}));
  EXPECT_TRUE(cut->truncated);
  const auto fits = encode("one two three", 5, words_);
  EXPECT_EQ(fits->ids, (Ids{2, 4, 5, 6, 3}));
  EXPECT_FALSE(fits->truncated);
}

TEST_F(TokenizerTest, PaddingAndTruncationOfTheFileAreIgnored) {
  words_["truncation"] = {
      {"direction", "Left"}, {"max_length", 3}, {"strategy", "LongestFirst"}, {"stride", 0}};
  words_["padding"] = {{"strategy", {{"Fixed", 9}}},
                       {"direction", "Right"},
                       {"pad_to_multiple_of", nullptr},
                       {"pad_id", 7},
                       {"pad_type_id", 0},
                       {"pad_token", "[PAD]"}};
  const auto tokenizer = open(words_, 5);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  EXPECT_EQ(tokenizer->encode("one two three one")->ids, (Ids{2, 4, 5, 6, 3}));
  EXPECT_EQ(tokenizer->pad_id(), 7);
}

TEST_F(TokenizerTest, ThePadTokenIsFoundByNameWhereTheFileSetsNoPadding) {
  words_["model"]["vocab"]["[PAD]"] = 100;
  words_["added_tokens"][0]["id"] = 100;
  EXPECT_EQ(open(words_, 5)->pad_id(), 100);
  EXPECT_EQ(open(words_, 5)->largest_id(), 100);
}

// Cutting first must be seen by nobody: every text long enough to be cut gives what the whole
// gives, which a tokenizer whose types allow no cut computes.
TEST_F(TokenizerTest, CuttingBeforeTokenisingChangesNoId) {
  auto never_cut = words_;
  never_cut["pre_tokenizer"] = {
      {"type", "Sequence"},
      {"pretokenizers",
       {{{"type", "Digits"}, {"individual_digits", false}}, {{"type", "BertPreTokenizer"}}}}};
  const auto repeated = [](std::string_view part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  for (const std::string& text :
       {repeated("one two\nthrees ", 4000), repeated("\xE6\xBC\xA2", 9000), repeated("x", 50000),
        repeated("one[SEP]", 4000), repeated("\x01\x02 ", 9000) + "one two three one two three",
        repeated("one       ", 3000), repeated("[", 9000), repeated(" ", 50000) + "one two",
        repeated("one\xC2\x85two", 3000)}) {
    for (const std::size_t max_tokens : {3U, 8U, 100U}) {
      const auto cut = encode(text, max_tokens, words_);
      const auto whole = encode(text, max_tokens, never_cut);
      ASSERT_TRUE(cut && whole);
      EXPECT_EQ(cut->ids, whole->ids) << text.substr(0, 20) << max_tokens;
      EXPECT_EQ(cut->truncated, whole->truncated) << text.substr(0, 20) << max_tokens;
    }
  }
}

TEST_F(TokenizerTest, AnAddedTokenThatReachesAcrossTheCutIsSeenWhole) {
  // Every cut before a space falls into one of these, whatever the length of the first guess.
  std::string content = "two";
  for (int i = 0; i < 40; ++i) content += " two";
  words_["added_tokens"].push_back({{"id", 10},
                                    {"content", content},
                                    {"single_word", false},
                                    {"lstrip", false},
                                    {"rstrip", false},
                                    {"normalized", false},
                                    {"special", true}});
  std::string text = "three three three three ";
  for (int i = 0; i < 200; ++i) text += content;
  for (std::size_t max_tokens = 3; max_tokens < 40; ++max_tokens) {
    Ids wanted{2, 6, 6, 6, 6};
    wanted.resize(max_tokens - 1, 10);
    wanted.push_back(3);
    EXPECT_EQ(encode(text, max_tokens, words_)->ids, wanted) << max_tokens;
  }
}

TEST_F(TokenizerTest, ByteLevelPairEncodingWithoutSpecialTokensWorksAsWell) {
  nlohmann::json vocab{{"a", 0},
                       {"\xC4\xA0", 1},
                       {"\xC4\xA0"
                        "a",
                        2},
                       {"<|endoftext|>", 3}};
  nlohmann::json json = words_;
  json["added_tokens"] = {{{"id", 3},
                           {"content", "<|endoftext|>"},
                           {"single_word", false},
                           {"lstrip", true},
                           {"rstrip", false},
                           {"normalized", false},
                           {"special", true}}};
  json["normalizer"] = {{"type", "NFC"}};
  json["pre_tokenizer"] = {{"type", "ByteLevel"},
                           {"add_prefix_space", false},
                           {"trim_offsets", false},
                           {"use_regex", true}};
  json["post_processor"] = nullptr;
  json["model"] = {{"type", "BPE"}, {"vocab", vocab}, {"merges", {std::string("\xC4\xA0") + " a"}}};
  EXPECT_EQ(encode("a a<|endoftext|>", 16, json)->ids, (Ids{0, 2, 3}));
  EXPECT_TRUE(encode("", 16, json)->ids.empty());
  // 60 kB of spaces that belong to the token after them.
  const auto tokens = encode("a" + std::string(60000, ' ') + "<|endoftext|> a a a", 4, json);
  EXPECT_EQ(tokens->ids, (Ids{0, 3, 2, 2}));
  EXPECT_TRUE(tokens->truncated);
}

TEST_F(TokenizerTest, ALimitWithoutRoomForTextIsRefused) {
  for (const std::size_t max_tokens : {0U, 1U, 2U}) {
    const auto tokenizer = open(words_, max_tokens);
    ASSERT_FALSE(tokenizer);
    EXPECT_EQ(tokenizer.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(open(words_, 3));
}

TEST_F(TokenizerTest, BadUtf8IsRefusedWithItsPlaceEvenInTheTailThatIsCutOff) {
  const auto tokens = encode(std::string(50000, ' ') + "one\xFF", 3, words_);
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(tokens.error().message.find("byte 50003"), std::string::npos) << tokens.error().message;
}

TEST_F(TokenizerTest, WhatIsNoTokenizerIsCorruptAndNamed) {
  for (const std::string json : {"", "{", "[]", "{}", "\xFF\xFE", "{\"model\":{\"type\":\"X\"}}"}) {
    const auto tokenizer = Tokenizer::open(folder_.write("bad.json", json), 16);
    ASSERT_FALSE(tokenizer) << json;
    EXPECT_EQ(tokenizer.error().code, ErrorCode::kCorrupt) << json;
    EXPECT_NE(tokenizer.error().message.find("bad.json"), std::string::npos);
  }
}

TEST_F(TokenizerTest, AMissingFileIsNotFoundAndSaysWhereItBelongs) {
  const auto tokenizer = Tokenizer::open(folder_.path() / "none.json", 16);
  ASSERT_FALSE(tokenizer);
  EXPECT_EQ(tokenizer.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(tokenizer.error().remedy.empty());
}

// The template names a token that the file does not define: the library panics on it.
TEST_F(TokenizerTest, APanicInRustIsAnErrorHere) {
  words_["post_processor"]["special_tokens"].erase("[SEP]");
  testing::internal::CaptureStderr();
  const auto tokens = encode("one", 16, words_);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().code, ErrorCode::kCorrupt);
}

TEST_F(TokenizerTest, ThreadsShareOne) {
  const auto tokenizer = open(words_, 16);
  ASSERT_TRUE(tokenizer);
  std::vector<Ids> results(4);
  {
    std::vector<JoiningThread> threads;
    for (Ids& result : results) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) result = tokenizer->encode("one two three")->ids;
      });
    }
  }
  for (const Ids& result : results) EXPECT_EQ(result, (Ids{2, 4, 5, 6, 3}));
}

}  // namespace
}  // namespace papr
