// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace papr {

/// The build of the running system, as "24E214": what it compiled, another build compiles anew.
/// Empty where the system does not say.
[[nodiscard]] std::string os_build();

}  // namespace papr
