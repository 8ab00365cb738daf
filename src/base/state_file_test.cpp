// SPDX-License-Identifier: Apache-2.0
#include "state_file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "fake_event_sink.h"
#include "joining_thread.h"
#include "temporary_folder.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

Result<> add_one(nlohmann::json& state) {
  state["count"] = state.value("count", 0) + 1;
  return {};
}

TEST(StateFile, NothingIsMadeBeforeTheFirstUpdate) {
  const TemporaryFolder folder;
  StateFile file(folder.path() / "below" / "state.json");
  EXPECT_EQ(file.read().value(), nlohmann::json::object());
  EXPECT_FALSE(fs::exists(folder.path() / "below"));
}

TEST(StateFile, WhatOneObjectWroteAnotherReads) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "below" / "state.json";
  ASSERT_TRUE(StateFile(path).update(add_one));
  EXPECT_EQ(StateFile(path).read().value()["count"], 1);
}

TEST(StateFile, OnlyItsOwnerMayReadIt) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "below" / "state.json";
  ASSERT_TRUE(StateFile(path).update(add_one));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
  EXPECT_EQ(fs::status(path.parent_path()).permissions(), fs::perms(0700));
}

TEST(StateFile, AChangeThatFailsWritesNothingAndHandsItsErrorOn) {
  const TemporaryFolder folder;
  StateFile file(folder.path() / "state.json");
  ASSERT_TRUE(file.update(add_one));
  const auto refused = file.update([](nlohmann::json& state) -> Result<> {
    state.clear();
    return fail(ErrorCode::kMismatch, "no");
  });
  EXPECT_EQ(refused.error().code, ErrorCode::kMismatch);
  EXPECT_EQ(file.read().value()["count"], 1);
}

TEST(StateFile, DamageStartsAgainAndIsTold) {
  const std::string deep = "{\"a\":" + std::string(500'000, '[') + std::string(500'000, ']') + "}";
  for (const std::string& damage :
       {std::string(), std::string("{"), std::string("[1]"), std::string("null"),
        std::string("{\"count\": 1"), std::string("\xff\xfe"), deep}) {
    const TemporaryFolder folder;
    const fs::path path = folder.write("state.json", damage);
    FakeEventSink sink;
    StateFile file(path, &sink);
    EXPECT_TRUE(file.update(add_one)) << damage;
    EXPECT_EQ(file.read().value()["count"], 1) << damage;
    EXPECT_EQ(sink.names(), std::vector<std::string>{"state_reset"}) << damage;
  }
}

TEST(StateFile, SeveralThreadsAndProcessesLoseNoChange) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "state.json";
  constexpr int kEach = 40;
  const auto many = [&path] {
    StateFile file(path);
    for (int i = 0; i < kEach; ++i) {
      if (!file.update(add_one)) return false;
    }
    return true;
  };
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(many() ? 0 : 1);
  bool other_thread = false;
  {
    const JoiningThread thread([&] { other_thread = many(); });
    EXPECT_TRUE(many());
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(other_thread);
  EXPECT_EQ(StateFile(path).read().value()["count"], 3 * kEach);
}

TEST(StateFile, AProcessKilledWhileWritingLeavesAWholeObject) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "state.json";
  for (int round = 0; round < 20; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      StateFile file(path);
      while (file.update(add_one)) {
      }
      ::_exit(1);
    }
    // Until the child has written something in this round, so that the kill meets it at work.
    const auto before = StateFile(path).read().value().value("count", 0);
    while (StateFile(path).read().value().value("count", 0) <= before) std::this_thread::yield();
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    FakeEventSink sink;
    StateFile file(path, &sink);
    ASSERT_TRUE(file.update(add_one));
    EXPECT_TRUE(sink.names().empty());
    EXPECT_GT(file.read().value()["count"], before);
  }
}

TEST(StateFile, AFolderThatCannotBeMadeIsAnErrorThatNamesIt) {
  const TemporaryFolder folder;
  const fs::path in_the_way = folder.write("file", "");
  const auto refused = StateFile(in_the_way / "below" / "state.json").update(add_one);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(in_the_way.string()), std::string::npos);
}

TEST(StateFile, ALinkIsNotFollowed) {
  const TemporaryFolder folder;
  const fs::path precious = folder.write("precious.txt", "{}");
  fs::create_symlink(precious, folder.path() / "state.json.unfinished");
  StateFile file(folder.path() / "state.json");
  ASSERT_TRUE(file.update(add_one));
  std::ifstream stream(precious);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), "{}");
}

}  // namespace
}  // namespace papr
