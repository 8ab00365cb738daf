// SPDX-License-Identifier: Apache-2.0
// Processes that end in the middle of a load, as some failures of Core ML end them.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guarded_loader_fixture_for_test.h"
#include "load_ledger.h"

namespace papr {
namespace {

class CrashMark : public GuardedLoaderTest {
 protected:
  enum class In { kLoad, kPrediction };

  /// Runs `body` in a process of its own, which it may end as it likes, and waits for that end.
  template <class Body>
  static void in_child(Body body) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      body();
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
  }

  void die(In where) {
    in_child([&] {
      FakeModelBackend backend(clock_);
      (where == In::kLoad ? backend.before_load : backend.before_run) = [] {
        ::kill(::getpid(), SIGKILL);
      };
      (void)load(backend);
    });
  }
};

TEST_F(CrashMark, OfAProcessKilledInTheLoadOrTheFirstPredictionMakesTheNextLoadFresh) {
  for (const In where : {In::kLoad, In::kPrediction}) {
    die(where);
    FakeModelBackend backend(clock_);
    EXPECT_NE(load(backend).model, nullptr);
    EXPECT_TRUE(backend.loads_seen().at(0).fresh);
    // That one was good: the crash is forgotten.
    EXPECT_NE(load(backend).model, nullptr);
    EXPECT_FALSE(backend.loads_seen().at(1).fresh);
  }
}

TEST_F(CrashMark, OfTwoProcessesInARowLeavesTheModelToTheCloudForADay) {
  die(In::kLoad);
  die(In::kPrediction);
  FakeModelBackend backend(clock_);
  const LoadOutcome outcome = load(backend);
  EXPECT_EQ(outcome.model, nullptr);
  EXPECT_EQ(outcome.reason, "loading this model has ended several processes");
  EXPECT_TRUE(backend.loads_seen().empty());
  clock_->advance(std::chrono::hours(24));
  EXPECT_NE(load(backend).model, nullptr);
}

TEST_F(CrashMark, OfTwoProcessesInARowMeansTheCpuWhereNoCloudMayBeAsked) {
  options_.cloud_allowed = false;
  die(In::kLoad);
  die(In::kLoad);
  FakeModelBackend backend(clock_);
  EXPECT_TRUE(load(backend).degraded);
  EXPECT_EQ(backend.loads_seen().at(0).units, ComputeUnits::kCpuOnly);
}

TEST_F(CrashMark, IsNotHeldAgainstANewVersionOfThePackage) {
  die(In::kLoad);
  std::filesystem::create_directories(package_);
  FakeCaches::write(package_ / "Manifest.json", 10);
  FakeModelBackend backend(clock_);
  EXPECT_NE(load(backend).model, nullptr);
  EXPECT_FALSE(backend.loads_seen().at(0).fresh);
}

TEST_F(CrashMark, IsNotLeftByALoadThatEnded) {
  in_child([&] {
    FakeModelBackend backend(clock_, {{.error = no_memory()}});
    (void)load(backend);
  });
  FakeModelBackend backend(clock_);
  EXPECT_NE(load(backend).model, nullptr);
  EXPECT_FALSE(backend.loads_seen().at(0).fresh);
}

TEST_F(CrashMark, IsTakenAwayByAProcessThatEndsOnPurpose) {
  in_child([&] {
    FakeModelBackend backend(clock_);
    backend.before_load = [&] {
      if (forget_load_marks(state_)) ::_exit(0);
    };
    (void)load(backend);
  });
  FakeModelBackend backend(clock_);
  EXPECT_NE(load(backend).model, nullptr);
  EXPECT_FALSE(backend.loads_seen().at(0).fresh);
}

TEST_F(CrashMark, OfALivingProcessIsNoCrashAndKeepsItsCacheFromBeingCleared) {
  const auto entry = FakeCaches::add(caches_.own(), "aa");
  FakeModelBackend outer(clock_);
  outer.before_load = [&] {  // this process is in its load while another one starts
    in_child([&] {
      FakeModelBackend backend(clock_);
      (void)load(backend, {short_of_memory()});
      if (backend.loads_seen().at(0).fresh) std::filesystem::remove_all(entry);
    });
  };
  EXPECT_NE(load(outer).model, nullptr);
  EXPECT_TRUE(std::filesystem::exists(entry));
}

}  // namespace
}  // namespace papr
