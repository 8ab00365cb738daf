// SPDX-License-Identifier: Apache-2.0
// A full disk loses nothing, leaves the store readable, and is over when there is space again.
#include <gtest/gtest.h>

#include <string>

#include "../base/temporary_folder.h"
#include "child_process_for_test.h"
#include "papr/memory_store.h"
#include "store_writer_for_test.h"

namespace papr {
namespace {

using Strings = std::vector<std::string>;

TEST(FullDisk, WhenNoPageIsLeftPutSaysSoAndTheRestStays) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "store.db";
  StoreOptions options;
  options.max_pages = 100;
  {
    auto store = open_store(path, options);
    ASSERT_TRUE(store) << store.error().message;
    std::size_t rows = 0;
    Result<PutOutcome> put;
    while ((put = store->put(kWriterModel, writer_rows(rows, 50)))) rows += 50;
    EXPECT_EQ(put.error().code, ErrorCode::kDiskFull) << put.error().message;
    EXPECT_NE(put.error().remedy.find("free space"), std::string::npos);
    ASSERT_GE(rows, 100u);
    EXPECT_EQ(store->count(), rows);
    const auto [memory, vector] = writer_row(rows - 1);
    EXPECT_EQ(ids_of(*store->nearest(kWriterModel, vector, 1)), Strings{memory.id});
    for (std::size_t i = 0; i < 60; ++i) ASSERT_EQ(store->remove(writer_row(i).memory.id), true);
    const auto again = store->put(kWriterModel, writer_rows(rows, 50));
    EXPECT_TRUE(again) << again.error().message;
  }
  auto store = MemoryStore::open(path);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(ids_of(*store->nearest(kWriterModel, writer_row(90).vector, 1)), Strings{"row-90"});
}

// RLIMIT_FSIZE: write() fails for real, with EFBIG.
TEST(FullDisk, WhenTheSystemRefusesToWritePutSaysSoAndTheRestStays) {
  for (const auto* const bytes : {"150000", "333333", "700001", "1000000"}) {
    SCOPED_TRACE(bytes);
    const TemporaryFolder folder;
    const auto path = folder.path() / "store.db";
    ChildProcess child({PAPR_STORE_WRITER, path, "100", "20", bytes});
    Strings errors;
    while (const auto line = child.read_line()) {
      if (line->starts_with("error")) errors.push_back(*line);
    }
    EXPECT_EQ(errors, Strings{"error disk_full"});
    EXPECT_EQ(child.wait(), 0);
    auto store = MemoryStore::open(path);
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ(store->count(), 2000u);
    std::vector<Memory> expected;
    for (const auto& row : writer_rows(0, 2000)) expected.push_back(row.memory);
    EXPECT_EQ(store->unchanged(kWriterModel, expected), std::vector<bool>(2000, true));
  }
}

}  // namespace
}  // namespace papr
