// SPDX-License-Identifier: Apache-2.0
#include "linux_source.h"
#include "papr/pressure.h"
#include "system_source.h"

namespace papr {

bool is_macos() noexcept { return false; }

std::string_view default_source() noexcept { return "none"; }

Result<std::unique_ptr<MemorySource>> make_macos_source_here() {
  return fail(ErrorCode::kUnsupported, "source \"macos\": this is not macOS",
              "name linux, or macos-tools where its commands are on PATH");
}

Result<std::unique_ptr<MemorySource>> make_linux_source_here() { return make_linux_source(); }

}  // namespace papr
