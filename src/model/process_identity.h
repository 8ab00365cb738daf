// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace papr {

/// A process, told from a later one that has got the same number.
struct ProcessIdentity {
  std::int64_t pid = 0;
  std::string started;  ///< when, in the OS's own unit; empty where it does not say
  bool operator==(const ProcessIdentity&) const = default;
};

[[nodiscard]] ProcessIdentity current_process();

/// Whether that very process still runs. Where the OS will not say, it does: a live process taken
/// for dead could lose what it uses.
[[nodiscard]] bool is_alive(const ProcessIdentity& process);

/// When the process started, as the OS says; nothing where there is no such process.
[[nodiscard]] std::optional<std::string> start_of_process(std::int64_t pid);

}  // namespace papr
