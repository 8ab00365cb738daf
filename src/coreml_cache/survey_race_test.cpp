// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>

#include "../base/joining_thread.h"
#include "../base/memory_disk_for_test.h"
#include "fake_caches.h"
#include "survey.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

TEST(RacingSurvey, WhatIsSwappedWhileItIsMeasuredIsNeverSeenWithTheAgeOfTheOther) {
  const MemoryDiskForTest memory_disk;
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.legacy(), "aa");
  const auto young = FakeCaches::add(fake.folder() / "young", "aa");
  FakeCaches::age(young, std::chrono::seconds(0));
  const auto old = fake.folder() / "old";
  fs::rename(entry, old);
  fs::rename(young, entry);
  const auto id = survey(fake.options(), Breadth::kMayClear)->at(0).entries.at(0).id;
  std::atomic<bool> stop = false;
  int seen = 0;
  {
    const JoiningThread swapper([&] {
      while (!stop) {
        ::rename(entry.c_str(), young.c_str());
        ::rename(old.c_str(), entry.c_str());
        ::rename(entry.c_str(), old.c_str());
        ::rename(young.c_str(), entry.c_str());
      }
    });
    const auto long_ago = FakeCaches::now() - std::chrono::minutes(30);
    for (int round = 0; round < 20'000; ++round) {
      const auto places = survey(fake.options(), Breadth::kMayClear);
      if (!places || places->empty() || places->at(0).entries.empty()) continue;
      const CacheEntry& one = places->at(0).entries.at(0);
      if (one.id != id) continue;
      ++seen;
      EXPECT_TRUE(!one.problem.empty() || (one.newest_use && *one.newest_use > long_ago))
          << "round " << round << ", " << (one.newest_use ? "the age of the other" : "no age");
    }
    stop = true;
  }
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace papr
