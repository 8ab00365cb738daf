// SPDX-License-Identifier: Apache-2.0
#include "retry_policy.h"

#include <curl/curl.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string>

#include "http_headers.h"

namespace papr {
namespace {

using std::chrono::milliseconds;
using Seconds = std::chrono::duration<double>;

constexpr Seconds kFirstWait{0.5};
constexpr Seconds kLongestWait{8};
constexpr Seconds kLongestAskedFor{60};
constexpr double kJitterShare = 0.25;
constexpr int kMostDoublings = 10;  // far beyond kLongestWait; 2^n stays finite

bool worth_retrying(const Result<HttpResponse>& outcome) {
  if (!outcome) {
    const ErrorCode code = outcome.error().code;
    return code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout;
  }
  if (outcome->status < 400) return false;
  if (const std::string* const says = find_header(outcome->headers, "x-should-retry")) {
    if (*says == "true") return true;
    if (*says == "false") return false;
  }
  const int status = outcome->status;
  return status == 408 || status == 409 || status == 429 || status >= 500;
}

// A plain decimal number; std::from_chars has none for doubles in libc++ 19, strtod asks the
// locale.
std::optional<double> number_of(const std::string& text) {
  constexpr std::string_view kOfNumbers = "0123456789.-+eE";
  constexpr std::size_t kLongest = 32;
  if (text.size() > kLongest || text.find_first_not_of(kOfNumbers) != std::string::npos) {
    return std::nullopt;
  }
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_number()) return std::nullopt;
  return json.get<double>();
}

std::optional<Seconds> asked_for(const HttpHeaders& headers, WallTime now) {
  if (const std::string* const text = find_header(headers, "retry-after-ms")) {
    if (const auto number = number_of(*text)) return Seconds(*number / 1000);
  }
  const std::string* const text = find_header(headers, "retry-after");
  if (text == nullptr) return std::nullopt;
  if (const auto number = number_of(*text)) return Seconds(*number);
  const std::time_t date = curl_getdate(text->c_str(), nullptr);
  if (date == -1) return std::nullopt;
  // Apart, so that a date far away does not overflow the clock's milliseconds.
  return Seconds(static_cast<double>(date)) - Seconds(now.time_since_epoch());
}

}  // namespace

std::optional<milliseconds> next_wait(RetryBudget budget, const Result<HttpResponse>& outcome,
                                      WallTime now, double jitter) {
  if (budget.made >= budget.allowed || !worth_retrying(outcome)) return std::nullopt;
  if (outcome) {
    const auto wait = asked_for(outcome->headers, now);
    if (wait && *wait > Seconds::zero() && *wait <= kLongestAskedFor) {
      return std::chrono::ceil<milliseconds>(*wait);
    }
  }
  const Seconds doubled = kFirstWait * std::exp2(std::clamp(budget.made, 0, kMostDoublings));
  const Seconds wait = std::min(doubled, kLongestWait) * (1 - kJitterShare * jitter);
  return std::chrono::ceil<milliseconds>(wait);
}

}  // namespace papr
