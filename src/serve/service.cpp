// SPDX-License-Identifier: Apache-2.0
#include "service.h"

#include <utility>

#include "search_request.h"
#include "search_response.h"

namespace papr::serve {

Service::Service(GateRules rules, Searcher searcher, std::string run_id,
                 std::chrono::milliseconds search_limit)
    : rules_(std::move(rules)),
      searcher_(std::move(searcher)),
      run_id_(std::move(run_id)),
      search_limit_(search_limit) {}

std::optional<HttpResponse> Service::answer_head(const RequestHead& head) const {
  auto refused = refuse_stranger(head, rules_);
  return refused ? refused : answer_without_body(head, rules_);
}

HttpResponse Service::answer_search(const RequestHead& head, std::string_view body) {
  auto request = search_request_of(body, head.parameters);
  if (!request) return request.error();
  request->options.deadline = search_limit_;
  const auto answer = searcher_(request->query, request->options);
  if (answer) return search_response(*answer, run_id_ + "-" + std::to_string(++searches_));
  if (answer.error().code == ErrorCode::kInvalidArgument) {
    return error_response(400, "Invalid query");
  }
  if (answer.error().code == ErrorCode::kTimeout) {
    return error_response(504, "Memory search took too long: " + answer.error().message);
  }
  return error_response(500, "Memory search failed: " + answer.error().message);
}

}  // namespace papr::serve
