// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mach/mach.h>
#include <sys/sysctl.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

/// What the calls of fake_darwin_for_test.cpp answer, in Darwin's own types. Like the real ones
/// they allocate nothing.
struct FakeDarwin {
  struct Sysctl {
    int error = 0;  ///< Darwin's errno, when not 0
    std::vector<unsigned char> bytes;
  };
  std::map<std::string, Sysctl, std::less<>> sysctls;

  vm_statistics64_data_t statistics{};
  kern_return_t statistics_code = KERN_SUCCESS;  ///< when not success, the answer to each call
  std::vector<mach_msg_type_number_t>
      too_large{};  ///< -307 with each of these counts, then success
  mach_msg_type_number_t words = HOST_VM_INFO64_COUNT;  ///< how many the kernel has
  mach_msg_type_number_t claims = 0;                    ///< when not 0, the count that it says came
  bool no_host = false;
  kern_return_t give_back_code = KERN_SUCCESS;

  std::array<mach_msg_type_number_t, 1024> offered{};  ///< in each call, in order
  std::size_t calls = 0;                               ///< of the statistics
  int rights_taken = 0;
  int rights_given_back = 0;
};

inline FakeDarwin fake_darwin;

/// Memory has changed: what the kernel would send to each source that was activated.
void fire_memory_pressure();

/// Sources and queues that were created and not yet released.
extern int living_dispatch_objects;
/// The next creation of a source gives none.
extern bool refuse_dispatch_source;
