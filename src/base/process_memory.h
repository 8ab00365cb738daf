// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace papr {

/// The most memory this process has had resident so far, in bytes (getrusage, ru_maxrss).
[[nodiscard]] std::uint64_t peak_resident_bytes() noexcept;

}  // namespace papr
