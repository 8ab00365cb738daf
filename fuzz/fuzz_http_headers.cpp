// SPDX-License-Identifier: Apache-2.0
// What a server's headers can make us do. First line: Retry-After; second: Location; the rest: the
// lines of a head.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../src/cloud/http_answer.h"
#include "../src/cloud/http_url.h"
#include "../src/cloud/redirect.h"
#include "../src/cloud/retry_policy.h"

namespace {

using namespace std::chrono_literals;

constexpr papr::WallTime kNow{1'696'004'797'000ms};

std::string take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return std::string(line);
}

void check_wait(const std::string& retry_after) {
  for (const char* name : {"retry-after", "retry-after-ms"}) {
    const papr::Result<papr::HttpResponse> busy =
        papr::HttpResponse{.status = 503, .headers = {{name, retry_after}}, .body = {}};
    const auto wait = papr::next_wait({}, busy, kNow, 0.5);
    if (!wait || *wait <= 0ms || *wait > 60s) std::abort();
  }
}

void check_redirect(const std::string& location) {
  const papr::HttpRequest request{.method = "POST",
                                  .url = "https://papr.example/search",
                                  .headers = {{"X-API-Key", "secret"}},
                                  .body = "query"};
  const auto from = papr::parse_http_url(request.url);
  for (int status : {302, 307}) {
    const auto next = papr::redirected(
        request, {.status = status, .headers = {{"location", location}}, .body = {}});
    if (!next) continue;
    const auto to = papr::parse_http_url(next->url);
    if (!to || to->scheme != "https") std::abort();
    if (!papr::same_origin(*from, *to) && !(next->headers.empty() && next->body.empty())) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  check_wait(take_line(rest));
  check_redirect(take_line(rest));
  papr::HttpAnswer answer(size);
  while (!rest.empty() && answer.take_line(take_line(rest) + "\n")) {
  }
  for (const auto& [name, value] : std::move(answer).finish(200).headers) {
    if (std::ranges::any_of(name, [](char letter) { return letter >= 'A' && letter <= 'Z'; })) {
      std::abort();
    }
  }
  return 0;
}
