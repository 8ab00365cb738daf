// SPDX-License-Identifier: Apache-2.0
#include "cloud_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string_view>
#include <thread>
#include <utility>

#include "http_url.h"
#include "retry_policy.h"
#include "search_request.h"
#include "search_response.h"

namespace papr {
namespace {

using std::chrono::milliseconds;

// How late a cancel may be seen: half of what CloudClient::search promises.
constexpr milliseconds kLongestSleep{10};

// Whether `until` was reached: false when it was cancelled.
bool wait_until(SteadyTime until, const Clock& clock, const CancelToken& cancel) {
  for (;;) {
    if (cancel.cancelled()) return false;
    const auto left = until - clock.steady_now();
    if (left <= SteadyTime::duration::zero()) return true;
    std::this_thread::sleep_for(std::min<SteadyTime::duration>(left, kLongestSleep));
  }
}

Error with_attempts(Error error, int attempts, std::string_view why_no_more = {}) {
  error.message = fmt::format("search the Papr API: {} ({} attempt{}{})", error.message, attempts,
                              attempts == 1 ? "" : "s", why_no_more);
  return error;
}

// The answer or failure of one attempt. A transport's own words need no care: by its contract they
// name the server only.
Result<CloudAnswer> read_outcome(const Result<HttpResponse>& outcome, const HttpRequest& request,
                                 std::size_t limit, std::span<const std::string> secrets) {
  if (!outcome) return std::unexpected(outcome.error());
  auto answer = read_search_response(*outcome, limit, secrets);
  if (answer) return answer;
  const auto url = parse_http_url(request.url);
  return while_doing(fmt::format("ask \"{}\"", url ? origin_of(*url) : ""), answer.error());
}

}  // namespace

double random_share() {
  std::random_device device;
  return std::generate_canonical<double, 32>(device);
}

CloudClient::CloudClient(CloudCredentials credentials, std::unique_ptr<HttpTransport> transport,
                         std::shared_ptr<const Clock> clock, CloudOptions options)
    : credentials_(std::move(credentials)),
      transport_(std::move(transport)),
      clock_(std::move(clock)),
      options_(std::move(options)) {}

Result<CloudAnswer> CloudClient::search(const CloudQuery& query, SteadyTime deadline,
                                        CancelToken cancel) {
  auto request = search_request_of(credentials_, query);
  if (!request) return std::unexpected(with_attempts(request.error(), 0));
  const auto secrets = secrets_of(credentials_, query);
  Error last{ErrorCode::kTimeout, "the deadline passed", {}};
  for (int attempts = 0;; ++attempts) {
    if (cancel.cancelled()) {
      return std::unexpected(with_attempts({ErrorCode::kUnavailable, "cancelled", {}}, attempts));
    }
    const SteadyTime start = clock_->steady_now();
    if (start >= deadline) return std::unexpected(with_attempts(last, attempts));
    request->deadline = std::min(deadline, start + options_.attempt_timeout);
    const auto outcome = transport_->exchange(*request, cancel);
    auto answer = read_outcome(outcome, *request, query.limit, secrets);
    if (answer) {
      answer->attempts = attempts + 1;
      return answer;
    }
    last = std::move(answer.error());
    const auto wait = next_wait({.made = attempts, .allowed = options_.max_retries}, outcome,
                                clock_->wall_now(), options_.jitter());
    if (!wait || cancel.cancelled()) {
      return std::unexpected(with_attempts(std::move(last), attempts + 1));
    }
    const SteadyTime next = clock_->steady_now() + *wait;
    if (next >= deadline) {
      return std::unexpected(with_attempts(std::move(last), attempts + 1, ", no time for another"));
    }
    static_cast<void>(wait_until(next, *clock_, cancel));
  }
}

}  // namespace papr
