// SPDX-License-Identifier: Apache-2.0
#include <mach/mach.h>
#include <mach/vm_page_size.h>
#include <sys/sysctl.h>

#include <algorithm>
#include <cerrno>

#include "macos_answers.h"
#include "macos_kernel.h"

namespace papr {
namespace {

// macos_answers.h knows the layouts without these headers; here they are held against them.
constexpr bool stands_at(std::size_t word, std::size_t offset_bytes) {
  return word * sizeof(integer_t) == offset_bytes;
}
using Statistics = vm_statistics64_data_t;
static_assert(stands_at(vm_word::kFree, offsetof(Statistics, free_count)));
static_assert(stands_at(vm_word::kActive, offsetof(Statistics, active_count)));
static_assert(stands_at(vm_word::kInactive, offsetof(Statistics, inactive_count)));
static_assert(stands_at(vm_word::kWired, offsetof(Statistics, wire_count)));
static_assert(stands_at(vm_word::kPageIns, offsetof(Statistics, pageins)));
static_assert(stands_at(vm_word::kPageOuts, offsetof(Statistics, pageouts)));
static_assert(stands_at(vm_word::kSpeculative, offsetof(Statistics, speculative_count)));
static_assert(stands_at(vm_word::kSwapIns, offsetof(Statistics, swapins)));
static_assert(stands_at(vm_word::kSwapOuts, offsetof(Statistics, swapouts)));
static_assert(stands_at(vm_word::kCompressor, offsetof(Statistics, compressor_page_count)));
static_assert(sizeof(Statistics::free_count) == 4 && sizeof(Statistics::swapins) == 8);
static_assert(kSwapTotalAt == offsetof(xsw_usage, xsu_total));
static_assert(kSwapUsedAt == offsetof(xsw_usage, xsu_used));
static_assert(sizeof(xsw_usage) <= sizeof(SysctlAnswer::bytes));
static_assert(HOST_INFO_MAX <= VmWords{}.size() && HOST_VM_INFO64_COUNT <= VmWords{}.size());
static_assert(kArrayTooLarge == MIG_ARRAY_TOO_LARGE && KERN_SUCCESS == 0);

class RealKernel final : public MacosKernel {
 public:
  KernelAnswer read_sysctl(const char* name, std::span<std::byte> out) override {
    std::size_t size = out.size();
    if (::sysctlbyname(name, out.data(), &size, nullptr, 0) != 0) return {.code = errno};
    return {.size = size};
  }

  KernelAnswer read_vm_statistics(VmWords& words, std::size_t offered) override {
    // Asked for each time: the right does not outlive a fork.
    const mach_port_t host = ::mach_host_self();
    if (host == MACH_PORT_NULL) return {.code = KERN_INVALID_HOST};
    auto count = static_cast<mach_msg_type_number_t>(std::min(offered, words.size()));
    const kern_return_t read = ::host_statistics64(host, HOST_VM_INFO64, words.data(), &count);
    const kern_return_t given_back = ::mach_port_deallocate(mach_task_self(), host);
    // A right that stays is a leak with each call, so it is said even where the numbers came.
    return {.code = read != KERN_SUCCESS ? read : given_back, .size = count};
  }

  [[nodiscard]] std::size_t vm_words_of_sdk() const noexcept override {
    return HOST_VM_INFO64_COUNT;
  }

  [[nodiscard]] std::uint64_t page_size_bytes() const noexcept override {
    return vm_kernel_page_size;
  }
};

}  // namespace

std::unique_ptr<MacosKernel> make_macos_kernel() { return std::make_unique<RealKernel>(); }

}  // namespace papr
