// SPDX-License-Identifier: Apache-2.0
// A damaged file gives an error or the right data: never a crash, never another text.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "../base/temporary_folder.h"
#include "checksum.h"
#include "papr/memory_store.h"
#include "store_for_test.h"

namespace papr {
namespace {

constexpr std::size_t kRows = 200;
constexpr std::size_t kDim = 64;
const ModelIdentity kWide{"wide", kDim};

std::vector<float> vector_of(std::size_t row) {
  std::mt19937 random(static_cast<unsigned>(row));
  return random_unit(random, kDim);
}

Memory memory_at(std::size_t row) {
  Memory memory = memory_of(std::to_string(row), "content of " + std::to_string(row));
  memory.metadata_json = R"({"row":)" + std::to_string(row) + "}";
  memory.user_id = "user";
  return memory;
}

class Damage : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = folder_.path() / "sound.db";
    {
      auto store = MemoryStore::open(path);
      ASSERT_TRUE(store) << store.error().message;
      std::vector<EmbeddedMemory> memories;
      for (std::size_t i = 0; i < kRows; ++i) memories.push_back({memory_at(i), vector_of(i)});
      ASSERT_TRUE(store->put(kWide, memories));
    }
    std::ifstream file(path, std::ios::binary);
    sound_.assign(std::istreambuf_iterator<char>(file), {});
    ASSERT_GT(sound_.size(), 80'000u);
  }

  // Counts an error, which must be one that tells the truth.
  template <class T>
  void note(const Result<T>& result) {
    if (result) return;
    ++errors_;
    const ErrorCode code = result.error().code;
    EXPECT_TRUE(code == ErrorCode::kCorrupt || code == ErrorCode::kUnsupported)
        << result.error().message;
  }

  void expect_true(const Memory& memory) {
    std::size_t row = kRows;
    for (std::size_t i = 0; i < kRows; ++i) {
      if (memory.id == std::to_string(i)) row = i;
    }
    if (row == kRows) {
      EXPECT_EQ(memory.id, "new");
      return;
    }
    EXPECT_EQ(memory.content, memory_at(row).content);
    EXPECT_EQ(memory.metadata_json, memory_at(row).metadata_json);
    EXPECT_EQ(memory.user_id, "user");
  }

  // Calls everything on a store with these bytes.
  void use(const std::string& bytes) {
    const TemporaryFolder folder;
    auto store = MemoryStore::open(folder.write("store.db", bytes));
    note(store);
    if (!store) return;
    MemoryFilter only_17;
    only_17.metadata["row"] = "17";
    for (const auto& filter : {MemoryFilter{}, only_17}) {
      search(*store, 17, filter);
      const auto listed = store->list(kRows, filter);
      note(listed);
      if (listed) std::ranges::for_each(*listed, [this](const Memory& each) { expect_true(each); });
    }
    note(store->unchanged(kWide, std::vector{memory_at(3), memory_at(199)}));
    note(store->put(kWide, std::vector{EmbeddedMemory{memory_of("new"), vector_of(1)}}));
    note(store->remove("5"));
    note(store->count());
    search(*store, 3, {});
  }

  void search(const MemoryStore& store, std::size_t row, const MemoryFilter& filter) {
    const auto hits = store.nearest(kWide, vector_of(row), kRows, filter);
    note(hits);
    if (!hits) return;
    for (const Hit& hit : *hits) {
      expect_true(hit.memory);
      if (hit.memory.id == std::to_string(row)) {
        EXPECT_NEAR(hit.score, 1, 1e-9);
      }
    }
  }

  TemporaryFolder folder_;
  std::string sound_;
  std::mt19937 random_{7};
  int errors_ = 0;
};

TEST_F(Damage, ASoundCopyHasNoErrors) {
  use(sound_);
  EXPECT_EQ(errors_, 0);
}

TEST_F(Damage, RandomBytesAnywhereAreFoundOrHarmless) {
  for (int copy = 0; copy < 150; ++copy) {
    std::string bytes = sound_;
    const std::size_t count = 1 + random_() % 64;
    const std::size_t start = random_() % (bytes.size() - count);
    for (std::size_t i = 0; i < count; ++i) bytes[start + i] = static_cast<char>(random_());
    SCOPED_TRACE("copy " + std::to_string(copy) + " at " + std::to_string(start));
    use(bytes);
  }
  EXPECT_GT(errors_, 0);
}

TEST_F(Damage, ZeroedOrSwappedPagesAreFoundOrHarmless) {
  constexpr std::size_t kPage = 8192;
  const std::size_t pages = sound_.size() / kPage;
  for (int copy = 0; copy < 60; ++copy) {
    std::string bytes = sound_;
    const auto page = [&](std::size_t number) {
      return bytes.begin() + static_cast<std::ptrdiff_t>(number * kPage);
    };
    const std::size_t one = random_() % pages;
    const std::size_t other = random_() % pages;
    if (copy % 2 == 0) std::fill(page(one), page(one) + kPage, '\0');
    if (copy % 2 == 1) std::swap_ranges(page(one), page(one) + kPage, page(other));
    SCOPED_TRACE("copy " + std::to_string(copy) + " page " + std::to_string(one));
    use(bytes);
  }
  EXPECT_GT(errors_, 0);
}

TEST_F(Damage, ATruncatedFileIsFoundOrHarmless) {
  for (int copy = 0; copy < 60; ++copy) {
    const std::size_t size =
        copy < 20 ? static_cast<std::size_t>(copy) * 37 + 1 : 1 + random_() % (sound_.size() - 1);
    SCOPED_TRACE("size " + std::to_string(size));
    const int before = errors_;
    use(sound_.substr(0, size));
    EXPECT_GT(errors_, before);
  }
}

TEST(Checksum, EveryChangedByteAndEveryLengthGivesAnotherSum) {
  const std::vector<std::byte> bytes(100, std::byte{0});
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto sum = checksum(1, std::span(bytes).first(size));
    EXPECT_NE(sum, checksum(1, std::span(bytes).first(size == 0 ? 1 : size - 1)));
    EXPECT_NE(sum, checksum(2, std::span(bytes).first(size)));
    for (std::size_t i = 0; i < size; ++i) {
      auto changed = bytes;
      changed[i] = std::byte{1};
      EXPECT_NE(sum, checksum(1, std::span(changed).first(size))) << size << ' ' << i;
    }
  }
}

// The format: another value would make every store that exists unreadable.
TEST(Checksum, IsWhatTheFormatDocumentSays) {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  EXPECT_EQ(checksum(42, std::as_bytes(std::span(text))), 11924112772012737281u);
}

}  // namespace
}  // namespace papr
