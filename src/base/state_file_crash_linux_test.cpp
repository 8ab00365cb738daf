// SPDX-License-Identifier: Apache-2.0
// A process that is killed after any system call of an update leaves the old object or the new one.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "crash_points_linux_for_test.h"
#include "disk_snapshot_for_test.h"
#include "fake_event_sink.h"
#include "memory_disk_for_test.h"
#include "state_file.h"
#include "temporary_folder.h"

namespace papr {
namespace {

Result<> add_one(nlohmann::json& state) {
  state["count"] = state.value("count", 0) + 1;
  state["text"] = std::string(20'000, 'x');
  return {};
}

class CrashedUpdate : public ::testing::Test {
 protected:
  /// Kills an update after `before` others at each point. How many there were.
  std::optional<int> walk(const std::string& name, int before) {
    return walk_crash_points({
        .name = name,
        .prepare = [&] { prepare(before); },
        .work = [&] { return StateFile(path()).update(add_one).has_value(); },
        .check = [&](int at) { check(at, before); },
    });
  }

 private:
  [[nodiscard]] std::filesystem::path path() const { return folder_->path() / "below/state.json"; }

  void prepare(int before) {
    folder_.emplace();
    folder_->write("precious", "text of another program");
    for (int i = 0; i < before; ++i) ASSERT_TRUE(StateFile(path()).update(add_one));
  }

  void check(int at, int before) {
    SCOPED_TRACE("killed after change " + std::to_string(at));
    FakeEventSink sink;
    StateFile file(path(), &sink);
    const auto left = file.read();
    ASSERT_TRUE(left) << left.error().message;
    const int count = left->value("count", 0);
    EXPECT_TRUE(count == before || count == before + 1) << count;
    EXPECT_EQ(left->value("text", "").size(), count > 0 ? 20'000U : 0U);
    ASSERT_TRUE(file.update(add_one));
    EXPECT_EQ(file.read().value()["count"], count + 1);
    EXPECT_TRUE(sink.names().empty());
    std::string names;
    for (const auto& [name, text] : snapshot_of(folder_->path())) names += name + ' ';
    EXPECT_EQ(names, "below below/state.json below/state.json.lock precious ");
  }

  const MemoryDiskForTest memory_disk_;
  std::optional<TemporaryFolder> folder_;
};

TEST_F(CrashedUpdate, OfNoFileLeavesNoneOrAWholeObject) {
  const auto points = walk("first update of a state file", 0);
  if (!points) GTEST_SKIP() << "this process may not trace its children";
  EXPECT_GE(*points, 5);  // folder, lock, file, its bytes, its name
}

TEST_F(CrashedUpdate, LeavesTheOldObjectOrTheNewOne) {
  const auto points = walk("update of a state file", 2);
  if (!points) GTEST_SKIP() << "this process may not trace its children";
  EXPECT_GE(*points, 4);
}

}  // namespace
}  // namespace papr
