// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace papr {

/// How the kernel answered one call.
struct KernelAnswer {
  int code = 0;          ///< 0: done; else an errno (sysctl) or a kern_return_t (Mach)
  std::size_t size = 0;  ///< what came back: bytes (sysctl) or words of 32 bits (Mach)
};

/// What host_statistics64 fills. Its size is HOST_INFO_MAX, as no release ever gives more.
using VmWords = std::array<std::int32_t, 1024>;

/// A count that was too small for the kernel's answer: MIG_ARRAY_TOO_LARGE of mach/mig_errors.h.
/// The size that came back is the one that is wanted.
inline constexpr int kArrayTooLarge = -307;

/// The system calls of source `macos`, one each, so that tests can be the kernel.
class MacosKernel {
 public:
  virtual ~MacosKernel() = default;

  /// sysctlbyname into `out`.
  [[nodiscard]] virtual KernelAnswer read_sysctl(const char* name, std::span<std::byte> out) = 0;

  /// host_statistics64 of HOST_VM_INFO64, which is told of room for `offered` words.
  [[nodiscard]] virtual KernelAnswer read_vm_statistics(VmWords& words, std::size_t offered) = 0;

  /// How many words the statistics have in the SDK of this build: 38 in macOS 14, 40 in 26.
  [[nodiscard]] virtual std::size_t vm_words_of_sdk() const noexcept = 0;

  /// The unit of the kernel's page counts. On Apple silicon 16384, under Rosetta too, where
  /// getpagesize() says 4096.
  [[nodiscard]] virtual std::uint64_t page_size_bytes() const noexcept = 0;
};

/// The real one. Defined on macOS alone.
[[nodiscard]] std::unique_ptr<MacosKernel> make_macos_kernel();

}  // namespace papr
