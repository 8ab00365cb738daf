// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace papr {

/// Names this run of the operating system: another text after each boot, the same for all
/// processes. What counts since boot is comparable only under one id. Nothing where the OS does not
/// say.
[[nodiscard]] std::optional<std::string> boot_id();

}  // namespace papr
