// SPDX-License-Identifier: Apache-2.0
// Holds docs/load_policy.md against the policy itself. When the policy changes, the failure prints
// the table that belongs there.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "../base/file_reader.h"
#include "load_policy.h"

namespace papr {
namespace {

using enum StepOutcome;

/// A course of events: how the loads and verifications go, in order, the last for ever.
struct Course {
  const char* what;
  std::vector<StepOutcome> loads{kDone};
  std::vector<StepOutcome> verifications{kGood};
  CacheClearPolicy policy = CacheClearPolicy::kAuto;
  LoadMemory memory = {};
  bool allow_cpu = false;
};

const std::vector<Course>& courses() {
  static const std::vector<Course> all{
      {.what = "All goes well"},
      {.what = "… and the model was verified good with its present cache entries",
       .memory = {.verified_good = true}},
      {.what = "… with policy `seed`", .policy = CacheClearPolicy::kSeed},
      {.what = "… with policy `on-evidence`", .policy = CacheClearPolicy::kOnEvidence},
      {.what = "… with policy `never`", .policy = CacheClearPolicy::kNever},
      {.what = "… after an earlier process noted evidence", .memory = {.noted = true}},
      {.what = "… after a process died in the load", .memory = {.crashes = 1}},
      {.what = "… after two did within a day", .memory = {.crashes = 2}},
      {.what = "Load: bad cache entry, once", .loads = {kBadCacheEntry, kDone}},
      {.what = "Load: bad cache entry, each time", .loads = {kBadCacheEntry}},
      {.what = "Load: no memory or accelerator, once", .loads = {kTransient, kDone}},
      {.what = "Load: no memory or accelerator, each time", .loads = {kTransient}},
      {.what = "Load: unfit for the accelerator; the CPU takes it", .loads = {kUnfit, kDone}},
      {.what = "… with `PAPR_ALLOW_CPU=1`", .loads = {kUnfit, kDone}, .allow_cpu = true},
      {.what = "Load: package missing, damaged or unknown to the runtime", .loads = {kBadPackage}},
      {.what = "Load, tried in a child: it dies or hangs, once",
       .loads = {kEndedItsProcess, kDone}},
      {.what = "Load, tried in a child: it dies or hangs, each time", .loads = {kEndedItsProcess}},
      {.what = "Load: an error nobody knows, each time", .loads = {kUnknownError}},
      {.what = "Verify: over budget, once", .verifications = {kSlow, kGood}},
      {.what = "Verify: over budget, each time", .verifications = {kSlow}},
      {.what = "… with `PAPR_ALLOW_CPU=1`", .verifications = {kSlow}, .allow_cpu = true},
      {.what = "Verify: wrong output until on the CPU",
       .verifications = {kWrongOutput, kWrongOutput, kGood}},
      {.what = "Verify: wrong output, each time", .verifications = {kWrongOutput}},
      {.what = "Verify: the prediction fails, once", .verifications = {kPredictionFailed, kGood}},
      {.what = "Verify: the prediction fails, each time", .verifications = {kPredictionFailed}},
  };
  return all;
}

StepOutcome nth(const std::vector<StepOutcome>& script, std::size_t index) {
  return script[std::min(index, script.size() - 1)];
}

/// The steps of one course, as one cell of the table.
std::string steps_of(const Course& course, PressureState pressure, bool cloud) {
  const GuardOptions options{
      .clear = course.policy, .cloud_allowed = cloud, .allow_cpu = course.allow_cpu};
  std::vector<Attempt> attempts;
  std::string cell;
  std::size_t loads = 0;
  std::size_t verifications = 0;
  while (attempts.size() < 20) {
    const NextStep next = next_step({.attempts = attempts,
                                     .pressure = pressure,
                                     .options = options,
                                     .memory = &course.memory,
                                     .rebuilds = true,
                                     .now = WallTime(std::chrono::hours(24 * 365 * 50)),
                                     .jitter = 0.5});
    cell += (cell.empty() ? "" : " → ") + std::string(name_of(next.step));
    StepOutcome outcome = kDone;
    switch (next.step) {
      case LoadStep::kUse:
      case LoadStep::kUseDegraded:
      case LoadStep::kGoRemote:
      case LoadStep::kGiveUp:
        return cell + (next.again_when_calm ? ", again when calm" : "");
      case LoadStep::kLoad:
      case LoadStep::kLoadFresh:
      case LoadStep::kLoadOnCpu:
        outcome = nth(course.loads, loads++);
        break;
      case LoadStep::kVerify:
        outcome = nth(course.verifications, verifications++);
        break;
      case LoadStep::kClearOurs:
      case LoadStep::kClearOursAndLegacy:
      case LoadStep::kBackOff:
        break;
    }
    attempts.push_back({next.step, outcome});
  }
  return cell + " → without end";
}

std::string table(bool cloud) {
  std::string text =
      "| what happens | calm, history only or unreadable | active pressure |\n|-|-|-|\n";
  for (const Course& course : courses()) {
    text += std::string("| ") + course.what + " | " +
            steps_of(course, PressureState::kCalm, cloud) + " | " +
            steps_of(course, PressureState::kActive, cloud) + " |\n";
  }
  return text;
}

TEST(LoadPolicyDoc, ShowsWhatThePolicyDoes) {
  const auto doc = make_disk_file_reader()->read(PAPR_LOAD_POLICY_DOC, 1 << 20);
  ASSERT_TRUE(doc) << doc.error().message;
  EXPECT_TRUE(doc->contains(table(true))) << table(true);
  EXPECT_TRUE(doc->contains(table(false))) << table(false);
}

}  // namespace
}  // namespace papr
