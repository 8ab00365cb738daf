// SPDX-License-Identifier: Apache-2.0
// kill -9 at any moment loses no row that `put` has returned for, and leaves no half of a batch.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "../base/temporary_folder.h"
#include "child_process_for_test.h"
#include "papr/memory_store.h"
#include "sqlite.h"
#include "store_writer_for_test.h"

namespace papr {
namespace {

constexpr std::size_t kRowsOfBatch = 1200;  // more than SQLite keeps in memory, so it spills

std::uintmax_t size_of(const std::filesystem::path& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  return missing ? 0 : size;
}

std::size_t number_in(const std::string& line) { return std::stoul(line.substr(line.find(' '))); }

/// Reads the child's lines until the n-th batch has begun; returns the rows that are surely there.
std::size_t read_until_begin(ChildProcess& child, int nth) {
  std::size_t committed = 0;
  while (nth > 0) {
    const auto line = child.read_line();
    if (!line) {
      ADD_FAILURE() << "store_writer ended by itself";
      return committed;
    }
    if (line->starts_with("done")) committed = number_in(*line);
    if (line->starts_with("begin")) --nth;
  }
  return committed;
}

void expect_sound(const std::filesystem::path& path, std::size_t committed) {
  auto store = MemoryStore::open(path);
  ASSERT_TRUE(store) << store.error().message;
  const auto count = store->count();
  ASSERT_TRUE(count) << count.error().message;
  EXPECT_GE(*count, committed);
  EXPECT_EQ(*count % kRowsOfBatch, 0u) << "half of a batch";
  if (*count == 0) return;
  std::vector<Memory> expected;
  for (const auto& row : writer_rows(0, *count)) expected.push_back(row.memory);
  EXPECT_EQ(store->unchanged(kWriterModel, expected), std::vector<bool>(*count, true));
  // The first search reads and checks every vector.
  for (const std::size_t row : {std::size_t{0}, *count / 2, *count - 1}) {
    const auto [memory, vector] = writer_row(row);
    const auto hits = store->nearest(kWriterModel, vector, 1);
    ASSERT_TRUE(hits) << hits.error().message;
    EXPECT_EQ(hits->front().memory.id, memory.id);
    EXPECT_NEAR(hits->front().score, 1, 1e-9);
  }
}

void expect_integrity(const std::filesystem::path& path) {
  const auto database = Database::open(path, std::chrono::milliseconds(5000));
  ASSERT_TRUE(database) << database.error().message;
  auto check = database->prepare("PRAGMA integrity_check");
  ASSERT_TRUE(check) << check.error().message;
  ASSERT_EQ(check->step(), true);
  EXPECT_EQ(check->text(0), "ok");
}

TEST(Kill, NoReportedRowIsLostAndNoBatchIsHalfThere) {
  int killed_inside_a_put = 0;
  for (int round = 0; round < 24; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const TemporaryFolder folder;
    const auto path = folder.path() / "store.db";
    const auto wal = path.string() + "-wal";
    ChildProcess child({PAPR_STORE_WRITER, path, std::to_string(kRowsOfBatch), "1000"});
    // The moment is a place in the child's work, never a time: at the begin of a batch, or after
    // the log was written to `changes` times since, or the batch was done.
    std::size_t committed = read_until_begin(child, 1 + round % 3);
    int changes = round / 3 % 4;
    auto size = size_of(wal);
    while (changes > 0 && !child.has_output()) {
      const auto now = size_of(wal);
      if (now != size) --changes;
      size = now;
    }
    child.kill();
    bool ended = false;
    while (const auto line = child.read_line()) {
      if (line->starts_with("done")) committed = number_in(*line);
      ended = ended || line->starts_with("done");
    }
    if (!ended) ++killed_inside_a_put;
    expect_sound(path, committed);
    expect_integrity(path);
    // And it goes on where it was.
    ChildProcess next({PAPR_STORE_WRITER, path, std::to_string(kRowsOfBatch), "1"});
    EXPECT_EQ(next.wait(), 0);
    expect_sound(path, committed + kRowsOfBatch);
  }
  EXPECT_GT(killed_inside_a_put, 0);
}

}  // namespace
}  // namespace papr
