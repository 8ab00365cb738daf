// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <functional>

#include "cache_clear.h"
#include "fake_caches.h"
#include "own_mounts_for_test.h"
#include "plan_of_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

// A folder that is mounted a second time: the same device, so the hardest to tell.
bool mount_at(const fs::path& folder, const fs::path& at) {
  return ::mount(folder.c_str(), at.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

class Mounts : public ::testing::Test {
 protected:
  void check(const std::function<int()>& work) {
    const int code = run_with_own_mounts(work);
    if (code == kCannotMount) GTEST_SKIP() << "this user may not mount";
    EXPECT_EQ(code, 0);
    EXPECT_TRUE(fs::exists(precious_ / "model.milhash"));
  }

  FakeCaches fake_;
  fs::path precious_ = FakeCaches::add(fake_.folder() / "precious", "p");
};

TEST_F(Mounts, AMountInsideAnEntryIsNotEnteredAndKeepsTheEntry) {
  const auto entry = FakeCaches::add(fake_.own(), "aa");
  check([&] {
    if (!mount_at(precious_, entry / "aa.bundle")) return kCannotMount;
    const auto plan = plan_of(fake_);
    if (!plan.entries.empty() || plan.kept.size() != 1) return 1;
    return plan.kept[0].why.find("another volume") != std::string::npos ? 0 : 2;
  });
}

TEST_F(Mounts, AMountThatComesAfterThePlanIsNotDeletedInto) {
  const auto entry = FakeCaches::add(fake_.own(), "aa");
  check([&] {
    const auto plan = plan_of(fake_);
    if (!mount_at(precious_, entry / "aa.bundle")) return kCannotMount;
    const auto report = clear(plan, fake_.caches());
    if (!report) return 1;
    return report->errors.size() == 1 && fs::exists(precious_ / "p.bundle/H16C.e5") ? 0 : 2;
  });
}

TEST_F(Mounts, AnEntryThatIsAMountIsBusyAndTheRestGoes) {
  const auto entry = FakeCaches::add(fake_.own(), "aa");
  const auto other = FakeCaches::add(fake_.own(), "bb");
  check([&] {
    const auto plan = plan_of(fake_);
    if (!mount_at(entry, entry)) return kCannotMount;
    const auto report = clear(plan, fake_.caches());
    if (!report || report->errors.size() != 1) return 1;
    if (report->errors[0].path != entry || !fs::exists(entry / "model.milhash")) return 2;
    return fs::exists(other) ? 3 : 0;
  });
}

TEST_F(Mounts, APlaceThatIsAMountIsNamedAndNotEntered) {
  fs::create_directories(fake_.legacy());
  check([&] {
    if (!mount_at(precious_, fake_.legacy())) return kCannotMount;
    const auto places = survey(fake_.options(), Breadth::kAll);
    if (!places || places->size() != 1 || !(*places)[0].entries.empty()) return 1;
    return (*places)[0].problem.find("another volume") != std::string::npos ? 0 : 2;
  });
}

TEST_F(Mounts, ATrashThatIsAMountIsRefusedAndNotEmptied) {
  const auto entry = FakeCaches::add(fake_.own(), "aa");
  fs::create_directories(fake_.trash());
  check([&] {
    const auto plan = plan_of(fake_);
    if (!mount_at(precious_, fake_.trash())) return kCannotMount;
    for (const bool dry_run : {true, false}) {
      const auto report = clear(plan, fake_.caches(), {.dry_run = dry_run});
      if (report) return 1;
      if (report.error().message.find("mounted") == std::string::npos) return 2;
    }
    return fs::exists(entry) ? 0 : 3;
  });
}

TEST_F(Mounts, AReadOnlyVolumeIsAnErrorOfEachEntryInADryRunToo) {
  FakeCaches::add(fake_.own(), "aa");
  FakeCaches::add(fake_.legacy(), "bb");
  check([&] {
    fs::create_directories(fake_.trash());
    const bool read_only = mount_at(fake_.caches(), fake_.caches()) &&
                           ::mount(nullptr, fake_.caches().c_str(), nullptr,
                                   MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
    if (!read_only) return kCannotMount;
    const auto dry = clear(plan_of(fake_), fake_.caches(), {.dry_run = true});
    if (!dry || dry->errors.size() != 2 || !dry->cleared.empty()) return 1;
    if (dry->errors[0].error.message.find("Read-only") == std::string::npos) return 2;
    const auto real = clear(plan_of(fake_), fake_.caches());
    return real ? 3 : 0;  // no lock can be had there
  });
}

}  // namespace
}  // namespace papr
