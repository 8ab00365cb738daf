// SPDX-License-Identifier: Apache-2.0
#include "pressure_file.h"

#include <gtest/gtest.h>

#include <string>

namespace papr {
namespace {

TEST(ParsePressureFile, ReadsEveryKeyOfAReading) {
  const auto sample = parse_pressure_file(
      R"({"level":"warn","free_percent":35.2,"swap_used_gb":2.5,"page_ins":1,"page_outs":2,
          "reason":"r","source":"linux","active":true,"kernel_level":4,"swap_ins":3,"swap_outs":4,
          "swap_in_pages_per_s":5.5,"swap_out_pages_per_s":6,"stall_percent_10s":7,
          "sampled_at":"2026-01-31T08:15:00.250Z"})");
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_EQ(sample->free_percent, 35.2);
  EXPECT_EQ(sample->swap_used_bytes, 2'500'000'000u);
  EXPECT_EQ(sample->page_ins, 1u);
  EXPECT_EQ(sample->page_outs, 2u);
  EXPECT_EQ(sample->swap_ins, 3u);
  EXPECT_EQ(sample->swap_outs, 4u);
  EXPECT_EQ(sample->swap_in_pages_per_s, 5.5);
  EXPECT_EQ(sample->swap_out_pages_per_s, 6);
  EXPECT_EQ(sample->kernel_level, 4);
  EXPECT_EQ(sample->some_stall_percent_10s, 7);
}

TEST(ParsePressureFile, ALevelAloneIsWhatTheKernelWouldSay) {
  EXPECT_EQ(parse_pressure_file(R"({"level":"normal"})").value().kernel_level, 1);
  EXPECT_EQ(parse_pressure_file(R"({"level":"warn"})").value().kernel_level, 2);
  EXPECT_EQ(parse_pressure_file(R"({"level":"critical","kernel_level":null})").value().kernel_level,
            4);
}

TEST(PressureFile, ALevelOfHistoryOnlyIsNotTheKernels) {
  EXPECT_EQ(parse_pressure_file(R"({"level":"warn","active":false,"swap_ins":5})")->kernel_level,
            std::nullopt);
  EXPECT_EQ(
      parse_pressure_file(R"({"level":"warn","active":false,"kernel_level":2})")->kernel_level, 2);
  EXPECT_EQ(parse_pressure_file(R"({"level":"warn","active":true})")->kernel_level, 2);
}

TEST(ParsePressureFile, NullIsNotKnownAndUnknownKeysArePassedOver) {
  const auto sample =
      parse_pressure_file(R"({"free_percent":null,"swap_ins":7,"battery":{"percent":[1]}})");
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_EQ(sample->free_percent, std::nullopt);
  EXPECT_EQ(sample->swap_ins, 7u);
}

TEST(ParsePressureFile, WhatNoReadingHasIsRefusedAndNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not JSON"},
      {"{", "not JSON"},
      {R"({"level":"warn"} x)", "not JSON"},
      {R"({"free_percent":1e999})", "not JSON"},
      {"[]", "array"},
      {"{}", "none of the keys"},
      {R"({"levle":"critical"})", "none of the keys"},
      {R"({"level":"elevated"})", "\"level\""},
      {R"({"level":2})", "\"level\""},
      {R"({"level":"high","kernel_level":2})", "\"level\""},
      {R"({"kernel_level":3})", "\"kernel_level\""},
      {R"({"kernel_level":"2"})", "\"kernel_level\""},
      {R"({"free_percent":"35"})", "\"free_percent\""},
      {R"({"free_percent":-0.1})", "\"free_percent\""},
      {R"({"free_percent":100.1})", "\"free_percent\""},
      {R"({"swap_used_gb":-1})", "\"swap_used_gb\""},
      {R"({"swap_used_gb":1e10})", "\"swap_used_gb\""},
      {R"({"swap_ins":-1})", "\"swap_ins\""},
      {R"({"swap_outs":1.5})", "\"swap_outs\""},
      {R"({"page_ins":true})", "\"page_ins\""},
      {R"({"page_outs":18446744073709551616})", "\"page_outs\""},
      {R"({"swap_in_pages_per_s":-1})", "\"swap_in_pages_per_s\""},
      {R"({"swap_out_pages_per_s":1e300})", "\"swap_out_pages_per_s\""},
      {R"({"stall_percent_10s":101})", "\"stall_percent_10s\""},
      {R"({"active":1})", "\"active\""},
      {R"({"reason":5})", "\"reason\""}};
  for (const auto& [text, part] : cases) {
    const auto sample = parse_pressure_file(text);
    ASSERT_FALSE(sample) << text;
    EXPECT_EQ(sample.error().code, ErrorCode::kCorrupt) << text;
    EXPECT_NE(sample.error().message.find(part), std::string::npos) << sample.error().message;
    EXPECT_NE(sample.error().remedy, "") << text;
  }
}

TEST(ParsePressureFile, AnyDepthIsNoCrash) {
  const std::string deep(16000, '[');
  EXPECT_FALSE(parse_pressure_file(deep));
  EXPECT_TRUE(
      parse_pressure_file(R"({"level":"warn","x":)" + deep + std::string(16000, ']') + "}"));
}

}  // namespace
}  // namespace papr
