// SPDX-License-Identifier: Apache-2.0
#include "macos_kernel.h"
#include "macos_source.h"
#include "papr/pressure.h"
#include "system_source.h"

namespace papr {

bool is_macos() noexcept { return true; }

std::string_view default_source() noexcept { return "macos"; }

Result<std::unique_ptr<MemorySource>> make_macos_source_here() {
  return make_macos_source(make_macos_kernel());
}

Result<std::unique_ptr<MemorySource>> make_linux_source_here() {
  return fail(ErrorCode::kUnsupported, "source \"linux\": this is macOS",
              "name macos or macos-tools");
}

}  // namespace papr
