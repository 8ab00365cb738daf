// SPDX-License-Identifier: Apache-2.0
#include "status_error.h"

#include <fmt/format.h>

namespace papr {
namespace {

constexpr const char* kCheckAddress = "check that PAPR_BASE_URL is the address of a Papr API";

struct Meaning {
  ErrorCode code;
  const char* remedy;
};

Meaning meaning_of(int status) {
  switch (status) {
    case 401:
      return {ErrorCode::kDenied, "check PAPR_MEMORY_API_KEY and, where set, the tokens"};
    case 402:
    case 403:
      return {ErrorCode::kDenied, "check the rights and the plan of the key"};
    case 404:
    case 405:
    case 410:
      return {ErrorCode::kNotFound, kCheckAddress};
    case 407:
      return {ErrorCode::kDenied, "give the proxy's user and password in HTTPS_PROXY"};
    case 413:
      return {ErrorCode::kUnsupported, "ask with fewer words"};
    case 408:
    case 409:
      return {ErrorCode::kUnavailable, ""};
    case 429:
      return {ErrorCode::kUnavailable, "ask less often"};
    default:
      break;
  }
  if (status >= 500) return {ErrorCode::kUnavailable, ""};
  // It understood and refused: asking in the same way again will not help.
  if (status >= 400) return {ErrorCode::kUnsupported, ""};
  if (status >= 300) {
    return {ErrorCode::kNotFound, "set PAPR_BASE_URL to the address that it redirects to"};
  }
  return {ErrorCode::kCorrupt, kCheckAddress};
}

}  // namespace

Error status_error(int status, const std::string& words) {
  const Meaning meaning = meaning_of(status);
  return {meaning.code, fmt::format("answered {}{}{}", status, words.empty() ? "" : ": ", words),
          meaning.remedy};
}

}  // namespace papr
