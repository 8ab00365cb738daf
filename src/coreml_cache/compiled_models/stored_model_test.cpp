// SPDX-License-Identifier: Apache-2.0
#include "stored_model.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

ModelKey key_of(char letter, std::uint32_t generation = 0) {
  return *ModelKey::make({std::string(64, letter), "24E214", 1, generation});
}

StoredModel model(char letter, std::uint64_t bytes, int used, bool in_use = false) {
  return {key_of(letter), bytes, WallTime(std::chrono::seconds(used)), in_use, true};
}

std::string letters(const std::vector<StoredModel>& models) {
  std::string text;
  for (const auto& one : models) text += one.key.parts().content_hash[0];
  return text;
}

TEST(Evicted, IsWhatWasNotUsedForLongestUntilTheRestFits) {
  const std::vector<StoredModel> models = {model('a', 10, 3), model('b', 10, 1), model('c', 10, 2)};
  EXPECT_EQ(letters(evicted(models, 30)), "");
  EXPECT_EQ(letters(evicted(models, 29)), "b");
  EXPECT_EQ(letters(evicted(models, 20)), "b");
  EXPECT_EQ(letters(evicted(models, 19)), "bc");
  EXPECT_EQ(letters(evicted(models, 0)), "bca");
}

TEST(Evicted, IsNothingInUseHoweverOldAndLarge) {
  const std::vector<StoredModel> models = {model('a', 10, 3), model('b', 100, 1, true),
                                           model('c', 10, 2)};
  EXPECT_EQ(letters(evicted(models, 110)), "c");
  EXPECT_EQ(letters(evicted(models, 0)), "ca");
}

TEST(Evicted, IsTheSameInEveryProcessForModelsOfOneAge) {
  EXPECT_EQ(letters(evicted({model('b', 10, 1), model('a', 10, 1)}, 10)), "a");
  EXPECT_EQ(letters(evicted({model('a', 10, 1), model('b', 10, 1)}, 10)), "a");
}

TEST(NewestGeneration, CountsEachModelByItselfAndWhatIsBeingRemovedToo) {
  std::vector<StoredModel> models;
  EXPECT_EQ(newest_generation(models, key_of('a')), std::nullopt);
  for (const auto& key : {key_of('a', 1), key_of('a', 10), key_of('a', 2), key_of('b', 11)}) {
    models.push_back({.key = key, .last_use = {}, .whole = key.parts().generation != 10});
  }
  EXPECT_EQ(newest_generation(models, key_of('a')), 10U);
  EXPECT_EQ(newest_generation(models, key_of('b', 99)), 11U);
  EXPECT_EQ(newest_generation(models, key_of('c')), std::nullopt);
}

TEST(Outdated, IsWhatHasANewerWholeGenerationAndNoUser) {
  std::vector<StoredModel> models;
  for (std::uint32_t i = 0; i < 4; ++i) {
    models.push_back({.key = key_of('a', i), .last_use = {}, .whole = true});
  }
  models.push_back({.key = key_of('b', 0), .last_use = {}, .whole = true});
  models[1].in_use = true;
  models[3].whole = false;
  const auto old = outdated(models);
  ASSERT_EQ(old.size(), 1U);  // 1 is in use, nothing newer than 2 is whole
  EXPECT_EQ(old[0].key, key_of('a', 0));
}

}  // namespace
}  // namespace papr
