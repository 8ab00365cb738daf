// SPDX-License-Identifier: Apache-2.0
#include "cache_class.h"

#include <algorithm>
#include <array>

#include "../base/ascii_text.h"

namespace papr {
namespace {

// Without their version: python3.12 is python. A tool without a bundle id gets its process name, a
// framework build of Python "org.python.python".
constexpr auto kInterpreters =
    std::to_array<std::string_view>({"bash",  "bun",       "com.apple.python",
                                     "deno",  "dotnet",    "electron",
                                     "java",  "julia",     "lua",
                                     "node",  "osascript", "perl",
                                     "php",   "pypy",      "python",
                                     "r",     "ruby",      "rscript",
                                     "sh",    "swift",     "org.python.python",
                                     "tclsh", "xctest",    "zsh"});

std::string without_version(std::string_view id) {
  return ascii_lower(id.substr(0, id.find_last_not_of("0123456789.-") + 1));
}

}  // namespace

std::string_view name_of(CacheClass cache_class) noexcept {
  switch (cache_class) {
    case CacheClass::kOwn:
      return "own";
    case CacheClass::kInterpreter:
      return "interpreter";
    case CacheClass::kLegacy:
      return "legacy";
    case CacheClass::kOtherApp:
      return "other_app";
    case CacheClass::kShared:
      return "shared";
    case CacheClass::kSystem:
      return "system";
    case CacheClass::kTemporary:
      return "temporary";
    case CacheClass::kCompiled:
      return "compiled";
  }
  return "other_app";
}

Result<std::string> app_id_of(const CacheOptions& options) {
  std::string id = options.app_id.empty() ? std::string(kDefaultAppId) : options.app_id;
  const std::string_view control("\0/", 2);
  if (id == "." || id == ".." || id.size() > 255 || id.find_first_of(control) != id.npos) {
    return fail(ErrorCode::kInvalidArgument, "use app id \"" + id + "\": not one folder name",
                "give a bundle id, as ai.papr.ondevice, or a process name");
  }
  // As a Mac's volume mostly does, which opens Apple's folder by any spelling.
  if (ascii_lower(id).starts_with("com.apple.")) {
    return fail(ErrorCode::kInvalidArgument, "use app id \"" + id + "\": that is Apple's",
                "give the bundle id of your own program");
  }
  return id;
}

bool may_hold_ours(CacheClass cache_class) noexcept {
  return cache_class == CacheClass::kOwn || cache_class == CacheClass::kInterpreter ||
         cache_class == CacheClass::kLegacy;
}

CacheClass class_of_id(std::string_view id, std::string_view app_id) {
  if (std::ranges::find(kInterpreters, without_version(id)) != kInterpreters.end()) {
    return CacheClass::kInterpreter;
  }
  return id == app_id ? CacheClass::kOwn : CacheClass::kOtherApp;
}

}  // namespace papr
