// SPDX-License-Identifier: Apache-2.0
#include "ledger_state.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace papr {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr WallTime kNow{std::chrono::hours(24 * 365 * 50)};
const std::string kBoot = "this boot";
const ProcessIdentity kMe{.pid = 10, .started = "100"};
const ProcessIdentity kOther{.pid = 11, .started = "101"};

const Verification kGood{
    .placement = Placement::kNeuralEngine, .first_ms = 90, .warm_ms = 10, .budget_ms = 150};

bool nobody_lives(const ProcessIdentity&) { return false; }
bool all_live(const ProcessIdentity&) { return true; }

LedgerState full_state() {
  LedgerState state{.precaution_clear = RareAct{.at = kNow - 1h, .episode = 2},
                    .evidence_clear = RareAct{.at = kNow - 2h},
                    .episode = {.number = 3,
                                .boot_id = kBoot,
                                .last_active = kNow - 2min,
                                .calm_since = kNow - 1min},
                    .clear_wanted = true};
  state.processes.push_back({.id = kOther, .model = "m", .at_risk = true});
  state.models["m"] = {.at = kNow,
                       .crashes = 2,
                       .crashed_at = kNow - 3h,
                       .warm_ms = {10.5, 12},
                       .verified = true,
                       .last = LedgerState::Verified{.at = kNow - 5h, .how = kGood},
                       .entries = {"/a", "/b"},
                       .rebuild = RareAct{.at = kNow - 4h, .episode = 1},
                       .evidence = true};
  return state;
}

TEST(Ledger, WhatIsWrittenIsReadAgain) {
  const json written = json_of(full_state());
  EXPECT_EQ(json_of(parse_ledger(written)), written);
  EXPECT_EQ(parse_ledger(written).models.at("m").warm_ms, (std::vector{10.5, 12.0}));
}

TEST(Ledger, AnyDamageOfOneValueIsReadAsLessAndNeverThrows) {
  const json whole = json_of(full_state());
  const json flat = whole.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    for (const json& damage : {json(), json(-1), json(1e300), json("x"), json::array({1}),
                               json::object({{"at", "x"}}), json(18446744073709551615ULL)}) {
      json damaged = whole;
      damaged[json::json_pointer(pointer)] = damage;
      const LedgerState state = parse_ledger(damaged);
      const json again = json_of(state);
      EXPECT_EQ(json_of(parse_ledger(again)), again) << pointer;
      (void)recall(settle(state, nobody_lives, kBoot, kNow), kMe, "m", {}, kNow);
    }
  }
}

TEST(Ledger, OfAnythingButAnObjectNothingIsRead) {
  for (const json& value : {json(), json(3), json("x"), json::array({json::object()})}) {
    EXPECT_EQ(json_of(parse_ledger(value)), json_of(LedgerState{}));
  }
}

TEST(Ledger, AProcessThatWentWhileAtRiskIsACrashOfItsModelOnly) {
  LedgerState state = with_process({}, kOther, "m", true, kNow);
  state = with_process(std::move(state), kOther, "n", false, kNow);
  state = settle(std::move(state), nobody_lives, kBoot, kNow);
  EXPECT_TRUE(state.processes.empty());
  EXPECT_EQ(recall(state, kMe, "m", {}, kNow).crashes, 1);
  EXPECT_EQ(recall(state, kMe, "n", {}, kNow).crashes, 0);
}

TEST(Ledger, CrashesCountForADay) {
  LedgerState state = settle(with_process({}, kOther, "m", true, kNow), nobody_lives, kBoot, kNow);
  EXPECT_EQ(recall(state, kMe, "m", {}, kNow + 24h - 1ms).crashes, 1);
  EXPECT_EQ(recall(state, kMe, "m", {}, kNow + 24h).crashes, 0);
  state = settle(with_process(std::move(state), kOther, "m", true, kNow), nobody_lives, kBoot,
                 kNow + 25h);
  EXPECT_EQ(recall(state, kMe, "m", {}, kNow + 25h).crashes, 1);
}

TEST(Ledger, ALivingProcessOtherThanThisOneHasItsModelInUse) {
  LedgerState state = with_process({}, kMe, "m", true, kNow);
  EXPECT_FALSE(recall(state, kMe, "m", {}, kNow).in_use_elsewhere);
  state = settle(with_process(std::move(state), kOther, "n", false, kNow), all_live, kBoot, kNow);
  EXPECT_TRUE(recall(state, kMe, "m", {}, kNow).in_use_elsewhere);
}

TEST(Ledger, RemembersTheEpisodeOfPressureWithinOneBoot) {
  LedgerState state = settle({}, all_live, kBoot, kNow);
  state.episode = after_reading(std::move(state.episode), PressureState::kActive, kNow);
  state = settle(parse_ledger(json_of(state)), all_live, kBoot, kNow + 5min);
  EXPECT_EQ(recall(state, kMe, "m", {}, kNow + 5min).episode, 1U);
  state = settle(std::move(state), all_live, "the next boot", kNow + 6min);
  EXPECT_EQ(recall(state, kMe, "m", {}, kNow + 6min).episode, 0U);
}

TEST(Ledger, VerifiedGoodHoldsWhileEveryEntryOfThatTimeIsThere) {
  const LedgerState state = with_verified({}, "m", kGood, 150, {"/a", "/b"}, kNow);
  EXPECT_TRUE(recall(state, kMe, "m", {"/b", "/c", "/a"}, kNow).verified_good);
  EXPECT_FALSE(recall(state, kMe, "m", {"/a"}, kNow).verified_good);
  EXPECT_FALSE(recall(state, kMe, "n", {"/a", "/b"}, kNow).verified_good);
}

TEST(Ledger, WithMoreEntriesThanAreKeptNothingCountsAsVerified) {
  const std::vector<std::string> entries(300, "/a");
  const LedgerState state = with_verified({}, "m", kGood, 150, entries, kNow);
  EXPECT_FALSE(recall(state, kMe, "m", entries, kNow).verified_good);
}

TEST(Ledger, ABadVerificationIsKeptWithItsNumbersAndIsNotVerified) {
  const Verification slow{.placement = Placement::kCpu, .warm_ms = 400, .budget_ms = 150};
  const LedgerState state = with_verified(full_state(), "m", slow, 150, {}, kNow);
  const LedgerState::Model read = parse_ledger(json_of(state)).models.at("m");
  ASSERT_TRUE(read.last);
  EXPECT_EQ(read.last->at, kNow);
  EXPECT_EQ(read.last->how.verdict(), ModelVerdict::kSlow);
  EXPECT_EQ(read.last->how.placement, Placement::kCpu);
  EXPECT_EQ(read.last->how.warm_ms, 400);
  EXPECT_FALSE(read.verified);
  EXPECT_EQ(read.warm_ms, (std::vector{10.5, 12.0}));
}

TEST(Ledger, AGoodVerificationForgetsCrashesAndEvidence) {
  const LedgerState state = with_verified(full_state(), "m", kGood, 150, {}, kNow);
  EXPECT_EQ(recall(state, kMe, "m", {}, kNow).crashes, 0);
  EXPECT_FALSE(state.models.at("m").evidence);
}

TEST(Ledger, ANoteForAnyModelCounts) {
  EXPECT_TRUE(recall(full_state(), kMe, "n", {}, kNow).noted);
  EXPECT_FALSE(recall({}, kMe, "n", {}, kNow).noted);
}

TEST(Ledger, TheModelsThatWereUsedLastAreKept) {
  LedgerState state;
  for (int model = 0; model < 40; ++model) {
    state = with_process(std::move(state), kMe, std::to_string(model), false,
                         kNow + std::chrono::minutes(model));
  }
  EXPECT_EQ(state.models.size(), 32U);
  EXPECT_TRUE(state.models.contains("39"));
  EXPECT_FALSE(state.models.contains("0"));
}

TEST(Budget, IsThatOfTheOptionsOrThreeTimesTheMedian) {
  EXPECT_EQ(budget_ms(150, {}), 150);
  EXPECT_EQ(budget_ms(150, {10, 20, 30}), 150);
  EXPECT_EQ(budget_ms(150, {140, 60, 100}), 300);
}

}  // namespace
}  // namespace papr
