// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "../base/temporary_folder.h"
#include "linux_source.h"

namespace papr {

inline constexpr SteadyTime kNow{std::chrono::hours(1)};

// A machine of 1,000,000 kB, half of it available, with nothing but /proc.
class LinuxSourceTest : public testing::Test {
 protected:
  LinuxSourceTest() {
    write("proc/meminfo",
          "MemTotal: 1000000 kB\nMemAvailable: 500000 kB\nSwapTotal: 3000 kB\nSwapFree: 1000 kB\n");
    write("proc/vmstat", "pgpgin 4096\npgpgout 8192\npswpin 11\npswpout 22\n");
    write("proc/pressure/memory", psi("1.50", "0.50"));
  }

  void write(const std::string& name, const std::string& text) { folder_.write(name, text); }

  static std::string psi(const std::string& some, const std::string& full) {
    return "some avg10=" + some + " avg60=0.00 avg300=0.00 total=1\nfull avg10=" + full +
           " avg60=0.00 avg300=0.00 total=1\n";
  }

  void join_group_v1(const std::string& group) {
    write("proc/self/cgroup", "4:memory:" + group + "\n0::/\n");
    write("proc/self/mountinfo",
          "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
          "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  }

  void limit_v1(const std::string& group, const std::string& limit, const std::string& used,
                const std::string& more_stat = "") {
    const std::string here = "sys/fs/cgroup/memory" + group + "/";
    write(here + "memory.limit_in_bytes", limit + "\n");
    write(here + "memory.usage_in_bytes", used + "\n");
    write(here + "memory.stat",
          "inactive_file 0\nactive_file 0\ntotal_inactive_file 50000\ntotal_active_file 0\n" +
              more_stat);
  }

  void join_group_v2(const std::string& group) {
    write("proc/self/cgroup", "0::" + group + "\n");
    write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  }

  void limit_v2(const std::string& group, const std::string& limit, const std::string& used,
                const std::string& file_bytes) {
    const std::string here = "sys/fs/cgroup" + group + "/";
    write(here + "memory.max", limit + "\n");
    write(here + "memory.current", used + "\n");
    write(here + "memory.stat", "inactive_file " + file_bytes + "\nactive_file 0\n");
    write(here + "memory.pressure", psi("30.00", "20.00"));
  }

  MemorySample sample() {
    const auto sample = make_linux_source(folder_.path())->sample(kNow);
    EXPECT_TRUE(sample) << sample.error().message;
    return sample.value_or(MemorySample{});
  }

  TemporaryFolder folder_;
};

}  // namespace papr
