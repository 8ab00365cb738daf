// SPDX-License-Identifier: Apache-2.0
#include "papr/pressure.h"
#include "system_source.h"

namespace papr {

bool is_macos() noexcept { return true; }

std::string_view default_source() noexcept { return "macos-tools"; }

Result<std::unique_ptr<MemorySource>> make_linux_source_here() {
  return fail(ErrorCode::kUnsupported, "source \"linux\": this is macOS", "name macos-tools");
}

}  // namespace papr
