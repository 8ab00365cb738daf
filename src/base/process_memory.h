// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace papr {

/// The most memory this process has had resident so far, in bytes. 0 where the OS does not say.
[[nodiscard]] std::uint64_t peak_resident_bytes() noexcept;

}  // namespace papr
