// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cache_clear.h"
#include "fake_caches.h"
#include "holder_for_test.h"
#include "locate_caches.h"

namespace papr {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const std::string kUuid = "0D9F3C1E-72A4-4B8E-9C55-1F0A2B3C4D5E";
const std::string kLeaked = "encoder_" + kUuid + ".mlmodelc";

std::string of_onnx_runtime(std::int64_t maker) {
  return "onnxruntime-" + kUuid + "-" + std::to_string(maker) + "-000002AE3F4B5C6D";
}

/// A temporary folder with leaked models, beside a caches folder.
class ClearTemporary : public ::testing::Test {
 protected:
  fs::path leak(const std::string& name, std::chrono::seconds unused_for = 25h) {
    const auto path = FakeCaches::add(temporary_, name);
    FakeCaches::age(path, unused_for);
    return path;
  }
  Result<ClearReport> clear(bool dry_run = false) {
    return clear_temporary(options_, {.dry_run = dry_run}, SystemClock());
  }
  std::string only_reason() {
    const auto report = clear();
    if (!report || !report->cleared.empty() || report->kept.size() != 1) return "not one kept";
    return report->kept[0].why;
  }

  FakeCaches fake_;
  fs::path temporary_ = fake_.folder() / "T";
  CacheOptions options_{.caches_dir = fake_.caches(), .temporary_dir = temporary_};
};

TEST_F(ClearTemporary, TakesWhatLeakedAndNothingElse) {
  const auto leaked = leak(kLeaked);
  const auto of_dead = leak(of_onnx_runtime(std::numeric_limits<int>::max()));
  const auto ours = FakeCaches::add(fake_.own(), "aa");
  const auto legacy = FakeCaches::add(fake_.legacy(), "bb");
  const auto document = leak("thesis");
  const auto named = leak("encoder.mlmodelc");
  const auto report = clear();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->cleared.size(), 2U);
  EXPECT_GE(report->freed_bytes, 20'000U);
  EXPECT_TRUE(report->errors.empty());
  EXPECT_FALSE(fs::exists(leaked));
  EXPECT_FALSE(fs::exists(of_dead));
  for (const auto& path : {ours, legacy, document, named}) {
    EXPECT_TRUE(fs::exists(path / "model.milhash")) << path;
  }
  EXPECT_TRUE(fs::is_empty(temporary_ / "ai.papr.ondevice/.papr-trash"));
}

TEST_F(ClearTemporary, ADryRunOnlySays) {
  const auto leaked = leak(kLeaked);
  const auto report = clear(true);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->cleared.size(), 1U);
  EXPECT_TRUE(fs::exists(leaked));
  EXPECT_FALSE(fs::exists(temporary_ / "ai.papr.ondevice"));
}

TEST_F(ClearTemporary, WhatWasUsedWithinADayStays) {
  leak(kLeaked, 23h + 59min);
  EXPECT_EQ(only_reason(), "used within the last 24 hours");
}

TEST_F(ClearTemporary, WhatARunningProcessMadeStaysHoweverOld) {
  leak(of_onnx_runtime(::getpid()), 24h * 90);
  EXPECT_EQ(only_reason(), "process " + std::to_string(::getpid()) + ", which made it, is running");
}

TEST_F(ClearTemporary, WhatAnotherProcessHasOpenStays) {
  const auto file = leak(kLeaked) / "model.milhash";
  const HolderForTest holder([&] { static_cast<void>(::open(file.c_str(), O_RDONLY)); });
  EXPECT_EQ(only_reason(), "open in another program");
}

TEST_F(ClearTemporary, ALinkStaysAndWhatItNames) {
  const auto precious = FakeCaches::add(fake_.folder() / "precious", "p");
  fs::create_directories(temporary_);
  fs::create_directory_symlink(precious, temporary_ / kLeaked);
  FakeCaches::age(temporary_ / kLeaked, 48h);
  EXPECT_EQ(only_reason(), "a symbolic link, which is not followed");
  EXPECT_TRUE(fs::exists(precious / "model.milhash"));
}

TEST_F(ClearTemporary, IsNotLookedForBesideACachesFolderThatWasNamed) {
  leak(kLeaked);
  options_.temporary_dir.clear();
  const auto report = clear();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->cleared.empty());
  EXPECT_TRUE(report->kept.empty());
}

TEST_F(ClearTemporary, AnOrdinaryClearKeepsIt) {
  const auto leaked = leak(kLeaked);
  const auto report =
      clear_caches({.cache = options_, .breadth = Breadth::kAll}, nullptr, SystemClock(), nullptr);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->kept.size(), 1U);
  EXPECT_EQ(report->kept[0].why, "leftovers, which are cleared by themselves");
  EXPECT_TRUE(fs::exists(leaked));
}

TEST_F(ClearTemporary, IsListedWithTheReasonOfEachModel) {
  leak(kLeaked);
  leak(of_onnx_runtime(::getpid()));
  FakeCaches::add(fake_.own(), "aa");
  const auto places = locate_caches(options_, {}, Breadth::kAll, FakeCaches::now());
  ASSERT_TRUE(places) << places.error().message;
  ASSERT_EQ(places->size(), 2U);
  const CachePlace& place = places->at(1);
  EXPECT_EQ(place.cache_class, CacheClass::kTemporary);
  EXPECT_EQ(place.path, temporary_);
  EXPECT_TRUE(place.clearable);
  ASSERT_EQ(place.items.size(), 2U);
  EXPECT_EQ(place.items[0].why, "left by processes that are gone");
  EXPECT_TRUE(place.items[0].clearable);
  EXPECT_FALSE(place.items[1].clearable);
  EXPECT_NE(place.why.find("not 1 of 2: process "), std::string::npos) << place.why;
}

}  // namespace
}  // namespace papr
