// SPDX-License-Identifier: Apache-2.0
// Counts what a reading allocates. Replaces the program's operator new, so it has a program of its
// own.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "../base/temporary_folder.h"
#include "linux_source.h"
#include "pressure_meter.h"

namespace {

std::atomic<int> allocations{0};

void* allocate(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1h};

template <class Action>
int allocations_of(const Action& action) {
  const int before = allocations;
  action();
  return allocations - before;
}

// Samples of both kinds: those that read everything again, and those that need not.
void expect_samples_without_allocation(MemorySource& source) {
  ASSERT_TRUE(source.sample(kStart));
  for (int round = 1; round < 20; ++round) {
    const SteadyTime now = kStart + round * kLinuxRefreshEvery / 2;
    bool read = false;
    EXPECT_EQ(allocations_of([&] { read = source.sample(now).has_value(); }), 0) << round;
    EXPECT_TRUE(read) << round;
  }
}

TEST(Allocation, IsCounted) {
  EXPECT_EQ(allocations_of([] { std::make_unique<std::string>(100, 'x').reset(); }), 2);
}

TEST(Allocation, OfASampleOfThisMachineIsNone) {
  expect_samples_without_allocation(*make_linux_source());
}

// With all that may be limited, and with all that may be missing.
TEST(Allocation, OfASampleInALimitedGroupIsNoneWhateverIsMissing) {
  TemporaryFolder folder;
  folder.write("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 500000 kB\n");
  folder.write("proc/self/cgroup", "0::/box\n");
  folder.write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  for (const char* group : {"sys/fs/cgroup/box/", "sys/fs/cgroup/"}) {
    folder.write(std::string(group) + "memory.max", "1000000\n");
    folder.write(std::string(group) + "memory.current", "900000\n");
    folder.write(std::string(group) + "memory.stat", "inactive_file 1\nactive_file 2\n");
  }
  expect_samples_without_allocation(*make_linux_source(folder.path()));
  folder.write("sys/fs/cgroup/box/memory.high", "800000\n");
  folder.write("sys/fs/cgroup/box/memory.swap.current", "5\n");
  folder.write("sys/fs/cgroup/box/memory.pressure",
               "some avg10=1.50 avg60=0.00 avg300=0.00 total=1\n");
  folder.write("proc/vmstat", "pgpgin 1\npgpgout 2\npswpin 3\npswpout 4\n");
  expect_samples_without_allocation(*make_linux_source(folder.path()));
}

TEST(Allocation, OfAReadingIsItsTextAlone) {
  TemporaryFolder folder;
  folder.write("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 660000 kB\n");
  folder.write("proc/pressure/memory", "some avg10=1.50 avg60=0.00 avg300=0.00 total=1\n");
  PressureMeter meter({.source = make_linux_source(folder.path()),
                       .thresholds = {},
                       .clock = std::make_shared<SystemClock>()});
  ASSERT_EQ(meter.read().reason, "Enough free memory (66.0%)");
  EXPECT_EQ(allocations_of([&] { (void)meter.read(); }), 1);
}

TEST(Allocation, OfAReadingOfSourceNoneIsNone) {
  PressureMeter meter({.source = make_memory_source("none").value(),
                       .thresholds = {},
                       .clock = std::make_shared<SystemClock>()});
  EXPECT_EQ(allocations_of([&] { (void)meter.read(); }), 0);
}

}  // namespace
}  // namespace papr
