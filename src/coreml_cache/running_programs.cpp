// SPDX-License-Identifier: Apache-2.0
#include "running_programs.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "../base/ascii_text.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestPlist = 1 << 20;

/// Both forms of a plist keep an ASCII string as it is. `text` is in lower case.
bool has_in_it(const fs::path& plist, std::string_view text) {
  std::error_code error;
  if (!fs::is_regular_file(plist, error)) return false;
  std::ifstream stream(plist, std::ios::binary);
  std::string bytes(kLongestPlist, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return ascii_lower(bytes).contains(text);
}

}  // namespace

bool runs_as(const fs::path& executable, std::string_view app_id) {
  if (executable.empty() || app_id.empty()) return false;
  const std::string id = ascii_lower(app_id);
  if (ascii_lower(executable.filename().string()) == id) return true;
  const fs::path folder = executable.parent_path();
  const bool in_bundle =
      folder.filename() == "MacOS" && folder.parent_path().filename() == "Contents";
  return in_bundle && has_in_it(folder.parent_path() / "Info.plist", id);
}

std::optional<std::int64_t> process_of(std::span<const RunningProgram> programs,
                                       std::string_view app_id, std::int64_t self) {
  for (const RunningProgram& program : programs) {
    if (program.pid != self && runs_as(program.executable, app_id)) return program.pid;
  }
  return std::nullopt;
}

}  // namespace papr
