// SPDX-License-Identifier: Apache-2.0
#include "memory_source.h"

#include <string>

#include "file_source.h"
#include "macos_tools_source.h"
#include "system_source.h"

namespace papr {
namespace {

// The machine is not looked at. Stands for the seed's "no-op on other platforms".
class NoSource final : public MemorySource {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "none"; }
  Result<MemorySample> sample(SteadyTime now) override {
    MemorySample sample;
    sample.taken_at = now;
    return sample;
  }
};

}  // namespace

Result<std::unique_ptr<MemorySource>> make_memory_source(std::string_view spec) {
  constexpr std::string_view kFile = "file:";
  if (spec.empty()) spec = default_source();
  if (spec == "none") return std::make_unique<NoSource>();
  if (spec == "macos") return make_macos_source_here();
  if (spec == "macos-tools") return make_macos_tools_source(make_subprocess());
  if (spec == "linux") return make_linux_source_here();
  if (spec.starts_with(kFile) && spec.size() > kFile.size()) {
    return make_file_source(spec.substr(kFile.size()));
  }
  return fail(ErrorCode::kInvalidArgument,
              "no such source of memory readings: \"" + std::string(spec) + "\"",
              "name none, macos, macos-tools, linux or file:PATH");
}

}  // namespace papr
