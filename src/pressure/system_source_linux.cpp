// SPDX-License-Identifier: Apache-2.0
#include "linux_source.h"
#include "papr/pressure.h"
#include "system_source.h"

namespace papr {

bool is_macos() noexcept { return false; }

std::string_view default_source() noexcept { return "none"; }

Result<std::unique_ptr<MemorySource>> make_linux_source_here() { return make_linux_source(); }

}  // namespace papr
