// SPDX-License-Identifier: Apache-2.0
#include "papr/result.h"

namespace papr {

std::string_view name_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kMismatch:
      return "mismatch";
    case ErrorCode::kDenied:
      return "denied";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kDiskFull:
      return "disk_full";
    case ErrorCode::kUnsupported:
      return "unsupported";
  }
  return "unknown";  // Unreachable; no default above, so -Wswitch finds a new code.
}

}  // namespace papr
