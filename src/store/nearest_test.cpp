// SPDX-License-Identifier: Apache-2.0
// Search against a scan in double precision that shares no code with it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "../base/temporary_folder.h"
#include "papr/memory_store.h"
#include "store_for_test.h"

namespace papr {
namespace {

constexpr std::size_t kRows = 10'000;
constexpr std::size_t kDim = 96;
const ModelIdentity kWide{"wide", kDim};

struct Expected {
  std::string id;
  double score;
};

std::vector<Expected> brute_force(const std::vector<EmbeddedMemory>& memories,
                                  const std::vector<float>& query, std::size_t limit,
                                  const std::string& user) {
  std::vector<Expected> all;
  for (const auto& [memory, vector] : memories) {
    if (!user.empty() && memory.user_id != user) continue;
    double dot = 0, left = 0, right = 0;
    for (std::size_t i = 0; i < kDim; ++i) {
      dot += static_cast<double>(vector[i]) * query[i];
      left += static_cast<double>(vector[i]) * vector[i];
      right += static_cast<double>(query[i]) * query[i];
    }
    all.push_back({memory.id, dot / std::sqrt(left) / std::sqrt(right)});
  }
  std::ranges::sort(all, [](const Expected& one, const Expected& other) {
    return one.score != other.score ? one.score > other.score : one.id < other.id;
  });
  all.resize(std::min(limit, all.size()));
  return all;
}

std::vector<EmbeddedMemory> memories_of(const std::vector<std::vector<float>>& vectors) {
  std::vector<EmbeddedMemory> memories;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    Memory memory = memory_of("m" + std::to_string(i * 7919 % vectors.size()));
    memory.user_id = "u" + std::to_string(i % 13);
    memories.push_back({memory, vectors[i]});
  }
  return memories;
}

void expect_equal_to_brute_force(const std::vector<EmbeddedMemory>& memories,
                                 const std::vector<std::vector<float>>& queries) {
  const TemporaryFolder folder;
  auto store = MemoryStore::open(folder.path() / "store.db");
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE(store->put(kWide, memories));
  std::size_t ids_compared = 0;
  for (const auto& query : queries) {
    for (const std::size_t limit : {std::size_t{10}, std::size_t{100}}) {
      for (const auto* const user : {"", "u5"}) {
        MemoryFilter filter;
        if (*user != '\0') filter.user_id = user;
        const auto hits = store->nearest(kWide, query, limit, filter);
        ASSERT_TRUE(hits) << hits.error().message;
        const auto expected = brute_force(memories, query, limit, user);
        ASSERT_EQ(hits->size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
          EXPECT_NEAR((*hits)[i].score, expected[i].score, 1e-9);
          // Both are in double precision: ids may swap only where that rounds.
          const auto apart = [&](std::size_t j) {
            return std::abs(expected[j].score - expected[i].score) > 1e-12;
          };
          if (i > 0 && i + 1 < expected.size() && apart(i - 1) && apart(i + 1)) {
            EXPECT_EQ((*hits)[i].memory.id, expected[i].id);
            ++ids_compared;
          }
        }
      }
    }
  }
  EXPECT_GT(ids_compared, 1000u);
}

TEST(Nearest, RandomVectorsComeInTheOrderOfADoublePrecisionScan) {
  std::mt19937 random(1);
  std::vector<std::vector<float>> vectors;
  std::vector<std::vector<float>> queries;
  for (std::size_t i = 0; i < kRows; ++i) vectors.push_back(random_unit(random, kDim));
  for (int i = 0; i < 10; ++i) queries.push_back(random_unit(random, kDim));
  queries.push_back(vectors[17]);
  expect_equal_to_brute_force(memories_of(vectors), queries);
}

// Scores within a float's rounding of each other, where a float32 scan alone is wrong.
TEST(Nearest, ClusteredVectorsComeInTheOrderOfADoublePrecisionScan) {
  std::mt19937 random(2);
  std::vector<std::vector<float>> vectors;
  std::vector<std::vector<float>> queries;
  for (int cluster = 0; cluster < 20; ++cluster) {
    const auto centre = random_unit(random, kDim);
    const double spread = std::pow(10.0, -1 - cluster % 5);
    queries.push_back(centre);
    for (std::size_t i = 0; i < kRows / 20; ++i) {
      const auto noise = random_unit(random, kDim);
      std::vector<float> vector(kDim);
      double squares = 0;
      for (std::size_t j = 0; j < kDim; ++j) {
        vector[j] = static_cast<float>(centre[j] + spread * noise[j]);
        squares += static_cast<double>(vector[j]) * vector[j];
      }
      for (float& value : vector) value = static_cast<float>(value / std::sqrt(squares));
      vectors.push_back(vector);
    }
  }
  expect_equal_to_brute_force(memories_of(vectors), queries);
}

TEST(Nearest, DuplicatesOfTheBestAllScoreTheSameAndComeById) {
  std::mt19937 random(3);
  const auto twin = random_unit(random, kDim);
  std::vector<EmbeddedMemory> memories;
  for (int i = 0; i < 500; ++i) {
    memories.push_back({memory_of("m" + std::to_string(1999 - i)), twin});
    memories.push_back({memory_of("other" + std::to_string(i)), random_unit(random, kDim)});
  }
  const TemporaryFolder folder;
  auto store = MemoryStore::open(folder.path() / "store.db");
  ASSERT_TRUE(store->put(kWide, memories));
  const auto hits = store->nearest(kWide, twin, 30);
  ASSERT_TRUE(hits) << hits.error().message;
  for (int i = 0; i < 30; ++i) {
    const Hit& hit = hits->at(static_cast<std::size_t>(i));
    EXPECT_EQ(hit.memory.id, "m" + std::to_string(1500 + i));
    EXPECT_EQ(hit.score, hits->front().score);
  }
  EXPECT_NEAR(hits->front().score, 1, 1e-12);
}

}  // namespace
}  // namespace papr
