// SPDX-License-Identifier: Apache-2.0
#include "load_ledger.h"

#include <gtest/gtest.h>

#include "../base/fake_clock.h"
#include "../base/temporary_folder.h"

namespace papr {
namespace {

class LoadLedgerTest : public testing::Test {
 protected:
  LedgerParts parts() {
    return {
        .state = &state_, .events = nullptr, .clock = clock_, .options = options_, .model = "m"};
  }
  TemporaryFolder folder_;
  FakeClock clock_;
  GuardOptions options_;
  StateFile state_{folder_.path() / "state.json"};
};

TEST_F(LoadLedgerTest, OfTwoThatWantToClearOnlyTheFirstMay) {
  LoadLedger first(parts());
  LoadLedger second(parts());
  first.begin(PressureState::kActive, {});
  second.begin(PressureState::kActive, {});
  EXPECT_TRUE(first.claim_clear(ClearCause::kPrecaution));
  EXPECT_FALSE(second.claim_clear(ClearCause::kPrecaution));
}

TEST_F(LoadLedgerTest, AnEpisodeOfPressureGoesOnInTheNextProcess) {
  {
    LoadLedger ledger(parts());
    ledger.begin(PressureState::kActive, {});
    EXPECT_EQ(ledger.memory()->episode, 1U);
  }
  clock_.advance(std::chrono::hours(1));
  LoadLedger next(parts());
  next.begin(PressureState::kCalm, {});
  EXPECT_EQ(next.memory()->episode, 1U);
  clock_.advance(std::chrono::minutes(10));
  LoadLedger last(parts());
  last.begin(PressureState::kActive, {});
  EXPECT_EQ(last.memory()->episode, 2U);
}

TEST_F(LoadLedgerTest, AClearCountsFromWhenItIsClaimedAndTakesTheNotesAwayWhenItIsDone) {
  {
    LoadLedger ledger(parts());
    ledger.begin(PressureState::kCalm, {});
    ledger.note_evidence();
  }
  LoadLedger ledger(parts());
  ledger.begin(PressureState::kCalm, {});
  ASSERT_NE(ledger.memory(), nullptr);
  EXPECT_TRUE(ledger.memory()->noted);
  EXPECT_TRUE(ledger.claim_clear(ClearCause::kEvidence));
  LoadLedger meanwhile(parts());
  meanwhile.begin(PressureState::kCalm, {});
  EXPECT_TRUE(meanwhile.memory()->noted);
  EXPECT_TRUE(meanwhile.memory()->evidence_clear);
  ledger.end_clear(ClearCause::kEvidence, ClearEnd::kCleared);
  LoadLedger next(parts());
  next.begin(PressureState::kCalm, {});
  EXPECT_FALSE(next.memory()->noted);
  EXPECT_TRUE(next.memory()->evidence_clear);
}

TEST_F(LoadLedgerTest, AClearThatCouldNotBeDoneIsStillWantedAndDue) {
  LoadLedger ledger(parts());
  ledger.begin(PressureState::kCalm, {});
  ledger.note_evidence();
  ASSERT_TRUE(ledger.claim_clear(ClearCause::kEvidence));
  ledger.end_clear(ClearCause::kEvidence, ClearEnd::kFailed);
  LoadLedger next(parts());
  next.begin(PressureState::kCalm, {});
  EXPECT_TRUE(next.memory()->noted);
  EXPECT_TRUE(next.claim_clear(ClearCause::kEvidence));
}

TEST_F(LoadLedgerTest, AClearThatFoundNothingBeginsNoCoolDown) {
  LoadLedger ledger(parts());
  ledger.begin(PressureState::kActive, {});
  ASSERT_TRUE(ledger.claim_clear(ClearCause::kPrecaution));
  EXPECT_FALSE(ledger.claim_clear(ClearCause::kPrecaution));
  ledger.end_clear(ClearCause::kPrecaution, ClearEnd::kNothingThere);
  EXPECT_TRUE(ledger.claim_clear(ClearCause::kPrecaution));
}

TEST_F(LoadLedgerTest, WithoutAStateThereIsNoMemoryAndNoClear) {
  LedgerParts none = parts();
  none.state = nullptr;
  LoadLedger ledger(none);
  ledger.begin(PressureState::kActive, {});
  EXPECT_EQ(ledger.memory(), nullptr);
  EXPECT_FALSE(ledger.claim_clear(ClearCause::kPrecaution));
  EXPECT_EQ(ledger.budget_ms(), 150);
}

TEST_F(LoadLedgerTest, AModelThatIsNotVerifiedGoodDoesNotSetTheBudget) {
  {
    LoadLedger ledger(parts());
    ledger.begin(PressureState::kCalm, {});
    ledger.finish(Verification{.warm_ms = 100, .budget_ms = 50}, {});
  }
  LoadLedger ledger(parts());
  ledger.begin(PressureState::kCalm, {});
  EXPECT_EQ(ledger.budget_ms(), 150);
}

}  // namespace
}  // namespace papr
