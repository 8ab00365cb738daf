// SPDX-License-Identifier: Apache-2.0
// Walks everything that can happen to a load, for all that can be set and remembered.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "load_policy.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
using enum LoadStep;
using enum StepOutcome;

constexpr WallTime kNow{std::chrono::hours(24 * 365 * 50)};
constexpr std::size_t kMostAttempts = 12;

bool is_load(LoadStep step) { return step == kLoad || step == kLoadFresh || step == kLoadOnCpu; }
bool is_clear(LoadStep step) { return step == kClearOurs || step == kClearOursAndLegacy; }
bool is_end(LoadStep step) {
  return step == kUse || step == kUseDegraded || step == kGoRemote || step == kGiveUp;
}

std::vector<StepOutcome> outcomes_of(LoadStep step) {
  if (is_load(step)) {
    return {kDone,       kBadCacheEntry,   kTransient,   kUnfit, kPredictionFailed,
            kBadPackage, kEndedItsProcess, kUnknownError};
  }
  if (step == kVerify) {
    return {kGood,  kSlow,       kWrongOutput,  kBadCacheEntry,   kTransient,
            kUnfit, kBadPackage, kUnknownError, kPredictionFailed};
  }
  return {kDone};
}

struct World {
  GuardOptions options;
  LoadMemory memory;
  bool remembers = true;
  bool process_had_model = false;
  bool rebuilds = true;
  std::vector<PressureState> states;  // that any moment may have
};

/// Follows every path from one world. `problem` names the first broken rule and the way to it.
/// Rules are told of as text: a million EXPECTs take minutes.
class Walk {
 public:
  Walk(const World& world, std::size_t depth) : world_(world), depth_(depth) { follow(); }
  std::string problem;
  std::size_t paths = 0;
  std::size_t longest = 0;

 private:
  void follow() {
    for (const PressureState state : world_.states) {
      if (!problem.empty()) return;
      const NextStep next = next_step({.attempts = attempts_,
                                       .pressure = state,
                                       .options = world_.options,
                                       .memory = world_.remembers ? &world_.memory : nullptr,
                                       .process_had_model = world_.process_had_model,
                                       .rebuilds = world_.rebuilds,
                                       .now = kNow,
                                       .jitter = 0.5});
      if (const char* broken = rule_broken_by(next, state == PressureState::kActive)) {
        problem = path() + std::string(name_of(next.step)) + ": " + broken;
        return;
      }
      if (is_end(next.step)) {
        ++paths;
        longest = std::max(longest, attempts_.size());
        continue;
      }
      if (attempts_.size() == depth_) continue;
      for (const StepOutcome outcome : outcomes_of(next.step)) {
        attempts_.push_back({next.step, outcome});
        follow();
        attempts_.pop_back();
      }
    }
  }

  [[nodiscard]] const char* rule_broken_by(const NextStep& next, bool active) const {
    const LoadStep step = next.step;
    const GuardOptions& options = world_.options;
    const auto last = attempts_.empty() ? kDone : attempts_.back().outcome;
    const bool cpu_allowed = options.allow_cpu || !options.cloud_allowed;
    if (attempts_.size() > kMostAttempts) return "it does not end";
    if (is_clear(step)) return rule_broken_by_clear(next, active);
    if (step == kGoRemote && !options.cloud_allowed) return "the cloud may not be asked";
    if (step == kGiveUp && options.cloud_allowed) return "the cloud was not asked";
    if (step == kLoadOnCpu && !cpu_allowed) return "the CPU is not allowed";
    if (step == kUseDegraded && !cpu_allowed) return "a slow model is not allowed";
    if (step == kLoadFresh && !world_.rebuilds) return "it cannot rebuild";
    if (step == kUse && last != kGood) return "not verified";
    if (step == kUseDegraded && last != kSlow && last != kGood) return "not sound";
    if ((step == kVerify || step == kUseDegraded) && !model_here()) return "there is no model";
    if (active && options.cloud_allowed && last == kTransient &&
        !(step == kGoRemote && next.again_when_calm)) {
      return "a shortage under pressure is the cloud's, at once";
    }
    if (next.note_for_next_start && options.clear == CacheClearPolicy::kNever) return "a note";
    if (next.again_when_calm && !(active && (step == kGoRemote || step == kGiveUp))) {
      return "it is calm, or there is a model";
    }
    if ((step == kBackOff) != (next.wait > 0ms)) return "a wait";
    return nullptr;
  }

  [[nodiscard]] const char* rule_broken_by_clear(const NextStep& next, bool active) const {
    if (!attempts_.empty()) return "it comes after something, or is the second";
    if (!world_.remembers) return "nobody would remember it";
    if (world_.process_had_model) return "this process has had a model";
    if (world_.memory.in_use_elsewhere) return "another process has a model";
    if (world_.options.clear == CacheClearPolicy::kNever) return "the policy is never";
    if (world_.memory.crashes >= 2) return "no load on the accelerator follows";
    if (world_.memory.crashes > 0 && next.cause == ClearCause::kPrecaution) {
      return "what follows is a new generation";
    }
    const bool evidence = next.cause == ClearCause::kEvidence && world_.memory.noted;
    if (!active && !evidence) return "it is calm, and there is no evidence";
    if (!clear_due(next.cause, world_.memory, world_.options, kNow)) return "it is not due";
    const bool legacy = next.step == kClearOursAndLegacy;
    return legacy && world_.options.clear != CacheClearPolicy::kSeed ? "legacy" : nullptr;
  }

  [[nodiscard]] bool model_here() const {
    const auto load =
        std::ranges::find_if(attempts_.rbegin(), attempts_.rend(), is_load, &Attempt::step);
    return load != attempts_.rend() && load->outcome == kDone;
  }

  [[nodiscard]] std::string path() const {
    std::string text;
    for (const auto& [step, outcome] : attempts_) {
      text += std::string(name_of(step)) + " (" + std::string(name_of(outcome)) + "), ";
    }
    return text;
  }

  const World& world_;
  std::size_t depth_;
  std::vector<Attempt> attempts_;
};

const std::optional<RareAct> kNeverDone;
const std::optional<RareAct> kAnHourAgo = RareAct{.at = kNow - 1h, .episode = 1};

std::vector<LoadMemory> every_memory() {
  std::vector<LoadMemory> all;
  for (int bits = 0; bits < 64; ++bits) {
    for (const int crashes : {0, 1, 2}) {
      all.push_back({.verified_good = (bits & 1) != 0,
                     .crashes = crashes,
                     .noted = (bits & 2) != 0,
                     .in_use_elsewhere = (bits & 4) != 0,
                     .episode = 1,
                     .precaution_clear = (bits & 8) != 0 ? kAnHourAgo : kNeverDone,
                     .evidence_clear = (bits & 16) != 0 ? kAnHourAgo : kNeverDone,
                     .rebuild = (bits & 32) != 0 ? kAnHourAgo : kNeverDone});
    }
  }
  return all;
}

/// What still matters after the first load.
std::vector<LoadMemory> memory_of_later_steps() {
  std::vector<LoadMemory> all;
  for (const int crashes : {0, 1, 2}) {
    for (const auto& rebuild : {kNeverDone, kAnHourAgo}) {
      all.push_back({.crashes = crashes, .noted = true, .episode = 1, .rebuild = rebuild});
    }
  }
  return all;
}

std::vector<GuardOptions> every_option() {
  std::vector<GuardOptions> all;
  for (const auto policy : {CacheClearPolicy::kAuto, CacheClearPolicy::kSeed,
                            CacheClearPolicy::kOnEvidence, CacheClearPolicy::kNever}) {
    for (const bool cloud : {false, true}) {
      for (const bool cpu : {false, true}) {
        all.push_back({.clear = policy, .cloud_allowed = cloud, .allow_cpu = cpu});
      }
    }
  }
  return all;
}

struct Walked {
  std::size_t paths = 0;
  std::size_t longest = 0;
};

Walked walk_all(const std::vector<std::vector<PressureState>>& moments,
                const std::vector<LoadMemory>& memories, std::size_t depth) {
  Walked walked;
  for (const GuardOptions& options : every_option()) {
    for (const LoadMemory& memory : memories) {
      for (const auto& states : moments) {
        for (int bits = 0; bits < 8; ++bits) {
          const World world{.options = options,
                            .memory = memory,
                            .remembers = (bits & 1) == 0,
                            .process_had_model = (bits & 2) != 0,
                            .rebuilds = (bits & 4) != 0,
                            .states = states};
          const Walk walk(world, depth);
          EXPECT_EQ(walk.problem, "");
          if (!walk.problem.empty()) return walked;
          walked.paths += walk.paths;
          walked.longest = std::max(walked.longest, walk.longest);
        }
      }
    }
  }
  return walked;
}

const std::vector<std::vector<PressureState>> kSteady{{PressureState::kCalm},
                                                      {PressureState::kHistoryOnly},
                                                      {PressureState::kUnreadable},
                                                      {PressureState::kActive}};

TEST(LoadPolicyWalk, WhateverIsRememberedTheRulesHoldInTheFirstSteps) {
  EXPECT_GT(walk_all(kSteady, every_memory(), 3).paths, 100'000U);
}

TEST(LoadPolicyWalk, WhateverHappensTheRulesHoldAndItEnds) {
  const auto [paths, longest] = walk_all(kSteady, memory_of_later_steps(), kMostAttempts + 1);
  EXPECT_GT(paths, 100'000U);
  EXPECT_EQ(longest, kMostAttempts) << "say the true bound in load_policy.h";
}

TEST(LoadPolicyWalk, WhilePressureComesAndGoesTheRulesHold) {
  // Six attempts deep: pressure may turn at each, so the paths are many.
  EXPECT_GT(walk_all({{PressureState::kCalm, PressureState::kActive}}, {LoadMemory{}}, 6).paths,
            100'000U);
}

TEST(LoadPolicyWalk, CalmHistoryOnlyAndUnreadableAreTreatedAlike) {
  for (const GuardOptions& options : every_option()) {
    for (const LoadMemory& memory : every_memory()) {
      for (const LoadStep step : {kLoad, kVerify}) {
        for (const StepOutcome outcome : outcomes_of(step)) {
          const std::vector<Attempt> attempts{{kLoad, step == kLoad ? outcome : kDone},
                                              {step, outcome}};
          LoadFacts facts{.attempts = attempts,
                          .options = options,
                          .memory = &memory,
                          .rebuilds = true,
                          .now = kNow};
          const LoadStep calm = next_step(facts).step;
          facts.pressure = PressureState::kHistoryOnly;
          EXPECT_EQ(next_step(facts).step, calm);
          facts.pressure = PressureState::kUnreadable;
          EXPECT_EQ(next_step(facts).step, calm);
        }
      }
    }
  }
}

}  // namespace
}  // namespace papr
