// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "../base/clock.h"
#include "papr/result.h"

namespace papr {

/// What a source saw at one moment, in its own numbers. What it cannot tell is nullopt.
struct MemorySample {
  SteadyTime taken_at{};
  std::optional<SteadyTime> counted_at;  ///< of the counters, for their rates; none: `taken_at`
  std::optional<double> free_percent;    ///< [0, 100]
  std::optional<std::uint64_t> swap_used_bytes;
  std::optional<std::uint64_t> page_size_bytes;  ///< what the counters below count
  std::optional<std::uint64_t> page_ins;         ///< pages since boot
  std::optional<std::uint64_t> page_outs;        ///< pages since boot
  std::optional<std::uint64_t> swap_ins;         ///< pages since boot
  std::optional<std::uint64_t> swap_outs;        ///< pages since boot
  std::optional<double> swap_in_pages_per_s;     ///< where the source itself knows it, as a drill
  std::optional<double> swap_out_pages_per_s;    ///< likewise; else it comes of two samples
  std::optional<int> kernel_level;               ///< 1, 2 or 4
  std::optional<double> some_stall_percent_10s;  ///< [0, 100]
  std::optional<double> full_stall_percent_10s;  ///< [0, 100]
  std::string_view caveat;  ///< a literal: what usually can be told but could not be; a sentence
};

/// The only door between pressure logic and the operating system.
///
/// Implementations read and translate; they never decide. Called from one thread at a time.
class MemorySource {
 public:
  virtual ~MemorySource() = default;

  /// As in JSON output: "none", "file", "macos", "macos-tools", "linux".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Whether a sample takes microseconds, so that a search may wait for one.
  [[nodiscard]] virtual bool is_quick() const noexcept { return true; }

  /// @error kUnavailable  it could not be read this time; the next call may work.
  /// @error kCorrupt      what was read cannot be understood.
  /// @error kNotFound     the file or command is not there.
  /// @error kTimeout      a command took too long and was killed.
  /// @error kUnsupported  it will never work on this machine.
  [[nodiscard]] virtual Result<MemorySample> sample(SteadyTime now) = 0;
};

/// The source that a setting names: "none", "macos", "macos-tools", "linux", "file:PATH"; empty:
/// the default of this OS. Nothing is opened before the first `sample`.
/// @error kInvalidArgument  no such source; the remedy lists them.
/// @error kUnsupported      it is another system's ("linux" on macOS, "macos" elsewhere).
[[nodiscard]] Result<std::unique_ptr<MemorySource>> make_memory_source(std::string_view spec);

}  // namespace papr
