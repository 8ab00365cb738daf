// SPDX-License-Identifier: Apache-2.0
#include "file_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "../base/temporary_folder.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kNow{1h};

TEST(FileSource, GivesWhatTheFileSaysNow) {
  const TemporaryFolder folder;
  const auto path = folder.write("p.json", R"({"level":"warn"})");
  const auto source = make_file_source(path);
  EXPECT_EQ(source->name(), "file");
  const auto first = source->sample(kNow);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->kernel_level, 2);
  EXPECT_EQ(first->taken_at, kNow);
  // Of the same length, in place, with no time in between: only the bytes differ.
  folder.write("p.json", R"({"free_percent":1})");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 1);
  folder.write("p.json", R"({"free_percent":2})");
  EXPECT_EQ(source->sample(kNow).value().free_percent, 2);
  EXPECT_EQ(source->sample(kNow + 1s).value().taken_at, kNow + 1s);
}

TEST(FileSource, FollowsAFileThatIsReplacedAndOneThatComesBack) {
  const TemporaryFolder folder;
  const auto path = folder.write("p.json", R"({"level":"warn"})");
  const auto source = make_file_source(path);
  EXPECT_EQ(source->sample(kNow).value().kernel_level, 2);
  std::filesystem::rename(folder.write("other", R"({"level":"critical"})"), path);
  EXPECT_EQ(source->sample(kNow).value().kernel_level, 4);
  std::filesystem::remove(path);
  EXPECT_EQ(source->sample(kNow).error().code, ErrorCode::kNotFound);
  folder.write("p.json", R"({"level":"normal"})");
  EXPECT_EQ(source->sample(kNow).value().kernel_level, 1);
}

TEST(FileSource, NothingIsOpenedBeforeTheFirstSample) {
  const TemporaryFolder folder;
  const auto source = make_file_source(folder.path() / "p.json");
  folder.write("p.json", R"({"level":"warn"})");
  EXPECT_TRUE(source->sample(kNow));
}

TEST(FileSource, WhatCannotBeReadIsAnErrorThatNamesTheFileAndSaysWhatToDo) {
  const TemporaryFolder folder;
  const std::pair<std::filesystem::path, ErrorCode> cases[] = {
      {folder.path() / "missing", ErrorCode::kNotFound},
      {folder.path(), ErrorCode::kUnavailable},
      {folder.write("garbage", "\xff\xfe{"), ErrorCode::kCorrupt},
      {folder.write("empty", ""), ErrorCode::kCorrupt},
      {folder.write("long", std::string(20000, ' ')), ErrorCode::kCorrupt}};
  for (const auto& [path, code] : cases) {
    const auto sample = make_file_source(path)->sample(kNow);
    ASSERT_FALSE(sample) << path;
    EXPECT_EQ(sample.error().code, code) << sample.error().message;
    EXPECT_NE(sample.error().message.find(path.string()), std::string::npos);
    EXPECT_NE(sample.error().remedy, "") << path;
  }
}

TEST(FileSource, AFifoDoesNotBlock) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto sample = make_file_source(path)->sample(kNow);
  ASSERT_FALSE(sample);
  EXPECT_EQ(sample.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace papr
